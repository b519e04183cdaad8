//! What must hold after all kills: nothing lost, nothing doubled, everything in order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use smallprint::model::{AlertId, Destination, Entry, Fact, Landed};
use smallprint::store::{Store, StoreError};

use crate::killed::program::{answer, told};
use crate::killed::stage::{ALL, HALF, Stage, edition, mark};

/// How many versions and messages there are, once all is found to be well.
pub struct Figures {
    pub served: usize,
    pub versions: usize,
    pub alerts: usize,
    pub messages: usize,
}

/// Holds the archive and the channels to everything that was said.
pub async fn all_is_well(stage: &Stage, said: &[String]) -> Figures {
    let dir = stage.path();
    let (code, verified) = answer(dir, &["verify"]).await;
    assert_eq!((code, &verified[0]["broken"]), (0, &Value::Null));
    let before = answers(stage).await;
    assert_eq!(answer(dir, &["rebuild"]).await.0, 0);
    assert_eq!(answers(stage).await, before, "rebuild changed something");
    let store = Store::open(&dir.join("archive")).await.expect("open");
    assert_eq!(store.owed().await.expect("owed"), []);
    let journal = journal(&store).await;
    acknowledged(&journal, said);
    let versions = versions(stage, &store, &journal).await;
    let (alerts, messages) = alerts(stage, &store, &journal).await;
    assert_eq!(stage.discord.broken(), Vec::<String>::new());
    Figures {
        served: (0..stage.pages).map(|page| stage.served(page)).sum(),
        versions,
        alerts,
        messages,
    }
}

/// What the program answers about everything.
async fn answers(stage: &Stage) -> Vec<Vec<Value>> {
    let dir: &Path = stage.path();
    let mut answers = vec![
        answer(dir, &["list"]).await.1,
        answer(dir, &["changes"]).await.1,
    ];
    for page in (0..stage.pages).step_by(5) {
        let id = format!("page-{page}");
        answers.push(answer(dir, &["history", &id]).await.1);
        answers.push(answer(dir, &["diff", &id, "--format", "json"]).await.1);
    }
    assert!(answers.iter().all(|answer| !answer.is_empty()));
    // When a page is visited next depends on the moment it is asked.
    for watch in &mut answers[0] {
        watch["next"] = Value::Null;
    }
    answers
}

async fn journal(store: &Store) -> Vec<Entry> {
    let mut entries = Vec::new();
    for no in 1.. {
        match store.entry(no).await {
            Ok(entry) => entries.push(entry),
            Err(StoreError::Missing(_)) => break,
            Err(error) => panic!("{error}"),
        }
    }
    entries
}

fn landings(journal: &[Entry]) -> impl Iterator<Item = (u64, &Landed)> {
    journal.iter().filter_map(|entry| match &entry.fact {
        Fact::Landed(landed) => Some((entry.no, &**landed)),
        _ => None,
    })
}

/// Every visit the program told of is in the journal, as it was told.
fn acknowledged(journal: &[Entry], said: &[String]) {
    let mut stored: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
    for (no, landed) in landings(journal) {
        let told = (landed.watch.0.clone(), landed.sentence.clone());
        stored.entry(told).or_default().push(no);
    }
    // The log tells of it, and the answer may too: both name the entry.
    let mut times: BTreeMap<(String, String), BTreeSet<Option<u64>>> = BTreeMap::new();
    for (watch, sentence, entry) in said.iter().filter_map(|line| told(line)) {
        let told = (watch, sentence);
        let Some(entries) = stored.get(&told) else {
            panic!("lost: {told:?}");
        };
        assert!(entry.is_none_or(|entry| entries.contains(&entry)));
        let times = times.entry(told).or_default();
        times.insert(entry);
        assert!(
            times.len() <= entries.len(),
            "told as {times:?}: {entries:?}"
        );
    }
}

/// Every version holds the bytes of one edition, later ones of later editions, the last one of the last; no number is missing.
async fn versions(stage: &Stage, store: &Store, journal: &[Entry]) -> usize {
    let mut count = 0;
    for page in 0..stage.pages {
        let watch = format!("page-{page}").as_str().into();
        let landed = landings(journal).filter(|(_, landed)| landed.watch == watch);
        let numbers: Vec<u32> = landed
            .map(|(_, landed)| landed.span)
            .filter(|span| span.to != span.from)
            .map(|span| span.to)
            .collect();
        let versions = store.versions(&watch).await.expect("versions");
        let expected: Vec<u32> = (1..=versions.len() as u32).collect();
        assert_eq!(numbers, expected, "{watch}");
        let mut last = 0;
        for version in &versions {
            let body = store.body(version.body).await.expect("a body");
            let edition = edition(page, &body).expect("what was served");
            assert!(edition > last, "{watch}: {edition} after {last}");
            last = edition;
            let document = store.document(version).await.expect("a document");
            let mark = mark(page, edition);
            let mut texts = document.blocks.iter().map(|block| &block.text);
            assert!(texts.any(|text| text.contains(&mark)), "{watch}: {mark}");
        }
        assert_eq!(last, stage.served(page), "{watch}");
        count += versions.len();
    }
    count
}

/// Every alert stands in its channel exactly once, in the order of the journal, with the words of its version.
async fn alerts(stage: &Stage, store: &Store, journal: &[Entry]) -> (usize, usize) {
    let mut owed: BTreeMap<u64, Vec<(String, Option<&Landed>)>> = BTreeMap::new();
    let mut count = 0;
    for entry in journal {
        let (dues, landed) = match &entry.fact {
            Fact::Landed(landed) => (&landed.owed, Some(&**landed)),
            Fact::Notice { owed, .. } => (owed, None),
            _ => continue,
        };
        for (index, due) in dues.iter().enumerate() {
            let (no, index) = (entry.no, index as u32);
            let id = AlertId { entry: no, index };
            let receipt = store.receipt(id).await.expect("a receipt");
            let receipt = receipt.unwrap_or_else(|| panic!("alert {id} was never sent"));
            count += 1;
            let Destination::Discord(channel) = due.to else {
                panic!("nothing goes to {}", due.to);
            };
            match due.edits {
                None => owed.entry(channel).or_default().push((receipt, landed)),
                Some(earlier) => {
                    let earlier = store.receipt(earlier).await.expect("a receipt");
                    let messages = stage.discord.messages(channel);
                    let edited = messages.iter().find(|message| message.id == receipt);
                    assert!(
                        edited.is_some_and(|message| message.edits > 0),
                        "alert {id}"
                    );
                    assert_eq!(Some(receipt), earlier, "alert {id} edits another message");
                }
            }
        }
    }
    let mut stood = BTreeSet::new();
    for channel in [ALL, HALF] {
        let messages = stage.discord.messages(channel);
        let owed = owed.remove(&channel).unwrap_or_default();
        let there: Vec<&String> = messages.iter().map(|message| &message.id).collect();
        let due: Vec<&String> = owed.iter().map(|(receipt, _)| receipt).collect();
        assert_eq!(there, due, "lost, doubled or out of order");
        for (message, (_, landed)) in messages.iter().zip(&owed) {
            let Some(landed) = landed else { continue };
            let body = store
                .body(landed.body.expect("a body"))
                .await
                .expect("read");
            let page = landed.watch.0.trim_start_matches("page-").parse();
            let page = page.expect("a number");
            let edition = edition(page, &body).expect("what was served");
            let (mark, said) = (mark(page, edition), message.json.to_string());
            // Of a promise that was taken back the words before may be all that is quoted.
            let back = page % 4 == 3 && edition.is_multiple_of(2);
            assert!(back || said.contains(&mark), "{mark} is not in {said}");
            let version = format!("{} · version {} · ", landed.watch, landed.span.to);
            assert!(message.footer().starts_with(&version), "{version}: {said}");
            assert!(stood.insert(message.footer().to_owned()), "said twice");
        }
    }
    (count, stood.len())
}
