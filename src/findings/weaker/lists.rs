//! Items that went from a list inside a sentence, came to it, or stand in the place of others.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::slots::{Beside, Between, Slot};
use crate::findings::weaker::duties::About;
use crate::findings::weaker::{ALIKE, KEPT, Pair, Shift, UNSURE, Way, duties};
use crate::model::Severity;
use crate::prose::compile;

/// An item of more words is a clause of its own.
const LONGEST: usize = 8;
/// Of somebody in the place of somebody else: the promise is another one, not surely a lesser one.
const EXCHANGED: Severity = Severity(4);

/// An item that a list in a sentence gained.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::findings) struct Gained {
    /// Its words.
    pub text: String,
    /// Where in the new sentence they begin, in bytes.
    pub at: usize,
    /// The word by which it hangs on what stands before it, where it opens with one: "to", "for", "with".
    pub by: Option<String>,
}

impl Pair<'_> {
    /// Items that are no longer in a list of what will not be done.
    pub(super) fn items_gone(&self) -> Vec<Shift> {
        if !self.still_forbids() {
            return Vec::new();
        }
        let gaps = self.beside.gaps();
        let came = |gap: &Between| !bare(&self.beside.new[gap.new.clone()]).is_empty();
        let elsewhere = gaps.iter().any(came);
        let stands: BTreeSet<&str> = self.beside.new.iter().map(|slot| slot.text).collect();
        let gone = gaps.iter().filter(|gap| !came(gap)).filter_map(|gap| {
            let old = &self.beside.old[gap.old.clone()];
            let item = bare(old);
            let moved = |slot: &Slot| stands.contains(slot.text);
            if elsewhere && (item.iter().all(moved) || !self.is_forbidden(gap)) {
                return None;
            }
            let before = gap.old.start.checked_sub(1).map(|at| &self.beside.old[at]);
            item_of(item, old, before, self.beside.old.get(gap.old.end))
        });
        gone.map(|item| {
            let shift = self.shift(format!("“{item}” is no longer named"), Way::Weaker);
            Shift {
                severity: match elsewhere {
                    true => UNSURE,
                    false => shift.severity,
                },
                ..shift
            }
        })
        .collect()
    }

    /// Somebody or something else stands in the place of what was forbidden.
    pub(super) fn exchanged(&self) -> Option<Shift> {
        if !self.still_forbids() || self.beside.kept() < KEPT {
            return None;
        }
        let gaps = self.beside.gaps();
        let [gap] = gaps.as_slice() else {
            return None;
        };
        let by = |at: usize, slots: &[Slot]| {
            let near = slots[..at].iter().rev().take(3);
            near.into_iter().any(|slot| REACHES.is_match(slot.text))
        };
        let whole = |slots: &[Slot]| {
            let words: Vec<&str> = slots.iter().map(|slot| slot.text).collect();
            words.join(" ").replace(" ,", ",")
        };
        let (old, new) = (
            bare(&self.beside.old[gap.old.clone()]),
            bare(&self.beside.new[gap.new.clone()]),
        );
        let named = |slots: &[Slot]| {
            let duty = self.ladder("duty");
            let bound = |slot: &Slot| slot.step.is_some_and(|(ladder, _)| Some(ladder) == duty);
            !slots.iter().any(bound)
                && slots.iter().any(|slot| slot.text.len() > 2)
                && slots.len() <= LONGEST
        };
        let has = |slots: &[Slot], text: &str| slots.iter().any(|slot| slot.text == text);
        let wider = WHOEVER.is_match(&whole(new)) || old.iter().all(|slot| has(new, slot.text));
        let about = self.is_forbidden(gap) && by(gap.old.start, &self.beside.old);
        if !about || !named(old) || !named(new) || wider {
            return None;
        }
        let said = format!("“{}” stands where “{}” did", whole(new), whole(old));
        let shift = self.shift(said, Way::Weaker);
        Some(Shift {
            severity: match WHOEVER.is_match(&whole(old)) {
                true => shift.severity,
                false => shift.severity.min(EXCHANGED),
            },
            ..shift
        })
    }

    /// Whether both sentences forbid, without exceptions, something that may harm.
    fn still_forbids(&self) -> bool {
        let forbids = |slots: &[Slot], text: &str| {
            let mut no = slots.iter().filter(|slot| self.forbids(slot));
            no.any(|slot| {
                self.about(text, slot) != About::Protection && !duties::of_the_reader(text, slot)
            })
        };
        forbids(&self.beside.old, self.was)
            && forbids(&self.beside.new, self.is)
            && !self.strength.exceptions.is_match(self.was)
    }

    /// Whether a word of prohibition stands before what differs.
    fn is_forbidden(&self, gap: &Between) -> bool {
        let before = &self.beside.old[..gap.old.start];
        before.iter().any(|slot| self.forbids(slot))
    }

    fn forbids(&self, slot: &Slot) -> bool {
        self.ladder("duty")
            .is_some_and(|duty| slot.step == Some((duty, 0)))
    }
}

/// The items of lists in the new sentence that stood not in the old one.
pub(in crate::findings) fn gained(beside: &Beside) -> Vec<Gained> {
    if beside.alike() < ALIKE {
        return Vec::new();
    }
    let stood: BTreeSet<&str> = beside.old.iter().map(|slot| slot.text).collect();
    let gaps = beside.gaps();
    let came = gaps.iter().filter_map(|gap| {
        let new = &beside.new[gap.new.clone()];
        let item = besides(bare(new));
        let before = gap.new.start.checked_sub(1).map(|at| &beside.new[at]);
        let text = item_of(item, new, before, beside.new.get(gap.new.end))?;
        let first = item.first()?;
        let fresh = |word: &str| word.len() > 2 && !stood.contains(word);
        text.split(' ').any(fresh).then(|| Gained {
            at: first.at.start,
            by: BY_WAY.is_match(first.text).then(|| first.text.to_owned()),
            text,
        })
    });
    came.collect()
}

/// A stretch without words that join as "and" does: "as well as", "along with", "including".
fn besides<'s, 't>(slots: &'s [Slot<'t>]) -> &'s [Slot<'t>] {
    const JOIN: [&[&str]; 5] = [
        &["as", "well", "as"],
        &["along", "with"],
        &["together", "with"],
        &["including"],
        &["plus"],
    ];
    let opens = |words: &&&[&str]| {
        let first = slots.iter().map(|slot| slot.text).take(words.len());
        first.eq(words.iter().copied())
    };
    let joined = JOIN.iter().find(opens).map_or(0, |words| words.len());
    &slots[joined..]
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
    (beside
        && !opens
        && !words.is_empty()
        && words.len() <= LONGEST
        && words.iter().any(|w| w.len() > 2))
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
/// Words between what is forbidden and whom or what it must not reach.
static REACHES: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^(?:with|to|by|for|outside|beyond|from|into|on)$"));
/// Words for everybody and everything.
static WHOEVER: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:any(?:one|body|thing|where)?|every(?:one|body|thing)?|all|nobody|third part(?:y|ies)|other (?:organisations|companies|people|purposes?)|others)\b",
    )
});
