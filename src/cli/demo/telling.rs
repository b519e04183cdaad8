//! What the demo shows of each step, to people and as JSON.

use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::answers::{self, Request, Response};
use crate::cli::demo::Demo;
use crate::cli::screen::{Ink, counted};
use crate::cli::{Trouble, diff};
use crate::model::{ChangeKind, Message, Outcome, VisitReport};
use crate::web::story::{Fetch, Story};
use crate::wording::{harmless, redline, times};

/// How long a step stays before the next one, on a terminal.
const PACE: Duration = Duration::from_millis(450);
/// How long an alert stays.
const PACE_OF_ALERT: Duration = Duration::from_millis(1500);
/// The day of the three alerts.
const CLIMAX: &str = "2016-07-06";

impl Demo<'_> {
    /// What is to be seen, and that it is a reconstruction.
    pub(super) fn introduce(&self, story: &Story) {
        let title = "Smallprint: the care.data story, 2013 to 2026";
        self.say(&self.screen.ink(Ink::Bold, title));
        self.prose(
            "",
            "Ten pages are fetched from a server on this machine, 26 times over thirteen years. Nothing leaves this machine.",
        );
        let invented: Vec<String> = (story.fetches.iter())
            .filter(|fetch| fetch.invented)
            .map(|fetch| fetch.n.to_string())
            .collect();
        self.prose(
            "",
            &format!(
                "The pages are reconstructions in our own words. In fetches {}, wording or timing is invented, to show a rule.",
                invented.join(", ")
            ),
        );
        self.prose(
            "",
            "Two hours before each fetch a look finds the earlier text, as a schedule would.",
        );
        self.say("");
    }

    /// What happened outside the pages since the fetch before this one, then the fetch.
    pub(super) fn announce(&self, story: &Story, fetch: &Fetch) {
        let day = |at: DateTime<Utc>| at.date_naive();
        let before = story.fetches.iter().rfind(|other| other.n < fetch.n);
        let since = before.map_or(NaiveDate::MIN, |other| day(other.fetched_at));
        for event in &story.events {
            if since < event.date && event.date <= day(fetch.fetched_at) {
                let told = format!("{}: {}.", event.date.format("%-d %B %Y"), event.text);
                let told = self.screen.prose("   ", &told);
                self.say(&format!("{}\n", self.screen.ink(Ink::Yellow, &told)));
            }
        }
        let when = times::moment(fetch.fetched_at, chrono_tz::Europe::London);
        let invented = if fetch.invented { " (invented)" } else { "" };
        self.say(&format!(
            "{} {}  {}{}",
            self.screen.ink(Ink::Faint, &format!("{:2}/26", fetch.n)),
            self.screen.ink(Ink::Bold, &when),
            fetch.page,
            self.screen.ink(Ink::Faint, invented)
        ));
    }

    /// The redline of a change between two versions.
    pub(super) async fn redline(&self, report: &VisitReport) -> Result<(), Trouble> {
        let between_versions = report.change.filter(|span| span.from != 0 && span.to != 0);
        let (Some(span), false) = (between_versions, self.screen.json) else {
            return Ok(());
        };
        let (tell, _) = tokio::sync::mpsc::channel(1);
        let request = Request::Diff {
            id: report.watch.clone(),
            span: Some(span),
        };
        if let Response::Diff(compared) = answers::answer(&self.house, request, tell).await? {
            let heading = diff::heading(&compared);
            self.screen.bytes(
                redline::terminal(
                    &heading,
                    &compared.diff,
                    self.screen.paint(),
                    self.screen.width,
                )
                .as_bytes(),
            );
        }
        Ok(())
    }

    pub(super) async fn tell(&self, fetch: &Fetch, report: &VisitReport, alerts: &[Message]) {
        let cards =
            std::mem::take(&mut *self.printed.lock().unwrap_or_else(PoisonError::into_inner));
        if self.screen.json {
            return self.screen.json(&row(fetch, report, alerts, "fetch"));
        }
        let what = match (report.outcome, report.kind) {
            (Outcome::Unchanged, _) => Some("the same text: nothing is said".to_owned()),
            (Outcome::Failed, _) => Some("no page came".to_owned()),
            (_, Some(ChangeKind::Appeared)) if alerts.is_empty() => {
                Some("first reading: a baseline, nothing is said".to_owned())
            }
            // A card says it in its first line.
            _ if cards.is_empty() => report.sentence.as_deref().map(harmless::line),
            _ => None,
        };
        if let Some(what) = what {
            self.prose("   ", &what);
        }
        self.say("");
        let long = if fetch.fetched_at.to_rfc3339().starts_with(CLIMAX) {
            PACE_OF_ALERT * 2
        } else {
            PACE_OF_ALERT
        };
        for card in cards {
            self.say(&card);
            self.pause(long).await;
        }
        self.pause(PACE).await;
    }

    pub(super) async fn pause(&self, long: Duration) {
        if self.screen.watched && !self.screen.json {
            tokio::time::sleep(long).await;
        }
    }

    /// What to type next.
    pub(super) fn leave(&self, folder: &Path) {
        let watchlist = quoted(&folder.join("watchlist.toml"));
        let data = quoted(&folder.join("archive"));
        let sent = counted(self.alerts, "alert was sent", "alerts were sent");
        self.say(
            &self
                .screen
                .ink(Ink::Bold, &format!("{sent}. What to type next:")),
        );
        for command in [
            "history nhse-caredata",
            "diff nhse-caredata",
            "show gov-review@1",
            "changes --min-severity 5",
            "verify",
        ] {
            self.say(&format!(
                "  smallprint --watchlist {watchlist} --data {data} {command}"
            ));
        }
        self.say("");
        self.prose(
            "",
            "With `cargo run --release --` in place of `smallprint` where it is not installed.",
        );
    }

    /// A line for people.
    pub(super) fn say(&self, text: &str) {
        if !self.screen.json {
            self.screen.line(text);
        }
    }

    /// Running text for people.
    pub(super) fn prose(&self, indent: &str, text: &str) {
        self.say(&self.screen.prose(indent, text));
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@".contains(c);
    if path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// One line of JSON: what `visit --json` says, with the fetch it belongs to and the messages it led to.
pub(super) fn row(
    fetch: &Fetch,
    report: &VisitReport,
    alerts: &[Message],
    step: &str,
) -> serde_json::Value {
    let mut row = serde_json::to_value(report).expect("plain data can be written as JSON");
    row["step"] = step.into();
    row["n"] = fetch.n.into();
    row["fact"] = fetch.fact.clone().into();
    row["invented"] = fetch.invented.into();
    row["alerts"] = serde_json::to_value(alerts).expect("plain data can be written as JSON");
    row
}
