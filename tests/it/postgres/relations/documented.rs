//! The page that documents the tables: each with every column, and questions that can be asked as they stand.

use std::collections::BTreeSet;

use crate::postgres::Server;
use crate::postgres::relations::{TABLES, asking, in_database, live};

const VIEWS: [&str; 3] = ["change_list", "finding_list", "phrases"];

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/postgresql.md");
    std::fs::read_to_string(path).expect("the page")
}

/// The columns that the page names below the heading of a table.
fn named(page: &str, table: &str) -> BTreeSet<String> {
    let after = page.split(&format!("\n### `{table}`\n")).nth(1);
    let after = after.unwrap_or_else(|| panic!("{table} has no heading"));
    let rows = after.lines().take_while(|line| !line.starts_with('#'));
    let rows = rows.filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let columns = rows.flat_map(|first| first.split(", "));
    let columns = columns.filter_map(|name| name.strip_prefix('`')?.strip_suffix('`'));
    columns.map(str::to_owned).collect()
}

#[test]
fn every_table_is_documented_column_by_column_on_the_page_and_in_the_database() {
    let Some(server) = Server::start() else {
        return;
    };
    let kept = in_database(&server);
    kept.program.expect("visit page", 0);
    let (mut client, page) = (asking(&kept.address), page());
    for table in TABLES.map(|(table, _)| table).into_iter().chain(VIEWS) {
        let sql = "select attname::text, col_description(attrelid, attnum), obj_description(attrelid), attrelid::regclass::text
             from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped";
        let columns = client.query(sql, &[&table]).expect("columns");
        let names: BTreeSet<String> = columns.iter().map(|row| row.get(0)).collect();
        assert_eq!(named(&page, table), names, "{table}");
        for column in &columns {
            let said: Option<String> = column.get(2);
            assert!(said.is_some(), "{table} has no comment");
            let said: Option<String> = column.get(1);
            let name: String = column.get(0);
            assert!(
                said.is_some() || VIEWS.contains(&table),
                "{table}.{name} has no comment"
            );
        }
    }
    let tables = client.query(
        "select tablename::text from pg_tables where schemaname = current_schema() and tablename not like 'views-%'
         and tablename <> all ($1)",
        &[&TABLES.map(|(table, _)| table).to_vec()],
    );
    for row in tables.expect("tables") {
        let name: String = row.get(0);
        assert!(
            page.contains(&format!("| `{name}` |")),
            "{name} is not documented"
        );
    }
}

#[test]
fn every_question_on_the_page_has_an_answer() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut kept = in_database(&server);
    live(&mut kept.program);
    let (mut client, page) = (asking(&kept.address), page());
    let questions: Vec<&str> = page
        .split("```sql\n")
        .skip(1)
        .filter_map(|after| after.split("```").next())
        .collect();
    assert!(questions.len() >= 5, "{} questions", questions.len());
    for question in questions {
        let rows = client.query(question, &[]);
        let rows = rows.unwrap_or_else(|error| panic!("{question}\n{error:?}"));
        assert!(!rows.is_empty(), "no answer to\n{question}");
    }
}
