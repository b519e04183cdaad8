//! Which tables an export holds, with their fields and what they refer to.

use crate::export::cells::{
    Kind::{Count, Day, Flag, List, Parts, Text, Time},
    Table,
};

/// How tables are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notation {
    /// Comma-separated values.
    Csv,
    /// Lines of JSON.
    Jsonl,
}

/// The pages.
pub(super) const DOCUMENTS: Table = Table {
    name: "documents",
    about: "The pages that are watched, or were.",
    fields: &[
        ("document", Text, "the id of its watch"),
        ("title", Text, "what people call it"),
        ("publisher", Text, "who publishes it, as the watchlist says"),
        ("topics", List, "the topics it belongs to"),
        ("address", Text, "where it stands"),
        (
            "found_by",
            Text,
            "the watch that led to it, where it was found",
        ),
        (
            "versions",
            Count,
            "how many versions the archive has of it, chosen for this export or not",
        ),
        ("visits", Count, "how often it was visited"),
        ("last_seen", Time, "when it was last read"),
        ("away", Flag, "whether it is gone"),
        ("retired", Flag, "whether it is watched no more"),
    ],
    key: &["document"],
    refers: &[],
};

/// The versions.
pub(super) const VERSIONS: Table = Table {
    name: "versions",
    about: "The versions of the pages: texts that differ from the one before. Those before the first change of the export are here too.",
    fields: &[
        (
            "version",
            Text,
            "the id: that of its page, @ and its number",
        ),
        ("document", Text, "the page"),
        ("number", Count, "its number within the page, given once"),
        (
            "after",
            Time,
            "when the text before it was last seen: the lower bound of when it came; empty for a first sight",
        ),
        ("by", Time, "when it was first seen: the upper bound"),
        ("last_seen", Time, "when it was last seen"),
        ("address", Text, "where the bytes came from"),
        ("title", Text, "its title"),
        ("language", Text, "the language the page says it is in"),
        ("words", Count, "how many words its text has"),
        ("attachments", Count, "how many files it offers"),
        (
            "stated_published",
            Day,
            "the day the page says it was published",
        ),
        (
            "stated_updated",
            Day,
            "the day the page says it was last changed",
        ),
        ("withdrawn", Text, "the notice that says it was withdrawn"),
        (
            "noindex",
            Flag,
            "whether it asks search engines to leave it out",
        ),
        (
            "same_text_as",
            Text,
            "the earlier version with the same text, if it is a return",
        ),
        (
            "continues",
            List,
            "the versions of other pages that it goes on from",
        ),
        (
            "body",
            Text,
            "SHA-256 of the bytes as served, content encoding undone",
        ),
        (
            "capture",
            Text,
            "SHA-256 of the record of hops and header fields",
        ),
        (
            "reader",
            Text,
            "the rules and code that read its text, where they read it last",
        ),
        (
            "imported",
            Text,
            "the file it was read from, where somebody had saved it",
        ),
    ],
    key: &["version"],
    refers: &[("document", "documents")],
};

/// The changes.
pub(super) const CHANGES: Table = Table {
    name: "changes",
    about: "The steps from one version to the next. No version before or after means that no page stood there.",
    fields: &[
        ("change", Count, "the entry of the journal that holds it"),
        ("document", Text, "the page"),
        (
            "span",
            Text,
            "from which version to which, A..B; 0 stands for no page there",
        ),
        ("version_before", Text, "the version before"),
        ("version_after", Text, "the version after"),
        (
            "kind",
            Text,
            "appeared, edited, reverted, moved, replaced, redirected, withdrawn, vanished or returned",
        ),
        (
            "after",
            Time,
            "when the old state was last seen: the lower bound of when it happened",
        ),
        (
            "by",
            Time,
            "when the new state was first seen: the upper bound",
        ),
        (
            "severity",
            Count,
            "how much it was judged to matter, 1 to 5",
        ),
        ("sentence", Text, "what happened, in a sentence"),
        (
            "silence",
            Text,
            "why nothing was said of it, where nothing was",
        ),
        (
            "aside",
            Text,
            "what of it was left out of what was said, and why",
        ),
        (
            "claim",
            Parts,
            "what the page says of the edit, held against it",
        ),
        (
            "second_look",
            Text,
            "what a second look found: still-so or was-back",
        ),
        ("back_by", Time, "when what was gone by it was seen again"),
        (
            "collector",
            Text,
            "the machine that brought it, where that was another one",
        ),
    ],
    key: &["change"],
    refers: &[
        ("document", "documents"),
        ("version_before", "versions"),
        ("version_after", "versions"),
    ],
};

/// The findings.
pub(super) const FINDINGS: Table = Table {
    name: "findings",
    about: "The reasons why changes were judged to matter, with the words on both sides.",
    fields: &[
        (
            "finding",
            Text,
            "the id: that of its change, a dot and its place from 1, the highest first",
        ),
        ("change", Count, "the change"),
        ("document", Text, "the page"),
        ("rule", Text, "the rule that found it"),
        (
            "severity",
            Count,
            "how much it was judged to matter, 1 to 5",
        ),
        ("why", Text, "why, in a sentence"),
        ("names", List, "the names it is about"),
        ("before", Text, "the words before"),
        ("after", Text, "the words after"),
    ],
    key: &["finding"],
    refers: &[("change", "changes"), ("document", "documents")],
};

/// The captures.
pub(super) const CAPTURES: Table = Table {
    name: "captures",
    about: "What servers sent on the visits that brought something, and files that people had saved.",
    fields: &[
        ("capture", Count, "the entry of the journal that holds it"),
        ("document", Text, "the page"),
        ("version", Text, "the version that was read from it"),
        ("at", Time, "when the answer had arrived whole"),
        ("asked", Text, "the address asked"),
        ("landed", Text, "the address that answered at last"),
        (
            "status",
            Count,
            "the HTTP status of the last answer; empty where none was seen",
        ),
        (
            "hops",
            Count,
            "how many answers there were, redirects counted",
        ),
        ("media_type", Text, "the media type as served"),
        (
            "bytes",
            Count,
            "the length of the body, content encoding undone",
        ),
        (
            "body",
            Text,
            "SHA-256 of the body; empty where none was kept",
        ),
        (
            "record",
            Text,
            "SHA-256 of the record of hops and header fields",
        ),
        (
            "provenance",
            Text,
            "how it came here: fetched, rendered, imported or collected",
        ),
        ("from", Text, "the browser, the file or the collector"),
        (
            "received",
            Time,
            "when it arrived here, where another machine brought it",
        ),
        ("note", Text, "what somebody said of a saved file"),
    ],
    key: &["capture"],
    refers: &[("document", "documents"), ("version", "versions")],
};

/// The visits.
pub(super) const VISITS: Table = Table {
    name: "visits",
    about: "Every visit, whatever came of it: unchanged and unreachable are facts too.",
    fields: &[
        (
            "visit",
            Text,
            "the id: the entry of the journal, a dot and its place in it",
        ),
        ("document", Text, "the page"),
        ("at", Time, "when"),
        (
            "outcome",
            Text,
            "changed, unchanged or failed; changed where it is the first version too",
        ),
        (
            "status",
            Count,
            "the HTTP status of a failure, where there was an answer",
        ),
        ("failure", Text, "what sort of failure"),
        ("why", Text, "the failure in a sentence"),
        (
            "body",
            Text,
            "SHA-256 of the bytes served; empty where nothing was sent, as with 304 Not Modified",
        ),
        (
            "collector",
            Text,
            "the machine that looked, where that was another one",
        ),
    ],
    key: &["visit"],
    refers: &[("document", "documents")],
};

/// The names.
pub(super) const NAMES: Table = Table {
    name: "names",
    about: "Names of datasets, registers, programmes and the like, a row for each page a name stands or stood on.",
    fields: &[
        ("name", Text, "the form in which names are compared"),
        ("document", Text, "the page"),
        ("text", Text, "the name as it stood when it was first seen"),
        ("kind", Text, "what it is the name of"),
        ("aliases", List, "what else it is called"),
        (
            "first_version",
            Text,
            "the first version of the page that has it",
        ),
        (
            "first_after",
            Time,
            "the lower bound of when that version came",
        ),
        ("first_by", Time, "the upper bound"),
        (
            "last_version",
            Text,
            "the version that came last of those that have it",
        ),
        (
            "now",
            Flag,
            "whether it stands there now, as far as is known",
        ),
        (
            "gone_after",
            Time,
            "the lower bound of when the version came that has it no more",
        ),
        ("gone_by", Time, "the upper bound"),
        (
            "decided",
            Text,
            "what a person decided on it: dismissed, merged or restored",
        ),
    ],
    key: &["name", "document"],
    refers: &[("document", "documents")],
};

/// The corrections.
pub(super) const CORRECTIONS: Table = Table {
    name: "corrections",
    about: "What was put right in public of what was said of changes. Who did it is kept in the archive, and not exported.",
    fields: &[
        (
            "correction",
            Count,
            "the entry of the journal that holds it",
        ),
        ("change", Count, "the change"),
        ("document", Text, "the page"),
        ("kind", Text, "our-error, disputed, explained or reply"),
        ("text", Text, "its words"),
        ("at", Time, "when"),
        ("taken_back_at", Time, "when it was taken back"),
        ("taken_back_because", Text, "why it was taken back"),
    ],
    key: &["correction"],
    refers: &[("change", "changes"), ("document", "documents")],
};

/// The texts, among the lines of JSON only.
pub(super) const TEXTS: Table = Table {
    name: "texts",
    about: "The versions as they were read: title, blocks with their links, attachments, what the page states of itself.",
    fields: &[
        ("version", Text, "the version"),
        ("document", Text, "the page"),
        (
            "text",
            Parts,
            "the text: reader, title, lang, stated, blocks, attachments, surroundings",
        ),
    ],
    key: &["version"],
    refers: &[("version", "versions"), ("document", "documents")],
};

/// What archives of the web hold from before.
pub(super) const PAST: Table = Table {
    name: "past",
    about: "What archives of the web answered of the pages as they were before they were watched: the archives' word, apart from versions and captures.",
    fields: &[
        (
            "backfilled",
            Count,
            "the entry of the journal that holds it",
        ),
        ("document", Text, "the page"),
        (
            "came",
            Text,
            "text, absent (no page was there) or elsewhere (the answer led to another page)",
        ),
        (
            "text",
            Text,
            "the id of the text: that of its page, @, b and its number, given once",
        ),
        ("made", Time, "when the archive says that it made its copy"),
        ("archive", Text, "the archive, by its name in the watchlist"),
        ("memento", Text, "where people read the copy"),
        ("received", Time, "when it came here"),
        ("address", Text, "the address that was archived"),
        ("title", Text, "its title"),
        ("language", Text, "the language the page says it is in"),
        ("words", Count, "how many words its text has"),
        (
            "stated_published",
            Day,
            "the day the page says it was published",
        ),
        (
            "stated_updated",
            Day,
            "the day the page says it was last changed",
        ),
        (
            "body",
            Text,
            "SHA-256 of the bytes as the archive served them",
        ),
        (
            "record",
            Text,
            "SHA-256 of the record of hops and header fields",
        ),
        ("reader", Text, "the rules and code that read its text"),
    ],
    key: &["backfilled"],
    refers: &[("document", "documents")],
};

/// The texts of those, among the lines of JSON only.
pub(super) const PAST_TEXTS: Table = Table {
    name: "past_texts",
    about: "The backfilled texts as they were read: title, blocks with their links, attachments, what the page states of itself.",
    fields: &[
        (
            "backfilled",
            Count,
            "the entry of the journal that holds it",
        ),
        ("document", Text, "the page"),
        ("text", Parts, "the text, as in texts"),
    ],
    key: &["backfilled"],
    refers: &[("backfilled", "past"), ("document", "documents")],
};

/// The tables in a notation, in the order in which they are described.
pub(super) fn of(notation: Notation) -> &'static [&'static Table] {
    let all: &'static [&'static Table] = &[
        &DOCUMENTS,
        &VERSIONS,
        &CHANGES,
        &FINDINGS,
        &CAPTURES,
        &VISITS,
        &NAMES,
        &CORRECTIONS,
        &PAST,
        &TEXTS,
        &PAST_TEXTS,
    ];
    match notation {
        Notation::Csv => &all[..9],
        Notation::Jsonl => all,
    }
}

/// Where a table lies.
pub(super) fn path(notation: Notation, table: &Table) -> String {
    match notation {
        Notation::Csv => format!("{}.csv", table.name),
        Notation::Jsonl => format!("{}.jsonl", table.name),
    }
}
