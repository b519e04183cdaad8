//! Which facets of a dossier a text has, near each other.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use crate::findings::page::{Page, Sentence};
use crate::prose::fold;
use crate::rulebook::{Dossier, Facet};

/// Facets count together within so many words.
const NEAR: usize = 700;
/// What agrees stands in so many sentences at least.
const SENTENCES: usize = 3;
/// A facet that speaks for something else asks for so many more that agree.
const UNLIKE: usize = 2;
/// A sentence of so many words is known again on another page.
const LONG: usize = 12;
/// The most sentences that are asked after.
const ASKED: usize = 100;

/// A facet that a text has, and the sentence that says it first.
#[derive(Clone, Debug)]
pub(super) struct Agreed {
    pub facet: Arc<Facet>,
    pub sentence: usize,
}

/// The facets of a dossier that a text has near each other, where it has most of them.
#[derive(Clone, Default, Debug)]
pub(super) struct Traits {
    pub agreed: Vec<Agreed>,
    unlike: usize,
    all_musts: bool,
    sentences: usize,
}

impl Traits {
    /// How many more agree than are enough; what is missing of what must be there, or stands in too few sentences, is one
    /// too few at least.
    pub fn margin(&self, dossier: &Dossier) -> isize {
        let asked = dossier.enough + UNLIKE * self.unlike;
        let margin = self.agreed.len() as isize - asked as isize;
        let few = self.sentences < SENTENCES.min(dossier.enough);
        match !self.all_musts || few {
            true => margin.min(-1),
            false => margin,
        }
    }
}

/// A text, read for facets. They are looked for only where they are asked for.
pub(super) struct Read<'a> {
    page: &'a Page<'a>,
    /// How many words stand before each sentence.
    before: OnceCell<Vec<usize>>,
    /// For each facet whether a sentence has it, as far as that was asked.
    had: RefCell<HashMap<*const Facet, Vec<Option<bool>>>>,
}

impl<'a> Read<'a> {
    pub fn of(page: &'a Page<'a>) -> Read<'a> {
        Read {
            page,
            before: OnceCell::new(),
            had: RefCell::default(),
        }
    }

    /// The facets of a dossier that the text has where it has most of them.
    pub fn traits(&self, dossier: &Dossier) -> Traits {
        let leading = self.leading(dossier);
        if !leading.iter().any(|facet| facet.may_be_in(&self.page.text)) {
            return Traits::default();
        }
        let sentences = self.sentences();
        let anchors = (0..sentences.len()).filter(|at| {
            let mut leading = leading.iter();
            leading.any(|facet| self.has(facet, *at))
        });
        let mut best: Option<Traits> = None;
        let mut read_up_to = 0;
        for anchor in anchors {
            // What stands within reach of an anchor that was just tried is in reach of this one too, or nearly so.
            if best.is_some() && self.before()[anchor] < read_up_to {
                continue;
            }
            read_up_to = self.before()[anchor] + NEAR / 4;
            let traits = self.around(dossier, anchor);
            let better = |best: &Traits| {
                (traits.margin(dossier), traits.agreed.len())
                    > (best.margin(dossier), best.agreed.len())
            };
            if best.as_ref().is_none_or(better) {
                best = Some(traits);
            }
        }
        best.unwrap_or_default()
    }

    /// The facets without which nothing resembles the scheme; where there are none such, all.
    fn leading<'d>(&self, dossier: &'d Dossier) -> Vec<&'d Arc<Facet>> {
        let first = dossier.must.first();
        let leads = |facet: &&Arc<Facet>| first.is_none_or(|first| facet.name == *first);
        dossier.facets.iter().filter(leads).collect()
    }

    fn around(&self, dossier: &Dossier, anchor: usize) -> Traits {
        let before = self.before();
        let at = before[anchor];
        let from = before.partition_point(|before| before + NEAR / 2 < at);
        let to = before.partition_point(|before| *before < at + NEAR / 2);
        let first = |facet: &Arc<Facet>| (from..to).find(|at| self.has(facet, *at));
        let agreed: Vec<Agreed> = dossier
            .facets
            .iter()
            .filter_map(|facet| {
                let sentence = first(facet)?;
                Some(Agreed {
                    facet: facet.clone(),
                    sentence,
                })
            })
            .collect();
        let has = |must: &String| agreed.iter().any(|one| one.facet.name == *must);
        let any = |at: &usize| agreed.iter().any(|one| self.has(&one.facet, *at));
        Traits {
            unlike: (dossier.unlike.iter())
                .filter(|facet| first(facet).is_some())
                .count(),
            all_musts: dossier.must.iter().all(has),
            sentences: (from..to).filter(any).take(SENTENCES).count(),
            agreed,
        }
    }

    fn has(&self, facet: &Arc<Facet>, at: usize) -> bool {
        let sentences = self.sentences();
        let mut had = self.had.borrow_mut();
        let of = had.entry(Arc::as_ptr(facet));
        let perhaps = || facet.may_be_in(&self.page.text).then_some(None);
        let of = of.or_insert_with(|| vec![perhaps().unwrap_or(Some(false)); sentences.len()]);
        *of[at].get_or_insert_with(|| facet.is_in(&sentences[at].folded))
    }

    fn sentences(&self) -> &'a [Sentence] {
        self.page.sentences()
    }

    fn before(&self) -> &[usize] {
        self.before.get_or_init(|| {
            let mut all = 0;
            let words = self
                .sentences()
                .iter()
                .map(|one| one.text.split(' ').count());
            let before = words.map(|words| {
                all += words;
                all - words
            });
            before.collect()
        })
    }

    /// The long sentences of the text, folded, that say something of the scheme.
    pub fn telling(&self, dossier: &Dossier) -> Vec<String> {
        let sentences = self.sentences();
        let telling = (0..sentences.len()).filter(|at| {
            sentences[*at].folded.split(' ').count() >= LONG
                && dossier.facets.iter().any(|facet| self.has(facet, *at))
        });
        telling
            .take(ASKED)
            .map(|at| sentences[at].folded.clone())
            .collect()
    }

    /// A folded sentence as it stands in the text.
    pub fn as_it_stands(&self, folded: &str) -> Option<&str> {
        let mut sentences = self.sentences().iter();
        let found = sentences.find(|sentence| sentence.folded == folded);
        found.map(|sentence| sentence.text.as_str())
    }

    /// The sentences to be quoted with the blocks they stand in: first those that both texts hold, then what says a facet.
    pub fn quotes(&self, traits: &Traits, shared: &[&str]) -> Vec<(String, Option<usize>)> {
        let sentences = self.sentences();
        let shared = shared.iter().filter_map(|shared| {
            let shared = fold(shared);
            sentences.iter().position(|one| one.folded == shared)
        });
        let agreed = traits.agreed.iter().map(|one| one.sentence);
        let mut quoted: Vec<usize> = Vec::new();
        for at in shared.chain(agreed) {
            if !quoted.contains(&at) {
                quoted.push(at);
            }
        }
        quoted
            .iter()
            .map(|at| (sentences[*at].text.clone(), sentences[*at].block))
            .collect()
    }
}
