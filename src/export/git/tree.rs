//! The files of one commit, by their names.

use std::collections::BTreeMap;

use crate::export::folder::Folder;
use crate::export::git::pack::{Id, Kind, Pack, Stored};
use crate::house::NotDone;
use crate::model::{Digest, WatchId};

/// What Windows takes for a device, whatever follows the dot.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The longest name before its ending, in bytes: file systems take 255.
const LONGEST: usize = 200;

/// The files that stand, and the tree that was stored last.
#[derive(Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Id>,
    stored: Option<(Stored, Vec<u8>)>,
}

impl Tree {
    /// Whether there is such a file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Puts a file.
    pub(super) fn put(&mut self, name: String, id: Id) {
        self.files.insert(name, id);
    }

    /// Takes a file away.
    pub(super) fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// Stores it, by what differs from the one before.
    pub(super) fn store(&mut self, pack: &mut Pack, folder: &Folder) -> Result<Id, NotDone> {
        let mut bytes = Vec::new();
        // All of them are files, so that the order of git is that of the bytes.
        for (name, id) in &self.files {
            bytes.extend(format!("100644 {name}\0").as_bytes());
            bytes.extend(id.0);
        }
        let before = self.stored.take();
        let base = before
            .as_ref()
            .map(|(stored, base)| (*stored, base.as_slice()));
        let stored = pack.put(folder, Kind::Tree, &bytes, base)?;
        self.stored = Some((stored, bytes));
        Ok(stored.id)
    }
}

/// The name of the file of a document: its id where that is a safe name everywhere. Ids hold letters in lower case, digits
/// and hyphens; should one hold anything else, it is spelt out. An underscore is in no id, so that no two files meet.
pub(super) fn file_name(id: &WatchId) -> String {
    let mut name = String::new();
    for (at, byte) in id.0.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => name.push(char::from(byte)),
            b'-' if at > 0 => name.push('-'),
            other => name.push_str(&format!("_{other:02x}")),
        }
    }
    let port = |name: &str| {
        let number = name
            .strip_prefix("com")
            .or_else(|| name.strip_prefix("lpt"));
        number.is_some_and(|number| number.len() == 1 && number != "0")
    };
    if name.is_empty() || RESERVED.contains(&name.as_str()) || port(&name) {
        name.push('_');
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST);
        name.push_str(&format!("_{}", Digest::of(id.0.as_bytes()).short()));
    }
    name + ".md"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(id: &str, expected: &str) {
        assert_eq!(file_name(&id.into()), expected);
    }

    #[test]
    fn a_name_is_safe_everywhere() {
        case("nhse-care-data", "nhse-care-data.md");
        case("parent--child-1a2b", "parent--child-1a2b.md");
        case("con", "con_.md");
        case("com1", "com1_.md");
        case("com10", "com10.md");
        case(
            "../../.git/HEAD",
            "_2e_2e_2f_2e_2e_2f_2egit_2f_48_45_41_44.md",
        );
        case("-rf", "_2drf.md");
        case("", "_.md");
        let long = file_name(&WatchId("a".repeat(300)));
        assert!(long.len() < 255, "{long}");
        assert_ne!(long, file_name(&WatchId("a".repeat(301))));
    }
}
