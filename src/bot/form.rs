//! Forms: a note, and a pattern.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::answers::NoAnswer;
use crate::bot::{hide, press};
use crate::house::House;
use crate::model::{Change, Form, Question, Says, Whisper, Wish};
use crate::wording::buttons::{Mutable, Pressed, Verb};

/// What the answer of every form is known by.
const TEXT: &str = "text";
/// The longest note.
const NOTE: u16 = 2_000;
/// The longest pattern: it must fit into what a button is known by.
pub(super) const PATTERN: u16 = 48;

/// Asks for a note.
pub(super) fn note(pressed: &Pressed) -> Form {
    Form {
        id: pressed.to_string(),
        title: "A note on this change".to_owned(),
        questions: vec![Question {
            id: TEXT.to_owned(),
            label: "What should others know of it?".to_owned(),
            filled: None,
            longest: NOTE,
            lines: 2,
        }],
    }
}

/// Asks which words are to be muted, and proposes some.
pub(super) fn pattern(pressed: &Pressed, change: &Change) -> Form {
    Form {
        id: pressed.to_string(),
        title: "Words to be muted on this page".to_owned(),
        questions: vec![Question {
            id: TEXT.to_owned(),
            label: "A regular expression, as in last updated".to_owned(),
            filled: hide::proposed(change),
            longest: PATTERN,
            lines: 1,
        }],
    }
}

/// What comes of a form that was filled in.
pub(super) async fn filled(
    house: &Arc<House>,
    wish: &Wish,
    form: &str,
    answers: &BTreeMap<String, String>,
) -> Result<Whisper, NoAnswer> {
    let text = answers
        .get(TEXT)
        .map(|text| text.trim())
        .unwrap_or_default();
    let Ok(pressed) = form.parse::<Pressed>() else {
        return Ok(Whisper::says("This form belongs to another program."));
    };
    if text.is_empty() {
        return Ok(Whisper::says("Nothing was filled in."));
    }
    match pressed.verb {
        Verb::Note => {
            let entry = press::entry_of(house, pressed.alert).await?;
            press::annotate(house, wish, entry, Says::Note, Some(text.to_owned())).await?;
            Ok(Whisper::says("The note is kept with the change."))
        }
        Verb::Try(Mutable::Pattern) => {
            let short: String = text.chars().take(usize::from(PATTERN)).collect();
            let pressed = pressed.with(short);
            hide::tried(house, wish, &pressed, Mutable::Pattern).await
        }
        _ => Ok(Whisper::says("This form belongs to another program.")),
    }
}
