//! What can be pressed below a message, and what was meant by pressing it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::model::{AlertId, Annotated, Button, Says, Tone};
use crate::wording::{fit, harmless};

/// What every button of ours is known by: whose it is, and in which notation the rest is written.
const OURS: &str = "sp1";
/// The most characters of a label, and of what a button is known by.
/// <https://discord.com/developers/docs/components/reference#button>
const LABEL: usize = 80;
/// The longest name of a person on a button.
const NAME: usize = 40;

/// What is meant by a button.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// The change matters.
    Significant,
    /// The change is of no interest.
    Noise,
    /// There is something worth knowing of it.
    Note,
    /// What was said of it must be put right in public.
    Correct,
    /// Show all that differs.
    Diff,
    /// Talk of it.
    Discuss,
    /// Take the decision back.
    Undo,
    /// It only says what was decided.
    Said,
    /// See what would be hidden by muting this paragraph, these words, or the page for a week.
    Try(Mutable),
    /// Mute it.
    Mute(Mutable),
    /// Lift a mute.
    Unmute,
}

/// What can be muted of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutable {
    /// The paragraph that changed.
    Block,
    /// Words like those that changed.
    Pattern,
    /// The whole page, for a week.
    Week,
}

/// A button, as it is known: what is meant, of which alert, and what else must be remembered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pressed {
    /// What is meant.
    pub verb: Verb,
    /// The alert whose message it stands on, or stood on at first.
    pub alert: AlertId,
    /// What else must be remembered, such as a pattern or the number of a mute.
    pub rest: String,
}

impl Pressed {
    /// A button with nothing else to remember.
    pub fn of(verb: Verb, alert: AlertId) -> Pressed {
        Pressed {
            verb,
            alert,
            rest: String::new(),
        }
    }

    /// The same with this to remember.
    pub fn with(self, rest: impl Into<String>) -> Pressed {
        Pressed {
            rest: rest.into(),
            ..self
        }
    }

    /// The button itself.
    pub fn button(&self, label: &str, tone: Tone) -> Button {
        Button {
            label: fit::cut(&harmless::line(label), LABEL),
            id: self.to_string(),
            tone,
        }
    }
}

const WORDS: [(Verb, &str); 15] = [
    (Verb::Significant, "significant"),
    (Verb::Noise, "noise"),
    (Verb::Note, "note"),
    (Verb::Correct, "correct"),
    (Verb::Diff, "diff"),
    (Verb::Discuss, "discuss"),
    (Verb::Undo, "undo"),
    (Verb::Said, "said"),
    (Verb::Try(Mutable::Block), "try-block"),
    (Verb::Try(Mutable::Pattern), "try-pattern"),
    (Verb::Try(Mutable::Week), "try-week"),
    (Verb::Mute(Mutable::Block), "mute-block"),
    (Verb::Mute(Mutable::Pattern), "mute-pattern"),
    (Verb::Mute(Mutable::Week), "mute-week"),
    (Verb::Unmute, "unmute"),
];

impl fmt::Display for Pressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = WORDS.iter().find(|(verb, _)| *verb == self.verb);
        let word = word.map_or("", |(_, word)| word);
        write!(f, "{OURS}:{word}:{}", self.alert)?;
        match self.rest.is_empty() {
            true => Ok(()),
            false => write!(f, ":{}", self.rest),
        }
    }
}

/// A button that is none of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this button belongs to another program, or to another edition of this one")]
pub struct NotOurs;

impl FromStr for Pressed {
    type Err = NotOurs;

    fn from_str(id: &str) -> Result<Pressed, NotOurs> {
        let mut parts = id.splitn(4, ':');
        let (ours, word) = (parts.next(), parts.next().ok_or(NotOurs)?);
        let alert = parts.next().and_then(|text| text.split_once('-'));
        let (entry, index) = alert.filter(|_| ours == Some(OURS)).ok_or(NotOurs)?;
        let verb = WORDS.iter().find(|(_, known)| *known == word);
        Ok(Pressed {
            verb: verb.ok_or(NotOurs)?.0,
            alert: AlertId {
                entry: entry.parse().map_err(|_| NotOurs)?,
                index: index.parse().map_err(|_| NotOurs)?,
            },
            rest: parts.next().unwrap_or_default().to_owned(),
        })
    }
}

/// What can be pressed below the message of a change, as far as it was decided on: five buttons at most.
pub fn on_message(alert: AlertId, said: &[Annotated], zone: Tz) -> Vec<Button> {
    let button = |verb, label: &str, tone| Pressed::of(verb, alert).button(label, tone);
    let mut buttons = match Annotated::decision(said) {
        None => vec![
            button(Verb::Significant, "📌 Significant", Tone::First),
            button(Verb::Noise, "🔇 Noise", Tone::Plain),
        ],
        Some(decision) => vec![
            button(Verb::Said, &decided(decision, zone), Tone::Still),
            button(Verb::Undo, "↩️ Undo", Tone::Plain),
        ],
    };
    let notes = said.iter().filter(|one| one.undone.is_none());
    let notes = notes.filter(|one| one.annotation.says == Says::Note);
    let note = match notes.count() {
        0 => "✏️ Note".to_owned(),
        count => format!("✏️ Note ({count})"),
    };
    buttons.extend([
        button(Verb::Note, &note, Tone::Plain),
        button(Verb::Diff, "📄 Full diff", Tone::Plain),
        button(Verb::Discuss, "💬 Discuss", Tone::Plain),
    ]);
    buttons
}

/// A decision in one line: "📌 Significant — Ada, 6 July 10:12".
pub fn decided(decision: &Annotated, zone: Tz) -> String {
    let what = match decision.annotation.says {
        Says::Noise => "🔇 Noise",
        _ => "📌 Significant",
    };
    let by = fit::cut(&harmless::line(&decision.annotation.by), NAME);
    format!("{what} — {by}, {}", when(decision.at, zone))
}

/// A day and a time of day: "6 July 10:12".
fn when(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %B %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use crate::model::Annotation;

    use super::*;

    const ALERT: AlertId = AlertId {
        entry: u64::MAX,
        index: u32::MAX,
    };

    fn said(entry: u64, says: Says, by: &str) -> Annotated {
        Annotated {
            entry,
            annotation: Annotation {
                of: 1,
                says,
                text: None,
                by: by.to_owned(),
                from: None,
            },
            at: "2026-07-06T09:12:00Z".parse().expect("a time"),
            undone: None,
        }
    }

    fn labels(said: &[Annotated]) -> Vec<String> {
        let buttons = on_message(ALERT, said, chrono_tz::Europe::London);
        for button in &buttons {
            assert!(fit::length(&button.label) <= LABEL && button.id.len() <= 100);
            assert!(button.id.parse::<Pressed>().is_ok(), "{}", button.id);
        }
        buttons.into_iter().map(|button| button.label).collect()
    }

    #[test]
    fn every_button_is_known_again() {
        for (verb, _) in WORDS {
            for rest in ["", "4", "last (updated|reviewed): \\d+"] {
                let pressed = Pressed::of(verb, ALERT).with(rest);
                assert_eq!(pressed.to_string().parse(), Ok(pressed));
            }
        }
        for other in [
            "",
            "sp1",
            "sp1:noise",
            "sp1:noise:7",
            "sp2:noise:7-0",
            "sp1:drop:7-0",
            "x:noise:7-0",
        ] {
            assert_eq!(other.parse::<Pressed>(), Err(NotOurs), "{other}");
        }
    }

    #[test]
    fn a_decision_takes_the_place_of_the_choice() {
        let mut all = vec![
            said(2, Says::Note, "Bo"),
            said(3, Says::Noise, "Ada\u{202e}\n @everyone"),
        ];
        let before = labels(&[]);
        assert_eq!(before[..2], ["📌 Significant", "🔇 Noise"]);
        let after = labels(&all);
        let expected = [
            "🔇 Noise — Ada @everyone, 6 July 10:12",
            "↩️ Undo",
            "✏️ Note (1)",
        ];
        assert_eq!(after[..3], expected);
        all[1].undone = Some(4);
        assert_eq!(labels(&all)[..2], before[..2]);
        labels(&[said(3, Says::Significant, &"𝕬".repeat(500))]);
    }
}
