//! Reads the watch lists of other programs.

mod changedetection;
mod declarations;
mod gathering;
mod opml;
mod urlwatch;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lists::gathering::Gathering;
use crate::watchlist::Draft;

/// Whose list it was.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// urlwatch or webchanges: YAML, one document a job.
    Urlwatch,
    /// changedetection.io: a backup, or the `url-watches.json` inside.
    Changedetection,
    /// Open Terms Archive: a declaration of one service.
    OpenTermsArchive,
    /// A list of feeds (OPML 2.0).
    Opml,
}

impl Program {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Program::Urlwatch => "urlwatch or webchanges",
            Program::Changedetection => "changedetection.io",
            Program::OpenTermsArchive => "Open Terms Archive",
            Program::Opml => "OPML",
        }
    }
}

/// What could be taken over from such a list, and what could not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Borrowed {
    /// Whose list it was.
    pub program: Program,
    /// The watches; what of one could not be carried over stands in its remarks.
    pub drafts: Vec<Draft>,
    /// What could not be carried over at all, a sentence each.
    pub left: Vec<String>,
}

/// Reads a list; which program's it is shows in the file. Ids are chosen that are not `taken`.
///
/// # Errors
/// A sentence that says why it cannot be read.
pub fn read(bytes: &[u8], taken: &mut BTreeSet<String>) -> Result<Borrowed, String> {
    let mut gathering = Gathering::new(taken);
    let program = if bytes.starts_with(b"PK\x03\x04") {
        changedetection::backup(bytes, &mut gathering)?;
        Program::Changedetection
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is no text (UTF-8)".to_owned())?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        match (text.as_bytes().first(), serde_json::from_str::<Value>(text)) {
            (Some(b'<'), _) => {
                opml::read(text, &mut gathering)?;
                Program::Opml
            }
            (_, Ok(list)) if list.get("watching").is_some() => {
                changedetection::list(&list, &mut gathering);
                Program::Changedetection
            }
            (_, Ok(declaration)) if declarations::is_one(&declaration) => {
                declarations::read(&declaration, &mut gathering);
                Program::OpenTermsArchive
            }
            (None, _) => return Err("it is empty".to_owned()),
            _ => {
                urlwatch::read(text, &mut gathering)?;
                Program::Urlwatch
            }
        }
    };
    let Gathering { drafts, left, .. } = gathering;
    if drafts.is_empty() && left.is_empty() {
        return Err(format!(
            "it holds no watch that is known from {}",
            program.name()
        ));
    }
    Ok(Borrowed {
        program,
        drafts,
        left,
    })
}
