//! The outbox as its command tells it: what is owed, parked, sent and given up, and what people make of it.

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::discord::{Discord, Fault, TOKEN};
use crate::program::Program;

const HERE: u64 = 111;

/// The program with one page, two of whose changes are owed, and a Discord.
struct Desk {
    runtime: Runtime,
    discord: Discord,
    program: Program,
}

impl Desk {
    fn set() -> Desk {
        let runtime = Runtime::new().expect("a runtime");
        let discord = runtime.block_on(Discord::start());
        let mut program = Program::with_page("Patients can opt out at any time.");
        program.settle(&format!(
            "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{HERE}\"\nmin_severity = 1\n",
            discord.base
        ));
        program.set("DISCORD_TOKEN", TOKEN);
        program.expect("visit --all", 0);
        program.expect("deliver", 0);
        for sentence in ["Data is sold.", "Patients can opt out at any time."] {
            program.say(sentence);
            program.expect("visit --all", 1);
        }
        Desk {
            runtime,
            discord,
            program,
        }
    }

    /// The states of the alerts listed, oldest first, and what else the answer says.
    fn listed(&self, arguments: &str) -> (Vec<(String, String)>, Vec<Value>) {
        let rows = self
            .program
            .expect(&format!("--json {arguments}"), 0)
            .json();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let alerts = rows.iter().filter(|row| row.get("alert").is_some());
        let alerts = alerts.map(|row| (text(row, "alert"), text(row, "state")));
        (alerts.collect(), rows)
    }
}

fn states(alerts: &[(String, String)]) -> Vec<&str> {
    alerts.iter().map(|(_, state)| state.as_str()).collect()
}

#[test]
fn an_alert_that_is_parked_says_why_and_is_tried_at_once_when_asked() {
    let desk = Desk::set();
    desk.discord.will(HERE, vec![Fault::TooMany(Some("600"))]);
    desk.program.expect("deliver", 2);
    let (alerts, rows) = desk.listed("outbox");
    assert_eq!(states(&alerts), ["parked", "owed"]);
    let reason = rows[0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("asks for a pause"), "{rows:#?}");
    assert_eq!(rows[1]["behind"], rows[0]["alert"]);
    assert_eq!(rows[2]["unsent"], 2);
    let text = desk.program.expect("outbox", 0).text();
    assert!(text.contains("the next start tries it again"), "{text}");
    let (alerts, _) = desk.listed("outbox --retry");
    assert_eq!(states(&alerts), ["sent", "sent"]);
    let (alerts, rows) = desk.listed("outbox");
    assert_eq!((alerts.len(), &rows[0]["unsent"]), (0, &Value::from(0)));
    assert!(desk.listed("outbox --all").0.len() >= 2);
}

#[test]
fn what_was_given_up_is_owed_again_when_somebody_says_so() {
    let desk = Desk::set();
    desk.discord.will(HERE, vec![Fault::Refused(404, 10003); 2]);
    desk.program.expect("deliver", 2);
    let (alerts, rows) = desk.listed("outbox");
    assert_eq!(states(&alerts), ["given-up", "given-up"]);
    let reason = rows[0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("Discord knows no such channel"), "{reason}");
    let (first, _) = &alerts[0];
    let (again, _) = desk.listed(&format!("outbox --retry {first}"));
    assert_eq!(states(&again), ["sent"]);
    let (again, _) = desk.listed("outbox --retry all");
    assert_eq!(states(&again), ["sent"]);
    let said = desk.program.expect(&format!("outbox --retry {first}"), 2);
    assert!(said.err.contains("was sent"), "{}", said.err);
}

#[test]
fn what_a_person_drops_is_never_sent_and_says_who_and_why() {
    let desk = Desk::set();
    let (alerts, _) = desk.listed("outbox");
    assert_eq!(states(&alerts), ["owed", "owed"]);
    let (first, second) = (&alerts[0].0, &alerts[1].0);
    desk.program.expect(&format!("outbox --drop {first}"), 2);
    let (dropped, rows) = desk.listed(&format!("outbox --drop {first} --why wrong --by Ada"));
    assert_eq!(states(&dropped), ["given-up"]);
    assert_eq!(
        (&rows[0]["by"], &rows[0]["reason"]),
        (&"Ada".into(), &"wrong".into())
    );
    let before = desk.discord.messages(HERE).len();
    desk.program.expect("deliver", 0);
    assert_eq!(desk.discord.messages(HERE).len(), before + 1);
    assert_eq!(states(&desk.listed("outbox").0), Vec::<&str>::new());
    let refused = desk
        .program
        .expect(&format!("outbox --drop {second} --why late"), 2);
    assert!(
        refused.err.contains("what is said stays said"),
        "{}",
        refused.err
    );
    desk.program.expect("outbox --drop 99999-0 --why none", 2);
    desk.program.expect("outbox --retry soon", 2);
    // All of it follows from the journal.
    let all = desk.listed("outbox --all");
    desk.program.expect("rebuild", 0);
    assert_eq!(desk.listed("outbox --all"), all);
}

#[test]
fn a_running_program_answers_for_the_outbox_and_tries_again_when_asked() {
    let desk = Desk::set();
    let before = desk.discord.messages(HERE).len();
    desk.discord.will(HERE, vec![Fault::Broken; 4]);
    let mut running = desk.program.start();
    running.until("next attempt in 4");
    let (alerts, rows) = desk.listed("outbox");
    assert_eq!(states(&alerts), ["parked", "owed"], "{rows:#?}");
    assert!(rows[0]["next"].is_string(), "{rows:#?}");
    desk.listed("outbox --retry all");
    desk.runtime.block_on(desk.discord.posted(HERE, before + 1));
    running.stop();
}
