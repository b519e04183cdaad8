//! Recipients, and recipients with what they receive, that stand in a register for the first time.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::diff::tables;
use crate::findings::registers::{QUOTED, found, quote};
use crate::model::{BlockKind, Document, Finding, TableDiff};
use crate::prose::compile;
use crate::prose::{cut, fold, listed};
use crate::rulebook::Book;

/// A heading over those who receive data.
static RECIPIENT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:recipients?|applicants?|organi[sz]ations?|customers?|compan(?:y|ies)|controllers?|released to|shared with|licensees?|contractors?|suppliers?|institutions?|universit(?:y|ies))\b",
    )
});
/// A heading over what they receive.
static DATASET: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:data ?sets?|data sources?|data products?|products?|collections?|extracts?|data (?:released|requested|provided|shared))\b",
    )
});
/// A heading that says something of either, and does not name it.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:types?|purposes?|categor\w+|sectors?|basis|legal|dates?|address|postcodes?|numbers?|refs?|references?|ids?|counts?|sensitiv\w+|classifications?|status)\b",
    )
});
/// Recipients, and recipients with a dataset, that stood in no table before.
pub(super) fn recipients(
    book: &Book,
    table: &TableDiff,
    before: &Document,
    after: &Document,
) -> Vec<Finding> {
    if !table.columns.iter().any(|heading| is_recipient(heading)) {
        return Vec::new();
    }
    let mut known: HashSet<String> = HashSet::new();
    let mut pairs: HashSet<(String, String)> = HashSet::new();
    for old in tables::of(before) {
        let place = |is: fn(&str) -> bool| old.columns.iter().position(|heading| is(heading));
        let (Some(who), what) = (place(is_recipient), place(is_dataset)) else {
            continue;
        };
        for row in &old.rows {
            let name = fold(&row.cells[who]);
            if let Some(what) = what {
                pairs.insert((name.clone(), fold(&row.cells[what])));
            }
            known.insert(name);
        }
    }
    if known.is_empty() {
        return Vec::new();
    }
    let (mut new, mut together) = (Vec::new(), Vec::new());
    for (row, cells) in rows_now(table, after) {
        let (Some(who), what) = parties(&cells) else {
            continue;
        };
        let said = quote(&row, &cells);
        let name = fold(who);
        if known.insert(name.clone()) {
            new.push((vec![who.to_owned()], said.clone()));
        }
        if let Some(what) = what
            && pairs.insert((name, fold(what)))
        {
            together.push((vec![who.to_owned(), what.to_owned()], said));
        }
    }
    // A new recipient is new with whatever it receives; that is said once.
    together.retain(|(names, _)| !new.iter().any(|(others, _)| others[0] == names[0]));
    let mut findings = Vec::new();
    if !new.is_empty() {
        let names: Vec<String> = new.iter().map(|(names, _)| names[0].clone()).collect();
        let are = if names.len() == 1 { "stands" } else { "stand" };
        let why = format!(
            "{} {are} in this table for the first time.",
            listed(&names, 4)
        );
        findings.push(found(
            book,
            "register-recipient",
            why,
            names,
            None,
            quotes(&new),
        ));
    }
    if let Some((names, _)) = together.first() {
        let more = match together.len() {
            1 => String::new(),
            2 => " So is 1 other pair.".to_owned(),
            many => format!(" So are {} other pairs.", many - 1),
        };
        let why = format!(
            "“{}” with “{}” is new in this table.{more}",
            cut(&names[0], 120),
            cut(&names[1], 120)
        );
        findings.push(found(
            book,
            "register-pair",
            why,
            names.clone(),
            None,
            quotes(&together),
        ));
    }
    findings
}

fn is_recipient(heading: &str) -> bool {
    RECIPIENT.is_match(heading) && !ASIDE.is_match(heading)
}

fn is_dataset(heading: &str) -> bool {
    DATASET.is_match(heading) && !ASIDE.is_match(heading)
}

/// Whom a row names as recipient and what it names as received, as they stand.
fn parties(cells: &[(String, String)]) -> (Option<&str>, Option<&str>) {
    let held = |is: fn(&str) -> bool| {
        let found = cells
            .iter()
            .find(|(heading, cell)| is(heading) && !cell.trim().is_empty());
        found.map(|(_, cell)| cell.as_str())
    };
    (held(is_recipient), held(is_dataset))
}

/// The rows that came or were altered, with their cells as they stand.
fn rows_now(table: &TableDiff, after: &Document) -> Vec<(String, Vec<(String, String)>)> {
    let added = table
        .added
        .iter()
        .map(|row| (row.key.clone(), row.cells.clone()));
    let altered = table.altered.iter().chain(&table.rekeyed).map(|row| {
        let cells = match after.blocks.get(row.blocks.1).map(|block| &block.kind) {
            Some(BlockKind::Row(cells, _)) => cells.as_slice(),
            _ => &[],
        };
        let named = table.columns.iter().cloned().zip(cells.iter().cloned());
        (
            row.key.clone(),
            named.filter(|(_, cell)| !cell.is_empty()).collect(),
        )
    });
    added.chain(altered).collect()
}

fn quotes(found: &[(Vec<String>, String)]) -> Option<String> {
    let said: Vec<&str> = found
        .iter()
        .take(QUOTED)
        .map(|(_, said)| said.as_str())
        .collect();
    (!said.is_empty()).then(|| said.join(" … "))
}
