//! A redline in Markdown.

use crate::model::{BlockKind, Diff, Edit, Piece, Place, Words};
use crate::wording::redline::safe::visible;
use crate::wording::redline::{
    HELD, Heading, became, held, offered, opens_section, section, share,
};
use crate::wording::rows;

/// Markdown (CommonMark with `~~`): what went struck, what came bold, all page text escaped.
pub fn markdown(heading: &Heading, diff: &Diff) -> String {
    let diff = &*rows::spelled(diff);
    let mut parts = vec![
        format!("# {}", escape(&heading.title)),
        escape(&heading.url),
        format!(
            "- Before: {}\n- Now: {}",
            escape(&heading.before),
            escape(&heading.after)
        ),
        share(diff, escape),
    ];
    if let Some((before, after)) = &diff.title {
        parts.push("## Title".to_owned());
        parts.push(pair(before, after));
    }
    for (at, hunk) in diff.hunks.iter().enumerate() {
        if opens_section(&diff.hunks, at) {
            parts.push(format!("## {}", escape(&section(&hunk.path))));
        }
        parts.extend(hunk.edits.iter().map(said));
    }
    if !diff.attachments.is_empty() {
        parts.push("## Files".to_owned());
    }
    for edit in &diff.attachments {
        let before = edit.before.as_ref().map(offered).unwrap_or_default();
        let after = edit.after.as_ref().map(offered).unwrap_or_default();
        parts.push(pair(&before, &after));
    }
    if !diff.links.is_empty() {
        parts.push("## Links that lead elsewhere".to_owned());
    }
    for edit in &diff.links {
        let addresses = pair(&edit.before, &edit.after);
        parts.push(format!("“{}”: {addresses}", escape(&edit.text)));
    }
    if !diff.quiet.is_empty() {
        parts.push(format!("## {HELD}"));
    }
    for (mark, text) in held(diff) {
        let side = if mark == '-' { "was" } else { "is" };
        parts.push(format!("*{side}* {}", escape(text)));
    }
    parts.join("\n\n") + "\n"
}

fn said(edit: &Edit) -> String {
    match edit {
        Edit::Added { after } => begun(after, &bold(&after.text)),
        Edit::Removed { before } => begun(before, &struck(&before.text)),
        Edit::Moved { after, .. } => format!("*Moved here:* {}", escape(&after.text)),
        Edit::Reworded {
            before,
            after,
            words,
        } => {
            let inner: String = whole_words(words).iter().map(piece).collect();
            match became(&before.kind, &after.kind) {
                Some(note) => format!("*({note})* {inner}"),
                None => begun(after, &inner),
            }
        }
    }
}

/// Items look like items; everything else is a paragraph.
fn begun(place: &Place, inner: &str) -> String {
    match place.kind {
        BlockKind::Item(_) => format!("- {inner}"),
        _ => inner.to_owned(),
    }
}

fn piece(words: &Words) -> String {
    match words.piece {
        Piece::Kept => escape(&words.text),
        Piece::Removed => struck(&words.text),
        Piece::Added => bold(&words.text),
    }
}

fn struck(text: &str) -> String {
    wrapped(text, "~~")
}

fn bold(text: &str) -> String {
    wrapped(text, "**")
}

/// Marks must touch the words they mark, so white space stays outside.
fn wrapped(text: &str, mark: &str) -> String {
    let core = text.trim();
    if core.is_empty() {
        return escape(text);
    }
    let start = text.len() - text.trim_start().len();
    let (before, after) = (&text[..start], &text[start + core.len()..]);
    format!(
        "{}{mark}{}{mark}{}",
        escape(before),
        escape(core),
        escape(after)
    )
}

fn pair(before: &str, after: &str) -> String {
    let sides = [(before, "~~"), (after, "**")];
    let there = sides.iter().filter(|(text, _)| !text.is_empty());
    let there: Vec<String> = there.map(|(text, mark)| wrapped(text, mark)).collect();
    there.join(" ")
}

/// The pieces stretched to whole words: Markdown knows no emphasis inside a word when a mark such as a comma is next to it.
fn whole_words(words: &[Words]) -> Vec<Words> {
    let mut whole: Vec<Words> = Vec::new();
    let mut rest = words.iter().peekable();
    let mut kept = String::new();
    while let Some(piece) = rest.next() {
        if piece.piece == Piece::Kept {
            kept.push_str(&piece.text);
            continue;
        }
        let cut = kept.trim_end_matches(|c: char| !c.is_whitespace()).len();
        let shared = kept.split_off(cut);
        let (mut removed, mut added) = (shared.clone(), shared);
        let mut next = Some(piece);
        while let Some(piece) = next {
            match piece.piece {
                Piece::Removed => removed.push_str(&piece.text),
                Piece::Added => added.push_str(&piece.text),
                Piece::Kept => {
                    removed.push_str(&piece.text);
                    added.push_str(&piece.text);
                }
            }
            // A kept piece without white space ties the changes on both sides of it into one word.
            next = rest.next_if(|piece| {
                piece.piece != Piece::Kept || !piece.text.contains(char::is_whitespace)
            });
        }
        let tail = rest
            .peek()
            .map_or(0, |piece| piece.text.find(char::is_whitespace).unwrap_or(0));
        if let Some(piece) = rest.next() {
            removed.push_str(&piece.text[..tail]);
            added.push_str(&piece.text[..tail]);
            push(&mut whole, Piece::Kept, std::mem::take(&mut kept));
            kept = piece.text[tail..].to_owned();
        } else {
            push(&mut whole, Piece::Kept, std::mem::take(&mut kept));
        }
        let apart =
            !removed.is_empty() && !added.is_empty() && !removed.ends_with(char::is_whitespace);
        push(&mut whole, Piece::Removed, removed);
        if apart {
            push(&mut whole, Piece::Kept, " ".to_owned());
        }
        push(&mut whole, Piece::Added, added);
    }
    push(&mut whole, Piece::Kept, kept);
    whole
}

fn push(whole: &mut Vec<Words>, piece: Piece, text: String) {
    if !text.is_empty() {
        whole.push(Words { piece, text });
    }
}

/// Every character that can mean something in Markdown with a backslash before it; line breaks as spaces.
pub(super) fn escape(text: &str) -> String {
    let text = visible(text).replace('\n', " ");
    let mut safe = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = &text[..at];
        let special = match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!'
            | '&' | '$' | '@' => true,
            '-' | '+' | '=' | ':' => before.trim().is_empty(),
            '.' | ')' => {
                !before.is_empty()
                    && before.len() < 10
                    && before.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        };
        if special {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::wording::redline::sample;

    #[test]
    fn what_went_is_struck_and_what_came_is_bold() {
        let page = markdown(&sample::heading(), &sample::diff());
        assert!(
            page.contains("You ~~will~~ **may** be asked first."),
            "{page}"
        );
        assert!(page.contains("\n\n~~Only with approval.~~\n"), "{page}");
        assert!(page.contains("\n\n- **An item entirely new.**\n"), "{page}");
        assert!(
            page.contains("“form”: ~~https://x/old~~ **https://x/new**"),
            "{page}"
        );
    }

    #[test]
    fn a_comma_is_shown_with_its_word() {
        let words = |piece, text: &str| Words {
            piece,
            text: text.into(),
        };
        let whole = whole_words(&[
            words(Piece::Kept, "Ends in 2014"),
            words(Piece::Removed, "."),
            words(Piece::Added, ","),
            words(Piece::Kept, " they say"),
        ]);
        let shown: String = whole.iter().map(piece).collect();
        assert_eq!(shown, "Ends in ~~2014\\.~~ **2014,** they say");
    }

    #[test]
    fn page_text_is_never_markup() {
        for (text, safe) in [
            ("**b** _i_ `c`", "\\*\\*b\\*\\* \\_i\\_ \\`c\\`"),
            ("1. not a list", "1\\. not a list"),
            ("- no item", "\\- no item"),
            ("<b> & [x](y) @you", "\\<b\\> \\& \\[x\\](y) \\@you"),
            ("well-known: 3.5", "well-known: 3.5"),
        ] {
            assert_eq!(escape(text), safe);
        }
        let (old, new) = sample::hostile();
        let page = markdown(&sample::heading(), &diff::between(&old, &new));
        sample::assert_harmless(&page);
        assert!(!page.contains("```"), "{page}");
    }
}
