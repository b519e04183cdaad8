//! What the user's book makes of findings: switched off, more or less, called otherwise; and where their quotes stand.

use crate::findings::Step;
use crate::model::{Document, Finding, Place, Severity, Weighed};
use crate::prose::fold;
use crate::rulebook::Book;

/// The most blocks named for one quote.
const MOST: usize = 12;
/// A block is known again inside a quote from so many characters on.
const LONG: usize = 20;

/// The findings as the book has them.
pub(super) fn by_the_book(step: &Step, findings: Vec<Finding>) -> Vec<Finding> {
    let mut settled = settled(step.book, findings);
    settled.iter_mut().for_each(|finding| place(step, finding));
    let by_severity = |finding: &Finding| std::cmp::Reverse(finding.severity);
    settled.sort_by_key(by_severity);
    settled
}

/// Findings that a visit makes beside those of the two texts, as the book has them.
pub fn settled(book: &Book, findings: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    let in_force = findings
        .into_iter()
        .filter(|finding| book.is_in_force(&finding.rule));
    in_force.map(|finding| called(book, finding)).collect()
}

fn called(book: &Book, mut finding: Finding) -> Finding {
    let Some(rule) = book.find(&finding.rule) else {
        return finding;
    };
    if rule.own_label {
        finding.label = Some(rule.label.clone());
    }
    let Some(instead) = rule.instead.filter(|instead| *instead != rule.severity) else {
        return finding;
    };
    let moved = i16::from(finding.severity.0) + i16::from(instead.0) - i16::from(rule.severity.0);
    let to = Severity(u8::try_from(moved.clamp(1, 5)).unwrap_or(1));
    if to != finding.severity {
        finding.severity = to;
        finding.weighed.push(Weighed {
            to,
            because: format!("the watchlist gives this rule severity {instead}"),
        });
    }
    finding
}

/// Names the blocks in which the quoted words stand, where whoever made the finding did not.
fn place(step: &Step, finding: &mut Finding) {
    if !finding.stands.is_empty() {
        return;
    }
    let edits = || step.diff.edits();
    if let Some(quote) = &finding.before {
        let places = edits().filter_map(|edit| edit.before());
        finding.stands.before = blocks(quote, places, step.before);
    }
    if let Some(quote) = &finding.after {
        let places = edits().filter_map(|edit| edit.after());
        finding.stands.after = blocks(quote, places, step.after);
    }
}

/// The blocks that hold a part of the quote: those that changed first, else any.
fn blocks<'a>(
    quote: &str,
    places: impl Iterator<Item = &'a Place>,
    document: Option<&Document>,
) -> Vec<usize> {
    let parts: Vec<String> = quote
        .split('…')
        .map(|part| fold(part.trim()))
        .filter(|part| part.chars().count() > 3)
        .collect();
    let holds = |text: &str| parts.iter().any(|part| text.contains(part.as_str()));
    // A quote of a whole block may have words before it, such as the question that it answers.
    let is_held = |text: &str| {
        let long = text.chars().count() > LONG;
        long && parts.iter().any(|part| part.ends_with(text))
    };
    let mut found: Vec<usize> = places
        .filter(|place| {
            let text = fold(&place.text);
            holds(&text) || is_held(&text)
        })
        .map(|place| place.index)
        .collect();
    if found.is_empty() {
        let blocks = document.map_or(&[][..], |document| &document.blocks);
        let blocks = blocks.iter().enumerate();
        let whole = blocks.filter(|(_, block)| holds(&fold(&block.text)));
        found = whole.map(|(at, _)| at).take(MOST).collect();
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, ReaderId};

    #[track_caller]
    fn case(quote: &str, expected: &[usize]) {
        let texts = [
            "Review of data security, consent and opt-outs",
            "Records are kept in one place. They are never sold.",
            "Ask for a copy.",
        ];
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            links: Vec::new(),
        };
        let document = Document {
            blocks: texts.iter().map(block).collect(),
            ..Document::empty(ReaderId("page-1".to_owned()), "A page")
        };
        let changed = Place {
            index: 1,
            kind: BlockKind::Paragraph,
            text: texts[1].to_owned(),
            links: Vec::new(),
        };
        let places = std::iter::once(&changed);
        assert_eq!(blocks(quote, places, Some(&document)), expected, "{quote}");
    }

    #[test]
    fn a_quote_stands_in_the_blocks_that_hold_it() {
        case("They are never sold.", &[1]);
        case("They are never sold. … Ask for a copy.", &[1]);
        case("Ask for a copy.", &[2]);
        case(
            "Why? Records are kept in one place. They are never sold.",
            &[1],
        );
        // A file that is called as the page is no block of it.
        case(
            "Review of data security, consent and opt-outs: PDF, 60 pages",
            &[],
        );
        case("Nobody says so.", &[]);
    }
}
