//! Recognises a line that does nothing but state a date of the page.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::dates::{self, Moment};

/// What a page states of itself in one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// What is said to have happened then.
    pub what: Event,
    /// When.
    pub when: Moment,
}

/// What may be said to have happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// It was first published.
    Published,
    /// It was changed.
    Updated,
    /// Anything else: reviewed, checked, generated.
    Other,
}

/// The longest line that can be a statement of dates and nothing else, in bytes.
const LONGEST: usize = 200;

const LABEL: &str = concat!(
    r"(?:(?:this|the) )?(?:(?:web ?)?page|(?:web ?)?site|document|information|content|article|guidance|publication|notice|policy|statement|story)? ?",
    r"(?:(?:was|were|is|has been) )?(?:date )?(?:(?:first|last|originally|most recently|next|page) )?",
    r"(?:published|updated|edited|modified|reviewed|checked|changed|amended|revised|verified|refreshed|generated|rendered|created|posted|uploaded|retrieved|printed|publication|update|review|modification|revision)",
    r"(?: (?:date|due|online|at))?",
);

static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    let date = dates::PATTERN.as_str();
    dates::compiled(&format!(
        r"(?i)^\W*(?:(?:{LABEL}|today is|the time is)(?: ?[:–—-])?(?: (?:on|at|in))? ?{date}(?: in \d+ ?ms)?(?: ?[|·,;.–—-] ?| |$))+\W*$"
    ))
});

static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
    let date = dates::PATTERN.as_str();
    dates::compiled(&format!(
        r"(?i)(?-u:\b)(?P<label>{LABEL})(?: ?[:–—-])?(?: (?:on|at|in))? ?(?P<date>{date})"
    ))
});

static LABEL_ALONE: LazyLock<Regex> =
    LazyLock::new(|| dates::compiled(&format!(r"(?i)^{LABEL} ?:?$")));

static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let date = dates::PATTERN.as_str();
    dates::compiled(&format!(r"(?i)^{date}$"))
});

/// Whether the line states dates of the page and nothing else.
pub fn is_statement(line: &str) -> bool {
    line.len() <= LONGEST && may_hold_date(line) && STATEMENT.is_match(line)
}

/// Whether the line is what stands before such a date, and nothing else.
pub fn is_label(line: &str) -> bool {
    line.len() <= 60 && !line.ends_with('.') && LABEL_ALONE.is_match(line)
}

/// Whether the line is a date and nothing else.
pub fn is_bare_date(line: &str) -> bool {
    line.len() <= LONGEST && may_hold_date(line) && BARE.is_match(line)
}

/// Every statement of a date inside a line.
pub fn claims(line: &str) -> Vec<Claim> {
    if line.len() > LONGEST * 4 || !may_hold_date(line) {
        return Vec::new();
    }
    CLAIM
        .captures_iter(line)
        .map(|found| Claim {
            what: event(&found["label"]),
            when: dates::parse(&found["date"]).unwrap_or_default(),
        })
        .collect()
}

/// A quick look: digits, or words such as "yesterday" and "an hour ago".
fn may_hold_date(line: &str) -> bool {
    line.bytes().any(|byte| byte.is_ascii_digit())
        || ["ago", "day", "now"].iter().any(|word| line.contains(word))
}

fn event(label: &str) -> Event {
    let label = label.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    if has(&[
        "next", "review", "check", "generat", "render", "retriev", "print",
    ]) {
        Event::Other
    } else if has(&[
        "updat", "edit", "modif", "chang", "amend", "revis", "refresh", "last",
    ]) {
        Event::Updated
    } else {
        Event::Published
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_only_states_a_date_is_recognised() {
        for line in [
            "Last edited: 12 May 2021 12:17 pm",
            "Last updated on 24 Jul 2024",
            "Published 6 July 2016",
            "Published 6 July 2016 Last updated 8 July 2016",
            "Published: 6 July 2016 | Updated: 8 July 2016",
            "Page last reviewed: 3 May 2021 Next review due: 3 May 2024",
            "Information last checked 5 March 2026 at 12:33:12",
            "Page generated at 5 March 2026 at 12:33:12 in 120 ms",
            "Date published: 22 March 2020",
            "Updated 8 March 2020",
            "This page was last updated on 2024-07-24.",
            "Last updated 3 hours ago",
            "Today is 5 March 2026",
            "Last updated: July 2016",
        ] {
            assert!(is_statement(line), "{line}");
        }
    }

    #[test]
    fn prose_that_holds_a_date_is_kept() {
        for line in [
            "Last updated on 21 March 2020. The latest numbers will publish at 2pm each day.",
            "The pseudonymised dataset was last revised on 6 July 2016 and covers 20 records in Leeds.",
            "These data are as of 9:00am on 8 March 2020.",
            "Collection begins on 1 July 2021.",
            "6 July 2016",
            "Effective date: 1 July 2021",
            "Closing date: 7 September 2016",
            "Updated guidance on opt-outs",
            "The register was published on 6 July 2016 by the board of the Information Centre.",
        ] {
            assert!(!is_statement(line), "{line}");
        }
    }

    #[test]
    fn what_is_claimed_is_told_apart() {
        let line = "Published 6 July 2016 Last updated 8 July 2016 + show all updates";
        let days: Vec<_> = claims(line)
            .into_iter()
            .map(|claim| (claim.what, claim.when.day.map(|day| day.to_string())))
            .collect();
        assert_eq!(
            days,
            [
                (Event::Published, Some("2016-07-06".to_owned())),
                (Event::Updated, Some("2016-07-08".to_owned())),
            ]
        );
    }

    #[test]
    fn a_bare_date_is_recognised() {
        assert!(is_bare_date("20 Mar 2020"));
        assert!(!is_bare_date("20 Mar 2020: schools close"));
    }
}
