//! Figures about the program at work, counted where a thing is handled, for those who watch over many programs.
//!
//! They are counted from the start of the process on, whether anybody asks or not: one count takes less than a microsecond.
//! No label names a watch, a host or a place that something is sent to: what labels say is known before the program starts.

mod figures;
mod process;

use std::sync::LazyLock;
use std::time::Duration;

use chrono::TimeDelta;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::model::{Alert, Destination, FailureKind, Outcome};

pub use figures::{Archive, Figures, Outbox, Schedule};

/// What stands before the name of every figure of ours.
const PREFIX: &str = "smallprint";
/// How long a visit takes, waiting for the turn of its host included.
const OF_VISITS: [f64; 12] = [
    0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0,
];
/// How long after it was due a visit begins.
const OF_LATENESS: [f64; 9] = [0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0];
/// How long it takes until an entry is durable.
const OF_APPENDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0,
];
/// How long it takes from the entry that owes an alert until it stands there.
const OF_DELIVERIES: [f64; 11] = [
    0.1, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0,
];

type One = [(&'static str, &'static str); 1];
type Two = [(&'static str, &'static str); 2];
type Timed<L> = Family<L, Histogram, fn() -> Histogram>;

/// What is counted.
struct Counted {
    registry: Registry,
    visits: Family<One, Counter>,
    failures: Family<One, Counter>,
    visiting: Histogram,
    lateness: Histogram,
    appending: Histogram,
    kept: Counter,
    deliveries: Family<Two, Counter>,
    delivering: Timed<Two>,
    refusals: Family<One, Counter>,
}

static COUNTED: LazyLock<Counted> = LazyLock::new(Counted::new);

/// A visit has ended with this outcome; how long it took is known where it was made from here.
pub fn visited(outcome: Outcome, failure: Option<FailureKind>, took: Option<Duration>) {
    let counted = &*COUNTED;
    (counted.visits)
        .get_or_create(&[("outcome", outcome.word())])
        .inc();
    if let Some(kind) = failure {
        (counted.failures)
            .get_or_create(&[("kind", kind.word())])
            .inc();
    }
    if let Some(took) = took {
        counted.visiting.observe(took.as_secs_f64());
    }
}

/// A visit begins so long after it was due.
pub fn begun_late(late: TimeDelta) {
    COUNTED.lateness.observe(seconds(late));
}

/// Entries that somebody asked for are durable, after so long.
pub fn appended(took: Duration) {
    COUNTED.appending.observe(took.as_secs_f64());
}

/// A body of so many bytes is kept that was not kept before.
pub fn kept(bytes: usize) {
    COUNTED.kept.inc_by(bytes as u64);
}

/// An alert stands in its channel so long after it came to be owed.
pub fn sent(alert: &Alert, after: TimeDelta) {
    let counted = &*COUNTED;
    let (to, waits) = (alert.owed.to.sort(), alert.owed.waits);
    (counted.deliveries)
        .get_or_create(&[("channel", to), ("outcome", SENT)])
        .inc();
    let waited_for = waits.map_or(NOTHING, |waits| waits.word());
    (counted.delivering)
        .get_or_create(&[("channel", to), ("waited_for", waited_for)])
        .observe(seconds(after));
}

/// An alert was given up.
pub fn given_up(to: &Destination) {
    let labels = [("channel", to.sort()), ("outcome", GIVEN_UP)];
    COUNTED.deliveries.get_or_create(&labels).inc();
}

/// A channel did not take a message, which is offered again.
pub fn refused(to: &Destination) {
    let labels = [("channel", to.sort())];
    COUNTED.refusals.get_or_create(&labels).inc();
}

/// All that was counted, what is known of the process, and these figures: in the text format of OpenMetrics 1.0.
pub fn text(figures: Figures) -> String {
    let mut now = Registry::default();
    now.register_collector(Box::new(figures));
    now.register_collector(Box::new(process::Process));
    let mut text = String::new();
    let written = encode_registry(&mut text, &COUNTED.registry)
        .and_then(|()| encode_registry(&mut text, &now))
        .and_then(|()| encode_eof(&mut text));
    written.expect("a text takes whatever is written");
    text
}

/// What [`text`] is served as.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const SENT: &str = "sent";
const GIVEN_UP: &str = "given-up";
const NOTHING: &str = "nothing";

impl Counted {
    fn new() -> Counted {
        let counted = Counted {
            registry: Registry::default(),
            visits: Family::default(),
            failures: Family::default(),
            visiting: Histogram::new(OF_VISITS),
            lateness: Histogram::new(OF_LATENESS),
            appending: Histogram::new(OF_APPENDS),
            kept: Counter::default(),
            deliveries: Family::default(),
            delivering: Family::new_with_constructor(|| Histogram::new(OF_DELIVERIES)),
            refusals: Family::default(),
        };
        counted.begin_at_nothing();
        counted.registered()
    }

    /// What is counted from nothing on stands there from the start, so that the first of its kind is seen as one more.
    fn begin_at_nothing(&self) {
        for outcome in Outcome::ALL {
            drop(self.visits.get_or_create(&[("outcome", outcome.word())]));
        }
        for kind in FailureKind::ALL {
            drop(self.failures.get_or_create(&[("kind", kind.word())]));
        }
        for to in Destination::SORTS {
            for outcome in [SENT, GIVEN_UP] {
                let labels = [("channel", to), ("outcome", outcome)];
                drop(self.deliveries.get_or_create(&labels));
            }
            drop(self.refusals.get_or_create(&[("channel", to)]));
            let labels = [("channel", to), ("waited_for", NOTHING)];
            drop(self.delivering.get_or_create(&labels));
        }
    }

    /// Gives everything its name.
    fn registered(self) -> Counted {
        let mut registry = Registry::with_prefix(PREFIX);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which smallprint this is", build);
        let what = "Visits that ended, by what came of them";
        registry.register("visits", what, self.visits.clone());
        let what = "Visits that brought no document, by why not";
        registry.register("visit_failures", what, self.failures.clone());
        let what = "Alerts that were settled, by the sort of their channel";
        registry.register("deliveries", what, self.deliveries.clone());
        let what = "Messages that a channel did not take, and that are offered again";
        registry.register("delivery_refusals", what, self.refusals.clone());
        let what = "Bodies kept that were not kept before, as they were served";
        registry.register_with_unit("bodies_kept", what, Unit::Bytes, self.kept.clone());
        let mut timed = |name: &str, what: &str, times: Histogram| {
            registry.register_with_unit(name, what, Unit::Seconds, times);
        };
        let what = "How long visits took, waiting for the turn of their hosts included";
        timed("visit_duration", what, self.visiting.clone());
        let what = "How long after they were due visits began";
        timed("visit_lateness", what, self.lateness.clone());
        let what = "How long it took until entries were durable";
        timed("store_append_duration", what, self.appending.clone());
        let what = "How long alerts were owed until they stood in their channels, by what they had to wait for";
        let delivering = self.delivering.clone();
        registry.register_with_unit("delivery_latency", what, Unit::Seconds, delivering);
        Counted { registry, ..self }
    }
}

/// A length of time in seconds; nothing where a clock went back.
fn seconds(time: TimeDelta) -> f64 {
    time.to_std().unwrap_or_default().as_secs_f64()
}
