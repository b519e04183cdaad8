//! The sentences that came and went, with where they stand and which of them belong together.

mod pairing;
mod place;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, OnceLock};

use regex::Regex;

use crate::findings::Step;
use crate::findings::names::{Name, in_text};
use crate::findings::page::Page;
use crate::findings::passages::place::{Headings, opening, part, question_above};
use crate::findings::slots::{self, Beside, Cut, Slot};
use crate::findings::trace::Trace;
use crate::findings::weaker::{self, Gained};
use crate::model::{BlockKind, Edit, Hunk, Place};
use crate::prose::compile;
use crate::prose::{Searched, Text, Threes, folded, plain, similarity, split};
use crate::rulebook::{Book, Strength};

/// The fewest words by which a sentence is known again around the text.
const AROUND: usize = 5;

/// Where in a diff a sentence stands.
#[derive(Clone, Copy, Debug)]
struct At {
    hunk: usize,
    edit: usize,
    block: Option<usize>,
}

/// The title stands apart from all edits.
const TITLE: At = At {
    hunk: usize::MAX,
    edit: 0,
    block: None,
};

/// A sentence that came or went.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// As it stands, with the question it answers.
    pub text: String,
    /// As patterns read it.
    pub plain: Text,
    /// As it is compared.
    pub folded: String,
    /// The headings above it.
    pub heading: String,
    /// The words that open the list it stands in, folded: "we will not:"; empty where there are none.
    pub under: String,
    /// What it stands in.
    pub part: Part,
    /// In which stretch of neighbouring edits.
    pub hunk: usize,
    /// In which edit.
    pub edit: usize,
    /// In which block of the document on its side, from 0; the title stands in none.
    pub block: Option<usize>,
    /// The names in it; looked for when they are first asked for.
    names: OnceLock<Vec<Name>>,
    /// Its slots, cut when they are first asked for.
    cut: OnceLock<Cut>,
    /// Which of its slots and of those of the sentence it was fill the same place; none where one is too long.
    same: OnceLock<Option<Vec<(usize, usize)>>>,
    /// How alike it is to the sentence it was.
    like: OnceLock<f64>,
    /// What its lists gained over the sentence it was.
    gained: OnceLock<Vec<Gained>>,
}

/// What a sentence stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The title or a heading.
    Heading,
    /// A paragraph, or an item with words of its own.
    Text,
    /// An item or paragraph that is nothing but a link.
    Link,
    /// A row of a table.
    Row,
}

/// What a step added and removed, sentence by sentence.
#[derive(Debug)]
pub(super) struct Passages<'a> {
    /// What was not there.
    pub added: Vec<Passage>,
    /// What is gone.
    pub removed: Vec<Passage>,
    /// Which removed sentence (first) became which added one.
    pub pairs: Vec<(usize, usize)>,
    /// What is looked for.
    pub book: Arc<Book>,
    letters_added: OnceLock<Threes>,
    new_of: BTreeMap<usize, usize>,
    old_of: BTreeMap<usize, usize>,
    /// The page before, folded; empty where there was none.
    pub before: Page<'a>,
    /// The page after.
    pub after: Page<'a>,
    /// Where what almost became a finding is noted.
    pub trace: Trace,
}

impl Passages<'_> {
    /// The added sentence a removed one became.
    pub fn became(&self, removed: usize) -> Option<&Passage> {
        Some(&self.added[*self.new_of.get(&removed)?])
    }

    /// The removed sentence an added one was.
    pub fn was(&self, added: usize) -> Option<&Passage> {
        Some(&self.removed[*self.old_of.get(&added)?])
    }

    /// A removed sentence and the added one that it became, side by side; none where one is too long.
    pub fn beside<'p>(&self, was: &'p Passage, is: &'p Passage) -> Option<Beside<'p>> {
        let strength = self.strength()?;
        let (old, new) = (was.slots(strength), is.slots(strength));
        let same = is.same.get_or_init(|| slots::same(&old, &new)).clone()?;
        Some(Beside { old, new, same })
    }

    /// What the lists in an added sentence gained over the removed one that it was.
    pub fn gained<'p>(&self, was: &Passage, is: &'p Passage) -> &'p [Gained] {
        let gained = || self.beside(was, is).map(|beside| weaker::gained(&beside));
        is.gained.get_or_init(|| gained().unwrap_or_default())
    }

    /// The letters of all added sentences: what cannot stand in one of them is not looked for in each.
    pub fn letters_added(&self) -> &Threes {
        let all = || Threes::of_all(self.added.iter().filter_map(|one| one.plain.threes()));
        self.letters_added.get_or_init(all)
    }

    /// The ladders by which sentences are compared.
    pub fn strength(&self) -> Option<&Strength> {
        self.book.patterns("safeguard-weakened").strength.as_ref()
    }
}

/// Reads a step.
pub(super) fn read<'a>(step: &Step<'a>) -> Passages<'a> {
    let mut read = Passages {
        added: Vec::new(),
        removed: Vec::new(),
        pairs: Vec::new(),
        book: Arc::clone(step.book),
        letters_added: OnceLock::new(),
        new_of: BTreeMap::new(),
        old_of: BTreeMap::new(),
        before: Page::of(step.before),
        after: Page::of(step.after),
        trace: Trace::Off,
    };
    if let Some((before, after)) = &step.diff.title {
        let heading = |text: &str| passage(text, Part::Heading, "", TITLE);
        read.removed
            .extend(step.before.and_then(|_| heading(before)));
        read.added.extend(heading(after));
    } else if let (None, Some(after)) = (step.before, step.after) {
        read.added
            .extend(passage(&after.title, Part::Heading, "", TITLE));
    }
    let headings = Headings::of(step.before);
    let (mut stretch, mut number) = (0, 0);
    let mut below = None;
    for hunk in &step.diff.hunks {
        // Hunks with nothing unchanged between them, parted only by a heading, are one stretch of text.
        stretch += usize::from(hunk.above.is_some() || below.is_some());
        below = hunk.below.as_ref();
        let mut heading = hunk.path.join(" · ");
        for edit in &hunk.edits {
            number += 1;
            let at = At {
                hunk: stretch,
                edit: number,
                block: None,
            };
            read.take(step, &headings, hunk, at, edit, &mut heading);
        }
    }
    read.drop_what_stayed();
    read.drop_what_stands_around();
    read.pair();
    read
}

impl Passages<'_> {
    fn take(
        &mut self,
        step: &Step,
        headings: &Headings,
        hunk: &Hunk,
        at: At,
        edit: &Edit,
        heading: &mut String,
    ) {
        if matches!(edit, Edit::Moved { .. }) {
            return;
        }
        if let Some(place) = edit.after() {
            if matches!(place.kind, BlockKind::Heading(_)) {
                *heading = place.text.clone();
            }
            let asked = question_above(step.after, place);
            let under = opening(step.after, place);
            let passages = passages(place, heading, at, asked).into_iter();
            self.added.extend(passages.map(|one| one.under(&under)));
        }
        if let Some(place) = edit.before() {
            let above = match place.kind {
                BlockKind::Heading(_) => String::new(),
                _ => headings
                    .above(place)
                    .map_or_else(|| hunk.path.join(" · "), str::to_owned),
            };
            let asked = question_above(step.before, place);
            let under = opening(step.before, place);
            let passages = passages(place, &above, at, asked).into_iter();
            self.removed.extend(passages.map(|one| one.under(&under)));
        }
    }

    /// A sentence on both sides has only moved.
    fn drop_what_stayed(&mut self) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for passage in &self.removed {
            *counts.entry(passage.folded.clone()).or_default() += 1;
        }
        let mut stayed: HashMap<String, usize> = HashMap::new();
        self.added
            .retain(|passage| match counts.get_mut(&passage.folded) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    *stayed.entry(passage.folded.clone()).or_default() += 1;
                    false
                }
                _ => true,
            });
        self.removed
            .retain(|passage| match stayed.get_mut(&passage.folded) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    false
                }
                _ => true,
            });
        let mut seen = HashSet::new();
        self.added
            .retain(|passage| seen.insert(passage.folded.clone()));
    }

    /// A sentence that was read as main text on one side and stands around it on the other has not come or gone.
    fn drop_what_stands_around(&mut self) {
        let [was, is] = [&self.before, &self.after].map(|page| -> HashSet<&str> {
            let around = page.around().iter();
            around.map(|sentence| sentence.folded.as_str()).collect()
        });
        let stands = |passage: &Passage, around: &HashSet<&str>| {
            around.contains(passage.folded.as_str()) && passage.folded.split(' ').count() >= AROUND
        };
        self.removed.retain(|passage| !stands(passage, &is));
        self.added.retain(|passage| !stands(passage, &was));
    }
}

/// The sentences of a block that count.
fn passages(place: &Place, heading: &str, at: At, asked: Option<&str>) -> Vec<Passage> {
    let part = part(place);
    let at = At {
        block: Some(place.index),
        ..at
    };
    let mut asked = asked;
    let mut found = Vec::new();
    for sentence in split(&place.text) {
        let answer = sentence.starts_with("No.") || sentence.starts_with("Yes.");
        let text = match asked.take() {
            Some(question) if answer => format!("{question} {sentence}"),
            _ => sentence,
        };
        found.extend(passage(&text, part, heading, at));
    }
    found
}

fn passage(text: &str, part: Part, heading: &str, at: At) -> Option<Passage> {
    if text.trim().is_empty() || is_stated_line(text) {
        return None;
    }
    let plain = plain(text);
    Some(Passage {
        text: text.to_owned(),
        folded: folded(plain.clone()),
        plain: Text::of(plain),
        heading: heading.to_owned(),
        under: String::new(),
        part,
        hunk: at.hunk,
        edit: at.edit,
        block: at.block,
        names: OnceLock::new(),
        cut: OnceLock::new(),
        same: OnceLock::new(),
        like: OnceLock::new(),
        gained: OnceLock::new(),
    })
}

/// Lines in which a page states its own dates, and the banner after a change of government.
pub(super) fn is_stated_line(text: &str) -> bool {
    static STATED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)^(?:(?:page |date )?(?:last |first )?(?:edited|updated|reviewed|published|modified)|document first published|next publication|publication date|publishing date)\b[^.]{0,60}$|^this was published under the .{0,60} government\.?$",
        )
    });
    STATED.is_match(text.trim())
}

impl Passage {
    /// The names in it, in order, each once.
    pub fn names(&self) -> &[Name] {
        self.names.get_or_init(|| in_text(&self.plain))
    }

    /// How alike it is to the sentence it was: the share of words they have in common, from 0 to 1.
    pub fn alike(&self, was: &Passage) -> f64 {
        let alike = || similarity(&self.folded, &was.folded);
        *self.like.get_or_init(alike)
    }

    /// Its slots.
    pub fn slots(&self, strength: &Strength) -> Vec<Slot<'_>> {
        let cut = self.cut.get_or_init(|| Cut::of(strength, &self.folded));
        cut.slots(&self.folded)
    }

    /// The same, in a list that these words open.
    fn under(self, opening: &str) -> Passage {
        Passage {
            under: opening.to_owned(),
            ..self
        }
    }
}
