//! Finds the rows of a table that name its columns.

use std::collections::HashSet;
use std::ops::Range;

use crate::extract::sheet::values::{is_date, is_number, is_year};

/// How far down a table its heading is looked for.
const DEEPEST: usize = 40;

/// How many rows are looked at to learn how wide a table is.
const SAMPLE: usize = 1000;

/// The longest name of a column, in bytes.
const LONGEST: usize = 400;

/// How many cells the rows of a table usually fill; 1 where no row fills more.
pub fn usual<R: AsRef<[String]>>(rows: &[R]) -> usize {
    let mut widths: Vec<usize> = rows
        .iter()
        .take(SAMPLE)
        .map(|row| filled(row.as_ref()))
        .filter(|width| *width > 1)
        .collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or(1)
}

/// The rows that name the columns: mostly filled with texts that differ, and followed by rows of a like width. Above
/// them stand titles and notes. Two rows where one groups what the other names.
pub fn find<R: AsRef<[String]>>(rows: &[R]) -> Option<Range<usize>> {
    let usual = usual(rows);
    let row = |at: usize| rows.get(at).map(AsRef::as_ref);
    let fits = |at: usize, share: usize| {
        let cells = row(at)?;
        let wide = filled(cells) >= 2 && filled(cells) * 10 >= usual * share;
        let above = at.checked_sub(1).and_then(row).unwrap_or_default();
        let named = is_heading(cells) && (is_distinct(cells) || groups(above, cells));
        let followed = match row(at + 1) {
            Some(_) => rows[at + 1..]
                .iter()
                .take(3)
                .any(|next| filled(next.as_ref()) * 2 >= usual),
            None => at == 0,
        };
        (wide && named && followed).then_some(at)
    };
    let depth = rows.len().min(DEEPEST);
    let loose = (0..depth).find_map(|at| fits(at, 6))?;
    // Two cells above a wider table are a note such as "Period: July 2016", not its heading.
    let note = filled(row(loose)?) <= 2 && usual >= 3;
    let strict = || (loose..depth).find_map(|at| fits(at, 9));
    let at = if note {
        strict().unwrap_or(loose)
    } else {
        loose
    };
    let cells = row(at)?;
    let above = at.checked_sub(1).and_then(row).unwrap_or_default();
    if groups(above, cells) {
        return Some(at - 1..at + 1);
    }
    let below = row(at + 1).unwrap_or_default();
    let divided = divides(cells, below) && row(at + 2).is_some_and(|next| !is_heading(next));
    Some(at..if divided { at + 2 } else { at + 1 })
}

/// Whether a first row cannot be taken for one of the others: it names columns in which the others hold numbers.
pub fn is_evident<R: AsRef<[String]>>(rows: &[R]) -> bool {
    let Some((first, others)) = rows.split_first() else {
        return false;
    };
    let first = first.as_ref();
    let holds_numbers = |column: usize| {
        let below: Vec<&str> = others
            .iter()
            .take(SAMPLE)
            .filter_map(|row| row.as_ref().get(column))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        let numbers = below
            .iter()
            .filter(|cell| is_number(cell) || is_date(cell))
            .count();
        !below.is_empty() && numbers * 10 >= below.len() * 6
    };
    is_heading(first)
        && is_distinct(first)
        && first
            .iter()
            .enumerate()
            .any(|(at, cell)| is_name(cell) && holds_numbers(at))
}

/// How many cells of a row are filled.
pub fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// Whether a row could name columns: names, with years or dates at most after the first.
fn is_heading(row: &[String]) -> bool {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let first = cells.next();
    first.is_some_and(|cell| is_name(cell) && !cell.ends_with(':'))
        && cells.all(|cell| is_label(cell))
}

/// Whether a cell could name a column, if others beside it do.
fn is_label(cell: &str) -> bool {
    is_name(cell) || is_year(cell) || is_date(cell)
}

fn is_name(cell: &str) -> bool {
    let signs = cell
        .chars()
        .any(|c| c.is_alphabetic() || "%£$€#№".contains(c));
    cell.len() <= LONGEST && signs && !is_number(cell) && !is_date(cell)
}

fn is_distinct(row: &[String]) -> bool {
    let cells: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
    let distinct: HashSet<&&String> = cells.iter().collect();
    distinct.len() * 10 >= cells.len() * 7
}

/// Whether a row groups the columns that the next one names: fewer names, each over the first of its columns.
fn groups(above: &[String], row: &[String]) -> bool {
    let count = filled(above);
    let repeated = {
        let names: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
        names.iter().collect::<HashSet<_>>().len() < names.len()
    };
    let leads = above.first().is_some_and(String::is_empty);
    let enough = count >= 2 || (count == 1 && leads && repeated);
    enough
        && count < filled(row)
        && above.len() <= row.len()
        && above
            .iter()
            .all(|group| group.is_empty() || is_label(group))
        && (leads || repeated)
        && above
            .iter()
            .zip(row)
            .all(|(group, name)| group.is_empty() || !name.is_empty())
}

/// Whether the row below divides columns of a heading: it names what the heading leaves open, and leaves open what
/// the heading names for both.
fn divides(row: &[String], below: &[String]) -> bool {
    let cell = |row: &[String], at: usize| row.get(at).is_some_and(|cell| !cell.is_empty());
    let columns = 0..row.len().max(below.len());
    let opens = columns.clone().any(|at| !cell(row, at) && cell(below, at));
    let shares = columns.clone().any(|at| cell(row, at) && !cell(below, at));
    let together = columns.clone().any(|at| cell(row, at) && cell(below, at));
    opens && shares && together && is_heading(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table as lines with bars between the cells, and the rows of its heading.
    #[track_caller]
    fn case(table: &str, expected: Option<Range<usize>>) {
        let rows: Vec<Vec<String>> = table
            .lines()
            .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect())
            .collect();
        assert_eq!(find(&rows), expected, "{table}");
    }

    #[test]
    fn the_first_row_is_the_heading() {
        case(
            "Ref|Who|Date\nA1|Trust|2016-07-06\nA2|Board|2016-07-08",
            Some(0..1),
        );
        case("Ref|Who|Why\nA1|Trust|Audit\nA2|Board|Care", Some(0..1));
        case("Name|%|£\nA|1|2", Some(0..1));
        case("Ref|Who", Some(0..1));
    }

    #[test]
    fn titles_and_notes_stand_above_it() {
        case(
            "Register of releases\nRef|Who|Date\nA1|Trust|2016-07-06\nA2|Board|2016-07-08",
            Some(1..2),
        );
        case(
            "Releases|\nPeriod:|July 2016\nPublished|8 July 2016\nRef|Who|Date|Why\nA1|T|2016-07-06|x\nA2|B|2016-07-08|y\nA3|C|2016-07-08|y\nA4|C|2016-07-08|y",
            Some(3..4),
        );
        case(
            "Source|NHS Digital\nRegion|Cases|Deaths\nLondon|1|2\nLeeds|3|4\nYork|5|6",
            Some(1..2),
        );
    }

    #[test]
    fn years_and_dates_may_name_columns() {
        case(
            "Region|2014|2015|2016\nLondon|10|20|30\nLeeds|11|21|31",
            Some(0..1),
        );
        case(
            "Region|2020-03-14|2020-03-15\nLondon|10|20\nLeeds|11|21",
            Some(0..1),
        );
    }

    #[test]
    fn a_column_may_have_no_name() {
        case(
            "Ref|Who||Date\nA1|T|x|2016-07-06\nA2|B|y|2016-07-08",
            Some(0..1),
        );
    }

    #[test]
    fn two_rows_may_name_the_columns() {
        case(
            "|2016||2017|\nRegion|Men|Women|Men|Women\nLondon|1|2|3|4\nLeeds|1|2|3|4",
            Some(0..2),
        );
        case(
            "Region|2016||2017|\n|Men|Women|Men|Women\nLondon|1|2|3|4\nLeeds|1|2|3|4",
            Some(0..2),
        );
        case(
            "A title\n||Recipients|\nRef|Who|Name|Kind\n1|a|b|c\n2|d|e|f",
            Some(2..3),
        );
    }

    #[test]
    fn numbers_alone_have_no_heading() {
        case("1|2|3\n4|5|6", None);
        case("A note\nAnother note", None);
        case("", None);
    }

    #[test]
    fn a_heading_is_evident_over_numbers() {
        let rows = |text: &str| -> Vec<Vec<String>> {
            let cells = |line: &str| line.split('|').map(str::to_owned).collect();
            text.lines().map(cells).collect()
        };
        assert!(is_evident(&rows("Region|Cases\nLondon|1\nLeeds|2")));
        assert!(!is_evident(&rows("London|Open\nLeeds|Shut\nYork|Open")));
        assert!(!is_evident(&rows("London|1\nLeeds|2")));
    }
}
