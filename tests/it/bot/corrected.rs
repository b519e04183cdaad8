//! Corrections by way of the bot, and by the command line while the program runs.

use serde_json::json;

use crate::bot::{HERE, ROLE, Stage, THERE, ada, passer_by};
use crate::discord::button;
use crate::discord::gateway::Person;

#[test]
fn whoever_may_decide_puts_right_in_public_what_was_said() {
    let mut stage = Stage::open();
    let (here, there) = stage.change();
    let options = |kind: &str, text: &str| {
        vec![
            ("document", 3, json!("page")),
            ("kind", 3, json!(kind)),
            ("text", 3, json!(text)),
        ]
    };
    let give = |person: Person, kind: &str, text: &str| {
        let options = options(kind, text);
        (stage.discord.gateway).give(&person, HERE, "correct", &options)
    };
    let token = give(passer_by(), "our-error", "I was here.");
    assert_eq!(
        stage.last_said(&token, 1).text(),
        format!("Only members with the role <@&{ROLE}> may do that.")
    );
    let token = give(ada(), "gossip", "Hear, hear.");
    let said = stage.last_said(&token, 2);
    assert!(said.text().starts_with("Nothing was put right"), "{said:?}");

    let token = give(ada(), "our-error", "We erred. @everyone");
    let said = stage.last_said(&token, 2);
    assert!(said.text().starts_with("It is put right"), "{said:?}");
    // The first round, the change, and the reply.
    stage.runtime.block_on(stage.discord.posted(HERE, 3));
    stage.runtime.block_on(stage.discord.posted(THERE, 3));
    for message in [&here, &there] {
        let now = stage.now(message);
        assert!(now.content.starts_with("**Correction, "), "{now:?}");
        assert!(now.content.ends_with(&message.content), "{now:?}");
        let reply = stage.discord.messages(message.channel).pop();
        let reply = reply.expect("a reply");
        assert_eq!(
            reply.json["message_reference"]["message_id"],
            json!(message.id)
        );
    }

    // A running program answers the command line as the archive itself does.
    let over = stage.program.expect("--json corrections", 0).json();
    assert_eq!(
        (&over[0]["kind"], &over[0]["by"], &over[0]["watch"]),
        (&json!("our-error"), &json!("Ada"), &json!("page"))
    );
    stage
        .program
        .expect("--json correct page 1..2 --kind note --text no", 2);
    let made = stage
        .program
        .expect(
            "--json correct page 1..2 --kind explained --text Moved. --by Bo",
            0,
        )
        .json();
    assert_eq!(made[0]["told"].as_array().map(Vec::len), Some(4));
    let over = stage.program.expect("--json corrections", 0).json();

    // The button below the reply to a note.
    let token = stage.press(&ada(), &here.id, &button(&here.json, "✏️"));
    let form = stage.last_said(&token, 1).json;
    let form = form["data"]["custom_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let gateway = &stage.discord.gateway;
    let token = gateway.fills(&ada(), HERE, &form, "text", "They told us so.");
    let offered = stage.last_said(&token, 2);
    let token = stage.press(&ada(), "777", &offered.button("✍️ Correct in public"));
    let form = stage.last_said(&token, 1).json;
    assert_eq!(form["type"], 9);
    let rows = form["data"]["components"].as_array().expect("questions");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["components"][0]["value"], "our-error");
    stage.lawful();

    stage.stop();
    let direct = stage.program.expect("--json corrections", 0).json();
    let bare = |rows: &[serde_json::Value]| -> Vec<serde_json::Value> {
        let mut rows = rows.to_vec();
        // What was owed was sent meanwhile.
        rows.iter_mut().for_each(|row| row["told"] = json!(null));
        rows
    };
    assert_eq!(bare(&over), bare(&direct));
}
