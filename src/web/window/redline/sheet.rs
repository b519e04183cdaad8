//! The woven text as one column, what went struck and what came underlined.

use maud::{Markup, html};

use crate::model::{BlockKind, Edit, Finding, Place};
use crate::rulebook::Book;
use crate::web::window::redline::marked::{self, Levels};
use crate::web::window::redline::woven::{Part, Stretch, Woven};
use crate::web::window::redline::{margin, rows};

/// So much text is shown on one page, in bytes; the rest stands in the files.
const SHOWN: usize = 1_500_000;
/// So many headings are named where a stretch is folded.
const NAMED: usize = 3;
/// And so many characters of each.
const NAME: usize = 50;

/// What a text is shown with.
pub(super) struct Sheet<'a> {
    pub(super) woven: &'a Woven<'a>,
    pub(super) findings: &'a [Finding],
    pub(super) book: &'a Book,
    /// Where the whole new text stands, where there is one.
    pub(super) whole: Option<String>,
    pub(super) levels: Levels,
    /// Whether unchanged stretches are only counted.
    pub(super) folds: Folds,
    pub(super) left: usize,
}

/// What is done with stretches in which nothing changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Folds {
    /// They can be opened.
    Kept,
    /// They are only counted.
    Counted,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(woven: &'a Woven<'a>, findings: &'a [Finding], book: &'a Book) -> Sheet<'a> {
        Sheet {
            woven,
            findings,
            book,
            whole: None,
            levels: Levels::new(),
            folds: Folds::Kept,
            left: SHOWN,
        }
    }

    /// The whole text.
    pub(super) fn written(mut self) -> Markup {
        let stretches = self.woven.stretches();
        html! {
            @for stretch in &stretches {
                @match stretch {
                    Stretch::Open(range) => (self.open(range.clone())),
                    Stretch::Folded(range) => (self.folded(range.clone())),
                    Stretch::Elsewhere(range) => (self.elsewhere(range.clone())),
                }
            }
            @if self.left == 0 {
                p.note { "The rest is too long to be shown here; it stands in the files below." }
            }
        }
    }

    /// Whether there is room for so much more.
    pub(super) fn room(&mut self, bytes: usize) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0
    }

    fn open(&mut self, range: std::ops::Range<usize>) -> Markup {
        let mut parts = Vec::new();
        let mut at = range.start;
        while at < range.end {
            if self.woven.parts[at].is_row() {
                let rows = self.woven.parts[at..range.end].iter();
                let end = at + rows.take_while(|part| part.is_row()).count();
                parts.push(rows::table(self, at..end));
                at = end;
            } else {
                parts.push(self.block(at));
                at += 1;
            }
        }
        html! { @for part in &parts { (part) } }
    }

    pub(super) fn folded(&mut self, range: std::ops::Range<usize>) -> Markup {
        let said = self.unchanged(&range);
        if self.folds == Folds::Counted {
            return html! { p.skipped { (said) } };
        }
        let inner = self.open(range);
        html! { details.fold { summary { (said) } (inner) } }
    }

    pub(super) fn elsewhere(&mut self, range: std::ops::Range<usize>) -> Markup {
        let said = self.unchanged(&range);
        let first = self.woven.parts[range].iter().find_map(Part::after);
        html! {
            p.skipped {
                (said)
                @if let (Some(whole), Some(first)) = (&self.whole, first) {
                    ": " a href={ (whole) "#b" (first) } { "read them in the whole text" }
                }
            }
        }
    }

    /// How many blocks are the same, and under which headings: "12 unchanged paragraphs: “Contact” …".
    fn unchanged(&self, range: &std::ops::Range<usize>) -> String {
        let parts = &self.woven.parts[range.clone()];
        let what = match parts.iter().all(Part::is_row) {
            true => "rows",
            false => "paragraphs",
        };
        let quiet = parts.iter().any(|part| matches!(part, Part::Edit { .. }));
        let unchanged = match quiet {
            true => "in which nothing changed but what always does",
            false => "unchanged",
        };
        let mut said = match quiet {
            true => format!("{} {what} {unchanged}", parts.len()),
            false => format!("{} {unchanged} {what}", parts.len()),
        };
        let mut headings = parts.iter().filter_map(Part::heading);
        let named: Vec<String> = (headings.by_ref().take(NAMED))
            .map(|(_, text)| format!("“{}”", crate::prose::cut(text, NAME)))
            .collect();
        if !named.is_empty() {
            said.push_str(&format!(": {}", named.join(", ")));
        }
        if headings.next().is_some() {
            said.push_str(" …");
        }
        said
    }

    fn block(&mut self, at: usize) -> Markup {
        let part = &self.woven.parts[at];
        let (id, inner) = (marked::anchor(part.after(), part.before()), self.inner(at));
        match margin::beside(self, at..at + 1) {
            None => inner,
            Some(notes) => html! { div.noted data-of=(id) { (notes) (inner) } },
        }
    }

    fn inner(&mut self, at: usize) -> Markup {
        let part = self.woven.parts[at].clone();
        let id = marked::anchor(part.after(), part.before());
        match part {
            Part::Same { block, .. } => {
                if !self.room(block.text.len()) {
                    return marked::nothing();
                }
                self.shaped(&block.kind, &id, "", &html! { (block.text) })
            }
            Part::Left {
                before,
                after,
                blocks,
                text,
            } => html! {
                p.left id={ "o" (before) } {
                    (moved(blocks)) " from here: “" (crate::prose::cut(text, NAME)) "” "
                    a href={ "#b" (after) } { "where it stands now" }
                }
            },
            Part::Edit { edit, quiet } => {
                self.edit(edit, &id, if quiet { "quiet" } else { "edit" })
            }
        }
    }

    fn edit(&mut self, edit: &Edit, id: &str, class: &str) -> Markup {
        let length = |place: Option<&Place>| place.map_or(0, |place| place.text.len());
        if !self.room(length(edit.before()) + length(edit.after())) {
            return marked::nothing();
        }
        let here = marked::here(id);
        match edit {
            Edit::Added { after } => {
                let inner = html! { (here) (marked::came(&after.text)) };
                self.shaped(&after.kind, id, class, &inner)
            }
            Edit::Removed { before } => {
                let inner = html! { (here) (marked::gone(&before.text)) };
                // A heading that is gone heads nothing.
                match before.kind {
                    BlockKind::Heading(_) => {
                        html! { p.heading data-is=(class) id=(id) { (inner) } }
                    }
                    _ => self.shaped(&before.kind, id, class, &inner),
                }
            }
            Edit::Moved { before, after } => {
                let inner = self.shaped(&after.kind, id, class, &html! { (here) (after.text) });
                html! {
                    div.moved {
                        p.note { "Moved here; " a href={ "#o" (self.left_at(before.index)) } { "where it stood" } }
                        (inner)
                    }
                }
            }
            Edit::Reworded { after, words, .. } => {
                let inner = html! { (here) (marked::both(words)) };
                let shaped = self.shaped(&after.kind, id, class, &inner);
                html! {
                    @if let Some(became) = marked::became(edit) { p.note { (became) } }
                    (shaped)
                }
            }
        }
    }

    /// Under which name the place is known where this block stood: several that moved together left one.
    pub(super) fn left_at(&self, index: usize) -> usize {
        let mut left = self.woven.parts.iter().filter_map(|part| match part {
            Part::Left { before, blocks, .. } => Some(*before..before + blocks),
            _ => None,
        });
        left.find(|range| range.contains(&index))
            .map_or(index, |range| range.start)
    }

    /// A block of this kind.
    pub(super) fn shaped(
        &mut self,
        kind: &BlockKind,
        id: &str,
        class: &str,
        inner: &Markup,
    ) -> Markup {
        let class = (!class.is_empty()).then_some(class);
        html! {
            @match kind {
                BlockKind::Heading(level) => (marked::heading(self.levels.next(*level), id, class, inner)),
                BlockKind::Item(depth) => p.item.(format!("depth-{}", (*depth).clamp(1, 4))) data-is=[class] id=(id) { (inner) },
                BlockKind::Verbatim => pre data-is=[class] id=(id) { (inner) },
                _ => p data-is=[class] id=(id) { (inner) },
            }
        }
    }
}

/// "Moved", of one block or several.
pub(super) fn moved(blocks: usize) -> String {
    match blocks {
        1 => "Moved".to_owned(),
        _ => format!("{blocks} paragraphs moved"),
    }
}
