//! Exports that somebody altered: every edit of a byte is found, and its file is named.

use std::fs;
use std::path::Path;

use crate::dice::Dice;
use crate::exporting::{export, files, furnished};
use crate::program::Program;

/// Alters bytes of an export one at a time; each must be found, and the file be named.
fn alter(program: &Program, edits: usize, mut dice: Dice) -> usize {
    let out = program.path("out");
    assert_eq!(faults(&out), Vec::<String>::new(), "it is as it was made");
    let whole: Vec<(String, Vec<u8>)> = files(&out).into_iter().collect();
    let bytes: usize = whole.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut files_hit = std::collections::BTreeSet::new();
    for edit in 0..edits {
        // Short files are hit too: every other edit chooses a file first.
        let (path, bytes) = match edit % 2 {
            0 => &whole[dice.below(whole.len())],
            _ => {
                let mut at = dice.below(bytes);
                let hit = whole.iter().find(|(_, bytes)| {
                    let inside = at < bytes.len();
                    at = at.wrapping_sub(bytes.len());
                    inside
                });
                hit.expect("a file")
            }
        };
        if bytes.is_empty() {
            continue;
        }
        let mut altered = bytes.clone();
        let at = dice.below(altered.len());
        altered[at] ^= 1 + dice.below(255) as u8;
        let file = out.join(path);
        fs::write(&file, &altered).expect("altered");
        let found = faults(&out);
        assert!(
            found.iter().any(|fault| fault.contains(path.as_str())),
            "byte {at} of {path}: {found:?}"
        );
        fs::write(&file, bytes).expect("put back");
        files_hit.insert(path.clone());
    }
    assert_eq!(faults(&out), Vec::<String>::new(), "all is put back");
    files_hit.len()
}

/// What is wrong with an export.
fn faults(out: &Path) -> Vec<String> {
    match smallprint::export::check(out) {
        Ok(checked) => checked.faults,
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn two_hundred_edits_of_single_bytes_are_all_found_and_named() {
    let program = furnished();
    export(&program, "--format csv,jsonl,warc,git");
    let hit = alter(&program, 200, Dice(7));
    assert!(hit > 15, "{hit} files were altered");
    let checked = program
        .expect("--json verify --export out", 0)
        .json()
        .remove(0);
    assert!(
        checked["files"].as_u64().is_some_and(|files| files > 15),
        "{checked}"
    );
    let said = program.expect("verify --export out", 0).text();
    assert!(said.contains("of the export checked"), "{said}");
}

#[test]
fn what_is_missing_or_was_put_there_is_named() {
    let program = furnished();
    export(&program, "--format csv");
    let out = program.path("out");
    fs::write(out.join("extra.csv"), "mine").expect("a file");
    fs::remove_file(out.join("names.csv")).expect("removed");
    let said = program.expect("verify --export out", 3);
    let all = format!("{}{}", said.text(), said.err);
    assert!(all.contains("names.csv is missing"), "{all}");
    assert!(all.contains("extra.csv is no file of this export"), "{all}");
    fs::remove_file(out.join("datapackage.json.sha256")).expect("removed");
    assert!(faults(&out)[0].contains("cannot be read"));
    for (dir, sentence) in [
        ("nowhere", "cannot be read"),
        ("smallprint-data", "finished export"),
    ] {
        let said = program.expect(&format!("verify --export {dir}"), 2);
        assert!(said.err.contains(sentence), "{}", said.err);
    }
}
