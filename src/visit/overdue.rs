//! Says once that the day of a promise has passed and the page still says it is to come.

use chrono::{DateTime, NaiveDate, Utc};

use crate::findings;
use crate::house::{House, InForce};
use crate::model::{Digest, Fact, Owed, Promise, Watch, WatchId};
use crate::prose::cut;
use crate::routing::{self, About};
use crate::store::StoreError;

/// The most promises one notice tells of, so that its entry stays small; the others are told the next day.
const TOGETHER: usize = 40;
/// The longest quote, in characters.
const QUOTE: usize = 240;

/// Owes a notice about the promises of these watches whose day has passed while they were watched, each once. Gives how many
/// messages are owed. Each watch is looked at once a day.
///
/// # Errors
/// The archive's.
pub(super) async fn say(
    house: &House,
    in_force: &InForce,
    watches: &[WatchId],
) -> Result<usize, StoreError> {
    let zone = in_force.watchlist.settings.timezone;
    let today = house.clock.now().with_timezone(&zone).date_naive();
    let mut due: Vec<(&Watch, Promise)> = Vec::new();
    for id in watches.iter().filter(|id| house.remind(id, today)) {
        let Some(watch) = in_force.watchlist.watch(id) else {
            continue;
        };
        let state = house.store.state(id).await?;
        let Some(current) = state.current.filter(|_| !state.away) else {
            continue;
        };
        let document = house.store.document(&current).await?;
        let since = current.at.with_timezone(&zone).date_naive();
        let passed = findings::promises(&document)
            .into_iter()
            .filter(|promise| since <= promise.due && promise.due < today)
            .collect();
        let left = house.store.not_said_overdue(passed).await?;
        due.extend(left.into_iter().map(|promise| (watch, promise)));
    }
    due.truncate(TOGETHER);
    if due.is_empty() {
        return Ok(0);
    }
    let owed = owed(in_force, &due, house.clock.now());
    let count = owed.len();
    let fact = Fact::Notice {
        text: house
            .store
            .keep(text(&due, today).into_bytes(), None)
            .await?,
        owed,
        about: Vec::new(),
        promises: due
            .iter()
            .map(|(_, promise)| promise.digest())
            .collect::<Vec<Digest>>(),
    };
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(count)
}

/// To every place that is told of an overdue promise of one of them.
fn owed(in_force: &InForce, due: &[(&Watch, Promise)], now: DateTime<Utc>) -> Vec<Owed> {
    let findings = [in_force.watchlist.book.rule("overdue").finding()];
    let abouts = due.iter().map(|(watch, _)| About {
        watch,
        severity: findings[0].severity,
        findings: &findings,
    });
    let abouts: Vec<About> = abouts.collect();
    let routes = &in_force.watchlist.routes;
    routing::silently(routing::owed_for_all(routes, &abouts, now))
}

fn text(due: &[(&Watch, Promise)], today: NaiveDate) -> String {
    let lines = due.iter().map(|(watch, promise)| {
        format!(
            "“{}” on “{}”: by {} at the latest, {} ago.",
            cut(&promise.quote, QUOTE),
            cut(watch.name(), 120),
            promise.due.format("%-d %B %Y"),
            days((today - promise.due).num_days())
        )
    });
    let lines: Vec<String> = lines.collect();
    format!(
        "The day of {} has passed, and the page still says that it is to come.\n{}",
        match due.len() {
            1 => "a promise".to_owned(),
            many => format!("{many} promises"),
        },
        lines.join("\n")
    )
}

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        many => format!("{many} days"),
    }
}
