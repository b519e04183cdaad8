//! One capture read again, and what is kept of that.

use std::sync::Arc;

use crate::extract;
use crate::findings;
use crate::house::{House, InForce};
use crate::model::{
    Became, Capture, Digest, Document, Fact, Failure, FailureKind, Follow, Point, ReaderId,
    RereadPast, Version, Watch,
};
use crate::store::{Store, StoreError};

/// What was kept of the visit that brought a version: the capture and its bytes.
///
/// # Errors
/// The archive's.
pub async fn brought(store: &Store, version: &Version) -> Result<(Capture, Vec<u8>), StoreError> {
    let bytes = store.body(version.capture).await?;
    let capture = serde_json::from_slice(&bytes).map_err(|error| StoreError::Damaged {
        what: format!("the capture {}", version.capture),
        why: error.to_string(),
    })?;
    Ok((capture, store.body(version.body).await?))
}

/// What today's reader made of a capture, as it is kept.
pub(super) struct Made {
    /// The document as JSON.
    document: Vec<u8>,
    /// The digest of its text.
    pub(super) text: Digest,
    /// Who read it.
    reader: ReaderId,
    /// The names it mentions as JSON, where there are any.
    names: Option<Vec<u8>>,
}

impl Made {
    /// What is kept of a document. A list leaves its names to its entries, as it does when it is visited.
    fn of(watch: &Watch, document: &Document) -> Made {
        let json = |bytes: serde_json::Result<Vec<u8>>| bytes.expect("it is plain data");
        let names = match watch.follow.contains(&Follow::Entries) {
            true => None,
            false => Some(findings::names(document)).filter(|names| !names.names.is_empty()),
        };
        Made {
            document: json(serde_json::to_vec(document)),
            text: document.text_digest(),
            reader: document.reader.clone(),
            names: names.map(|names| json(serde_json::to_vec(&names))),
        }
    }

    /// How many bytes wait to be kept.
    pub(super) fn length(&self) -> usize {
        self.document.len() + self.names.as_ref().map_or(0, Vec::len)
    }
}

/// Reads the capture of a version with the rules of its watch. What makes the reader stumble is a failure of this
/// capture, and no reason to leave the others.
pub(super) async fn read(
    store: &Store,
    in_force: Arc<InForce>,
    watch: Arc<Watch>,
    version: &Version,
) -> Result<Result<Made, Failure>, StoreError> {
    let (mut capture, body) = brought(store, version).await?;
    if version.backfilled.is_some() {
        // An archive's copy is read as if the page itself had answered.
        capture = capture.as_of_page(&version.url);
    }
    let why = format!(
        "version {} of {} made the reader stumble",
        version.point(),
        watch.id
    );
    let stumbled = Failure::new(FailureKind::Unreadable, why);
    // Away from whatever else goes on: a long page takes its time.
    let here = tokio::runtime::Handle::current();
    let read = tokio::task::spawn_blocking(move || {
        let read = here.block_on(in_force.workers.read(&capture, &body, &watch.reading));
        read.map(|document| Made::of(&watch, &document))
    });
    Ok(read.await.unwrap_or(Err(stumbled)))
}

/// Keeps what became of a version: another document, or that there is none by the rules of today.
///
/// # Errors
/// The archive's.
pub async fn keep(
    house: &House,
    watch: &Watch,
    version: &Version,
    read: &Result<Document, Failure>,
) -> Result<(), StoreError> {
    let made = match read {
        Ok(document) => Ok(Made::of(watch, document)),
        Err(failure) => Err(failure.clone()),
    };
    let fact = written(&house.store, watch, version, made).await?;
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(())
}

/// Keeps the bodies of what became of a version, and gives the fact that names them, to be appended.
pub(super) async fn written(
    store: &Store,
    watch: &Watch,
    version: &Version,
    made: Result<Made, Failure>,
) -> Result<Fact, StoreError> {
    let stands = version.reread.as_ref();
    let stands = stands.map_or(version.document, |reread| reread.document);
    let fact = |document, text, names, reader, became| match version.point() {
        Point::Own(no) => Fact::Reread {
            watch: version.watch.clone(),
            version: no,
            document,
            text,
            names,
            reader: Some(reader),
            became: Some(became),
        },
        Point::Past(no) => Fact::RereadPast(Box::new(RereadPast {
            watch: version.watch.clone(),
            no,
            document,
            text,
            names,
            reader,
            became,
        })),
    };
    let became = became(version, &made);
    let made = match made {
        Ok(made) => made,
        Err(_) => {
            let reader = extract::reader(&watch.reading);
            return Ok(fact(stands, version.compared(), None, reader, became));
        }
    };
    let document = store.keep(made.document, Some(stands)).await?;
    let names = match made.names {
        Some(names) => Some(store.keep(names, None).await?),
        None => None,
    };
    Ok(fact(document, made.text, names, made.reader, became))
}

/// What became of the text of a version.
pub(super) fn became(version: &Version, made: &Result<Made, Failure>) -> Became {
    match made {
        Ok(made) if made.text == version.text => Became::Same,
        Ok(_) => Became::Differs,
        Err(failure) => Became::Unreadable {
            why: failure.why.clone(),
        },
    }
}
