//! A redline for a terminal.

use crate::model::{Attachment, Diff, Edit, Hunk, Piece, Place, Words};
use crate::wording::redline::layout::{Ink, Line, Marks, Span, beginning, inked, pieces, wrap};
use crate::wording::redline::safe::visible;
use crate::wording::redline::{
    HELD, Heading, became, held, neighbour, offered, opens_section, section, share,
};
use crate::wording::rows;

/// Unchanged words shown on either side of a change inside a long block.
const NEAR: usize = 25;

/// Whether escape sequences may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// They may.
    Colour,
    /// They may not.
    Plain,
}

/// For a terminal of this width: words struck and underlined in colour, or marked `[-so-] {+so+}` where there is none.
/// Page text is shown without the control characters in it.
pub fn terminal(heading: &Heading, diff: &Diff, paint: Paint, width: usize) -> String {
    let diff = &*rows::spelled(diff);
    let marks = match paint {
        Paint::Colour => Marks::None,
        Paint::Plain => Marks::Wdiff,
    };
    let mut page = Page {
        width: width.max(20),
        marks,
        lines: Vec::new(),
    };
    page.heading(heading, diff);
    for (at, hunk) in diff.hunks.iter().enumerate() {
        if opens_section(&diff.hunks, at) {
            page.section(&section(&hunk.path));
        } else {
            page.lines.push(vec![(Ink::Faint, "   ⋯".to_owned())]);
        }
        page.hunk(hunk);
    }
    page.files(diff);
    page.links(diff);
    page.held(diff);
    painted(&page.lines, paint)
}

struct Page {
    width: usize,
    marks: Marks,
    lines: Vec<Line>,
}

impl Page {
    fn heading(&mut self, heading: &Heading, diff: &Diff) {
        self.say(Ink::Strong, &heading.title, "", "");
        self.say(Ink::Faint, &heading.url, "", "");
        self.say(Ink::Plain, &heading.before, "- ", "  ");
        self.say(Ink::Plain, &heading.after, "+ ", "  ");
        self.say(Ink::Faint, &share(diff, str::to_owned), "", "");
        if let Some((before, after)) = &diff.title {
            self.section("Title");
            self.pair(before, after);
        }
    }

    fn hunk(&mut self, hunk: &Hunk) {
        if let Some(above) = neighbour(hunk, &hunk.above) {
            self.near(above);
        }
        for edit in &hunk.edits {
            self.edit(edit);
        }
        if let Some(below) = neighbour(hunk, &hunk.below) {
            self.near(below);
        }
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Added { after } => self.block(Ink::Added, after, " + "),
            Edit::Removed { before } => self.block(Ink::Removed, before, " - "),
            Edit::Moved { after, .. } => self.block(Ink::Moved, after, " > moved: "),
            Edit::Reworded {
                before,
                after,
                words,
            } => {
                let mut spans = Vec::new();
                if let Some(note) = became(&before.kind, &after.kind) {
                    spans.push((Ink::Faint, format!("({note}) ")));
                }
                spans.extend(pieces(&folded(words), self.marks));
                self.set(&spans, " ~ ");
            }
        }
    }

    fn block(&mut self, ink: Ink, place: &Place, mark: &str) {
        let mut spans = Vec::new();
        inked(ink, &place.text, self.marks, &mut spans);
        self.set(&spans, mark);
    }

    fn files(&mut self, diff: &Diff) {
        if diff.attachments.is_empty() {
            return;
        }
        self.section("Files");
        for edit in &diff.attachments {
            let line = |file: &Option<Attachment>| file.as_ref().map(offered).unwrap_or_default();
            self.pair(&line(&edit.before), &line(&edit.after));
        }
    }

    fn links(&mut self, diff: &Diff) {
        if diff.links.is_empty() {
            return;
        }
        self.section("Links");
        for edit in &diff.links {
            self.say(Ink::Plain, &format!("“{}”", edit.text), "   ", "   ");
            self.pair(&edit.before, &edit.after);
        }
    }

    fn held(&mut self, diff: &Diff) {
        if !diff.quiet.is_empty() {
            self.section(HELD);
        }
        for (mark, text) in held(diff) {
            self.say(Ink::Faint, text, &format!(" {mark} "), "   ");
        }
    }

    fn pair(&mut self, before: &str, after: &str) {
        for (ink, text, mark) in [(Ink::Removed, before, " - "), (Ink::Added, after, " + ")] {
            if !text.is_empty() {
                let mut spans = Vec::new();
                inked(ink, text, self.marks, &mut spans);
                self.set(&spans, mark);
            }
        }
    }

    fn section(&mut self, name: &str) {
        self.lines.push(Vec::new());
        self.say(Ink::Strong, name, "@ ", "  ");
    }

    fn near(&mut self, text: &str) {
        let line = beginning(text, self.width - 3);
        self.lines.push(vec![(Ink::Faint, format!("   {line}"))]);
    }

    fn say(&mut self, ink: Ink, text: &str, first: &str, rest: &str) {
        let spans = [(ink, visible(text))];
        self.lines.extend(wrap(&spans, self.width, first, rest));
    }

    fn set(&mut self, spans: &[Span], mark: &str) {
        self.lines.extend(wrap(spans, self.width, mark, "   "));
    }
}

/// The same pieces with long unchanged stretches cut out.
fn folded(words: &[Words]) -> Vec<Words> {
    let last = words.len().saturating_sub(1);
    let fold = |(at, piece): (usize, &Words)| {
        let all: Vec<&str> = piece.text.split_inclusive(char::is_whitespace).collect();
        let before = if at == 0 { 0 } else { NEAR };
        let after = if at == last { 0 } else { NEAR };
        if piece.piece != Piece::Kept || last == 0 || all.len() <= before + after + NEAR {
            return piece.clone();
        }
        let (head, tail) = (&all[..before], &all[all.len() - after..]);
        Words {
            piece: Piece::Kept,
            text: format!("{}… {}", head.concat(), tail.concat()),
        }
    };
    words.iter().enumerate().map(fold).collect()
}

/// Every line carries its own codes, so that a pager can show any part of it.
fn painted(lines: &[Line], paint: Paint) -> String {
    let mut text = String::new();
    for line in lines {
        let mut shown = String::new();
        for (ink, part) in line {
            let code = match ink {
                Ink::Plain => "",
                Ink::Removed => "31;9",
                Ink::Added => "32;4",
                Ink::Moved => "34",
                Ink::Faint => "2",
                Ink::Strong => "1",
            };
            if paint == Paint::Plain || code.is_empty() {
                shown.push_str(part);
            } else {
                shown.push_str(&format!("\x1b[{code}m{part}\x1b[0m"));
            }
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::wording::redline::sample;

    #[test]
    fn without_colour_the_words_are_marked_as_wdiff_does() {
        let shown = terminal(&sample::heading(), &sample::diff(), Paint::Plain, 72);
        assert!(shown.contains("You [-will-]{+may+} be asked"), "{shown}");
        assert!(shown.contains("@ care.data › Your choice"), "{shown}");
        assert!(shown.contains(" - [-Only with approval.-]"), "{shown}");
        assert!(!shown.contains('\x1b'));
        assert!(
            shown.lines().all(|line| line.chars().count() <= 72),
            "{shown}"
        );
    }

    #[test]
    fn in_colour_what_went_is_struck_and_what_came_underlined() {
        let shown = terminal(&sample::heading(), &sample::diff(), Paint::Colour, 72);
        assert!(
            shown.contains("\x1b[31;9mwill\x1b[0m\x1b[32;4mmay\x1b[0m"),
            "{shown}"
        );
        assert!(shown.contains("\x1b[34mThis stands elsewhere"), "{shown}");
        let balanced = shown
            .lines()
            .all(|line| line.matches("\x1b[0m").count() * 2 == line.matches('\x1b').count());
        assert!(balanced, "{shown}");
    }

    #[test]
    fn page_text_cannot_command_the_terminal() {
        let (old, new) = sample::hostile();
        let mut heading = sample::heading();
        heading.title = new.title.clone();
        let shown = terminal(&heading, &diff::between(&old, &new), Paint::Plain, 60);
        sample::assert_harmless(&shown);
    }

    #[test]
    fn a_long_paragraph_is_folded_around_its_change() {
        let words = folded(&[
            Words {
                piece: Piece::Kept,
                text: "word ".repeat(200),
            },
            Words {
                piece: Piece::Added,
                text: "new ".into(),
            },
            Words {
                piece: Piece::Kept,
                text: "word ".repeat(30),
            },
        ]);
        assert_eq!(words[0].text, format!("… {}", "word ".repeat(NEAR)));
        assert_eq!(words[2].text.split(' ').count(), 31);
    }

    #[test]
    fn no_difference_is_said_so() {
        let shown = terminal(&sample::heading(), &Diff::default(), Paint::Plain, 72);
        assert!(shown.ends_with("Nothing differs.\n"), "{shown}");
    }
}
