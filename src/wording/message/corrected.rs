//! What was put right of a message: what stands above it since, and the reply that says so.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::model::{Back, Change, Correction, Destination, Message, Says, TakenBack};
use crate::wording::{fit, harmless, times};

/// What a correction takes at most where it is cut, and what is left of it at least.
const HEADING: usize = 160;
const LEAST: usize = 80;
/// What the line takes that says that there is more.
const MORE: usize = 160;
/// How much of the first line of the corrected message is quoted, of its words, and of a reason.
const QUOTED: usize = 300;
const SAID: usize = 1_100;
const REASON: usize = 200;
/// The longest name of a publisher.
const NAME: usize = 80;

/// The most characters that stand above a message to this place.
pub fn room(to: &Destination) -> usize {
    match to {
        Destination::Discord(_) | Destination::Forum(_) | Destination::DiscordWebhook(_) => 1_200,
        Destination::Ntfy(_) => 1_500,
        Destination::Slack(_) => 2_500,
        Destination::Webhook(_) | Destination::Email(_) | Destination::Terminal => 30_000,
    }
}

/// What stands above the message of a change since it was put right: the newest correction first. Markdown; `None` where
/// nothing was.
pub fn above(change: &Change, publisher: Option<&str>, zone: Tz, room: usize) -> Option<String> {
    let mut parts: Vec<(DateTime<Utc>, String, String)> = Vec::new();
    parts.extend(change.back.as_ref().map(|back| is_back(back, zone)));
    for one in &change.corrections {
        let said = match &one.taken_back {
            None => (made(one, publisher, zone), one.text.clone()),
            Some(back) => (taken_back(one, back, zone), one.text.clone()),
        };
        parts.push((one.last(), said.0, said.1));
    }
    parts.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let mut shown: Vec<String> = Vec::new();
    let mut left = room;
    for (at, (_, heading, words)) in parts.iter().enumerate() {
        let heading = format!("**{heading}**");
        let rest = left.saturating_sub(fit::length(&heading) + 2);
        if rest < LEAST + MORE {
            let more = parts.len() - at;
            shown.push(format!(
                "-# … and {more} more; smallprint explain {} {} shows all",
                harmless::markdown(&change.watch.0),
                change.span
            ));
            break;
        }
        let quote = quoted(words, rest - MORE);
        left = rest - fit::length(&quote);
        shown.push(format!("{heading}\n{quote}"));
    }
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// The reply to the message of a change that says what was put right of it.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The change, with what was put right of it.
    pub change: &'a Change,
    /// The correction that is told, or taken back if it was.
    pub correction: &'a Correction,
    /// Who publishes the page.
    pub publisher: Option<&'a str>,
    /// Where the page is.
    pub url: &'a str,
    /// The time zone for days.
    pub zone: Tz,
    /// Why the message itself could not be altered, where it could not.
    pub unaltered: Option<&'a str>,
    /// What it ends with.
    pub mark: &'a str,
    /// Whether it makes a sound.
    pub loud: bool,
}

/// The message itself; words that do not fit stand in a file beside it.
pub fn reply(of: &Reply<'_>) -> Message {
    let one = of.correction;
    let (heading, words) = match &one.taken_back {
        None => (made(one, of.publisher, of.zone), Some(&one.text)),
        Some(back) => (taken_back(one, back, of.zone), back.text.as_ref()),
    };
    let mut lines = vec![format!("**{heading}**")];
    lines.extend(words.map(|words| quoted(words, SAID)));
    let cut = words.filter(|words| fit::length(&quoted(words, usize::MAX)) > SAID);
    if cut.is_some() {
        lines.push("-# The whole of it is attached.".to_owned());
    }
    let sentence = harmless::markdown(&of.change.sentence);
    let title = harmless::markdown(&of.change.title);
    let about = match harmless::is_blank(&sentence) {
        true => title,
        false => sentence,
    };
    lines.push(format!("About: {}", fit::cut(&about, QUOTED)));
    if let Some(why) = of.unaltered {
        let why = fit::cut(&harmless::markdown(why), REASON);
        lines.push(format!(
            "-# The earlier message could not be altered where it stands: {why}"
        ));
    }
    lines.push(format!("-# {}", of.mark));
    let named = of.mark.replace(' ', "-");
    Message {
        content: lines.join("\n"),
        silent: !of.loud,
        file: cut.map(|words| (format!("{}-{named}.txt", one.says.word()), plain(words))),
        links: match of.url.starts_with("https://") || of.url.starts_with("http://") {
            true => vec![("The page".to_owned(), of.url.to_owned())],
            false => Vec::new(),
        },
        ..Message::default()
    }
}

/// The same message as a reply to the one it should have taken the place of.
pub fn anew(message: &Message, earlier: &str, why: &str) -> Message {
    let why = fit::cut(&harmless::markdown(why), REASON);
    let note = format!("-# The earlier message could not be altered where it stands: {why}");
    let above = match &message.above {
        Some(above) => format!("{above}\n{note}"),
        None => note,
    };
    Message {
        above: Some(above),
        replies: Some(earlier.to_owned()),
        ..message.clone()
    }
}

/// One word for what was put right last of a change, and when.
pub(super) fn last(
    corrections: &[Correction],
    back: Option<&Back>,
) -> Option<(DateTime<Utc>, &'static str)> {
    let words = corrections.iter().map(|one| {
        let word = match (&one.taken_back, one.says) {
            (Some(_), _) => "Taken back",
            (None, Says::Disputed) => "Disputed",
            (None, Says::Explained) => "Explained",
            (None, Says::Reply) => "Reply",
            (None, _) => "Correction",
        };
        (one.last(), word)
    });
    let back = back.map(|back| (back.bounds.by, "Back on the page"));
    words.chain(back).max_by_key(|(at, _)| *at)
}

/// What a correction is, with its day: "Correction, 22 November 2026: our error".
fn made(one: &Correction, publisher: Option<&str>, zone: Tz) -> String {
    let day = day(one.at, zone);
    let publisher = publisher.map(|name| fit::cut(&harmless::markdown(name), NAME));
    let publisher = publisher.filter(|name| !harmless::is_blank(name));
    match one.says {
        Says::Disputed => format!("Disputed, {day}"),
        Says::Explained => format!("Explained, {day}"),
        Says::Reply => format!(
            "Reply of {}, {day}, in their own words",
            publisher.as_deref().unwrap_or("the publisher")
        ),
        _ => format!("Correction, {day}: our error"),
    }
}

fn taken_back(one: &Correction, back: &TakenBack, zone: Tz) -> String {
    let sort = match one.says {
        Says::Disputed => "that this is disputed",
        Says::Explained => "the explanation",
        Says::Reply => "the reply of the publisher",
        _ => "the correction",
    };
    let why = match &back.text {
        Some(why) => format!(": {}", fit::cut(&harmless::markdown(why), HEADING)),
        None => String::new(),
    };
    let (made, day) = (day(one.at, zone), day(back.at, zone));
    format!("Taken back, {day}, {sort} of {made}{why}")
}

fn is_back(back: &Back, zone: Tz) -> (DateTime<Utc>, String, String) {
    let since = times::moment(back.bounds.by, zone);
    let between = times::between(&back.bounds, zone, DateTime::UNIX_EPOCH);
    (
        back.bounds.by,
        format!("Back on the page since {since}"),
        format!("What was gone stands there again; it was put back {between}."),
    )
}

/// A day as it is written in a sentence: "22 November 2026".
fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %B %Y").to_string()
}

/// Words as a quote, line by line, in at most so many characters: nothing in them acts.
fn quoted(words: &str, limit: usize) -> String {
    let lines = words.lines().map(harmless::markdown);
    let lines: Vec<String> = lines
        .filter(|line| !harmless::is_blank(line))
        .map(|line| format!("> {line}"))
        .collect();
    fit::cut(&lines.join("\n"), limit)
}

/// Words for a file: their lines, without what drives a terminal or turns the text round.
fn plain(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(harmless::line).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::London;

    use crate::model::{Bounds, ChangeKind, Severity, Span};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn one(entry: u64, says: Says, text: &str) -> Correction {
        Correction {
            entry,
            says,
            text: text.to_owned(),
            by: "Ada".to_owned(),
            at: at("2026-11-22T23:30:00Z") + chrono::TimeDelta::minutes(entry as i64),
            taken_back: None,
        }
    }

    fn change(corrections: Vec<Correction>) -> Change {
        Change {
            entry: 1,
            watch: "page".into(),
            title: "A page".to_owned(),
            kind: ChangeKind::Edited,
            span: Span { from: 1, to: 2 },
            bounds: Bounds {
                after: None,
                by: at("2026-11-20T09:00:00Z"),
            },
            severity: Severity(5),
            findings: Vec::new(),
            sentence: "Words are gone".to_owned(),
            silence: None,
            hushed: None,
            second_look: None,
            collected: None,
            claim: None,
            aside: None,
            corrections,
            back: None,
        }
    }

    #[track_caller]
    fn case(says: Says, text: &str, expected: &str) {
        let change = change(vec![one(1, says, text)]);
        let above = above(&change, Some("NHS *England*"), London, 1_200);
        assert_eq!(above.as_deref(), Some(expected));
    }

    #[test]
    fn each_sort_is_named_with_its_day_and_nothing_in_it_acts() {
        case(
            Says::OurError,
            "We erred.",
            "**Correction, 22 November 2026: our error**\n> We erred.",
        );
        case(
            Says::Disputed,
            "```\n@everyone \u{202e}<@1>",
            "**Disputed, 22 November 2026**\n> \\`\\`\\`\n> @\u{200b}everyone \\<@\u{200b}1>",
        );
        case(
            Says::Explained,
            "# A\n\n- b",
            "**Explained, 22 November 2026**\n> \\# A\n> \\- b",
        );
        case(
            Says::Reply,
            "No.",
            "**Reply of NHS \\*England\\*, 22 November 2026, in their own words**\n> No.",
        );
    }

    #[test]
    fn the_newest_comes_first_and_what_does_not_fit_is_counted() {
        let long = "word ".repeat(180);
        let many: Vec<Correction> = (1..=9).map(|no| one(no, Says::OurError, &long)).collect();
        for room in [1_200, 1_500, 2_500, 30_000] {
            let above = above(&change(many.clone()), None, London, room).expect("some");
            assert!(
                fit::length(&above) <= room,
                "{} in {room}",
                fit::length(&above)
            );
            let shown = above.matches("**Correction").count();
            assert!(shown >= 1, "{above}");
            let more = format!("-# … and {} more; smallprint explain page 1..2", 9 - shown);
            assert_eq!(above.contains(&more), shown < 9, "{above}");
        }
        assert_eq!(above(&change(Vec::new()), None, London, 1_200), None);
        let two = vec![
            one(1, Says::OurError, "first"),
            one(2, Says::Disputed, "then"),
        ];
        let above = above(&change(two), None, London, 1_200).expect("two");
        assert!(above.find("then") < above.find("first"), "{above}");
    }

    #[test]
    fn a_reply_is_within_the_limit_of_a_message_whatever_it_says() {
        for piece in ["word ", "`", "𝕬", "@everyone", "\n", "\u{202e}x", "<@&7>"] {
            let text = piece.repeat(20_000 / piece.chars().count()) + "x";
            let correction = one(1, Says::Reply, &text);
            let change = Change {
                sentence: text.clone(),
                ..change(vec![correction.clone()])
            };
            let said = reply(&Reply {
                change: &change,
                correction: &correction,
                publisher: Some(&text),
                url: "https://a.example/",
                zone: London,
                unaltered: Some(&text),
                mark: "alert 7-0 abcdef",
                loud: true,
            });
            assert!(fit::length(&said.content) <= 2_000, "{piece:?}");
            assert!(said.content.ends_with("\n-# alert 7-0 abcdef"), "{piece:?}");
            assert!(!said.content.contains("@everyone") && !said.content.contains('\u{202e}'));
        }
    }
}
