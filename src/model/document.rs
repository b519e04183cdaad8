//! A document: what a reader of the capture would have read.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::Digest;

/// Which reader made a document: a constant per kind, raised by hand, and the digest of the watch's effective rules.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(transparent)]
pub struct ReaderId(pub String);

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a reader would have read. Text is Unicode NFC with white space collapsed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Document {
    /// Who read it.
    pub reader: ReaderId,
    /// The page's title: its first heading of level one, else `<title>` without the site's name.
    pub title: String,
    /// The language the page says it is in.
    pub lang: Option<String>,
    /// What the page says of itself. Not part of the text that is compared.
    pub stated: Stated,
    /// The main text, in reading order.
    pub blocks: Vec<Block>,
    /// The files it offers.
    pub attachments: Vec<Attachment>,
    /// Visible text outside the main text; kept, never compared aloud.
    #[serde(default)]
    pub surroundings: Vec<String>,
    /// Where its pages begin, for a document that has pages: the number of the first block of each, from 0. Not compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<usize>,
    /// Whether it shows only the latest, as feeds do: what leaves at its end while something new came was not taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rolling: bool,
    /// The columns that name the rows of its tables, by their headings, where the watchlist says so. Not compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_by: Vec<String>,
    /// Lines of the main text that are kept elsewhere and only shown here, such as the contact of an office. Not compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub embedded: Vec<String>,
}

impl Document {
    /// A document that has a title and nothing else.
    pub fn empty(reader: ReaderId, title: impl Into<String>) -> Document {
        Document {
            reader,
            title: title.into(),
            lang: None,
            stated: Stated::default(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            surroundings: Vec::new(),
            pages: Vec::new(),
            rolling: false,
            rows_by: Vec::new(),
            embedded: Vec::new(),
        }
    }

    /// What stands for a document that was forgotten: no text, by a reader that nothing is compared with.
    pub fn forgotten() -> Document {
        Document::empty(ReaderId(FORGOTTEN.to_owned()), "")
    }

    /// Whether it stands for one that was forgotten.
    pub fn is_forgotten(&self) -> bool {
        self.reader.0 == FORGOTTEN
    }

    /// The other side of a page that came from nothing or is gone: the same title, and no text.
    pub fn without_text(&self) -> Document {
        Document::empty(self.reader.clone(), &self.title)
    }

    /// The digest of everything that is compared: title, blocks with their kinds, link targets, attachments, notices.
    /// Equal digests mean "same text".
    pub fn text_digest(&self) -> Digest {
        let compared = (
            &self.title,
            &self.blocks,
            &self.attachments,
            &self.stated.withdrawn,
            self.stated.noindex,
        );
        Digest::of(&serde_json::to_vec(&compared).expect("a document is plain data"))
    }

    /// The text as plain lines, one block a line.
    pub fn plain(&self) -> String {
        let mut lines: Vec<&str> = vec![&self.title];
        lines.extend(self.blocks.iter().map(|block| block.text.as_str()));
        lines.join("\n")
    }

    /// The page on which a block stands, from 1; `None` where the document has no pages.
    pub fn page_of(&self, block: usize) -> Option<usize> {
        let page = self.pages.partition_point(|first| *first <= block);
        (page > 0).then_some(page)
    }

    /// How many words the blocks hold.
    pub fn words(&self) -> usize {
        self.blocks
            .iter()
            .map(|block| block.text.split_whitespace().count())
            .sum()
    }
}

/// The reader of a document that was forgotten.
const FORGOTTEN: &str = "forgotten";

/// One block of text.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its words; the cells of a row joined with " | ".
    pub text: String,
    /// The links inside, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// What a block is.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph, or any other run of text.
    Paragraph,
    /// An item of a list, with its depth from 1.
    Item(u8),
    /// A row of a table, cell by cell; `true` when its cells are headings.
    Row(Vec<String>, bool),
    /// Preformatted text; its line breaks are kept.
    Verbatim,
}

/// A link inside a block.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
pub struct Link {
    /// Its words.
    pub text: String,
    /// Its target, absolute, without fragment and without parameters that do not matter.
    pub url: String,
}

/// A file the page offers, with what the page says of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
pub struct Attachment {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// What the page says of it, such as "PDF, 1.14 MB, 60 pages".
    pub facts: Option<String>,
}

/// What a page says of itself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct Stated {
    /// The day it says it was first published.
    pub published: Option<NaiveDate>,
    /// The day it says it was last changed.
    pub updated: Option<NaiveDate>,
    /// The same to the minute, where the page says so.
    pub updated_at: Option<DateTime<Utc>>,
    /// The lines that say so, as they stand ("Last edited: 12 May 2021 12:17 pm").
    pub lines: Vec<String>,
    /// Its own list of changes, newest first as served.
    pub history: Vec<ChangeNote>,
    /// The notice that says it was withdrawn.
    pub withdrawn: Option<String>,
    /// Whether it asks search engines to leave it out (robots meta; X-Robots-Tag).
    pub noindex: bool,
    /// The address it gives as its own.
    pub canonical: Option<Url>,
    /// The id under which its publishing system keeps it, whatever its address (GOV.UK's `content_id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
}

/// One line of a page's own list of changes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct ChangeNote {
    /// The time as the page gives it.
    pub at: String,
    /// What it says.
    pub note: String,
}
