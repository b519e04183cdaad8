//! How long data are kept, what it costs to get them, and how often something is published.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::Passages;
use crate::model::{Finding, Severity};
use crate::prose::{Text, compile};

/// What protects more than before is only for the digest.
const SHORTER: Severity = Severity(2);

/// A stretch of time in words.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Period {
    /// As it stands.
    pub text: String,
    /// How long about, in hours; for ever is longest, and what ends when it is no longer needed counts for nothing.
    pub hours: u64,
}

/// What is kept no longer than it is needed.
const NEEDED: u64 = 0;

/// Retention and fees that changed.
pub(super) fn judge(passages: &Passages) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(kept(passages));
    findings.extend(fees(passages));
    findings.extend(rarer(passages));
    findings
}

/// What is published less often than before.
fn rarer(passages: &Passages) -> Option<Finding> {
    static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:publi(?:sh|c)\w*|releas\w+|updat\w+|report\w*|issued?|minutes|statistics|register|meet\w*|review\w*|audit\w*)\b",
        )
    });
    let rule = passages.book.rule("transparency-reduced");
    let steps = |text: &str| -> Vec<(usize, String)> {
        let scale = rule.patterns.scale.iter().enumerate();
        let found = scale.filter_map(|(at, often)| Some((at, often.find(text)?)));
        found
            .map(|(at, hit)| (at, hit.as_str().to_owned()))
            .collect()
    };
    let (mut evidence, mut said) = (Vec::new(), Vec::new());
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if !PUBLISHED.is_match(&was.folded) || is.alike(was) < 0.5 {
            continue;
        }
        let (olds, news) = (steps(&was.folded), steps(&is.folded));
        let lacks = |all: &[(usize, String)], step: usize| all.iter().all(|(at, _)| *at != step);
        let gone = olds.iter().find(|(step, _)| lacks(&news, *step));
        let came = news.iter().find(|(step, _)| lacks(&olds, *step));
        let (Some((from, often)), Some((to, rare))) = (gone, came) else {
            continue;
        };
        if from < to {
            said.push(format!("{often} → {rare}"));
            evidence.push(Evidence {
                severity: rule.severity,
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
        }
    }
    said.truncate(4);
    let why = format!(
        "Something is published or done less often: {}.",
        said.join("; ")
    );
    finding("transparency-reduced", why, evidence)
}

fn kept(passages: &Passages) -> Option<Finding> {
    let rule = passages.book.rule("retention-changed");
    let (mut evidence, mut said) = (Vec::new(), Vec::new());
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let about = |text: &Text| !rule.patterns.leaves(text);
        if !about(&was.plain) || !about(&is.plain) || is.alike(was) < 0.5 {
            continue;
        }
        let Some((from, to)) = swapped(&was.folded, &is.folded) else {
            continue;
        };
        said.push(format!("{} → {}", from.text, to.text));
        evidence.push(Evidence {
            severity: match to.hours > from.hours {
                true => rule.severity,
                false => SHORTER.min(rule.severity),
            },
            before: Some(was),
            after: Some(is),
            names: Vec::new(),
        });
    }
    said.truncate(4);
    let why = format!("How long data are kept has changed: {}.", said.join("; "));
    finding("retention-changed", why, evidence)
}

fn fees(passages: &Passages) -> Option<Finding> {
    static PRICE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"£ ?\d[\d,]*(?:\.\d+)?(?: ?(?:million|billion|m|bn)\b)?|\bfree(?: of charge)?\b|\bno (?:charge|fee)\b",
        )
    });
    let rule = passages.book.rule("fee-changed");
    let (mut evidence, mut said) = (Vec::new(), Vec::new());
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let about = |text: &Text| !rule.patterns.leaves(text);
        if !about(&was.plain) || !about(&is.plain) {
            continue;
        }
        let prices = |text: &str| -> Vec<String> {
            let found = PRICE.find_iter(text);
            found.map(|price| price.as_str().to_owned()).collect()
        };
        let (olds, news) = (prices(&was.folded), prices(&is.folded));
        let gone: Vec<&String> = olds.iter().filter(|one| !news.contains(one)).collect();
        let came: Vec<&String> = news.iter().filter(|one| !olds.contains(one)).collect();
        let (Some(from), Some(to)) = (gone.first(), came.first()) else {
            continue;
        };
        if !from.starts_with('£') && !to.starts_with('£') {
            continue;
        }
        said.push(format!("{from} → {to}"));
        evidence.push(Evidence {
            severity: rule.severity,
            before: Some(was),
            after: Some(is),
            names: Vec::new(),
        });
    }
    said.truncate(4);
    finding(
        "fee-changed",
        format!("A fee or a price has changed: {}.", said.join("; ")),
        evidence,
    )
}

/// The one period that went and the one that came in its place; none where they last as long.
pub(super) fn swapped(was: &str, is: &str) -> Option<(Period, Period)> {
    let (olds, news) = (periods(was), periods(is));
    let missing = |from: &[Period], in_them: &[Period]| -> Vec<Period> {
        let lacks = |one: &&Period| in_them.iter().all(|other| other.hours != one.hours);
        from.iter().filter(lacks).cloned().collect()
    };
    let (gone, came) = (missing(&olds, &news), missing(&news, &olds));
    match (gone.as_slice(), came.as_slice()) {
        ([from], [to]) => Some((from.clone(), to.clone())),
        _ => None,
    }
}

/// Every period in a folded sentence.
fn periods(text: &str) -> Vec<Period> {
    static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?P<need>(?:(?:for )?no|\bnot\b[^.,;]{0,40}|\w+n't\b[^.,;]{0,40}|never\b[^.,;]{0,40}) (?:any )?longer than (?:we |(?:is|it is|they are|strictly) )*(?:necessary|needed|required|need)|only (?:for )?as long as (?:(?:it|they|this|that) (?:is|are) |(?:we|they) need )?(?:strictly )?(?:necessary|needed|required|it|them)\b|(?:as soon as|once|when) (?:it|they|this|that|the \w+|your \w+) (?:is|are|has been|have been) (?:no longer |not )?(?:needed|required|necessary|answered|dealt with|closed|complete[d]?|over))|\b(?P<count>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|sixty|ninety)[ -](?:calendar |working |full )?(?P<unit>hour|day|week|month|year)s?\b|\b(?P<ever>indefinitely|for ever|forever|permanently|in perpetuity|(?:for )?as long as (?:is |it is |we |they )?\w+)",
        )
    });
    let found = PERIOD.captures_iter(text);
    found
        .filter_map(|hit| {
            let text = hit[0].to_owned();
            if hit.name("need").is_some() {
                return Some(Period {
                    text,
                    hours: NEEDED,
                });
            }
            if hit.name("ever").is_some() {
                return Some(Period {
                    text,
                    hours: u64::MAX,
                });
            }
            let hours = match &hit["unit"] {
                "hour" => 1,
                "day" => 24,
                "week" => 24 * 7,
                "month" => 24 * 30,
                _ => 24 * 365,
            };
            let count = number(&hit["count"])?;
            // Twelve months are a year.
            let months = &hit["unit"] == "month" && count % 12 == 0;
            let hours = if months {
                count / 12 * 24 * 365
            } else {
                count * hours
            };
            Some(Period { text, hours })
        })
        .collect()
}

fn number(word: &str) -> Option<u64> {
    const WORDS: [(&str, u64); 19] = [
        ("a", 1),
        ("an", 1),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fifteen", 15),
        ("eighteen", 18),
        ("twenty", 20),
        ("thirty", 30),
        ("sixty", 60),
    ];
    let listed = WORDS.iter().find(|(name, _)| *name == word);
    match (word, listed) {
        ("ninety", _) => Some(90),
        (_, Some((_, count))) => Some(*count),
        _ => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(was: &str, is: &str, expected: Option<(&str, &str)>) {
        let found = swapped(was, is);
        let found = found
            .as_ref()
            .map(|(a, b)| (a.text.as_str(), b.text.as_str()));
        assert_eq!(found, expected, "{was} / {is}");
    }

    #[test]
    fn a_period_in_place_of_another_is_found() {
        case(
            "kept for 8 years",
            "kept for 20 years",
            Some(("8 years", "20 years")),
        );
        case("after 12 months", "after one year", None);
        case(
            "after 12 months",
            "after five years",
            Some(("12 months", "five years")),
        );
        case(
            "for two years",
            "for as long as necessary",
            Some(("two years", "for as long as necessary")),
        );
        case("in 2 years or 3 years", "in 3 years", None);
        case(
            "kept for no longer than is necessary",
            "kept for seven years",
            Some(("for no longer than is necessary", "seven years")),
        );
        case(
            "kept only for as long as they are needed",
            "kept for 6 years",
            Some(("only for as long as they are needed", "6 years")),
        );
        case(
            "deleted as soon as your question is answered",
            "deleted after 90 days",
            Some(("as soon as your question is answered", "90 days")),
        );
        case("kept as long as needed", "kept for as long as needed", None);
    }
}
