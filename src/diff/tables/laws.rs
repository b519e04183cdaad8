//! Laws that hold for the comparison of any two editions of a table.

use crate::diff::between;
use crate::diff::laws::{Dice, document, heading, paragraph};
use crate::model::{Block, BlockKind, Diff, Document, Edit, RowsMatched, TableDiff};

type Rows = Vec<Vec<String>>;

fn row(cells: &[String], is_heading: bool) -> Block {
    Block {
        kind: BlockKind::Row(cells.to_vec(), is_heading),
        text: cells.join(" | "),
        links: Vec::new(),
    }
}

/// A register; the first row holds its headings.
fn register(rows: &Rows) -> Document {
    let mut blocks = vec![heading(2, "Releases"), paragraph("Updated every month.")];
    blocks.extend(
        rows.iter()
            .enumerate()
            .map(|(at, cells)| row(cells, at == 0)),
    );
    blocks.push(paragraph("Contact us."));
    document("Register", blocks)
}

fn cells(text: &str) -> Vec<String> {
    text.split('|').map(str::to_owned).collect()
}

fn rows(texts: &[&str]) -> Rows {
    texts.iter().map(|text| cells(text)).collect()
}

/// So many rows of a register, and no two the same.
fn any_register(dice: &mut Dice, many: usize) -> Rows {
    const WHO: &[&str] = &["Leeds", "York", "Imperial College", "NHS Wales", "Acme Ltd"];
    const WHAT: &[&str] = &["HES", "ECDS", "MHSDS"];
    let mut rows = vec![cells(
        "Reference|Organisation|Dataset|Opt outs applied|Date|Purpose",
    )];
    for number in 0..many {
        let date = format!(
            "20{}-0{}-1{}",
            14 + dice.below(9),
            1 + dice.below(9),
            dice.below(10)
        );
        rows.push(vec![
            format!(
                "DARS-NIC-{}-{:05X}",
                100_000 + number * 7,
                dice.below(1 << 20)
            ),
            WHO[dice.below(WHO.len())].to_owned(),
            WHAT[dice.below(WHAT.len())].to_owned(),
            ["Yes", "No"][dice.below(2)].to_owned(),
            date,
            format!(
                "Study {} of {}",
                dice.below(1 << 30),
                dice.sentence(6).replace('|', "/")
            ),
        ]);
    }
    rows
}

fn shuffled(rows: &Rows, dice: &mut Dice) -> Rows {
    let mut rows = rows.clone();
    for at in (2..rows.len()).rev() {
        let other = 1 + dice.below(at);
        rows.swap(at, other);
    }
    rows
}

#[track_caller]
fn table(diff: &Diff) -> &TableDiff {
    let [table] = &diff.tables[..] else {
        panic!("one table: {diff:?}");
    };
    let counts = &table.counts;
    let stayed = counts.same + counts.altered + counts.rekeyed;
    assert_eq!(counts.before, stayed + counts.removed, "{counts:?}");
    assert_eq!(counts.after, stayed + counts.added, "{counts:?}");
    table
}

/// What became of the rows, as "+added -removed ~altered >re-keyed", and of the columns.
#[track_caller]
fn case(old: &[&str], new: &[&str], expected: &str) {
    let diff = between(&register(&rows(old)), &register(&rows(new)));
    let table = table(&diff);
    let mut told: Vec<String> = Vec::new();
    told.extend(table.added.iter().map(|row| format!("+{}", row.key)));
    told.extend(table.removed.iter().map(|row| format!("-{}", row.key)));
    for row in &table.altered {
        let cells = row
            .cells
            .iter()
            .map(|cell| format!("{}:{}→{}", cell.column, cell.before, cell.after));
        told.push(format!(
            "~{}({})",
            row.key,
            cells.collect::<Vec<_>>().join(",")
        ));
    }
    for row in &table.rekeyed {
        told.push(format!(
            "{}>{}",
            row.key_before.as_deref().unwrap_or("?"),
            row.key
        ));
    }
    let columns = &table.columns_changed;
    told.extend(columns.added.iter().map(|name| format!("column+{name}")));
    told.extend(columns.removed.iter().map(|name| format!("column-{name}")));
    told.extend(
        columns
            .renamed
            .iter()
            .map(|(was, is)| format!("column {was}>{is}")),
    );
    told.extend(
        columns
            .renumbered
            .iter()
            .map(|name| format!("column#{name}")),
    );
    if columns.reordered {
        told.push("reordered".to_owned());
    }
    assert_eq!(told.join(" "), expected, "{table:#?}");
}

#[test]
fn rows_are_known_by_their_reference() {
    let old = [
        "Ref|Who|Opt outs",
        "NIC-1|Leeds|Yes",
        "NIC-2|York|Yes",
        "NIC-3|Hull|Yes",
    ];
    case(
        &old,
        &[old[0], old[1], "NIC-2|York|No", old[3]],
        "~NIC-2(Opt outs:Yes→No)",
    );
    case(
        &old,
        &[old[0], old[3], "NIC-2|York|No", "NIC-9|Acme Ltd|No"],
        "+NIC-9 -NIC-1 ~NIC-2(Opt outs:Yes→No)",
    );
    case(
        &old,
        &[old[0], old[1], "NIC-7|York|Yes", old[3]],
        "NIC-2>NIC-7",
    );
    case(
        &["Ref|Who", "NIC-1|x", "NIC-1|y", "NIC-2|z"],
        &["Ref|Who", "NIC-1|y", "NIC-2|z"],
        "-NIC-1",
    );
}

#[test]
fn without_a_reference_the_fewest_columns_that_tell_rows_apart_name_them() {
    case(
        &[
            "Region|Year|Cases",
            "North|2014|7",
            "North|2015|7",
            "South|2014|9",
        ],
        &[
            "Region|Year|Cases",
            "North|2014|7",
            "North|2015|8",
            "South|2014|9",
            "South|2015|1",
        ],
        "+South · 2015 ~North · 2015(Cases:7→8)",
    );
}

#[test]
fn columns_are_known_by_their_headings_or_by_what_they_hold() {
    let old = [
        "Ref|Who|Opt outs",
        "NIC-1|Leeds|Yes",
        "NIC-2|York|Yes",
        "NIC-3|Hull|No",
        "NIC-4|Bath|Yes",
        "NIC-5|Wells|No",
    ];
    let with = |f: fn(Vec<String>, usize) -> Vec<String>| -> Vec<String> {
        let rows = old.iter().enumerate();
        rows.map(|(at, text)| f(cells(text), at).join("|"))
            .collect()
    };
    let check = |new: Vec<String>, expected: &str| {
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        case(&old, &new, expected);
    };
    check(
        with(|mut row, at| {
            row.push(if at == 0 { "Territory" } else { "UK" }.to_owned());
            row
        }),
        "column+Territory",
    );
    check(
        with(|row, _| vec![row[2].clone(), row[0].clone(), row[1].clone()]),
        "reordered",
    );
    check(with(|row, _| row[..2].to_vec()), "column-Opt outs");
    check(
        with(|mut row, at| {
            if at == 0 {
                row = cells("NIC number|Organisation|Type 1");
            }
            row
        }),
        "column Ref>NIC number column Who>Organisation column Opt outs>Type 1",
    );
}

#[test]
fn a_column_that_only_counts_the_rows_may_be_counted_anew() {
    case(
        &[
            "No|Who|Why",
            "1|Leeds|a",
            "2|York|b",
            "3|Hull|c",
            "4|Bath|d",
            "5|Wells|e",
        ],
        &[
            "No|Who|Why",
            "1|New|n",
            "2|Leeds|a",
            "3|York|b",
            "4|Hull|c",
            "5|Bath|d",
            "6|Wells|e",
        ],
        "+New column#No",
    );
}

#[test]
fn the_columns_named_by_the_watchlist_name_the_rows() {
    let old = register(&rows(&["Ref|Who|Why", "NIC-1|Leeds|a", "NIC-2|York|b"]));
    let mut new = register(&rows(&["Ref|Who|Why", "NIC-2|Leeds|a", "NIC-1|York|b"]));
    new.rows_by = vec!["who".to_owned()];
    let diff = between(&old, &new);
    let table = table(&diff);
    assert_eq!(table.matched, RowsMatched::Named(vec!["Who".to_owned()]));
    assert_eq!((table.counts.altered, table.counts.rekeyed), (2, 0));
}

#[test]
fn a_table_does_not_differ_from_itself_in_whatever_order() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for many in [1, 2, 7, 40, 300] {
        let old = any_register(&mut dice, many);
        assert_eq!(between(&register(&old), &register(&old)), Diff::default());
        let new = shuffled(&old, &mut dice);
        let diff = between(&register(&old), &register(&new));
        assert!(diff.is_empty(), "{diff:?}");
        assert!(diff.hunks.is_empty());
        assert_eq!(diff.changed_per_mille, 0);
    }
}

#[test]
fn columns_in_another_order_are_only_that() {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let old = any_register(&mut dice, 50);
    let turned = |row: &Vec<String>| [&row[3..], &row[..3]].concat();
    let new: Rows = old.iter().map(turned).collect();
    let diff = between(&register(&old), &register(&new));
    let table = table(&diff);
    assert!(table.columns_changed.reordered);
    assert_eq!(table.counts.same, 50);
    let edited = diff.edits().count();
    assert!(edited <= 1, "the headings at most: {diff:?}");
}

#[test]
fn every_row_is_accounted_for_in_any_history() {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    for round in 0..150 {
        let many = 1 + dice.below(40);
        let old = any_register(&mut dice, many);
        let mut new = old.clone();
        for _ in 0..=dice.below(1 + round / 4) {
            let at = 1 + dice.below(new.len().max(2) - 1);
            match dice.below(5) {
                0 => new.insert(at.min(new.len()), any_register(&mut dice, 1).remove(1)),
                1 if new.len() > 2 => drop(new.remove(at)),
                2 => new = shuffled(&new, &mut dice),
                3 => new.iter_mut().for_each(|row| row.rotate_left(1)),
                _ => {
                    let column = dice.below(6);
                    new[at][column] = dice.sentence(2).replace('|', "/");
                }
            }
        }
        let diff = between(&register(&old), &register(&new));
        assert!(diff.tables.len() <= 1);
        if !diff.tables.is_empty() {
            let table = table(&diff);
            assert_eq!(table.counts.added, table.added.len());
            assert_eq!(table.counts.removed, table.removed.len());
        }
        let back = between(&register(&new), &register(&old));
        assert_eq!(diff.is_empty(), back.is_empty());
    }
}

#[test]
fn the_text_around_a_table_is_compared_as_ever() {
    let old = register(&rows(&["Ref|Who", "NIC-1|Leeds", "NIC-2|York"]));
    let mut new = register(&rows(&["Ref|Who", "NIC-1|Leeds", "NIC-2|Hull"]));
    new.blocks[1] = paragraph("Updated every year.");
    new.blocks.push(paragraph("Write to us."));
    let diff = between(&old, &new);
    let texts: Vec<(Option<&str>, Option<&str>)> = diff
        .edits()
        .map(|edit| {
            (
                edit.before().map(|p| &*p.text),
                edit.after().map(|p| &*p.text),
            )
        })
        .collect();
    assert_eq!(
        texts,
        [
            (Some("Updated every month."), Some("Updated every year.")),
            (Some("NIC-2 | York"), Some("NIC-2 | Hull")),
            (None, Some("Write to us.")),
        ]
    );
    assert_eq!(diff.hunks[1].path, ["Releases"]);
    let Some(Edit::Reworded { before, after, .. }) = diff.edits().nth(1) else {
        panic!("a row reworded: {diff:?}");
    };
    assert_eq!((before.index, after.index), (4, 4));
}

#[test]
fn a_long_table_is_told_in_part_and_counted_whole() {
    let mut dice = Dice(99);
    let old = any_register(&mut dice, 3_000);
    let new: Rows = old.iter().take(10).cloned().collect();
    let diff = between(&register(&old), &register(&new));
    let table = table(&diff);
    assert_eq!(table.counts.removed, 2_991);
    assert_eq!(table.removed.len(), 2_000);
    assert_eq!(diff.edits().count(), 2_000);
    assert!(diff.changed_per_mille > 950, "{}", diff.changed_per_mille);
}

#[test]
fn five_hundred_edits_among_fifty_thousand_rows_are_found() {
    let mut dice = Dice(0x5851_F42D_4C95_7F2D);
    let mut old: Rows = vec![(0..15).map(|column| format!("Column {column}")).collect()];
    old[0][3] = "Reference".to_owned();
    for number in 0..50_000 {
        let mut cells: Vec<String> = (0..15)
            .map(|column| format!("value {}", dice.below(3 + column * 40)))
            .collect();
        cells[3] = format!("DARS-NIC-{}-{:05X}", 100_000 + number, dice.below(1 << 20));
        cells[7] = format!("Study {} of the data of the region", dice.below(1 << 40));
        old.push(cells);
    }
    let mut new = shuffled(&old, &mut dice);
    for at in 0..500 {
        // Far enough apart that no row is edited twice.
        let row = 1 + at * 90;
        match at % 5 {
            0 => new[row][3] = format!("DARS-NIC-{}-NEW", 900_000 + at),
            1 => {
                new[row] = any_register(&mut dice, 1).remove(1);
                new[row].resize(15, "new".to_owned());
                new[row][3] = format!("DARS-NIC-{}-CAME", 800_000 + at);
            }
            _ => new[row][1 + at % 2].push_str(" altered"),
        }
    }
    let diff = between(&register(&old), &register(&new));
    let counts = table(&diff).counts;
    assert_eq!(
        (counts.added, counts.removed, counts.altered, counts.rekeyed),
        (100, 100, 300, 100)
    );
    assert_eq!(diff.edits().count(), 600);
    assert!(!diff.coarse);
}
