//! Names that are numbers: of standards, of agreements, of approvals.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::names::Span;
use crate::model::NameKind;
use crate::prose::{Pattern, Text, compile, pattern};

/// The reference numbers of a sentence.
pub(super) fn names(text: &Text) -> Vec<Span> {
    static CODES: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:(?:DAPB|DCB|SCCI|ISB)[ -]?\d{3,4}\b|DARS-NIC-\d{3,9}-[A-Z0-9]{4,6}\b|NIC-\d{4,9}-[A-Z0-9]{4,6}\b|\d{2}/CAG/\d{4}\b|CAG \d-\d{2}\([A-Z]{1,3}\d?\)/\d{4}|ECC \d-\d{2}\([A-Z]{1,3}\d{0,2}\)/\d{4}|PRN[ -]?\d{3,6}\b)",
        )
    });
    let spans = CODES.find_iter(text).map(|found| Span {
        start: found.range().start,
        end: found.range().end,
        sure: false,
        kind: NameKind::Reference,
    });
    spans.collect()
}

/// The directions of a sentence: "GP metrics Direction 2016".
pub(super) fn directions(text: &str) -> Vec<Span> {
    static DIRECTIONS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?P<name>(?:[A-Z][\w()/&’\x27+-]*|\d{1,3})(?:,?\s+(?:(?:of|for|and|to|in|on|with|from|the)\s+)*(?:[A-Z][\w()/&’\x27+-]*|\d{1,3}|metrics|data|systems?|information|level|collection|extraction|establishment))*\s+Directions?\s+(?:19|20)\d{2})\b",
        )
    });
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(?:(?:Under|By|In|See|Through|With|On|From|As|The|These|This|Publication of|Read)\s+)+(?:the\s+)?",
        )
    });
    if !text.contains("Direction") {
        return Vec::new();
    }
    let found = DIRECTIONS.captures_iter(text);
    let spans = found.filter_map(|found| {
        let name = found.name("name")?;
        let lead = LEAD.find(name.as_str()).map_or(0, |lead| lead.end());
        Some(Span {
            start: name.start() + lead,
            end: name.end(),
            sure: true,
            kind: NameKind::Direction,
        })
    });
    spans
        .filter(|span| text[span.start..span.end].split(' ').count() >= 3)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        let spans = names(&Text::of(text.to_owned()))
            .into_iter()
            .chain(directions(text));
        let found: Vec<&str> = spans.map(|span| &text[span.start..span.end]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_of_known_forms_are_references() {
        case("See DAPB4099 and DCB 1067.", &["DAPB4099", "DCB 1067"]);
        case(
            "Agreement DARS-NIC-147754-C9L2M was extended.",
            &["DARS-NIC-147754-C9L2M"],
        );
        case("Approval 17/CAG/0184 applies.", &["17/CAG/0184"]);
        case("Publication reference PRN01234", &["PRN01234"]);
        case("Call 0300 303 5035 by 17/10/2026.", &[]);
        case("Up to 1,234 records in 2016/17", &[]);
    }

    #[test]
    fn directions_carry_their_year() {
        case("GP metrics Direction 2016", &["GP metrics Direction 2016"]);
        case(
            "Under the NHS Notify Service Directions 2025 we collect data.",
            &["NHS Notify Service Directions 2025"],
        );
        case("Directions 2025", &[]);
        case("Follow the directions to the car park.", &[]);
    }
}
