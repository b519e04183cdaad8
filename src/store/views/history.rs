//! Versions and changes, by watch and over all watches.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    Change, ChangeKind, Claim, Digest, EntryNo, Severity, Span, Version, VersionNo, WatchId,
};
use crate::store::{
    ChangeFilter,
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

/// A change as the views keep it; its findings lie in a body.
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct Recorded {
    /// The change, without findings.
    pub(in crate::store) change: Change,
    /// Where its findings are.
    pub(in crate::store) findings: Option<Digest>,
}

/// A change in the order of the journal, with what lists of very many are filtered and counted by.
#[derive(Serialize, Deserialize)]
pub(super) struct Timed {
    /// Whose change.
    pub(super) watch: WatchNo,
    /// The latest first sight among this change and all before it, so that a search back in time knows where to end.
    pub(super) newest: DateTime<Utc>,
    /// When it was first seen.
    pub(super) by: DateTime<Utc>,
    /// How much it matters.
    pub(super) severity: Severity,
    /// What sort of step it is.
    pub(super) kind: ChangeKind,
    /// What the page says of it, by the word of the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<Cow<'static, str>>,
    /// Whether the page's own note mentions words that changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) mentions: bool,
}

impl View {
    /// The versions of a watch before the current one and that one as it was first written, oldest first.
    pub(super) fn versions(&self, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
        match self.number(watch)? {
            Some(number) => self
                .rows(&keys::versions(number))
                .map(|row| Ok(row?.1))
                .collect(),
            None => Ok(Vec::new()),
        }
    }

    /// One version as it was last written.
    pub(super) fn version(
        &self,
        watch: &WatchId,
        no: VersionNo,
    ) -> Result<Option<Version>, StoreError> {
        match self.number(watch)? {
            Some(number) => self.row(&keys::version(number, no)),
            None => Ok(None),
        }
    }

    /// The document of a version: the one it was last reread as, or the first.
    pub(super) fn document_of(&self, version: &Version) -> Result<Digest, StoreError> {
        if version.backfilled.is_some() {
            let reread = version.reread.as_ref();
            return Ok(reread.map_or(version.document, |reread| reread.document));
        }
        let Some(number) = self.number(&version.watch)? else {
            return Ok(version.document);
        };
        let reread = self.row(&keys::reread(number, version.no))?;
        Ok(reread.unwrap_or(version.document))
    }

    /// The watches that go on with this one, each with the version of this one that it goes on from.
    pub(super) fn continuations(
        &self,
        watch: &WatchId,
    ) -> Result<Vec<(WatchId, VersionNo)>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for row in self.rows::<(WatchNo, VersionNo)>(&keys::continuations(number)) {
            let (_, (other, no)) = row?;
            found.extend(self.called(other)?.map(|called| (called, no)));
        }
        Ok(found)
    }

    /// The changes that pass, newest first.
    pub(super) fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Recorded>, StoreError> {
        match &filter.watch {
            Some(watch) => self.changes_of(watch, filter),
            None if filter.is_narrow() => self.leaf(filter).map(|(rows, _)| rows),
            None => self.changes_of_all(filter),
        }
    }

    fn changes_of(
        &self,
        watch: &WatchId,
        filter: &ChangeFilter,
    ) -> Result<Vec<Recorded>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(Vec::new());
        };
        let limit = filter.limit.unwrap_or(usize::MAX);
        let mut found = Vec::new();
        for row in self.rows::<Recorded>(&keys::changes(number)).rev() {
            let (_, row) = row?;
            if found.len() >= limit {
                break;
            }
            if self.passes(&row, filter)? {
                found.push(row);
            }
        }
        Ok(found)
    }

    fn changes_of_all(&self, filter: &ChangeFilter) -> Result<Vec<Recorded>, StoreError> {
        let mut found = Vec::new();
        let limit = filter.limit.unwrap_or(usize::MAX);
        for row in self.rows::<Timed>(keys::TIMELINE).rev() {
            let (key, timed) = row?;
            if found.len() >= limit || filter.since.is_some_and(|since| timed.newest < since) {
                break;
            }
            let entry = key.last_chunk().copied().map_or(0, u64::from_be_bytes);
            if let Some(row) = self.row(&keys::change(timed.watch, entry))?
                && self.passes(&row, filter)?
            {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// The change that an entry holds.
    pub(in crate::store) fn change_in(
        &self,
        entry: EntryNo,
    ) -> Result<Option<Recorded>, StoreError> {
        match self.row::<Timed>(&keys::timeline(entry))? {
            Some(timed) => self.row(&keys::change(timed.watch, entry)),
            None => Ok(None),
        }
    }

    /// The latest change of a watch with this span.
    pub(super) fn change(
        &self,
        watch: &WatchId,
        span: Span,
    ) -> Result<Option<Recorded>, StoreError> {
        let Some(number) = self.number(watch)? else {
            return Ok(None);
        };
        for row in self.rows::<Recorded>(&keys::changes(number)).rev() {
            let (_, row) = row?;
            if row.change.span == span {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl View {
    /// Whether a change passes: first by what the row holds, then by the findings, which lie elsewhere.
    pub(super) fn passes(&self, row: &Recorded, filter: &ChangeFilter) -> Result<bool, StoreError> {
        let change = &row.change;
        if !filter.allows(change.entry, change.bounds.by, change.severity, change.kind)
            || !filter.claims(change.claim.as_ref().map(Claim::word))
        {
            return Ok(false);
        }
        if !self.says(row, &filter.words)? {
            return Ok(false);
        }
        match (&filter.rule, row.findings) {
            (None, _) => Ok(true),
            (Some(_), None) => Ok(false),
            (Some(rule), Some(findings)) => {
                let findings = self.read_findings(findings)?;
                Ok(findings.iter().any(|found| found.rule == *rule))
            }
        }
    }
}

impl View {
    /// Whether all of these words stand in what is said of a change.
    fn says(&self, row: &Recorded, words: &[String]) -> Result<bool, StoreError> {
        if words.is_empty() {
            return Ok(true);
        }
        let mut said = format!("{}\n{}", row.change.sentence, row.change.title).to_lowercase();
        let missing = |said: &str| words.iter().any(|word| !said.contains(word.as_str()));
        if let Some(findings) = row.findings.filter(|_| missing(&said)) {
            for finding in self.read_findings(findings)? {
                let quoted = [finding.before, finding.after];
                for text in std::iter::once(finding.why).chain(quoted.into_iter().flatten()) {
                    said.push('\n');
                    said.push_str(&text.to_lowercase());
                }
            }
        }
        Ok(!missing(&said))
    }
}

impl ChangeFilter {
    /// Whether it asks for more than the newest since a time.
    fn is_narrow(&self) -> bool {
        self.watches.is_some()
            || self.until.is_some()
            || self.before.is_some()
            || !self.kinds.is_empty()
            || self.claim.is_some()
            || self.rule.is_some()
            || !self.words.is_empty()
    }

    /// Whether a change of this entry, time, severity and kind passes.
    pub(super) fn allows(
        &self,
        entry: EntryNo,
        by: DateTime<Utc>,
        severity: Severity,
        kind: ChangeKind,
    ) -> bool {
        self.before.is_none_or(|before| entry < before)
            && self.since.is_none_or(|since| by >= since)
            && self.until.is_none_or(|until| by < until)
            && self.min_severity.is_none_or(|least| severity >= least)
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// Whether a change of which the page says this passes.
    pub(super) fn claims(&self, claim: Option<&str>) -> bool {
        let wanted = self.claim.as_deref();
        wanted.is_none_or(|wanted| claim == Some(wanted))
    }
}
