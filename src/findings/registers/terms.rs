//! The terms of an agreement that a cell states: opt-outs, commercial purpose, sub-licensing, the law relied on.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::registers::headings::{
    is_commercial, is_contrary, is_legal, is_opt_out, is_sub_licence,
};
use crate::findings::registers::{Cell, about_cells, cells, so_in_others, was_and_is};
use crate::model::{CellEdit, Finding, Severity, TableDiff, Weighed};
use crate::prose::{compile, fold, same_but_spelling};
use crate::rulebook::Book;

/// How much it matters that a cell came to say something that is neither yes nor no, or no longer says either.
const UNCLEAR: Severity = Severity(3);

/// What says yes, what says no, and what says nothing.
static YES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^(?:y|yes|true|1|applied|applies|upheld|respected|honou?red|included|allowed|permitted|commercial)\b",
    )
});
static NO: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^(?:n|no|false|0|none|non[- ]?commercial|academic|prohibited|not (?:applied|upheld|respected|honou?red|included|allowed|permitted|commercial)|(?:does|do) not apply)(?:$|[\s,.;:(–-])",
    )
});
static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^(?:n\s?/\s?a|n\.a\.?|not (?:applicable|known|stated|recorded|yet known)|unknown|tb[acd]|blank|[-–—.?]*)$",
    )
});

/// A matter that a column answers with yes or no.
struct Matter {
    rule: &'static str,
    about: fn(&str) -> bool,
    /// The answer that protects people.
    protects: Says,
    /// How much it matters that the answer came to protect.
    better: Severity,
    /// What came of it then, as a clause.
    because: &'static str,
}

const MATTERS: [Matter; 3] = [
    Matter {
        rule: "opt-out-flipped",
        about: is_opt_out,
        protects: Says::Yes,
        better: Severity(4),
        because: "opt-outs are honoured now where they were not",
    },
    Matter {
        rule: "register-commercial",
        about: is_commercial,
        protects: Says::No,
        better: Severity(3),
        because: "a commercial purpose is no longer stated where it was",
    },
    Matter {
        rule: "register-sub-licence",
        about: is_sub_licence,
        protects: Says::No,
        better: Severity(3),
        because: "passing the data on is no longer allowed where it was",
    },
];

/// What a cell answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Yes,
    No,
    Nothing,
    Other,
}

/// What it answers under its heading.
pub(super) fn says(heading: &str, cell: &str) -> Says {
    let cell = cell.trim();
    let said = match cell {
        _ if NOTHING.is_match(cell) => Says::Nothing,
        _ if NO.is_match(cell) => Says::No,
        _ if YES.is_match(cell) => Says::Yes,
        _ => Says::Other,
    };
    match (said, is_contrary(heading)) {
        (Says::Yes, true) => Says::No,
        (Says::No, true) => Says::Yes,
        (said, _) => said,
    }
}

/// Which way an answer went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Worse,
    Better,
    Unclear,
}

impl Matter {
    fn way(&self, edit: &CellEdit) -> Option<Way> {
        let (was, is) = (
            says(&edit.column, &edit.before),
            says(&edit.column, &edit.after),
        );
        let answers = |said: Says| matches!(said, Says::Yes | Says::No);
        if answers(was) && answers(is) {
            let worse = was == self.protects;
            return (was != is).then_some(if worse { Way::Worse } else { Way::Better });
        }
        let lost = was == self.protects && is == Says::Nothing;
        let stated = was == Says::Nothing && answers(is) && is != self.protects;
        let reworded = (was == Says::Other && is != Says::Nothing)
            || (is == Says::Other && was != Says::Nothing);
        let differs = letters(&edit.before) != letters(&edit.after);
        (lost || stated || (reworded && differs)).then_some(Way::Unclear)
    }

    fn judge(&self, book: &Book, table: &TableDiff) -> Vec<Finding> {
        let all = cells(table, self.about);
        let ways = [Way::Worse, Way::Better, Way::Unclear];
        let found = ways.into_iter().filter_map(|way| {
            let turned = |cell: &&Cell| self.way(cell.edit) == Some(way);
            let cells: Vec<Cell> = all.iter().filter(turned).copied().collect();
            let why = format!(
                "{}{}",
                was_and_is(cells.first()?),
                so_in_others(cells.len())
            );
            let finding = about_cells(book, self.rule, why, &cells);
            Some(match way {
                Way::Worse => finding,
                Way::Better => weighed(finding, self.better, self.because),
                Way::Unclear => weighed(
                    finding,
                    UNCLEAR,
                    "the cell does not say the contrary of what it said",
                ),
            })
        });
        found.collect()
    }
}

/// The finding at another severity; never at a higher one than its rule has.
fn weighed(mut finding: Finding, to: Severity, because: &str) -> Finding {
    if to < finding.severity {
        finding.severity = to;
        finding.weighed.push(Weighed {
            to,
            because: because.to_owned(),
        });
    }
    finding
}

/// The findings about terms that turned.
pub(super) fn judge(book: &Book, table: &TableDiff) -> Vec<Finding> {
    let mut findings: Vec<Finding> = MATTERS
        .iter()
        .flat_map(|matter| matter.judge(book, table))
        .collect();
    findings.extend(legal(book, table));
    findings
}

/// Rows that rely on another law than before.
fn legal(book: &Book, table: &TableDiff) -> Option<Finding> {
    let other = |cell: &Cell| {
        let (was, is) = (cell.edit.before.trim(), cell.edit.after.trim());
        !NOTHING.is_match(was) && law(was) != law(is) && !same_but_spelling(&fold(was), &fold(is))
    };
    let mut cells = cells(table, is_legal);
    cells.retain(other);
    let why = format!(
        "{}{}",
        was_and_is(cells.first()?),
        so_in_others(cells.len())
    );
    Some(about_cells(book, "register-legal-basis", why, &cells))
}

/// A law as it is compared: "Section 261(1)" and "s.261 (1)" are one.
fn law(cell: &str) -> String {
    static SECTION: LazyLock<Regex> =
        LazyLock::new(|| compile(r"(?i)\b(?:sections?|sect?s?|ss?)\b\.?\s*(\d)"));
    letters(&SECTION.replace_all(cell, "s$1"))
}

fn letters(cell: &str) -> String {
    let letters = cell.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
