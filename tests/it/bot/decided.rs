//! Decisions, notes, mutes and discussions by way of buttons.

use crate::bot::{FIRST, HERE, ROLE, Stage, ada, bo, passer_by};
use crate::discord::{button, labels};

#[test]
fn a_decision_is_kept_shown_in_every_channel_and_undone() {
    let mut stage = Stage::open();
    let (here, there) = stage.change();
    assert_eq!(
        labels(&here.json)[..5],
        [
            "📌 Significant",
            "🔇 Noise",
            "✏️ Note",
            "📄 Full diff",
            "💬 Discuss"
        ]
    );
    // Buttons survive a restart.
    stage.stop();
    stage.start();

    let token = stage.press(&ada(), &here.id, &button(&here.json, "📌"));
    let said = stage.said(&token, 2);
    assert_eq!(
        (said[0].how, &said[0].json["type"]),
        ("callback", &6.into())
    );
    assert!(
        labels(&said[1].json)[0].starts_with("📌 Significant — Ada, "),
        "{:?}",
        said[1]
    );
    assert_eq!(labels(&said[1].json)[1], "↩️ Undo");
    for message in [&here, &there] {
        let shown = stage
            .discord
            .shows_button(&message.id, "📌 Significant — Ada");
        stage.runtime.block_on(shown);
        let now = stage.now(message);
        assert_eq!(now.content, message.content);
        assert!(labels(&now.json).contains(&"The page".to_owned()));
    }

    // The first one counts, and the second is told.
    let token = stage.press(&bo(), &here.id, &button(&here.json, "🔇"));
    let told = stage.last_said(&token, 3);
    assert!(
        told.text()
            .starts_with("Somebody was first: 📌 Significant — Ada"),
        "{told:?}"
    );

    // Whoever has the role can undo it, from the other channel too.
    let undo = button(&stage.now(&there).json, "↩️");
    let token = stage
        .discord
        .gateway
        .press(&bo(), there.channel, &there.id, &undo);
    assert_eq!(
        labels(&stage.last_said(&token, 2).json)[0],
        "📌 Significant"
    );
    for message in [&here, &there] {
        let shown = stage.discord.shows_button(&message.id, "🔇 Noise");
        stage.runtime.block_on(shown);
    }
    let token = stage.press(&bo(), &here.id, &button(&stage.now(&here).json, "🔇"));
    assert!(stage.last_said(&token, 3).text().contains("noted as noise"));
    let shown = stage.discord.shows_button(&there.id, "🔇 Noise — Bo");
    stage.runtime.block_on(shown);
    stage.lawful();
}

#[test]
fn only_members_with_a_named_role_decide_and_everybody_reads() {
    let mut stage = Stage::open();
    let (here, _) = stage.change();
    for label in ["📌", "🔇", "✏️"] {
        let token = stage.press(&passer_by(), &here.id, &button(&here.json, label));
        let said = stage.last_said(&token, 1);
        assert_eq!(
            said.text(),
            format!("Only members with the role <@&{ROLE}> may do that.")
        );
    }
    let form = button(&here.json, "✏️");
    let token = stage
        .discord
        .gateway
        .fills(&passer_by(), HERE, &form, "text", "I was here");
    assert!(
        stage
            .last_said(&token, 1)
            .text()
            .starts_with("Only members")
    );

    let token = stage.press(&passer_by(), &here.id, &button(&here.json, "📄"));
    let said = stage.last_said(&token, 2);
    assert!(
        said.files[0].1.contains(&format!("- {FIRST}")) || said.files[0].1.contains("opt out"),
        "{said:?}"
    );
    for _ in 0..2 {
        let token = stage.press(&passer_by(), &here.id, &button(&here.json, "💬"));
        let said = stage.last_said(&token, 2);
        assert_eq!(said.text(), format!("It is discussed in <#{}>.", here.id));
    }
    let threads = stage.discord.threads();
    assert_eq!(threads.len(), 1);
    assert!(
        threads[&here.id].starts_with("1..2: Directions"),
        "{threads:?}"
    );
    assert!(labels(&stage.now(&here).json)[0] == "📌 Significant");

    // A message of another archive that has an alert of the same name.
    let token = stage.press(&ada(), "12345", &button(&here.json, "📌"));
    let said = stage.last_said(&token, 2);
    assert_eq!(
        said.text(),
        "This message is not from the archive that answers here."
    );
    for strange in [
        "sp9:noise:1-0",
        "hello",
        "sp1:noise:99999-0",
        "sp1:undo:1-0",
    ] {
        let token = stage.press(&ada(), &here.id, strange);
        let said = stage.said(&token, 1);
        assert!(!said.is_empty());
    }
    stage.lawful();
}

#[test]
fn where_no_role_is_named_nobody_decides() {
    let mut stage = Stage::set("", "");
    stage.start();
    let (here, _) = stage.change();
    let token = stage.press(&ada(), &here.id, &button(&here.json, "📌"));
    let said = stage.last_said(&token, 1);
    assert!(
        said.text().contains("`triage_roles` under `[discord]`"),
        "{said:?}"
    );
    stage.lawful();
}

#[test]
fn a_note_is_kept_with_the_change() {
    let mut stage = Stage::open();
    let (here, there) = stage.change();
    let token = stage.press(&ada(), &here.id, &button(&here.json, "✏️"));
    let form = stage.last_said(&token, 1).json;
    assert_eq!(form["type"], 9);
    let id = form["data"]["custom_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let token =
        stage
            .discord
            .gateway
            .fills(&ada(), HERE, &id, "text", "They told us so.\n@everyone");
    let kept = stage.last_said(&token, 2);
    assert!(
        kept.text().starts_with("The note is kept with the change"),
        "{kept:?}"
    );
    for message in [&here, &there] {
        let shown = stage.discord.shows_button(&message.id, "✏️ Note (1)");
        stage.runtime.block_on(shown);
    }
    stage.lawful();
}

#[test]
fn noise_can_be_muted_after_seeing_what_that_would_have_hidden() {
    let mut stage = Stage::open();
    let (here, _) = stage.change();
    let token = stage.press(&ada(), &here.id, &button(&here.json, "🔇"));
    let offered = stage.last_said(&token, 3);
    assert_eq!(offered.how, "more");

    // A week of silence for the page.
    let token = stage.press(&ada(), "777", &offered.button("This page for 7 days"));
    let tried = stage.last_said(&token, 2);
    assert!(
        tried
            .text()
            .contains("would have hidden 1 of the 1 changes"),
        "{tried:?}"
    );
    let nothing = stage.program.expect("--json mutes", 0);
    assert!(nothing.json().is_empty(), "seeing is not muting");
    let token = stage.press(&ada(), "778", &tried.button("🔇 Mute it"));
    let muted = stage.last_said(&token, 2);
    assert!(
        muted
            .text()
            .starts_with("Mute 1 holds: everything on page, for 7 days"),
        "{muted:?}"
    );
    let mutes = stage.program.expect("--json mutes", 0).json();
    assert_eq!(
        (&mutes[0]["watch"], &mutes[0]["by"]),
        (&"page".into(), &"Ada".into())
    );

    // A pattern that is proposed, and changed.
    let token = stage.press(&ada(), "777", &offered.button("These words"));
    let form = stage.last_said(&token, 1).json;
    let id = form["data"]["custom_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let proposed = &form["data"]["components"][0]["components"][0]["value"];
    assert!(
        proposed.as_str().is_some_and(|words| !words.is_empty()),
        "{form}"
    );
    let token = stage
        .discord
        .gateway
        .fills(&ada(), HERE, &id, "text", "opt out (");
    assert!(
        stage
            .last_said(&token, 2)
            .text()
            .contains("is no pattern for a mute")
    );
    let token = stage
        .discord
        .gateway
        .fills(&ada(), HERE, &id, "text", "opt\\s+out");
    let tried = stage.last_said(&token, 2);
    let token = stage.press(&ada(), "779", &tried.button("🔇 Mute it"));
    assert!(
        stage
            .last_said(&token, 2)
            .text()
            .starts_with("Mute 2 holds")
    );
    let mutes = stage.program.expect("--json mutes", 0).json();
    assert_eq!(mutes[1]["pattern"], "opt\\s+out");

    // And lifted again.
    let token = stage.press(&ada(), "780", &muted.button("↩️ Lift it"));
    assert_eq!(stage.last_said(&token, 2).text(), "Mute 1 is lifted.");
    assert_eq!(stage.program.expect("--json mutes", 0).json().len(), 1);
    stage.lawful();
}
