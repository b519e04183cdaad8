//! Which sentence that went became which one that came.

use std::collections::BTreeMap;

use crate::findings::passages::{Passage, Passages};
use crate::prose::{alike, words};

/// Above so many pairs to compare within a hunk only sentences of the same block are paired.
const MANY: usize = 40_000;

impl Passages<'_> {
    /// Pairs old sentences with new ones: the most alike first, within a stretch; within a block where a stretch is long.
    pub(super) fn pair(&mut self) {
        let mut likely: Vec<(f64, usize, usize)> = Vec::new();
        let gone = by_stretch(&self.removed);
        let come = by_stretch(&self.added);
        for (stretch, olds) in &gone {
            let Some(news) = come.get(stretch) else {
                continue;
            };
            let olds_words: Vec<_> = olds.iter().map(|at| sorted(&self.removed[*at])).collect();
            let news_words: Vec<_> = news.iter().map(|at| sorted(&self.added[*at])).collect();
            let wide = olds.len() * news.len() > MANY;
            for (old, old_words) in olds.iter().zip(&olds_words) {
                let was = &self.removed[*old];
                for (new, new_words) in news.iter().zip(&news_words) {
                    let is = &self.added[*new];
                    if wide && was.edit != is.edit {
                        continue;
                    }
                    let alike = alike(old_words, new_words);
                    let enough = if was.edit == is.edit { 0.35 } else { 0.5 };
                    if alike >= enough {
                        likely.push((alike, *old, *new));
                    }
                }
            }
        }
        likely.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (alike, old, new) in likely {
            if !self.new_of.contains_key(&old) && !self.old_of.contains_key(&new) {
                self.added[new].like = alike.into();
                self.new_of.insert(old, new);
                self.old_of.insert(new, old);
            }
        }
        self.pairs = self.new_of.iter().map(|(old, new)| (*old, *new)).collect();
    }
}

/// The words of a sentence that is compared with others, sorted.
fn sorted(passage: &Passage) -> Vec<&str> {
    let mut words = words(&passage.folded);
    words.sort_unstable();
    words
}

fn by_stretch(passages: &[Passage]) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, passage) in passages.iter().enumerate() {
        found.entry(passage.hunk).or_default().push(at);
    }
    found
}
