//! Compares quietly what stands around the main text, and tells where the reading of the two may be mistaken.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::findings::Step;
use crate::findings::names;
use crate::findings::page::{Page, Sentence};
use crate::findings::passages::Passages;
use crate::model::{Diff, Document, Finding};
use crate::prose::{fold, quote};
use crate::rulebook::Book;

/// The fewest words of a sentence that is prose, and of one that can have gone elsewhere on the page.
const PROSE: usize = 8;
const SENTENCE: usize = 5;

/// The most words changed in the main text, in thousandths, at which it is nearly the same.
const NEARLY: u16 = 50;

/// The most lines around the text that are looked at.
const MOST: usize = 2000;

/// What the reading of the text and that of the whole page do not agree about, if anything: sentences went from the
/// main text to what stands around it or came from there, or much of the prose around it changed while it did not.
pub fn suspect(book: &Book, before: &Document, after: &Document, diff: &Diff) -> Option<Finding> {
    let [before, after] = [before, after].map(|document| Page::of(Some(document)));
    suspected(book, [&before, &after], diff)
}

fn suspected(book: &Book, [before, after]: [&Page; 2], diff: &Diff) -> Option<Finding> {
    if before.around().is_empty() && after.around().is_empty() {
        return None;
    }
    let doubted = |why: &str| Finding {
        why: why.to_owned(),
        ..book.rule("reading-suspect").finding()
    };
    let (was, is) = (Main::of(before), Main::of(after));
    let [around_was, around_is] = prose([before, after]);
    let left = elsewhere(&was, &is, after);
    if !left.is_empty() && counts(left.len(), was.lacking(&is)) {
        let why =
            "Sentences left the main text as it is read, and still stand on the page around it.";
        return Some(Finding {
            before: quote(left),
            ..doubted(why)
        });
    }
    let came = elsewhere(&is, &was, before);
    if !came.is_empty() && counts(came.len(), is.lacking(&was)) {
        let why = "Sentences came into the main text as it is read that stood on the page around it before.";
        return Some(Finding {
            after: quote(came),
            ..doubted(why)
        });
    }
    let gone = lost(&around_was, &around_is, &is);
    let nearly = diff.changed_per_mille <= NEARLY;
    let named: Vec<&str> = gone.iter().copied().filter(|text| is_named(text)).collect();
    if nearly && !named.is_empty() {
        return Some(Finding {
            before: quote(named),
            ..doubted("A dataset was named around the main text, and is not on the page any more.")
        });
    }
    let share = |n: usize, of: usize| n >= 3 && n * 10 >= of * 3;
    let new = lost(&around_is, &around_was, &was);
    let much = share(gone.len(), around_was.len()) || share(new.len(), around_is.len());
    (nearly && much).then(|| Finding {
        before: quote(gone),
        after: quote(new),
        ..doubted("Much of the text around the main text changed, while that hardly did.")
    })
}

/// What changed around a main text that did not: sentences, rows and names that went or came, and stand nowhere else on
/// the page. Numbers alone make no difference.
pub fn around(book: &Book, before: &Document, after: &Document) -> Option<Finding> {
    let [before, after] = [before, after].map(|document| Page::of(Some(document)));
    let [was, is] = prose([&before, &after]);
    let gone = lost(&was, &is, &Main::of(&after));
    let came = lost(&is, &was, &Main::of(&before));
    (!gone.is_empty() || !came.is_empty()).then(|| Finding {
        before: quote(gone),
        after: quote(came),
        ..book.rule("around-changed").finding()
    })
}

/// Whether every sentence that came around the text of `after` stood on `earlier` before.
pub fn stood_around(earlier: &Document, before: &Document, after: &Document) -> bool {
    let [earlier, before, after] =
        [earlier, before, after].map(|document| Page::of(Some(document)));
    let [stood, was, is] = prose([&earlier, &before, &after]);
    lost(&is, &was, &Main::of(&before))
        .iter()
        .all(|sentence| stood.contains_key(&key(&fold(sentence))))
}

/// The finding of a step, where both sides are there.
pub(super) fn judge(step: &Step, passages: &Passages) -> Option<Finding> {
    step.before.and(step.after)?;
    suspected(step.book, [&passages.before, &passages.after], step.diff)
}

/// Whether so many of those that are missing are enough to doubt the reading.
fn counts(found: usize, missing: usize) -> bool {
    found >= 3 || found * 2 > missing
}

/// The sentences of a main text by key, as they stand; sorted when somebody asks for one.
struct Main<'a> {
    page: &'a Page<'a>,
    said: OnceCell<BTreeMap<String, &'a str>>,
}

impl<'a> Main<'a> {
    fn of(page: &'a Page) -> Main<'a> {
        Main {
            page,
            said: OnceCell::new(),
        }
    }

    fn sentences(&self) -> impl Iterator<Item = &'a Sentence> {
        let said = self.page.sentences().iter();
        said.filter(|one| one.block.is_some())
    }

    fn said(&self) -> &BTreeMap<String, &'a str> {
        let keyed = || {
            let said = self.sentences();
            said.map(|one| (key(&one.folded), one.text.as_str()))
                .collect()
        };
        self.said.get_or_init(keyed)
    }

    /// How many sentences of some length are not among those of another.
    fn lacking(&self, other: &Main) -> usize {
        let mut keys: Vec<&String> = self.said().keys().collect();
        keys.retain(|key| is_long(key) && !other.said().contains_key(*key));
        keys.len()
    }
}

/// The sentences of one main text that are not in the other, and stand around it there.
fn elsewhere<'a>(one: &Main<'a>, other: &Main, there: &Page) -> Vec<&'a str> {
    let around = around_it(there).map(|one| key(&one.folded));
    let around: HashSet<String> = around.filter(|key| is_long(key)).collect();
    if around.is_empty() {
        return Vec::new();
    }
    let lengths: HashSet<usize> = around.iter().map(String::len).collect();
    // A key is as long as what it is made of.
    let near = one
        .sentences()
        .filter(|one| lengths.contains(&one.folded.len()));
    let near = near.map(|one| (key(&one.folded), one.text.as_str()));
    let mut moved: BTreeMap<String, &str> = near.filter(|(key, _)| around.contains(key)).collect();
    moved.retain(|key, _| !other.said().contains_key(key));
    moved.into_values().collect()
}

/// Whether a sentence can have gone elsewhere on the page.
fn is_long(key: &str) -> bool {
    key.split(' ').count() >= SENTENCE
}

/// What stands around one text, and neither around the other nor in it.
fn lost<'a>(one: &Prose<'a>, other: &Prose, main: &Main) -> Vec<&'a str> {
    let gone = one
        .iter()
        .filter(|(key, _)| !other.contains_key(*key) && !main.said().contains_key(*key));
    gone.map(|(_, text)| *text).collect()
}

/// What is said around a text, by key and as it stands.
type Prose<'a> = BTreeMap<String, &'a str>;

/// What around a text says something: sentences, rows of tables, lines that name a dataset. Menus and counters do not.
fn prose<'a, const PAGES: usize>(pages: [&'a Page; PAGES]) -> [Prose<'a>; PAGES] {
    // Nearly all that stands around one page stands around the other too, and is asked once.
    let mut told: HashMap<&str, bool> = HashMap::new();
    pages.map(|page| {
        let said = around_it(page).filter(|one| {
            let text = one.text.as_str();
            *told.entry(text).or_insert_with(|| tells(text))
        });
        said.map(|one| (key(&one.folded), one.text.as_str()))
            .collect()
    })
}

/// The sentences around a text that are looked at.
fn around_it<'a>(page: &'a Page) -> impl Iterator<Item = &'a Sentence> {
    let near = |one: &&Sentence| one.block.is_some_and(|line| line < MOST);
    page.around().iter().filter(near)
}

/// Whether a sentence or row names a dataset; a link in a menu does so too, and is left aside.
fn is_named(sentence: &str) -> bool {
    let long = sentence.split_whitespace().count() >= PROSE || sentence.contains(" | ");
    long && names_data(sentence)
}

fn names_data(sentence: &str) -> bool {
    let names = names::in_sentence(sentence);
    names.iter().any(|name| name.kind.holds_data())
}

fn tells(sentence: &str) -> bool {
    let words = sentence.split_whitespace().count();
    let ended = sentence.ends_with(['.', '?', '!', ':', ';', '”', '"', ')']);
    let row = sentence.contains(" | ");
    let said =
        words >= PROSE && ended || row && words >= SENTENCE || words >= 3 && names_data(sentence);
    said && !sentence.to_ascii_lowercase().contains("cookie")
}

/// A folded sentence as it is compared here: its numbers left out.
fn key(folded: &str) -> String {
    folded.replace(|c: char| c.is_ascii_digit(), "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::model::{Block, BlockKind, ReaderId};

    fn page(main: &[&str], around: &[&str]) -> Document {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            links: Vec::new(),
        };
        Document {
            blocks: main.iter().map(block).collect(),
            surroundings: around.iter().map(|line| (*line).to_owned()).collect(),
            ..Document::empty(ReaderId("by hand".to_owned()), "Page")
        }
    }

    const TEXT: [&str; 4] = [
        "Patients are told how their records are used for research.",
        "Every extract is listed in the register of releases.",
        "Nobody outside the service sees the names of patients.",
        "You can opt out of this at any time by telling your practice.",
    ];

    #[track_caller]
    fn suspected(before: &Document, after: &Document, expected: Option<&str>) {
        let book = Book::shipped();
        let found = suspect(&book, before, after, &diff::between(before, after));
        let quote = found.and_then(|finding| finding.before.or(finding.after));
        assert_eq!(quote.is_some(), expected.is_some(), "{quote:?}");
        if let Some((quote, words)) = quote.zip(expected) {
            assert!(quote.contains(words), "{quote}");
        }
    }

    #[test]
    fn a_region_chosen_otherwise_is_suspect() {
        let whole = page(&TEXT, &["Home", "Contact us"]);
        let part = page(&TEXT[..1], &["Home", TEXT[1], TEXT[2], TEXT[3]]);
        suspected(&whole, &part, Some("register of releases"));
        suspected(&part, &whole, Some("register of releases"));
        suspected(&whole, &page(&TEXT[..1], &["Home"]), None);
        suspected(&whole, &whole, None);
    }

    #[test]
    fn a_dataset_that_goes_from_around_the_text_is_suspect() {
        let row = "Mental Health Services Data Set | record level | monthly | NHS England";
        let (before, after) = (page(&TEXT, &["Home", row]), page(&TEXT, &["Home"]));
        suspected(&before, &after, Some("Mental Health Services"));
        suspected(&after, &before, None);
        suspected(
            &before,
            &page(&[&TEXT[..], &[row]].concat(), &["Home"]),
            Some("Mental Health"),
        );
    }

    #[test]
    fn much_prose_that_goes_while_the_text_stays_is_suspect() {
        let around = &TEXT[1..];
        suspected(
            &page(&TEXT[..1], around),
            &page(&TEXT[..1], &[]),
            Some("opt out"),
        );
    }

    #[test]
    fn furniture_around_a_text_is_no_change() {
        #[track_caller]
        fn case(before: &str, after: &str, expected: bool) {
            let (before, after) = (page(&TEXT, &[before]), page(&TEXT, &[after]));
            assert_eq!(
                around(&Book::shipped(), &before, &after).is_some(),
                expected
            );
        }
        case("Home", "Start", false);
        case(
            "12 people found this page useful today, they say so.",
            "13 people found this page useful today, they say so.",
            false,
        );
        case(
            "We use cookies to make this site work for everybody.",
            "",
            false,
        );
        case(
            "",
            "This page will move to another address next month, with its register.",
            true,
        );
        case(TEXT[0], "", false);
        case(
            "The helpline is open from nine to five on working days.",
            "",
            true,
        );
    }

    #[test]
    fn what_stood_around_before_is_known_again() {
        let (one, other) = (
            "The helpline is open from nine to five on working days.",
            "Read what patients say about their care at this hospital.",
        );
        let (first, second) = (page(&TEXT, &[one]), page(&TEXT, &[other]));
        assert!(stood_around(&first, &second, &first));
        assert!(!stood_around(&second, &second, &first));
    }
}
