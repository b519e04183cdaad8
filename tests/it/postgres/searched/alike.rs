//! The same history and the same questions, asked of the index on the disk and of the one in a database.

use std::collections::HashSet;
use std::time::Instant;

use smallprint::model::{
    Backfilled, Became, Came, Digest, EntryNo, Fact, Memento, PastText, WatchId,
};
use smallprint::search::query::{self, Clause, Within};
use smallprint::search::{Scope, Search};
use smallprint::store::Store;

use crate::dice::Dice;
use crate::postgres::facts::{forgotten, one_of, reread};
use crate::postgres::searched::{Reader, empty};
use crate::store::{append, at, document, landed, watch};

/// What texts and questions are made of.
const WORDS: [&str; 34] = [
    "opt",
    "out",
    "opt-out",
    "opt‑out",
    "Patients",
    "patient’s",
    "patient's",
    "‘data’",
    "data",
    "care.data",
    "“sold”",
    "sold",
    "will",
    "not",
    "may",
    "be",
    "to",
    "\\",
    "\\out",
    "a\\b",
    "£1,000",
    "5%",
    "2016–17",
    "and/or",
    "élan",
    "ÉLAN",
    "ﬁle",
    "file",
    "o'clock",
    "it's",
    "pseudonymised",
    "pseudonymise",
    "x",
    "-",
];
/// So many parts of an answer are asked for at most.
const MOST_PARTS: usize = 5;
const PAGES: [&str; 4] = ["a", "b", "c", "d"];

fn words(dice: &mut Dice, most: usize) -> String {
    let many = 1 + dice.below(most);
    let words: Vec<&str> = (0..many).map(|_| WORDS[dice.below(WORDS.len())]).collect();
    words.join(" ")
}

/// A page of a few paragraphs; now and then one in which a word stands very often.
fn text(dice: &mut Dice) -> String {
    let lines: Vec<String> = (0..=dice.below(7))
        .map(|_| match dice.below(16) {
            0 => {
                let often = WORDS[dice.below(4)];
                format!("{} {}", format!("{often} ").repeat(300), words(dice, 12))
            }
            1 => format!(
                "{}out will opt {}",
                "opt out not ".repeat(280),
                words(dice, 3)
            ),
            2 => format!("Patients\u{0} {}", words(dice, 6)),
            _ => words(dice, 12),
        })
        .map(|line| format!("<p>{line}</p>\n"))
        .collect();
    lines.concat() + "<p>The end of sharing data.</p>"
}

/// The copy of a page of an earlier time, with the next number.
async fn copy(store: &Store, of: &str, minute: i64, dice: &mut Dice) -> Fact {
    let text = text(dice);
    let json = serde_json::to_vec(&document(&text)).expect("JSON");
    let page = format!("https://example.org/{of}");
    let known = store.past_versions(&watch(of)).await.expect("texts").len();
    Fact::Backfilled(Box::new(Backfilled {
        watch: watch(of),
        archive: "one".to_owned(),
        memento: Memento {
            url: format!("https://archive.example/{minute}/{page}"),
            at: at(-minute),
        },
        came: Came::Text(Box::new(PastText {
            no: u32::try_from(known).expect("few") + 1,
            page: page.parse().expect("a URL"),
            title: "A page".to_owned(),
            capture: store.keep(b"{}".to_vec(), None).await.expect("kept"),
            body: store.keep(text.clone().into(), None).await.expect("kept"),
            document: store.keep(json, None).await.expect("kept"),
            text: Digest::of(text.as_bytes()),
            claims: Vec::new(),
            names: None,
        })),
        imported: None,
    }))
}

/// Another reading of one of the versions of a page, or that its text was forgotten.
async fn altered(store: &Store, id: &WatchId, dice: &mut Dice) -> Option<Fact> {
    let version = one_of(store, id, dice).await?;
    if dice.below(3) == 0 {
        return Some(forgotten(store, id, &version, vec![id.clone()]).await);
    }
    let other = document(&text(dice));
    let became = (dice.below(2) > 0).then_some(Became::Differs);
    Some(reread(store, id, &version, &other, became).await)
}

/// Lets happen what happens in so many minutes: edits, ways back, rereadings, texts from before, and what is forgotten. The
/// search follows now and then, and not only at the end.
async fn live(reader: &Reader, minutes: i64) {
    let store = &reader.store;
    let mut dice = Dice(4_711);
    let mut names: Vec<String> = PAGES.map(str::to_owned).to_vec();
    let mut numbers = [0_u32; PAGES.len()];
    for minute in 0..minutes {
        let page = dice.below(PAGES.len());
        let id = names[page].clone();
        match dice.below(16) {
            0 | 1 if numbers[page] > 0 => {
                if let Some(fact) = altered(store, &watch(&id), &mut dice).await {
                    store.append(fact, at(minute), None).await.expect("altered");
                }
            }
            2 | 3 if numbers[page] > 0 => {
                let fact = copy(store, &id, minute, &mut dice).await;
                store.append(fact, at(minute), None).await.expect("brought");
            }
            4 if numbers[page] > 0 && minute % 3 == 0 => {
                let new = format!("{}-{minute}", PAGES[page]);
                let fact = Fact::Watchlist {
                    digest: Digest::of(new.as_bytes()),
                    watches: 4,
                    retired: Vec::new(),
                    renamed: vec![(watch(&id), watch(&new))],
                };
                store.append(fact, at(minute), None).await.expect("renamed");
                names[page] = new;
            }
            5 => drop(reader.caught_up().await),
            _ => {
                numbers[page] += 1;
                let landed = landed(store, &id, numbers[page], minute, &text(&mut dice)).await;
                append(store, landed, minute).await;
            }
        }
    }
    // Very many words begin alike.
    let many: Vec<String> = (0..1_200).map(|no| format!("zz{no}")).collect();
    let many = format!("<p>{}</p>\n<p>yy1 yy-2</p>", many.join(" "));
    let last = landed(store, "many", 1, minutes, &many).await;
    append(store, last, minutes).await;
    reader.caught_up().await;
}

/// One of very many questions.
fn question(dice: &mut Dice, depth: usize) -> String {
    let word = |dice: &mut Dice| WORDS[dice.below(17)].to_owned();
    match dice.below(if depth == 0 { 5 } else { 9 }) {
        0 | 1 => word(dice),
        2 => format!("\"{}\"", words(dice, 3)),
        3 => format!("\"{} {}\"", word(dice), word(dice)),
        4 => {
            let stem: String = word(dice)
                .chars()
                .filter(char::is_ascii_alphabetic)
                .collect();
            format!("{}*", &stem[..stem.len().min(2 + dice.below(2))])
        }
        5 => format!(
            "{} {}",
            question(dice, depth - 1),
            question(dice, depth - 1)
        ),
        6 => format!(
            "({} OR {})",
            question(dice, depth - 1),
            question(dice, depth - 1)
        ),
        7 => format!(
            "{} -({})",
            question(dice, depth - 1),
            question(dice, depth - 1)
        ),
        _ => format!("{} NOT {}", question(dice, depth - 1), question(dice, 0)),
    }
}

fn scope(dice: &mut Dice, last: EntryNo, minutes: i64) -> Scope {
    let some = |dice: &mut Dice| -> HashSet<WatchId> {
        let names = ["a", "b", "c", "d", "many"].into_iter();
        names.filter(|_| dice.below(2) > 0).map(watch).collect()
    };
    let time = |dice: &mut Dice| {
        let drawn = dice.below(usize::try_from(minutes).expect("few"));
        (dice.below(4) == 0).then(|| at(i64::try_from(drawn).expect("few")))
    };
    Scope {
        within: Within::ALL[dice.below(4)],
        only: (dice.below(4) == 0).then(|| some(dice)),
        except: match dice.below(4) {
            0 => some(dice),
            _ => HashSet::new(),
        },
        from: time(dice),
        until: time(dice),
        as_of: (dice.below(3) == 0)
            .then(|| 1 + dice.below(usize::try_from(last).expect("few")) as EntryNo),
        after: None,
        limit: 1 + dice.below(20),
    }
}

/// All that is found, part by part, in words.
async fn answer(search: &Search, clause: &Clause, scope: &Scope) -> Vec<String> {
    let mut parts = Vec::new();
    let mut scope = scope.clone();
    loop {
        let found = search.find(clause.clone(), scope.clone()).await;
        parts.push(format!("{found:?}"));
        match found.ok().and_then(|found| found.next) {
            Some(next) if parts.len() < MOST_PARTS => scope.after = Some(next),
            _ => break,
        }
    }
    let past = search.find_past(clause.clone(), scope).await;
    parts.push(match past {
        Ok(mut past) => {
            past.passages
                .sort_by_key(|one| (one.watch.clone(), one.text.clone()));
            format!("{past:?}")
        }
        Err(error) => format!("{error:?}"),
    });
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn both_indexes_give_the_same_answers_to_the_same_questions() {
    let Some((_server, dir)) = empty() else {
        return;
    };
    let disk = tempfile::tempdir().expect("a directory");
    let (embedded, served) = (Reader::at(disk.path()).await, Reader::at(dir.path()).await);
    let minutes = 160;
    for reader in [&embedded, &served] {
        live(reader, minutes).await;
    }
    let last = embedded.caught_up().await;
    assert_eq!(served.caught_up().await, last, "the same history");
    let seen = (embedded.search.seen().await, served.search.seen().await);
    assert_eq!(seen.0.expect("steps"), seen.1.expect("steps"));
    let mut dice = Dice(20_260_713);
    let (mut hits, mut none, mut parts) = (0, 0, 0);
    let mut took = [0.0; 2];
    let mut questions = vec!["zz*".to_owned(), "zz1*".to_owned(), "yy*".to_owned()];
    questions.extend((0..500).map(|_| question(&mut dice, 2)));
    for text in questions {
        let Ok(query) = query::read(&text) else {
            continue;
        };
        let scope = scope(&mut dice, last, minutes);
        let mut answers = Vec::new();
        for (took, reader) in took.iter_mut().zip([&embedded, &served]) {
            let begun = Instant::now();
            answers.push(answer(&reader.search, &query.clause, &scope).await);
            *took += begun.elapsed().as_secs_f64();
        }
        assert_eq!(answers[0], answers[1], "{text} {scope:?}");
        parts += answers[0].len() - 1;
        match answers[0][0].contains("count: 0") {
            true => none += 1,
            false => hits += 1,
        }
    }
    println!("{hits} answers, {none} without a passage, {parts} parts; {took:?} seconds");
    assert!(
        hits > 200 && none > 50 && parts > hits + 200,
        "{hits} {none} {parts}"
    );
    embedded.search.check().await.expect("whole");
    served.search.check().await.expect("whole");
    embedded.close().await;
    served.close().await;
}
