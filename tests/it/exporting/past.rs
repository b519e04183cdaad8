//! What archives of the web held from before, carried out apart from what was seen here.

use std::collections::BTreeSet;

use crate::backfill::read::stage;
use crate::exporting::{export, file, package, tables, warc};

#[test]
fn backfilled_texts_are_told_apart_from_our_own_in_every_format() {
    let program = stage();
    export(&program, "--format csv,jsonl,warc,git");
    tables::are_sound(&program);
    warc::is_sound(&program);
    let column = |field: &str| tables::column(&program, "past", field);
    let ids = column("text");
    assert!(ids.len() > 2, "{ids:?}");
    assert!(ids[0].starts_with("page@b1"), "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(column("archive").iter().all(|archive| archive == "one"));
    assert!(column("made").iter().all(|made| made.starts_with("2016-")));
    // Nothing of it is among what was seen here.
    assert_eq!(tables::column(&program, "versions", "version"), ["page@1"]);
    assert_eq!(tables::column(&program, "captures", "document"), ["page"]);
    let texts = file(&program, "past_texts.jsonl");
    let texts = String::from_utf8_lossy(&texts).into_owned();
    assert_eq!(texts.lines().count(), ids.len());
    assert!(texts.contains("Explorer"), "{texts}");
    let own = file(&program, "texts.jsonl");
    assert!(!String::from_utf8_lossy(&own).contains("Explorer"));
    // Answers of archives stand in a file of their own, under the addresses of the archive.
    let addresses = |path: &str| -> Vec<String> {
        let records = warc::read(&file(&program, path));
        let answers = records
            .iter()
            .filter(|record| record.field("WARC-Type") == Some("response"));
        answers
            .map(|record| record.field("WARC-Target-URI").expect("an address").into())
            .collect()
    };
    let past = addresses("warc/past.warc.gz");
    assert_eq!(past.len(), ids.len());
    let mementos: BTreeSet<String> = column("memento").into_iter().collect();
    let told = warc::read(&file(&program, "warc/past.warc.gz"));
    let told = told
        .iter()
        .filter(|record| record.field("WARC-Type") == Some("metadata"));
    let told: Vec<String> = told
        .map(|record| String::from_utf8_lossy(&record.block).into_owned())
        .collect();
    assert_eq!(told.len(), ids.len());
    for memento in &mementos {
        let line = format!("memento: {memento}\r\n");
        assert!(told.iter().any(|told| told.contains(&line)), "{told:?}");
    }
    let own = addresses("warc/smallprint-00001.warc.gz");
    assert!(own.iter().all(|address| !past.contains(address)), "{own:?}");
    // The same archive gives the same files.
    let before = file(&program, "warc/past.warc.gz");
    let described = package(&program);
    std::fs::remove_dir_all(program.path("out")).expect("removed");
    export(&program, "--format csv,jsonl,warc,git");
    assert_eq!(file(&program, "warc/past.warc.gz"), before);
    assert_eq!(package(&program)["resources"], described["resources"]);
}
