//! What can be asked of the past of pages: what archives of the web held of them, as it was brought here.

use crate::model::{
    EntryNo, FromArchive, Holding, ListTaken, Past, PastNo, Point, Version, WatchId,
};
use crate::store::{Store, bodies, error::StoreError, rooms::Rooms};

impl Store {
    /// All that was backfilled of a watch, by any id it ever had.
    pub async fn past(&self, watch: &WatchId) -> Result<Past, StoreError> {
        self.past_by(watch, EntryNo::MAX).await
    }

    /// The same as the journal had it up to an entry.
    pub async fn past_by(&self, watch: &WatchId, as_of: EntryNo) -> Result<Past, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().view.past(&watch, as_of))
            .await
    }

    /// The watches of which anything was backfilled, by the names that the archive knows, in order of these.
    pub async fn with_past(&self) -> Result<Vec<WatchId>, StoreError> {
        self.blocking(|rooms| rooms.picture().view.with_past())
            .await
    }

    /// Whether a record of a whole archive was taken in for a watch before, as a version or as a backfilled text.
    pub async fn has_record(&self, watch: &WatchId, record: &str) -> Result<bool, StoreError> {
        let (watch, record) = (watch.clone(), record.to_owned());
        self.blocking(move |rooms| {
            let taken = rooms.picture().view.record_taken(&watch, &record)?;
            Ok(taken.is_some())
        })
        .await
    }

    /// The number that the next backfilled text of a watch gets.
    pub async fn next_past(&self, watch: &WatchId) -> Result<PastNo, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().view.next_past(&watch))
            .await
    }

    /// What an archive said it holds of a page, earliest first.
    pub async fn list_of(&self, taken: &ListTaken) -> Result<Vec<Holding>, StoreError> {
        let digest = taken.list.list;
        self.blocking(move |rooms| {
            let bytes = bodies::read(&rooms.disk, &rooms.disk.cache, digest)?;
            serde_json::from_slice(&bytes)
                .map_err(|error| StoreError::damaged(format!("the list {digest}"), error))
        })
        .await
    }

    /// The version or the backfilled text that stands at this place of the history of a watch.
    pub async fn version_at(&self, watch: &WatchId, point: Point) -> Result<Version, StoreError> {
        match point {
            Point::Own(no) => self.version(watch, no).await,
            Point::Past(_) => {
                let mut texts = self.past_versions(watch).await?.into_iter();
                let found = texts.find(|text| text.point() == point);
                found.ok_or_else(|| {
                    StoreError::Missing(format!("the backfilled text {point} of {watch}"))
                })
            }
        }
    }

    /// The backfilled texts of a watch in the shape of versions, the earliest first: `at` and `last_seen` are the time at
    /// which the archive says that its copy was made.
    pub async fn past_versions(&self, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| past_versions(rooms, &watch))
            .await
    }
}

fn past_versions(rooms: &Rooms, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
    let past = rooms.picture().view.past(watch, EntryNo::MAX)?;
    let texts = past.texts().map(|(brought, text)| Version {
        watch: brought.copy.watch.clone(),
        no: text.no,
        at: brought.copy.memento.at,
        after: None,
        last_seen: brought.copy.memento.at,
        url: text.page.clone(),
        title: text.title.clone(),
        body: text.body,
        capture: text.capture,
        document: text.document,
        text: text.text,
        same_text_as: None,
        entry: brought.entry,
        imported: brought.copy.imported.clone(),
        continues: None,
        reread: brought.reread.clone(),
        backfilled: Some(FromArchive {
            point: Point::Past(text.no),
            archive: brought.copy.archive.clone(),
            url: brought.copy.memento.url.clone(),
            came: brought.at,
        }),
        forgotten: None,
    });
    let mut texts: Vec<Version> = texts.collect();
    texts.sort_by_key(|text| (text.at, text.no));
    Ok(texts)
}
