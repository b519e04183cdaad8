//! What a visit that brought something does to the views.

use chrono::{DateTime, Utc};
use url::Url;

use crate::model::{Back, Change, ChangeKind, Entry, EntryNo, Landed, State, Version};
use crate::store::{
    bodies,
    error::StoreError,
    views::View,
    views::coverage::Mark,
    views::history::{Recorded, Timed},
    views::keys::{self, WatchNo},
};

impl View {
    pub(super) fn landed(&self, entry: &Entry, landed: &Landed) -> Result<(), StoreError> {
        let number = self.number_or_new(&landed.watch)?;
        let mark = match landed.span.to {
            0 => Mark::LandedAway,
            _ => Mark::LandedRead,
        };
        self.take_record(number, entry, landed.imported.as_ref())?;
        // What somebody brought is no visit.
        if landed.imported.is_none() {
            self.visited(number, (landed.bounds.by, entry.no, 0), mark)?;
        }
        if landed.span.from != landed.span.to {
            self.record(number, entry.no, landed)?;
            self.count(number, entry.no, landed)?;
            self.count_rules(entry.no, landed)?;
        }
        if let Some((earlier, look)) = &landed.answers {
            let key = keys::change(number, *earlier);
            if let Some(mut row) = self.row::<Recorded>(&key)? {
                row.change.second_look = Some(look.clone());
                self.put(&key, &row)?;
            }
        }
        for earlier in &landed.restores {
            let key = keys::change(number, *earlier);
            if let Some(mut row) = self.row::<Recorded>(&key)? {
                row.change.back = Some(Back {
                    entry: entry.no,
                    bounds: landed.bounds,
                });
                self.put(&key, &row)?;
            }
        }
        for (index, (old, no)) in (0..).zip(landed.continues.iter().flat_map(|went| &went.of)) {
            let old = self.number_or_new(old)?;
            let key = keys::continuation(old, entry.no, index);
            self.put(&key, &(number, *no))?;
        }
        self.owe(entry, Some(&landed.watch), &landed.owed)?;
        self.note_said(entry.no, landed)?;
        self.sight(entry.no, number, landed)?;
        self.learn(number, entry.no, landed)?;
        if let Some(strands) = landed.strands {
            self.note_strands(entry.no, landed, strands)?;
        }
        self.advance(number, entry, landed)?;
        match landed.leads {
            Some(leads) => self.lead(entry, &landed.watch, leads),
            None => Ok(()),
        }
    }

    // The change itself, and its place among all changes.
    fn record(&self, number: WatchNo, no: EntryNo, landed: &Landed) -> Result<(), StoreError> {
        let mut row = Recorded {
            change: change(no, landed),
            findings: landed.findings,
        };
        if self.quotes_forgotten(number, landed)? {
            row.change.without_words();
        }
        self.put(&keys::change(number, no), &row)?;
        let newest = match self.newest_before(no)? {
            Some(newest) => newest.max(landed.bounds.by),
            None => landed.bounds.by,
        };
        let timed = Timed::of(number, &row.change, newest);
        self.put(&keys::timeline(no), &timed)
    }

    /// Whether a step is to or from a text that was forgotten, or continues pages whose text was.
    fn quotes_forgotten(&self, number: WatchNo, landed: &Landed) -> Result<bool, StoreError> {
        let from = landed.span.from;
        let current = self.state_row(number)?.state.current;
        let before = match current.filter(|current| current.no == from) {
            Some(current) => Some(current),
            None => self.row::<Version>(&keys::version(number, from))?,
        };
        let before = before.map(|version| version.document);
        let continued = landed.continues.as_ref().and_then(|of| of.document);
        for digest in [landed.findings, landed.document, before, continued] {
            if let Some(digest) = digest
                && bodies::forgotten_in(&self.disk, digest)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn newest_before(&self, no: EntryNo) -> Result<Option<DateTime<Utc>>, StoreError> {
        let range = keys::TIMELINE.to_vec()..keys::timeline(no);
        match self.tree.range(range).next_back() {
            Some(Ok((_, value))) => Ok(Some(self.parse::<Timed>(&value)?.newest)),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        }
    }

    // The state comes last: a state that knows the entry says that all of its rows are there.
    fn advance(&self, number: WatchNo, entry: &Entry, landed: &Landed) -> Result<(), StoreError> {
        let no = entry.no;
        let mut row = self.state_row(number)?;
        if row.applied >= no {
            return Ok(());
        }
        if let Some(version) = version(no, landed) {
            if let Some(before) = &row.state.current {
                self.put(&keys::version(number, before.no), before)?;
            }
            self.put(&keys::version(number, version.no), &version)?;
            let read_at = keys::read_at(number, &version.url);
            if self.row::<Url>(&read_at)?.is_none() {
                self.put(&read_at, &version.url)?;
            }
            row.state.current = Some(version);
        }
        step(&mut row.state, entry, landed);
        row.applied = no;
        self.put(&keys::state(number), &row)
    }
}

/// The version an entry brought, if it brought one.
fn version(no: EntryNo, landed: &Landed) -> Option<Version> {
    if landed.span.to == 0 || landed.span.to == landed.span.from {
        return None;
    }
    Some(Version {
        watch: landed.watch.clone(),
        no: landed.span.to,
        at: landed.bounds.by,
        after: landed.bounds.after,
        last_seen: landed.bounds.by,
        url: landed.url.clone(),
        title: landed.title.clone(),
        body: landed.body?,
        capture: landed.capture,
        document: landed.document?,
        text: landed.text?,
        same_text_as: landed.same_text_as,
        entry: no,
        imported: landed.imported.clone(),
        continues: landed.continues.clone(),
        reread: None,
        backfilled: None,
        forgotten: None,
    })
}

/// The change an entry holds, its findings left in their body.
fn change(no: EntryNo, landed: &Landed) -> Change {
    Change {
        entry: no,
        watch: landed.watch.clone(),
        title: landed.title.clone(),
        kind: landed.kind,
        span: landed.span,
        bounds: landed.bounds,
        severity: landed.severity,
        findings: Vec::new(),
        sentence: landed.sentence.clone(),
        silence: landed.silence.clone(),
        hushed: landed.hushed,
        second_look: landed.second_look.clone(),
        collected: landed.collected.clone(),
        claim: landed.claim.clone(),
        aside: landed.aside.clone(),
        corrections: Vec::new(),
        back: None,
    }
}

// The numbers and times of a state; the version was put there before.
fn step(state: &mut State, entry: &Entry, landed: &Landed) {
    let no = entry.no;
    // The first sight of a page that is gone lies before the visit that made sure of it; and where our clock went back,
    // the bounds reach to where it stood.
    let at = landed.bounds.by.min(entry.at);
    let span = landed.span;
    let visited = landed.imported.is_none();
    state.retired = false;
    state.entry = Some(no);
    state.validators = landed.validators.clone();
    if visited {
        state.visits += 1;
        // What another machine brought was there when that machine was, not when it arrived.
        let went = landed.collected.as_ref().map(|collected| collected.at);
        state.last_visit = Some(went.unwrap_or(entry.at));
    }
    if span.from != span.to {
        state.away = span.to == 0;
        if landed.kind != ChangeKind::Appeared {
            state.last_change = Some(landed.bounds.by);
        }
    }
    if landed.kind == ChangeKind::Redirected {
        // The site answered: what kept us from reading it before is over, and the page is elsewhere.
        state.failing = None;
    }
    if span.to != 0 {
        state.versions = state.versions.max(span.to);
        if visited {
            state.failing = None;
        }
        state.last_seen = Some(at);
        if landed.body.is_some() {
            state.last_served = Some(at);
            state.body = landed.body;
        }
        if let Some(current) = &mut state.current {
            current.last_seen = at.max(current.at);
        }
    }
    if landed.answers.is_some() {
        state.second_look = None;
    }
    if let Some(look) = &landed.second_look
        && look.verdict.is_none()
    {
        state.second_look = Some((no, look.at));
    }
}
