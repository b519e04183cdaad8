//! Registers compared row by row: real ones with edits made to them, editions at a new address every month, and what
//! `table` shows of them; the corpora are skipped where they are not at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use smallprint::model::{
    Block, BlockKind, Capture, Digest, Document, Hop, Provenance, Reading, RowsMatched, TableDiff,
};
use smallprint::{diff, extract};

use crate::program::Program;
use crate::site::Answer;

/// A folder of the corpora, beside the project or one level further up.
fn corpus(name: &str) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared", "../../shared"]
        .iter()
        .map(|shared| project.join(shared).join("corpora").join(name))
        .find(|folder| folder.is_dir())
}

/// The files of a folder by name, as documents.
fn editions(folder: &Path) -> Vec<Document> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| read(&fs::read(path).expect("a file")))
        .collect()
}

/// Comma-separated values as served.
fn read(body: &[u8]) -> Document {
    let at = DateTime::UNIX_EPOCH;
    let url: url::Url = "https://nhs.example/register.csv"
        .parse()
        .expect("an address");
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".into(), "text/csv".into())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    extract::read(&capture, body, &Reading::default()).expect("a register")
}

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// A register in which every row and column remembers which it was.
#[derive(Clone)]
struct Register {
    columns: Vec<(Option<usize>, String)>,
    rows: Vec<(Option<usize>, Vec<String>)>,
}

impl Register {
    fn of(document: &Document) -> Register {
        let tables = diff::tables::of(document);
        let [table] = &tables[..] else {
            panic!("one table in {}", document.title);
        };
        let own = |(at, name): (usize, &String)| (Some(at), name.clone());
        let rows = table.rows.iter().enumerate();
        Register {
            columns: table.columns.iter().enumerate().map(own).collect(),
            rows: rows
                .map(|(at, row)| (Some(at), row.cells.clone()))
                .collect(),
        }
    }

    fn document(&self) -> Document {
        let block = |cells: Vec<String>, heading| Block {
            text: cells.join(" | "),
            kind: BlockKind::Row(cells, heading),
            links: Vec::new(),
        };
        let names = self.columns.iter().map(|(_, name)| name.clone()).collect();
        let mut blocks = vec![block(names, true)];
        blocks.extend(
            self.rows
                .iter()
                .map(|(_, cells)| block(cells.clone(), false)),
        );
        let mut document = read(b"a,b\n1,2\n");
        document.blocks = blocks;
        document
    }

    /// One edit of any sort; `others` are rows of other editions, `key` the column of the references.
    fn edit(&mut self, dice: &mut Dice, others: &mut Vec<Vec<String>>, key: usize) {
        let at = dice.below(self.rows.len());
        let column = dice.below(self.columns.len());
        let own = self.columns.iter().position(|(of, _)| *of == Some(key));
        match dice.below(20) {
            0..=4 => {
                if let Some(mut cells) = others.pop() {
                    // In the order in which the columns stand now.
                    let order = self.columns.iter().map(|(of, _)| *of);
                    cells = order
                        .map(|of| of.map(|of| cells[of].clone()).unwrap_or_default())
                        .collect();
                    self.rows.insert(at, (None, cells));
                }
            }
            5..=8 => drop(self.rows.remove(at)),
            9..=14 => {
                let cell = &mut self.rows[at].1[column];
                if Some(column) != own {
                    *cell = format!("{cell} as amended {}", dice.below(1000))
                        .trim()
                        .to_owned();
                }
            }
            15..=16 => {
                if let Some(own) = own {
                    self.rows[at].1[own] = format!("ODR_2031_{:03}", dice.below(1000));
                }
            }
            17 => {
                let mut shuffled = std::mem::take(&mut self.rows);
                while !shuffled.is_empty() {
                    self.rows
                        .push(shuffled.swap_remove(dice.below(shuffled.len())));
                }
            }
            18 => {
                let other = dice.below(self.columns.len());
                self.columns.swap(column, other);
                self.rows
                    .iter_mut()
                    .for_each(|(_, cells)| cells.swap(column, other));
            }
            _ => self.columns[column].1 = format!("{} (revised)", self.columns[column].1),
        }
    }
}

/// What became of a register: rows by their number before and after, cells by their column now.
#[derive(PartialEq, Eq, Debug, Default)]
struct Became {
    added: BTreeSet<usize>,
    removed: BTreeSet<usize>,
    altered: BTreeMap<(usize, usize), BTreeSet<String>>,
    rekeyed: BTreeMap<(usize, usize), BTreeSet<String>>,
    renamed: BTreeSet<(String, String)>,
    reordered: bool,
}

/// What the edits came to.
fn wanted(old: &Register, new: &Register, key: usize) -> Became {
    let mut became = Became::default();
    let stayed: BTreeSet<usize> = new.rows.iter().filter_map(|(was, _)| *was).collect();
    became.removed = (0..old.rows.len())
        .filter(|row| !stayed.contains(row))
        .collect();
    for (is, (was, cells)) in new.rows.iter().enumerate() {
        let Some(was) = *was else {
            became.added.insert(is);
            continue;
        };
        let columns = new.columns.iter().zip(cells);
        let differing: Vec<&(Option<usize>, String)> = columns
            .filter(|((of, _), cell)| of.is_some_and(|of| old.rows[was].1[of] != **cell))
            .map(|(column, _)| column)
            .collect();
        if differing.is_empty() {
            continue;
        }
        let names = differing.iter().map(|(_, name)| name.clone()).collect();
        if differing.iter().any(|(of, _)| *of == Some(key)) {
            became.rekeyed.insert((was, is), names);
        } else {
            became.altered.insert((was, is), names);
        }
    }
    for (of, name) in &new.columns {
        let was = of.map(|of| old.columns[of].1.clone());
        became
            .renamed
            .extend(was.filter(|was| was != name).map(|was| (was, name.clone())));
    }
    became.reordered = !new.columns.iter().is_sorted_by_key(|(of, _)| *of);
    became
}

/// What the diff says; row 0 is the block after the headings.
fn told(table: Option<&TableDiff>) -> Became {
    let Some(table) = table else {
        return Became::default();
    };
    let rows = |rows: &[smallprint::model::AlteredRow]| {
        let row = |row: &smallprint::model::AlteredRow| {
            let cells = row.cells.iter().map(|cell| cell.column.clone()).collect();
            ((row.blocks.0 - 1, row.blocks.1 - 1), cells)
        };
        rows.iter().map(row).collect()
    };
    Became {
        added: table.added.iter().map(|row| row.block - 1).collect(),
        removed: table.removed.iter().map(|row| row.block - 1).collect(),
        altered: rows(&table.altered),
        rekeyed: rows(&table.rekeyed),
        renamed: table.columns_changed.renamed.iter().cloned().collect(),
        reordered: table.columns_changed.reordered,
    }
}

#[test]
fn edits_made_to_real_registers_are_told_exactly() {
    let Some(folder) = corpus("registers") else {
        println!("skipped: no registers at hand");
        return;
    };
    let editions = editions(&folder);
    let registers: Vec<Register> = editions.iter().map(Register::of).collect();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut edits, mut steps, mut exact) = (0, 0, 0);
    for (at, register) in registers.iter().enumerate() {
        let key = register
            .columns
            .iter()
            .position(|(_, name)| name == "ODR Reference");
        let key = key.expect("the column of references");
        for round in 0..50 {
            let elsewhere = registers
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at);
            let rows = elsewhere.flat_map(|(_, register)| register.rows.clone());
            let wide = register.columns.len();
            let mut others: Vec<Vec<String>> = rows
                .map(|(_, cells)| cells)
                .filter(|cells| cells.len() == wide)
                .collect();
            let is_new = |cells: &Vec<String>| {
                register
                    .rows
                    .iter()
                    .all(|(_, own)| own[0] != cells[0] && own[key] != cells[key])
            };
            others.retain(is_new);
            let first = dice.below(others.len());
            others.rotate_left(first);
            let mut new = register.clone();
            for _ in 0..=round % 8 {
                new.edit(&mut dice, &mut others, key);
                edits += 1;
            }
            let diff = diff::between(&register.document(), &new.document());
            let table = diff.tables.first();
            let named = table.and_then(|table| table.matched.columns().first());
            let by = new
                .columns
                .iter()
                .find(|(_, name)| Some(name) == named)
                .and_then(|(of, _)| *of);
            let (wanted, told) = (wanted(register, &new, by.unwrap_or(key)), told(table));
            steps += 1;
            if wanted == told {
                exact += 1;
            } else {
                println!(
                    "edition {at}, round {round}: wanted {wanted:?}\n    told {told:?}\n   {:?}",
                    diff.tables[0].matched
                );
            }
        }
    }
    println!("{exact} of {steps} altered registers told exactly, {edits} edits");
    assert_eq!(exact, steps);
}

#[test]
fn yearly_and_daily_editions_are_read_as_one_table_each() {
    let (Some(registers), Some(tables)) = (corpus("registers"), corpus("tables/nhs-region-cases"))
    else {
        println!("skipped: no corpora at hand");
        return;
    };
    for pair in editions(&registers).windows(2) {
        let diff = diff::between(&pair[0], &pair[1]);
        let table = &diff.tables[0];
        println!(
            "{:?} {:?} {:?}",
            table.matched, table.counts, table.columns_changed
        );
        assert!(
            matches!(&table.matched, RowsMatched::Reference(_)),
            "{:?}",
            table.matched
        );
    }
    for pair in editions(&tables).windows(2) {
        let diff = diff::between(&pair[0], &pair[1]);
        for table in &diff.tables {
            println!(
                "{:?} {:?} {:?}",
                table.matched, table.counts, table.columns_changed
            );
            assert_eq!((table.counts.added, table.counts.removed), (0, 0));
        }
    }
}

const REGISTER: [&str; 4] = [
    "Reference,Organisation,Purpose,Opt outs applied",
    "DARS-NIC-1,Leeds,A study of care that has a long name and goes on for a good while longer than any line,Yes",
    "DARS-NIC-2,York,Audit,Yes",
    "DARS-NIC-3,\"Hull, East\",Audit,No",
];

/// An archive with three versions of a register: a row altered, then gone.
fn three_versions() -> Program {
    let mut program = Program::new();
    program.watch("register", "/register.csv", "kind = \"register\"");
    let [a, b, c, d] = REGISTER;
    let altered = c.replace("Yes", "No");
    let editions: [&[&str]; 3] = [&[a, b, c, d], &[a, d, &altered, b], &[a, b, d]];
    for (hour, rows) in editions.iter().enumerate() {
        let answer = Answer::text(&rows.join("\r\n")).header("content-type", "text/csv");
        program.site.replay("/register.csv", answer);
        let code = i32::from(hour > 0);
        program.expect(
            &format!("--at 2026-03-02T1{hour}:00:00Z visit register"),
            code,
        );
    }
    program
}

#[test]
fn a_table_is_shown_in_columns_as_json_and_whole() {
    let program = three_versions();
    let text = program.expect("table register@1", 0).text();
    assert!(text.contains("Table 1 of 1, 3 rows in 4 columns"), "{text}");
    assert!(text.contains("DARS-NIC-2  York"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 96),
        "{text}"
    );
    let csv = program.expect("table register@1 --csv", 0).text();
    assert_eq!(csv, format!("{}\r\n", REGISTER.join("\r\n")));
    let json = program.expect("--json table register", 0).json();
    assert_eq!(json[0]["version"], 3);
    assert_eq!(json[0]["rows"].as_array().map(Vec::len), Some(2));
    let said = program.expect("table register --table 7", 2);
    assert!(said.err.contains("It has one table"), "{}", said.err);
    program.expect("table register@9", 2);
    program.expect("table nothing", 2);
}

#[test]
fn the_history_of_a_row_says_when_it_was_altered_and_gone() {
    let program = three_versions();
    let steps = program
        .expect("--json table register --row dars-nic-2", 0)
        .json();
    let rows: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["row"].as_str())
        .collect();
    assert_eq!(rows, ["seen", "altered", "gone"]);
    let fields: Vec<Vec<&String>> = steps
        .iter()
        .map(|step| step.as_object().expect("an object").keys().collect())
        .collect();
    assert_eq!(fields[0], ["bounds", "cells", "row", "version", "was"]);
    assert_eq!(fields[1], ["bounds", "cells", "row", "version"]);
    assert_eq!(fields[2], ["bounds", "is", "row", "version"]);
    assert_eq!(
        steps[0]["cells"][0],
        serde_json::json!(["Reference", "DARS-NIC-2"])
    );
    let edit = steps[1]["cells"][0].as_object().expect("an object");
    let edit: Vec<&String> = edit.keys().collect();
    assert_eq!(edit, ["after", "before", "column"]);
    assert_eq!(steps[1]["cells"][0]["column"], "Opt outs applied");
    assert_eq!(steps[2]["bounds"]["after"], "2026-03-02T11:00:00Z");
    let text = program.expect("table register --row DARS-NIC-2", 0).text();
    for part in [
        "there in version 1",
        "Opt outs applied: Yes → No",
        "gone in version 3",
    ] {
        assert!(text.contains(part), "no “{part}” in {text}");
    }
    let said = program.expect("table register --row DARS-NIC-77", 2);
    assert!(
        said.err.contains("smallprint table register"),
        "{}",
        said.err
    );
}

#[test]
fn a_change_of_a_register_is_told_by_its_rows() {
    let program = three_versions();
    let changes = program.expect("--json changes", 0).json();
    let found: Vec<&str> = changes[1]["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    assert!(found.contains(&"opt-out-flipped"), "{found:?}");
    assert_eq!(changes[1]["severity"], 5, "{}", changes[1]);
    let shown = program.expect("diff register 1..2", 0).text();
    assert!(
        shown.contains("DARS-NIC-2 · Opt outs applied: [-Yes-]{+No+}"),
        "{shown}"
    );
    assert!(shown.contains("1 row altered (DARS-NIC-2)"), "{shown}");
    let json = program.expect("--json diff register 2..3", 0).json();
    let table = &json[0]["diff"]["tables"][0];
    assert_eq!(table["counts"]["removed"], 1, "{table}");
    assert_eq!(table["matched"]["columns"], "Reference", "{table}");
}
