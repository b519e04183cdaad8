//! The commands, as Discord is told of them.

use serde_json::{Value, json};

use crate::bot::{correct, form};

/// A text that is typed, and one with choices of ours.
const TEXT: u8 = 3;
const NUMBER: u8 = 4;
const PART: u8 = 1;

/// Every command with its options, as "Bulk Overwrite Global Application Commands" takes them: in servers only, at most
/// 8,000 characters in all.
/// <https://discord.com/developers/docs/interactions/application-commands>
pub fn commands() -> Value {
    let document = |required: bool| {
        let mut option = json!({ "type": TEXT, "name": "document", "description": "Which page", "autocomplete": true });
        require(&mut option, required);
        option
    };
    let versions = json!({ "type": TEXT, "name": "versions", "max_length": 30,
        "description": "Which versions, as in 3..4; the last change where you leave it out" });
    let kinds = correct::KINDS.map(|(kind, shown)| json!({ "name": shown, "value": kind }));
    let words = |about: &str| json!([{ "type": TEXT, "name": "words", "description": about, "required": true, "min_length": 3, "max_length": 200 }]);
    json!([
        command(
            "changes",
            "What changed, newest first",
            json!([
                { "type": NUMBER, "name": "days", "description": "In how many days; 7 where you leave it out", "min_value": 1, "max_value": 3650 },
                { "type": TEXT, "name": "topic", "description": "Only pages of this topic", "autocomplete": true },
                { "type": NUMBER, "name": "severity", "description": "Only of at least this severity", "min_value": 1, "max_value": 5 },
            ])
        ),
        command(
            "history",
            "The versions and changes of a page",
            json!([document(true)])
        ),
        command(
            "diff",
            "What differs between two versions of a page",
            json!([document(true), versions])
        ),
        command(
            "search",
            "Pages with these words in their titles, in names or in their text as it stands now",
            words("All of them stand in one title, name or paragraph")
        ),
        command(
            "phrase",
            "Where these very words stand now, and since which version",
            words("The words, in this order")
        ),
        command(
            "names",
            "Datasets, registers and programmes that the archive knows",
            json!([
                { "type": TEXT, "name": "name", "description": "Only names with this in them", "autocomplete": true, "max_length": 200 },
            ])
        ),
        command(
            "status",
            "How the pages stand, and what could not be visited",
            json!([])
        ),
        command(
            "explain",
            "Why a change was found to matter",
            json!([document(true), versions])
        ),
        command(
            correct::COMMAND,
            "Put right in public what was said of a change",
            json!([
                document(true),
                { "type": TEXT, "name": "kind", "description": "What it is", "required": true, "choices": kinds },
                { "type": TEXT, "name": "text", "description": "Its words; of a taking back the reason", "required": true, "max_length": form::CORRECTION },
                versions,
            ])
        ),
        command(
            "watch",
            "Pages that should be watched",
            json!([
                { "type": PART, "name": "suggest", "description": "Suggest a page to who keeps the watchlist", "options": [
                    { "type": TEXT, "name": "address", "description": "Its address: https://…", "required": true, "max_length": 500 },
                    { "type": TEXT, "name": "why", "description": "Why it should be watched", "max_length": 300 },
                ] },
            ])
        ),
    ])
}

fn command(name: &str, about: &str, options: Value) -> Value {
    // In servers only, for members of the server the bot was invited to.
    json!({ "type": 1, "name": name, "description": about, "options": options, "contexts": [0], "integration_types": [0] })
}

/// Discord leaves out what is not so.
fn require(option: &mut Value, required: bool) {
    if required {
        option["required"] = Value::Bool(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_commands_are_within_discords_limits() {
        let commands = commands();
        let all = commands.as_array().expect("a list");
        assert_eq!(all.len(), 10);
        // Names, descriptions and values count; the whole text is longer than those.
        assert!(commands.to_string().chars().count() < 8_000);
        for command in all {
            let about = command["description"].as_str().expect("a description");
            assert!((1..=100).contains(&about.chars().count()), "{about}");
            let mut optional = false;
            for option in command["options"].as_array().expect("options") {
                let about = option["description"].as_str().expect("a description");
                assert!((1..=100).contains(&about.chars().count()), "{about}");
                let required = option["required"] == Value::Bool(true);
                assert!(!(required && optional), "what is required comes first");
                optional |= !required;
            }
        }
    }
}
