//! How the tables are kept: made where they are missing, the same wherever the archive went, whole or not at all.

use smallprint::store::Store;

use crate::postgres::relations::{
    FIRST, SECRET, TABLES, THIRD, asking, compared::compare, in_database, live, number, rows,
    unlock,
};
use crate::postgres::{PASSWORD, Server, in_a_schema};
use crate::program::{Program, page};
use crate::site::Answer;
use crate::store::at;

/// Ends the connection that adds the row of this entry to a table.
const DEADLY: &str = "
    create function deadly() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
";

#[test]
fn tables_that_are_missing_or_were_filled_in_part_are_filled_from_the_journal() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut kept = in_database(&server);
    live(&mut kept.program);
    let mut client = asking(&kept.address);
    let before = rows(&mut client);
    // As an archive was before there were any.
    let tables = TABLES.map(|(table, _)| table).join(", ");
    let none = format!("drop table {tables} cascade; delete from settings where key = 'relations'");
    client.batch_execute(&none).expect("dropped");
    kept.program.expect("verify", 0);
    assert_eq!(rows(&mut client), before);
    // Stopped on the way, it goes on from there.
    let stopped = format!(
        "truncate {tables}; {DEADLY} create trigger deadly before insert on entries for each row when (new.no = 9) execute function deadly()"
    );
    client.batch_execute(&stopped).expect("set up");
    let said = kept.program.run("verify");
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(number(&mut client, "select max(no) from entries"), 8);
    client
        .batch_execute("drop trigger deadly on entries")
        .expect("dropped");
    kept.program.expect("verify", 0);
    assert_eq!(rows(&mut client), before);
    kept.program.expect("rebuild", 0);
    assert_eq!(rows(&mut client), before);
    // Those of another archive are none.
    client
        .batch_execute(
            "update entries set hash = 'another' where no = (select max(no) from entries)",
        )
        .expect("altered");
    kept.program.expect("verify", 0);
    assert_eq!(rows(&mut client), before);
}

#[test]
fn tables_of_a_newer_program_are_left_alone() {
    let Some(server) = Server::start() else {
        return;
    };
    let kept = in_database(&server);
    kept.program.expect("visit page", 0);
    let mut client = asking(&kept.address);
    client
        .batch_execute("update settings set value = '99' where key = 'relations'")
        .expect("altered");
    let said = kept.program.run("visit page");
    assert!(
        said.code > 1 && said.err.contains("newer smallprint"),
        "{}",
        said.err
    );
}

#[test]
fn an_archive_that_was_moved_into_a_database_has_the_same_rows() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut moved = Program::with_page(FIRST);
    moved.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    live(&mut moved);
    let address = in_a_schema(&server.address());
    moved.expect(&format!("migrate {address}"), 0);
    unlock(&moved.data());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let of = |dir: std::path::PathBuf, address: String| {
        runtime.block_on(async move {
            let store = Store::open(&dir).await.expect("open");
            compare(&store, &address).await;
            store.close(at(0)).await.expect("closed");
        })
    };
    of(moved.data(), address.clone());
    let before = rows(&mut asking(&address));
    // And once more, from one database into another.
    moved.expect("migrate sled", 0);
    let again = in_a_schema(&server.address());
    moved.expect(&format!("migrate {again}"), 0);
    assert_eq!(rows(&mut asking(&again)), before);
}

#[test]
fn what_dies_in_the_middle_of_an_entry_leaves_no_row_of_it() {
    let Some(server) = Server::start() else {
        return;
    };
    let kept = in_database(&server);
    kept.program
        .expect("--at 2026-03-01T09:00:00Z visit page", 0);
    let mut client = asking(&kept.address);
    let before = rows(&mut client);
    let last = number(&mut client, "select count(*) from journal");
    let deadly = format!(
        "{DEADLY} create trigger deadly before insert on passages for each row execute function deadly()"
    );
    client.batch_execute(&deadly).expect("set up");
    kept.program
        .site
        .replay("/page", Answer::html(&page(THIRD)));
    let said = kept.program.run("--at 2026-03-02T09:00:00Z visit page");
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(rows(&mut client), before);
    assert_eq!(number(&mut client, "select count(*) from journal"), last);
    client
        .batch_execute("drop trigger deadly on passages")
        .expect("dropped");
    kept.program
        .expect("--at 2026-03-02T09:00:00Z visit page", 1);
    let whole = "select (select count(*) from journal) - (select count(*) from entries)";
    assert_eq!(number(&mut client, whole), 0);
    let found = format!("select count(*) from phrases where stands and text = '{THIRD}'");
    assert_eq!(number(&mut client, &found), 1);
}

#[test]
fn what_was_forgotten_is_gone_from_sql_too() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut kept = in_database(&server);
    live(&mut kept.program);
    let mut client = asking(&kept.address);
    let holds = |rows: &[String]| rows.iter().any(|row| row.contains("Quartermaine"));
    assert!(holds(&rows(&mut client)));
    let found = format!("select count(*) from passages where text = '{SECRET}'");
    assert_eq!(number(&mut client, &found), 1);
    kept.program
        .expect("forget --yes --reason Request page@2", 0);
    let after = rows(&mut client);
    assert!(!holds(&after), "{after:#?}");
    let words =
        "select count(*) from passages where words @@ plainto_tsquery('simple', 'quartermaine')";
    assert_eq!(number(&mut client, words), 0);
    // What stood beside it stands.
    let beside = format!("select count(*) from passages where text = '{FIRST}'");
    assert!(number(&mut client, &beside) > 1);
    unlock(&kept.program.data());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&kept.program.data()).await.expect("open");
        compare(&store, &kept.address).await;
        store.close(at(0)).await.expect("closed");
    });
    kept.program.expect("rebuild", 0);
    assert_eq!(rows(&mut client), after);
    kept.program.expect("forget --compact", 0);
    assert_eq!(rows(&mut client), after);
    // A mirror of it, made afterwards, says the same.
    let again = in_a_schema(&server.address());
    kept.program.expect("migrate sled", 0);
    kept.program.expect(&format!("migrate {again}"), 0);
    assert_eq!(rows(&mut asking(&again)), after);
}
