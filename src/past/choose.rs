//! Which copy to ask for next, so that few of them find the changes.
//!
//! The time is halved between two copies that differ, until the two stand side by side. Where two are the same, nothing is
//! assumed to have changed between, unless the archive's digests say so, or the stretch is long. Where to cut is told by what
//! the page said of its last change, then by a leap in the length that the archive gives, then by time.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::Digest;
use crate::past::candidates::{By, Candidate, Seen};

/// A stretch between two copies with the same text is cut once more where it holds more than one in so many of all copies.
const LONG: usize = 4;
/// And no fewer than these.
const FEW: usize = 8;

/// How copies are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Those that are needed to find the changes.
    #[default]
    Bisect,
    /// All of them.
    Every,
}

/// Two copies side by side among those that are known, by their places; the last may be our own first version.
struct Gap {
    from: usize,
    to: usize,
    open: Vec<usize>,
    same: bool,
}

/// The place of the copy to ask for next, where one is needed. `end` is the text of our own first version, which stands after
/// all of them.
pub fn next(all: &[Candidate], end: Option<Digest>, manner: Manner) -> Option<usize> {
    let not_read = |one: &Candidate| match &one.seen {
        Seen::Not => true,
        Seen::Stood(stood) => stood.by == By::Word && stood.text.is_some(),
        Seen::Useless => false,
    };
    if manner == Manner::Every {
        return all.iter().position(not_read);
    }
    let open: Vec<usize> = places(all, |one| one.seen == Seen::Not);
    let known: Vec<usize> = places(all, |one| one.stood().is_some());
    let (first, last) = (*open.first()?, *open.last()?);
    if known.first().is_none_or(|known| first < *known) {
        return Some(first);
    }
    if end.is_none() && known.last().is_none_or(|known| last > *known) {
        return Some(last);
    }
    let gaps = gaps(all, &known, &open, end);
    let widest = |gaps: &mut dyn Iterator<Item = &Gap>| {
        let widest = gaps.max_by_key(|gap| (gap.open.len(), std::cmp::Reverse(gap.from)));
        widest.map(|gap| (gap.from, gap.to, gap.open.clone()))
    };
    let differing = widest(&mut gaps.iter().filter(|gap| !gap.same));
    if let Some((from, to, open)) = differing {
        return Some(cut(all, (from, to), &open));
    }
    let told = |gap: &&Gap| gap.same && digests_differ(all, gap);
    if let Some((_, _, open)) = widest(&mut gaps.iter().filter(told)) {
        return Some(middle(all, &open));
    }
    let long = |gap: &&Gap| gap.same && gap.open.len() >= FEW && gap.open.len() * LONG > all.len();
    widest(&mut gaps.iter().filter(long)).map(|(_, _, open)| middle(all, &open))
}

fn places(all: &[Candidate], wanted: impl Fn(&Candidate) -> bool) -> Vec<usize> {
    let found = all.iter().enumerate().filter(|(_, one)| wanted(one));
    found.map(|(place, _)| place).collect()
}

fn gaps(all: &[Candidate], known: &[usize], open: &[usize], end: Option<Digest>) -> Vec<Gap> {
    let text = |place: usize| all[place].stood().map(|stood| stood.text);
    let mut gaps = Vec::new();
    for (index, from) in known.iter().enumerate() {
        let (to, after) = match known.get(index + 1) {
            Some(to) => (*to, text(*to)),
            None if end.is_some() => (all.len(), Some(end)),
            None => break,
        };
        let begin = open.partition_point(|place| place < from);
        let stop = open.partition_point(|place| *place < to);
        if begin < stop {
            gaps.push(Gap {
                from: *from,
                to,
                open: open[begin..stop].to_vec(),
                same: text(*from) == after,
            });
        }
    }
    gaps
}

/// Whether the archive's digests say that something else stood between two copies with the same text: both have the same
/// bytes, or the copies between are many with few digests.
fn digests_differ(all: &[Candidate], gap: &Gap) -> bool {
    let digest = |place: usize| {
        let one = all.get(place)?;
        Some((&one.archive, one.digest.as_ref()?))
    };
    let ends = (digest(gap.from), digest(gap.to));
    let same_bytes = ends.0.is_some() && ends.0 == ends.1;
    let between: Vec<_> = gap.open.iter().filter_map(|place| digest(*place)).collect();
    let kinds: BTreeSet<_> = between.iter().collect();
    !between.is_empty() && (same_bytes || kinds.len() * 2 <= between.len())
}

/// Where to cut between two copies that differ.
fn cut(all: &[Candidate], (from, to): (usize, usize), open: &[usize]) -> usize {
    let claimed = claims_hold(all).then(|| by_claim(all, (from, to), open));
    claimed
        .flatten()
        .or_else(|| by_length(all, (from, to), open))
        .unwrap_or_else(|| middle(all, open))
}

/// Beside the day on which the later of two copies says that it was changed: first after it, then before it.
fn by_claim(all: &[Candidate], (from, to): (usize, usize), open: &[usize]) -> Option<usize> {
    let stood = all.get(to)?.stood()?;
    let after = all[from].memento.at;
    let until = all[to].memento.at;
    let claim = stood
        .claims
        .iter()
        .find(|at| **at > after && **at <= until)?;
    let later = open.partition_point(|place| all[*place].memento.at < *claim);
    open.get(later).or_else(|| open.last()).copied()
}

/// Whether what the page says of its changes agrees with what was read so far: a new date without new words speaks against it.
fn claims_hold(all: &[Candidate]) -> bool {
    let known: Vec<_> = (all.iter())
        .filter_map(|one| Some((one.memento.at, one.stood()?)))
        .collect();
    let (mut held, mut refuted) = (0, 0);
    for pair in known.windows(2) {
        let ((before, was), (_, is)) = (&pair[0], &pair[1]);
        let Some(claim) = is.claims.first() else {
            continue;
        };
        let says_changed = claim > before && was.claims.first() != Some(claim);
        match (says_changed, was.text == is.text) {
            (true, false) => held += 1,
            (true, true) => refuted += 1,
            (false, _) => {}
        }
    }
    refuted * 2 <= held
}

/// Beside the greatest leap in the length that one archive gives, where there is one that stands out.
fn by_length(all: &[Candidate], (from, to): (usize, usize), open: &[usize]) -> Option<usize> {
    let leap = |place: usize| {
        let (one, other) = (all.get(place)?, all.get(place + 1)?);
        let (length, next) = (one.length?, other.length?);
        (one.archive == other.archive).then(|| length.abs_diff(next))
    };
    let mut usual: Vec<u64> = (0..all.len()).filter_map(leap).collect();
    usual.sort_unstable();
    let usual = *usual.get(usual.len() / 2)?;
    let leaps = (from..to).filter_map(|place| Some((leap(place)?, place)));
    let mut leaps: Vec<_> = leaps.filter(|(leap, _)| *leap > usual * 8 + 16).collect();
    leaps.sort_unstable_by_key(|(leap, place)| (std::cmp::Reverse(*leap), *place));
    let beside = leaps.into_iter().flat_map(|(_, place)| [place, place + 1]);
    let mut beside = beside.filter(|place| open.binary_search(place).is_ok());
    beside.next()
}

/// The copy nearest to the middle of the time, and not too near to either end of the row.
fn middle(all: &[Candidate], open: &[usize]) -> usize {
    let at = |index: usize| all[open[index]].memento.at;
    let last = open.len() - 1;
    let half: DateTime<Utc> = at(0) + (at(last) - at(0)) / 2;
    let near = open.partition_point(|place| all[*place].memento.at < half);
    let nearer = |index: &usize| -> TimeDelta { (at(*index) - half).abs() };
    let (low, high) = (open.len() / 8, last - open.len() / 8);
    let near = [near.saturating_sub(1), near.min(last)]
        .into_iter()
        .min_by_key(nearer)
        .unwrap_or(near);
    open[near.clamp(low, high.max(low))]
}

#[cfg(test)]
mod tests;
