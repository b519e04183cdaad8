//! Makes a word-by-word comparison readable: whole sentences where it can, no crumbs between two changes.

use crate::diff::align::{Run, joined};
use crate::diff::token::{MARK, TELLING, Token};

/// The same comparison with fewer and better placed changes. Runs are only shifted, shortened or dropped.
pub(super) fn tidy(old: &[Token], new: &[Token], runs: Vec<Run>) -> Vec<Run> {
    let mut runs = runs;
    for _ in 0..3 {
        let before = runs.len();
        runs = without_crumbs(old, new, runs);
        if runs.len() == before {
            break;
        }
    }
    slide(old, new, &mut runs);
    joined(runs)
}

/// What lies between two runs.
struct Gap {
    removed: usize,
    added: usize,
}

impl Gap {
    fn size(&self) -> usize {
        self.removed.max(self.added)
    }

    fn is_empty(&self) -> bool {
        self.size() == 0
    }

    /// Whether both only add, or both only remove: merging them would say the words between twice.
    fn alike(&self, other: &Gap) -> bool {
        self.removed + other.removed == 0 || self.added + other.added == 0
    }
}

/// Drops runs that say too little to be worth an interruption. Goes through once, merging to the left.
fn without_crumbs(old: &[Token], new: &[Token], runs: Vec<Run>) -> Vec<Run> {
    let (old_words, new_words) = (counted(old), counted(new));
    let mut good: Vec<Run> = Vec::with_capacity(runs.len());
    for (index, run) in runs.iter().enumerate() {
        let (old_start, new_start) = good
            .last()
            .map_or((0, 0), |run| (run.old + run.len, run.new + run.len));
        let next = runs.get(index + 1);
        let (old_end, new_end) = next.map_or((old.len(), new.len()), |run| (run.old, run.new));
        let left = Gap {
            removed: old_words[run.old] - old_words[old_start],
            added: new_words[run.new] - new_words[new_start],
        };
        let right = Gap {
            removed: old_words[old_end] - old_words[run.old + run.len],
            added: new_words[new_end] - new_words[run.new + run.len],
        };
        if !is_crumb(&old[run.old..run.old + run.len], &left, &right) {
            good.push(*run);
        }
    }
    good
}

/// How many words stand before each place.
fn counted(tokens: &[Token]) -> Vec<usize> {
    let mut count = 0;
    let before = tokens.iter().map(|token| {
        count += usize::from(token.weight > MARK);
        count
    });
    std::iter::once(0).chain(before).collect()
}

fn words(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| token.weight > MARK).count()
}

fn is_crumb(kept: &[Token], left: &Gap, right: &Gap) -> bool {
    if kept.len() > 12 || left.is_empty() || right.is_empty() || left.alike(right) {
        return false;
    }
    let telling = kept.iter().filter(|token| token.weight == TELLING).count();
    let words = words(kept);
    if kept.iter().any(|token| token.stop) {
        return false;
    }
    if telling == 0 {
        return left.size() + right.size() >= 2 + words.max(1);
    }
    let room = left.size().min(right.size());
    telling <= 3 && 2 * telling <= room && words <= room
}

/// Moves pure additions and removals along equal words to where a sentence, or at least a clause, begins.
fn slide(old: &[Token], new: &[Token], runs: &mut [Run]) {
    for index in 1..runs.len() {
        let (before, after) = (runs[index - 1], runs[index]);
        let removed = before.old + before.len..after.old;
        let added = before.new + before.len..after.new;
        let shift = match (removed.is_empty(), added.is_empty()) {
            (true, false) => best_shift(new, added, before.len, after.len),
            (false, true) => best_shift(old, removed, before.len, after.len),
            _ => 0,
        };
        let by = shift.unsigned_abs();
        if shift < 0 {
            runs[index - 1].len -= by;
            runs[index].old -= by;
            runs[index].new -= by;
            runs[index].len += by;
        } else {
            runs[index - 1].len += by;
            runs[index].old += by;
            runs[index].new += by;
            runs[index].len -= by;
        }
    }
}

/// How far this stretch can be moved among equal words, and the best place in that range.
fn best_shift(
    text: &[Token],
    gap: std::ops::Range<usize>,
    room_before: usize,
    room_after: usize,
) -> isize {
    let back = (1..room_before)
        .take_while(|by| text[gap.start - by].id == text[gap.end - by].id)
        .count();
    let on = (0..room_after.saturating_sub(1))
        .take_while(|by| text[gap.start + by].id == text[gap.end + by].id)
        .count();
    let mut best = (place(text, gap.start), 0);
    for start in gap.start - back..=gap.start + on {
        let value = place(text, start);
        if value > best.0 {
            best = (value, start as isize - gap.start as isize);
        }
    }
    best.1
}

/// How good a place for a change to begin at: a sentence, a clause, anywhere.
fn place(text: &[Token], start: usize) -> u8 {
    match start.checked_sub(1).map(|before| &text[before]) {
        None => 2,
        Some(token) if token.stop => 2,
        Some(token) if token.weight == MARK => 1,
        Some(_) => 0,
    }
}
