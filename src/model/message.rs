//! A message: what pays an alert.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    AlertId, Back, Bounds, ChangeKind, Claim, Correction, Finding, SecondLook, Severity, Span,
    WatchId,
};

/// What is said, for every channel alike. Lengths are within Discord's limits by construction.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Message {
    /// What stands above everything else since it was put right: corrections, and that words are back. Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<String>,
    /// The id of the message it is a reply to, as the channel gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<String>,
    /// The first line: what a lock screen shows. Markdown.
    pub content: String,
    /// The body, where there is more to say.
    pub text: Option<MessageText>,
    /// Whether it comes without a sound.
    pub silent: bool,
    /// The full diff: file name and text.
    pub file: Option<(String, String)>,
    /// The rows of a register, where some differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Rows>,
    /// Links below: label and address.
    pub links: Vec<(String, String)>,
    /// What can be pressed below it, where a bot answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The role that is mentioned, by its id, where the channel knows roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
    /// The changes it tells of, in parts; only for channels that make something of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub particulars: Vec<Particulars>,
}

/// Something that can be pressed. A channel where nobody answers leaves it out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Button {
    /// What stands on it: at most 80 characters, plain text.
    pub label: String,
    /// What it is known by when it is pressed: at most 100 characters, other than those of all its neighbours.
    pub id: String,
    /// How it looks.
    pub tone: Tone,
}

/// How a button looks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Like any other.
    Plain,
    /// The one that is probably meant.
    First,
    /// It takes something away.
    Grave,
    /// It cannot be pressed: it only says something.
    Still,
}

/// What a message says of one change, in parts: page text as it stood, nothing escaped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Particulars {
    /// The alert.
    pub alert: AlertId,
    /// Whose change.
    pub watch: WatchId,
    /// Who publishes the page.
    pub publisher: Option<String>,
    /// What the page is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// What sort of step it is.
    pub kind: ChangeKind,
    /// From which version to which.
    pub span: Span,
    /// Between which two times it happened.
    pub bounds: Bounds,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that says it.
    pub sentence: String,
    /// Why it matters, highest first.
    pub findings: Vec<Finding>,
    /// What the page says of the edit, held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// What the second look found, where one was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_look: Option<SecondLook>,
    /// What was put right of it in public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// That what was gone by it is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
    /// The redline as a part of a page of HTML, where the channel shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redline: Option<String>,
}

/// The rows of a register that came, went or were altered, beside the few that a message shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Rows {
    /// All of them as comma-separated values: file name and text; `None` where the channel does not take the file.
    pub file: Option<(String, String)>,
    /// How many of them the message does not show.
    pub more: usize,
    /// The command that shows them all: "smallprint diff ID A..B".
    pub command: String,
}

/// The body of a message: an embed in Discord, a paragraph elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct MessageText {
    /// Its heading: the page.
    pub title: String,
    /// Where the heading leads.
    pub url: Option<String>,
    /// Who publishes the page.
    pub author: Option<String>,
    /// Before and Now, and the redline. Markdown.
    pub description: String,
    /// Bounds, reasons, claims.
    pub fields: Vec<Field>,
    /// Watch, version, hash, alert id.
    pub footer: String,
    /// The first sight of the new state.
    pub at: DateTime<Utc>,
    /// What kind of news it is.
    pub colour: Colour,
}

/// One small fact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Field {
    /// Its heading.
    pub name: String,
    /// Its words. Markdown.
    pub value: String,
}

/// What kind of news a message carries.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// A name never seen.
    New,
    /// Words gone, withdrawn, vanished.
    Gone,
    /// Anything else that changed.
    Changed,
}
