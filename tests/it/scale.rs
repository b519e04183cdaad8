//! The reckoning of what very many watches take, held against the page that tells of it.

#[path = "../../examples/scale.rs"]
#[allow(dead_code, reason = "its own way in is not used here")]
mod example;

use example::{inputs, put, report};

#[test]
fn the_page_shows_what_the_reckoning_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scale.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for table in report(&inputs()).split("\n\n") {
        assert!(page.contains(table.trim()), "docs/scale.md lacks\n{table}");
    }
}

#[test]
fn an_input_that_is_put_otherwise_is_reckoned_with() {
    let mut other = inputs();
    put(&mut other, "pace=10").expect("an input");
    let (before, after) = (report(&inputs()), report(&other));
    let row = |report: &str, what: &str| {
        let mut rows = report.lines();
        let row = rows.find(|row| row.starts_with(&format!("| {what} |")));
        row.expect("a row").to_owned()
    };
    let due = "visits a day that are due";
    assert_eq!(row(&before, due), row(&after, due));
    let made = "visits a day at the pace of the hosts";
    assert_ne!(row(&before, made), row(&after, made));
    for wrong in ["pace", "pace=fast", "speed=1"] {
        let said = put(&mut other, wrong).expect_err(wrong);
        assert!(said.contains("NAME=NUMBER"), "{said}");
    }
}
