//! What somebody with a triage role puts right in public.

use std::sync::Arc;

use crate::answers::{
    CorrectionWanted, NoAnswer, Request, Response, Righting, Telling, WhichChange,
};
use crate::bot::{ask, astray, press};
use crate::house::House;
use crate::model::{Says, Whisper, Wish};

/// The command by which it is done.
pub(super) const COMMAND: &str = "correct";

/// Takes the last correction back.
const UNDO: &str = "undo";

/// What can be chosen, as it is filled in and as it is shown.
pub(super) const KINDS: [(&str, &str); 5] = [
    ("our-error", "Our error: what was said was wrong"),
    ("disputed", "Disputed: somebody disputes it"),
    ("explained", "Explained: there is an explanation"),
    ("reply", "Reply: what the publisher says, word for word"),
    (UNDO, "Take the last correction back"),
];

/// Puts it on record with the messages that say so, and says how many.
pub(super) async fn say(
    house: &Arc<House>,
    wish: &Wish,
    of: WhichChange,
    kind: &str,
    text: &str,
) -> Result<Whisper, NoAnswer> {
    let what = match righting(kind) {
        Some(what) => what,
        None => {
            return Ok(Whisper::says(
                "Nothing was put right: the first line must be `our-error`, `disputed`, `explained`, `reply` or `undo`.",
            ));
        }
    };
    let wanted = CorrectionWanted {
        of,
        what,
        text: Some(text.to_owned()).filter(|text| !text.trim().is_empty()),
        by: press::name(wish),
        from: Some(press::from(wish)),
    };
    let Response::Correct(one) = ask(house, Request::Correct(wanted)).await? else {
        return Err(astray());
    };
    let (done, told) = match one.correction.taken_back {
        Some(_) => ("It is taken back", &one.taken_back_told),
        None => ("It is put right", &one.told),
    };
    Ok(Whisper::says(format!(
        "{done} in the archive. {}",
        sum(told)
    )))
}

fn righting(kind: &str) -> Option<Righting> {
    if kind == UNDO {
        return Some(Righting::TakeBack { entry: None });
    }
    let mut sorts = Says::CORRECTIONS.into_iter();
    let says = sorts.find(|says| says.word() == kind)?;
    Some(Righting::Say { says })
}

fn sum(told: &[Telling]) -> &'static str {
    match told.is_empty() {
        true => "No message told of this change, so none is altered.",
        false => "The messages that told of the change are altered, and answered where they stand.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_understood() {
        for (kind, _) in KINDS {
            assert!(righting(kind).is_some(), "{kind}");
        }
        assert_eq!(righting("noise"), None);
        assert_eq!(righting(""), None);
    }
}
