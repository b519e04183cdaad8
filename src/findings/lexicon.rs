//! The word lists, compiled in.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::prose::{Pattern, pattern};

/// Everything in `lexicons.toml`.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Lexicon {
    /// Organisations that receive data.
    pub recipients: Vec<String>,
    /// What the name of a company ends with; the group `name` holds it.
    pub company_suffix: String,
    /// Words of receiving.
    pub receiving: String,
    /// Words for data.
    pub data_words: String,
    /// Words of sentences in which names of datasets stand.
    pub about_data: String,
    /// Places.
    pub places: Places,
    /// The grammar of names.
    pub names: Names,
    /// The words around coined names.
    pub cues: Cues,
}

/// What the program knows of places.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Places {
    /// Names that hold an "and" or a comma.
    pub whole: Vec<String>,
    /// Words that make a place.
    pub words: HashSet<String>,
}

/// The words of the grammar of names, in lower case.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    /// Words before a name that are no part of it.
    pub openers: HashSet<String>,
    /// Papers and doings about something.
    pub about: HashSet<String>,
    /// Words that say nothing of what a name is about.
    pub plain: HashSet<String>,
    /// Words that make a name out of plain ones.
    pub grand: HashSet<String>,
    /// Organisations.
    pub bodies: HashSet<String>,
    /// Acronyms that name no data: organisations, illnesses, substances, tests, everyday words.
    pub acronyms: HashSet<String>,
    /// What the name of an organisation ends in.
    pub offices: HashSet<String>,
    /// Words after a head that make of it another thing.
    pub others: HashSet<String>,
    /// Everyday words before the heads of programmes, surveys and the like.
    pub works: HashSet<String>,
    /// Words that end the name of an organisation, and stand in other names too.
    pub founders: HashSet<String>,
    /// Patterns of names in other senses.
    pub other_senses: Vec<String>,
    /// Words between a name and its head.
    pub between: HashSet<String>,
    /// First words of a lower-case description.
    pub scale: HashSet<String>,
    /// Its other words.
    pub kinds: HashSet<String>,
}

/// What stands around a coined name where data are spoken of, in lower case.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    /// Before "to X".
    pub to: HashSet<String>,
    /// Before "from X".
    pub from: HashSet<String>,
    /// Before "with X" and "against X".
    pub with: HashSet<String>,
    /// Before "in X", "into X" and "within X".
    pub within: HashSet<String>,
    /// Before "on X".
    pub on: HashSet<String>,
    /// Before "of X".
    pub of: HashSet<String>,
    /// After "X was".
    pub made: HashSet<String>,
    /// Soon after "X holds".
    pub about: HashSet<String>,
}

/// The word lists.
pub(super) static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| toml::from_str(include_str!("lexicons.toml")).expect("lexicons.toml reads"));

/// The patterns of `lexicons.toml`, compiled.
pub(super) struct Compiled {
    /// See `Lexicon::company_suffix`.
    pub company: Pattern,
    /// See `Lexicon::receiving`.
    pub receiving: Pattern,
    /// See `Lexicon::data_words`.
    pub data: Pattern,
    /// See `Lexicon::about_data`.
    pub about_data: Pattern,
    /// See `Names::other_senses`.
    pub other_senses: Vec<Pattern>,
    /// Each organisation that receives data, as a whole word.
    pub recipients: Vec<(String, Pattern)>,
}

/// The patterns of `lexicons.toml`, compiled.
pub(super) static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let whole = |name: &String| {
        let whole = format!(r"\b{}\b", regex::escape(name));
        (name.clone(), pattern(&whole))
    };
    Compiled {
        company: pattern(&LEXICON.company_suffix),
        receiving: pattern(&LEXICON.receiving),
        data: pattern(&LEXICON.data_words),
        about_data: pattern(&LEXICON.about_data),
        other_senses: LEXICON
            .names
            .other_senses
            .iter()
            .map(|p| pattern(p))
            .collect(),
        recipients: LEXICON.recipients.iter().map(whole).collect(),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        let compiled = &*COMPILED;
        let single = [&compiled.company, &compiled.receiving];
        let data = [&compiled.data, &compiled.about_data];
        let named = compiled.recipients.iter().map(|(_, pattern)| pattern);
        let all = single.into_iter().chain(data).chain(named);
        all.chain(&compiled.other_senses)
            .for_each(|pattern| assert_eq!(pattern.regex().as_str(), pattern.as_str()));
    }
}
