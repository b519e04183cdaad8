//! Holds what is said of labelled changes, and the names found in labelled sentences, against what an editor wrote down before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::Value;
use smallprint::diff;
use smallprint::findings::{self, Step};
use smallprint::model::{
    Block, BlockKind, Bounds, ChangeKind, ChangeNote, Document, Facts, Finding, Link, ReaderId,
    Served, Severity, Sight, Sighting, Stated, Watch, WatchId,
};
use smallprint::rulebook::Book;
use url::Url;

use crate::histories_text;

/// From here on somebody is told.
const LOUD: Severity = Severity(3);

/// Rules that the labels call otherwise than the program: `silent-edit`, `new-legal-basis`, `safeguard-weakened`.
const OTHERWISE: [&str; 3] = ["legal-power", "prohibition-item-dropped", "unannounced"];

/// What must be reached on the frozen changes, all rules together.
const CHANGES: Floors = Floors {
    precision: 0.95,
    recall: 0.80,
};

/// What must be reached on the frozen changes for "anything of severity 3 or more". While every silent edit was loud, more than
/// nine in ten of these pairs were heard, and of two alarms one was false.
const ALARMS: Floors = Floors {
    precision: 0.80,
    recall: 0.70,
};

/// The same on the changes that were put aside.
const ASIDE: Floors = Floors {
    precision: 0.90,
    recall: 0.90,
};

/// What must be reached on the frozen sentences.
const NAMES: Floors = Floors {
    precision: 0.92,
    recall: 0.82,
};

/// The least that must be reached.
struct Floors {
    precision: f64,
    recall: f64,
}

/// How often it was right, wrong, and silent where it should not have been.
#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn precision(self) -> f64 {
        share(self.right, self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.right, self.missed)
    }

    #[track_caller]
    fn reaches(self, floors: &Floors) {
        let (precision, recall) = (self.precision(), self.recall());
        assert!(precision >= floors.precision, "precision {precision:.3}");
        assert!(recall >= floors.recall, "recall {recall:.3}");
    }

    fn line(self, what: &str) -> String {
        format!(
            "{what:<26} right {:>3}  wrong {:>3}  missed {:>3}  precision {:.2}  recall {:.2}",
            self.right,
            self.wrong,
            self.missed,
            self.precision(),
            self.recall()
        )
    }
}

/// The share of the first; 1 where there is nothing at all.
fn share(first: usize, second: usize) -> f64 {
    if first + second == 0 {
        return 1.0;
    }
    first as f64 / (first + second) as f64
}

/// The labels of one file, a line each.
fn labels(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled");
    let text = std::fs::read_to_string(folder.join(name)).expect("a file of labels");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let items = value[key].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse::<DateTime<Utc>>().expect("a time")
}

/// One side of a pair as a reader would have given it.
fn document(side: &Value) -> Document {
    let blocks = items(side, "blocks").map(|block| Block {
        kind: kind(block),
        text: text(block, "text").to_owned(),
        links: items(block, "links")
            .map(|link| Link {
                text: text(link, "text").to_owned(),
                url: text(link, "url").to_owned(),
            })
            .collect(),
    });
    Document {
        blocks: blocks.collect(),
        stated: stated(&side["stated"]),
        ..Document::empty(ReaderId("labelled".to_owned()), text(side, "title"))
    }
}

fn kind(block: &Value) -> BlockKind {
    match text(block, "kind") {
        "item" => BlockKind::Item(1),
        "row" => {
            let cells = text(block, "text").split(" | ").map(str::to_owned);
            BlockKind::Row(cells.collect(), false)
        }
        "p" => BlockKind::Paragraph,
        heading => {
            let level = heading
                .strip_prefix('h')
                .and_then(|level| level.parse().ok());
            BlockKind::Heading(level.expect("a kind of block"))
        }
    }
}

fn stated(value: &Value) -> Stated {
    let day = |key: &str| value[key].as_str().map(|day| day.parse().expect("a day"));
    let updated: Option<NaiveDate> = day("updated");
    Stated {
        published: day("published"),
        updated,
        lines: updated
            .iter()
            .map(|day| day.format("Last updated %-d %B %Y").to_string())
            .collect(),
        history: items(value, "notes")
            .map(|note| ChangeNote {
                at: text(note, "at").to_owned(),
                note: text(note, "note").to_owned(),
            })
            .collect(),
        withdrawn: value["withdrawn"].as_str().map(str::to_owned),
        ..Stated::default()
    }
}

/// Both sides of a pair. What may not be carried along is read from the histories; without them there is no such pair.
fn sides(pair: &Value) -> Option<(Document, Document)> {
    let files = texts(pair, "files");
    let [before, after] = files.as_slice() else {
        return Some((document(&pair["before"]), document(&pair["after"])));
    };
    let histories = histories_text::corpus()?;
    let read = |file: &str, side: &str| {
        let text = std::fs::read_to_string(histories.parent()?.join(file)).ok()?;
        Some(Document {
            stated: stated(&pair[side]["stated"]),
            ..histories_text::read(&text)
        })
    };
    Some((read(before, "before")?, read(after, "after")?))
}

/// What the program says of a pair.
fn judged(pair: &Value, (before, after): &(Document, Document)) -> Vec<Finding> {
    let url = Url::parse(text(pair, "url")).expect("an address");
    let elsewhere = Watch::bare("elsewhere", url.join("/elsewhere").expect("an address"));
    let watches = [Watch::bare("labelled", url), elsewhere];
    let last_seen = time(texts(&pair["before"], "seen").last().expect("a time"));
    let first_seen = time(texts(&pair["after"], "seen").first().expect("a time"));
    let changes = diff::between(before, after);
    let step = Step {
        watch: &watches[0],
        kind: ChangeKind::Edited,
        before: Some(before),
        after: Some(after),
        diff: &changes,
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        watches: &watches,
        bounds: Bounds {
            after: Some(last_seen),
            by: first_seen,
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
    };
    let asked = findings::questions(&step);
    let mut facts = memory(pair, before, last_seen);
    facts.seen.retain(|name, _| asked.names.contains(name));
    facts
        .standing
        .retain(|sentence, _| asked.sentences.contains(sentence));
    findings::judge(&step, &facts, first_seen)
}

/// What the archive would remember: a year of a hundred pages, the names that stood on this one, and what stands elsewhere.
fn memory(pair: &Value, before: &Document, last_seen: DateTime<Utc>) -> Facts {
    let since = last_seen - Days::new(365);
    let seen = findings::names(before).names.into_iter().map(|named| {
        let sighting = Sighting {
            name: named.text,
            watch: WatchId::from("labelled"),
            at: since,
            of: None,
        };
        (named.canonical, sighting)
    });
    let standing = texts(pair, "elsewhere").into_iter().map(|sentence| {
        let there = vec![WatchId::from("elsewhere")];
        (findings::fold(sentence), there)
    });
    let sights = texts(&pair["before"], "seen").into_iter().map(|at| Sight {
        at: time(at),
        served: Some(Served {
            age: 0,
            ahead: Some(0),
        }),
    });
    Facts {
        sights: sights.collect(),
        seen: seen.collect(),
        standing: standing.collect(),
        pages: 100,
        since: Some(since),
        ..Facts::default()
    }
}

/// The id the labels use.
fn id(finding: &Finding) -> &str {
    match finding.rule.as_str() {
        "silent-edit" => "unannounced",
        "backdated-edit" => "backdated",
        other => other,
    }
}

/// Whether it was asked for at a severity of which somebody is told.
fn is_loud(expected: &Value) -> bool {
    expected["severity_at_least"].as_u64() >= Some(u64::from(LOUD.0))
}

/// Whether a finding is what was expected: one of the rules, loud enough, with the words.
fn meets(expected: &Value, finding: &Finding) -> bool {
    let least = expected["severity_at_least"].as_u64().unwrap_or(0);
    let said = format!(
        "{} {} {} {}",
        finding.why,
        finding.names.join(" "),
        finding.before.as_deref().unwrap_or_default(),
        finding.after.as_deref().unwrap_or_default()
    );
    text(expected, "rule")
        .split('|')
        .any(|rule| rule == id(finding))
        && u64::from(finding.severity.0) >= least
        && findings::fold(&said).contains(&findings::fold(text(expected, "words")))
}

/// The scores of one file of changes.
#[derive(Default)]
struct Measured {
    rules: BTreeMap<String, Score>,
    /// Only what was asked for aloud: by its own rule, with its words.
    aloud: Score,
    /// Whether anything at all was said aloud, pair by pair.
    alarms: Score,
    /// How many quiet pairs each rule was the first to be loud on.
    loud: BTreeMap<String, usize>,
    /// What went wrong.
    notes: Vec<String>,
}

fn measured(name: &str) -> Measured {
    let Measured {
        mut rules,
        mut aloud,
        mut alarms,
        mut loud,
        mut notes,
    } = Measured::default();
    for pair in labels(name) {
        // What raises the others is no finding of its own.
        let Some(sides) = sides(&pair) else {
            continue;
        };
        let mut found = judged(&pair, &sides);
        found.retain(|finding| finding.rule != "timing");
        let expected: Vec<&Value> = items(&pair, "expect").collect();
        for wanted in &expected {
            let score = rules.entry(text(wanted, "rule").to_owned()).or_default();
            let asked_aloud = usize::from(is_loud(wanted));
            if found.iter().any(|finding| meets(wanted, finding)) {
                score.right += 1;
                aloud.right += asked_aloud;
            } else {
                score.missed += 1;
                aloud.missed += asked_aloud;
                notes.push(format!("{} misses {wanted}", text(&pair, "id")));
            }
        }
        let asked: BTreeSet<&str> = expected
            .iter()
            .flat_map(|wanted| text(wanted, "rule").split('|'))
            .collect();
        let (never, may) = (texts(&pair, "never"), texts(&pair, "may"));
        for finding in &found {
            let rule = id(finding);
            let loud = finding.severity >= LOUD && !may.contains(&rule);
            if !asked.contains(rule) && (never.contains(&rule) || loud) {
                rules.entry(rule.to_owned()).or_default().wrong += 1;
                notes.push(format!("{} wrongly says {finding:?}", text(&pair, "id")));
            }
        }
        let wants_alarm = expected.iter().any(|wanted| is_loud(wanted));
        let aloud = |finding: &&Finding| finding.severity >= LOUD;
        let alarm = found.iter().find(aloud).is_some();
        let false_alarm = found
            .iter()
            .filter(aloud)
            .find(|finding| !may.contains(&id(finding)));
        match (wants_alarm, alarm, false_alarm) {
            (true, true, _) => alarms.right += 1,
            (true, false, _) => alarms.missed += 1,
            (false, _, Some(finding)) => {
                alarms.wrong += 1;
                *loud.entry(id(finding).to_owned()).or_default() += 1;
                notes.push(format!(
                    "{} false alarm: {}",
                    text(&pair, "id"),
                    id(finding)
                ));
            }
            (false, _, None) => {}
        }
    }
    Measured {
        rules,
        aloud,
        alarms,
        loud,
        notes,
    }
}

/// All rules together.
fn together(rules: &BTreeMap<String, Score>) -> Score {
    let mut all = Score::default();
    for score in rules.values() {
        all.right += score.right;
        all.wrong += score.wrong;
        all.missed += score.missed;
    }
    all
}

/// Prints the table of one file, and gives the scores of all rules together and of alarms.
fn shown(name: &str) -> (Score, Score) {
    let Measured {
        rules,
        aloud,
        alarms,
        loud,
        notes,
    } = measured(name);
    let all = together(&rules);
    println!("{name}");
    for (rule, score) in &rules {
        println!("  {}", score.line(rule));
    }
    println!("  {}", all.line("all rules"));
    println!("  {}", aloud.line("asked for aloud"));
    println!("  {}", alarms.line("severity 3 or more"));
    if !loud.is_empty() {
        println!("  loud on quiet pairs: {loud:?}");
    }
    tell(name, &notes);
    (all, alarms)
}

/// Prints what went wrong, where those who write rules may look: of a frozen file only the figures are shown.
fn tell(name: &str, notes: &[String]) {
    if name.contains("development") {
        println!("  {}", notes.join("\n  "));
    }
}

/// A name without what the labels do not mind: case, quotes, articles, "data set".
fn loosely(name: &str) -> String {
    let folded = findings::fold(name)
        .replace("data-set", "dataset")
        .replace("data set", "dataset");
    let bare = ["the ", "a ", "an "]
        .iter()
        .find_map(|article| folded.strip_prefix(article));
    bare.unwrap_or(&folded).trim().to_owned()
}

fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (loosely(one), loosely(other));
    one.contains(&other) || other.contains(&one)
}

/// How many names of one file of sentences are found, and what went wrong.
fn names_measured(name: &str) -> (Score, Vec<String>) {
    let mut score = Score::default();
    let mut notes = Vec::new();
    for label in labels(name) {
        let sentence = Block {
            kind: BlockKind::Paragraph,
            text: text(&label, "sentence").to_owned(),
            links: Vec::new(),
        };
        let page = Document {
            blocks: vec![sentence],
            ..Document::empty(ReaderId("labelled".to_owned()), "")
        };
        let found: Vec<String> = findings::names(&page)
            .names
            .into_iter()
            .map(|named| named.text)
            .collect();
        let (wanted, may) = (texts(&label, "names"), texts(&label, "may"));
        for name in &wanted {
            if found.iter().any(|had| alike(had, name)) {
                score.right += 1;
            } else {
                score.missed += 1;
                notes.push(format!("{} misses {name}", text(&label, "id")));
            }
        }
        for had in &found {
            if !wanted.iter().chain(&may).any(|name| alike(had, name)) {
                score.wrong += 1;
                notes.push(format!("{} wrongly names {had}", text(&label, "id")));
            }
        }
    }
    (score, notes)
}

#[test]
fn labels_name_rules_that_are_there_or_to_come() {
    let book = Book::shipped();
    let known: BTreeSet<&str> = book
        .rules
        .iter()
        .map(|rule| rule.id.as_str())
        .chain(OTHERWISE)
        .collect();
    for name in [
        "changes.jsonl",
        "changes-aside.jsonl",
        "changes-development.jsonl",
        "changes-development-more.jsonl",
    ] {
        for pair in labels(name) {
            let asked = items(&pair, "expect").flat_map(|wanted| text(wanted, "rule").split('|'));
            for rule in asked
                .chain(texts(&pair, "never"))
                .chain(texts(&pair, "may"))
            {
                assert!(known.contains(rule), "{}: {rule}", text(&pair, "id"));
            }
        }
    }
}

#[test]
fn what_is_said_of_labelled_changes_is_what_an_editor_would_say() {
    shown("changes-development.jsonl");
    shown("changes-development-more.jsonl");
    let (_, aside) = shown("changes-aside.jsonl");
    aside.reaches(&ASIDE);
    let (all, alarms) = shown("changes.jsonl");
    all.reaches(&CHANGES);
    alarms.reaches(&ALARMS);
}

#[test]
fn names_in_labelled_sentences_are_found() {
    for name in [
        "names-development.jsonl",
        "names-aside.jsonl",
        "names.jsonl",
    ] {
        let (score, notes) = names_measured(name);
        println!("{}", score.line(name));
        tell(name, &notes);
        score.reaches(&NAMES);
    }
}
