//! The columns of a timeline: where a time stands, and what is drawn there.

use chrono::{DateTime, Utc};

use crate::answers::{Spell, Was};
use crate::past::Stretches;
use crate::web::window::chart::{INNER, SIDE};

/// The stretches as columns, run together where they are alike; what is short and not as it should be stays visible.
pub(super) fn columns(
    spells: &[Spell],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<(usize, usize, Was)> {
    let mut columns: Vec<Option<Was>> = vec![None; INNER];
    for spell in spells {
        let (first, last) = (
            place(spell.from, from, until),
            place(spell.until, from, until),
        );
        for column in &mut columns[first..=last.max(first)] {
            let known = |was: Was| match was {
                Was::Present => 0,
                Was::Unknown => 1,
                Was::Absent => 2,
            };
            let graver = column.is_none_or(|was| known(was) < known(spell.was));
            if graver {
                *column = Some(spell.was);
            }
        }
    }
    let mut runs: Vec<(usize, usize, Was)> = Vec::new();
    for (at, was) in columns.into_iter().enumerate() {
        let Some(was) = was else { continue };
        match runs.last_mut() {
            Some(run) if run.2 == was && run.0 + run.1 == at + SIDE => run.1 += 1,
            _ => runs.push((at + SIDE, 1, was)),
        }
    }
    runs
}

/// The stretches of copies as columns, and whether the page was there; between two copies of different texts nothing is drawn.
pub(super) fn copies(
    past: &Stretches,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<(usize, usize, bool)> {
    let mut runs: Vec<(usize, usize, bool)> = Vec::new();
    for stretch in &past.stretches {
        let there = stretch.text.is_some();
        let first = SIDE + place(stretch.from, from, until);
        let end = SIDE + place(stretch.until, from, until) + 1;
        match runs.last_mut() {
            // What falls into a column that is drawn already is seen by its stroke.
            Some((at, wide, was)) if first < *at + *wide => {
                *was &= there;
                *wide = (end - *at).max(*wide);
            }
            _ => runs.push((first, end - first, there)),
        }
    }
    runs
}

/// Where a time stands, from 0.
pub(super) fn place(at: DateTime<Utc>, from: DateTime<Utc>, until: DateTime<Utc>) -> usize {
    let whole = (until - from).num_seconds().max(1) as f64;
    let part = (at - from).num_seconds() as f64 / whole;
    ((part * (INNER - 1) as f64).round().max(0.0) as usize).min(INNER - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::window::chart::sample::{at, past};

    #[test]
    fn a_short_failure_in_a_long_history_stays_visible() {
        let spell = |was, from: &str, until: &str| Spell {
            was,
            from: at(from),
            until: at(until),
            visits: 1,
            failed: 0,
        };
        let spells = [
            spell(Was::Present, "2010-01-01T00:00:00Z", "2015-01-01T00:00:00Z"),
            spell(Was::Unknown, "2015-01-01T00:00:00Z", "2015-01-01T01:00:00Z"),
            spell(Was::Present, "2015-01-01T01:00:00Z", "2020-01-01T00:00:00Z"),
        ];
        let columns = columns(&spells, spells[0].from, spells[2].until);
        let kinds: Vec<Was> = columns.iter().map(|(_, _, was)| *was).collect();
        assert_eq!(kinds, [Was::Present, Was::Unknown, Was::Present]);
        assert_eq!(
            columns.iter().map(|(_, wide, _)| wide).sum::<usize>(),
            INNER
        );
    }

    #[test]
    fn copies_of_archives_are_drawn_where_they_were_made_and_nothing_between_them() {
        let past = past();
        let until = at("2021-01-01T00:00:00Z");
        let columns = copies(&past, past.stretches[0].from, until);
        let there: Vec<bool> = columns.iter().map(|(_, _, there)| *there).collect();
        assert_eq!(there, [true, false]);
        assert_eq!((columns[0].0, columns[1].1), (SIDE, 1));
    }
}
