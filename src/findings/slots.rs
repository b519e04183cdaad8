//! Lays an old sentence beside the new one it became, word by word, and keeps what stands in the same place.

use std::collections::HashMap;
use std::ops::Range;

use crate::prose::Text;
use crate::rulebook::Strength;

/// Sentences of more words are not laid side by side.
const LONGEST: usize = 120;

/// One word of a sentence, a comma, or several words that are one step of a ladder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Slot<'t> {
    /// The words.
    pub text: &'t str,
    /// Where in the sentence, in bytes.
    pub at: Range<usize>,
    /// The ladder and the step on it, where the words are one.
    pub step: Step,
}

impl Slot<'_> {
    /// Whether it only joins others: lists are the same in another order of their commas.
    pub fn joins(&self) -> bool {
        const JOINTS: [&str; 9] = [
            ",", ";", "or", "and", "nor", "either", "neither", "also", "&",
        ];
        JOINTS.contains(&self.text)
    }

    /// What fills a place; two slots with the same filling fit. Nothing fits what only joins.
    fn filling(&self) -> Option<Filling<'_>> {
        match self.step {
            _ if self.joins() => None,
            Some((ladder, _)) => Some(Filling::Ladder(ladder)),
            None => Some(Filling::Word(self.text)),
        }
    }
}

/// What fills a place.
#[derive(PartialEq, Eq, Hash, Debug)]
enum Filling<'t> {
    /// Words on this ladder.
    Ladder(usize),
    /// This word.
    Word(&'t str),
}

/// A folded sentence cut into its slots, which is done once.
#[derive(Clone, Debug)]
pub(super) struct Cut(Vec<(Range<usize>, Step)>);

/// The ladder and the step on it, where words are one.
type Step = Option<(usize, usize)>;

impl Cut {
    /// Cuts a folded sentence.
    pub fn of(strength: &Strength, text: &str) -> Cut {
        let cut = slots(strength, text).into_iter();
        Cut(cut.map(|slot| (slot.at, slot.step)).collect())
    }

    /// The slots of the sentence that was cut.
    pub fn slots<'t>(&self, text: &'t str) -> Vec<Slot<'t>> {
        let slot = |(at, step): &(Range<usize>, Step)| Slot {
            text: &text[at.clone()],
            at: at.clone(),
            step: *step,
        };
        self.0.iter().map(slot).collect()
    }
}

/// The slots of a folded sentence.
fn slots<'t>(strength: &Strength, text: &'t str) -> Vec<Slot<'t>> {
    let mut steps: Vec<(Range<usize>, (usize, usize))> = Vec::new();
    let searched = Text::of(text.to_owned());
    for (ladder, of) in strength.ladders.iter().enumerate() {
        for (step, words) in of.steps.iter().enumerate() {
            let found = words.find_iter(&searched);
            steps.extend(found.map(|hit| (hit.range(), (ladder, step))));
        }
    }
    // Of words that overlap the first and longest are taken.
    steps.sort_by_key(|(at, step)| (at.start, std::cmp::Reverse(at.end), *step));
    let mut taken: Vec<Slot> = Vec::new();
    let mut end = 0;
    for (at, step) in steps {
        if at.start >= end {
            taken.extend(words(text, end..at.start));
            end = at.end;
            let text = &text[at.clone()];
            taken.push(Slot {
                text,
                at,
                step: Some(step),
            });
        }
    }
    taken.extend(words(text, end..text.len()));
    taken
}

/// The words and commas of a stretch.
fn words(text: &str, within: Range<usize>) -> Vec<Slot<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '£' | '%');
    let mut found: Vec<Slot> = Vec::new();
    let mut start = None;
    let (from, stretch) = (within.start, &text[within]);
    let mut take = |start: usize, end: usize| {
        let at = from + start..from + end;
        found.push(Slot {
            text: &text[at.clone()],
            at,
            step: None,
        });
    };
    for (at, c) in stretch.char_indices() {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let (before, after) = (
            stretch[..at].chars().next_back(),
            stretch[at..].chars().nth(1),
        );
        // The marks inside "12,199" and "2.5" belong to the number.
        let number = matches!(c, ',' | '.') && digit(before) && digit(after);
        match (is_word(c) || number, start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                take(begun, at);
                start = None;
            }
            _ => {}
        }
        if matches!(c, ',' | ';') && !number {
            take(at, at + 1);
        }
    }
    if let Some(begun) = start {
        take(begun, stretch.len());
    }
    found
}

/// Two sentences side by side.
#[derive(Debug)]
pub(super) struct Beside<'t> {
    /// The slots of the old one.
    pub old: Vec<Slot<'t>>,
    /// The slots of the new one.
    pub new: Vec<Slot<'t>>,
    /// Which old slot and which new one fill the same place, in order.
    pub same: Vec<(usize, usize)>,
}

/// What stands between two places that are the same: the old slots and the new ones.
#[derive(Clone, Debug)]
pub(super) struct Between {
    /// Of the old sentence.
    pub old: Range<usize>,
    /// Of the new one.
    pub new: Range<usize>,
}

impl<'t> Beside<'t> {
    /// Lays two folded sentences side by side; none where one is too long.
    pub fn lay(strength: &Strength, old: &'t str, new: &'t str) -> Option<Beside<'t>> {
        let (old, new) = (slots(strength, old), slots(strength, new));
        let same = same(&old, &new)?;
        Some(Beside { old, new, same })
    }

    /// The share of the places that are the same, from 0 to 1.
    pub fn alike(&self) -> f64 {
        let told = |slots: &[Slot]| slots.iter().filter(|slot| !slot.joins()).count();
        let all = told(&self.old) + told(&self.new);
        2.0 * self.same.len() as f64 / all.max(1) as f64
    }

    /// The share of the old sentence that still stands, from 0 to 1.
    pub fn kept(&self) -> f64 {
        let told = self.old.iter().filter(|slot| !slot.joins()).count();
        self.same.len() as f64 / told.max(1) as f64
    }

    /// What differs, in order.
    pub fn gaps(&self) -> Vec<Between> {
        let mut gaps = Vec::new();
        let (mut old, mut new) = (0, 0);
        let end = (self.old.len(), self.new.len());
        for (i, j) in self.same.iter().copied().chain([end]) {
            if i > old || j > new {
                gaps.push(Between {
                    old: old..i,
                    new: new..j,
                });
            }
            (old, new) = (i + 1, j + 1);
        }
        gaps
    }
}

/// Which slots of two sentences fill the same place; none where one is too long.
pub(super) fn same(old: &[Slot], new: &[Slot]) -> Option<Vec<(usize, usize)>> {
    (old.len().max(new.len()) <= LONGEST).then(|| common(old, new))
}

/// The longest common run of places: ends first, then the middle by dynamic programming.
fn common(old: &[Slot], new: &[Slot]) -> Vec<(usize, usize)> {
    let mut numbers = HashMap::new();
    let [olds, news] = [old, new].map(|side| numbered(side, &mut numbers));
    let fits = |(a, b): &(&u32, &u32)| **a != JOINT && a == b;
    let ahead = olds.iter().zip(&news).take_while(fits).count();
    let rest = old.len().min(new.len()) - ahead;
    let behind = olds.iter().rev().zip(news.iter().rev());
    let behind = behind.take(rest).take_while(fits).count();
    let (a, b) = (
        &olds[ahead..old.len() - behind],
        &news[ahead..new.len() - behind],
    );
    let width = b.len() + 1;
    let mut best = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = match fits(&(&a[i], &b[j])) {
                true => best[(i + 1) * width + j + 1] + 1,
                false => best[(i + 1) * width + j].max(best[i * width + j + 1]),
            };
        }
    }
    let mut same: Vec<(usize, usize)> = (0..ahead).map(|at| (at, at)).collect();
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if fits(&(&a[i], &b[j])) {
            same.push((ahead + i, ahead + j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let tails = (0..behind).rev();
    same.extend(tails.map(|back| (old.len() - 1 - back, new.len() - 1 - back)));
    same
}

/// The number of what only joins.
const JOINT: u32 = 0;

/// A number for each slot: the same for those that fill the same place.
fn numbered<'s>(slots: &'s [Slot], numbers: &mut HashMap<Filling<'s>, u32>) -> Vec<u32> {
    let number = |slot: &'s Slot| {
        let next = numbers.len() as u32 + 1;
        let filling = slot.filling();
        filling.map_or(JOINT, |filling| *numbers.entry(filling).or_insert(next))
    };
    slots.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Book;

    /// The old words and the new ones of each place that differs.
    #[track_caller]
    fn case(old: &str, new: &str, expected: &[(&str, &str)]) {
        let book = Book::shipped();
        let strength = book.patterns("safeguard-weakened").strength.as_ref();
        let strength = strength.expect("the rule has ladders");
        let beside = Beside::lay(strength, old, new).expect("short enough");
        let words = |slots: &[Slot]| {
            let words: Vec<&str> = slots.iter().map(|slot| slot.text).collect();
            words.join(" ")
        };
        let gaps = beside.gaps().into_iter();
        let found: Vec<(String, String)> = gaps
            .map(|gap| (words(&beside.old[gap.old]), words(&beside.new[gap.new])))
            .collect();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, expected, "{old} / {new}");
    }

    #[test]
    fn what_stands_in_the_same_place_is_laid_side_by_side() {
        case("we keep names", "we keep names", &[]);
        case(
            "it holds 12,199 rows",
            "it holds 9.5 rows",
            &[("12,199", "9.5")],
        );
        // Steps of one ladder fill the same place; commas and "or" fill none.
        case("it will not share them", "it may share them", &[]);
        case(
            "for insurance, marketing or immigration",
            "for insurance or marketing",
            &[(",", "or"), ("or immigration", "")],
        );
        case("", "one word", &[("", "one word")]);
    }

    #[test]
    fn sentences_that_are_too_long_are_not_laid_side_by_side() {
        let book = Book::shipped();
        let strength = book.patterns("safeguard-weakened").strength.as_ref();
        let long = "word ".repeat(LONGEST + 1);
        assert!(Beside::lay(strength.expect("the rule has ladders"), &long, "word").is_none());
    }
}
