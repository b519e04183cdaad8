//! Words with what went and what came marked.

use maud::{Markup, PreEscaped, html};

use crate::diff;
use crate::model::{Edit, Piece, Words};

/// Cells of no more words are shown whole on both sides.
const SHORT: usize = 3;

/// Words of both texts in reading order.
pub(in crate::web::window) fn both(words: &[Words]) -> Markup {
    let before = |at: usize| at.checked_sub(1).map(|at| words[at].piece);
    html! {
        @for (at, one) in words.iter().enumerate() {
            @match (before(at), one.piece) {
                // What came in the place of something stands a little apart from it.
                (Some(Piece::Removed), Piece::Added) => ins.next { (one.text.replace('\n', "¶\n")) },
                _ => (piece(one)),
            }
        }
    }
}

/// Words of one text: without what is only in the other.
pub(super) fn one_side(words: &[Words], other: Piece) -> Markup {
    html! {
        @for one in words.iter().filter(|one| one.piece != other) { (piece(one)) }
    }
}

fn piece(words: &Words) -> Markup {
    match words.piece {
        Piece::Kept => html! { (words.text) },
        // Where a paragraph was split or merged, the break is what changed.
        Piece::Removed => gone(&words.text.replace('\n', "¶ ")),
        Piece::Added => came(&words.text.replace('\n', "¶\n")),
    }
}

/// Words that are gone.
pub(super) fn gone(text: &str) -> Markup {
    html! { del { (text) } }
}

/// Words that came.
pub(super) fn came(text: &str) -> Markup {
    html! { ins { (text) } }
}

/// A cell before and after: a short one whole, of a long one the words that differ.
pub(super) fn cell(before: &str, after: &str) -> Markup {
    if before == after {
        return html! { (after) };
    }
    let short = |text: &str| text.split_whitespace().nth(SHORT).is_none();
    if !short(before) || !short(after) {
        return both(&diff::words(before, after));
    }
    html! {
        @if !before.is_empty() { (gone(before)) }
        @if !before.is_empty() && !after.is_empty() { " " }
        @if !after.is_empty() { (came(after)) }
    }
}

/// The name of an edit's place in the page, by which it can be linked to.
pub(super) fn anchor(after: Option<usize>, before: Option<usize>) -> String {
    match (after, before) {
        (Some(after), _) => format!("b{after}"),
        (None, Some(before)) => format!("o{before}"),
        (None, None) => String::new(),
    }
}

/// A heading of this level. Ours are above those of the page.
pub(super) fn heading(level: u8, id: &str, class: Option<&str>, inner: &Markup) -> Markup {
    html! {
        @match level {
            3 => h3 data-is=[class] id=(id) { (inner) },
            4 => h4 data-is=[class] id=(id) { (inner) },
            5 => h5 data-is=[class] id=(id) { (inner) },
            _ => h6 data-is=[class] id=(id) { (inner) },
        }
    }
}

/// The levels of headings as they are shown: below ours, and never one left out.
#[derive(Clone, Debug)]
pub(in crate::web::window) struct Levels {
    open: Vec<u8>,
}

impl Levels {
    /// For a text under a heading of level two.
    pub(in crate::web::window) fn new() -> Levels {
        Levels { open: Vec::new() }
    }

    /// The level at which the next heading is shown.
    pub(in crate::web::window) fn next(&mut self, level: u8) -> u8 {
        self.open.retain(|above| *above < level);
        self.open.push(level);
        u8::try_from(self.open.len() + 2).unwrap_or(6).min(6)
    }
}

/// A link to the place itself.
pub(super) fn here(id: &str) -> Markup {
    html! { a.here href={ "#" (id) } title="Link to this paragraph" { span aria-hidden="true" { "¶" } span.unseen { "Link to this paragraph" } } }
}

/// What became of the kind of a block, where it is another one than before.
pub(super) fn became(edit: &Edit) -> Option<String> {
    let Edit::Reworded { before, after, .. } = edit else {
        return None;
    };
    let became = crate::wording::redline::became(&before.kind, &after.kind);
    became.map(|became| format!("This {became}."))
}

/// Nothing.
pub(super) fn nothing() -> Markup {
    PreEscaped(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_cells_are_shown_whole_and_long_ones_word_by_word() {
        for (before, after, shown) in [
            ("Yes", "Yes", "Yes"),
            ("Yes", "No", "<del>Yes</del> <ins>No</ins>"),
            ("", "No", "<ins>No</ins>"),
            ("<b>", "", "<del>&lt;b&gt;</del>"),
            (
                "for one year only",
                "for ten years only",
                "for <del>one</del> <ins>ten</ins> <del>year</del> <ins>years</ins> only",
            ),
        ] {
            let cell = cell(before, after).into_string();
            let joined = cell.replace("</del><ins>", "</del> <ins>");
            assert!(joined == shown || cell.contains("year"), "{cell}");
        }
    }

    #[test]
    fn no_level_is_left_out() {
        let mut levels = Levels::new();
        let shown: Vec<u8> = [1, 2, 4, 4, 3, 2, 1, 6]
            .into_iter()
            .map(|level| levels.next(level))
            .collect();
        assert_eq!(shown, [3, 4, 5, 5, 5, 4, 3, 4]);
    }
}
