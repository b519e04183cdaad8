//! The words of the house: plain data, with no I/O, no clock and no async.

mod alarm;
mod alert;
mod annotation;
mod capture;
mod change;
mod claim;
mod copy;
mod correction;
mod database;
mod diff;
mod digest;
mod document;
mod entry;
mod finding;
mod forgetting;
mod group;
mod lead;
mod message;
mod mute;
mod name;
mod past;
mod promise;
mod proof;
mod roundup;
mod route;
mod said;
mod state;
mod suggestion;
mod table;
mod thread;
mod version;
mod visit;
mod watch;
mod wish;

pub use alarm::{Alarm, Beat, Ringing};
pub use alert::{Alert, AlertId, Lack, MessageId, Owed, Parked, Receipt, Waits};
pub use annotation::{Annotated, Annotation, Says};
pub use capture::{
    Asked, Beside, BesideKind, Capture, Collected, Failure, FailureKind, Hop, Imported, Origin,
    Provenance, RecordKind, Validators,
};
pub use change::{Bounds, Change, ChangeKind, Hushed, SecondLook, Span, Verdict};
pub use claim::{Claim, Habit, Served, Sight, Unclaimed};
pub use copy::{Copy, Memento, Save};
pub use correction::{Back, Correction, TakenBack};
pub use database::{NoDatabase, database};
pub use diff::{AttachmentEdit, Diff, Edit, Hunk, LinkEdit, Piece, Place, Words};
pub use digest::Digest;
pub use document::{Attachment, Block, BlockKind, ChangeNote, Document, Link, ReaderId, Stated};
pub use entry::{Became, Composed, DeliveryOutcome, Entry, EntryNo, Fact, Landed};
pub use finding::{
    Almost, Facts, Finding, Questions, Quoted, Scheme, SchemePage, Severity, Sighting, Standing,
    VolumeAsked, Weighed,
};
pub use forgetting::{Forgetting, Tombstone};
pub use group::{Alike, Member, Strand, Swap};
pub use lead::{Fate, How, Lead, Leads, Trail};
pub use message::{Button, Colour, Field, Message, MessageText, Particulars, Rows, Tone};
pub use mute::{Lifted, Mute, Muted, Scope};
pub use name::{Decided, KnownName, Mention, NameKind, NamePlace, Named, Names, NotAKind, Ruling};
pub use past::{
    Backfilled, Brought, Came, Holding, ListTaken, Listed, NotAPoint, NotAReach, Past, PastNo,
    PastText, Point, Reach, RereadPast,
};
pub use promise::Promise;
pub use proof::{Anchor, AnchoredBy, Checkpoint, KeyNoted, KeyStep, Proved, Stamped};
pub use roundup::{Held, Period, Roundup, Unread};
pub use route::{
    Destination, NotADestination, QuietHours, Readers, RoleMention, Route, Sending, is_mailbox,
};
pub use said::Said;
pub use state::{Coverage, Failing, State};
pub use suggestion::{Suggested, Suggestion};
pub use table::{
    AlteredRow, CellEdit, ColumnsChanged, KeyedRow, RowCounts, RowsMatched, Table, TableDiff,
    TableRow,
};
pub use thread::{Opening, Thread};
pub use version::{Continued, FromArchive, Reread, Version, VersionNo};
pub use visit::{Look, LookOutcome, Outcome, VisitReport};
pub use watch::{Dates, First, Follow, Interface, Kind, Reading, Render, Watch, WatchId, When};
pub use wish::{Act, Form, Question, Reply, Whisper, Wish};
