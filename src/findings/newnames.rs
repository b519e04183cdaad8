//! Names that were never seen before, and names that took another's place.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding};
use crate::findings::lexicon::COMPILED;
use crate::findings::names::{Name, canonical, is_known, is_short, resemble, spelled_out};
use crate::findings::passages::{Part, Passage, Passages};
use crate::model::{Facts, Finding, NameKind, Severity, Weighed};
use crate::prose::{listed, similarity};

/// Of so many sentences with new names each gets a finding of its own; the others share one.
const APART: usize = 3;
/// How much a programme, a survey or a standard matters, in a sentence about data.
const LESSER: Severity = Severity(3);
/// How much a name matters of which the grammar is not sure, or that is named where nothing is said of data.
const UNSURE: Severity = Severity(2);
/// The most names asked after at once.
const NAMES: usize = 5_000;

/// The names in the added text with their aliases, in order, each once.
pub(super) fn asked(passages: &Passages) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut had = HashSet::new();
    let found = passages.added.iter().chain(&passages.removed);
    for name in found.flat_map(Passage::names) {
        let aliases = name.aliases.iter().map(|alias| canonical(alias));
        for name in std::iter::once(name.canonical.clone()).chain(aliases) {
            if names.len() < NAMES && had.insert(name.clone()) {
                names.push(name);
            }
        }
    }
    names
}

/// How a new name is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A dataset, a register and the like, or what has data in its name.
    Data,
    /// Something else with a name, where data is spoken of.
    Lesser,
    /// What is perhaps no name, or has nothing to do with data.
    Unsure,
}

fn rank(name: &Name, passage: &Passage) -> Rank {
    let words = || name.canonical.split(' ');
    let data = name.kind.holds_data()
        || matches!(name.kind, NameKind::Platform | NameKind::Service)
            && words().any(|word| word == "data");
    match (name.sure, data) {
        (true, true) => Rank::Data,
        (true, false) if COMPILED.data.is_match(&passage.plain) => Rank::Lesser,
        _ => Rank::Unsure,
    }
}

/// The findings about names never seen before.
pub(super) fn judge(
    step: &Step,
    passages: &Passages,
    facts: &Facts,
    day: NaiveDate,
) -> Vec<Finding> {
    let news = News {
        step,
        facts,
        day,
        passages,
        before: OnceCell::new(),
    };
    let mut said: HashSet<String> = HashSet::new();
    let mut ranked: BTreeMap<Rank, Vec<Evidence>> = BTreeMap::new();
    let mut kinds: BTreeSet<NameKind> = BTreeSet::new();
    for (at, passage) in passages.added.iter().enumerate() {
        let mut here: BTreeMap<Rank, Vec<String>> = BTreeMap::new();
        for name in passage.names() {
            // The rows of a register hold numbers by the hundred; they are told row by row.
            let counted = name.kind == NameKind::Reference && passage.part == Part::Row;
            if let Some(why) = news.known(name) {
                passages.trace.note("new-dataset", passage, || why);
                continue;
            }
            if said.contains(&name.canonical) || counted {
                continue;
            }
            said.extend(name.aliases.iter().map(|alias| canonical(alias)));
            said.insert(name.canonical.clone());
            let rank = rank(name, passage);
            if rank == Rank::Lesser {
                kinds.insert(name.kind);
            }
            here.entry(rank).or_default().push(name.text.clone());
        }
        for (rank, names) in here {
            let severity = match rank {
                Rank::Data => passages.book.rule("new-dataset").severity,
                Rank::Lesser => LESSER,
                Rank::Unsure => UNSURE,
            };
            ranked.entry(rank).or_default().push(Evidence {
                severity,
                before: passages.was(at),
                after: Some(passage),
                names,
            });
        }
    }
    let mut findings: Vec<Finding> = Vec::new();
    for (rank, mut evidence) in ranked {
        let rest = evidence.split_off(evidence.len().min(match rank {
            Rank::Data => APART,
            Rank::Lesser | Rank::Unsure => 0,
        }));
        for group in evidence.into_iter().map(|one| vec![one]).chain([rest]) {
            let names: Vec<String> = group.iter().flat_map(|one| one.names.clone()).collect();
            let found = finding("new-dataset", first_time(step, facts, &names), group);
            findings.extend(found.map(|found| weighed(found, rank, &kinds)));
        }
    }
    findings
}

/// A finding with the reason why it is less than the rule says.
fn weighed(mut finding: Finding, rank: Rank, kinds: &BTreeSet<NameKind>) -> Finding {
    let because = match rank {
        Rank::Data => return finding,
        Rank::Lesser => {
            let kinds: Vec<String> = kinds.iter().map(NameKind::to_string).collect();
            format!(
                "it is the name of a {} and not of a dataset",
                kinds.join(" or a ")
            )
        }
        Rank::Unsure => "it is perhaps no name, or nothing is said of data beside it".to_owned(),
    };
    finding.weighed.push(Weighed {
        to: finding.severity,
        because,
    });
    finding
}

/// What it takes to tell whether a name is new.
struct News<'a> {
    step: &'a Step<'a>,
    facts: &'a Facts,
    day: NaiveDate,
    passages: &'a Passages<'a>,
    /// The page before, in canonical form.
    before: OnceCell<String>,
}

impl News<'_> {
    fn before(&self) -> &str {
        self.before
            .get_or_init(|| canonical(&self.passages.before.text))
    }

    /// Why a name is no news, as a clause; `None` where it is.
    fn known(&self, name: &Name) -> Option<String> {
        let known = |name: &str| is_known(name, self.day, &self.step.book.known);
        let text = &name.text;
        if name.old {
            return Some(format!(
                "the sentence speaks of “{text}” as of something that was there"
            ));
        }
        if let Some(seen) = self.facts.seen.get(&name.canonical) {
            let at = seen.at.with_timezone(&self.step.zone).format("%-d %B %Y");
            return Some(format!(
                "“{text}” was seen before, on {} on {at}",
                seen.watch
            ));
        }
        if self.facts.dismissed.contains(&name.canonical) {
            return Some(format!("somebody dismissed “{text}”"));
        }
        if known(&name.canonical) {
            return Some(format!("“{text}” is among the names that are known"));
        }
        if self.before().contains(&name.canonical) {
            return Some(format!("“{text}” stood on the page before"));
        }
        let aliases: Vec<String> = name.aliases.iter().map(|alias| canonical(alias)).collect();
        let linked = aliases.iter().find(|alias| self.is_linked(name, alias))?;
        Some(format!(
            "“{text}” is another name of “{linked}”, which is known"
        ))
    }

    /// Whether an alias was seen before for the same thing. Two things may share an acronym: where both are spelled out,
    /// and differently, they are two.
    fn is_linked(&self, name: &Name, alias: &str) -> bool {
        let short = is_short(&name.canonical, alias);
        let listed = is_known(alias, self.day, &self.step.book.known)
            && (short || spelled_out(alias).is_some_and(|known| resemble(known, &name.canonical)));
        let seen = self.facts.seen.get(alias).is_some_and(|sighting| {
            let of = sighting.of.as_deref().unwrap_or(alias);
            short || is_short(of, alias) || of == name.canonical || resemble(of, &name.canonical)
        });
        // A number of a standard tells that a standard was named, and not what it is about.
        let number = alias.ends_with(|c: char| c.is_ascii_digit());
        !number && (seen || listed)
    }
}

/// "… is named here for the first time on the 26 pages watched since 6 September 2013."
fn first_time(step: &Step, facts: &Facts, names: &[String]) -> String {
    let are = if names.len() == 1 { "is" } else { "are" };
    let names = listed(names, 4);
    let since = facts.since.unwrap_or(step.bounds.by);
    let since = since.with_timezone(&step.zone).format("%-d %B %Y");
    let pages = match facts.pages {
        0 | 1 => "1 page".to_owned(),
        pages => format!("{pages} pages"),
    };
    format!("{names} {are} named here for the first time on the {pages} watched since {since}.")
}

/// A name that stands where another one stood, in the same words.
pub(super) fn swapped(passages: &Passages, facts: &Facts) -> Option<Finding> {
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let counts = |name: &&Name| {
            name.kind != NameKind::Reference && !facts.dismissed.contains(&name.canonical)
        };
        let [olds, news] =
            [was, is].map(|side| side.names().iter().filter(counts).collect::<Vec<&Name>>());
        let gone = olds
            .iter()
            .find(|name| !news.iter().any(|n| n.canonical == name.canonical));
        let come = news
            .iter()
            .find(|name| !olds.iter().any(|n| n.canonical == name.canonical));
        if let (Some(gone), Some(come)) = (gone, come)
            && around(was, gone) >= 3
            && similarity(&without(was, gone), &without(is, come)) >= 0.8
        {
            evidence.push(Evidence {
                severity: passages.book.rule("renamed").severity,
                before: Some(was),
                after: Some(is),
                names: vec![gone.text.clone(), come.text.clone()],
            });
        }
    }
    let names = evidence.first()?.names.clone();
    let why = format!("“{}” stands where “{}” stood.", names[1], names[0]);
    finding("renamed", why, evidence)
}

/// A sentence without a name.
fn without(passage: &Passage, name: &Name) -> String {
    passage.folded.replace(&name.text.to_lowercase(), " ")
}

/// How many words stand around a name.
fn around(passage: &Passage, name: &Name) -> usize {
    without(passage, name).split_whitespace().count()
}
