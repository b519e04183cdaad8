//! The name that was meant.

/// What people write for what we call otherwise.
const SYNONYMS: [(&str, &str); 16] = [
    ("address", "url"),
    ("link", "url"),
    ("name", "title"),
    ("cron", "schedule"),
    ("when", "schedule"),
    ("interval", "every"),
    ("tags", "topics"),
    ("css", "select"),
    ("filter", "select"),
    ("exclude", "drop"),
    ("ignore", "drop"),
    ("keywords", "terms"),
    ("words", "terms"),
    ("channel", "to"),
    ("severity", "min_severity"),
    ("tz", "timezone"),
];

/// How alike two words must be, from 0 to 1, for one to be offered for the other.
const ALIKE: f64 = 0.55;

/// Of these names, the one that was probably meant.
pub(super) fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let synonym = SYNONYMS.iter().find(|(written, _)| *written == word);
    let likeness = |name: &str| {
        if synonym.is_some_and(|(_, meant)| *meant == name) {
            return 1.0;
        }
        // `min_delay_ms` is `min_delay` with its unit.
        if name.len() >= 4 && word.starts_with(&format!("{name}_")) {
            return 0.9;
        }
        strsim::normalized_damerau_levenshtein(&word, &name.to_lowercase())
    };
    let rated = names.into_iter().map(|name| (likeness(name), name));
    let best = rated.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// The closest name as a suggestion.
pub(super) fn did_you_mean<'a>(
    word: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    closest(word, names).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 7] = [
        "id",
        "url",
        "select",
        "schedule",
        "topics",
        "every",
        "min_delay",
    ];

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        for (written, meant) in [
            ("selct", "select"),
            ("Select", "select"),
            ("selector", "select"),
            ("shedule", "schedule"),
            ("topic", "topics"),
            ("cron", "schedule"),
            ("link", "url"),
            ("min_delay_per_host_ms", "min_delay"),
        ] {
            assert_eq!(closest(written, KEYS), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_like_nothing_is_not_guessed_at() {
        assert_eq!(closest("colour", KEYS), None);
        assert_eq!(closest("", KEYS), None);
        assert_eq!(closest("select", []), None);
    }
}
