//! A redline as the lines of a diff fence in a chat.

use std::cmp::Reverse;

use crate::model::Diff;
use crate::wording::redline::excerpt::Side;
use crate::wording::redline::layout::{Ink, unpainted, wrap};
use crate::wording::redline::passage::{Passage, passages};
use crate::wording::redline::quotes::telling;
use crate::wording::redline::safe::unfenced;
use crate::wording::rows;

/// The lines between ` ```diff ` and its end (which are not included): `- ` as it was, `+ ` as it is, at most `most`
/// lines of at most `width` characters with the mark; and how many lines were left out. The most telling passages are
/// taken, and stand in the order of the page.
pub fn fence(diff: &Diff, most: usize, width: usize) -> (String, usize) {
    let diff = &*rows::spelled(diff);
    let found = passages(diff);
    let all: usize = found
        .iter()
        .map(|(_, passage)| lines(passage, usize::MAX, width).len())
        .sum();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| Reverse(telling(&found[*at].1)));

    let mut chosen: Vec<(usize, Vec<String>)> = Vec::new();
    let mut left = most;
    for at in order {
        let passage = &found[at].1;
        let room = if found.len() == 1 {
            most / 2
        } else {
            (most / 3).min(left)
        };
        let whole = lines(passage, usize::MAX, width);
        let taken = if whole.len() <= left.min(most / 2) {
            whole
        } else {
            let sides =
                usize::from(passage.before.is_some()) + usize::from(passage.after.is_some());
            lines(
                passage,
                (2 * room / sides.max(1)).min(left / sides.max(1)),
                width,
            )
        };
        if !taken.is_empty() && taken.len() <= left {
            left -= taken.len();
            chosen.push((at, taken));
        }
    }
    chosen.sort_by_key(|(at, _)| *at);
    let shown: Vec<String> = chosen.into_iter().flat_map(|(_, lines)| lines).collect();
    (shown.join("\n"), all.saturating_sub(most - left))
}

/// A passage in lines, at most `deep` for each side; none at all where there is no room for a side.
fn lines(passage: &Passage, deep: usize, width: usize) -> Vec<String> {
    if deep == 0 {
        return Vec::new();
    }
    let side = |side: &Option<Side>, mark: &str| -> Vec<String> {
        side.as_ref()
            .map(|side| wrapped(side, mark, deep, width))
            .unwrap_or_default()
    };
    let mut lines = side(&passage.before, "- ");
    lines.extend(side(&passage.after, "+ "));
    lines
}

fn wrapped(side: &Side, mark: &str, deep: usize, width: usize) -> Vec<String> {
    let mut chars = deep.saturating_mul(width.saturating_sub(mark.len()));
    loop {
        let text = unfenced(&side.excerpt(chars)).replace('\n', " ");
        let page = unpainted(&wrap(&[(Ink::Plain, text)], width, mark, mark));
        let lines: Vec<String> = page.lines().map(str::to_owned).collect();
        if lines.len() <= deep || chars < 20 {
            return lines.into_iter().take(deep).collect();
        }
        // Lines end before their full width where a word does not fit.
        chars = chars - chars / 8 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::between;
    use crate::model::BlockKind;
    use crate::wording::redline::sample;

    #[test]
    fn each_changed_sentence_stands_before_and_after() {
        let (lines, left) = fence(&sample::diff(), 12, 46);
        assert_eq!(
            lines,
            "- You will be asked first.\n+ You may be asked first.\n- Only with approval.\n+ An item entirely new."
        );
        assert_eq!(left, 0);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let texts: Vec<String> = (0..30)
            .map(|n| format!("Rule {n} of the place says that visitors number{n} wait at gate{n} for the guide."))
            .collect();
        let page = |word: &str| {
            let texts: Vec<String> = texts
                .iter()
                .map(|text| text.replace("wait", word))
                .collect();
            let blocks: Vec<_> = texts
                .iter()
                .map(|text| (BlockKind::Item(1), text.as_str()))
                .collect();
            sample::document(&blocks)
        };
        for most in [1, 2, 3, 12] {
            let (lines, left) = fence(&between(&page("wait"), &page("must stay")), most, 46);
            assert!(lines.lines().count() <= most, "{lines}");
            assert!(
                lines.lines().all(|line| line.chars().count() <= 46),
                "{lines}"
            );
            assert!(left >= 100, "{left}");
            let sides = |mark: &str| lines.lines().filter(|line| line.starts_with(mark)).count();
            assert!((sides("- ") == 0) == (sides("+ ") == 0), "{lines}");
        }
    }

    #[test]
    fn one_long_sentence_is_cut_around_its_change() {
        let long = |word: &str| {
            format!(
                "{}{word} {}",
                "some words and ".repeat(40),
                "more of them ".repeat(40)
            )
        };
        let page = |word: &str| sample::document(&[(BlockKind::Paragraph, &long(word))]);
        let (lines, left) = fence(&between(&page("will"), &page("never")), 12, 46);
        assert!(lines.lines().count() <= 12, "{lines}");
        assert!(lines.contains("will") && lines.contains("never"), "{lines}");
        assert!(left > 10);
    }

    #[test]
    fn page_text_cannot_end_the_fence() {
        let (old, new) = sample::hostile();
        let (lines, _) = fence(&between(&old, &new), 40, 46);
        assert!(!lines.contains("``"), "{lines}");
        sample::assert_harmless(&lines);
    }
}
