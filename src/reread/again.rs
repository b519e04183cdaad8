//! One capture read again, and what is kept of that.

use crate::extract;
use crate::house::{House, InForce};
use crate::model::{Became, Capture, Document, Fact, Failure, FailureKind, Version, Watch};
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

/// Reads the capture of a version with the rules of its watch. What makes the reader stumble is a failure of this
/// capture, and no reason to leave the others.
pub(super) async fn read(
    store: Store,
    in_force: std::sync::Arc<InForce>,
    watch: &Watch,
    version: Version,
) -> Result<Result<Document, Failure>, StoreError> {
    let (capture, body) = brought(&store, &version).await?;
    let why = format!(
        "version {} of {} made the reader stumble",
        version.no, watch.id
    );
    let stumbled = Failure::new(FailureKind::Unreadable, why);
    let reading = watch.reading.clone();
    // Away from whatever else goes on: a long page takes its time.
    let here = tokio::runtime::Handle::current();
    let read = tokio::task::spawn_blocking(move || {
        here.block_on(in_force.workers.read(&capture, &body, &reading))
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
    made: &Result<Document, Failure>,
) -> Result<(), StoreError> {
    let store = &house.store;
    let stands = version.reread.as_ref();
    let stands = stands.map_or(version.document, |reread| reread.document);
    let (document, text, reader, became) = match made {
        Ok(document) => {
            let bytes = serde_json::to_vec(document).expect("a document is plain data");
            let text = document.text_digest();
            let became = match text == version.text {
                true => Became::Same,
                false => Became::Differs,
            };
            let kept = store.keep(bytes, Some(stands)).await?;
            (kept, text, document.reader.clone(), became)
        }
        Err(failure) => {
            let why = failure.why.clone();
            let reader = extract::reader(&watch.reading);
            let became = Became::Unreadable { why };
            (stands, version.compared(), reader, became)
        }
    };
    let fact = Fact::Reread {
        watch: version.watch.clone(),
        version: version.no,
        document,
        text,
        reader: Some(reader),
        became: Some(became),
    };
    store.append(fact, house.clock.now(), None).await?;
    Ok(())
}
