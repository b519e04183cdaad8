//! Days of note: bank holidays that are not the usual ones, and days of other news.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

/// Days of note.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Bank holidays beside the usual ones.
    pub extra: Vec<NaiveDate>,
    /// Usual ones that were not kept.
    pub moved: Vec<NaiveDate>,
    /// What else happened.
    pub news: BTreeMap<NaiveDate, String>,
}
