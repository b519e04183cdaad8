//! Items that went from a list inside a sentence, or came to it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::slots::{Beside, Slot};
use crate::findings::weaker::ALIKE;
use crate::prose::compile;
use crate::rulebook::Strength;

/// The items of a list in the old sentence that went without another in their place.
pub(super) fn lost(beside: &Beside) -> Vec<String> {
    let gaps = beside.gaps();
    // Where something else came, it is another list.
    if gaps
        .iter()
        .any(|gap| !bare(&beside.new[gap.new.clone()]).is_empty())
    {
        return Vec::new();
    }
    let gone = gaps.iter().filter_map(|gap| {
        let old = &beside.old[gap.old.clone()];
        let item = bare(old);
        let before = gap.old.start.checked_sub(1).map(|at| &beside.old[at]);
        item_of(item, old, before, beside.old.get(gap.old.end))
    });
    gone.collect()
}

/// The items of a list in the new sentence that stood not in the old one.
pub(in crate::findings) fn gained(strength: &Strength, was: &str, is: &str) -> Vec<String> {
    let Some(beside) = Beside::lay(strength, was, is) else {
        return Vec::new();
    };
    if beside.alike() < ALIKE {
        return Vec::new();
    }
    let gaps = beside.gaps();
    let came = gaps.iter().filter_map(|gap| {
        let new = &beside.new[gap.new.clone()];
        let item = bare(new);
        let before = gap.new.start.checked_sub(1).map(|at| &beside.new[at]);
        let by_way = item.first().is_some_and(|slot| BY_WAY.is_match(slot.text));
        item_of(item, new, before, beside.new.get(gap.new.end)).filter(|_| !by_way)
    });
    let stood: BTreeSet<&str> = beside.old.iter().map(|slot| slot.text).collect();
    came.filter(|item| {
        item.split(' ')
            .any(|word| word.len() > 2 && !stood.contains(word))
    })
    .collect()
}

/// A stretch as an item of a list: it stands beside a comma or an "or".
fn item_of(
    bare: &[Slot],
    all: &[Slot],
    before: Option<&Slot>,
    after: Option<&Slot>,
) -> Option<String> {
    let beside =
        before.is_some_and(Slot::joins) || after.is_some_and(Slot::joins) || bare.len() < all.len();
    let opens = bare
        .first()
        .is_some_and(|slot| QUALIFIES.is_match(slot.text));
    let words: Vec<&str> = bare.iter().map(|slot| slot.text).collect();
    (beside && !opens && !words.is_empty() && words.len() <= 8 && words.iter().any(|w| w.len() > 2))
        .then(|| words.join(" ").replace(" ,", ","))
}

/// A stretch without what joins it to others.
fn bare<'s, 't>(slots: &'s [Slot<'t>]) -> &'s [Slot<'t>] {
    let free = |slot: &Slot| !slot.joins();
    let Some(start) = slots.iter().position(free) else {
        return &[];
    };
    let end = slots.iter().rposition(free).unwrap_or(start);
    &slots[start..=end]
}

static BY_WAY: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"^(?:via|by|through|from|with|in|on|at|for|to|of|whether|how|about|under)$")
});
static QUALIFIES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^(?:without|unless|except|outside|other|including|such|if|where|when|as|until|before|after|for example|because|since|while|though|but|so|that|which|who|e|this|these|it|we)$",
    )
});
