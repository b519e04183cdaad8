//! Takes from a page what its reader never looks at, so that what differs with every answer proves nothing.

use lol_html::html_content::Element;
use lol_html::{HtmlRewriter, Settings, doc_comments, element, text};

use crate::extract::html::outline::LOOKED_AT;
use crate::extract::html::{furniture, head};
use crate::extract::rules::Selected;

/// The page as its reader looks at it: without comments, without what scripts and styles hold, and without attributes that
/// are never asked for. Pages that are the same without these are read as one document. `None` where the parts of a page
/// cannot be told with certainty before its tree stands.
pub fn bare(page: &str, selected: &Selected) -> Option<String> {
    let mut left = Vec::with_capacity(page.len());
    let settings = Settings::new()
        .with_strict(true)
        .append_element_content_handler(element!("*", |element| {
            strip(element, selected);
            Ok(())
        }))
        .append_element_content_handler(text!("script, style", |text| {
            text.remove();
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(|comment| {
            // What stood on both sides of it stays apart.
            comment.set_text("")?;
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |chunk: &[u8]| left.extend_from_slice(chunk));
    rewriter.write(page.as_bytes()).ok()?;
    rewriter.end().ok()?;
    String::from_utf8(left).ok()
}

/// Takes the attributes from an element that the reader does not look at.
fn strip(element: &mut Element<'_, '_>, selected: &Selected) {
    let (mut taken, mut id) = (Vec::new(), None);
    for attribute in element.attributes() {
        let name = attribute.name();
        let left = match name.as_str() {
            "id" => {
                id = Some(attribute.value());
                true
            }
            "value" => element.tag_name() == "li",
            "href" => is_link(element),
            "content" => is_heard(element),
            // These do not reach the reader, and shape the tree (HTML standard, sections 13.2.6.2 and 13.2.6.5).
            "color" | "encoding" | "face" | "shadowrootmode" | "size" => true,
            name => LOOKED_AT.contains(&name),
        };
        if !left && !selected.asks_for(&name) {
            taken.push(name);
        }
    }
    for name in taken {
        element.remove_attribute(&name);
    }
    let Some(id) = id else {
        return;
    };
    match id_as_seen(&id, element, selected) {
        Some(seen) if seen == id => {}
        Some(seen) => element.set_attribute("id", seen).unwrap_or_default(),
        None => element.remove_attribute("id"),
    }
}

fn is_link(element: &Element<'_, '_>) -> bool {
    match element.tag_name().as_str() {
        "a" | "base" => true,
        "link" => {
            let rel = element.get_attribute("rel").unwrap_or_default();
            rel.to_ascii_lowercase().contains("canonical")
        }
        _ => false,
    }
}

/// Whether what a `<meta>` says is listened to.
fn is_heard(element: &Element<'_, '_>) -> bool {
    let called = head::CALLED
        .iter()
        .find_map(|kind| element.get_attribute(kind));
    called.is_some_and(|name| head::is_heard(&name.to_ascii_lowercase()))
}

/// The part of an id that tells the reader something; `None` where it tells nothing. An element that may be hidden can be
/// shown by another that names its id.
fn id_as_seen<'a>(id: &'a str, element: &Element<'_, '_>, selected: &Selected) -> Option<&'a str> {
    let may_be_hidden = ["hidden", "aria-hidden", "style"]
        .iter()
        .any(|name| element.has_attribute(name))
        || matches!(element.tag_name().as_str(), "dialog" | "head" | "title");
    if may_be_hidden || selected.looks_at(id) {
        return Some(id);
    }
    let seen = furniture::telling(id)?;
    Some(if selected.looks_at(seen) { id } else { seen })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::extract::charset;
    use crate::extract::html;
    use crate::extract::rules::Rules;
    use crate::extract::tests::served;
    use crate::model::{Document, Failure, Reading};

    fn left_of(page: &str, reading: &Reading) -> String {
        bare(page, &Rules::of(reading).selected).expect("parts that can be told")
    }

    #[track_caller]
    fn left(page: &str, expected: &str) {
        assert_eq!(left_of(page, &Reading::default()), expected);
    }

    #[test]
    fn what_the_reader_never_looks_at_is_taken_away() {
        left(
            "<p data-x=1 nonce=2 class=a>b<!-- 3 -->c",
            "<p class=a>b<!---->c",
        );
        left(
            "<script src=/a.123.js>x()</script><p>b",
            "<script></script><p>b",
        );
        left("<style>p { color: red }</style><p>b", "<style></style><p>b");
        left("<input name=token value=1>", "<input name=token>");
        left("<ol><li value=3>b", "<ol><li value=3>b");
        left(
            "<link rel=stylesheet href=/a.1.css><link rel=canonical href=/b>",
            "<link rel=stylesheet><link rel=canonical href=/b>",
        );
        left(
            "<meta name=csrf-token content=1><meta name=robots content=noindex>",
            "<meta name=csrf-token><meta name=robots content=noindex>",
        );
        left("<a href=/b data-c=1>d</a>", "<a href=/b>d</a>");
    }

    #[test]
    fn an_id_is_left_as_far_as_it_tells_something() {
        left("<h2 id=section-1-a0b1>b", "<h2>b");
        left(
            "<div id=global-cookie-message-340717d7>b",
            "<div id=\"global-cookie-message\">b",
        );
        left("<div id=content>b", "<div id=content>b");
        left("<div id=x9 hidden>b", "<div id=x9 hidden>b");
        let own = Reading {
            select: vec!["#x9, [data-y]".to_owned()],
            ..Reading::default()
        };
        assert_eq!(
            left_of("<div id=x9 data-y=1 data-z=2>b", &own),
            "<div id=x9 data-y=1>b"
        );
        let odd = Reading {
            drop: vec!["[id^=x]".to_owned()],
            ..Reading::default()
        };
        assert_eq!(left_of("<div id=x8>b", &odd), "<div id=x8>b");
    }

    #[test]
    fn where_the_parts_of_a_page_are_not_certain_nothing_is_taken_away() {
        let selected = Rules::of(&Reading::default()).selected;
        assert_eq!(
            bare(
                "<select><xmp><script>\"use strict\";</script></select>",
                &selected
            ),
            None
        );
    }

    /// Every HTML page below a folder.
    fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pages(&path, into);
            } else if path
                .extension()
                .is_some_and(|end| end == "html" || end == "htm")
            {
                into.push(path);
            }
        }
    }

    fn read(page: &str, looked_at: &str, rules: &Rules) -> Result<Document, Failure> {
        let headers = [("content-type", "text/html")];
        let capture = served(
            "https://www.gov.uk/guidance/page",
            &headers,
            page.as_bytes(),
        );
        html::read(&capture, page, looked_at, rules)
    }

    #[test]
    fn real_pages_read_the_same_without_what_is_not_looked_at() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = Vec::new();
        pages(&project.join("tests/pages"), &mut paths);
        pages(&project.join("../shared/corpora"), &mut paths);
        assert!(!paths.is_empty());
        let selecting = Reading {
            select: vec!["main".to_owned(), "body".to_owned()],
            ..Reading::default()
        };
        let (mut certain, mut shorter) = (0, 0);
        for path in &paths {
            let bytes = std::fs::read(path).expect("a page");
            let page = charset::decode(&bytes, Some("text/html")).text;
            for rules in [Rules::of(&Reading::default()), Rules::of(&selecting)] {
                let Some(bare) = bare(&page, &rules.selected) else {
                    continue;
                };
                certain += 1;
                shorter += usize::from(bare.len() < page.len());
                assert_eq!(
                    read(&page, &bare, &rules),
                    read(&page, &page, &rules),
                    "{}",
                    path.display()
                );
            }
        }
        let all = 2 * paths.len();
        assert!(certain * 10 >= all * 9, "{certain} of {all} are certain");
        assert!(shorter * 2 > all, "{shorter} of {all} were made shorter");
    }

    #[test]
    fn no_word_of_a_page_can_change_without_its_being_seen() {
        let page = "<!doctype html><title>A b</title><main class=c><h1 id=s-1>D e</h1><p>F <b>g</b> h</p><ul><li>i\
                    <li value=7>j</ul><a href=/k title=l>m</a><img alt=n src=o.png><table><tr><td colspan=2>p</table>\
                    <p hidden>q</p><time datetime=2020-01-01>r</time></main><footer>s</footer>";
        let before = left_of(page, &Reading::default());
        let seen = read(page, page, &Rules::of(&Reading::default())).expect("a document");
        for (at, letter) in page.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            let mut other = page.to_owned();
            other.replace_range(
                at..at + letter.len_utf8(),
                if letter == '1' { "2" } else { "1" },
            );
            let rules = Rules::of(&Reading::default());
            let differs = read(&other, &other, &rules).ok().as_ref() != Some(&seen);
            let same_gist = left_of(&other, &Reading::default()) == before;
            assert!(!(differs && same_gist), "{other}");
        }
    }
}
