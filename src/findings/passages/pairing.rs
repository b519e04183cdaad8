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
        let [olds_words, news_words] = [&self.removed, &self.added].map(|side| sorted(side));
        let gone = by_stretch(&self.removed);
        let come = by_stretch(&self.added);
        for (stretch, olds) in &gone {
            let news = come.get(stretch).map_or(&[][..], Vec::as_slice);
            let wide = olds.len() * news.len() > MANY;
            for old in olds {
                let was = &self.removed[*old];
                for new in news {
                    let is = &self.added[*new];
                    if wide && was.edit != is.edit {
                        continue;
                    }
                    let alike = alike(&olds_words[*old], &news_words[*new]);
                    let enough = if was.edit == is.edit { 0.35 } else { 0.5 };
                    if alike >= enough {
                        likely.push((alike, *old, *new));
                    }
                }
            }
        }
        likely.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, old, new) in likely {
            if !self.new_of.contains_key(&old) && !self.old_of.contains_key(&new) {
                self.new_of.insert(old, new);
                self.old_of.insert(new, old);
            }
        }
        self.pairs = self.new_of.iter().map(|(old, new)| (*old, *new)).collect();
    }
}

/// The words of sentences that are compared with many others, sorted.
fn sorted(passages: &[Passage]) -> Vec<Vec<&str>> {
    let sorted = |passage| {
        let mut words = words(passage);
        words.sort_unstable();
        words
    };
    passages.iter().map(|one| sorted(&one.folded)).collect()
}

fn by_stretch(passages: &[Passage]) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, passage) in passages.iter().enumerate() {
        found.entry(passage.hunk).or_default().push(at);
    }
    found
}
