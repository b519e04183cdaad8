//! Figures that are looked up when somebody asks for them.

use std::fmt::Error;

use chrono::TimeDelta;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::meters::{PREFIX, seconds};

/// How the program stands now. What is not known is left out.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Figures {
    /// Whether it does all it is there for.
    pub ready: bool,
    /// Each thing that is looked at, and whether it is well.
    pub checks: Vec<(String, bool)>,
    /// How long ago each task last gave a sign of life.
    pub silent: Vec<(&'static str, std::time::Duration)>,
    /// The archive, once it is open.
    pub archive: Option<Archive>,
    /// The schedule.
    pub schedule: Option<Schedule>,
    /// The alerts that are owed.
    pub outbox: Option<Outbox>,
}

/// The archive.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Archive {
    /// Whether it takes what is written.
    pub takes: bool,
    /// The number of the last entry.
    pub height: u64,
    /// How long ago the last checkpoint was signed.
    pub checkpoint: Option<TimeDelta>,
    /// How long ago somebody else last held a checkpoint to a time.
    pub anchor: Option<TimeDelta>,
    /// How many bytes it takes, and how many its disk has left.
    pub space: Option<(u64, u64)>,
}

/// The schedule.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Schedule {
    /// How many watches there are in each state.
    pub watches: Vec<(&'static str, usize)>,
    /// How late the most overdue of them is.
    pub late: TimeDelta,
    /// How many requests wait for the turn of their host, over all hosts, and at the host where most do.
    pub queues: (usize, usize),
}

/// The alerts that are owed.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Outbox {
    /// How many, by sort of channel.
    pub owed: Vec<(&'static str, usize)>,
    /// How many of them wait for their time: the end of quiet hours, company, a digest.
    pub waiting: usize,
    /// How many channels do not take what they are offered.
    pub parked: usize,
    /// How long the oldest is owed that waits for nothing else than its channel.
    pub oldest: TimeDelta,
}

/// Writes figures one by one.
struct Pen<'a>(DescriptorEncoder<'a>);

impl Pen<'_> {
    /// One figure.
    fn write(&mut self, name: &str, help: &str, value: f64) -> Result<(), Error> {
        let name = format!("{PREFIX}_{name}");
        let help = format!("{help}.");
        let encoder = (self.0).encode_descriptor(&name, &help, None, MetricType::Gauge)?;
        ConstGauge::new(value).encode(encoder)
    }

    /// One figure for each value of a label.
    fn write_each<'a>(
        &mut self,
        (name, label): (&str, &str),
        help: &str,
        values: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<(), Error> {
        let name = format!("{PREFIX}_{name}");
        let help = format!("{help}.");
        let mut encoder = (self.0).encode_descriptor(&name, &help, None, MetricType::Gauge)?;
        for (value, figure) in values {
            let labels = [(label, value)];
            ConstGauge::new(figure).encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl Collector for Figures {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let mut pen = Pen(encoder);
        let what = "Whether the program does all it is there for, as /readyz says";
        pen.write("ready", what, one(self.ready))?;
        let checks = self.checks.iter();
        let checks = checks.map(|(of, well)| (of.as_str(), one(*well)));
        let what = "Whether each thing that /readyz looks at is well";
        pen.write_each(("check_ok", "check"), what, checks)?;
        let silent = self.silent.iter();
        let silent = silent.map(|(task, since)| (*task, since.as_secs_f64()));
        let what = "How long ago each task last gave a sign of life";
        pen.write_each(("task_silence_seconds", "task"), what, silent)?;
        if let Some(archive) = &self.archive {
            archive.write(&mut pen)?;
        }
        if let Some(schedule) = &self.schedule {
            schedule.write(&mut pen)?;
        }
        match &self.outbox {
            Some(outbox) => outbox.write(&mut pen),
            None => Ok(()),
        }
    }
}

impl Archive {
    fn write(&self, pen: &mut Pen<'_>) -> Result<(), Error> {
        let what = "Whether the archive takes what is written";
        pen.write("store_writable", what, one(self.takes))?;
        let what = "How many entries the journal has";
        pen.write("chain_height", what, self.height as f64)?;
        if let Some(age) = self.checkpoint {
            let what = "How long ago the last checkpoint was signed";
            pen.write("checkpoint_age_seconds", what, seconds(age))?;
        }
        if let Some(age) = self.anchor {
            let what = "How long ago somebody else last held a checkpoint to a time";
            pen.write("anchor_age_seconds", what, seconds(age))?;
        }
        if let Some((taken, free)) = self.space {
            let what = "What the archive takes on its disk";
            pen.write("archive_size_bytes", what, taken as f64)?;
            let what = "What the disk of the archive has left for this program";
            pen.write("archive_free_bytes", what, free as f64)?;
        }
        Ok(())
    }
}

impl Schedule {
    fn write(&self, pen: &mut Pen<'_>) -> Result<(), Error> {
        let watches = self.watches.iter();
        let watches = watches.map(|(state, count)| (*state, *count as f64));
        pen.write_each(("watches", "state"), "Watches by how they stand", watches)?;
        let what = "How late the visit to the most overdue watch is";
        pen.write("schedule_lateness_seconds", what, seconds(self.late))?;
        let (all, longest) = self.queues;
        let what = "Visits and requests that wait for the turn of their host, over all hosts";
        pen.write("host_queue_length", what, all as f64)?;
        let what = "Visits or requests that wait for the turn of one host, where most do";
        pen.write("host_queue_length_max", what, longest as f64)
    }
}

impl Outbox {
    fn write(&self, pen: &mut Pen<'_>) -> Result<(), Error> {
        let owed = self.owed.iter();
        let owed = owed.map(|(channel, count)| (*channel, *count as f64));
        let what = "Alerts that are owed, by the sort of their channel";
        pen.write_each(("outbox_alerts", "channel"), what, owed)?;
        let what = "Alerts that wait for the end of quiet hours, for company or for a digest";
        pen.write("outbox_waiting_alerts", what, self.waiting as f64)?;
        let what = "Channels that do not take what they are offered";
        pen.write("outbox_parked_channels", what, self.parked as f64)?;
        let what = "How long the oldest alert is owed that waits for nothing but its channel";
        pen.write("outbox_oldest_age_seconds", what, seconds(self.oldest))
    }
}

fn one(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}
