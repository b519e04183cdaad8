//! How the journal is made checkable by others: the name of the log, its key, and who stamps its checkpoints.

use crate::watchlist::{
    Evidence, address,
    found::Found,
    secrets,
    section::{Section, Text},
};

/// What is written where a variable should be named.
const EXAMPLE: &str = "SMALLPRINT_EVIDENCE_KEY";

/// Reads `[evidence]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Evidence {
    let name = section.text("name", found);
    let name = name.and_then(|text| log_name(text, found));
    let file = section.text("key_file", found);
    let variable = section.text("key_env", found);
    if let (Some(file), Some(_)) = (&file, &variable) {
        let suggestion = Some("leave one of them out".to_owned());
        let what = "`key_env` and `key_file` both say where the key is";
        found.note(&file.place, what, suggestion);
    }
    if let Some(variable) = &variable
        && !secrets::is_variable(&variable.text)
    {
        let what = "`key_env` is the name of an environment variable, and this is none";
        let suggestion = format!("write a name in capitals, as in \"{EXAMPLE}\"");
        found.note(&variable.place, what, Some(suggestion));
    }
    if let Some(itself) = section.take("key") {
        let what = format!(
            "a key does not belong in the watchlist; put it in a file named by key_file, or in the environment variable {EXAMPLE}, named by key_env"
        );
        let suggestion = Some("then take it out of the file".to_owned());
        found.note(&itself.place, what, suggestion);
    }
    let timestamps = section.texts("timestamps", found);
    let timestamps = timestamps.iter();
    let timestamps = timestamps.filter_map(|text| address::read(text, found));
    let timestamps = timestamps.collect();
    section.finish(found);
    Evidence {
        name,
        key_file: file.map(|text| text.text),
        key_env: variable.map(|text| text.text),
        timestamps,
    }
}

fn log_name(text: Text, found: &mut Found<'_>) -> Option<String> {
    let name = text.text.trim();
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    if !name.is_empty() && name.len() <= 200 && name.chars().all(fits) {
        return Some(name.to_owned());
    }
    let what = "the name of a log has no spaces and no plus sign";
    let suggestion = "write an address without its scheme, as in \"example.org/smallprint\"";
    found.note(&text.place, what, Some(suggestion.to_owned()));
    None
}
