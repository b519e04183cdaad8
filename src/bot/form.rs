//! Forms: a note, and a pattern.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::answers::{NoAnswer, WhichChange};
use crate::bot::{correct, hide, press};
use crate::house::House;
use crate::model::{Change, Form, Question, Says, Tone, Whisper, Wish};
use crate::wording::buttons::{Mutable, Pressed, Verb};

/// What the answer of every form is known by.
const TEXT: &str = "text";
/// What the answer is known by that says which sort of correction it is.
const KIND: &str = "kind";
/// The longest correction: a publisher's reply is kept word for word.
pub(super) const CORRECTION: u16 = 4_000;
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

/// Asks what is to be put right, and in which words.
pub(super) fn correction(pressed: &Pressed) -> Form {
    Form {
        id: pressed.to_string(),
        title: "Put it right in public".to_owned(),
        questions: vec![
            Question {
                id: KIND.to_owned(),
                label: "our-error, disputed, explained or reply".to_owned(),
                filled: Some(Says::OurError.word().to_owned()),
                longest: 20,
                lines: 1,
            },
            Question {
                id: TEXT.to_owned(),
                label: "What must people know? (900 characters)".to_owned(),
                filled: None,
                longest: CORRECTION,
                lines: 2,
            },
        ],
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
            let offer = Pressed::of(Verb::Correct, pressed.alert);
            Ok(Whisper {
                text: "The note is kept with the change, for those who look there. What was said in public can be put right in public:".to_owned(),
                buttons: vec![offer.button("✍️ Correct in public", Tone::Plain)],
                ..Whisper::default()
            })
        }
        Verb::Correct => {
            let of = WhichChange::Entry {
                entry: press::entry_of(house, pressed.alert).await?,
            };
            let kind = answers.get(KIND).map_or("", |kind| kind.trim());
            correct::say(house, wish, of, kind, text).await
        }
        Verb::Try(Mutable::Pattern) => {
            let short: String = text.chars().take(usize::from(PATTERN)).collect();
            let pressed = pressed.with(short);
            hide::tried(house, wish, &pressed, Mutable::Pattern).await
        }
        _ => Ok(Whisper::says("This form belongs to another program.")),
    }
}
