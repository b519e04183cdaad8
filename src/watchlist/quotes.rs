//! Text from the file as it stands in a sentence.

use crate::watchlist::secrets::masked;

/// Names in a row, each as code.
pub(super) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Text from the file, short enough for a sentence, without its secrets.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = masked(text)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}
