//! `migrate`: an archive into a database and back, the same record wherever it is.

use serde_json::Value;

use smallprint::store::Store;

use crate::postgres::{PASSWORD, Server, client, in_a_schema};
use crate::program::Program;
use crate::store::{at, publish};

/// What stays the same wherever an archive is: what a reader can ask of it.
fn asked(program: &Program) -> Vec<String> {
    [
        "history page --json",
        "changes --json",
        "show page",
        "diff page 1..2",
        "verify --json",
        "search dissent --json",
        "names --json",
        "promises --json",
    ]
    .map(|question| {
        let said = program.run(question);
        assert!(said.code < 2, "{question}\n{}", said.err);
        said.text()
    })
    .to_vec()
}

fn visited() -> Program {
    let program = Program::with_page("You may dissent to the extraction of your data.");
    program.expect("visit page --at 2016-07-06T09:00:00Z", 0);
    program.say("You may no longer dissent to the extraction of your data.");
    program.expect("visit page --at 2016-07-07T09:00:00Z", 1);
    program
}

#[test]
fn an_archive_goes_into_a_database_and_back_and_stays_the_same_record() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut program = visited();
    let before = asked(&program);
    program.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    let address = in_a_schema(&server.address());
    let said = program.expect(&format!("migrate {address} --json"), 0);
    let moved: Value = serde_json::from_slice(&said.out).expect("JSON");
    assert_eq!(moved["to"], address.as_str());
    assert_eq!(moved["entries"], moved["last"]);
    assert!(program.data().join("sled.moved").exists());
    assert!(!program.data().join("sled").exists());
    assert_eq!(asked(&program), before);
    let again = program.expect(&format!("migrate {address}"), 2);
    assert!(again.err.contains("already"), "{}", again.err);
    program.say("You may dissent again to the extraction of your data.");
    program.expect("visit page --at 2016-07-08T09:00:00Z", 1);
    let before = asked(&program);
    let said = program.expect("migrate sled", 0);
    assert!(said.text().contains("its directory"), "{}", said.text());
    assert_eq!(asked(&program), before);
    program.expect("visit page --at 2016-07-09T09:00:00Z", 0);
    // The password stood in nothing that was written or said.
    for file in walkdir(&program.data()) {
        let bytes = std::fs::read(&file).expect("read");
        let found = bytes
            .windows(PASSWORD.len())
            .any(|at| at == PASSWORD.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

fn walkdir(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).expect("read").flatten() {
        match entry.file_type().expect("a type").is_dir() {
            true => files.extend(walkdir(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

#[test]
fn a_move_that_was_killed_goes_on_and_the_archive_stays_where_it_was_meanwhile() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut program = Program::new();
    program.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    // A client of the database has a runtime of its own, which does not start within another.
    let filling = tokio::runtime::Runtime::new().expect("a runtime");
    filling.block_on(async {
        let store = Store::open(&program.data()).await.expect("open");
        for no in 1..=400 {
            publish(&store, "page", no, i64::from(no)).await;
        }
        store.close(at(1_000)).await.expect("closed");
    });
    let address = in_a_schema(&server.address());
    let mut moving = program
        .command(&["migrate", &address])
        .spawn()
        .expect("runs");
    let some = carried(&address, 64);
    moving.kill().expect("killed");
    moving.wait().expect("gone");
    assert!(some < 400, "all {some} were carried before it was killed");
    assert!(!program.data().join("database").exists());
    program.expect("verify", 0);
    let said = program.expect(&format!("migrate {address} --json"), 0);
    let moved: Value = serde_json::from_slice(&said.out).expect("JSON");
    let number = |key: &str| moved[key].as_u64().expect("a number");
    assert_eq!(number("last"), 400);
    assert!(
        number("entries") > 0 && number("entries") <= 400 - 64,
        "{moved}"
    );
    program.expect("verify", 0);
}

/// How many entries were carried into a database, once there are so many.
fn carried(address: &str, least: i64) -> i64 {
    let mut client = client(address);
    loop {
        // The table is made by who moves.
        let rows = client.query("select count(*) from journal", &[]);
        match rows.map(|rows| rows[0].get::<_, i64>(0)) {
            Ok(count) if count >= least => return count,
            _ => std::thread::yield_now(),
        }
    }
}

#[test]
fn where_nobody_says_where_to_nothing_is_moved() {
    let program = visited();
    let said = program.expect("migrate", 2);
    assert!(
        said.err.contains("smallprint migrate postgres://"),
        "{}",
        said.err
    );
    assert!(program.data().join("sled").exists());
}

#[test]
fn the_watchlist_says_where_a_new_archive_is_made() {
    let Some(server) = Server::start() else {
        return;
    };
    let address = in_a_schema(&server.address());
    let mut program = Program::with_page("You may dissent.");
    program.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    program.settle_in_settings(&format!("store = \"{address}\""));
    program.expect("visit page --at 2016-07-06T09:00:00Z", 0);
    assert!(!program.data().join("sled").exists());
    let verified = program.expect("verify --json", 0);
    let verified: Value = serde_json::from_slice(&verified.out).expect("JSON");
    assert_eq!(verified["broken"], Value::Null);
    assert!(
        verified["entries"]
            .as_u64()
            .is_some_and(|entries| entries > 0)
    );
    // A watchlist that says something else than where the archive is moves nothing by itself.
    program.replace("archive_", "another_");
    let said = program.expect("visit page --at 2016-07-07T09:00:00Z", 3);
    assert!(said.err.contains("smallprint migrate"), "{}", said.err);
}

#[test]
fn an_archive_that_is_in_its_directory_is_not_left_there_by_a_line_in_the_watchlist() {
    let mut program = visited();
    program.settle_in_settings("store = \"postgres://smallprint@127.0.0.1:9/smallprint\"");
    let said = program.expect("visit page --at 2016-07-08T09:00:00Z", 3);
    assert!(said.err.contains("smallprint migrate"), "{}", said.err);
}

#[test]
fn a_database_that_cannot_be_reached_or_refuses_is_named_without_its_password() {
    let mut program = visited();
    program.set("SMALLPRINT_STORE_PASSWORD", "a wrong word");
    let said = program.expect("migrate postgres://smallprint@127.0.0.1:9/smallprint", 3);
    assert!(said.err.contains("127.0.0.1:9"), "{}", said.err);
    assert!(!said.err.contains("a wrong word"), "{}", said.err);
    for wrong in [
        "postgres://u:secret@127.0.0.1/x",
        "mysql://u@127.0.0.1/x",
        "nonsense",
    ] {
        let said = program.expect(&format!("migrate {wrong}"), 2);
        assert!(!said.err.contains("secret"), "{}", said.err);
        assert!(
            said.err.contains("smallprint migrate postgres://"),
            "{}",
            said.err
        );
    }
    let Some(server) = Server::start() else {
        return;
    };
    let said = program.expect(&format!("migrate {}", server.address()), 3);
    assert!(
        said.err.contains("password authentication failed"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("a wrong word"), "{}", said.err);
    // Nothing was moved.
    program.expect("verify", 0);
    assert!(program.data().join("sled").exists());
}
