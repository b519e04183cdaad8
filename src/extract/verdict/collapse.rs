//! Tells a page that has come back without its text from one that was really emptied.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{BlockKind, Document};

/// How many words a text must have had to collapse.
const FULL: usize = 200;
/// How many words are left of it at most.
const LEFT: usize = 60;
/// How many times shorter it is at least.
const SHORTER: usize = 12;

/// Words that trouble is told in.
static TROUBLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)loading|please wait|java ?script|one moment|try again|unavailable|maintenance|went wrong|\berrors?\b|technical|sign(?:ed)? in|log ?in|session|cookies?|browser|back soon|not available|veuillez|chargement|réessayer|indisponible|no results|nothing (?:here|to show|found)|coming soon|under construction",
    )
    .expect("a pattern of ours")
});

/// Whether a text has shrunk to something that looks like a placeholder: a fraction is left, of which nothing stood
/// there before, and no sentence of it says anything, or it speaks of trouble. A notice of withdrawal is no placeholder.
pub fn collapsed(before: &Document, after: &Document) -> bool {
    let (was, is) = (before.words(), after.words());
    let withdrawn = after.stated.withdrawn.is_some();
    if was < FULL || is > LEFT || is * SHORTER > was || withdrawn {
        return false;
    }
    let stood: HashSet<&str> = before.blocks.iter().map(|b| b.text.as_str()).collect();
    let fresh = |text: &&str| !stood.contains(text);
    let texts = after
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Heading(_)))
        .map(|block| block.text.as_str());
    let says = |text: &str| text.split_whitespace().count() >= 5 && text.ends_with(['.', '!', '?']);
    let mut fresh = texts.filter(fresh).peekable();
    fresh.peek().is_none() || fresh.all(|text| !says(text) || TROUBLE.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::read_page;
    use crate::model::Reading;

    fn read(text: &str) -> Document {
        read_page(
            &format!("<main><h1>Opt out</h1>{text}</main>"),
            &Reading::default(),
        )
        .expect("a document")
    }

    #[track_caller]
    fn case(after: &str, expected: bool) {
        let sentence = "<p>Patients are told how their records are shared and with whom.</p>";
        let before = read(&sentence.repeat(40));
        assert_eq!(collapsed(&before, &read(after)), expected, "{after}");
    }

    #[test]
    fn what_is_left_of_a_text_is_a_placeholder_or_not() {
        case("<p>Menu</p><p>Search</p>", true);
        case("<p>Something went wrong on our side.</p>", true);
        case("<p>Please sign in to go on to this page.</p>", true);
        case("<p>No results</p>", true);
        case("<p>The care.data programme closed in 2016.</p>", false);
        case(
            "<p>This service has been replaced by the national data opt-out.</p>",
            false,
        );
        case("<p>This page was withdrawn on 3 May 2022.</p>", false);
        case(
            &"<p>The programme goes on under another name and by other rules.</p>".repeat(30),
            false,
        );
    }

    #[test]
    fn a_short_page_cannot_collapse() {
        let before = read("<p>Some words about how records are shared.</p>");
        assert!(!collapsed(&before, &read("<p>Menu</p>")));
    }
}
