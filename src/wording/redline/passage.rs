//! Cuts a diff down to the sentences that changed.

use std::ops::Range;

use crate::diff::sentences;
use crate::model::{BlockKind, Diff, Edit, Piece, Words};
use crate::wording::redline::excerpt::Side;

/// A sentence, or several, with what changed in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Passage {
    /// As it was; `None` where it is new.
    pub(super) before: Option<Side>,
    /// As it is; `None` where it is gone.
    pub(super) after: Option<Side>,
    /// Whether it is a heading.
    pub(super) is_heading: bool,
}

/// The passages that differ, in the order of the diff, each with the headings above it. What only moved is none, nor
/// is what only was split or merged.
pub(super) fn passages(diff: &Diff) -> Vec<(&[String], Passage)> {
    let mut all = Vec::new();
    for hunk in &diff.hunks {
        for edit in &hunk.edits {
            let found = of_edit(edit).into_iter();
            all.extend(found.map(|passage| (hunk.path.as_slice(), passage)));
        }
    }
    all
}

fn of_edit(edit: &Edit) -> Vec<Passage> {
    let place = edit.after().or(edit.before());
    let is_heading = place.is_some_and(|place| matches!(place.kind, BlockKind::Heading(_)));
    let whole = |text: &str| (!text.trim().is_empty()).then(|| Side::whole(text));
    let (before, after) = match edit {
        Edit::Added { after } => (None, whole(&after.text)),
        Edit::Removed { before } => (whole(&before.text), None),
        Edit::Moved { .. } => (None, None),
        Edit::Reworded { words, .. } => return of_words(words, is_heading),
    };
    if before.is_none() && after.is_none() {
        return Vec::new();
    }
    vec![Passage {
        before,
        after,
        is_heading,
    }]
}

/// Where something differs: a stretch of the old text and what stands there now.
struct Region {
    old: Range<usize>,
    new: Range<usize>,
}

fn of_words(words: &[Words], is_heading: bool) -> Vec<Passage> {
    let side = |without: Piece| -> String {
        let there = words.iter().filter(|piece| piece.piece != without);
        there.map(|piece| piece.text.as_str()).collect()
    };
    let (old, new) = (side(Piece::Added), side(Piece::Removed));
    let (old_sentences, new_sentences) = (sentences(&old), sentences(&new));
    let mut groups: Vec<(Range<usize>, Range<usize>, Vec<Region>)> = Vec::new();
    for region in regions(words) {
        if old[region.old.clone()].trim() == new[region.new.clone()].trim() {
            continue;
        }
        let was = touched(
            &old_sentences,
            &old,
            &region.old,
            is_whole(&new_sentences, &new, &region.new),
        );
        let is = touched(
            &new_sentences,
            &new,
            &region.new,
            is_whole(&old_sentences, &old, &region.old),
        );
        match groups.last_mut() {
            Some((last_was, last_is, regions))
                if overlap(last_was, &was) || overlap(last_is, &is) =>
            {
                *last_was = spanned(last_was, &was);
                *last_is = spanned(last_is, &is);
                regions.push(region);
            }
            _ => groups.push((was, is, vec![region])),
        }
    }
    groups
        .into_iter()
        .map(|(was, is, regions)| Passage {
            before: cut(
                &old,
                &old_sentences[was],
                regions.iter().map(|region| &region.old),
            ),
            after: cut(
                &new,
                &new_sentences[is],
                regions.iter().map(|region| &region.new),
            ),
            is_heading,
        })
        .collect()
}

fn regions(words: &[Words]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    let (mut old, mut new, mut open) = (0, 0, false);
    for piece in words {
        let len = piece.text.len();
        let region = match piece.piece {
            Piece::Kept => {
                (old, new, open) = (old + len, new + len, false);
                continue;
            }
            Piece::Removed => Region {
                old: old..old + len,
                new: new..new,
            },
            Piece::Added => Region {
                old: old..old,
                new: new..new + len,
            },
        };
        (old, new) = (region.old.end, region.new.end);
        match regions.last_mut().filter(|_| open) {
            Some(last) => (last.old.end, last.new.end) = (old, new),
            None => regions.push(region),
        }
        open = true;
    }
    regions
}

/// Whether a stretch is made of whole sentences.
fn is_whole(sentences: &[Range<usize>], text: &str, range: &Range<usize>) -> bool {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    let end = start + part.trim().len();
    start < end
        && sentences
            .binary_search_by_key(&start, |sentence| sentence.start)
            .is_ok()
        && sentences
            .binary_search_by_key(&end, |sentence| sentence.end)
            .is_ok()
}

/// The sentences a stretch lies in, by index; none for an empty stretch where whole sentences stand on the other side.
fn touched(
    sentences: &[Range<usize>],
    text: &str,
    range: &Range<usize>,
    other_is_whole: bool,
) -> Range<usize> {
    if text[range.clone()].trim().is_empty() {
        let at = sentences.partition_point(|sentence| sentence.end < range.start);
        let there = sentences
            .get(at)
            .is_some_and(|sentence| sentence.start <= range.start);
        return if there && !other_is_whole {
            at..at + 1
        } else {
            at..at
        };
    }
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    let end = range.start + part.trim_end().len();
    let first = sentences.partition_point(|sentence| sentence.end <= start);
    let last = sentences.partition_point(|sentence| sentence.start < end);
    first..last.max(first)
}

fn overlap(last: &Range<usize>, next: &Range<usize>) -> bool {
    !last.is_empty() && !next.is_empty() && next.start < last.end
}

fn spanned(last: &Range<usize>, next: &Range<usize>) -> Range<usize> {
    match (last.is_empty(), next.is_empty()) {
        (_, true) => last.clone(),
        (true, _) => next.clone(),
        _ => last.start.min(next.start)..last.end.max(next.end),
    }
}

fn cut<'a>(
    text: &str,
    sentences: &[Range<usize>],
    changed: impl Iterator<Item = &'a Range<usize>>,
) -> Option<Side> {
    let (start, end) = (sentences.first()?.start, sentences.last()?.end);
    let within = |range: &Range<usize>| {
        let clamp = |at: usize| at.clamp(start, end) - start;
        clamp(range.start)..clamp(range.end)
    };
    Some(Side {
        text: text[start..end].to_owned(),
        changed: changed.map(within).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::between;
    use crate::wording::redline::sample;

    #[track_caller]
    fn case(old: &str, new: &str, expected: &[(Option<&str>, Option<&str>)]) {
        let page = |text| sample::document(&[(BlockKind::Paragraph, text)]);
        let diff = between(&page(old), &page(new));
        let found = passages(&diff);
        let text = |side: &Option<Side>| side.as_ref().map(|side| side.text.clone());
        let found: Vec<_> = found
            .iter()
            .map(|(_, passage)| (text(&passage.before), text(&passage.after)))
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(before, after)| (before.as_deref(), after.as_deref()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_the_sentences_that_changed_are_quoted() {
        let text = "The programme begins in spring. You will be asked first. It ends in autumn.";
        case(
            text,
            &text.replace("will", "may"),
            &[(
                Some("You will be asked first."),
                Some("You may be asked first."),
            )],
        );
        case(
            text,
            &text.replace("You will be asked first. ", ""),
            &[(Some("You will be asked first."), None)],
        );
        case(
            text,
            &format!("{text} Nobody is told of it."),
            &[(None, Some("Nobody is told of it."))],
        );
        case(
            text,
            &text.replace("spring", "March").replace("autumn", "May"),
            &[
                (
                    Some("The programme begins in spring."),
                    Some("The programme begins in March."),
                ),
                (Some("It ends in autumn."), Some("It ends in May.")),
            ],
        );
        case(
            text,
            &text.replace("asked first", "asked first and told"),
            &[(
                Some("You will be asked first."),
                Some("You will be asked first and told."),
            )],
        );
    }

    #[test]
    fn sentences_that_became_one_are_quoted_together() {
        case(
            "The data are kept safe. They are kept for ten years. Nothing else is said here.",
            "The data are kept safe and they are kept for ten years. Nothing else is said here.",
            &[(
                Some("The data are kept safe. They are kept for ten years."),
                Some("The data are kept safe and they are kept for ten years."),
            )],
        );
    }

    #[test]
    fn what_was_only_split_is_not_quoted() {
        let page = |texts: &[&str]| {
            let blocks: Vec<_> = texts
                .iter()
                .map(|text| (BlockKind::Paragraph, *text))
                .collect();
            sample::document(&blocks)
        };
        let (one, two) = (
            "The first of the sentences here.",
            "The second of the sentences there.",
        );
        let diff = between(&page(&[&format!("{one} {two}")]), &page(&[one, two]));
        assert_eq!(diff.edits().count(), 1);
        assert!(passages(&diff).is_empty());
    }
}
