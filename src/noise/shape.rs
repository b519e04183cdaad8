//! The shape of a text: what is left of it when its numbers, months and codes are taken for one another.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// Words that stand for others of their sort: days, months, numbers, codes.
static PASSING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b",
        r"|\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
        r"|\b(?:am|pm|gmt|bst|utc)\b|[\w.,:/-]*\d[\w.,:/-]*",
    ))
    .expect("a pattern of ours")
});

/// The shape of a text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Debug)]
#[serde(transparent)]
pub(super) struct Shape(String);

impl Shape {
    /// The shape of this text.
    pub(super) fn of(text: &str) -> Shape {
        let lower = text.to_lowercase();
        let masked = PASSING.replace_all(&lower, "0");
        let words: Vec<&str> = masked.split_whitespace().collect();
        Shape(words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_numbers_and_codes_are_taken_for_one_another() {
        let same = |one: &str, other: &str| {
            assert_eq!(Shape::of(one), Shape::of(other), "{one} / {other}")
        };
        same(
            "Page built at 12:04:11 on Monday 3 May 2021",
            "Page built at 7:15:00 on Friday 30 September 2022",
        );
        same("Ref 7f3a-99e0", "Ref 123abc");
        same("1,204 readers", "9 readers");
    }

    #[test]
    fn other_words_are_another_shape() {
        for (one, other) in [
            ("Data will be shared", "Data may be shared"),
            ("4 practices object", "4 practices agree"),
        ] {
            assert_ne!(Shape::of(one), Shape::of(other));
        }
    }
}
