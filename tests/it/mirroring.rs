//! A copy of an archive on another machine: kept in step over the network, and never with anything that does not hold.

mod relay;
mod shown;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use serde_json::Value;

use crate::program::{Program, Said, page};
use crate::site::{Answer, Site};
use crate::window::house::{Asked, Open};
pub use relay::Relay;

const TOKEN: &str = "0123456789abcdef-mirror";
const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month for the Sleep Data Set.";
const THIRD: &str = "Records are kept in England for eight years after discharge.";

/// A program whose window hands the archive to mirrors.
fn program() -> Program {
    let mut program = Program::with_page(FIRST);
    program.settle("[window]\nlisten = \"127.0.0.1:0\"\nmirror_env = \"SMALLPRINT_MIRROR_TOKEN\"");
    program.set("SMALLPRINT_MIRROR_TOKEN", TOKEN);
    program
}

/// The same, with two versions of a page, a look and a failure.
fn furnished() -> Program {
    let mut program = program();
    program.watch("missing", "/missing", "");
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 2);
    program.expect("--at 2026-03-02T10:00:00Z visit page", 0);
    program.say(SECOND);
    program.expect("--at 2026-03-03T11:00:00Z visit page", 1);
    program
}

/// Many versions of the page.
fn long(program: &Program) {
    for no in 0..12 {
        let text = format!("{FIRST} That is sentence {no} of this page.");
        program.site.replay("/page", Answer::html(&page(&text)));
        let at = format!("2026-04-01T{no:02}:00:00Z");
        program.expect(&format!("--at {at} visit page"), 1);
    }
}

/// What `verify` says of an archive; it is whole.
#[track_caller]
fn verified(program: &Program, data: &str) -> Value {
    let said = program.expect(&format!("--data {data} --json verify"), 0);
    said.json().remove(0)
}

/// What `verify` says of the archive once its window is closed.
fn closed(open: Open) -> (Program, Value) {
    let program = open.close();
    let own = verified(&program, "smallprint-data");
    (program, own)
}

fn mirror(program: &Program, from: &str) -> Value {
    let said = program.expect(&format!("--json mirror {from} copy"), 0);
    said.json().remove(0)
}

#[track_caller]
fn refused(said: &Said, part: &str) {
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains(part), "no “{part}” in {}", said.err);
}

#[test]
fn a_mirror_is_the_same_record_and_brings_only_what_it_lacks() {
    let open = Open::of(furnished());
    let first = mirror(&open.program, &open.base);
    assert!(first["checkpoint"].is_null(), "{first}");
    assert_eq!(mirror(&open.program, &open.base)["entries"], 0);
    let base = open.base.clone();
    let said = open.program.expect(&format!("mirror {base} copy"), 0);
    assert!(
        said.text().contains("nothing was missing"),
        "{}",
        said.text()
    );
    assert_eq!(said.err, "");
    let (program, own) = closed(open);
    let copy = verified(&program, "copy");
    for field in ["head", "entries", "bodies", "bytes"] {
        assert_eq!(copy[field], own[field], "{field}");
    }
    assert_eq!(first["head"], own["head"]);
    for asked in ["history page", "diff page", "show page@1", "list", "outbox"] {
        assert_eq!(
            program.expect(&format!("--data copy {asked}"), 0).out,
            program.expect(asked, 0).out,
            "{asked}"
        );
    }
    program.say(THIRD);
    program.expect("--at 2026-03-07T11:00:00Z visit page", 1);
    let open = Open::of(program);
    let again = mirror(&open.program, &open.base);
    assert!(
        again["entries"].as_u64() > Some(0)
            && again["entries"].as_u64() < first["entries"].as_u64()
    );
    let (program, own) = closed(open);
    assert_eq!(verified(&program, "copy")["head"], own["head"]);
    // A mirror of the mirror, and a backup of it, are the same again.
    let of_copy = Open::with(program, &["--data", "copy", "--read-only"]);
    let said = of_copy
        .program
        .expect(&format!("--json mirror {} second", of_copy.base), 0);
    assert_eq!(said.json()[0]["head"], own["head"]);
    let program = of_copy.close();
    program.expect("--data second backup third", 0);
    assert_eq!(verified(&program, "third")["head"], own["head"]);
}

#[test]
fn a_mirror_keeps_in_step_while_run_visits() {
    let program = furnished();
    let mut running = program.start_with(&["run"]);
    let line = running.until("the window is open at ");
    let base = line.split("open at ").nth(1).expect("an address").trim();
    let follow = [
        "--json", "mirror", base, "copy", "--follow", "--every", "1s",
    ];
    let mut following = program.start_with(&follow);
    for text in [THIRD, FIRST, SECOND] {
        program.say(text);
        // `run` may have been there first.
        program.run("visit page");
        // Whatever came of the visit stands in one of the next lines.
        let line = following.until("\"last\":");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        assert!(told["head"].is_string(), "{told}");
        // Other commands read the mirror meanwhile.
        let listed = program.expect("--data copy --json list", 0).json();
        assert_eq!(listed.len(), 2, "{listed:?}");
    }
    let said = program.run("--data copy deliver");
    assert_ne!(said.code, 0, "{}", said.text());
    assert!(said.err.contains("another history"), "{}", said.err);
    following.stop();
    running.stop();
    // The rest is brought when it is served again.
    let open = Open::of(program);
    mirror(&open.program, &open.base);
    let (program, own) = closed(open);
    assert_eq!(verified(&program, "copy")["head"], own["head"]);
}

#[test]
fn whatever_is_altered_on_the_way_is_named_and_not_taken() {
    let program = furnished();
    program.expect("key new", 0);
    program.expect("--at 2026-03-04T09:00:00Z checkpoint", 0);
    let open = Open::of(program);
    let honest = mirror(&open.program, &open.base);
    assert!(honest["checkpoint"].as_u64() > Some(0), "{honest}");
    let mut caught = 0;
    for (what, places) in [("/head", 12), ("/entries", 12), ("/bodies", 12)] {
        for place in 0..places {
            let meddle = move |target: &str, mut body: Vec<u8>| {
                if target.contains(what) {
                    let at = body.len() * place / places;
                    body[at] ^= 0x04;
                }
                Some(body)
            };
            let relay = Relay::to(&open.base, Box::new(meddle));
            let dir = open.program.path("meddled");
            std::fs::remove_dir_all(&dir).ok();
            let said = open
                .program
                .run(&format!("--json mirror {} meddled", relay.base()));
            match said.code {
                2 => {
                    caught += 1;
                    assert!(
                        said.err.contains("The archive at 127.0.0.1")
                            || said.err.contains("does not hold"),
                        "{}",
                        said.err
                    );
                }
                // A journal that says it is shorter than it is: what was taken is its beginning.
                code => assert!(
                    code == 0 && what == "/head",
                    "{what} {place}: {code} {}",
                    said.err
                ),
            }
            let kept = verified(&open.program, "meddled");
            assert!(kept["entries"].as_u64() <= honest["last"].as_u64());
        }
    }
    assert!(caught >= 33, "{caught} of 36");
    // What was taken by then is whole, and goes on.
    let said = open
        .program
        .expect(&format!("--json mirror {} meddled", open.base), 0);
    assert_eq!(said.json()[0]["head"], honest["head"]);
}

#[test]
fn the_first_entry_and_the_body_that_were_altered_are_named() {
    let open = Open::of(furnished());
    let altered = |body: Vec<u8>, from: &str, to: &str| {
        let text = String::from_utf8_lossy(&body).replace(from, to);
        Some(text.into_bytes())
    };
    let meddle = move |target: &str, body: Vec<u8>| match target.contains("/entries") {
        true => altered(body, "\"no\":2,", "\"no\":3,"),
        false => Some(body),
    };
    let relay = Relay::to(&open.base, Box::new(meddle));
    let said = open.program.run(&format!("mirror {} a", relay.base()));
    refused(&said, "in the place of entry 2 is entry 3");
    let meddle = move |target: &str, body: Vec<u8>| match target.contains("/entries") {
        true => altered(body, "2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z"),
        false => Some(body),
    };
    let relay = Relay::to(&open.base, Box::new(meddle));
    let said = open.program.run(&format!("mirror {} b", relay.base()));
    refused(&said, "entry 2 does not follow on entry 1: the hash");
    let meddle = move |target: &str, body: Vec<u8>| match target.contains("/bodies") {
        true => altered(body, "opt out at any time", "opt out at no time."),
        false => Some(body),
    };
    let relay = Relay::to(&open.base, Box::new(meddle));
    let said = open.program.run(&format!("mirror {} c", relay.base()));
    refused(&said, "has other bytes");
    refused(&said, "smallprint verify");
}

#[test]
fn a_mirror_that_was_killed_goes_on() {
    let program = furnished();
    long(&program);
    let open = Open::of(program);
    let whole = mirror(&open.program, &open.base);
    let questions = Arc::new(AtomicUsize::new(0));
    let count = questions.clone();
    let relay = Relay::to(
        &open.base,
        Box::new(move |_, body| {
            count.fetch_add(1, Ordering::SeqCst);
            Some(body)
        }),
    );
    open.program
        .expect(&format!("mirror {} counted", relay.base()), 0);
    let all = questions.load(Ordering::SeqCst);
    assert!(all > 3, "{all}");
    for stop in 1..=all {
        let (tell, heard) = channel();
        let asked = AtomicUsize::new(0);
        let relay = Relay::to(
            &open.base,
            Box::new(move |_, body| {
                if asked.fetch_add(1, Ordering::SeqCst) + 1 == stop {
                    tell.send(()).ok();
                    return None;
                }
                Some(body)
            }),
        );
        let mut child = (open
            .program
            .command(&["mirror", &relay.base(), "killed"])
            .spawn())
        .expect("a program");
        heard.recv().expect("it asked");
        child.kill().expect("killed");
        child.wait().expect("ended");
        verified(&open.program, "killed");
        let said = open
            .program
            .expect(&format!("--json mirror {} killed", open.base), 0);
        assert_eq!(said.json()[0]["head"], whole["head"]);
        verified(&open.program, "killed");
        std::fs::remove_dir_all(open.program.path("killed")).expect("removed");
    }
}

#[test]
fn what_is_no_mirror_of_this_archive_is_left_alone() {
    let open = Open::of(furnished());
    let base = open.base.clone();
    mirror(&open.program, &base);
    let other = Program::with_page("Another archive.");
    other.expect("visit page", 0);
    let before = verified(&other, "smallprint-data");
    let elsewhere = other.data().display().to_string();
    let said = open.program.run(&format!("mirror {base} {elsewhere}"));
    refused(&said, "entry 1 is the first that differs");
    assert_eq!(verified(&other, "smallprint-data")["head"], before["head"]);
    // One that went its own way.
    open.program.say(THIRD);
    open.program
        .expect("--at 2026-05-01T09:00:00Z --data copy visit page", 1);
    let last = verified(&open.program, "copy")["entries"]
        .as_u64()
        .expect("a number");
    refused(
        &open.program.run(&format!("mirror {base} copy")),
        &format!("it goes on to entry {last}"),
    );
    std::fs::create_dir(open.program.path("full")).expect("a folder");
    std::fs::write(open.program.path("full/thesis.txt"), "years of work").expect("a file");
    refused(
        &open.program.run(&format!("mirror {base} full")),
        "is not empty",
    );
}

#[test]
fn only_who_knows_the_token_is_handed_the_journal() {
    let open = Open::of(furnished());
    for path in ["/mirror/v1/head", "/mirror/v1/entries", "/mirror/v1/bodies"] {
        assert_eq!(open.get(path).status, 401, "{path}");
    }
    let right = Asked::get("/mirror/v1/head").with("authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(open.ask(&right).status, 200);
    let base = open.base.clone();
    let mut stranger = Program::new();
    refused(
        &stranger.run(&format!("mirror {base} copy")),
        "The token that the archive asks mirrors for is not given",
    );
    stranger.set("SMALLPRINT_MIRROR_TOKEN", "another-word-of-length");
    refused(
        &stranger.run(&format!("mirror {base} copy")),
        "does not accept the token",
    );
    refused(
        &stranger.run("mirror http://archive.example copy"),
        "unencrypted",
    );
    // The password of the window is another word.
    let mut program = open.close();
    program.replace("mirror_env", "password_env = \"WINDOW_WORD\"\nmirror_env");
    program.set("WINDOW_WORD", "a-password-for-reading");
    let open = Open::of(program);
    assert_eq!(open.get("/").status, 401);
    let reader =
        Asked::get("/mirror/v1/head").with("authorization", "Bearer a-password-for-reading");
    assert_eq!(open.ask(&reader).status, 401);
    mirror(&open.program, &open.base);
    // Where nobody named a token there is no mirror.
    let mut program = open.close();
    program.replace("mirror_env = \"SMALLPRINT_MIRROR_TOKEN\"", "");
    let open = Open::of(program);
    assert_eq!(open.ask(&right).status, 404);
    refused(
        &open.program.run(&format!("mirror {} other", open.base)),
        "hands itself to no mirror",
    );
}

#[test]
fn a_source_that_says_too_much_leads_elsewhere_or_is_none_is_refused() {
    let mut program = Program::new();
    program.set("SMALLPRINT_MIRROR_TOKEN", TOKEN);
    let site = Site::start();
    let base = site.url("").to_string();
    let base = base.trim_end_matches('/');
    let ask = |answer: Answer| {
        site.replay("/mirror/v1/head", answer);
        program.run(&format!("mirror {base} copy"))
    };
    refused(
        &ask(Answer::redirect(302, "http://elsewhere.example/")),
        "which is not followed",
    );
    refused(&ask(Answer::html("<html>")), "no answer of an archive");
    refused(&ask(Answer::status(503)), "answers 503");
    refused(
        &ask(Answer::text("{\"last\":3,").cut_after(4)),
        "ended in the middle",
    );
    refused(&ask(Answer::status(404)), "answers 404");
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let head = format!("{{\"last\":9,\"hash\":\"{nothing}\",\"checkpoint\":null}}");
    site.play("/mirror/v1/entries?after=0&most=9", Answer::text(""));
    refused(&ask(Answer::text(&head)), "entry 1 is missing");
    site.replay("/mirror/v1/entries?after=0&most=9", Answer::text("{}\n"));
    refused(&ask(Answer::text(&head)), "entry 1: it cannot be read");
    site.replay(
        "/mirror/v1/entries?after=0&most=9",
        Answer::status(200).endless(),
    );
    refused(
        &ask(Answer::text(&head)),
        "answers with more than any archive holds",
    );
    refused(
        &ask(Answer::text(
            "{\"last\":0,\"hash\":\"00\",\"checkpoint\":null}",
        )),
        "no answer of an archive",
    );
}

#[test]
fn a_source_that_signed_another_journal_is_told() {
    let mut program = furnished();
    program.settle("[evidence]\nname = \"example.org/log\"");
    program.expect("key new", 0);
    program.expect("--at 2026-03-04T09:00:00Z checkpoint", 0);
    let key = program.expect("--json key list", 0).json().remove(0);
    let public = key["public"].as_str().expect("a key").to_owned();
    let secret = std::fs::read_to_string(program.data().join("evidence.key")).expect("a key");
    let secret = smallprint::proof::Key::read("example.org/log", &secret).expect("a key");
    let open = Open::of(program);
    let base = open.base.clone();
    open.program
        .expect(&format!("mirror {base} copy --key {public}"), 0);
    // As if others were told of another journal.
    let head = smallprint::proof::tree::Head {
        size: 2,
        root: smallprint::model::Digest::of(b"another journal"),
    };
    let note = smallprint::proof::checkpoint::sign(head, &secret).note;
    let meddle = move |target: &str, body: Vec<u8>| {
        if !target.contains("/head") {
            return Some(body);
        }
        let mut told: Value = serde_json::from_slice(&body).expect("JSON");
        told["checkpoint"] = note.clone().into();
        Some(told.to_string().into_bytes())
    };
    let relay = Relay::to(&base, Box::new(meddle));
    let said = open.program.run(&format!("mirror {} copy", relay.base()));
    refused(&said, "different journals to different people");
    let other = smallprint::proof::Key::of("example.org/log", [7; 32]).expect("a key");
    let other = other.public().to_string();
    let said = open
        .program
        .run(&format!("mirror {base} copy --key {other}"));
    refused(&said, "not signed with the key");
    refused(
        &open
            .program
            .run(&format!("mirror {base} copy --key nonsense")),
        "no public key",
    );
}
