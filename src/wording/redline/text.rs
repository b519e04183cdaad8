//! A redline as a plain text file.

use crate::model::{Diff, Edit, Piece, Words};
use crate::wording::redline::layout::{Ink, Marks, Span, inked, pieces, unpainted, wrap};
use crate::wording::redline::safe::visible;
use crate::wording::redline::{
    HELD, Heading, became, held, offered, opens_section, section, share,
};
use crate::wording::rows;

/// The width of the file, which suits a mail and a printed page.
const WIDTH: usize = 76;

/// Plain text, block by block, Before and Now: what the file attached to an alert holds.
pub fn text(heading: &Heading, diff: &Diff) -> String {
    let diff = &*rows::spelled(diff);
    let mut page = String::new();
    say(&mut page, "", &heading.title);
    say(&mut page, "", &heading.url);
    say(&mut page, "Before:  ", &heading.before);
    say(&mut page, "Now:     ", &heading.after);
    say(&mut page, "", &share(diff, str::to_owned));
    if !diff.hunks.is_empty() {
        say(
            &mut page,
            "",
            "Words that went stand in [- -], words that came in {+ +}.",
        );
    }
    if let Some((before, after)) = &diff.title {
        part(&mut page, "Title");
        say(&mut page, "Before:  ", before);
        say(&mut page, "Now:     ", after);
    }
    for (at, hunk) in diff.hunks.iter().enumerate() {
        if opens_section(&diff.hunks, at) {
            part(&mut page, &section(&hunk.path));
        } else {
            page.push('\n');
        }
        for (at, edit) in hunk.edits.iter().enumerate() {
            if at > 0 {
                page.push('\n');
            }
            say_edit(&mut page, edit);
        }
    }
    files(&mut page, diff);
    links(&mut page, diff);
    if !diff.quiet.is_empty() {
        part(&mut page, HELD);
    }
    for (mark, text) in held(diff) {
        say(
            &mut page,
            if mark == '-' {
                "Before:  "
            } else {
                "Now:     "
            },
            text,
        );
    }
    page
}

fn say_edit(page: &mut String, edit: &Edit) {
    match edit {
        Edit::Added { after } => say(page, "Added:   ", &after.text),
        Edit::Removed { before } => say(page, "Removed: ", &before.text),
        Edit::Moved { after, .. } => say(page, "Moved:   ", &after.text),
        Edit::Reworded {
            before,
            after,
            words,
        } => {
            if let Some(note) = became(&before.kind, &after.kind) {
                say(page, "Kind:    ", &note);
            }
            if words.iter().all(|piece| piece.piece == Piece::Kept) {
                say(page, "Same:    ", &after.text);
                return;
            }
            set(
                page,
                "Before:  ",
                &pieces(&side(words, Piece::Added), Marks::Wdiff),
            );
            set(
                page,
                "Now:     ",
                &pieces(&side(words, Piece::Removed), Marks::Wdiff),
            );
        }
    }
}

/// The pieces of one side.
fn side(words: &[Words], without: Piece) -> Vec<Words> {
    let there = words.iter().filter(|piece| piece.piece != without);
    there.cloned().collect()
}

fn files(page: &mut String, diff: &Diff) {
    if !diff.attachments.is_empty() {
        part(page, "Files");
    }
    for edit in &diff.attachments {
        match (&edit.before, &edit.after) {
            (Some(before), Some(after)) => {
                say(page, "Before:  ", &offered(before));
                say(page, "Now:     ", &offered(after));
            }
            (Some(before), None) => say(page, "Removed: ", &offered(before)),
            (None, Some(after)) => say(page, "Added:   ", &offered(after)),
            (None, None) => {}
        }
    }
}

fn links(page: &mut String, diff: &Diff) {
    if !diff.links.is_empty() {
        part(page, "Links that lead elsewhere");
    }
    let or_none = |url: &str| {
        if url.is_empty() {
            "no link".to_owned()
        } else {
            url.to_owned()
        }
    };
    for edit in &diff.links {
        say(page, "Link:    ", &edit.text);
        say(page, "Before:  ", &or_none(&edit.before));
        say(page, "Now:     ", &or_none(&edit.after));
    }
}

fn part(page: &mut String, name: &str) {
    page.push('\n');
    say(page, "## ", name);
}

fn say(page: &mut String, label: &str, text: &str) {
    let mut spans = Vec::new();
    inked(Ink::Plain, &visible(text), Marks::None, &mut spans);
    set(page, label, &spans);
}

fn set(page: &mut String, label: &str, spans: &[Span]) {
    let rest = " ".repeat(label.len());
    page.push_str(&unpainted(&wrap(spans, WIDTH, label, &rest)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::wording::redline::sample;

    #[test]
    fn a_change_reads_as_before_and_now() {
        assert_eq!(
            text(&sample::heading(), &sample::diff()),
            "care.data
https://www.england.nhs.uk/care-data/
Before:  page version 1, seen Fri 4 July 2014 10:00 BST
Now:     page version 2, seen Mon 7 July 2014 10:00 BST
12.0 % of the words came or went.
Words that went stand in [- -], words that came in {+ +}.

## care.data › Your choice
Before:  The programme is explained in a leaflet. You [-will-] be asked
         first. Nothing else changes.
Now:     The programme is explained in a leaflet. You {+may+} be asked
         first. Nothing else changes.

Removed: Only with approval.

Moved:   This stands elsewhere in the new text.

Added:   An item entirely new.

## Files
Added:   Leaflet (PDF, 1 MB) https://x/leaflet.pdf

## Links that lead elsewhere
Link:    form
Before:  https://x/old
Now:     https://x/new
"
        );
    }

    #[test]
    fn no_line_is_longer_than_76_characters_and_none_commands() {
        let (old, new) = sample::hostile();
        let page = text(&sample::heading(), &diff::between(&old, &new));
        sample::assert_harmless(&page);
        assert!(
            page.lines().all(|line| line.chars().count() <= WIDTH),
            "{page}"
        );
    }
}
