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
    /// When the Commons did not sit. Years without an entry are unknown, not without recess.
    #[serde(default)]
    pub recess: Vec<Recess>,
    /// What else happened.
    pub news: BTreeMap<NaiveDate, String>,
}

/// A recess of Parliament.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Recess {
    /// The last day of sitting before it.
    pub rises: NaiveDate,
    /// The first day of sitting after it.
    pub returns: NaiveDate,
}
