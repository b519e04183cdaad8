//! Which titles the versions of every watch had, remembered so that asking again reads next to nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Version, VersionNo, WatchId};

/// The titles of a watch.
#[derive(Clone)]
pub(super) struct Titled {
    /// Every title once, with the newest version that has it, the newest first.
    pub(super) of: Arc<[(VersionNo, String)]>,
    /// The last version; 0 for none.
    pub(super) last: VersionNo,
}

impl Titled {
    /// The titles of these versions, oldest first.
    pub(super) fn of(versions: &[Version]) -> Titled {
        let mut titles: Vec<(VersionNo, String)> = Vec::new();
        for version in versions.iter().rev() {
            if titles.iter().all(|(_, title)| *title != version.title) {
                titles.push((version.no, version.title.clone()));
            }
        }
        Titled {
            of: titles.into(),
            last: versions.last().map_or(0, |version| version.no),
        }
    }
}

/// For each watch the titles of its versions, as they were read last.
#[derive(Default)]
pub(super) struct Titles(Mutex<HashMap<WatchId, Titled>>);

impl Titles {
    /// The titles of a watch that has this many versions, if they are remembered.
    pub(super) fn of(&self, watch: &WatchId, versions: VersionNo) -> Option<Titled> {
        let watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let titles = watches.get(watch).filter(|one| one.last == versions);
        titles.cloned()
    }

    /// Remembers the titles of these versions, all that the watch has, oldest first.
    pub(super) fn read(&self, watch: &WatchId, versions: &[Version]) -> Titled {
        let titles = Titled::of(versions);
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watches.insert(watch.clone(), titles.clone());
        titles
    }

    /// Lets go of all of it: what was forgotten may have had a title of its own.
    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    fn version(no: VersionNo, title: &str) -> Version {
        let nothing = Digest::of(b"");
        Version {
            watch: "a-page".into(),
            no,
            at: chrono::DateTime::UNIX_EPOCH,
            after: None,
            last_seen: chrono::DateTime::UNIX_EPOCH,
            url: "https://a.uk/".parse().expect("an address"),
            title: title.to_owned(),
            body: nothing,
            capture: nothing,
            document: nothing,
            text: nothing,
            same_text_as: None,
            entry: 0,
            imported: None,
            continues: None,
            reread: None,
            backfilled: None,
            forgotten: None,
        }
    }

    #[test]
    fn titles_are_remembered_until_there_is_another_version() {
        let (titles, watch) = (Titles::default(), WatchId::from("a-page"));
        assert!(titles.of(&watch, 3).is_none());
        let versions = [
            version(1, "care.data"),
            version(2, "GP data"),
            version(3, "care.data"),
        ];
        let read = titles.read(&watch, &versions);
        let expected = [(3, "care.data".to_owned()), (2, "GP data".to_owned())];
        assert_eq!((&*read.of, read.last), (&expected[..], 3));
        assert!(titles.of(&watch, 3).is_some());
        assert!(titles.of(&watch, 4).is_none());
        titles.clear();
        assert!(titles.of(&watch, 3).is_none());
    }
}
