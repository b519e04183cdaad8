//! Rules of the user, why a change was found to matter, and what other rules would have said.

use std::fs;

use serde_json::Value;
use smallprint::model::Digest;
use smallprint::store::Store;

use crate::program::Program;

const BEFORE: &str = "Requests for access must be answered within ten days.";
const AFTER: &str = "Requests for access should be answered within ten days.";

/// Rules on all three sides, sound.
const OWN: &str = r#"
[[rule]]
id = "research-access"
label = "access for research"
severity = 4
why = "Researchers may see records."
patterns = ['(?i)\bresearchers? (?:may|can)\b']
unless = ['(?i)\bnot\b']
fresh = true
matches = ["Researchers may use the records."]
ignores = ["Researchers may not use the records."]

[[rule]]
id = "register-kept"
label = "a register that is kept"
severity = 3
on = "removed"
patterns = ['(?i)\bregister of requests\b']
matches = ["We keep a register of requests."]
ignores = ["We keep a list of names."]

[[rule]]
id = "softer"
label = "softer words"
severity = 3
on = "changed"
pairs = [['\bmust\b', '\bshould\b']]
matches = [["They must delete the records.", "They should delete the records."]]
ignores = [["They should delete the records.", "They must delete the records."]]
"#;

/// A page with these rules beside the watchlist, read once.
fn with_rules(rules: &str, sentence: &str) -> Program {
    let program = Program::with_page(sentence);
    write(&program, "own.toml", rules);
    fs::create_dir(program.path("watchlist.d")).expect("a folder");
    write(
        &program,
        "watchlist.d/rules.toml",
        "rules = [\"own.toml\"]\n",
    );
    program
}

fn write(program: &Program, name: &str, text: &str) {
    fs::write(program.path(name), text).expect("a file");
}

fn visit(program: &Program, at: &str, code: i32) {
    program.expect(&format!("visit --all --at {at}"), code);
}

/// The page changed once, from one sentence to another.
fn changed(rules: &str, before: &str, after: &str) -> Program {
    let program = with_rules(rules, before);
    visit(&program, "2026-03-03T10:00:00Z", 0);
    program.say(after);
    visit(&program, "2026-03-04T11:00:00Z", 1);
    program
}

#[track_caller]
fn one(program: &Program, arguments: &str) -> Value {
    let mut rows = program.expect(&format!("--json {arguments}"), 0).json();
    assert_eq!(rows.len(), 1, "{arguments}: {rows:?}");
    rows.remove(0)
}

fn rules_of(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().expect("findings");
    findings
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect()
}

fn found<'v>(row: &'v Value, rule: &str) -> &'v Value {
    let findings = row["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule}: {row}"))
}

#[test]
fn a_rule_that_misses_its_own_example_is_refused_with_its_line() {
    let program = with_rules(OWN, BEFORE);
    program.expect("check", 0);
    let broken = OWN
        .replace("Researchers may use the records.", "Scholars may use them.")
        .replace("pairs = [['\\bmust\\b'", "pairs = [['\\b(must\\b'")
        .replace("'(?i)\\bregister of requests\\b'", "'.*'");
    write(&program, "own.toml", &broken);
    let mistakes = program.expect("--json check", 2).json();
    let told: Vec<(String, u64, &str)> = mistakes
        .iter()
        .map(|mistake| {
            let file = mistake["file"].as_str().expect("a file");
            let file = file.rsplit('/').next().unwrap_or_default().to_owned();
            let line = mistake["line"].as_u64().expect("a line");
            (file, line, mistake["what"].as_str().expect("what"))
        })
        .collect();
    let at = |part: &str| {
        let line = broken.lines().position(|line| line.contains(part));
        line.expect("it stands there") as u64 + 1
    };
    let expected = [
        (at("Scholars may"), "does not match this example"),
        (at("'.*'"), "even where there is no word"),
        (at("'.*'") + 2, "which it must leave alone"),
        (at("(must"), "is no regular expression: unclosed group"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((file, line, what), (at, part)) in told.iter().zip(expected) {
        assert_eq!((file.as_str(), *line), ("own.toml", at), "{what}");
        assert!(what.contains(part), "{what}");
    }
    let drawn = program.expect("check", 2).err;
    assert!(drawn.contains("Scholars may use them."), "{drawn}");
}

#[test]
fn mistakes_in_rules_and_calendars_are_told_all_at_once() {
    let mut program = Program::with_page(BEFORE);
    program.settle(
        "[calendar]\nextra = [\"2026-13-01\"]\nrecess = [[\"2026-09-01\", \"2026-07-21\"]]\nholidays = []\n\
         [calendar.news]\n\"Budget\" = \"2026-03-04\"\n\
         [[rule]]\nid = \"new-purpos\"\nseverity = 2\n\
         [[rule]]\nid = \"gone\"\npatterns = [\"gone\"]\n\
         [[rule]]\nid = \"denial\"\nseverity = 9\nlable = \"no\"\n\
         [[rule]]\nid = \"bare\"\n",
    );
    fs::create_dir(program.path("watchlist.d")).expect("a folder");
    write(
        &program,
        "watchlist.d/rules.toml",
        "rules = [\"nowhere.toml\"]\n",
    );
    let mistakes = program.expect("--json check", 2).json();
    let all: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("{} ({})", mistake["what"], mistake["suggestion"]))
        .collect();
    let all = all.join("\n");
    for part in [
        "“2026-13-01” is no day",
        "a recess is its first day and its last",
        "has no key `holidays`",
        "this is no day",
        "there is no rule `new-purpos` to override",
        "did you mean `new-purpose`?",
        "`patterns` cannot be set for “gone”",
        "a whole number from 1 to 5",
        "did you mean `label`?",
        "the rule “bare” needs `label`",
        "the rule “bare” needs `patterns`",
        "the file `nowhere.toml` cannot be read",
    ] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
}

#[test]
fn rules_of_the_user_read_what_came_what_went_and_what_was_reworded() {
    let program = changed(OWN, BEFORE, AFTER);
    let row = one(&program, "explain page");
    let softer = found(&row, "softer");
    assert_eq!(softer["label"], "softer words");
    assert_eq!(
        (&softer["before"], &softer["after"]),
        (&BEFORE.into(), &AFTER.into())
    );
    assert_eq!(softer["stands"]["before"], softer["stands"]["after"]);
    assert_eq!(softer["stands"]["after"].as_array().map(Vec::len), Some(1));

    let program = changed(
        OWN,
        "We keep a register of requests. Ask for it by letter.",
        "Ask for it by letter. Researchers may use the records.",
    );
    let row = one(&program, "explain page 1..2");
    let kept = found(&row, "register-kept");
    assert_eq!(kept["before"], "We keep a register of requests.");
    assert_eq!(kept["after"], Value::Null);
    let access = found(&row, "research-access");
    assert_eq!(access["after"], "Researchers may use the records.");
    assert_eq!(
        (&access["severity"], &row["severity"]),
        (&4.into(), &4.into())
    );
    assert_eq!(row["told"][0]["to"], "terminal");
    assert_eq!(row["judged_by"], row["in_force"]);
    assert_eq!(row["today"], serde_json::json!([]));
    let waiting = program.expect("explain page", 0).text();
    assert!(
        waiting.contains("terminal aloud: owed, not sent yet"),
        "{waiting}"
    );
    program.expect("deliver", 0);
    let text = program.expect("explain page", 0).text();
    for part in [
        "access for research [research-access]",
        "Researchers may see records.",
        "after (block ",
        "terminal aloud: sent; its route takes all topics from severity 2 on",
        "the watchlist in force now",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn what_almost_fired_is_told_with_the_reason() {
    let program = changed(
        OWN,
        "Researchers may apply. We keep a register of requests.",
        "Researchers may not see names. Researchers may apply in March. We keep one register of requests.",
    );
    let row = one(&program, "explain page");
    assert!(
        !rules_of(&row["findings"]).contains(&"research-access"),
        "{row}"
    );
    let almost = row["almost"].as_array().expect("almost");
    let because = |rule: &str| -> Vec<&str> {
        let of = almost.iter().filter(|almost| almost["rule"] == rule);
        of.filter_map(|almost| almost["because"].as_str()).collect()
    };
    let access = because("research-access");
    assert!(access.contains(&"`unless` leaves it alone: “not”"), "{row}");
    let stood = access
        .iter()
        .any(|why| why.starts_with("“researchers may” stood"));
    assert!(stood, "{row}");
    let kept = because("register-kept");
    assert!(
        kept.iter().any(|why| why.contains("which says it too")),
        "{row}"
    );
    let text = program.expect("explain page", 0).text();
    assert!(
        text.contains("not said: `unless` leaves it alone"),
        "{text}"
    );
}

#[test]
fn shipped_rules_are_overridden_and_switched_off() {
    let promise = "Records will never be sold or used for marketing.";
    let other = "Records are kept in one place.";
    let program = changed("", promise, other);
    let row = one(&program, "explain page");
    let stored = found(&row, "safeguard-removed")["severity"].clone();
    assert_eq!(stored, 5, "{row}");

    write(
        &program,
        "own.toml",
        "[[rule]]\nid = \"safeguard-removed\"\nseverity = 3\nlabel = \"a promise less\"\n",
    );
    let row = one(&program, "explain page");
    assert_eq!(found(&row, "safeguard-removed")["severity"], 5, "as stored");
    let today = &row["today"][0];
    assert_eq!(
        (&today["sort"], &today["was"]),
        (&"other".into(), &5.into())
    );
    assert_eq!(today["finding"]["severity"], 3);
    assert_eq!(today["finding"]["label"], "a promise less");
    assert_ne!(row["judged_by"], row["in_force"]);

    write(
        &program,
        "own.toml",
        "[[rule]]\nid = \"safeguard-removed\"\nenabled = false\n",
    );
    let row = one(&program, "explain page");
    assert_eq!(row["today"][0]["sort"], "gone");
    let rows = program.expect("--json replay", 0).json();
    let (sum, lines) = rows.split_last().expect("a sum");
    assert_eq!(
        (&sum["changes"], &sum["left"], &sum["differ"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(sum["rules"]["safeguard-removed"]["gone"], 1);
    assert_eq!(lines[0]["otherwise"][0]["sort"], "gone");
    assert_eq!(lines[0]["change"], "1..2");
}

#[test]
fn the_list_of_rules_says_where_each_is_from_and_how_often_it_fired() {
    let program = changed(OWN, BEFORE, AFTER);
    let rules = program.expect("--json rules", 0).json();
    let rule = |id: &str| {
        let found = rules.iter().find(|rule| rule["rule"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    let softer = rule("softer");
    assert_eq!(
        (&softer["fired"], &softer["on"]),
        (&1.into(), &"changed".into())
    );
    assert_eq!(softer["last"], "2026-03-04T11:00:00Z");
    let from = softer["from"]["written"].as_str().expect("a place");
    assert!(from.ends_with("own.toml, line 22"), "{from}");
    assert_eq!(rule("denial")["from"], "shipped");
    assert_eq!(rule("research-access")["fired"], 0);
    // What fired once stays listed when its rule is gone.
    write(&program, "own.toml", "");
    let text = program.expect("rules", 0).text();
    assert!(text.contains("softer  softer"), "{text}");
    assert!(
        text.contains("no longer in the book · fired on 1 change"),
        "{text}"
    );
    assert!(text.contains("denial  a denial"), "{text}");
}

#[test]
fn rules_are_tried_on_the_whole_archive_and_nothing_is_stored() {
    let program = changed("", BEFORE, AFTER);
    program.say("Requests for access could be answered. Researchers can use the records.");
    visit(&program, "2026-03-06T11:00:00Z", 1);
    let before = one(&program, "verify");
    write(&program, "new.toml", OWN);
    let rows = program.expect("--json rules --test new.toml", 0).json();
    let fired: Vec<(&str, u64)> = rows
        .iter()
        .map(|row| {
            let rule = row["rule"].as_str().expect("a rule");
            (rule, row["fired"].as_u64().expect("a count"))
        })
        .collect();
    assert_eq!(
        fired,
        [("research-access", 1), ("register-kept", 0), ("softer", 1)]
    );
    assert_eq!(rows[0]["samples"][0]["change"], "2..3");
    assert_eq!(
        rows[0]["samples"][0]["sentence"],
        "Researchers can use the records."
    );
    assert_eq!(
        (&rows[0]["changes"], &rows[0]["left"]),
        (&2.into(), &1.into())
    );
    let said = program.expect("rules --test new.toml", 0);
    let text = said.text();
    assert!(text.contains("would have fired 1 time in 3 days"), "{text}");
    assert!(text.contains("would never have fired"), "{text}");
    assert!(text.contains("nothing was stored"), "{text}");
    assert!(said.err.is_empty(), "{}", said.err);

    let rows = program
        .expect("--json replay --since 2026-03-05 --rules new.toml", 0)
        .json();
    let (sum, lines) = rows.split_last().expect("a sum");
    assert_eq!(lines.len(), 1, "{rows:?}");
    assert_eq!(lines[0]["change"], "2..3");
    assert_eq!(sum["rules"]["research-access"]["new"], 1);
    assert_eq!(sum["changes"], 1);
    let text = program.expect("replay --rules new.toml", 0).text();
    assert!(
        text.contains("new: 4  access for research [research-access]"),
        "{text}"
    );
    assert!(text.contains("2 of them otherwise"), "{text}");
    assert_eq!(one(&program, "verify"), before);

    write(
        &program,
        "new.toml",
        &OWN.replace("may use the", "might use the"),
    );
    let said = program.expect("rules --test new.toml", 2);
    assert!(
        said.err.contains("does not match this example"),
        "{}",
        said.err
    );
    let mistakes = program.expect("--json replay --rules new.toml", 2).json();
    assert_eq!(mistakes[0]["line"], 10, "{mistakes:?}");
    program.expect("rules --test nowhere.toml", 2);
}

#[test]
fn the_same_rules_say_the_same_of_the_whole_story() {
    let program = Program::new();
    program.expect("--json demo story", 0);
    let arguments = "--watchlist story/watchlist.toml --data story/archive --json replay";
    let folder = fs::read_dir(program.path("story")).expect("the story");
    let names: Vec<_> = folder
        .filter_map(|part| Some(part.ok()?.file_name()))
        .collect();
    let rows = program.run(arguments);
    assert_eq!(rows.code, 0, "{names:?} {}", rows.err);
    let rows = rows.json();
    let (sum, lines) = rows.split_last().expect("a sum");
    assert!(sum["changes"].as_u64() > Some(10), "{sum}");
    assert!(lines.is_empty(), "{lines:#?}");
}

#[test]
fn a_running_program_answers_the_same() {
    let program = changed(OWN, BEFORE, AFTER);
    let alone = one(&program, "explain page");
    let rules = program.expect("--json rules", 0).json();
    write(&program, "new.toml", OWN);
    let tried = program.expect("--json rules --test new.toml", 0).json();
    let replayed = program.expect("--json replay", 0).json();
    let running = program.start();
    assert_eq!(one(&program, "explain page")["findings"], alone["findings"]);
    assert_eq!(program.expect("--json rules", 0).json(), rules);
    assert_eq!(
        program.expect("--json rules --test new.toml", 0).json(),
        tried
    );
    assert_eq!(program.expect("--json replay", 0).json(), replayed);
    running.stop();
}

#[test]
fn a_running_program_reads_a_file_of_rules_again_when_it_changes() {
    let program = with_rules("", BEFORE);
    visit(&program, "2026-03-03T10:00:00Z", 0);
    let mut running = program.start();
    running.until("the first round is done");
    write(&program, "own.toml", OWN);
    running.until("the watchlist was read again");
    let rules = program.expect("--json rules", 0).json();
    assert!(rules.iter().any(|rule| rule["rule"] == "softer"));
    running.stop();
}

#[test]
fn a_day_of_the_calendar_is_a_bank_holiday() {
    let mut program = Program::with_page("Records will never be sold or used for marketing.");
    program.settle(
        "[calendar]\nextra = [\"2026-03-04\"]\nrecess = [[\"2026-03-01\", \"2026-03-07\"]]\n",
    );
    visit(&program, "2026-03-04T10:00:00Z", 0);
    program.say("Records are kept in one place.");
    visit(&program, "2026-03-04T11:00:00Z", 1);
    let row = one(&program, "explain page");
    let why = found(&row, "timing")["why"]
        .as_str()
        .expect("why")
        .to_owned();
    assert!(why.contains("on a bank holiday"), "{why}");
    assert!(
        why.contains("while the Commons were in recess, from 1 March to 7 March 2026"),
        "{why}"
    );
    let text = program.expect("explain page", 0).text();
    assert!(text.contains("→ raises the change by one"), "{text}");
}

#[test]
fn what_was_written_is_kept_with_what_was_judged_by_it() {
    let program = with_rules(OWN, BEFORE);
    visit(&program, "2026-03-03T10:00:00Z", 0);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&program.data()).await.expect("the archive");
        let digest = store.last_watchlist().await.expect("read");
        let lines = store.body(digest.expect("a watchlist")).await;
        let lines = String::from_utf8(lines.expect("kept")).expect("text");
        let own = Digest::of(OWN.as_bytes());
        let wanted = format!("{own}  ");
        assert!(
            lines.lines().any(|line| line.starts_with(&wanted)),
            "{lines}"
        );
        assert_eq!(store.body(own).await.expect("kept"), OWN.as_bytes());
        store.close(chrono::Utc::now()).await.expect("closed");
    });
}

#[test]
fn a_change_that_never_was_is_named() {
    let program = changed("", BEFORE, AFTER);
    let said = program.expect("explain page 4..5", 2);
    assert!(
        said.err.contains("never took the step 4..5"),
        "{}",
        said.err
    );
    let said = program.expect("explain paeg", 2);
    assert!(said.err.contains("Did you mean “page”?"), "{}", said.err);
    let row = one(&program, "explain page 0..1");
    assert_eq!(row["untried"], "it is a first reading, which is not judged");
}
