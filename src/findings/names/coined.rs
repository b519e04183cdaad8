//! Names that are one coined word or an acronym, told by what stands beside them: "submitted to NHAIS", "the tool, Intake24".

use std::collections::HashSet;

use crate::findings::lexicon::LEXICON;
use crate::findings::names::Span;
use crate::findings::names::also::stands_for;
use crate::findings::names::cues::{called, kind_of, preceded, told};
use crate::findings::names::words::Word;
use crate::model::NameKind;

/// The coined names of a sentence, and the standards and censuses that are known by a number.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    if is_shouted(words) {
        return Vec::new();
    }
    let explained = explained(words);
    let mut found = Vec::new();
    for at in 0..words.len() {
        if let Some(numbered) = numbered(words, at) {
            found.push(numbered);
        }
        if let Some(expanded) = expanded(text, words, at) {
            found.push(expanded);
        } else if is_coined(&words[at]) && !explained.contains(words[at].text) {
            found.extend(told(words, at).map(|kind| Span::of(words, at, at, false, kind)));
        } else if let Some(kind) = called(words, at) {
            found.push(Span::of(words, at, at, false, kind));
        }
    }
    found
}

/// Whether a word is an acronym of three letters at least, or a word with capitals or digits where no other word has them.
pub(super) fn is_coined(word: &Word) -> bool {
    if !word.text.starts_with(char::is_uppercase) {
        return false;
    }
    let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
    let plain = word
        .text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '+'));
    if !(3..=20).contains(&letters) || !plain {
        return false;
    }
    let lexicon = &LEXICON.names;
    // "CCGs" are several of what one is.
    let many = word.text.ends_with('s');
    let ordinary = |part: &str| {
        let one = part.strip_suffix('s').filter(|_| many).unwrap_or(part);
        lexicon.acronyms.contains(one)
            || lexicon.acronyms.contains(part)
            || lexicon.bodies.contains(part)
    };
    let parts = || word.lower.split('-');
    let capitals = word.text.chars().filter(|c| c.is_uppercase()).count();
    let digits = word.text.ends_with(|c: char| c.is_ascii_digit());
    let small = word.text.chars().filter(|c| c.is_lowercase()).count();
    // "GPs", "HbA1c", "MSc": a short word in which little is small is a plural, a degree or a substance.
    let plural = small == 1 && word.text.ends_with('s');
    let mixed = capitals >= 2 && (small == 0 || small >= 2) || digits && small >= 4;
    // Two words joined are coined where one of them is: "EPIC-Oxford", but not "Stoke-on-Trent" or "Kaplan-Meier".
    let joined = !word.text.contains('-')
        || parts().count() <= 2
            && word.text.split('-').next().is_some_and(|first| {
                first.chars().count() >= 3 && first.chars().all(|c| c.is_uppercase())
            });
    mixed && !plural && joined && !ordinary(&word.lower) && !parts().any(ordinary)
}

/// A title with its acronym in brackets, where data of it are spoken of: "Foot Care Outcomes (FCOS) data".
fn expanded(text: &str, words: &[Word], at: usize) -> Option<Span> {
    let acronym = &words[at];
    if !acronym.bracketed || !is_coined(acronym) || at < 2 {
        return None;
    }
    let mut from = at;
    while from > 0 && (from == at || !words[from].opens) && !words[from - 1].closes {
        let word = &words[from - 1];
        let inside = word.is_joint() || matches!(word.lower.as_str(), "to" | "in" | "on");
        let joins = inside && from >= 2 && words[from - 2].is_proper();
        if !(word.is_proper() && word.text.starts_with(char::is_alphabetic) || joins) {
            break;
        }
        from -= 1;
    }
    let lexicon = &LEXICON.names;
    while from < at && lexicon.openers.contains(&words[from].lower) {
        from += 1;
    }
    let run = words.get(from..at)?;
    let last = run.last()?;
    let proper = run.iter().filter(|word| word.is_proper()).count();
    let whole: Vec<&str> = run.iter().map(|word| word.lower.as_str()).collect();
    let office = run.iter().any(|word| lexicon.offices.contains(&word.lower))
        || lexicon.bodies.contains(&whole.join(" "));
    let next = words.get(at + 1).map_or("", |word| word.lower.as_str());
    let told =
        matches!(next, "data" | "returns" | "submissions") || preceded(words, from, at).is_some();
    let stands = &text[words[from].start..last.end];
    (told && proper >= 2 && !office && stands_for(acronym.text, stands))
        .then(|| Span::of(words, from, at - 1, false, NameKind::Dataset))
}

/// Acronyms that the sentence explains as something that is no name of data: "guaiac Faecal Occult Blood (gFOB)".
fn explained<'a>(words: &[Word<'a>]) -> HashSet<&'a str> {
    let mut found = HashSet::new();
    for at in 1..words.len() {
        let word = &words[at];
        if !word.bracketed || words[at - 1].closes {
            continue;
        }
        let letters: Vec<char> = word.lower.chars().filter(|c| c.is_alphabetic()).collect();
        let from = at.saturating_sub(letters.len() + 3);
        let names_kind = words[from..at].iter().any(|word| {
            kind_of(&word.lower).is_some()
                || matches!(
                    word.lower.as_str(),
                    "data" | "programme" | "statistics" | "surveys" | "service"
                )
        });
        let begins = words[from..at]
            .iter()
            .any(|before| before.lower.chars().next() == letters.first().copied());
        if begins && !names_kind {
            found.insert(word.text);
        }
    }
    found
}

/// "ISO 9001", "the 2011 Census", "Census 2021".
fn numbered(words: &[Word], at: usize) -> Option<Span> {
    let (word, next) = (&words[at], words.get(at + 1)?);
    if word.closes || next.opens {
        return None;
    }
    let number = |word: &Word| {
        word.text
            .chars()
            .all(|c| c.is_ascii_digit() || c == ':' || c == '-')
    };
    let year = |word: &Word| {
        word.text.len() == 4
            && number(word)
            && (word.text.starts_with("19") || word.text.starts_with("20"))
    };
    let iso = matches!(word.text, "ISO" | "ISO/IEC" | "BS" | "IEC")
        && next.text.len() >= 4
        && next.text.starts_with(|c: char| c.is_ascii_digit())
        && number(next);
    if iso {
        return Some(Span::of(words, at, at + 1, false, NameKind::Standard));
    }
    let census = year(word) && next.text == "Census" || word.text == "Census" && year(next);
    census.then(|| Span::of(words, at, at + 1, false, NameKind::Survey))
}

/// Whether so much is written in capitals that they tell nothing.
fn is_shouted(words: &[Word]) -> bool {
    let long = words.iter().filter(|word| word.text.chars().count() >= 3);
    let (mut all, mut loud) = (0, 0);
    for word in long {
        all += 1;
        loud += usize::from(word.is_acronym());
    }
    loud >= 3 && loud * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::names::words::cut;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        let spans = names(text, &cut(text));
        let found: Vec<&str> = spans
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect();
        assert_eq!(found, expected, "{text}");
        assert!(spans.iter().all(|span| !span.sure), "{text}");
    }

    #[test]
    fn what_stands_around_an_acronym_tells_that_it_is_a_name() {
        case("Trusts link FOOTA data to the deaths.", &["FOOTA"]);
        case("Trusts must submit returns to FOOTA by May.", &["FOOTA"]);
        case("Returns are submitted to FOOTA by May.", &["FOOTA"]);
        case("The data from the FOOTA were cleaned.", &["FOOTA"]);
        case("People recorded in FOOTA may opt out.", &["FOOTA"]);
        case("FOOTA consists of two parts.", &["FOOTA"]);
        case("FOOTA was commissioned in 2027.", &["FOOTA"]);
        case("FOOTA is a large survey of feet.", &["FOOTA"]);
        case("We asked FOOTA for a chair.", &[]);
        case("FOOTA is content.", &[]);
    }

    #[test]
    fn coined_words_are_names_beside_what_they_are() {
        case("Use the online tool, FootLog, at home.", &["FootLog"]);
        case("FootLog, an online foot diary tool, opens.", &["FootLog"]);
        case("The EPIC-Feet cohort is old.", &["EPIC-Feet"]);
        case("It runs on a system, known as Footwise.", &["Footwise"]);
        case("Cohorts such as STRIDE are large.", &["STRIDE"]);
        case("The study STRIDE will open.", &["STRIDE"]);
        case("A person called Smith came.", &[]);
        case("The road to Stoke-on-Trent is long.", &[]);
    }

    #[test]
    fn organisations_illnesses_and_explained_acronyms_are_not() {
        case("The data from PHE and HQIP were linked to COPD data.", &[]);
        case("The CCGs recorded HbA1c data.", &[]);
        case("Foot Pain Index (FOPI) scores come from FOPI data.", &[]);
        case("PLEASE READ THE FOOTA data NOTES BELOW", &[]);
    }

    #[test]
    fn a_title_with_its_acronym_is_a_name_where_data_of_it_are_spoken_of() {
        case(
            "We use Foot Care Outcomes (FCOU) data.",
            &["Foot Care Outcomes"],
        );
        case(
            "Records are submitted to Foot Care Outcomes (FCOU).",
            &["Foot Care Outcomes"],
        );
        case("Foot Care Society (FCSO) data are old.", &[]);
        case("Foot Care Outcomes (FCOU) is long.", &[]);
    }

    #[test]
    fn standards_and_censuses_have_numbers() {
        case("It meets ISO 27001 in full.", &["ISO 27001"]);
        case(
            "See the 2011 Census or Census 2021.",
            &["2011 Census", "Census 2021"],
        );
        case("There are 2000 people.", &[]);
    }
}
