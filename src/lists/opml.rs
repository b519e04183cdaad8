//! Lists of feeds in OPML 2.0; source: opml.org/spec2.opml.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::lists::gathering::Gathering;

/// The deepest an outline may be nested.
const DEEPEST: usize = 256;

/// Reads the feeds of an outline; the headings above one are its tags.
pub(super) fn read(text: &str, gathering: &mut Gathering<'_>) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut above: Vec<Option<String>> = Vec::new();
    let mut known = false;
    loop {
        let event = reader
            .read_event()
            .map_err(|why| format!("it is not OPML: {why}"))?;
        match event {
            Event::Eof => break,
            Event::Start(element) if element.name().as_ref() == "opml" => known = true,
            Event::Start(element) if element.name().as_ref() == "outline" => {
                if above.len() >= DEEPEST {
                    return Err(format!("its outlines are nested deeper than {DEEPEST}"));
                }
                above.push(outline(&element, &above, gathering));
            }
            Event::Empty(element) if element.name().as_ref() == "outline" => {
                outline(&element, &above, gathering);
            }
            Event::End(element) if element.name().as_ref() == "outline" => {
                above.pop();
            }
            _ => {}
        }
    }
    match known {
        true => Ok(()),
        false => Err("it is XML, and no OPML".to_owned()),
    }
}

/// Takes a feed; gives the words of an outline that is a heading of others.
fn outline(
    element: &BytesStart<'_>,
    above: &[Option<String>],
    gathering: &mut Gathering<'_>,
) -> Option<String> {
    let named = |name: &str| {
        let found = element.attributes().filter_map(Result::ok);
        let mut found = found.filter(|one| one.key.as_ref().eq_ignore_ascii_case(name));
        let value = found
            .next()?
            .normalized_value(XmlVersion::Implicit1_0)
            .ok()?
            .trim()
            .to_owned();
        Some(value).filter(|value| !value.is_empty())
    };
    let name = named("title").or_else(|| named("text"));
    let Some(feed) = named("xmlUrl") else {
        return name;
    };
    if let Some(mut draft) = gathering.draft(&feed, name.as_deref()) {
        draft.follow = vec!["entries".to_owned()];
        let headings: Vec<&str> = above.iter().flatten().map(String::as_str).collect();
        if !headings.is_empty() {
            draft.remarks.push(format!("under {}", headings.join(", ")));
        }
        if let Some(page) = named("htmlUrl") {
            draft.remarks.push(format!("the feed of {page}"));
        }
        gathering.add(draft);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::lists::{Program, read};

    #[test]
    fn every_feed_is_a_watch_whose_entries_are_followed() {
        let text = r#"<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
            <outline text="Health"><outline text="NHS &amp; more" type="rss" xmlUrl="https://a.example/feed?a=1&amp;b=2" htmlUrl="https://a.example/"/></outline>
            <outline text="No feed"/><outline title="Second" xmlUrl="https://b.example/atom.xml"></outline></body></opml>"#;
        let list = read(text.as_bytes(), &mut BTreeSet::new()).expect("a list");
        assert_eq!(list.program, Program::Opml);
        let [first, second] = &list.drafts[..] else {
            panic!("{list:?}")
        };
        assert_eq!(first.url.as_str(), "https://a.example/feed?a=1&b=2");
        assert_eq!(first.title.as_deref(), Some("NHS & more"));
        assert_eq!(first.follow, ["entries"]);
        assert_eq!(
            first.remarks,
            ["under Health", "the feed of https://a.example/"]
        );
        assert_eq!(second.id, "second");
    }

    #[test]
    fn other_xml_is_refused() {
        let error = read(b"<html><body/></html>", &mut BTreeSet::new()).expect_err("no list");
        assert_eq!(error, "it is XML, and no OPML");
        assert!(read(b"<opml><outline", &mut BTreeSet::new()).is_err());
        let deep = format!("<opml>{}", "<outline text='a'>".repeat(1000));
        assert!(read(deep.as_bytes(), &mut BTreeSet::new()).is_err());
    }
}
