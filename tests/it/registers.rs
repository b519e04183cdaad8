//! A new edition of a register as the real program tells it: one alert, the rows that matter most, all rows in a file.

use tokio::runtime::Runtime;

use crate::discord::{Discord, Fault, TOKEN};
use crate::program::Program;
use crate::site::Answer;

const HERE: u64 = 111;

const COLUMNS: &str = "Reference,Organisation,Dataset,Opt outs applied,Commercial purpose,Sub-licensing allowed,\
                       Legal basis,Start date,Agreement end date";

/// Row `no` as it stands first. Row 20 is like no other.
fn row(no: usize) -> String {
    if no == 20 {
        return "DARS-NIC-020,Board 6,Old notes,No,No,No,Consent,2025-11-11,2026-11-30".to_owned();
    }
    format!(
        "DARS-NIC-{no:03},Board {},Data set {},Yes,No,No,Regulation 5,2026-01-{:02},2027-03-31",
        no % 7,
        no % 7,
        1 + no % 28
    )
}

fn first_edition() -> Vec<String> {
    let mut rows = vec![COLUMNS.to_owned()];
    rows.extend((1..=60).map(row));
    rows
}

/// The next edition: terms turned in five rows, one row gone, 36 rows come of which one contradicts another.
fn next_edition() -> Vec<String> {
    let mut rows = first_edition();
    rows[10] = rows[10].replacen(",Yes,No,No,", ",No,No,No,", 1);
    rows[11] = rows[11].replacen(",Yes,No,No,", ",Yes,Yes,No,", 1);
    rows[12] = rows[12].replacen(",Yes,No,No,", ",Yes,No,Yes,", 1);
    rows[13] = rows[13].replace("Regulation 5", "s261(1)");
    rows[14] = rows[14].replace("2027-03-31", "2031-03-31");
    rows.remove(20);
    rows.extend((61..=94).map(row));
    rows.push(
        "DARS-NIC-095,=cmd|'/C calc'!A0,Data set 1,Yes,No,No,Regulation 5,2026-02-01,2027-03-31"
            .to_owned(),
    );
    rows.push(
        "DARS-NIC-096,Board 1,Data set 1,No,No,No,Regulation 5,2026-01-09,2027-03-31".to_owned(),
    );
    rows
}

fn edition(rows: &[String]) -> Answer {
    Answer::text(&rows.join("\r\n")).header("content-type", "text/csv")
}

/// The program after two editions, told to a local Discord.
fn two_editions(discord: &Discord) -> Program {
    let mut program = Program::new();
    program.settle(&format!(
        "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{HERE}\"\n[[route]]\nto = \"terminal\"\n",
        discord.base
    ));
    program.set("DISCORD_TOKEN", TOKEN);
    program.watch("register", "/register.csv", "kind = \"register\"");
    program
        .site
        .replay("/register.csv", edition(&first_edition()));
    program.expect("--at 2026-03-02T10:00:00Z visit register", 0);
    program
        .site
        .replay("/register.csv", edition(&next_edition()));
    program.expect("--at 2026-03-02T11:00:00Z visit register", 1);
    program
}

#[test]
fn every_rule_of_registers_is_seen_to_fire_once() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let program = two_editions(&discord);
    let changes = program.expect("--json changes", 0).json();
    let findings = changes[0]["findings"].as_array().expect("findings");
    let told = |rule: &str| {
        let found = findings.iter().find(|finding| finding["rule"] == rule);
        let found = found.unwrap_or_else(|| panic!("no {rule} in {findings:#?}"));
        (
            found["severity"].as_u64().unwrap_or_default(),
            found["why"].as_str().unwrap_or_default().to_owned(),
        )
    };
    for (rule, severity, part) in [
        ("opt-out-flipped", 5, "DARS-NIC-010 was “Yes” and is “No”"),
        (
            "register-commercial",
            5,
            "DARS-NIC-011 was “No” and is “Yes”",
        ),
        (
            "register-sub-licence",
            5,
            "DARS-NIC-012 was “No” and is “Yes”",
        ),
        (
            "register-legal-basis",
            4,
            "was “Regulation 5” and is “s261(1)”",
        ),
        (
            "end-date-extended",
            3,
            "DARS-NIC-014 was 31 March 2027 and is 31 March 2031",
        ),
        (
            "opt-out-both",
            4,
            "“Board 1” with “Data set 1” of January 2026",
        ),
        ("register-recipient", 4, "is new in this table"),
        ("rows-removed", 4, "The row DARS-NIC-020"),
    ] {
        let (was, why) = told(rule);
        assert_eq!(was, severity, "{rule}");
        assert!(why.contains(part), "{rule}: {why}");
    }
    for finding in findings {
        let rule = finding["rule"].as_str().unwrap_or_default();
        if rule.starts_with("register-") || rule == "end-date-extended" {
            assert!(finding["stands"]["after"][0].is_u64(), "{finding}");
        }
    }
}

#[test]
fn an_edition_is_one_message_with_five_rows_and_all_rows_in_a_file() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let program = two_editions(&discord);
    let shown = program.expect("deliver", 0).text();
    assert_eq!(discord.broken(), Vec::<String>::new());
    let posted = discord.messages(HERE);
    let about = posted
        .iter()
        .filter(|message| message.footer().contains("version 2"));
    let about: Vec<_> = about.collect();
    assert_eq!(about.len(), 1, "{posted:#?}");
    let description = about[0].json["embeds"][0]["description"].as_str();
    let description = description.expect("a description");
    assert!(
        description.starts_with("**Rows that differ: 5 of 42**\n```diff\n- DARS-NIC-010 · Opt outs applied: Yes\n+ DARS-NIC-010 · Opt outs applied: No\n"),
        "{description}"
    );
    assert!(
        description.ends_with("```\n… and 37 more rows in the file rows.csv"),
        "{description}"
    );
    let names: Vec<&str> = about[0].files.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names.len(), 2);
    assert!(
        names[0].ends_with(".txt") && names[1] == "rows.csv",
        "{names:?}"
    );
    let csv = &about[0].files[1].1;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("change,key,column,before,after"));
    assert_eq!(
        lines.next(),
        Some("altered,DARS-NIC-010,Opt outs applied,Yes,No")
    );
    let keys = |change: &str| {
        let of = csv.lines().filter_map(|line| line.strip_prefix(change));
        let keys = of.filter_map(|rest| rest.split(',').nth(1));
        keys.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(
        (keys("altered"), keys("removed"), keys("added")),
        (5, 1, 36)
    );
    assert!(
        csv.contains(",Organisation,,'=cmd|'/C calc'!A0\r\n"),
        "{csv}"
    );
    assert!(!csv.contains(",=cmd"), "{csv}");
    let shown = shown.replace("\n", " ");
    assert!(
        shown.contains("and 37 more rows (smallprint diff register 1..2)"),
        "{shown}"
    );
}

#[test]
fn a_message_that_is_sent_again_has_the_file_it_was_composed_with() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let program = two_editions(&discord);
    // The notice of the first round passes; the message of the edition is composed, stored, refused and sent again.
    discord.will(HERE, [Fault::Nothing, Fault::Broken]);
    program.expect("deliver", 0);
    let mut rows = next_edition();
    rows.pop();
    program.site.replay("/register.csv", edition(&rows));
    program.expect("--at 2026-03-02T12:00:00Z visit register", 1);
    program.expect("deliver", 0);
    let posted = discord.messages(HERE);
    let second = posted
        .iter()
        .find(|message| message.footer().contains("version 2"));
    let second = second.expect("the second edition is told");
    assert!(second.files[1].1.contains("added,DARS-NIC-096,Reference"));
    let third = posted
        .iter()
        .find(|message| message.footer().contains("version 3"));
    let third = third.expect("the third edition is told");
    assert!(
        third.files[1]
            .1
            .contains("removed,DARS-NIC-096,Reference,DARS-NIC-096,")
    );
}
