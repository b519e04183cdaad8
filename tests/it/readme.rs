//! The README says what the program does: every command in it works, and no option is missing from it.

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;

use crate::program::{Program, page};
use crate::site::Answer;

fn readme() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    fs::read_to_string(path).expect("the README")
}

/// The lines of code blocks, indented or fenced, with the language of the fence.
fn code() -> Vec<(String, String)> {
    let mut fence: Option<String> = None;
    let mut lines = Vec::new();
    for line in readme().lines() {
        match (line.strip_prefix("```"), &fence) {
            (Some(language), None) => fence = Some(language.to_owned()),
            (Some(_), Some(_)) => fence = None,
            (None, Some(language)) => lines.push((language.clone(), line.to_owned())),
            (None, None) => {
                let plain = line
                    .strip_prefix("    ")
                    .map(|line| (String::new(), line.to_owned()));
                lines.extend(plain);
            }
        }
    }
    lines
}

/// The commands of the program in the table, with their options: "visit --all".
fn table() -> Vec<String> {
    let code = Regex::new("`([^`]+)`").expect("a pattern");
    let text = readme();
    let (_, rest) = text
        .split_once("| command | does |")
        .expect("the table of commands");
    let mut rows = Vec::new();
    for row in rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
    {
        let words: Vec<&str> = code
            .captures_iter(row)
            .map(|found| found.get(1).expect("a group").as_str())
            .collect();
        rows.push(words.join(" "));
    }
    rows
}

/// The long options that `--help` names for a command, `--help` and `--version` left out.
fn options(help: &str) -> BTreeSet<String> {
    let option = Regex::new(r"(?m)^ +(?:-\w, )?(--[a-z][a-z-]*)").expect("a pattern");
    let found = option.captures_iter(help).map(|found| found[1].to_owned());
    found
        .filter(|option| !matches!(option.as_str(), "--help" | "--version"))
        .collect()
}

fn words_with_dashes(text: &str) -> BTreeSet<String> {
    let option = Regex::new(r"--[a-z][a-z-]*").expect("a pattern");
    option
        .find_iter(text)
        .map(|found| found.as_str().to_owned())
        .collect()
}

#[test]
fn the_two_main_commands_stand_first() {
    let text = readme();
    let commands: Vec<String> = code().into_iter().map(|(_, line)| line).collect();
    assert_eq!(
        commands[..2],
        ["cargo run --release -- demo", "cargo test --locked"]
    );
    assert!(text.find("## Two commands") < text.find("## Discord"));
}

#[test]
fn every_command_of_the_readme_works() {
    let mut program = Program::with_page("Patients can opt out at any time.");
    program.settle(
        "[schedules]\nwork = \"every 1h\""
            .replace("\"every 1h\"", "\"0 * * * *\"")
            .as_str(),
    );
    let called = |line: &str| {
        let line = line.trim();
        let after = line.strip_prefix("smallprint ");
        after
            .or_else(|| line.strip_prefix("cargo run --release -- "))
            .map(str::to_owned)
    };
    let lines: Vec<String> = (code().into_iter())
        .filter_map(|(_, line)| called(&line))
        .filter(|line| !line.contains("COMMAND"))
        .collect();
    for wanted in ["check --live", "check", "visit --all", "list", "run"] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "the README does not say {wanted}"
        );
    }
    for line in lines {
        let line = line.split(" #").next().unwrap_or_default();
        if line == "run" {
            program.start().stop();
        } else if line.starts_with("run --role") {
            // It is understood; there is no database here to share.
            let said = program.expect(line, 2);
            assert!(said.err.contains("Leave out --role"), "{}", said.err);
        } else {
            program.expect(line, 0);
        }
    }
}

#[test]
fn the_table_names_every_command_and_option_and_nothing_else() {
    let program = Program::new();
    let help = program.expect("--help", 0).text();
    let named = Regex::new(r"(?m)^  ([a-z]+)  ").expect("a pattern");
    let (_, listed) = help.split_once("Commands:").expect("commands");
    let (listed, general) = listed.split_once("Options:").expect("options");
    let commands: BTreeSet<String> = (named.captures_iter(listed))
        .map(|found| found[1].to_owned())
        .filter(|command| command != "help")
        .collect();
    let rows = table();
    let first = |row: &String| row.split_whitespace().next().unwrap_or_default().to_owned();
    assert_eq!(commands, rows.iter().map(first).collect::<BTreeSet<_>>());
    let general = options(general);
    let usage = code()
        .into_iter()
        .find(|(_, line)| line.contains("COMMAND"))
        .expect("the usage");
    assert_eq!(general, words_with_dashes(&usage.1));
    for row in &rows {
        let mut command = first(row);
        let mut help = program.expect(&format!("{command} --help"), 0).text();
        // A row of its own for what a command can do besides others: "discord invite".
        let second = row.split_whitespace().nth(1).unwrap_or_default();
        if help.contains(&format!("\n  {second}  ")) && help.contains("\nCommands:\n") {
            command = format!("{command} {second}");
            help = program.expect(&format!("{command} --help"), 0).text();
        }
        let own: BTreeSet<String> = options(&help).difference(&general).cloned().collect();
        let said: BTreeSet<String> = words_with_dashes(row)
            .difference(&general)
            .cloned()
            .collect();
        assert_eq!(own, said, "{command}");
    }
}

#[test]
fn its_pieces_of_a_watchlist_are_one() {
    let toml = code()
        .into_iter()
        .filter(|(language, _)| language == "toml");
    let text: String = toml.map(|(_, line)| line + "\n").collect();
    let program = Program::new();
    let (routes, rest) = text
        .split_once("[settings]")
        .expect("a route, then the rest");
    let text = format!(
        "[settings]{}\n{routes}\n[topics]\ngp-data = \"GP data\"\n",
        rest
    );
    fs::write(program.path("watchlist.toml"), text).expect("written");
    let said = program.expect("check", 0);
    assert!(
        said.text().contains("1 watch, 1 of them enabled, 6 routes"),
        "{}",
        said.text()
    );
}

#[test]
fn its_row_of_json_has_the_fields_that_a_visit_prints() {
    let json = code()
        .into_iter()
        .filter(|(language, _)| language == "json");
    let text: String = json.map(|(_, line)| line).collect();
    let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let program = Program::with_page("Patients can opt out at any time.");
    program.expect("visit page", 0);
    program
        .site
        .replay("/page", Answer::html(&page("Data is collected.")));
    let row = program.expect("--json visit page", 1).json().remove(0);
    let keys = |value: &serde_json::Value| {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&told), keys(&row));
    assert_eq!(keys(&told["findings"][0]), keys(&row["findings"][0]));
}

#[test]
fn its_table_of_json_has_the_fields_that_are_printed() {
    let program = Program::with_page("Patients can opt out at any time.");
    program.expect("visit page", 0);
    program.say("Data is collected.");
    program.expect("visit page", 1);
    let text = readme();
    let (_, rest) = text
        .split_once("| command | a line for each | fields |")
        .expect("the table of fields");
    let told = |command: &str| -> BTreeSet<String> {
        let of = |row: &&str| row.starts_with(&format!("| `{command}`"));
        let row = rest
            .lines()
            .find(of)
            .unwrap_or_else(|| panic!("no row of {command}"));
        let fields = row.rsplit('|').nth(1).expect("a cell");
        let fields = fields.split(';').next().unwrap_or_default();
        let code = Regex::new(r"`([a-z_]+)`").expect("a pattern");
        code.captures_iter(fields)
            .map(|found| found[1].to_owned())
            .collect()
    };
    let printed = |command: &str| -> BTreeSet<String> {
        let rows = program.expect(&format!("--json {command}"), 0).json();
        let row = rows.last().expect("a row").as_object().expect("an object");
        row.keys().cloned().collect()
    };
    for command in [
        "list",
        "deliver",
        "routes",
        "check",
        "check --live",
        "doctor",
        "verify",
        "rebuild",
    ] {
        assert_eq!(told(command), printed(command), "{command}");
    }
    for command in ["history", "show", "diff", "noise"] {
        assert_eq!(
            told(&format!("{command} ID")),
            printed(&format!("{command} page"))
        );
    }
    let history = program.expect("--json history page", 0).json();
    let corroboration = history.last().expect("a row")["corroboration"].as_object();
    let corroboration: BTreeSet<String> =
        corroboration.expect("an object").keys().cloned().collect();
    let part = Regex::new(r"`corroboration` has (.+?)\. ").expect("a pattern");
    let inside = Regex::new(r"\([^)]*\)").expect("a pattern");
    let part = part.captures(&text).expect("what corroboration has")[1].to_owned();
    let named: BTreeSet<String> = Regex::new(r"`([a-z_]+)`")
        .expect("a pattern")
        .captures_iter(&inside.replace_all(&part, ""))
        .map(|found| found[1].to_owned())
        .collect();
    assert_eq!(named, corroboration);
    let mut changes = told("history ID");
    changes.retain(|field| !["version", "addresses", "corroboration"].contains(&field.as_str()));
    assert_eq!(changes, printed("changes"));
}

#[test]
fn every_picture_is_there_and_of_a_moderate_size() {
    let picture = Regex::new(r"!\[([^\]]+)\]\(([^)]+)\)").expect("a pattern");
    let text = readme();
    let named: BTreeSet<&str> = picture
        .captures_iter(&text)
        .map(|found| found.get(2).expect("a path").as_str())
        .collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    for path in &named {
        let bytes = fs::read(format!("{root}{path}")).expect("the picture is there");
        assert!(bytes.starts_with(b"\x89PNG"), "{path} is no picture");
        assert!(bytes.len() < 200_000, "{path} is too large");
    }
    let docs = fs::read_dir(format!("{root}docs")).expect("the folder");
    for file in docs {
        let name = file.expect("a file").file_name();
        let path = format!("docs/{}", name.to_string_lossy());
        assert!(
            !path.ends_with(".png") || named.contains(path.as_str()),
            "nobody sees {path}"
        );
    }
}

#[test]
fn the_shipped_watchlist_has_no_mistake() {
    let program = Program::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/watchlist.toml");
    let said = program.expect(&format!("--watchlist {path} check"), 0);
    let count = Regex::new(r"list we ship: (\d+) pages").expect("a pattern");
    let text = readme();
    let count = count.captures(&text).expect("the README counts them")[1].to_owned();
    assert!(
        said.text().contains(&format!("{count} watches")),
        "{}",
        said.text()
    );
}
