//! Every question a reader can ask, and its answer.

mod annotations;
mod announced;
mod backfill;
mod backup;
mod blame;
mod chain;
mod changes;
mod corrections;
mod corroborated;
mod coverage;
mod diff;
mod evidence;
mod explain;
mod export;
mod folded;
mod found;
mod going;
mod groups;
mod hearing;
mod history;
mod import;
mod list;
mod mutes;
mod names;
mod noise;
mod outbox;
mod pages;
mod people;
mod phrase;
mod pinned;
mod presence;
mod promises;
mod publishers;
mod refused;
mod registers;
mod renamed;
mod replay;
mod request;
mod reread;
mod response;
mod routes;
mod rules;
mod search;
mod show;
mod status;
mod stood;
mod suggestions;
mod table;
mod texts;
mod visits;
mod watched;
mod window;

pub use annotations::{AnnotatedOne, AnnotationWanted, Noted, WhichChange, standing_posts};
pub use announced::{AnnouncedAsked, By, Per, Tally};
pub use blame::Blamed;
pub use chain::{ChainAsked, Chained, CheckpointOne, Continuation, EntryProof, StampOne};
pub use changes::{ChangesAsked, Paged};
pub use corrections::{CorrectionOne, CorrectionWanted, Righting, Telling};
pub use corroborated::{Asking, Corroboration, Witness, anchored};
pub use coverage::{CoverageAsked, CoverageForm, Covered, Gap};
pub use diff::Compared;
pub use evidence::{EvidenceAsked, EvidenceFile, EvidenceOf};
pub use explain::{Explained, Otherwise, Told};
pub use folded::Folded;
pub use found::{Decision, FoundOne};
pub use groups::{Group, Joined, What};
pub use history::{Address, Timeline};
pub use import::Taken;
pub use list::{Listed, Standing};
pub use mutes::{MuteWanted, Preview};
pub use names::{NameOne, NamesAsked};
pub use noise::Quiet;
pub use outbox::{Outbox, OutboxAsked, OutboxOne, OutboxState};
pub use phrase::{
    Interval, IntervalBefore, PhraseAsked, PhraseOne, Phrased, Shown as PhraseShown, Spread,
    SpreadBefore, Stretch, Turned,
};
pub use presence::{Spell, Was};
pub use promises::Promised;
pub use publishers::PublisherOne;
pub use refused::{NoAnswer, WHERE_IT_RUNS};
pub use registers::{RegisterOne, SoFar, read_ahead};
pub use replay::{Differing, ReplayAsked, Replayed, Totals};
pub use request::Request;
pub use response::{Progress, Response};
pub use routes::{Forecast, ForecastAsked, Forecasts, RouteOne, SampleMessage};
pub use rules::{RuleFile, Ruled, Sample, Tried, TriedRule};
pub use search::{
    Happening, Part, Patience as SearchPatience, Quote, Reached, SearchAsked, Searched, Sighted,
    SightedBefore, StoodBefore,
};
pub use show::{Form, NotAVersion, Shown, Which};
pub use status::Status;
pub use stood::{Known, Stood, Unseen};
pub use suggestions::SuggestionWanted;
pub use table::{Happened, RowHistory, RowStep, Tables};
pub use visits::{Captured, Visited};
pub use watched::{Watched, WatchedAsked};

use refused::{no_version, no_watch};
use tokio::sync::mpsc;

use crate::deliver::Patience;
use crate::doctor;
use crate::house::House;

/// Answers one question.
///
/// # Errors
/// Where the question names something that is not there, or the archive fails.
pub async fn answer(
    house: &std::sync::Arc<House>,
    request: Request,
    heard: mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    house.refresh().await?;
    match request {
        Request::Found => found::found(house).await.map(Response::Found),
        Request::Decide { id, fate } => people::decide(house, &id, fate).await,
        Request::Names(asked) => names::names(house, &asked).await.map(Response::Names),
        Request::RuleName {
            name,
            ruled,
            by,
            why,
        } => names::rule(house, &name, ruled, by, why)
            .await
            .map(Box::new)
            .map(Response::RuleName),
        Request::List => list::list(house).await.map(Response::List),
        Request::History { id } => texts::history(house, &id).await,
        Request::Show { id, which, form } => texts::show(house, &id, which, form).await,
        Request::Diff { id, span } => texts::diff(house, &id, span).await,
        Request::Between { id, reach } => texts::between(house, &id, reach).await,
        Request::Across { before, after } => texts::across(house, &before, &after).await,
        Request::Blame { id, which } => texts::blame(house, &id, which).await,
        Request::Stood { id, at } => texts::stood(house, &id, at).await,
        Request::Versions { id } => visits::versions(house, &id).await,
        Request::Visits { id, most } => visits::visits(house, &id, most).await,
        Request::Captures { id, versions } => visits::captures(house, &id, &versions).await,
        Request::ReadAt => visits::read_at(house).await,
        Request::LastEntry => visits::last_entry(house).await,
        Request::Vitals => Ok(Response::Vitals(doctor::vitals(house).await?)),
        Request::Explain { id, span } => window::explain(house, &id, span).await,
        Request::Rules => rules::rules(house).await.map(Response::Rules),
        Request::TryRules(file) => rules::try_rules(house, &file, heard)
            .await
            .map(Box::new)
            .map(Response::TryRules),
        Request::Replay(asked) => replay::replay(house, &asked, heard)
            .await
            .map(Box::new)
            .map(Response::Replay),
        Request::Noise { id } => window::noise(house, &id).await,
        Request::Promises { ids } => window::promises(house, &ids).await,
        Request::Table { id, which, table } => texts::tables(house, &id, which, table).await,
        Request::Row { id, key, table } => texts::row(house, &id, &key, table).await,
        Request::Changes(asked) => changes::changes(house, &asked).await.map(Response::Changes),
        Request::Paged(asked) => window::paged(house, &asked).await,
        Request::Corroborated { of, as_of } => corroborated::in_entries(house, &of, as_of).await,
        Request::Watched(asked) => window::watched(house, &asked).await,
        Request::Publishers { name } => window::publishers(house, name.as_deref()).await,
        Request::Registers => window::registers(house).await,
        Request::PromisedSoFar => window::promised(house).await,
        Request::Status => window::status(house).await,
        Request::Announced(asked) => window::announced(house, &asked).await,
        Request::Groups { id, since } => groups::groups(house, id.as_deref(), since)
            .await
            .map(Response::Groups),
        Request::Mute(wanted) => people::mute(house, wanted).await,
        Request::MutePreview(wanted) => people::preview(house, &wanted).await,
        Request::Unmute { no, by, why } => people::unmute(house, no, by, why).await,
        Request::Visit(wanted) => going::go_and_look(house, wanted, heard)
            .await
            .map(Response::Visit),
        Request::Reread { ids, purpose } => reread::reread(house, &ids, purpose, heard)
            .await
            .map(Response::Reread),
        Request::Import { id, saved } => import::import(house, &id, *saved)
            .await
            .map(Response::Import),
        Request::Take(asked) => import::take(house, &asked, heard).await,
        Request::Backfill(asked) => backfill::backfill(house, &asked, &heard).await,
        Request::BackfillStatus { ids } => backfill::status(house, &ids).await,
        Request::Export(asked) => export::export(house, asked, heard).await,
        Request::Backup { dir } => backup::backup(house, &dir, heard).await,
        Request::Deliver => Ok(Response::Deliver(house.pay(Patience::COMMAND).await?)),
        Request::Coverage(asked) => coverage::coverage(house, &asked).await,
        Request::Evidence(asked) => evidence::evidence(house, &asked).await,
        Request::Chain(asked) => chain::chain(house, asked).await,
        Request::Verify { since } => chain::verify(house, since, done(heard)).await,
        Request::Rebuild => {
            house.store.rebuild(done(heard.clone())).await?;
            search::rebuild(house, &heard).await?;
            Ok(Response::Rebuild)
        }
        Request::Mutes => people::mutes(house).await,
        Request::Search(asked) => texts::search(house, &asked, &heard).await,
        Request::Phrase(asked) => texts::phrase(house, &asked, &heard).await,
        Request::Annotate(wanted) => people::annotate(house, wanted).await,
        Request::Annotations { of } => people::annotations(house, of.as_ref()).await,
        Request::Correct(wanted) => people::correct(house, wanted).await,
        Request::Corrections => people::corrections(house).await,
        Request::Outbox(asked) => people::outbox(house, &asked).await,
        Request::RetryAlerts { alert } => people::retry(house, alert).await,
        Request::DropAlert { alert, why, by } => {
            people::drop(house, alert, &why, by.as_deref()).await
        }
        Request::Suggest(wanted) => people::suggest(house, wanted).await,
        Request::Suggestions => people::suggestions(house).await,
        Request::Routes => Ok(people::routes(house)),
        Request::Forecast(asked) => people::forecast(house, &asked).await,
    }
}

/// Passes on how far something is.
fn done(heard: mpsc::Sender<Progress>) -> impl FnMut(u64, u64) + Send {
    move |done, all| drop(heard.try_send(Progress::Done(done, all)))
}
