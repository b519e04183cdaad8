//! Picks the words before and after that tell most of a change.

use crate::model::Diff;
use crate::wording::redline::passage::{Passage, passages};
use crate::wording::redline::safe::visible;
use crate::wording::rows;

/// The longest a quote gets, in characters.
const LONGEST: usize = 300;

/// Words that make a sentence a promise, a rule or an exception.
const BINDING: &[&str] = &[
    "cannot", "consent", "except", "longer", "may", "might", "must", "never", "no", "not", "only",
    "opt", "opt-out", "shall", "should", "unless", "will", "without",
];

/// A sentence before and after. At least one side is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The headings above it, outermost first.
    pub path: Vec<String>,
    /// As it was, at most 300 characters, cut between words; `None` where it is new.
    pub before: Option<String>,
    /// As it is; `None` where it is gone.
    pub after: Option<String>,
}

/// The sentences that changed, the most telling first.
pub fn quotes(diff: &Diff) -> Vec<Quote> {
    let diff = &*rows::spelled(diff);
    let mut found = passages(diff);
    found.sort_by_key(|(_, passage)| std::cmp::Reverse(telling(passage)));
    found
        .into_iter()
        .map(|(path, passage)| Quote {
            path: path.to_vec(),
            before: passage.before.map(|side| one_line(&side.excerpt(LONGEST))),
            after: passage.after.map(|side| one_line(&side.excerpt(LONGEST))),
        })
        .collect()
}

fn one_line(text: &str) -> String {
    visible(text).replace('\n', " ")
}

/// How much a passage tells: by how many words changed (up to a point) and whether they bind.
pub(super) fn telling(passage: &Passage) -> usize {
    let sides = [&passage.before, &passage.after];
    let changed = sides
        .into_iter()
        .flatten()
        .flat_map(|side| side.changed_words());
    let (mut words, mut binding) = (0, 0);
    for word in changed {
        let plain = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        words += usize::from(!plain.is_empty());
        binding += usize::from(BINDING.binary_search(&plain.as_str()).is_ok());
    }
    let weight = words.min(25) + 10 * binding.min(4);
    if passage.is_heading {
        weight / 2
    } else {
        weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::redline::sample;

    #[test]
    fn a_sentence_that_no_longer_binds_comes_first() {
        assert!(BINDING.is_sorted(), "the list is searched by halves");
        let quotes = quotes(&sample::diff());
        let first = &quotes[0];
        assert_eq!(first.before.as_deref(), Some("You will be asked first."));
        assert_eq!(first.after.as_deref(), Some("You may be asked first."));
        assert_eq!(first.path, ["care.data", "Your choice"]);
        assert_eq!(quotes.len(), 3, "what only moved is not quoted: {quotes:?}");
    }
}
