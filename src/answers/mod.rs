//! Every question a reader can ask, and its answer.

mod annotations;
mod announced;
mod backfill;
mod blame;
mod changes;
mod corrections;
mod corroborated;
mod diff;
mod explain;
mod export;
mod folded;
mod found;
mod going;
mod groups;
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
mod promises;
mod publishers;
mod refused;
mod registers;
mod renamed;
mod replay;
mod reread;
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
pub use changes::{ChangesAsked, Paged};
pub use corrections::{CorrectionOne, CorrectionWanted, Righting, Telling};
pub use corroborated::{Corroboration, Witness};
pub use diff::Compared;
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
pub use promises::Promised;
pub use publishers::PublisherOne;
pub use refused::NoAnswer;
pub use registers::{RegisterOne, SoFar, read_ahead};
pub use replay::{Differing, ReplayAsked, Replayed, Totals};
pub use routes::{Forecast, ForecastAsked, Forecasts, RouteOne, SampleMessage};
pub use rules::{RuleFile, Ruled, Sample, Tried, TriedRule};
pub use search::{
    Happening, Part, Patience as SearchPatience, Reached, SearchAsked, Searched, Sighted,
};
pub use show::{Form, NotAVersion, Shown, Which};
pub use status::Status;
pub use stood::{Known, Stood, Unseen};
pub use suggestions::SuggestionWanted;
pub use table::{Happened, RowHistory, RowStep, Tables};
pub use visits::{Captured, Visited};
pub use watched::{Spell, Was, Watched, WatchedAsked};

use refused::{no_version, no_watch};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::backfill::{BackfillAsked, Filled, FilledSoFar};
use crate::deliver::{Paid, Patience};
use crate::export::{ExportAsked, Exported};
use crate::house::House;
use crate::model::{
    AlertId, Change, Decided, Fate, Muted, Reach, Span, Suggested, VersionNo, WatchId,
};
use crate::reread::{Purpose, Summary};
use crate::store::Verified;
use crate::visit::{Heard, Round, Saved, Wanted};

/// A question, or an errand somebody asks for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "ask")]
pub enum Request {
    /// Which watches are there, and how do they stand?
    List,
    /// What do watches lead to, and what became of it?
    Found,
    /// Somebody decides on what a watch led to.
    Decide {
        /// Which lead.
        id: WatchId,
        /// What becomes of it.
        fate: Fate,
    },
    /// Which names does the archive know, and where do they stand?
    Names(NamesAsked),
    /// Somebody decides on a name.
    RuleName {
        /// Which name, in any form.
        name: String,
        /// What becomes of it; what it is merged into in any form too.
        ruled: Decided,
        /// Who decides, as they call themselves.
        by: Option<String>,
        /// Why.
        why: Option<String>,
    },
    /// Which versions and changes has this watch?
    History {
        /// Which watch.
        id: WatchId,
    },
    /// What did this page say?
    Show {
        /// Which watch.
        id: WatchId,
        /// Which version.
        which: Which,
        /// In what form.
        form: Form,
    },
    /// Which versions has this watch?
    Versions {
        /// Which watch.
        id: WatchId,
    },
    /// How often did we go there, and what came of it?
    Visits {
        /// Which watch.
        id: WatchId,
        /// How many at most; the last ones.
        most: usize,
    },
    /// What did the server send?
    Captures {
        /// Which watch.
        id: WatchId,
        /// With which versions.
        versions: Vec<crate::model::VersionNo>,
    },
    /// Which is the last entry of the journal?
    LastEntry,
    /// What differs between two versions?
    Diff {
        /// Which watch.
        id: WatchId,
        /// Which versions; the last change where absent.
        span: Option<Span>,
    },
    /// What differs between two texts of a watch, be they backfilled or our own?
    Between {
        /// Which watch.
        id: WatchId,
        /// Which texts.
        reach: Reach,
    },
    /// What differs between two versions of any two watches?
    Across {
        /// The one side.
        before: (WatchId, VersionNo),
        /// The other.
        after: (WatchId, VersionNo),
    },
    /// Which version brought each paragraph, and which sentences came and went?
    Blame {
        /// Which watch.
        id: WatchId,
        /// Up to which version.
        which: Which,
    },
    /// What stood there at this moment?
    Stood {
        /// Which watch.
        id: WatchId,
        /// When.
        at: chrono::DateTime<chrono::Utc>,
    },
    /// Why does this change matter, and what almost fired?
    Explain {
        /// Which watch.
        id: WatchId,
        /// Which change; the last one where absent.
        span: Option<Span>,
    },
    /// Which rules are there, and how often did each fire?
    Rules,
    /// What would these rules have found?
    TryRules(RuleFile),
    /// What would have been said?
    Replay(ReplayAsked),
    /// What is held quiet on this page, and why?
    Noise {
        /// Which watch.
        id: WatchId,
    },
    /// What do pages say will be there by when?
    Promises {
        /// On which pages; on all where none is named.
        ids: Vec<WatchId>,
    },
    /// Which tables stand on this page?
    Table {
        /// Which watch.
        id: WatchId,
        /// Which version.
        which: Which,
        /// Which of its tables, from 1; all where absent.
        table: Option<usize>,
    },
    /// What became of one row of a table over all versions?
    Row {
        /// Which watch.
        id: WatchId,
        /// What names the row: its reference, or any cell that only it holds.
        key: String,
        /// In which of the tables, from 1; in all where absent.
        table: Option<usize>,
    },
    /// What changed, over all watches?
    Changes(ChangesAsked),
    /// The same page by page, with those folded that belong together.
    Paged(ChangesAsked),
    /// What is this document, when was it seen, and how did it go on?
    Watched(WatchedAsked),
    /// How much do publishers publish, when, and how much of it is announced?
    Publishers {
        /// Only this one.
        name: Option<String>,
    },
    /// Which pages have rows that are news by themselves?
    Registers,
    /// The promises of all pages, as far as they were read.
    PromisedSoFar,
    /// How does the archive stand?
    Status,
    /// How many of their edits did publishers announce?
    Announced(AnnouncedAsked),
    /// Which changes of several pages belong together?
    Groups {
        /// The id of a group, or of a watch whose groups are wanted; all where absent.
        id: Option<String>,
        /// Only those that grew since.
        since: Option<chrono::DateTime<chrono::Utc>>,
    },
    /// What did people ask not to be told of?
    Mutes,
    /// Somebody asks not to be told of something.
    Mute(MuteWanted),
    /// What would such a mute have hidden?
    MutePreview(MuteWanted),
    /// Somebody lifts a mute.
    Unmute {
        /// Its number.
        no: u32,
        /// Who.
        by: String,
        /// The reason given.
        why: Option<String>,
    },
    /// Which passages have these words?
    Search(SearchAsked),
    /// Where did these phrases stand, from when to when?
    Phrase(PhraseAsked),
    /// Somebody says something of a change.
    Annotate(AnnotationWanted),
    /// What did people say of a change, or of all?
    Annotations {
        /// Of which change; of all where absent.
        of: Option<WhichChange>,
    },
    /// Somebody puts right in public what was said, or takes that back.
    Correct(CorrectionWanted),
    /// What was put right?
    Corrections,
    /// Somebody wishes that a page were watched.
    Suggest(SuggestionWanted),
    /// Which pages do people wish were watched?
    Suggestions,
    /// Where do changes go?
    Routes,
    /// What would the routes have sent?
    Forecast(ForecastAsked),
    /// Go and look.
    Visit(Wanted),
    /// Read old captures with the rules of today.
    Reread {
        /// Of which watches; of all where none is named.
        ids: Vec<WatchId>,
        /// Whether it is stored.
        purpose: Purpose,
    },
    /// Take a file that somebody saved.
    Import {
        /// Of which watch.
        id: WatchId,
        /// The file, and what they say of it.
        saved: Box<Saved>,
    },
    /// Bring what pages said before they were watched.
    Backfill(BackfillAsked),
    /// How does bringing that stand?
    BackfillStatus {
        /// Of which watches; of all where none is named.
        ids: Vec<WatchId>,
    },
    /// Carry the archive out into a directory.
    Export(ExportAsked),
    /// Pay the alerts owed.
    Deliver,
    /// How do the alerts stand?
    Outbox(OutboxAsked),
    /// Try an alert at once that is parked, or owe it again where it was given up.
    RetryAlerts {
        /// Which; all of them where absent.
        alert: Option<AlertId>,
    },
    /// Somebody gives an alert up.
    DropAlert {
        /// Which.
        alert: AlertId,
        /// Why.
        why: String,
        /// Who, as they call themselves.
        by: Option<String>,
    },
    /// Is the archive whole?
    Verify,
    /// Make the views afresh.
    Rebuild,
}

/// An answer, one kind a question.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "answer", content = "of")]
pub enum Response {
    /// To `List`.
    List(Vec<Listed>),
    /// To `Found`.
    Found(Vec<FoundOne>),
    /// To `Decide`.
    Decide(Box<Decision>),
    /// To `Names`, those seen first first.
    Names(Vec<NameOne>),
    /// To `RuleName`.
    RuleName(Box<NameOne>),
    /// To `History`.
    History(Box<Timeline>),
    /// To `Show`.
    Show(Box<Shown>),
    /// To `Versions`, oldest first.
    Versions(Vec<crate::model::Version>),
    /// To `Visits`, newest first.
    Visits(Vec<Visited>),
    /// To `Captures`, in the order asked for.
    Captures(Vec<Captured>),
    /// To `LastEntry`; 0 where nothing happened yet.
    LastEntry(crate::model::EntryNo),
    /// To `Diff`, `Between` and `Across`.
    Diff(Box<Compared>),
    /// To `Blame`.
    Blame(Box<Blamed>),
    /// To `Stood`.
    Stood(Box<Stood>),
    /// To `Explain`.
    Explain(Box<Explained>),
    /// To `Rules`.
    Rules(Vec<Ruled>),
    /// To `TryRules`.
    TryRules(Box<Tried>),
    /// To `Replay`, when every change was told of.
    Replay(Box<Replayed>),
    /// To `Noise`.
    Noise(Box<Quiet>),
    /// To `Promises`, the earliest first.
    Promises(Vec<Promised>),
    /// To `Table`.
    Table(Box<Tables>),
    /// To `Row`.
    Row(Box<RowHistory>),
    /// To `Changes`, newest first.
    Changes(Vec<Change>),
    /// To `Paged`.
    Paged(Box<Paged>),
    /// To `Watched`.
    Watched(Box<Watched>),
    /// To `Publishers`, by name.
    Publishers(Vec<PublisherOne>),
    /// To `Registers`, by title.
    Registers(SoFar<RegisterOne>),
    /// To `PromisedSoFar`, the earliest first.
    PromisedSoFar(SoFar<Promised>),
    /// To `Status`.
    Status(Box<Status>),
    /// To `Announced`, by publisher or watch, the whole of each first.
    Announced(Vec<Tally>),
    /// To `Groups`, the one that grew last first.
    Groups(Vec<Group>),
    /// To `Mutes`, in order.
    Mutes(Vec<Muted>),
    /// To `Mute` and `Unmute`.
    Mute(Box<Muted>),
    /// To `MutePreview`.
    MutePreview(Box<Preview>),
    /// To `Search`.
    Search(Box<Searched>),
    /// To `Phrase`.
    Phrase(Box<Phrased>),
    /// To `Annotate`.
    Annotate(Box<Noted>),
    /// To `Annotations`, in order.
    Annotations(Vec<AnnotatedOne>),
    /// To `Correct`.
    Correct(Box<CorrectionOne>),
    /// To `Corrections`, newest first.
    Corrections(Vec<CorrectionOne>),
    /// To `Suggest`.
    Suggest(Suggested),
    /// To `Suggestions`, in order.
    Suggestions(Vec<Suggested>),
    /// To `Routes`, in the order of the watchlist.
    Routes(Vec<RouteOne>),
    /// To `Forecast`.
    Forecast(Box<Forecasts>),
    /// To `Visit`, when all visits have ended.
    Visit(Round),
    /// To `Reread`.
    Reread(Summary),
    /// To `Import`.
    Import(Taken),
    /// To `Backfill`, page by page.
    Backfill(Vec<Filled>),
    /// To `BackfillStatus`: the pages of which an archive was asked.
    BackfillStatus(Vec<FilledSoFar>),
    /// To `Export`.
    Export(Box<Exported>),
    /// To `Deliver`.
    Deliver(Paid),
    /// To `Outbox`.
    Outbox(Box<Outbox>),
    /// To `RetryAlerts` and `DropAlert`: the alerts meant, as they stand then.
    Alerts(Vec<OutboxOne>),
    /// To `Verify`.
    Verify(Verified),
    /// To `Rebuild`.
    Rebuild,
}

/// What is heard while an answer is being made.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Of a round of visits.
    Round(Heard),
    /// Of captures that are read again.
    Reread(crate::reread::Heard),
    /// Of a change of which other rules say something else.
    Replay(Box<Differing>),
    /// Of archives of the web that are asked.
    Backfill(crate::backfill::Heard),
    /// So many of so many are done.
    Done(u64, u64),
}

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
        Request::LastEntry => visits::last_entry(house).await,
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
        Request::Watched(asked) => window::watched(house, &asked).await,
        Request::Publishers { name } => window::publishers(house, name.as_deref()).await,
        Request::Registers => window::registers(house).await,
        Request::PromisedSoFar => window::promised(house).await,
        Request::Status => window::status(house).await,
        Request::Announced(asked) => announced::announced(house, &asked)
            .await
            .map(Response::Announced),
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
        Request::Backfill(asked) => backfill::backfill(house, &asked, &heard).await,
        Request::BackfillStatus { ids } => backfill::status(house, &ids).await,
        Request::Export(asked) => export::export(house, asked, heard).await,
        Request::Deliver => Ok(Response::Deliver(house.pay(Patience::COMMAND).await?)),
        Request::Verify => {
            let mut verified = house.store.verify(done(heard)).await?;
            verified.search = search::verify(house).await;
            Ok(Response::Verify(verified))
        }
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
