//! The tables that are asked in SQL: they say what the program says, whatever happened, and let go what was forgotten.

mod compared;
mod documented;
mod upkeep;

use std::path::Path;

use postgres::Client;

use crate::postgres::{PASSWORD, Server, client, in_a_schema};
use crate::program::{Program, page};
use crate::site::Answer;

/// The tables, each with the columns that tell its rows apart.
const TABLES: [(&str, &str); 9] = [
    ("entries", "no"),
    ("watches", "id"),
    ("versions", "watch, no"),
    ("changes", "entry"),
    ("findings", "entry, place"),
    ("visits", "entry, place"),
    ("alerts", "entry, place"),
    ("deliveries", "entry, alert_entry, alert_place"),
    ("passages", "came, place"),
];

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECRET: &str = "The nurse Wilhelmina Quartermaine lives at Larkspur Cottage in Dunmow.";
const THIRD: &str = "Your data will be shared with Palantir for the Federated Data Platform.";

/// An archive in a database, with the address of its schema.
struct Kept {
    program: Program,
    address: String,
}

/// A program whose archive is to be in a schema of its own.
fn in_database(server: &Server) -> Kept {
    let mut program = Program::with_page(FIRST);
    program.set("SMALLPRINT_STORE_PASSWORD", PASSWORD);
    let address = in_a_schema(&server.address());
    program.settle_in_settings(&format!("store = \"{address}\""));
    Kept { program, address }
}

/// What happened to two pages in nine days: edits, a way back, a page that vanished and returned, a visit that failed.
fn live(program: &mut Program) {
    program.watch("other", "/other", "");
    let other = Answer::html(&page("A copy is kept by the practice for ten years."));
    program.site.play("/other", other.clone());
    program
        .site
        .play("/", Answer::html("<h1>The front</h1><p>All is well.</p>"));
    let texts = [FIRST, SECRET, THIRD, FIRST, THIRD];
    for (day, text) in (1..).zip(texts) {
        program.site.replay("/page", Answer::html(&page(text)));
        let code = i32::from(day > 1);
        program.expect(&format!("--at 2026-03-0{day}T09:00:00Z visit page"), code);
        program.expect(&format!("--at 2026-03-0{day}T10:00:00Z visit other"), 0);
    }
    program.site.replay("/other", Answer::status(404));
    for hour in [9, 11, 13] {
        let said = program.run(&format!("--at 2026-03-06T{hour:02}:00:00Z visit other"));
        assert!(said.code < 3, "{}", said.err);
    }
    program.site.replay("/other", other);
    program.expect("--at 2026-03-07T09:00:00Z visit other", 1);
    program.expect("--at 2026-03-08T09:00:00Z deliver", 0);
}

/// A client whose tables are those of this archive.
fn asking(address: &str) -> Client {
    client(address)
}

/// Every row of every table, in words.
fn rows(client: &mut Client) -> Vec<String> {
    let mut all = Vec::new();
    for (table, key) in TABLES {
        let sql = format!("select (to_jsonb(t) - 'words')::text from {table} t order by {key}");
        let rows = client.query(&sql, &[]).expect("rows");
        all.extend(
            rows.iter()
                .map(|row| format!("{table} {}", row.get::<_, String>(0))),
        );
    }
    all
}

/// One number.
fn number(client: &mut Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).expect("a number").get(0)
}

/// Lets a test open the archive by itself.
fn unlock(dir: &Path) {
    std::fs::write(dir.join("database.password"), PASSWORD).expect("written");
}
