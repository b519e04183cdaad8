//! Plain data as the archive keeps it: JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// Plain data as bytes.
pub(super) fn write<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data can be written as JSON")
}

/// Plain data from bytes; `what` they hold is named where they do not.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Damaged {
        what: what.to_owned(),
        why: error.to_string(),
    })
}
