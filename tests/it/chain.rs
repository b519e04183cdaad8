//! The chain as others check it: keys, checkpoints, proofs, and what `verify` says when any of it was altered.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use smallprint::model::Digest;
use smallprint::proof::tree::{self, Head};
use smallprint::proof::{Public, checkpoint};

use crate::program::Program;

/// A page with two versions, the last one of them of noon.
fn changed() -> Program {
    let mut program = Program::with_page("Nobody is asked twice.");
    program.settle("[evidence]\nname = \"example.org/log\"");
    program.expect("--at 2026-07-06T09:00:00Z visit page", 0);
    program.say("Everybody is asked twice.");
    program.expect("--at 2026-07-06T12:00:00Z visit page", 1);
    program.set("SMALLPRINT_AT", "2026-07-06T13:00:00Z");
    program
}

fn json(program: &Program, command: &str) -> Value {
    program
        .expect(&format!("--json {command}"), 0)
        .json()
        .remove(0)
}

fn hash(value: &Value) -> Digest {
    value.as_str().expect("a hash").parse().expect("a hash")
}

fn path(value: &Value) -> Vec<Digest> {
    value.as_array().expect("a path").iter().map(hash).collect()
}

#[test]
fn a_checkpoint_is_signed_with_a_key_of_ones_own_and_proves_every_entry() {
    let program = changed();
    let refused = program.run("checkpoint");
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("smallprint key new"),
        "{}",
        refused.err
    );
    let key = json(&program, "key new --by Ada");
    let public = Public::read(key["public"].as_str().expect("text")).expect("a key");
    assert_eq!(public.name, "example.org/log");
    let file = program.data().join("evidence.key");
    let mode = fs::metadata(&file).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(program.run("key new").code, 2, "there is one already");
    let note = program.expect("checkpoint", 0).text();
    let head = checkpoint::open(&note, &public).expect("signed");
    // Nothing happened since: it is the same one.
    assert_eq!(program.expect("checkpoint", 0).text(), note);
    for entry in 1..=head.size {
        let proof = json(&program, &format!("proof {entry}"));
        let leaf = hash(&proof["leaf"]);
        assert!(
            tree::includes(leaf, entry - 1, head.size, &path(&proof["path"]), head.root),
            "{proof}"
        );
    }
    let text = program.expect("proof 1", 0).text();
    assert!(
        text.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n"),
        "{text}"
    );
    assert!(text.ends_with(&note), "{text}");
    let beyond = program.run(&format!("proof {}", head.size + 1));
    assert!(
        beyond.err.contains("No checkpoint covers"),
        "{}",
        beyond.err
    );
    // A day later there is another, which continues the first.
    program.say("Everybody is asked once.");
    program.expect("--at 2026-07-07T12:00:00Z visit page", 1);
    let later = program.expect("checkpoint", 0).text();
    let second = checkpoint::open(&later, &public).expect("signed");
    let proof = json(
        &program,
        &format!("proof --from {} --to {}", head.size, second.size),
    );
    assert!(
        tree::extends(head, second, &path(&proof["path"])),
        "{proof}"
    );
    let listed = program.expect("--json checkpoint --list", 0).json();
    assert_eq!(listed.len(), 2);
    assert!(json(&program, "verify")["broken"].is_null());
}

#[test]
fn a_key_is_put_in_the_place_of_another_and_one_that_is_lost_signs_nothing_more() {
    let program = changed();
    let first = json(&program, "key new");
    program.expect("checkpoint", 0);
    let second = json(&program, "key rotate --by Ada --why yearly");
    assert_eq!(second["step"]["from"], first["id"]);
    let old = Public::read(first["public"].as_str().expect("text")).expect("a key");
    let word = second["step"]["word"].as_str().expect("the old key's word");
    let text = smallprint::proof::note::open(word, &old).expect("signed by the old one");
    assert!(
        text.contains(second["public"].as_str().expect("text")),
        "{text}"
    );
    let new = Public::read(second["public"].as_str().expect("text")).expect("a key");
    let note = program.expect("checkpoint", 0).text();
    checkpoint::open(&note, &new).expect("signed by the new one");
    program.expect("key lost --why stolen", 0);
    let refused = program.run("checkpoint");
    assert_eq!(refused.code, 2, "{}", refused.err);
    program.expect("key new", 0);
    program.expect("checkpoint", 0);
    let told = program.expect("key list", 0).text();
    assert!(
        told.contains("put in the place of") && told.contains("lost on"),
        "{told}"
    );
    assert!(json(&program, "verify")["broken"].is_null());
}

#[test]
fn a_journal_that_lost_its_end_or_was_written_anew_is_known_by_what_was_signed() {
    let program = changed();
    program.expect("key new", 0);
    program.expect("checkpoint", 0);
    let aside = program.data().join("checkpoint");
    let note = fs::read_to_string(&aside).expect("a note");
    let key = json(&program, "key list");
    let public = Public::read(key["public"].as_str().expect("text")).expect("a key");
    let head = checkpoint::open(&note, &public).expect("signed");
    // As if more had been signed than there is.
    let secret = fs::read_to_string(program.data().join("evidence.key")).expect("a key");
    let secret = smallprint::proof::Key::read("example.org/log", &secret).expect("a key");
    let more = Head {
        size: head.size + 7,
        root: head.root,
    };
    fs::write(&aside, checkpoint::sign(more, &secret).note).expect("written");
    let said = program.run("verify");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("the last ones are gone"), "{}", said.err);
    let other = Head {
        root: Digest::of(b"another history"),
        ..head
    };
    fs::write(&aside, checkpoint::sign(other, &secret).note).expect("written");
    let said = program.run("verify");
    assert!(said.err.contains("has another root"), "{}", said.err);
    fs::write(&aside, note.replacen('\n', "x\n", 1)).expect("written");
    let said = program.run("verify");
    assert!(
        said.err.contains("no checkpoint that a key"),
        "{}",
        said.err
    );
    fs::write(&aside, note).expect("written");
    program.expect("verify", 0);
}

#[test]
fn verify_looks_at_the_last_entries_alone_and_says_so() {
    let program = changed();
    let whole = json(&program, "verify");
    let last = whole["entries"].as_u64().expect("a number");
    let part = json(&program, &format!("verify --since {last}"));
    assert_eq!(
        (&part["entries"], &part["head"]),
        (&1.into(), &whole["head"])
    );
    let told = program.expect(&format!("verify --since {last}"), 0).text();
    assert!(
        told.contains(&format!("Not looked at: the entries before {last}")),
        "{told}"
    );
    let beyond = program.run(&format!("verify --since {}", last + 1));
    assert_eq!(beyond.code, 2);
    assert!(
        beyond
            .err
            .contains(&format!("The last one is entry {last}")),
        "{}",
        beyond.err
    );
}

#[test]
fn run_signs_what_the_journal_has_come_to_where_there_is_a_key() {
    let mut program = Program::with_page("Nobody is asked twice.");
    program.settle("[evidence]\nname = \"example.org/log\"");
    program.expect("--at 2026-07-06T09:00:00Z visit page", 0);
    program.expect("key new", 0);
    let mut running = program.start_with(&["run"]);
    let said = running.until("The journal was signed up to entry");
    running.stop();
    let listed = program.expect("--json checkpoint --list", 0).json();
    let [made] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert!(
        said.contains(&format!(
            "up to entry {}, in entry {}",
            made["size"], made["entry"]
        )),
        "{said}: {made}"
    );
    assert!(json(&program, "verify")["broken"].is_null());
}
