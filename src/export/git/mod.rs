//! The history as a bare git repository: a file for each document, a commit for each change.
//!
//! The few objects of it are written here as git lays them out (gitformat-pack), so that no git need be installed where an
//! export is made, and no settings of one decide what comes of it.

mod delta;
mod index;
mod pack;
mod tree;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::export::choice::Page;
use crate::export::folder::Folder;
use crate::export::walk::{Arrived, Step, Walk};
use crate::house::NotDone;
use crate::model::{Change, VersionNo, WatchId};
use crate::wording::{harmless, redline};

use pack::{Id, Kind, Pack, Stored};
use tree::Tree;

/// Where the repository lies.
const REPOSITORY: &str = "history.git";
/// Whoever the commits are by.
const AUTHOR: &str = "Smallprint <export@smallprint.invalid>";
/// What is said of the repository; git shows it where it is served.
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tfilemode = false\n\tbare = true\n";
/// So many bytes of earlier texts are remembered, to tell later ones by what differs.
const REMEMBERED: usize = 64 << 20;
/// The longest first line of a commit message, in characters.
const SUBJECT: usize = 120;

/// Writes the repository. It is one only when it is whole: what makes it one is written last.
pub(super) fn write(walk: &mut Walk, folder: &mut Folder) -> Result<(), NotDone> {
    let path = |inside: &str| format!("{REPOSITORY}/{inside}");
    if folder.has(&path("HEAD")) {
        walk.skip();
        return Ok(());
    }
    let mut history = History {
        pack: Pack::begin(folder, &path("objects/pack/history"))?,
        tree: Tree::default(),
        last: None,
        commits: 0,
        texts: BTreeMap::new(),
        remembered: 0,
    };
    walk.steps(|walk, step| match step {
        Step::Landed(arrived) => history.arrived(walk, folder, &arrived),
        Step::Looked(..) | Step::Corrected(..) | Step::Backfilled(..) => Ok(()),
    })?;
    let (last, commits) = (history.last, history.commits);
    history
        .pack
        .finish(folder, &path("objects/pack"), commits)?;
    // Without these folders it is no repository, whether anything is in them or not.
    for room in ["objects/pack", "refs/heads", "refs/tags"] {
        folder.room(&path(room))?;
    }
    if let Some(last) = last {
        folder.put(&path("refs/heads/main"), format!("{last}\n").as_bytes())?;
    }
    folder.put(&path("config"), CONFIG.as_bytes())?;
    folder.put(
        &path("description"),
        b"Pages of policy and how they changed\n",
    )?;
    folder.put(&path("HEAD"), b"ref: refs/heads/main\n")
}

/// The history so far.
struct History {
    pack: Pack,
    tree: Tree,
    last: Option<Id>,
    commits: u64,
    /// The last text of a page with where it is stored, as long as it is remembered.
    texts: BTreeMap<WatchId, (Stored, Vec<u8>)>,
    remembered: usize,
}

impl History {
    fn arrived(
        &mut self,
        walk: &Walk,
        folder: &mut Folder,
        arrived: &Arrived,
    ) -> Result<(), NotDone> {
        let (Some(change), page) = (&arrived.change, &arrived.page) else {
            return Ok(());
        };
        let (from, to) = (change.span.from, change.span.to);
        let file = tree::file_name(&page.id);
        // The first change of an export is told against what stood before.
        if from > 0 && !self.tree.has(&file) {
            let version = walk.version(&arrived.known, from)?;
            self.lay(walk, folder, &arrived.known, page, from)?;
            let message = format!(
                "{}: version {from}, as it stood before what is exported\n\nAddress: {}\nCapture: {}\n",
                page.id, version.url, version.capture
            );
            self.commit(folder, &message, version.at)?;
        }
        match to {
            0 => self.tree.remove(&file),
            to => self.lay(walk, folder, &arrived.known, page, to)?,
        }
        self.commit(folder, &message(arrived, change), change.bounds.by)
    }

    /// Puts the text of a version where its page stands.
    fn lay(
        &mut self,
        walk: &Walk,
        folder: &mut Folder,
        known: &WatchId,
        page: &Page,
        no: VersionNo,
    ) -> Result<(), NotDone> {
        let version = walk.version(known, no)?;
        let document = walk.document(&version)?;
        let text = match document.is_forgotten() {
            true => b"This text was forgotten.\n".to_vec(),
            false => {
                folder.note_reader(&document.reader.0);
                redline::whole(&document).into_bytes()
            }
        };
        let base = self.texts.remove(known);
        if let Some((_, base)) = &base {
            self.remembered -= base.len();
        }
        let base = base
            .as_ref()
            .map(|(stored, base)| (*stored, base.as_slice()));
        let stored = self.pack.put(folder, Kind::Blob, &text, base)?;
        self.tree.put(tree::file_name(&page.id), stored.id);
        if self.remembered + text.len() > REMEMBERED {
            self.texts.clear();
            self.remembered = 0;
        }
        if text.len() <= REMEMBERED {
            self.remembered += text.len();
            self.texts.insert(known.clone(), (stored, text));
        }
        Ok(())
    }

    fn commit(&mut self, folder: &Folder, message: &str, at: DateTime<Utc>) -> Result<(), NotDone> {
        let tree = self.tree.store(&mut self.pack, folder)?;
        // Git knows no time before 1970.
        let at = at.timestamp().max(0);
        let parent = self
            .last
            .map(|last| format!("parent {last}\n"))
            .unwrap_or_default();
        let commit = format!(
            "tree {tree}\n{parent}author {AUTHOR} {at} +0000\ncommitter {AUTHOR} {at} +0000\n\n{message}"
        );
        let stored = self
            .pack
            .put(folder, Kind::Commit, commit.as_bytes(), None)?;
        self.last = Some(stored.id);
        self.commits += 1;
        Ok(())
    }
}

/// What a commit says of its change.
fn message(arrived: &Arrived, change: &Change) -> String {
    let utc = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let sentence = harmless::line(&change.sentence);
    let subject = cut(&format!("{}: {sentence}", arrived.page.id));
    let after = change.bounds.after.map(utc);
    let between = match after {
        Some(after) => format!("between {after} and {}", utc(change.bounds.by)),
        None => format!("first seen {}; not seen before", utc(change.bounds.by)),
    };
    let mut lines = vec![subject.clone(), String::new()];
    if !subject.ends_with(&sentence) {
        lines.extend([sentence, String::new()]);
    }
    for finding in &change.findings {
        let why = harmless::line(&finding.why);
        lines.push(format!(
            "- {why} [{}, severity {}]",
            finding.rule, finding.severity
        ));
    }
    if !change.findings.is_empty() {
        lines.push(String::new());
    }
    let landed = &arrived.landed;
    lines.push(format!(
        "Change: {} {} ({})",
        arrived.page.id,
        change.span,
        change.kind.word()
    ));
    lines.push(format!("When: {between}"));
    lines.push(format!("Severity: {}", change.severity));
    lines.push(format!("Address: {}", landed.url));
    lines.push(format!("Capture: {}", landed.capture));
    lines.extend(landed.body.map(|body| format!("Body: {body}")));
    lines.push(format!("Entry: {}", change.entry));
    lines.join("\n") + "\n"
}

/// The first line of a message.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SUBJECT) {
        None => text.to_owned(),
        Some((at, _)) => {
            let words = text[..at]
                .rsplit_once(' ')
                .map_or(&text[..at], |(words, _)| words);
            format!("{words} …")
        }
    }
}
