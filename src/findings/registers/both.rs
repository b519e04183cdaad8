//! Rows of one edition that contradict each other: the same data to the same recipient, with opt-outs and without.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use crate::diff::tables;
use crate::diff::tables::Found;
use crate::findings::registers::days::{date, month};
use crate::findings::registers::headings::{is_dataset, is_day, is_opt_out, is_recipient};
use crate::findings::registers::recipients::{Folded, parts};
use crate::findings::registers::terms::{Says, says};
use crate::findings::registers::{NAME, altered, joined, names, places, quote};
use crate::model::{Document, Finding, Quoted, TableDiff};
use crate::prose::cut;
use crate::rulebook::Book;

/// One recipient, one dataset, one month.
type Triple = (String, String, (i32, u32));

/// The finding about rows that this edition brings into contradiction.
pub(super) fn judge(
    book: &Book,
    table: &TableDiff,
    before: &Document,
    after: &Document,
) -> Option<Finding> {
    if !table.columns.iter().any(|heading| is_opt_out(heading)) {
        return None;
    }
    let came = table.added.iter().map(|row| row.block);
    let touched: HashSet<usize> = came.chain(altered(table).map(|row| row.blocks.1)).collect();
    if touched.is_empty() {
        return None;
    }
    let mut cells = Folded::default();
    let new = tables::found(after);
    let new = new
        .iter()
        .find(|found| touched.iter().any(|block| found.blocks().contains(block)))?;
    let places_now = Places::of(new)?;
    let mut asked: HashMap<Triple, Sides> = HashMap::new();
    for row in (0..new.rows.len()).filter(|row| touched.contains(&new.block(*row))) {
        let told = places_now.told(new, row, None, &mut cells);
        asked.extend(
            told.into_iter()
                .map(|(triple, _)| (triple, Sides::default())),
        );
    }
    if asked.is_empty() {
        return None;
    }
    places_now.collect(new, &mut cells, &mut asked);
    asked.retain(|_, sides| sides.both().is_some());
    if asked.is_empty() {
        return None;
    }
    let mut stood: HashMap<Triple, Sides> = asked
        .keys()
        .map(|triple| (triple.clone(), Sides::default()))
        .collect();
    for old in tables::found(before) {
        if let Some(places) = Places::of(&old) {
            places.collect(&old, &mut cells, &mut stood);
        }
    }
    asked.retain(|triple, _| stood.get(triple).is_none_or(|sides| sides.both().is_none()));
    let mut pairs: Vec<(usize, usize)> = asked.values().filter_map(Sides::both).collect();
    pairs.sort_unstable();
    told(book, new, &places_now, &pairs)
}

fn told(book: &Book, new: &Found, at: &Places, pairs: &[(usize, usize)]) -> Option<Finding> {
    let (with, without) = *pairs.first()?;
    let named = |row: usize, columns: &[usize]| {
        let cells = columns.iter().map(|column| new.cell(row, *column));
        let first = cells.into_iter().find(|cell| !cell.is_empty());
        cut(first.unwrap_or_default(), NAME)
    };
    let day = at.day(new, with)?;
    let more = match pairs.len() {
        1 => String::new(),
        2 => " So does 1 other pair of rows.".to_owned(),
        many => format!(" So do {} other pairs of rows.", many - 1),
    };
    let why = format!(
        "“{}” with “{}” of {} stands in this table both with “{}”: “{}” and with “{}”.{more}",
        named(with, &at.who),
        named(with, &at.what),
        month(day),
        cut(&new.columns[at.opt_out], NAME),
        new.cell(with, at.opt_out),
        new.cell(without, at.opt_out)
    );
    let rows: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let said = |row: &usize| {
        let all = 0..new.columns.len();
        let cells: Vec<(String, String)> = all
            .map(|column| {
                (
                    new.columns[column].clone(),
                    new.cell(*row, column).to_owned(),
                )
            })
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        quote("", &cells).trim_start_matches(" · ").to_owned()
    };
    let names = names(
        [named(with, &at.who), named(with, &at.what)]
            .iter()
            .map(String::as_str),
    );
    Some(Finding {
        why,
        names,
        after: joined(rows.iter().map(said)),
        stands: Quoted {
            before: Vec::new(),
            after: places(rows.iter().map(|row| new.block(*row))),
        },
        ..book.rule("opt-out-both").finding()
    })
}

/// A row that says yes and a row that says no.
#[derive(Default)]
struct Sides {
    yes: Option<usize>,
    no: Option<usize>,
}

impl Sides {
    fn both(&self) -> Option<(usize, usize)> {
        self.yes.zip(self.no)
    }
}

/// In which columns of a table a row says what.
struct Places {
    who: Vec<usize>,
    what: Vec<usize>,
    days: Vec<usize>,
    opt_out: usize,
}

impl Places {
    fn of(table: &Found) -> Option<Places> {
        let columns = |is: fn(&str) -> bool| -> Vec<usize> {
            let all = 0..table.columns.len();
            all.filter(|column| is(&table.columns[*column])).collect()
        };
        let places = Places {
            who: columns(is_recipient),
            what: columns(is_dataset),
            days: columns(is_day),
            opt_out: *columns(is_opt_out).first()?,
        };
        let whole = !places.who.is_empty() && !places.what.is_empty() && !places.days.is_empty();
        whole.then_some(places)
    }

    fn day(&self, table: &Found, row: usize) -> Option<NaiveDate> {
        let cells = self.days.iter().map(|column| table.cell(row, *column));
        cells.into_iter().find_map(date)
    }

    /// What a row says of opt-outs, for each recipient (of these, if any are given), dataset and month it names.
    fn told(
        &self,
        table: &Found,
        row: usize,
        of: Option<&HashSet<String>>,
        cells: &mut Folded,
    ) -> Vec<(Triple, Says)> {
        let held = |columns: &[usize], cells: &mut Folded| -> Vec<String> {
            let found = columns.iter().map(|column| table.cell(row, *column));
            let parts = found.flat_map(parts);
            parts.map(|part| cells.folded(part)).collect()
        };
        let mut who = held(&self.who, cells);
        who.retain(|party| of.is_none_or(|of| of.contains(party)));
        if who.is_empty() {
            return Vec::new();
        }
        let said = says(&table.columns[self.opt_out], table.cell(row, self.opt_out));
        let Some(day) = self
            .day(table, row)
            .filter(|_| matches!(said, Says::Yes | Says::No))
        else {
            return Vec::new();
        };
        let what = held(&self.what, cells);
        let month = (day.year(), day.month());
        let pairs = who
            .iter()
            .flat_map(|party| what.iter().map(move |set| (party, set)));
        pairs
            .map(|(party, set)| ((party.clone(), set.clone(), month), said))
            .collect()
    }

    /// Notes the first row of either sort for what is asked after.
    fn collect(&self, table: &Found, cells: &mut Folded, asked: &mut HashMap<Triple, Sides>) {
        let parties: HashSet<String> = asked.keys().map(|(party, ..)| party.clone()).collect();
        for row in 0..table.rows.len() {
            for (triple, said) in self.told(table, row, Some(&parties), cells) {
                let Some(sides) = asked.get_mut(&triple) else {
                    continue;
                };
                let side = match said {
                    Says::Yes => &mut sides.yes,
                    _ => &mut sides.no,
                };
                side.get_or_insert(row);
            }
        }
    }
}
