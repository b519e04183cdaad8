//! Groups and mutes, as the real program answers.

use crate::program::{Program, Said, page};
use crate::site::Answer;

const SAFE: &str = "Patients can opt out at any time by telling their practice.";
const GONE: &str = "Data is collected from practices every month.";
const SENTENCES: [&str; 4] = [
    "The calendar is kept by {} and printed in the spring.",
    "Two rooms of the building are used by {} for its meetings.",
    "What {} pays for paper stands in the third table.",
    "A copy of the map can be had from {} for the asking.",
];

fn at(hour: u32) -> String {
    format!("--at 2026-03-02T{hour:02}:00:00Z")
}

/// A page that was read, with a route that hears everything.
fn program() -> Program {
    let mut program = Program::with_page(SAFE);
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 1");
    program.expect(&format!("{} visit page", at(8)), 0);
    program
}

/// Lets the page say this at that hour, and visits it.
fn says(program: &Program, sentence: &str, hour: u32) -> serde_json::Value {
    program.say(sentence);
    let mut rows = program
        .expect(&format!("{} --json visit page", at(hour)), 1)
        .json();
    rows.remove(0)
}

fn newest(program: &Program) -> serde_json::Value {
    program.expect("--json changes", 0).json().remove(0)
}

fn with(program: &Program, arguments: &[&str]) -> Said {
    Said::from(
        program
            .command(arguments)
            .output()
            .expect("the program runs"),
    )
}

#[test]
fn a_mute_hides_from_being_said_and_nothing_else() {
    let program = program();
    let hour = at(9);
    let arguments: Vec<&str> = hour
        .split(' ')
        .chain(["mute", "--watch", "page", "--for", "3h"])
        .chain(["--why", "The page is being rewritten", "--by", "Ada"])
        .collect();
    let said = with(&program, &arguments);
    assert_eq!(said.code, 0, "{}", said.err);
    let text = said.text();
    assert!(
        text.starts_with("1  holds  watch page\n") && text.contains("severity 5 too"),
        "{text}"
    );
    let row = says(&program, GONE, 10);
    assert_eq!(row["alerts"], 0);
    assert!(row["severity"].as_u64() > Some(3), "it is judged: {row}");
    let change = newest(&program);
    assert_eq!(
        change["silence"],
        "muted by Ada until Mon 2 March 2026 12:00 GMT: The page is being rewritten (mute 1)"
    );
    for command in ["changes", "history page"] {
        let text = program.expect(command, 0).text();
        assert!(text.contains("nothing was said: muted by Ada"), "{text}");
    }
    // It runs out by itself.
    let listed = |hour, more: &str| {
        let line = format!("{} --json mutes{more}", at(hour));
        program.expect(&line, 0).json()
    };
    assert_eq!(listed(11, "")[0]["standing"], "holds");
    assert!(listed(12, "").is_empty());
    assert_eq!(listed(12, " --all")[0]["standing"], "over");
    assert!(says(&program, SAFE, 13)["alerts"].as_u64() > Some(0));
    program.expect("verify", 0);
    program.expect("rebuild", 0);
    assert_eq!(listed(12, " --all")[0]["by"], "Ada");
}

#[test]
fn a_lifted_mute_hides_nothing_more_and_says_who_lifted_it() {
    let program = program();
    program.expect(
        &format!("{} mute --watch page --why noise --by Ada", at(9)),
        0,
    );
    let said = program.expect(&format!("{} unmute 1 --by Ben --why done", at(9)), 0);
    assert!(
        said.text().contains("lifted by Ben on Mon 2 March 2026"),
        "{}",
        said.text()
    );
    assert!(says(&program, GONE, 10)["alerts"].as_u64() > Some(0));
    program.expect("unmute 1 --by Ben", 2);
    let row = program.expect("--json mutes --all", 0).json().remove(0);
    assert_eq!(row["standing"], "lifted");
    assert_eq!(row["lifted"]["by"], "Ben");
    assert_eq!(row["lifted"]["why"], "done");
    let text = program.expect("mutes", 0).text();
    assert!(text.contains("Nothing is muted now"), "{text}");
}

#[test]
fn a_mute_of_one_rule_leaves_the_rest_to_be_said() {
    let program = program();
    program.expect(
        &format!("{} mute --rule date-changed --why noise --by Ada", at(9)),
        0,
    );
    let row = says(&program, GONE, 10);
    assert!(row["alerts"].as_u64() > Some(0), "{row}");
    assert!(newest(&program)["aside"].is_null());
    // The rules of what is said now, from the change itself.
    let rule = row["findings"][0]["rule"]
        .as_str()
        .expect("a rule")
        .to_owned();
    program.expect(
        &format!("{} mute --rule {rule} --why noise --by Ada", at(10)),
        0,
    );
    program.say(SAFE);
    program.expect(&format!("{} visit page", at(11)), 1);
    let again = says(
        &program,
        "Data is collected from hospitals every month.",
        12,
    );
    let rules: Vec<&str> = again["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    assert!(
        rules.contains(&rule.as_str()),
        "it is found all the same: {rules:?}"
    );
    let change = newest(&program);
    let told = [&change["silence"], &change["aside"]];
    assert!(
        told.iter()
            .any(|why| why.as_str().is_some_and(|why| why.contains("(mute 2)"))),
        "{change}"
    );
}

#[test]
fn a_mute_by_pattern_never_hides_what_matters_most() {
    let mut program = program();
    program.settle("");
    let preview = |program: &Program, scope: &str| {
        let line = format!("{} --json mute {scope} --preview", at(20));
        program.expect(&line, 0).json().remove(0)
    };
    let row = says(&program, GONE, 10);
    assert_eq!(
        row["severity"], 5,
        "the scene needs one that matters most: {row}"
    );
    let by_words = preview(&program, "--pattern opt.out");
    assert_eq!(by_words["hidden"].as_array().map(Vec::len), Some(0));
    let by_name = preview(&program, "--pattern opt.out|month --watch page");
    let hidden = by_name["hidden"].as_array().map_or(0, Vec::len)
        + by_name["shortened"].as_array().map_or(0, Vec::len);
    assert_eq!(hidden, 1, "{by_name}");
}

#[test]
fn a_preview_lists_what_would_have_been_hidden_and_writes_nothing() {
    let program = program();
    says(&program, GONE, 10);
    says(
        &program,
        "Data is collected from hospitals every month.",
        12,
    );
    let text = program
        .expect(&format!("{} mute --watch page --preview", at(20)), 0)
        .text();
    assert!(
        text.starts_with(
            "This would have hidden 2 changes of the last 90 days, of 2 that were said; these:"
        ),
        "{text}"
    );
    assert!(
        text.contains("page 1..2") && text.contains("page 2..3"),
        "{text}"
    );
    let row = program
        .expect(&format!("{} --json mute --watch page --preview", at(20)), 0)
        .json()
        .remove(0);
    assert_eq!((&row["days"], &row["said"]), (&90.into(), &2.into()));
    assert!(program.expect("--json mutes --all", 0).json().is_empty());
    let late = program.expect("--at 2026-09-02T12:00:00Z mute --watch page --preview", 0);
    assert!(late.text().contains("hidden 0 changes"), "{}", late.text());
}

#[test]
fn a_mute_that_cannot_be_is_refused_with_a_remedy() {
    let program = program();
    let asked = |scope: &str| {
        let line = format!("{} mute {scope} --why noise --by Ada", at(9));
        program.expect(&line, 2).err
    };
    for (scope, part) in [
        ("", "--watch, --rule, --pattern"),
        ("--watch pgae", "Did you mean “page”"),
        ("--rule date-chnaged", "Did you mean date-changed"),
        ("--pattern last(", "is no pattern for a mute"),
        ("--pattern .*", "it matches everything"),
        ("--block short", "8 to 500 characters"),
        ("--publisher NHSX", "No watch"),
        ("--watch page --until 2026-03-01", "over already"),
        ("--watch page --for 0", "for example 7d"),
    ] {
        let err = asked(scope);
        assert!(err.contains(part), "{scope}: {err}");
    }
    program.expect("mute --watch page", 2);
    program.expect("unmute 7 --by Ada", 2);
    assert!(program.expect("--json mutes --all", 0).json().is_empty());
}

#[test]
fn a_group_is_listed_with_its_pages_and_its_curve() {
    let mut program = Program::new();
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 1");
    let ids = ["a", "b", "c", "d"];
    let show = |program: &Program, index: usize, who: &str| {
        let path = format!("/{}", ids[index]);
        let text = SENTENCES[index].replace("{}", who);
        program.site.replay(&path, Answer::html(&page(&text)));
    };
    for (index, id) in ids.into_iter().enumerate() {
        program.watch(id, &format!("/{id}"), "");
        show(&program, index, "NHS Digital");
    }
    program.expect("--at 2026-03-02T08:00:00Z visit --all", 0);
    let none = program.expect("groups", 0).text();
    assert!(none.contains("No changes of three pages or more"), "{none}");
    for (index, id) in ids.into_iter().enumerate() {
        show(&program, index, "NHS England");
        let day = 3 + index / 2;
        program.expect(
            &format!("--at 2026-03-0{day}T1{index}:00:00Z visit {id}"),
            1,
        );
    }
    let rows = program.expect("--json groups", 0).json();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!(row["kind"], "substitution");
    assert_eq!(
        (&row["old"], &row["new"]),
        (&"NHS Digital".into(), &"NHS England".into())
    );
    assert_eq!(row["pages"], 4);
    assert_eq!(row["members"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        row["curve"],
        serde_json::json!([
            { "day": "2026-03-03", "pages": 2 },
            { "day": "2026-03-04", "pages": 2 },
        ])
    );
    assert_eq!(row["members"][0]["after"], "2026-03-02T08:00:00Z");
    let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let told = readme
        .lines()
        .find(|line| line.starts_with("| `groups` | group |"))
        .expect("a row");
    for key in row.as_object().expect("an object").keys() {
        assert!(told.contains(&format!("`{key}`")), "{key}");
    }
    assert!(row["members"][0]["silence"].is_null());
    assert!(row["members"][3]["silence"].is_string());
    let text = program.expect("groups", 0).text();
    assert!(
        text.contains("“NHS Digital” is now “NHS England”"),
        "{text}"
    );
    assert!(text.contains("Tue 3 March 2026  ██ 2"), "{text}");
    let name = row["group"].as_str().expect("its name");
    assert_eq!(
        program.expect(&format!("--json groups {name}"), 0).json(),
        rows
    );
    assert_eq!(program.expect("--json groups b", 0).json(), rows);
    assert!(
        program
            .expect("--json groups --since 2026-03-05", 0)
            .json()
            .is_empty()
    );
    program.expect("groups nothing", 2);
    // Nothing is dropped: each of them stands in the list of changes, with its reason.
    let changes = program.expect("--json changes", 0).json();
    let quiet = changes.iter().filter(|change| {
        change["silence"]
            .as_str()
            .is_some_and(|why| why.starts_with("the same substitution as on"))
    });
    assert_eq!(quiet.count(), 3);
}

#[test]
fn a_running_program_answers_of_groups_and_mutes() {
    let program = Program::with_page(SAFE);
    program.expect("visit page", 0);
    let running = program.start();
    program.expect("mute --watch page --why noise --by Ada", 0);
    let rows = program.expect("--json mutes", 0).json();
    assert_eq!(
        (&rows[0]["mute"], &rows[0]["watch"]),
        (&1.into(), &"page".into())
    );
    program.expect("mute --rule timing --preview", 0);
    program.expect("unmute 1 --by Ben", 0);
    assert!(program.expect("--json mutes", 0).json().is_empty());
    assert!(program.expect("--json groups", 0).json().is_empty());
    running.stop();
}

#[test]
fn the_readme_names_the_fields_that_are_printed() {
    let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let told = |command: &str| -> Vec<String> {
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| {command} | ")) && line.contains("| `"));
        let cell = row
            .expect("a row")
            .rsplit('|')
            .nth(1)
            .expect("a cell")
            .to_owned();
        let mut fields: Vec<String> = cell
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        fields.sort();
        fields
    };
    let program = program();
    let line = format!("{} --json mute --watch page --why noise --by Ada", at(9));
    let row = program.expect(&line, 0).json().remove(0);
    let mut keys: Vec<String> = row
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    keys.sort();
    assert_eq!(told("`mutes` | mute"), keys);
    let preview = program
        .expect(&format!("{} --json mute --watch page --preview", at(9)), 0)
        .json()
        .remove(0);
    let row = readme
        .lines()
        .find(|line| line.starts_with("| `mute`, `unmute` | call |"))
        .expect("a row");
    for key in preview.as_object().expect("an object").keys() {
        assert!(row.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn a_message_leaves_out_the_words_that_are_muted_and_says_so() {
    let program = program();
    let shows = |paragraphs: &[&str]| {
        let body: String = paragraphs
            .iter()
            .map(|one| format!("<p>{one}</p>"))
            .collect();
        let page = page("").replace("<p></p>", &body);
        assert!(page.contains(&body), "{page}");
        program.site.replay("/page", Answer::html(&page));
    };
    let stays = ["This page is about records.", "Ask your practice about it."];
    let muted = "We collect the Harbour Care Dataset (HCDS) every month.";
    shows(&[stays[0], stays[1], SAFE]);
    program.expect(&format!("{} visit page", at(9)), 1);
    program.expect(
        &format!(
            "{} mute --pattern Harbour --watch page --why noise --by Ada",
            at(10)
        ),
        0,
    );
    shows(&[stays[0], muted, stays[1], GONE]);
    program.expect(&format!("{} deliver", at(10)), 0);
    program.expect(&format!("{} visit page", at(11)), 1);
    let message = program.expect(&format!("{} deliver", at(12)), 0).text();
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(message.contains("can opt out at any time"), "{message}");
    assert!(!message.contains("Harbour"), "{message}");
    assert!(
        message.contains("1 muted passage is left out here"),
        "{message}"
    );
    let diff = program.expect("diff page", 0).text();
    assert!(diff.contains("Harbour"), "{diff}");
}
