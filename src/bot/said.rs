//! Answers in the words of a chat.

use chrono_tz::Tz;

use crate::answers::NoAnswer;
use crate::model::{Change, Diff, Whisper};
use crate::wording::{fit, harmless, redline, times};

/// The most characters of a whisper, with room to spare.
const ROOM: usize = 1_900;
/// The longest title, quote and sentence in a list.
const TITLE: usize = 80;
const QUOTE: usize = 180;
/// How many lines of a diff are shown, and how wide.
const LINES: usize = 14;
const WIDTH: usize = 56;

/// Why there is no answer.
pub(super) fn refused(refused: &NoAnswer) -> Whisper {
    Whisper::says(match refused {
        NoAnswer::Unknown { what, remedy } => {
            let remedy = remedy.as_deref().map(|remedy| format!(" {remedy}"));
            // Commands are quoted in both; a page's words can stand in them too.
            let text = format!("{what}{}", remedy.unwrap_or_default());
            fitted(&harmless::markdown(&text))
        }
        NoAnswer::Forgotten { what, .. } => fitted(&harmless::markdown(what)),
        NoAnswer::Archive(_) => {
            "The archive cannot answer now; who keeps it finds the reason in its log.".to_owned()
        }
    })
}

/// A list below a heading: as many lines as there is room for, and how many are left.
pub(super) fn list(heading: &str, lines: &[String], more: &str) -> String {
    let mut text = heading.to_owned();
    for (at, line) in lines.iter().enumerate() {
        let left = lines.len() - at;
        let rest = format!("\n… and {left} more; {more}");
        let last = left == 1;
        let room = if last {
            ROOM
        } else {
            ROOM - fit::length(&rest)
        };
        if fit::length(&text) + 1 + fit::length(line) > room {
            return format!("{text}{rest}");
        }
        text.push('\n');
        text.push_str(line);
    }
    text
}

/// No longer than there is room for.
pub(super) fn fitted(text: &str) -> String {
    fit::cut(text, ROOM)
}

/// A title in bold.
pub(super) fn title(text: &str) -> String {
    format!("**{}**", plain(text, TITLE))
}

/// A page's words, harmless, no longer than a line or two.
pub(super) fn quote(text: &str) -> String {
    plain(text, QUOTE)
}

fn plain(text: &str, longest: usize) -> String {
    match harmless::is_blank(text) {
        true => "(nothing)".to_owned(),
        false => fit::cut(&harmless::markdown(text), longest),
    }
}

/// A change in two lines.
pub(super) fn change(change: &Change, zone: Tz) -> String {
    format!(
        "• {} {} {} {}, severity {}, {}\n  {}",
        title(&change.title),
        plain(&change.watch.0, TITLE),
        change.span,
        change.kind.word(),
        change.severity,
        times::day(change.bounds.by, zone),
        quote(&change.sentence)
    )
}

/// The first lines of a diff in a fence; empty where there is nothing to show.
pub(super) fn fence(diff: &Diff) -> String {
    let (lines, left) = redline::fence(diff, LINES, WIDTH);
    if harmless::is_blank(&lines) {
        return String::new();
    }
    let more = match left {
        0 => String::new(),
        left => format!("\n  … {left} more in the file"),
    };
    // No page may call anybody from inside a fence either.
    let lines = lines.replace('@', "@\u{200B}");
    format!("\n```diff\n{lines}{more}\n```")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_how_much_of_it_is_left_out() {
        let lines: Vec<String> = (0..400).map(|no| format!("• line {no}")).collect();
        let text = list("Found:", &lines, "`smallprint changes` shows them.");
        assert!(fit::length(&text) <= ROOM, "{}", fit::length(&text));
        let shown = text.lines().count() - 2;
        assert!(text.ends_with(&format!(
            "… and {} more; `smallprint changes` shows them.",
            400 - shown
        )));
        assert_eq!(list("None.", &[], ""), "None.");
        assert_eq!(list("One:", &lines[..1], ""), "One:\n• line 0");
    }

    #[test]
    fn a_refusal_calls_nobody() {
        let what = "There is no watch “@everyone <@1> ```”.".to_owned();
        let whisper = refused(&NoAnswer::Unknown { what, remedy: None });
        assert!(
            !whisper.text.contains("@e") && !whisper.text.contains("```"),
            "{}",
            whisper.text
        );
    }
}
