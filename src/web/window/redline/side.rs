//! The two texts side by side, row by row.

use std::ops::Range;

use maud::{Markup, html};

use crate::model::{BlockKind, Edit, Piece};
use crate::web::window::redline::margin;
use crate::web::window::redline::marked;
use crate::web::window::redline::rows;
use crate::web::window::redline::sheet::{Sheet, moved};
use crate::web::window::redline::woven::{Part, Stretch};

/// The whole text in two columns; tables and unchanged stretches across both.
pub(super) fn written(mut sheet: Sheet<'_>, before: &str, after: &str) -> Markup {
    let stretches = sheet.woven.stretches();
    html! {
        div.pair.names aria-hidden="true" { p { (before) } p { (after) } }
        @for stretch in &stretches {
            @match stretch {
                Stretch::Open(range) => (open(&mut sheet, range.clone())),
                Stretch::Folded(range) => (sheet.folded(range.clone())),
                Stretch::Elsewhere(range) => (sheet.elsewhere(range.clone())),
            }
        }
    }
}

fn open(sheet: &mut Sheet<'_>, range: Range<usize>) -> Markup {
    let mut shown = Vec::new();
    let mut at = range.start;
    while at < range.end {
        if sheet.woven.parts[at].is_row() {
            let rows = sheet.woven.parts[at..range.end].iter();
            let end = at + rows.take_while(|part| part.is_row()).count();
            shown.push(rows::table(sheet, at..end));
            at = end;
            continue;
        }
        let pair = pair(sheet, at);
        shown.push(match margin::beside(sheet, at..at + 1) {
            None => pair,
            Some(notes) => html! { div.noted { (notes) (pair) } },
        });
        at += 1;
    }
    html! { @for one in &shown { (one) } }
}

fn pair(sheet: &mut Sheet<'_>, at: usize) -> Markup {
    let part = sheet.woven.parts[at].clone();
    let id = marked::anchor(part.after(), part.before());
    let (kind, old, new): (&BlockKind, Option<Markup>, Option<Markup>) = match part {
        Part::Same { block, .. } => {
            if !sheet.room(2 * block.text.len()) {
                return marked::nothing();
            }
            let text = html! { (block.text) };
            // Read once where both say the same.
            return html! {
                div.pair {
                    div aria-hidden="true" { p.(class(&block.kind)) { (text) } }
                    div { (sheet.shaped(&block.kind, &id, "", &text)) }
                }
            };
        }
        Part::Left {
            before,
            after,
            blocks,
            text,
        } => {
            return html! {
                div.pair {
                    p.left id={ "o" (before) } {
                        (moved(blocks)) " from here: “" (crate::prose::cut(text, 50)) "” "
                        a href={ "#b" (after) } { "where it stands now" }
                    }
                    div {}
                }
            };
        }
        Part::Edit { edit, .. } => match edit {
            Edit::Added { after } => (&after.kind, None, Some(marked::came(&after.text))),
            Edit::Removed { before } => (&before.kind, Some(marked::gone(&before.text)), None),
            Edit::Moved { before, after } => {
                let moved = html! {
                    span.note { "Moved here; " a href={ "#o" (sheet.left_at(before.index)) } { "where it stood" } ": " }
                    (after.text)
                };
                (&after.kind, None, Some(moved))
            }
            Edit::Reworded { after, words, .. } => (
                &after.kind,
                Some(marked::one_side(words, Piece::Added)),
                Some(marked::one_side(words, Piece::Removed)),
            ),
        },
    };
    let length = |side: &Option<Markup>| side.as_ref().map_or(0, |side| side.0.len());
    if !sheet.room(length(&old) + length(&new)) {
        return marked::nothing();
    }
    let here = part.differs().then(|| marked::here(&id));
    html! {
        div.pair data-is=[part.differs().then_some("edit")] {
            (side(kind, "Before", old.as_ref(), None))
            // Only one of the two can have the name.
            @if let BlockKind::Heading(level) = kind && new.is_some() && part.after().is_some() {
                (marked::heading(sheet.levels.next(*level), &id, None, &html! { @if let Some(here) = &here { (here) } (new.unwrap_or_default()) }))
            } @else {
                (side(kind, "Now", new.as_ref(), Some((&id, here.as_ref()))))
            }
        }
    }
}

/// One side of a pair.
fn side(
    kind: &BlockKind,
    name: &str,
    text: Option<&Markup>,
    place: Option<(&str, Option<&Markup>)>,
) -> Markup {
    let id = place.map(|(id, _)| id);
    let here = place.and_then(|(_, here)| here);
    let class = class(kind);
    html! {
        @match text {
            None => div.none id=[id] { @if let Some(here) = here { (here) } span.unseen { (name) ": nothing" } },
            Some(text) => p.(class) id=[id] { span.unseen { (name) ": " } @if let Some(here) = here { (here) } (text) },
        }
    }
}

fn class(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Heading(_) => "heading",
        BlockKind::Item(_) => "item",
        BlockKind::Verbatim => "verbatim",
        _ => "paragraph",
    }
}
