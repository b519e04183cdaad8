//! Documents and diffs for the tests of the redlines.

use crate::diff;
use crate::model::{Attachment, Block, BlockKind, Diff, Document, Link, ReaderId};
use crate::wording::redline::Heading;

pub(super) fn heading() -> Heading {
    Heading {
        title: "care.data".into(),
        url: "https://www.england.nhs.uk/care-data/".into(),
        before: "page version 1, seen Fri 4 July 2014 10:00 BST".into(),
        after: "page version 2, seen Mon 7 July 2014 10:00 BST".into(),
    }
}

pub(super) fn document(blocks: &[(BlockKind, &str)]) -> Document {
    Document {
        blocks: blocks
            .iter()
            .map(|(kind, text)| Block {
                kind: kind.clone(),
                text: (*text).into(),
                links: Vec::new(),
            })
            .collect(),
        ..Document::empty(ReaderId("test".into()), "care.data")
    }
}

/// One edit of every kind.
pub(super) fn diff() -> Diff {
    let text = BlockKind::Paragraph;
    let mut old = document(&[
        (BlockKind::Heading(1), "care.data"),
        (BlockKind::Heading(2), "Your choice"),
        (
            text.clone(),
            "The programme is explained in a leaflet. You will be asked first. Nothing else changes.",
        ),
        (text.clone(), "Read the form."),
        (text.clone(), "Only with approval."),
        (text.clone(), "This stays."),
        (text.clone(), "This stands elsewhere in the new text."),
        (text.clone(), "Stays one."),
        (text.clone(), "Stays two."),
    ]);
    let mut new = old.clone();
    new.blocks[2].text = new.blocks[2].text.replace("will", "may");
    new.blocks.remove(4);
    let moved = new.blocks.remove(5);
    new.blocks.push(moved);
    new.blocks.push(Block {
        kind: BlockKind::Item(1),
        text: "An item entirely new.".into(),
        links: Vec::new(),
    });
    let link = |url: &str| Link {
        text: "form".into(),
        url: url.into(),
    };
    old.blocks[3].links.push(link("https://x/old"));
    new.blocks[3].links.push(link("https://x/new"));
    new.attachments.push(Attachment {
        title: "Leaflet".into(),
        url: "https://x/leaflet.pdf".into(),
        facts: Some("PDF, 1 MB".into()),
    });
    diff::between(&old, &new)
}

/// Two documents full of what could command a terminal, a browser or a chat.
pub(super) fn hostile() -> (Document, Document) {
    let bad = "\x1b]0;owned\x07\x1b[2J\u{9b}31m <script>alert(1)</script> ```\n@everyone \u{202E}txt.exe &amp; **b** [x](javascript:1)";
    let old = document(&[
        (BlockKind::Paragraph, bad),
        (BlockKind::Verbatim, "same"),
        (
            BlockKind::Paragraph,
            "It will be so \x1b[1m always and for everyone here.",
        ),
    ]);
    let mut new = old.clone();
    new.title = format!("{bad} title");
    new.blocks[0].text = format!("{bad} and other words");
    new.blocks[2].text = "It may be so \x1b[1m always and for everyone here.".into();
    new.blocks.push(Block {
        kind: BlockKind::Heading(2),
        text: bad.into(),
        links: Vec::new(),
    });
    (old, new)
}

/// No control character but the line break, no mark that turns the reading direction.
#[track_caller]
pub(super) fn assert_harmless(text: &str) {
    assert!(
        text.chars().all(|c| c == '\n' || !c.is_control()),
        "{text:?}"
    );
    assert!(!text.contains('\u{202E}'), "{text:?}");
    assert!(text.contains("⟨U+202E⟩"), "{text:?}");
}
