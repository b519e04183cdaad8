//! The archive as it stands open: the disk, the picture readers see, and what made the writer stop.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::oneshot;

use crate::model::{Digest, EntryNo};
use crate::store::{
    compact,
    disk::{self, Disk, Place},
    error::StoreError,
    lock::Lock,
    looks,
    noise::Known,
    reading::AllNames,
    relations,
    standing::Standing,
    titles::Titles,
    views::{Picture, View},
};

/// Everything that is open. Fields are dropped in order: the disk before the lock, and the word that all is gone last.
pub(super) struct Rooms {
    picture: RwLock<Picture>,
    trouble: Mutex<Option<StoreError>>,
    /// Which sentences stand where.
    pub(super) standing: Standing,
    /// Every name as it stood after an entry, where somebody asked.
    pub(super) names: Mutex<Option<(EntryNo, AllNames)>>,
    /// Which titles the versions of every watch had.
    pub(super) titles: Titles,
    /// What is volatile on pages, as far as somebody asked for it.
    pub(super) noises: Known,
    /// The leaves of the tree over the journal, as far as somebody asked for them.
    pub(super) leaves: Mutex<Arc<Vec<Digest>>>,
    /// The database.
    pub(super) disk: Arc<Disk>,
    /// Whether nobody else was at work on the archive when it was opened.
    pub(super) only: bool,
    _lock: Lock,
    _gone: oneshot::Sender<()>,
}

impl Rooms {
    /// Opens the archive in this place, which is made where it is missing; what a crash left is put in order.
    /// The receiver hears when all is closed again.
    pub(super) fn open(
        place: &Place,
        holder: &str,
    ) -> Result<(Rooms, oneshot::Receiver<()>), StoreError> {
        let dir = place.dir.as_path();
        // For its keeper alone: what was not yet told, and who reads, is nobody else's business.
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir);
        made.map_err(|error| StoreError::Disk {
            dir: dir.display().to_string(),
            verb: "opened",
            why: error.to_string(),
        })?;
        let lock = Lock::take(dir, holder)?;
        place.settle()?;
        disk::check_format(dir)?;
        if !place.is_served() {
            compact::settle(dir)?;
        }
        let (disk, only) = Disk::at(place, holder)?;
        let disk = Arc::new(disk);
        let view = match only {
            true => View::open(&disk)?,
            false => View::join(&disk)?,
        };
        if only {
            relations::catch_up(&disk, &mut |_, _| ())?;
        }
        let waiting = match (disk.is_shared(), only) {
            (false, _) => {
                let sealed = view.applied()?.map_or(0, |applied| applied.looks);
                looks::load(&disk, sealed)?
            }
            (true, true) => looks::load(&disk, 0)?,
            // Those of the others are theirs.
            (true, false) => Vec::new(),
        };
        let (gone, heard) = oneshot::channel();
        let rooms = Rooms {
            picture: RwLock::new(Picture { view, waiting }),
            trouble: Mutex::default(),
            standing: Standing::default(),
            names: Mutex::default(),
            titles: Titles::default(),
            noises: Known::default(),
            leaves: Mutex::default(),
            disk,
            only,
            _lock: lock,
            _gone: gone,
        };
        Ok((rooms, heard))
    }

    /// The picture, which does not change as long as the guard lives. Keep it briefly: the writer waits.
    pub(super) fn picture(&self) -> RwLockReadGuard<'_, Picture> {
        self.picture.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The picture, to be changed.
    pub(super) fn repaint(&self) -> RwLockWriteGuard<'_, Picture> {
        self.picture.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses where an earlier write failed: what sled holds in memory since then is not to be trusted.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match &*trouble {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// From here on every write is refused with this sentence.
    pub(super) fn refuse_from_now_on(&self, error: &StoreError) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.is_none() {
            tracing::error!("{error}; nothing more is written until the program is started again");
            *trouble = Some(error.clone());
        }
    }
}
