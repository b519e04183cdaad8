//! Finds what GOV.UK only shows on a page: contacts and values that are kept elsewhere and change on all pages at once.

use scraper::node::Element;

use crate::extract::html::cutter::Piece;
use crate::extract::html::outline::{Outline, attribute};

/// The texts kept elsewhere in what an interface tells: every contact.
pub fn told(outline: &Outline<'_>, pieces: &[Piece]) -> Vec<String> {
    texts(outline, pieces, |_| true)
}

/// The same on a page: other sites give their own text such names, so that only what stands in GOV.UK's own markup counts.
pub fn shown(outline: &Outline<'_>, pieces: &[Piece]) -> Vec<String> {
    texts(outline, pieces, |at| {
        let own = |element: &Element| has_class(element, &["govspeak", "gem-c-govspeak"]);
        outline
            .above(at)
            .filter_map(|above| outline.element(above))
            .any(own)
    })
}

fn texts(outline: &Outline<'_>, pieces: &[Piece], counts: impl Fn(usize) -> bool) -> Vec<String> {
    let is_embedded = |at: usize| outline.element(at).is_some_and(is_embedded);
    let embedded = |piece: &&Piece| {
        let inside = is_embedded(piece.at) || outline.above(piece.at).any(is_embedded);
        inside && counts(piece.at)
    };
    let embedded = pieces.iter().filter(embedded);
    embedded.map(|piece| piece.block.text.clone()).collect()
}

fn is_embedded(element: &Element) -> bool {
    element.name() != "span" && has_class(element, &["contact", "content-embed"])
}

fn has_class(element: &Element, names: &[&str]) -> bool {
    let classes = attribute(element, "class").unwrap_or_default();
    let mut classes = classes.split_ascii_whitespace();
    classes.any(|class| names.contains(&class))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::html::fragment;
    use crate::extract::rules::Rules;
    use crate::extract::tests::read_page;
    use crate::model::Reading;

    const MARKUP: &str = "<p>We share data.</p><div class=\"contact\" id=\"c1\"><div class=\"content\"><h3>Office</h3>\
                          <p>Telephone: 020 7946 0001</p></div></div><p>Contact us.</p>";
    const OFFICE: [&str; 2] = ["Office", "Telephone: 020 7946 0001"];

    #[test]
    fn a_contact_that_govuk_tells_is_kept_elsewhere() {
        let base = Url::parse("https://www.gov.uk/page").expect("an address");
        let read = fragment(MARKUP, &base, &Rules::of(&Reading::default())).expect("a text");
        assert_eq!(
            (read.blocks.len(), read.embedded),
            (4, OFFICE.map(str::to_owned).into())
        );
    }

    #[test]
    fn on_a_page_only_that_in_the_markup_of_govuk_is() {
        for (class, expected) in [
            ("gem-c-govspeak govuk-govspeak", &OFFICE[..]),
            ("text", &[]),
        ] {
            let page = format!("<main><h1>Data</h1><div class=\"{class}\">{MARKUP}</div></main>");
            let read = read_page(&page, &Reading::default()).expect("a document");
            assert_eq!(read.embedded, expected, "{class}");
        }
    }
}
