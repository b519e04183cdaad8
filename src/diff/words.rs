//! Compares two blocks word by word.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diff::align::{Budget, Run, align, joined};
use crate::diff::tidy;
use crate::diff::token::{Lexicon, Token};
use crate::model::{Piece, Words};

/// A text with its words found.
#[derive(Clone, Debug)]
pub(super) struct Worded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) tokens: Vec<Token>,
}

impl<'a> Worded<'a> {
    pub(super) fn new(text: &'a str, lexicon: &mut Lexicon<'a>) -> Worded<'a> {
        Worded {
            text: Cow::Borrowed(text),
            tokens: lexicon.tokens(text),
        }
    }

    /// Several texts as one, a line each.
    pub(super) fn lines<'b>(parts: impl Iterator<Item = &'b Worded<'a>>) -> Worded<'a>
    where
        'a: 'b,
    {
        let mut text = String::new();
        let mut tokens = Vec::new();
        for part in parts {
            if !text.is_empty() {
                text.push('\n');
            }
            let shift = text.len();
            text.push_str(&part.text);
            tokens.extend(part.tokens.iter().map(|token| Token {
                at: token.at.start + shift..token.at.end + shift,
                ..token.clone()
            }));
        }
        Worded {
            text: Cow::Owned(text),
            tokens,
        }
    }
}

/// The words of both texts in reading order: what is not `Added` makes up the old text, what is not `Removed` the new.
pub(super) fn pieces(old: &Worded, new: &Worded, budget: &mut Budget) -> Vec<Words> {
    let runs = aligned(&old.tokens, &new.tokens, budget);
    let runs = tidy::tidy(&old.tokens, &new.tokens, runs);
    let mut page = Page::default();
    let (mut old_at, mut new_at) = (0, 0);
    for run in &runs {
        for step in 0..run.len {
            let was = &old.tokens[run.old + step].at;
            let is = &new.tokens[run.new + step].at;
            page.differ(&old.text[old_at..was.start], &new.text[new_at..is.start]);
            page.keep(&old.text[was.clone()]);
            (old_at, new_at) = (was.end, is.end);
        }
    }
    page.differ(&old.text[old_at..], &new.text[new_at..]);
    page.finish()
}

/// Above so many pairs of words, whole sentences are found first and words only between them.
const LONG: usize = 4_000_000;

fn aligned(old: &[Token], new: &[Token], budget: &mut Budget) -> Vec<Run> {
    let ids = |tokens: &[Token]| -> Vec<u32> { tokens.iter().map(|token| token.id).collect() };
    let (old_ids, new_ids) = (ids(old), ids(new));
    if old.len().saturating_mul(new.len()) <= LONG {
        return align(&old_ids, &new_ids, budget);
    }
    let (old_ends, new_ends) = (ends(old), ends(new));
    let mut numbers: HashMap<&[u32], u32> = HashMap::new();
    let old_sentences = numbered(&old_ids, &old_ends, &mut numbers);
    let new_sentences = numbered(&new_ids, &new_ends, &mut numbers);
    let sentences = align(&old_sentences, &new_sentences, budget);
    let mut runs = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let mut gap = |old_at: usize, old_end: usize, new_at: usize, new_end: usize| {
        let inner = align(&old_ids[old_at..old_end], &new_ids[new_at..new_end], budget);
        inner.into_iter().map(move |run| Run {
            old: run.old + old_at,
            new: run.new + new_at,
            len: run.len,
        })
    };
    for run in sentences {
        let whole = Run {
            old: old_ends[run.old],
            new: new_ends[run.new],
            len: old_ends[run.old + run.len] - old_ends[run.old],
        };
        runs.extend(gap(old_at, whole.old, new_at, whole.new));
        runs.push(whole);
        (old_at, new_at) = (whole.old + whole.len, whole.new + whole.len);
    }
    runs.extend(gap(old_at, old.len(), new_at, new.len()));
    joined(runs)
}

/// Where the sentences end, counted in words and marks; the first is 0, the last the end of the text.
fn ends(tokens: &[Token]) -> Vec<usize> {
    let stops = tokens.iter().enumerate().filter(|(_, token)| token.stop);
    let mut ends: Vec<usize> = std::iter::once(0)
        .chain(stops.map(|(at, _)| at + 1))
        .collect();
    if ends.last() != Some(&tokens.len()) {
        ends.push(tokens.len());
    }
    ends
}

fn numbered<'a>(ids: &'a [u32], ends: &[usize], numbers: &mut HashMap<&'a [u32], u32>) -> Vec<u32> {
    ends.windows(2)
        .map(|bounds| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(&ids[bounds[0]..bounds[1]]).or_insert(next)
        })
        .collect()
}

/// The pieces written so far.
#[derive(Default)]
struct Page {
    done: Vec<Words>,
    kept: String,
}

impl Page {
    fn keep(&mut self, text: &str) {
        self.kept.push_str(text);
    }

    /// Writes two stretches that stand in the same place. The white space they share at either end stays.
    fn differ(&mut self, old: &str, new: &str) {
        if old == new {
            self.keep(old);
            return;
        }
        let start = shared(old.chars(), new.chars());
        let (old, new) = (&old[start..], {
            self.kept.push_str(&new[..start]);
            &new[start..]
        });
        let end = shared(old.chars().rev(), new.chars().rev());
        self.push_kept();
        self.push(Piece::Removed, &old[..old.len() - end]);
        self.push(Piece::Added, &new[..new.len() - end]);
        self.kept.push_str(&new[new.len() - end..]);
    }

    fn push_kept(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        self.push(Piece::Kept, &kept);
    }

    fn push(&mut self, piece: Piece, text: &str) {
        if !text.is_empty() {
            self.done.push(Words {
                piece,
                text: text.to_owned(),
            });
        }
    }

    fn finish(mut self) -> Vec<Words> {
        self.push_kept();
        self.done
    }
}

/// How many bytes of white space two texts have in common, read in this direction.
fn shared(old: impl Iterator<Item = char>, new: impl Iterator<Item = char>) -> usize {
    old.zip(new)
        .take_while(|(a, b)| a == b && a.is_whitespace())
        .map(|(c, _)| c.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The redline with `[-removed-]` and `{+added+}`.
    fn marked(words: &[Words]) -> String {
        words
            .iter()
            .map(|piece| match piece.piece {
                Piece::Kept => piece.text.clone(),
                Piece::Removed => format!("[-{}-]", piece.text),
                Piece::Added => format!("{{+{}+}}", piece.text),
            })
            .collect()
    }

    fn compare(old: &str, new: &str) -> Vec<Words> {
        let mut lexicon = Lexicon::default();
        let old = Worded::new(old, &mut lexicon);
        let new = Worded::new(new, &mut lexicon);
        pieces(&old, &new, &mut Budget::new())
    }

    #[track_caller]
    fn case(old: &str, new: &str, expected: &str) {
        let words = compare(old, new);
        assert_eq!(marked(&words), expected);
        let side = |without: Piece| -> String {
            words
                .iter()
                .filter(|piece| piece.piece != without)
                .map(|piece| piece.text.as_str())
                .collect()
        };
        assert_eq!(side(Piece::Added), old);
        assert_eq!(side(Piece::Removed), new);
    }

    #[test]
    fn only_the_words_that_changed_are_marked() {
        case("same", "same", "same");
        case("", "", "");
        case("", "new words", "{+new words+}");
        case("Ends in 2014.", "Ends in 2014,", "Ends in 2014[-.-]{+,+}");
        case(
            "You will be asked first.",
            "You may be asked first.",
            "You [-will-]{+may+} be asked first.",
        );
        case(
            "Data will be used for research.",
            "Data will not be used for research.",
            "Data will {+not +}be used for research.",
        );
        case(
            "by 30 June 2014 at the latest",
            "by 31 July 2015 at the latest",
            "by [-30 June 2014-]{+31 July 2015+} at the latest",
        );
        case("one two", "one  two", "one {+ +}two");
        case("b", "a b", "{+a +}b");
        case("a b", "a", "a[- b-]");
    }

    #[test]
    fn little_words_between_two_changes_go_with_them() {
        case(
            "We keep the records of the patients safe here.",
            "We hold some copies of the citizens and carers here.",
            "We [-keep the records of the patients safe-]{+hold some copies of the citizens and carers+} here.",
        );
    }

    #[test]
    fn two_additions_stay_two() {
        case(
            "Data for the planning of care.",
            "Data for the commercial planning of social care.",
            "Data for the {+commercial +}planning of {+social +}care.",
        );
    }

    #[test]
    fn a_sentence_that_came_is_marked_from_its_beginning_to_its_end() {
        case(
            "It is safe. It is good. It is ours.",
            "It is safe. It is sold. It is good. It is ours.",
            "It is safe. {+It is sold. +}It is good. It is ours.",
        );
        case(
            "We ask you. We tell you. We help you.",
            "We ask you. We help you.",
            "We ask you. [-We tell you. -]We help you.",
        );
    }

    #[test]
    fn in_a_very_long_text_sentences_are_found_before_words() {
        let sentence = |n: usize| format!("Sentence {n} is about thing{n} and thing{}. ", n * n);
        let old: String = (0..800).map(sentence).collect();
        let new = old.replace("Sentence 400 is", "Sentence 400 was");
        let new = format!("Before it all. {}", new.trim_end());
        let words = compare(old.trim_end(), &new);
        let changed = words.iter().filter(|piece| piece.piece != Piece::Kept);
        let changed: Vec<&str> = changed.map(|piece| piece.text.as_str()).collect();
        assert_eq!(changed, ["Before it all. ", "is", "was"]);
    }

    #[test]
    fn a_paragraph_that_was_split_keeps_its_words() {
        case("One. Two.", "One.\nTwo.", "One.[- -]{+\n+}Two.");
    }
}
