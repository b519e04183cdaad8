//! Finds the width at which a text was wrapped by hand or by a mail program, so that wrapping it anew is no change.

use std::ops::RangeInclusive;

/// The widths at which people wrap, in characters.
const WIDTHS: RangeInclusive<usize> = 40..=132;

/// How many line breaks must speak for a width.
const FEWEST: usize = 3;

/// A line break inside running text: how long the line is, and how long it would be with the next line's first word.
#[derive(Clone, Copy)]
struct Break {
    line: usize,
    with_next: usize,
}

impl Break {
    fn between(line: &str, next: &str) -> Break {
        let length = |text: &str| text.chars().count();
        let line = length(line.trim_end());
        let word = next.split_whitespace().next().unwrap_or_default();
        Break {
            line,
            with_next: line + 1 + length(word),
        }
    }
}

/// The width of a text, by its pairs of neighbouring lines; `None` where its lines are lines of their own.
pub fn width<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<usize> {
    let breaks: Vec<Break> = pairs
        .map(|(line, next)| Break::between(line, next))
        .collect();
    if breaks.len() < FEWEST {
        return None;
    }
    // How many breaks begin or stop to speak for each width.
    let mut steps = vec![0isize; WIDTHS.end() + 2];
    let last = WIDTHS.end() + 1;
    for at in &breaks {
        steps[at.line.min(last)] += 1;
        steps[at.with_next.min(last)] -= 1;
    }
    let mut speaking = 0;
    let mut best = (0, 0);
    for (width, step) in steps.iter().enumerate() {
        speaking += step;
        if WIDTHS.contains(&width) && speaking >= best.0 {
            best = (speaking, width);
        }
    }
    let (speaking, width) = best;
    let all = isize::try_from(breaks.len()).unwrap_or(isize::MAX);
    (speaking * 10 >= all * 7 && speaking > 2).then_some(width)
}

/// Whether a line of a text of this width goes on in the next.
pub fn goes_on(line: &str, next: &str, width: usize) -> bool {
    let at = Break::between(line, next);
    // Some programs wrap a little before or after the edge.
    let full = at.with_next + 2 > width && at.line <= width + 2;
    // A line of one long word, such as an address, stands out of any width.
    let long_word = at.line > width && !line.trim().contains(' ');
    full || long_word
}
