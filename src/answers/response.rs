//! What is answered, and what is heard meanwhile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::answers::{
    AnnotatedOne, Blamed, Captured, Chained, Compared, CorrectionOne, Corroboration, Covered,
    Decision, Differing, EvidenceFile, Explained, Forecasts, FoundOne, Group, Listed, NameOne,
    Noted, Outbox, OutboxOne, Paged, Phrased, Preview, Promised, PublisherOne, Quiet, RegisterOne,
    Replayed, RouteOne, RowHistory, Ruled, Searched, Shown, SoFar, Status, Stood, Tables, Taken,
    Tally, Timeline, Tried, Visited, Watched,
};
use crate::backfill::{Filled, FilledSoFar};
use crate::deliver::Paid;
use crate::doctor::Vitals;
use crate::export::Exported;
use crate::imports::TakenIn;
use crate::model::{Change, EntryNo, Muted, Suggested, Version, WatchId};
use crate::reread::Summary;
use crate::store::Verified;
use crate::transfer::Carried;
use crate::visit::{Heard, Round};

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
    Versions(Vec<Version>),
    /// To `Visits`, newest first.
    Visits(Vec<Visited>),
    /// To `Captures`, in the order asked for.
    Captures(Vec<Captured>),
    /// To `ReadAt`: every watch of which a version was read, with the addresses at which that was.
    ReadAt(Vec<(WatchId, Vec<Url>)>),
    /// To `LastEntry`; 0 where nothing happened yet.
    LastEntry(EntryNo),
    /// To `Vitals`.
    Vitals(Vitals),
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
    /// To `Corroborated`, by their entries; of a change of which nobody says anything there is nothing.
    Corroborated(BTreeMap<EntryNo, Corroboration>),
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
    /// To `Take`.
    Take(Box<TakenIn>),
    /// To `Export`.
    Export(Box<Exported>),
    /// To `Backup`.
    Backup(Carried),
    /// To `Deliver`.
    Deliver(Paid),
    /// To `Outbox`.
    Outbox(Box<Outbox>),
    /// To `RetryAlerts` and `DropAlert`: the alerts meant, as they stand then.
    Alerts(Vec<OutboxOne>),
    /// To `Coverage`.
    Coverage(Box<Covered>),
    /// To `Evidence`.
    Evidence(Box<EvidenceFile>),
    /// To `Chain`.
    Chain(Box<Chained>),
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
