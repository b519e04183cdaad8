//! The rows of a register in a message: the first few quoted, all of them in a file.

use std::collections::HashMap;

use crate::model::{
    AlteredRow, Block, ColumnsChanged, Diff, Edit, Finding, Hunk, KeyedRow, Kind, Place, RowCounts,
    Rows, TableDiff,
};
use crate::wording::message::News;
use crate::wording::{fit, harmless, redline, separated};

/// So many rows are quoted, each in so many lines of so many characters.
const SHOWN: usize = 5;
const LINES: usize = 4;
const WIDTH: usize = 56;
/// The name of the file with all rows.
const FILE: &str = "rows.csv";
/// The longest name of a watch in a command.
const ID: usize = 100;

/// The rows of the registers of a change.
pub(super) struct Register<'a> {
    tables: Vec<&'a TableDiff>,
    texts: (&'a [Block], &'a [Block]),
    diff: &'a Diff,
    findings: &'a [Finding],
}

/// A row that differs.
#[derive(Clone, Copy)]
enum Row<'a> {
    Altered(&'a AlteredRow),
    Removed(&'a KeyedRow),
    Added(&'a KeyedRow),
}

impl Row<'_> {
    /// The blocks it is, before and after.
    fn blocks(self) -> (Option<usize>, Option<usize>) {
        match self {
            Row::Altered(row) => (Some(row.blocks.0), Some(row.blocks.1)),
            Row::Removed(row) => (Some(row.block), None),
            Row::Added(row) => (None, Some(row.block)),
        }
    }
}

impl<'a> Register<'a> {
    /// What there is to tell row by row; `None` where no row of a register differs.
    pub(super) fn of(news: &News<'a>) -> Option<Register<'a>> {
        let diff = news.diff?;
        let (before, after) = news.before.zip(news.after)?;
        let rows = |table: &&TableDiff| {
            let is_register = news.watch.reading.kind == Kind::Register || table.has_references();
            is_register && differing(table) > 0
        };
        let tables: Vec<&TableDiff> = diff.tables.iter().filter(rows).collect();
        let register = Register {
            tables,
            texts: (&before.blocks, &after.blocks),
            diff,
            findings: &news.change.findings,
        };
        (!register.tables.is_empty()).then_some(register)
    }

    /// The rows worth showing, those of the highest findings first.
    fn top(&self) -> Vec<Row<'a>> {
        let all: Vec<Row<'a>> = self.tables.iter().flat_map(|table| rows(table)).collect();
        let (mut before, mut after) = (HashMap::new(), HashMap::new());
        for (at, row) in all.iter().enumerate() {
            let (was, is) = row.blocks();
            before.extend(was.map(|block| (block, at)));
            after.extend(is.map(|block| (block, at)));
        }
        let told = self.findings.iter().flat_map(|finding| {
            let is = finding.stands.after.iter().filter_map(|at| after.get(at));
            let was = finding.stands.before.iter().filter_map(|at| before.get(at));
            is.chain(was).copied().collect::<Vec<usize>>()
        });
        let mut top: Vec<usize> = Vec::new();
        for at in told.chain(0..all.len()) {
            if top.len() == SHOWN {
                break;
            }
            if !top.contains(&at) {
                top.push(at);
            }
        }
        top.into_iter().map(|at| all[at]).collect()
    }

    /// Whether a finding quotes these rows: by the blocks it names, else by their words.
    pub(super) fn holds(&self, finding: &Finding) -> bool {
        let stands = &finding.stands;
        let quoted = |blocks: &[Block], block: usize, quote: &Option<String>| {
            let text = blocks.get(block).map_or("", |block| block.text.as_str());
            let first = quote.as_deref().and_then(|quote| quote.split(" … ").next());
            first.is_some_and(|first| !first.is_empty() && text.contains(first))
        };
        let mut all = self.tables.iter().flat_map(|table| rows(table));
        all.any(|row| {
            let (was, is) = row.blocks();
            if stands.is_empty() {
                return was.is_some_and(|at| quoted(self.texts.0, at, &finding.before))
                    || is.is_some_and(|at| quoted(self.texts.1, at, &finding.after));
            }
            was.is_some_and(|block| stands.before.contains(&block))
                || is.is_some_and(|block| stands.after.contains(&block))
        })
    }

    /// The first rows as a fence, in no more than so many characters; and how many rows it shows.
    pub(super) fn shown(&self, room: usize) -> (String, usize) {
        let mut lines = String::new();
        let mut shown = 0;
        for row in self.top() {
            let (said, _) = redline::fence(&self.only(row), LINES, WIDTH);
            // No page may call anybody from inside a fence either.
            let said = said.replace('@', "@\u{200B}");
            if harmless::is_blank(&said) || fit::length(&lines) + fit::length(&said) > room {
                continue;
            }
            lines.push_str(&said);
            lines.push('\n');
            shown += 1;
        }
        if shown == 0 {
            return (lines, 0);
        }
        let heading = match self.all() {
            all if all == shown => "**Rows that differ**".to_owned(),
            all => format!("**Rows that differ: {shown} of {all}**"),
        };
        (format!("{heading}\n```diff\n{lines}```"), shown)
    }

    /// All rows as a file, with how many of them are not shown.
    pub(super) fn file(&self, news: &News, shown: usize) -> Rows {
        let id = fit::cut(&harmless::line(&news.watch.id.0), ID);
        Rows {
            file: Some((FILE.to_owned(), separated::rows(&self.tables))),
            more: self.all().saturating_sub(shown),
            command: format!("smallprint diff {id} {}", news.change.span),
        }
    }

    fn all(&self) -> usize {
        self.tables.iter().map(|table| differing(table)).sum()
    }

    /// The diff of one row alone.
    fn only(&self, row: Row) -> Diff {
        let blocks = row.blocks();
        let this = |edit: &&Edit| {
            let at = |place: Option<&Place>| place.map(|place| place.index);
            (at(edit.before()), at(edit.after())) == blocks
        };
        let edits: Vec<Edit> = self.diff.edits().find(this).cloned().into_iter().collect();
        let mut tables = Vec::new();
        if let Some(table) = self.tables.first() {
            let mut table = TableDiff {
                path: Vec::new(),
                columns: Vec::new(),
                columns_changed: ColumnsChanged::default(),
                matched: table.matched.clone(),
                counts: RowCounts::default(),
                added: Vec::new(),
                removed: Vec::new(),
                altered: Vec::new(),
                rekeyed: Vec::new(),
                examples: Vec::new(),
            };
            match row {
                Row::Altered(row) => table.altered.push(row.clone()),
                Row::Removed(row) => table.removed.push(row.clone()),
                Row::Added(row) => table.added.push(row.clone()),
            }
            tables.push(table);
        }
        Diff {
            hunks: vec![Hunk {
                path: Vec::new(),
                above: None,
                edits,
                below: None,
            }],
            tables,
            ..Diff::default()
        }
    }
}

/// How many rows of a table came, went or were altered.
fn differing(table: &TableDiff) -> usize {
    let counts = &table.counts;
    counts.added + counts.removed + counts.altered + counts.rekeyed
}

/// The rows of a table that differ and are listed: what was altered, what went, what came.
fn rows(table: &TableDiff) -> impl Iterator<Item = Row<'_>> {
    let altered = table.altered.iter().chain(&table.rekeyed).map(Row::Altered);
    let whole = table.removed.iter().map(Row::Removed);
    altered
        .chain(whole)
        .chain(table.added.iter().map(Row::Added))
}
