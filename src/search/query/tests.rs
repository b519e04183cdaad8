//! Questions with what is read from them.

use super::*;

/// A clause as one line: `+` before a list of which all must stand, `/` of which one must, `-` of what must not.
fn shown(clause: &Clause) -> String {
    let list = |clauses: &[Clause]| clauses.iter().map(shown).collect::<Vec<_>>().join(" ");
    match clause {
        Clause::Word(word) => word.clone(),
        Clause::Beginning(word) => format!("{word}*"),
        Clause::Phrase(words) => format!("\"{}\"", words.join(" ")),
        Clause::All(clauses) => format!("+[{}]", list(clauses)),
        Clause::Any(clauses) => format!("/[{}]", list(clauses)),
        Clause::Not(clause) => format!("-{}", shown(clause)),
    }
}

#[track_caller]
fn case(text: &str, expected: &str) {
    let query = read(text).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
    assert_eq!(shown(&query.clause), expected, "{text}");
}

#[track_caller]
fn wrong(text: &str, at: usize, part: &str) {
    let mistake = read(text).expect_err(text);
    assert_eq!(mistake.at, at, "{text}: {mistake}");
    let said = format!("{mistake} {}", mistake.remedy);
    assert!(said.contains(part), "{text}: {said}");
}

#[test]
fn words_phrases_and_signs_are_read() {
    case("Data", "data");
    case("data sold", "+[data sold]");
    case("data AND sold", "+[data sold]");
    case("\"opt out\"", "\"opt out\"");
    case("“Opt out”", "\"opt out\"");
    case("opt-out", "opt-out");
    case("and/or", "\"and or\"");
    case("patient’s", "patient's");
    case("opt OR leave", "/[opt leave]");
    case("opt|leave | go", "/[opt leave go]");
    case("data opt OR leave", "+[data /[opt leave]]");
    case("(data opt) OR leave", "/[+[data opt] leave]");
    case("data -sold", "+[data -sold]");
    case("data NOT \"opt out\"", "+[data -\"opt out\"]");
    case("data NOT -sold", "+[data sold]");
    case("data -(sold OR leased)", "+[data -/[sold leased]]");
    case("pseudonym*", "pseudonym*");
    case("or not and", "+[or not and]");
    case("\"OR\"", "or");
    case("care.data", "care.data");
}

#[test]
fn filters_are_read() {
    let query = read(
        "opt* in:gp-data publisher:\"NHS England\" topic:x after:2016-07 before:2017 within:added",
    )
    .expect("a question");
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let expected = Filters {
        document: Some("gp-data".to_owned()),
        publisher: Some("NHS England".to_owned()),
        topic: Some("x".to_owned()),
        from: day("2016-07-01"),
        until: day("2017-01-01"),
        within: Some(Within::Added),
    };
    assert_eq!(query.filters, expected);
    assert_eq!(shown(&query.clause), "opt*");
}

#[test]
fn a_mistake_says_where_it_is_and_what_to_write() {
    wrong("", 1, "at least one word");
    wrong("topic:x", 1, "at least one word");
    wrong("data \"opt out", 6, "is not closed");
    wrong("data (opt", 6, "bracket is not closed");
    wrong("data )", 6, "not opened");
    wrong("()", 1, "between the brackets");
    wrong("OR data", 1, "at the beginning");
    wrong("data OR", 6, "nothing stands after OR");
    wrong("-data", 1, "must not stand");
    wrong("data OR -sold", 1, "on each side of OR");
    wrong("data -", 6, "is no word");
    wrong("data NOT", 8, "missing at the end");
    wrong("o*", 1, "at least 2 letters");
    wrong("d*ta", 1, "within a word");
    wrong("\"opt o*\"", 1, "outside quotation marks");
    wrong("data … x", 6, "is no word");
    wrong("data since:2016", 6, "after:2016");
    wrong("data publ:nhs", 6, "publisher:nhs");
    wrong("see https://x.org", 5, "quotation marks");
    wrong("data after:soon", 6, "2016-07-06");
    wrong("data after:", 6, "nothing stands after");
    wrong("data within:all", 6, "within:history");
    wrong("data topic:a topic:b", 14, "twice");
    wrong("(data topic:a)", 7, "by themselves");
    wrong("data OR topic:a", 9, "by themselves");
}

#[test]
fn a_hostile_question_is_bounded() {
    wrong(&"x".repeat(501), 500, "at most 500");
    wrong(&"x ".repeat(40), 65, "at most 32");
    wrong(&"(".repeat(400), 9, "8 deep");
    wrong(&format!("x {}", "-".repeat(100)), 11, "8 deep");
    assert!(phrase(&"x ".repeat(51)).is_err());
    assert!(phrase("\" ( - OR x").is_ok());
}
