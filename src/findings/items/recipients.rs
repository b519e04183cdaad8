//! Recipients that came to a sentence or list about giving data.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::items::{heads, is_kind, new_item, stood};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::weaker::Gained;
use crate::model::Finding;
use crate::prose::{compile, listed, negated};
use crate::rulebook::Rule;

/// Who stands beside those who were named before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let rule = passages.book.rule("new-recipient");
    let kinds = passages.book.rule("data-item-added");
    let mut evidence = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        if !matches!(is.part, Part::Text | Part::Row) {
            continue;
        }
        let receives = |item: &&Gained| {
            let Some(head) = heads::giving(&is.folded, item) else {
                return false;
            };
            let used = heads::using(&is.folded, item).map_or(0, |head| head.end);
            let is_own = item.by.as_deref().is_some_and(|by| by == "for");
            let denied = negated(heads::clause(&is.folded, item));
            head.end >= used && head.holds(&is.folded, item) && !is_own && !denied
        };
        let names = passages.gained(was, is).iter().filter(receives);
        let names = names.map(|item| {
            let by = item.by.as_ref().map_or(0, String::len);
            item.text[by..].trim_start().to_owned()
        });
        let (stale, names): (Vec<String>, Vec<String>) = names
            .filter(|name| !is_kind(kinds, name))
            .partition(|name| stood(passages, name));
        let guard = (!heads::speaks_of_data(passages, is))
            .then(|| "the sentence does not speak of data".to_owned());
        match (names.is_empty(), guard, stale.first()) {
            (false, None, _) => evidence.push(Evidence {
                severity: rule.severity,
                before: Some(was),
                after: Some(is),
                names,
            }),
            (false, Some(guard), _) => passages.trace.note(&rule.id, is, || guard),
            (true, _, Some(name)) => passages.trace.note(&rule.id, is, || {
                format!("“{name}” stood on the page before")
            }),
            _ => {}
        }
    }
    for (at, passage) in passages.added.iter().enumerate() {
        let names = organisations(passages, rule, passage);
        if !names.is_empty() {
            evidence.push(Evidence {
                severity: rule.severity,
                before: passages.was(at),
                after: Some(passage),
                names,
            });
        }
        let under = &passage.under;
        let listed =
            heads::opens_recipients(under) && !negated(under) && passages.was(at).is_none();
        let about = listed && rule.patterns.concerns(under);
        if let Some(item) = new_item(passages, passage).filter(|_| about) {
            evidence.push(Evidence {
                severity: rule.severity,
                before: None,
                after: Some(passage),
                names: vec![item],
            });
        }
    }
    let names: Vec<String> = evidence.iter().flat_map(|one| one.names.clone()).collect();
    let why = format!(
        "{}: named on this page for the first time among those who can receive or see data.",
        listed(&names, 4)
    );
    finding("new-recipient", why, evidence)
}

/// Organisations, by their capitals, to whom a sentence says that data go; those that stood on the page before are left out.
fn organisations(passages: &Passages, rule: &Rule, passage: &Passage) -> Vec<String> {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?i:shar(?:e|es|ed|ing)|disclos\w+|pass(?:es|ed)?(?: on)?|sent|given|suppl(?:y|ies|ied)|transfer\w*|releas(?:e|es|ed)|sold|sell)\b[^.;:]{0,60}?\b(?:with|to)\b (?:the |also )*(?P<name>[A-Z][\w’'&-]+(?: (?:of |for |and |the )*[A-Z][\w’'&-]+){1,6})",
        )
    });
    static PAPERS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:Acts?|Regulations?|Licence|Notices?|Polic(?:y|ies)|Terms|Guidelines|Charter|Code|Section|Settings|Account|Form|Page|Centre|GOV)\b",
        )
    });
    static READER: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\byou (?:can|may|must|should|could|need to|choose to|have to|share|send|give)\b|^(?:share|send|give|pass)\b",
        )
    });
    let text = &passage.plain;
    let prose = matches!(passage.part, Part::Text | Part::Row);
    if !prose || rule.patterns.leaves(text) || negated(text) || READER.is_match(text) {
        return Vec::new();
    }
    let found = GIVEN.captures_iter(text);
    let found = found.filter_map(|hit| Some(hit.name("name")?.as_str().to_owned()));
    found
        .filter(|name| !PAPERS.is_match(name) && !stood(passages, name))
        .collect()
}
