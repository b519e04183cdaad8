//! What a person asked not to be told of, held against what was found.

use chrono_tz::Tz;
use regex::Regex;

use crate::diff;
use crate::model::{Diff, Document, Edit, Finding, Mute, Scope, Severity, WatchId};
use crate::prose::fold;
use crate::wording::{harmless, times};

/// From this severity on nothing is hidden by a mute that names neither the watch nor the rule.
const BY_NAME_ONLY: Severity = Severity(5);
/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 500;
/// How much of a quote is looked for to tell the block in which it stands, in characters.
const TELLING: usize = 60;

/// What was found, and where.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Whose change.
    pub watch: &'a WatchId,
    /// Who publishes the page.
    pub publisher: Option<&'a str>,
    /// What was found, `timing` with it.
    pub findings: &'a [Finding],
    /// The page before and after; needed where a mute asks for words ([`wants_text`]).
    pub texts: (Option<&'a Document>, Option<&'a Document>),
}

/// What is hidden of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hidden {
    /// The findings that are hidden, by their places.
    pub findings: Vec<usize>,
    /// Whether that is all there is to say.
    pub whole: bool,
    /// The mutes that hide them, by their numbers.
    pub by: Vec<u32>,
}

/// What these mutes, which all hold now, hide of a change; `None` where they hide nothing.
pub fn hidden<'a>(mutes: impl IntoIterator<Item = &'a Mute>, about: &About<'_>) -> Option<Hidden> {
    let timed = about.findings.iter().any(|one| one.rule == "timing");
    let telling = |at: &usize| about.findings[*at].rule != "timing";
    let told: Vec<usize> = (0..about.findings.len()).filter(telling).collect();
    let mut hidden = Hidden {
        findings: Vec::new(),
        whole: false,
        by: Vec::new(),
    };
    for mute in mutes {
        let Some(held) = Held::against(&mute.scope, about) else {
            continue;
        };
        let severity = |finding: &Finding| match timed && finding.severity >= Severity(2) {
            true => finding.severity.raised(),
            false => finding.severity,
        };
        let mut used = false;
        for at in &told {
            let finding = &about.findings[*at];
            if held.covers(finding, severity(finding)) {
                used = true;
                if !hidden.findings.contains(at) {
                    hidden.findings.push(*at);
                }
            }
        }
        if told.is_empty() && held.covers_words() {
            used = true;
            hidden.whole = true;
        }
        if used {
            hidden.by.push(mute.no);
        }
    }
    hidden.findings.sort_unstable();
    hidden.whole |= !told.is_empty() && hidden.findings.len() == told.len();
    (!hidden.by.is_empty()).then_some(hidden)
}

/// Whether a mute cannot be held against a change without the texts of the page.
pub fn wants_text(scope: &Scope) -> bool {
    scope.pattern.is_some() || scope.block.is_some()
}

/// Why nothing is said: who asked, until when, and for what reason.
pub fn reason(mute: &Mute, zone: Tz) -> String {
    let until = match mute.until {
        Some(until) => format!("until {}", times::moment(until, zone)),
        None => "until it is lifted".to_owned(),
    };
    format!(
        "muted by {} {until}: {} (mute {})",
        harmless::line(&mute.by),
        harmless::line(&mute.why).trim_end_matches('.'),
        mute.no
    )
}

/// A pattern as a mute may have it.
///
/// # Errors
/// What is wrong with it, in a clause.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("it is longer than {LONGEST_PATTERN} bytes"));
    }
    match compiled(pattern) {
        Ok(found) if found.is_match("") => Err("it matches everything".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => {
            let told = error.to_string();
            let why = told.lines().last().unwrap_or_default();
            Err(why.trim_start_matches("error: ").to_owned())
        }
    }
}

fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("(?i:{pattern})"))
}

/// A mute whose conditions on the page hold.
struct Held<'a> {
    scope: &'a Scope,
    about: &'a About<'a>,
    pattern: Option<Regex>,
    block: Option<String>,
}

impl<'a> Held<'a> {
    fn against(scope: &'a Scope, about: &'a About<'a>) -> Option<Held<'a>> {
        let is = |wanted: &String, publisher: &str| fold(wanted) == fold(publisher);
        let of_watch = scope.watch.as_ref().is_none_or(|id| id == about.watch);
        let of_publisher = match (&scope.publisher, about.publisher) {
            (None, _) => true,
            (Some(wanted), Some(publisher)) => is(wanted, publisher),
            (Some(_), None) => false,
        };
        let pattern = match &scope.pattern {
            // What cannot be read hides nothing; it was refused when it was asked for.
            Some(pattern) => Some(compiled(pattern).ok()?),
            None => None,
        };
        (of_watch && of_publisher && !scope.is_empty()).then(|| Held {
            scope,
            about,
            pattern,
            block: scope.block.as_deref().map(fold),
        })
    }

    fn covers(&self, finding: &Finding, severity: Severity) -> bool {
        let named = self.scope.watch.is_some() || self.scope.rule.is_some();
        let quotes = || [&finding.before, &finding.after].into_iter().flatten();
        let rule = self.scope.rule.as_ref();
        let pattern = self.pattern.as_ref();
        let block = self.block.as_ref();
        (named || severity < BY_NAME_ONLY)
            && rule.is_none_or(|rule| *rule == finding.rule)
            && pattern.is_none_or(|pattern| quotes().any(|quote| pattern.is_match(quote)))
            && block.is_none_or(|block| quotes().any(|quote| self.stands_in(block, quote)))
    }

    /// Whether a change of which no rule has anything to say is covered by its words.
    fn covers_words(&self) -> bool {
        if self.scope.rule.is_some() {
            return false;
        }
        if self.pattern.is_none() && self.block.is_none() {
            return true;
        }
        let (Some(before), Some(after)) = self.about.texts else {
            return false;
        };
        let diff: Diff = diff::between(before, after);
        let covers = |edit: &Edit| {
            let mut texts = [edit.before(), edit.after()].into_iter().flatten();
            texts.any(|place| {
                let pattern = self.pattern.as_ref();
                let block = self.block.as_ref();
                pattern.is_none_or(|pattern| pattern.is_match(&place.text))
                    && block.is_none_or(|block| fold(&place.text).contains(block.as_str()))
            })
        };
        let mut edits = diff.edits().peekable();
        edits.peek().is_some() && edits.all(covers)
    }

    /// Whether quoted words stand in a block that has this text.
    fn stands_in(&self, block: &str, quote: &str) -> bool {
        let (before, after) = self.about.texts;
        let parts = quote.split(['…']).map(str::trim);
        let part = parts.max_by_key(|part| part.chars().count());
        let part: String = part.unwrap_or_default().chars().take(TELLING).collect();
        let part = fold(&part);
        let blocks = [before, after].into_iter().flatten();
        let mut blocks = blocks.flat_map(|document| &document.blocks);
        !part.is_empty()
            && (fold(quote).contains(block)
                || blocks.any(|one| {
                    let text = fold(&one.text);
                    text.contains(&part) && text.contains(block)
                }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

    fn finding(rule: &str, severity: u8, before: &str) -> Finding {
        Finding {
            rule: rule.to_owned(),
            severity: Severity(severity),
            before: Some(before.to_owned()),
            ..Finding::default()
        }
    }

    fn page(lines: &[&str]) -> Document {
        let block = |line: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*line).to_owned(),
            links: Vec::new(),
        };
        Document {
            blocks: lines.iter().map(block).collect(),
            ..Document::empty(ReaderId("page-1".into()), "A page")
        }
    }

    fn mute(scope: Scope) -> Mute {
        Mute {
            no: 3,
            scope,
            until: None,
            why: "They reword it every day.".to_owned(),
            by: "Ada".to_owned(),
        }
    }

    /// How many of three findings a mute hides: of severity 5, 3 and 2.
    #[track_caller]
    fn case(scope: Scope, expected: &[usize]) {
        let findings = [
            finding("safeguard-removed", 5, "Data will never be sold."),
            finding("date-changed", 3, "It ends on 30 June."),
            finding("count-changed", 2, "It counts 40 practices."),
        ];
        let before = page(&[
            "Data will never be sold. Ask us how.",
            "It ends on 30 June. That is late.",
            "It counts 40 practices.",
        ]);
        let after = page(&["Nothing."]);
        let about = About {
            watch: &"page".into(),
            publisher: Some("NHS England"),
            findings: &findings,
            texts: (Some(&before), Some(&after)),
        };
        let mute = mute(scope.clone());
        let found = hidden([&mute], &about);
        let found = found.map_or(Vec::new(), |hidden| hidden.findings);
        assert_eq!(found, expected, "{scope:?}");
    }

    #[test]
    fn a_mute_hides_what_meets_all_its_conditions() {
        let some = |text: &str| Some(text.to_owned());
        let watch = |id: &str| Some(WatchId::from(id));
        let none = Scope::default;
        case(
            Scope {
                watch: watch("page"),
                ..none()
            },
            &[0, 1, 2],
        );
        case(
            Scope {
                watch: watch("other"),
                ..none()
            },
            &[],
        );
        case(
            Scope {
                rule: some("date-changed"),
                ..none()
            },
            &[1],
        );
        case(
            Scope {
                rule: some("safeguard-removed"),
                ..none()
            },
            &[0],
        );
        case(
            Scope {
                watch: watch("other"),
                rule: some("date-changed"),
                ..none()
            },
            &[],
        );
        // What matters most is hidden only by name.
        case(
            Scope {
                publisher: some("nhs england"),
                ..none()
            },
            &[1, 2],
        );
        case(
            Scope {
                publisher: some("NHSX"),
                ..none()
            },
            &[],
        );
        case(
            Scope {
                pattern: some("never|30 june"),
                ..none()
            },
            &[1],
        );
        case(
            Scope {
                watch: watch("page"),
                pattern: some("never|30 june"),
                ..none()
            },
            &[0, 1],
        );
        case(
            Scope {
                block: some("That is late"),
                ..none()
            },
            &[1],
        );
        case(
            Scope {
                block: some("Ask us how"),
                ..none()
            },
            &[],
        );
        case(
            Scope {
                block: some("Ask us how"),
                watch: watch("page"),
                ..none()
            },
            &[0],
        );
        case(none(), &[]);
    }

    #[test]
    fn timing_makes_a_finding_of_four_one_of_five() {
        let findings = [
            finding("denial", 4, "It is not so."),
            finding("timing", 1, "Friday"),
        ];
        let about = About {
            watch: &"page".into(),
            publisher: Some("NHSX"),
            findings: &findings,
            texts: (None, None),
        };
        let by = |publisher: &str, rule: Option<&str>| {
            let scope = Scope {
                publisher: Some(publisher.to_owned()),
                rule: rule.map(str::to_owned),
                ..Scope::default()
            };
            hidden([&mute(scope)], &about)
        };
        assert_eq!(by("NHSX", None), None);
        let hidden = by("NHSX", Some("denial")).expect("it is hidden by name");
        assert!(hidden.whole);
    }

    #[test]
    fn a_change_of_which_no_rule_speaks_is_hidden_by_its_words() {
        let (before, after) = (
            page(&["Open daily.", "One."]),
            page(&["Open weekly.", "One."]),
        );
        let about = About {
            watch: &"page".into(),
            publisher: None,
            findings: &[],
            texts: (Some(&before), Some(&after)),
        };
        let with = |pattern: &str| {
            let scope = Scope {
                pattern: Some(pattern.to_owned()),
                ..Scope::default()
            };
            hidden([&mute(scope)], &about).is_some_and(|hidden| hidden.whole)
        };
        assert!(with("^open"));
        assert!(!with("closed"));
    }

    #[test]
    fn a_pattern_that_hides_everything_or_cannot_be_read_is_refused() {
        assert!(check_pattern("Last (updated|reviewed)").is_ok());
        assert!(check_pattern("updated(").is_err());
        assert!(check_pattern(".*").is_err());
        assert!(check_pattern(&"a".repeat(501)).is_err());
    }

    #[test]
    fn the_reason_names_who_until_when_and_why() {
        let mut mute = mute(Scope::default());
        let london = chrono_tz::Europe::London;
        assert_eq!(
            reason(&mute, london),
            "muted by Ada until it is lifted: They reword it every day (mute 3)"
        );
        mute.until = Some("2026-07-06T10:00:00Z".parse().expect("a time"));
        assert_eq!(
            reason(&mute, london),
            "muted by Ada until Mon 6 July 2026 11:00 BST: They reword it every day (mute 3)"
        );
    }
}
