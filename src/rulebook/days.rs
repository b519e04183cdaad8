//! Days of note: bank holidays that are not the usual ones, days of other news, and when Parliament does not sit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// Days of note.
#[derive(Clone, Default, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Bank holidays beside the usual ones.
    #[serde(default)]
    pub extra: Vec<NaiveDate>,
    /// Usual ones that were not kept.
    #[serde(default)]
    pub moved: Vec<NaiveDate>,
    /// What else happened.
    #[serde(default)]
    pub news: BTreeMap<NaiveDate, String>,
    /// When Parliament is in recess.
    #[serde(default)]
    pub recess: Vec<Recess>,
    /// Days within a recess on which it sits all the same.
    #[serde(default)]
    pub sitting: Vec<NaiveDate>,
}

/// A recess: its first and its last day.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Debug)]
pub struct Recess(pub NaiveDate, pub NaiveDate);

impl Days {
    /// These days and more. What more says of a day holds over what was said of it.
    pub fn and(mut self, more: Days) -> Days {
        self.extra.retain(|day| !more.moved.contains(day));
        self.moved.retain(|day| !more.extra.contains(day));
        self.extra.extend(more.extra);
        self.moved.extend(more.moved);
        self.news.extend(more.news);
        self.recess.extend(more.recess);
        self.sitting.extend(more.sitting);
        self
    }

    /// The years of which recesses of the Commons are known, in order. Of some of them not every recess may be known.
    pub fn recess_years(&self) -> Vec<i32> {
        let years = self.recess.iter().map(|recess| recess.0.year());
        let years: BTreeSet<i32> = years.collect();
        years.into_iter().collect()
    }

    /// The recess in which a day lies, unless it is a sitting day.
    pub fn recess_on(&self, day: NaiveDate) -> Option<Recess> {
        let within = |recess: &&Recess| recess.0 <= day && day <= recess.1;
        let found = self.recess.iter().find(within).copied();
        found.filter(|_| !self.sitting.contains(&day))
    }
}
