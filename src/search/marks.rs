//! Whether a passage has what is looked for, and where: the same law as the index, for one text.

use std::ops::Range;

use crate::search::query::Clause;
use crate::search::words::{Word, parts, words};

/// Where what is looked for stands in a text, in bytes and in order; `None` where it does not. Where `edited` is given, only
/// what touches these stretches counts; an empty stretch is a seam at which something is gone.
pub fn marks(
    clause: &Clause,
    text: &str,
    edited: Option<&[Range<usize>]>,
) -> Option<Vec<Range<usize>>> {
    let words = words(text);
    let mut found = Vec::new();
    if !holds(clause, &words, edited, &mut found) {
        return None;
    }
    found.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in found {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    Some(joined)
}

/// Whether a stretch of words was touched by an edit.
pub fn touches(edited: &[Range<usize>], range: &Range<usize>) -> bool {
    edited.iter().any(|edit| match edit.is_empty() {
        true => range.start < edit.start && edit.start < range.end,
        false => range.start < edit.end && edit.start < range.end,
    })
}

fn holds(
    clause: &Clause,
    words: &[Word],
    edited: Option<&[Range<usize>]>,
    found: &mut Vec<Range<usize>>,
) -> bool {
    let counts = |range: &Range<usize>| edited.is_none_or(|edited| touches(edited, range));
    let begun = found.len();
    match clause {
        Clause::Word(wanted) => {
            let is = |word: &&Word| {
                word.folded == *wanted || parts(&word.folded).any(|part| part == wanted)
            };
            let all = words.iter().filter(is).map(|word| word.range.clone());
            found.extend(all.filter(counts));
            found.len() > begun
        }
        Clause::Beginning(wanted) => {
            let is = |word: &&Word| {
                word.folded.starts_with(wanted)
                    || parts(&word.folded).any(|part| part.starts_with(wanted))
            };
            let all = words.iter().filter(is).map(|word| word.range.clone());
            found.extend(all.filter(counts));
            found.len() > begun
        }
        Clause::Phrase(wanted) => {
            let is = |run: &&[Word]| run.iter().map(|word| &word.folded).eq(wanted);
            let runs = words.windows(wanted.len()).filter(is);
            let all = runs.filter_map(|run| Some(run.first()?.range.start..run.last()?.range.end));
            found.extend(all.filter(counts));
            found.len() > begun
        }
        Clause::All(clauses) => {
            let all = clauses.iter().all(|one| holds(one, words, edited, found));
            if !all {
                found.truncate(begun);
            }
            all
        }
        // Each of them is looked at, for what it finds.
        Clause::Any(clauses) => {
            let mut any = false;
            for one in clauses {
                any |= holds(one, words, edited, found);
            }
            any
        }
        Clause::Not(clause) => !holds(clause, words, edited, &mut Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query;

    #[track_caller]
    fn case(
        question: &str,
        text: &str,
        edited: Option<&[Range<usize>]>,
        expected: Option<&[&str]>,
    ) {
        let clause = query::read(question).expect(question).clause;
        let found = marks(&clause, text, edited);
        let found = found.map(|ranges| {
            ranges
                .into_iter()
                .map(|range| &text[range])
                .collect::<Vec<_>>()
        });
        assert_eq!(found.as_deref(), expected, "{question}");
    }

    #[test]
    fn what_is_looked_for_is_marked() {
        let text = "You can’t opt out; the opt-out “choice” ended.";
        case("can't", text, None, Some(&["can’t"]));
        case("opt", text, None, Some(&["opt", "opt-out"]));
        case("\"opt out\"", text, None, Some(&["opt out"]));
        case("opt-out", text, None, Some(&["opt-out"]));
        case(
            "\"the opt-out choice\"",
            text,
            None,
            Some(&["the opt-out “choice"]),
        );
        case("end* you", text, None, Some(&["You", "ended"]));
        case("gone OR choice", text, None, Some(&["choice"]));
        case("choice -ended", text, None, None);
        case("choice -gone", text, None, Some(&["choice"]));
        case("choice gone", text, None, None);
    }

    #[test]
    fn only_what_an_edit_touched_counts() {
        // “will not be” became “may be”.
        let text = "Data may be sold to data firms.";
        let edited = std::slice::from_ref(&(5..8));
        case("may", text, Some(edited), Some(&["may"]));
        case("data", text, Some(edited), None);
        case(
            "\"may be sold\"",
            text,
            Some(edited),
            Some(&["may be sold"]),
        );
        case("\"be sold\"", text, Some(edited), None);
        case("may -sold", text, Some(edited), Some(&["may"]));
        // “data about you” became “data you”.
        let seam = std::slice::from_ref(&(5..5));
        case("\"data you\"", "data you", Some(seam), Some(&["data you"]));
        case("data", "data you", Some(seam), None);
    }
}
