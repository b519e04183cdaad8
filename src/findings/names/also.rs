//! What else a thing is called where it is named: its acronym, its number, another name.

use std::sync::LazyLock;

use regex::Regex;

use crate::prose::compile;

/// The other names of what stands between two bytes of a sentence, as they stand.
pub(super) fn names(text: &str, from: usize, to: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    found.extend(bracketed(text, from, to).map(str::to_owned));
    found.extend(before(text, from, to).map(str::to_owned));
    found.extend(number(&text[..from]));
    found.dedup();
    found
}

/// The acronym in brackets after a name.
pub(super) fn bracketed(text: &str, from: usize, to: usize) -> Option<&str> {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^[”\x22’']?\s*\((?:the |hereafter |known as |or |also known as )?[“\x22‘']?(?P<acronym>[A-Z][A-Za-z0-9&+/-]{1,14})[”\x22’']?\)",
        )
    });
    let acronym = AFTER.captures(&text[to..])?.name("acronym")?.as_str();
    stands_for(acronym, &text[from..to]).then_some(acronym)
}

/// An acronym in brackets inside a name, with what stands before and after it: "Foot Care (FCA) Audit".
pub(super) fn within(name: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = name.split_once(" (")?;
    let (acronym, after) = rest.split_once(')')?;
    let short = !acronym.contains(' ') && after.starts_with(' ');
    (short && stands_for(acronym, &format!("{before}{after}"))).then_some((before, acronym, after))
}

/// The acronym before a name in brackets: "PCSDS (Primary Care Sleep Data Set)".
fn before(text: &str, from: usize, to: usize) -> Option<&str> {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"\b(?P<acronym>[A-Z][A-Za-z0-9&+-]{1,14})\s*\((?:the )?[“\x22]?$")
    });
    let closed = text[to..].trim_start_matches(['”', '"']).starts_with(')');
    let acronym = BEFORE.captures(&text[..from])?.name("acronym")?.as_str();
    (closed && stands_for(acronym, &text[from..to])).then_some(acronym)
}

/// The number of a standard just before its name: "DCB3099: Dental Access Data Set".
fn number(before: &str) -> Option<String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?P<body>DAPB|DCB|SCCI|ISB)[ -]?(?P<number>\d{3,4})(?:[ ,]+Amd[ -]?\d+/\d{4})?[:\s–—-]*(?:the )?[“\x22]?$",
        )
    });
    let found = NUMBER.captures(before)?;
    Some(format!("{}{}", &found["body"], &found["number"]))
}

/// Whether the letters of an acronym stand in a name in order, the first of them at the beginning of a word.
pub(super) fn stands_for(acronym: &str, name: &str) -> bool {
    let letters: Vec<char> = acronym
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let capitals = acronym.chars().filter(|c| c.is_uppercase()).count();
    let initials: Vec<char> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_lowercase)
        .collect();
    let Some(first) = letters.first() else {
        return false;
    };
    let lowered = name.to_lowercase();
    let mut rest = lowered.chars();
    let in_order = letters.iter().all(|letter| rest.any(|c| c == *letter));
    let mut at = initials.iter();
    let led = letters
        .iter()
        .filter(|letter| at.clone().any(|c| c == *letter) && at.any(|c| c == *letter))
        .count();
    capitals >= 2 && in_order && initials.contains(first) && led * 2 >= letters.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(sentence: &str, name: &str, expected: &[&str]) {
        let from = sentence.find(name).expect("the name");
        assert_eq!(
            names(sentence, from, from + name.len()),
            expected,
            "{sentence}"
        );
    }

    #[test]
    fn acronyms_and_numbers_beside_a_name_are_its_own() {
        case(
            "Send the Primary Care Sleep Data Set (PCSDS) each month.",
            "Primary Care Sleep Data Set",
            &["PCSDS"],
        );
        case(
            "Send PCSDS (Primary Care Sleep Data Set) each month.",
            "Primary Care Sleep Data Set",
            &["PCSDS"],
        );
        case(
            "DCB3099: Dental Access Data Set – initial standard",
            "Dental Access Data Set",
            &["DCB3099"],
        );
        case(
            "DAPB4112 Amd 12/2027 Hearing Data Set.",
            "Hearing Data Set",
            &["DAPB4112"],
        );
        case(
            "Data go to the Foot Care in Adults (FCA) Audit.",
            "Foot Care in Adults",
            &["FCA"],
        );
        assert_eq!(
            within("Foot Care in Adults (FCA) Audit"),
            Some(("Foot Care in Adults", "FCA", " Audit"))
        );
        assert_eq!(within("Foot Care (England) Audit"), None);
        case(
            "The Unified Waits Dataset (“UWD”) begins.",
            "Unified Waits Dataset",
            &["UWD"],
        );
    }

    #[test]
    fn other_brackets_are_not() {
        case(
            "The Sleep Data Set (England) begins.",
            "Sleep Data Set",
            &[],
        );
        case("The Sleep Data Set (PDF, 2 MB)", "Sleep Data Set", &[]);
        case(
            "The Sleep Data Set (NHS England) begins.",
            "Sleep Data Set",
            &[],
        );
        case("The Sleep Data Set (XML) begins.", "Sleep Data Set", &[]);
    }
}
