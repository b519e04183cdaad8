//! Numbers of practices, patients, records and pounds that changed.

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::Passages;
use crate::model::Finding;
use crate::prose::similarity;
use crate::rulebook::Book;

/// What is counted otherwise than before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let mut evidence = Vec::new();
    let mut said = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if similarity(&was.folded, &is.folded) < 0.5 {
            continue;
        }
        let (olds, news) = (
            counts(&passages.book, &was.plain),
            counts(&passages.book, &is.plain),
        );
        let changed: Vec<String> = olds
            .iter()
            .filter_map(|(number, what)| {
                let (other, _) = news.iter().find(|(_, counted)| counted == what)?;
                let still = news.contains(&(number.clone(), what.clone()));
                (other != number && !still)
                    .then(|| format!("{number} → {other} {what}").trim().to_owned())
            })
            .collect();
        if !changed.is_empty() {
            said.extend(changed);
            evidence.push(Evidence {
                severity: passages.book.rule("count-changed").severity,
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
        }
    }
    said.truncate(4);
    finding(
        "count-changed",
        format!("A number has changed: {}.", said.join("; ")),
        evidence,
    )
}

/// Numbers with what they count; pounds count themselves.
fn counts(book: &Book, text: &str) -> Vec<(String, String)> {
    let found = book.patterns("count-changed").graded.iter();
    let hits = found.flat_map(|(pattern, _)| pattern.captures_iter(text));
    hits.filter_map(|hit| {
        let number = hit.name("number")?.as_str().trim().to_owned();
        let what = hit
            .name("what")
            .map_or("", |what| what.as_str())
            .to_lowercase();
        (!what.is_empty() || number.starts_with('£')).then_some((number, what))
    })
    .collect()
}
