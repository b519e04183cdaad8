//! Writes the tables of an export in one walk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::Value;

use crate::export::catalogue::{Notation, Table};
use crate::export::cells::cell;
use crate::export::folder::{Folder, Part};
use crate::export::rows;
use crate::export::walk::{Arrived, Before, Step, Walk};
use crate::house::NotDone;
use crate::model::{VersionNo, WatchId};

/// Writes all tables in one walk. They are finished together, so that each refers to rows that are there.
pub(super) fn write(
    walk: &mut Walk,
    folder: &mut Folder,
    notation: Notation,
) -> Result<(), NotDone> {
    let mut all = Table::all(notation).iter();
    if all.all(|table| folder.has(&table.path(notation))) {
        walk.skip();
        return Ok(());
    }
    let mut sheets = Sheets::begin(folder, notation)?;
    let pages: Vec<_> = walk
        .choice
        .pages()
        .map(|(_, page)| rows::document(page))
        .collect();
    for page in pages {
        sheets.put(folder, Table::Documents, page)?;
    }
    walk.steps(|walk, step| match step {
        Step::Landed(arrived) => sheets.arrived(walk, folder, &arrived),
        Step::Looked(entry, place, known, look) => {
            let Some(page) = walk.choice.page(&known) else {
                return Ok(());
            };
            sheets.put(folder, Table::Visits, rows::look(page, entry, place, &look))
        }
        Step::Corrected(entry, annotation) => match walk.correction(entry, annotation.of)? {
            Some((correction, page)) => {
                let row = rows::correction(&page, annotation.of, &correction);
                sheets.put(folder, Table::Corrections, row)
            }
            None => Ok(()),
        },
        Step::Backfilled(before) => sheets.before(walk, folder, &before),
    })?;
    for name in walk.names()?.iter() {
        for row in rows::names(&walk.choice, name) {
            sheets.put(folder, Table::Names, row)?;
        }
    }
    sheets.end(folder)
}

/// The tables while they are written.
struct Sheets {
    notation: Notation,
    open: BTreeMap<Table, (Sheet, u64)>,
    /// The versions that were written, by their watches.
    written: BTreeMap<WatchId, BTreeSet<VersionNo>>,
}

enum Sheet {
    Csv(Box<csv::Writer<Part>>, String),
    Jsonl(Part),
}

impl Sheets {
    fn begin(folder: &Folder, notation: Notation) -> Result<Sheets, NotDone> {
        let mut open = BTreeMap::new();
        for table in Table::all(notation) {
            let path = table.path(notation);
            let part = folder.begin(&path)?;
            let sheet = match notation {
                Notation::Jsonl => Sheet::Jsonl(part),
                Notation::Csv => {
                    let mut sheet = csv::WriterBuilder::new()
                        .terminator(csv::Terminator::CRLF)
                        .from_writer(part);
                    let heads = table.schema().fields.iter().map(|field| field.name);
                    let written = sheet.write_record(heads);
                    written.map_err(|error| folder.full(&path, &error.into()))?;
                    Sheet::Csv(Box::new(sheet), path)
                }
            };
            open.insert(*table, (sheet, 0));
        }
        Ok(Sheets {
            notation,
            open,
            written: BTreeMap::new(),
        })
    }

    fn arrived(
        &mut self,
        walk: &mut Walk,
        folder: &mut Folder,
        arrived: &Arrived,
    ) -> Result<(), NotDone> {
        let (page, known) = (&arrived.page, &arrived.known);
        // A version that came before the time asked for is the other side of a change.
        for no in [arrived.landed.span.from, arrived.landed.span.to] {
            self.version(walk, folder, known, no)?;
        }
        if let Some(change) = &arrived.change {
            self.put(folder, Table::Changes, rows::change(page, change))?;
            for (place, finding) in (1..).zip(&change.findings) {
                let row = rows::finding(page, change, place, finding);
                self.put(folder, Table::Findings, row)?;
            }
        }
        self.put(folder, Table::Captures, rows::capture(walk, arrived)?)?;
        if arrived.landed.imported.is_none() {
            self.put(folder, Table::Visits, rows::visit(arrived))?;
        }
        Ok(())
    }

    fn before(&mut self, walk: &Walk, folder: &mut Folder, before: &Before) -> Result<(), NotDone> {
        let document = (before.text.as_ref())
            .map(|text| walk.document(text))
            .transpose()?;
        let row = rows::past(&before.page, before, document.as_ref());
        self.put(folder, Table::Past, row)?;
        if let Some(document) = document {
            folder.note_reader(&document.reader.0);
            if self.notation == Notation::Jsonl {
                let row = rows::past_text(&before.page, before, &document);
                self.put(folder, Table::PastTexts, row)?;
            }
        }
        Ok(())
    }

    /// Writes a version, unless it is written.
    fn version(
        &mut self,
        walk: &Walk,
        folder: &mut Folder,
        known: &WatchId,
        no: VersionNo,
    ) -> Result<(), NotDone> {
        let written = self.written.entry(known.clone()).or_default();
        let Some(page) = walk
            .choice
            .page(known)
            .filter(|_| no > 0 && written.insert(no))
        else {
            return Ok(());
        };
        let version = walk.version(known, no)?;
        let document = walk.document(&version)?;
        folder.note_reader(&document.reader.0);
        let row = rows::version(walk, page, &version, &document);
        self.put(folder, Table::Versions, row)?;
        match self.notation {
            Notation::Jsonl => self.put(folder, Table::Texts, rows::text(page, no, &document)),
            Notation::Csv => Ok(()),
        }
    }

    fn put(&mut self, folder: &Folder, table: Table, row: Vec<Value>) -> Result<(), NotDone> {
        debug_assert_eq!(row.len(), table.schema().fields.len(), "{table:?}");
        let (sheet, rows) = self.open.get_mut(&table).expect("every table is open");
        *rows += 1;
        match sheet {
            Sheet::Csv(sheet, path) => {
                let cells = row.iter().map(|value| cell(value).into_owned());
                let written = sheet.write_record(cells);
                written.map_err(|error| folder.full(path, &error.into()))
            }
            Sheet::Jsonl(part) => {
                let mut line = object(table, &row);
                line.push('\n');
                let written = part.write_all(line.as_bytes());
                written.map_err(|error| folder.full(part.path(), &error))
            }
        }
    }

    fn end(self, folder: &mut Folder) -> Result<(), NotDone> {
        for (sheet, rows) in self.open.into_values() {
            let part = match sheet {
                Sheet::Jsonl(part) => part,
                Sheet::Csv(sheet, path) => {
                    (sheet.into_inner()).map_err(|error| folder.full(&path, error.error()))?
                }
            };
            folder.finish(part, Some(rows))?;
        }
        Ok(())
    }
}

/// A row as an object of JSON, its fields in the order of the table: some readers go by it.
fn object(table: Table, row: &[Value]) -> String {
    let fields = table.schema().fields.iter().zip(row);
    let fields: Vec<String> = fields
        .map(|(field, value)| format!("\"{}\":{value}", field.name))
        .collect();
    format!("{{{}}}", fields.join(","))
}
