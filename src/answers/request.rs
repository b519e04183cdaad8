//! What can be asked.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{
    AnnotationWanted, AnnouncedAsked, ChainAsked, ChangesAsked, CorrectionWanted, CoverageAsked,
    EvidenceAsked, ForecastAsked, Form, MuteWanted, NamesAsked, OutboxAsked, PhraseAsked,
    ReplayAsked, RuleFile, SearchAsked, SuggestionWanted, WatchedAsked, Which, WhichChange,
};
use crate::backfill::BackfillAsked;
use crate::export::ExportAsked;
use crate::imports::TakeAsked;
use crate::model::{AlertId, Decided, EntryNo, Fate, Reach, Span, VersionNo, WatchId};
use crate::reread::Purpose;
use crate::visit::{Saved, Wanted};

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
        versions: Vec<VersionNo>,
    },
    /// At which addresses were versions read?
    ReadAt,
    /// Which is the last entry of the journal?
    LastEntry,
    /// Does the program live, and do what it is there for?
    Vitals,
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
        at: DateTime<Utc>,
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
    /// What do others say of these changes?
    Corroborated {
        /// Their entries.
        of: Vec<EntryNo>,
        /// As far as the journal knew of it by this entry.
        as_of: EntryNo,
    },
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
        since: Option<DateTime<Utc>>,
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
    /// Take a whole archive in.
    Take(TakeAsked),
    /// Bring what pages said before they were watched.
    Backfill(BackfillAsked),
    /// How does bringing that stand?
    BackfillStatus {
        /// Of which watches; of all where none is named.
        ids: Vec<WatchId>,
    },
    /// Carry the archive out into a directory.
    Export(ExportAsked),
    /// Bring a copy of the archive up to date.
    Backup {
        /// In which directory, as an absolute path.
        dir: PathBuf,
    },
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
    /// How was this page watched?
    Coverage(CoverageAsked),
    /// What is there of this change, for somebody who does not take our word?
    Evidence(EvidenceAsked),
    /// What can others check the journal by?
    Chain(ChainAsked),
    /// Is the archive whole?
    Verify {
        /// Only from this entry on.
        #[serde(default)]
        since: Option<EntryNo>,
    },
    /// Make the views afresh.
    Rebuild,
}

impl Request {
    /// Whether the journal stays as it is, whatever is answered.
    pub fn adds_nothing(&self) -> bool {
        match self {
            Request::Decide { .. }
            | Request::RuleName { .. }
            | Request::Mute(_)
            | Request::Unmute { .. }
            | Request::Annotate(_)
            | Request::Correct(_)
            | Request::Suggest(_)
            | Request::Visit(_)
            | Request::Reread { .. }
            | Request::Import { .. }
            | Request::Take(_)
            | Request::Backfill(_)
            | Request::Deliver
            | Request::RetryAlerts { .. }
            | Request::DropAlert { .. } => false,
            Request::Chain(asked) => asked.adds_nothing(),
            Request::List
            | Request::Found
            | Request::Names(_)
            | Request::History { .. }
            | Request::Show { .. }
            | Request::Versions { .. }
            | Request::Visits { .. }
            | Request::Captures { .. }
            | Request::ReadAt
            | Request::LastEntry
            | Request::Vitals
            | Request::Diff { .. }
            | Request::Between { .. }
            | Request::Across { .. }
            | Request::Blame { .. }
            | Request::Stood { .. }
            | Request::Explain { .. }
            | Request::Rules
            | Request::TryRules(_)
            | Request::Replay(_)
            | Request::Noise { .. }
            | Request::Promises { .. }
            | Request::Table { .. }
            | Request::Row { .. }
            | Request::Changes(_)
            | Request::Paged(_)
            | Request::Corroborated { .. }
            | Request::Watched(_)
            | Request::Publishers { .. }
            | Request::Registers
            | Request::PromisedSoFar
            | Request::Status
            | Request::Announced(_)
            | Request::Groups { .. }
            | Request::Mutes
            | Request::MutePreview(_)
            | Request::Search(_)
            | Request::Phrase(_)
            | Request::Annotations { .. }
            | Request::Corrections
            | Request::Suggestions
            | Request::Routes
            | Request::Forecast(_)
            | Request::BackfillStatus { .. }
            | Request::Export(_)
            | Request::Backup { .. }
            | Request::Outbox(_)
            | Request::Coverage(_)
            | Request::Evidence(_)
            | Request::Verify { .. }
            | Request::Rebuild => true,
        }
    }
}
