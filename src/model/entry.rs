//! An entry of the journal: one fact, chained to the one before it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{
    Alarm, AlertId, Annotation, Backfilled, Beat, Bounds, ChangeKind, Checkpoint, Claim, Collected,
    Continued, Copy, Decided, Destination, Digest, Fate, Forgetting, Hushed, Imported, KeyNoted,
    Lack, Listed, Look, MessageId, Mute, Opening, Owed, Parked, ReaderId, RereadPast, Ringing,
    Save, SecondLook, Severity, Span, Stamped, Suggestion, Swap, Validators, VersionNo, WatchId,
};

/// The number of an entry of the journal, from 1, without gaps.
pub type EntryNo = u64;

/// One entry. Its hash is the SHA-256 of its canonical JSON (RFC 8785) without `hash`, so it covers `previous`.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Entry {
    /// The format of the entry; readers of old formats stay for ever.
    pub format: u32,
    /// Its number.
    pub no: EntryNo,
    /// When, by our clock.
    pub at: DateTime<Utc>,
    /// Whether our clock stood earlier than at the entry before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_went_back: bool,
    /// The hash of the entry before; of nothing (the digest of the empty string) for the first.
    pub previous: Digest,
    /// What happened.
    pub fact: Fact,
}

/// What happened.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "fact")]
pub enum Fact {
    /// A visit brought something: a version, a change, or both.
    Landed(Box<Landed>),
    /// A batch of visits that brought nothing new.
    Looks {
        /// The looks, in the order they were made.
        looks: Vec<Look>,
    },
    /// A message was composed; it is sent as it stands, however often that takes.
    Composed(Composed),
    /// A message reached its channel, or never will.
    Delivery {
        /// Which message.
        message: MessageId,
        /// What came of it.
        outcome: DeliveryOutcome,
    },
    /// A channel does not take its messages; told when it begins, and again when the reason is another.
    Parked(Parked),
    /// A message that was given up is owed again.
    OwedAgain {
        /// Which message.
        message: MessageId,
    },
    /// A message was read where it stands, and is not as it was sent.
    ReadBack {
        /// Which message.
        message: MessageId,
        /// What it lacks there.
        lacks: Vec<Lack>,
    },
    /// A watchlist came into force.
    Watchlist {
        /// The digest of its text.
        digest: Digest,
        /// How many watches it enables.
        watches: usize,
        /// Watches that are no longer in it.
        retired: Vec<WatchId>,
        /// Watches whose history goes on under a new id: old, new.
        renamed: Vec<(WatchId, WatchId)>,
    },
    /// Something owed that is no change of a page, such as the summary of a first round.
    Notice {
        /// The text, a body.
        text: Digest,
        /// To whom it is owed.
        owed: Vec<Owed>,
        /// The watches of which it says that they go on failing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        about: Vec<WatchId>,
        /// The promises of which it says that their day has passed ([`Promise::digest`](crate::model::Promise::digest)).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        promises: Vec<Digest>,
    },
    /// The hour of a digest has come: its message pays whatever waits on its route by then. Where nobody is owed it, the route
    /// was met for the first time, and its first digest begins here.
    Digest {
        /// The name of the route.
        route: String,
        /// From when on it tells what happened.
        from: DateTime<Utc>,
        /// Up to when.
        until: DateTime<Utc>,
        /// What it tells beside what waits (`Roundup`), a body.
        told: Option<Digest>,
        /// To whom it is owed.
        owed: Vec<Owed>,
    },
    /// A sign of life, once a day. Where nobody is owed it, heartbeats begin here.
    Heartbeat {
        /// When it was due, and up to when it tells.
        #[serde(flatten)]
        beat: Beat,
        /// From when on it tells what happened.
        from: DateTime<Utc>,
        /// The text, a body.
        text: Option<Digest>,
        /// To whom it is owed.
        owed: Vec<Owed>,
    },
    /// Alarms began, or ended.
    Alarmed {
        /// Those that began.
        begun: Vec<Ringing>,
        /// Those that ended.
        ended: Vec<Alarm>,
        /// The text, a body; absent where nothing is said.
        text: Option<Digest>,
        /// To whom it is owed.
        owed: Vec<Owed>,
    },
    /// Pages moved with their host, and one message is owed for all of them.
    HostMoved {
        /// The text, a body.
        text: Digest,
        /// To whom it is owed.
        owed: Vec<Owed>,
        /// The last entry of a move that it tells of.
        up_to: EntryNo,
    },
    /// A watch that was read before is followed from now on.
    Led {
        /// Which watch.
        watch: WatchId,
        /// What it leads to already (`Leads`), a body.
        leads: Digest,
    },
    /// Somebody decided on a lead.
    Decided {
        /// Which lead.
        watch: WatchId,
        /// What becomes of it.
        fate: Fate,
    },
    /// Somebody decided on a name.
    NameRuled {
        /// Which name, in the form in which names are compared.
        name: String,
        /// What becomes of it.
        ruled: Decided,
        /// Who decided, as they call themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Somebody asked not to be told of something.
    Muted(Mute),
    /// Somebody lifted a mute.
    Unmuted {
        /// Its number.
        no: u32,
        /// Who.
        by: String,
        /// The reason given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Somebody said something of a change.
    Annotated {
        /// What, of which change.
        annotation: Annotation,
        /// The messages that must be put right because of it, and those that answer them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        owed: Vec<Owed>,
    },
    /// A page gets a thread of its own in a forum, or has it.
    Threaded {
        /// Which page.
        watch: WatchId,
        /// In which forum.
        forum: Destination,
        /// The thread, as far as it is opened.
        opening: Opening,
        /// The messages that are to lead there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        owed: Vec<Owed>,
    },
    /// An independent archive was asked for its copy of a text.
    Copied {
        /// What it holds.
        copy: Copy,
        /// The messages that are to lead there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        owed: Vec<Owed>,
    },
    /// An independent archive was asked to keep a copy of a page.
    Saved(Save),
    /// An independent archive of the web said which copies of a page it holds.
    Listed(Box<Listed>),
    /// An independent archive of the web was asked for a copy of a page from before: no visit, no version, no change, and
    /// nothing is said of it.
    Backfilled(Box<Backfilled>),
    /// Somebody wishes that a page were watched.
    Suggested(Suggestion),
    /// A key with which checkpoints are signed was made, put in the place of another, or lost.
    Key(KeyNoted),
    /// What the journal came to, signed.
    Checkpoint(Checkpoint),
    /// A time-stamp authority gave its word that a checkpoint was there.
    Stamped(Stamped),
    /// Bodies were forgotten.
    Forgotten(Forgetting),
    /// An old capture read with new rules: another document for an old version, nothing else.
    Reread {
        /// Whose version.
        watch: WatchId,
        /// Which version.
        version: VersionNo,
        /// The document, a body.
        document: Digest,
        /// The digest of its compared text.
        text: Digest,
        /// Every name the document mentions, a body, as in `Landed`; absent where there are none. They are known from
        /// the time of the version on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<Digest>,
        /// Who read it, or tried to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reader: Option<ReaderId>,
        /// What became of its text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        became: Option<Became>,
    },
    /// The copy of an archive of the web read with new rules: another document for a backfilled text, nothing else.
    RereadPast(Box<RereadPast>),
}

impl Fact {
    /// The text of a notice, a body: what is said because of it and is no change of a page.
    pub fn notice(&self) -> Option<Digest> {
        match self {
            Fact::Notice { text, .. } | Fact::HostMoved { text, .. } => Some(*text),
            Fact::Heartbeat { text, .. } | Fact::Alarmed { text, .. } => *text,
            _ => None,
        }
    }

    /// The alerts that are owed because of it, in order.
    pub fn owed(&self) -> &[Owed] {
        match self {
            Fact::Landed(landed) => &landed.owed,
            Fact::Notice { owed, .. }
            | Fact::HostMoved { owed, .. }
            | Fact::Digest { owed, .. }
            | Fact::Heartbeat { owed, .. }
            | Fact::Alarmed { owed, .. }
            | Fact::Annotated { owed, .. }
            | Fact::Threaded { owed, .. }
            | Fact::Copied { owed, .. } => owed,
            _ => &[],
        }
    }
}

/// What became of a text that was read again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "became")]
pub enum Became {
    /// It is the same as when it was first read.
    Same,
    /// It differs, for a technical reason: the page did not change.
    Differs,
    /// The rules of today cannot read it; it stands as it was read before.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// A visit that brought something.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Landed {
    /// Which watch.
    pub watch: WatchId,
    /// The address asked.
    pub url: Url,
    /// What the page is called.
    pub title: String,
    /// What sort of step it is.
    pub kind: ChangeKind,
    /// From which version to which; `to` is 0 where no version came.
    pub span: Span,
    /// Between which times.
    pub bounds: Bounds,
    /// The capture (hops and headers), a body.
    pub capture: Digest,
    /// The bytes as served, a body; absent where the answer was no page.
    pub body: Option<Digest>,
    /// What the capture has beside it, bodies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Digest>,
    /// The document, a body; absent where no version came.
    pub document: Option<Digest>,
    /// The digest of the compared text.
    pub text: Option<Digest>,
    /// What to ask with next time.
    pub validators: Validators,
    /// The earlier version with the same text.
    pub same_text_as: Option<VersionNo>,
    /// The findings as JSON (`Vec<Finding>`), a body; absent where there are none.
    pub findings: Option<Digest>,
    /// Every name the document mentions as JSON (`Names`, from `findings::names`; earlier `Vec<(canonical, as it
    /// stands)>`), a body; absent where a list leaves its names to its entries.
    pub names: Option<Digest>,
    /// What it says of leads as JSON (`Leads`), a body; absent where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads: Option<Digest>,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that says it.
    pub sentence: String,
    /// Why nothing is said of it, where nothing is.
    pub silence: Option<String>,
    /// The sort of that reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hushed: Option<Hushed>,
    /// The alerts owed.
    pub owed: Vec<Owed>,
    /// The edits of a step in the text, by their marks (`findings::marks`); empty where there are many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Digest>,
    /// Those of the edits that are left out of what is said, since they were said of another page of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Digest>,
    /// What it has in common with changes of other pages as JSON (`Vec<Strand>`), a body; absent where there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strands: Option<Digest>,
    /// Words put for other words that are left out of what is said, since they were said of other pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swapped: Vec<Swap>,
    /// The findings that a person muted, by their places, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<usize>,
    /// What of it is left out of what is said, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
    /// The second look that is due because of it (`verdict` is `None`).
    pub second_look: Option<SecondLook>,
    /// The entry whose second look this visit was, with what it found.
    pub answers: Option<(EntryNo, SecondLook)>,
    /// The file it came in, where it was no visit but something that somebody had saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// The pages that went on as this one, where this is its first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
    /// The entries of earlier changes of this page that said that words were gone, which stand there again now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restores: Vec<EntryNo>,
    /// Who brought it, where another machine did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Collected>,
    /// What the page says of an edit, held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
}

/// A message as it was composed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Composed {
    /// Its name.
    pub id: MessageId,
    /// The alerts it pays, its own first.
    pub alerts: Vec<AlertId>,
    /// Where it goes.
    pub to: Destination,
    /// The message as JSON (`Message`), a body.
    pub payload: Digest,
    /// What Discord recognises a repeated send by: at most 25 characters.
    pub nonce: String,
}

/// What came of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum DeliveryOutcome {
    /// It stands in the channel.
    Sent {
        /// The id the channel gave it; empty for the terminal.
        id: String,
    },
    /// It will not be sent.
    GivenUp {
        /// Why, and what to do.
        reason: String,
    },
    /// A person decided that it will not be sent.
    Dropped {
        /// Who, as they call themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The reason given.
        why: String,
    },
}

impl DeliveryOutcome {
    /// Whether nobody reads it there, and nobody will unless it is asked for.
    pub fn is_given_up(&self) -> bool {
        !matches!(self, DeliveryOutcome::Sent { .. })
    }
}
