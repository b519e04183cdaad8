//! `discord check`: a sentence for each thing that is missing, and what to do.

use crate::bot::{HERE, ROLE, Stage, THERE, ada};
use crate::discord::server::Room;

const EMBED_LINKS: u64 = 1 << 14;
const ATTACH_FILES: u64 = 1 << 15;
const VIEW_CHANNEL: u64 = 1 << 10;
const SEND_MESSAGES: u64 = 1 << 11;

/// The rows of the check that are not fine, as "of: says / remedy".
fn missing(stage: &Stage, command: &str) -> Vec<String> {
    let rows = stage.program.expect(command, 2).json();
    let rows = rows.iter().filter(|row| row["fine"] == false);
    rows.map(|row| format!("{}: {} / {}", row["of"], row["says"], row["remedy"]))
        .collect()
}

#[test]
fn where_all_is_in_place_it_says_so_and_asks_nothing_of_anybody() {
    let stage = Stage::set("", "");
    let said = stage.program.expect("discord check", 0).text();
    for part in [
        "The bot token is that of “smallprint”",
        "#alerts in “The newsroom”: it is there, and the bot may do what it needs.",
        "All is in place.",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    let asked = stage.discord.asked();
    assert!(asked.iter().all(|(method, _)| method == "GET"), "{asked:?}");
    let rows = stage.program.expect("--json discord check", 0).json();
    let of: Vec<&str> = rows.iter().filter_map(|row| row["of"].as_str()).collect();
    assert_eq!(
        of,
        [
            "token",
            &format!("discord:{HERE}"),
            &format!("discord:{THERE}")
        ]
    );
}

#[test]
fn every_permission_that_is_missing_has_a_sentence() {
    let stage = Stage::set("", "");
    stage.discord.arrange(|server| {
        let here = Room::without(EMBED_LINKS | ATTACH_FILES);
        server.rooms.insert(HERE, here);
        server.rooms.insert(THERE, Room::without(VIEW_CHANNEL));
    });
    let said = missing(&stage, "--json discord check");
    let [embed, attach, view] = said.as_slice() else {
        panic!("{said:#?}")
    };
    assert!(
        embed.contains("the bot lacks Embed Links, so only the first line"),
        "{embed}"
    );
    assert!(attach.contains("lacks Attach Files"), "{attach}");
    assert!(attach.contains("Edit Channel, Permissions"), "{attach}");
    assert!(view.contains(&THERE.to_string()), "{view}");
    assert!(view.contains("it does not see the channel"), "{view}");
    let text = stage.program.expect("discord check", 2).text();
    assert!(text.contains("3 things are not in place."), "{text}");
}

#[test]
fn a_forum_is_looked_at_as_one() {
    const FORUM: u64 = 444;
    let stage = Stage::set(&format!("forum = \"discord:{FORUM}\""), "");
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("is no forum"), "{}", said[0]);
    let arranged = |room: Room| {
        stage.discord.arrange(|server| {
            let forum = Room { kind: 15, ..room };
            server.rooms.insert(FORUM, forum);
        });
    };
    arranged(Room::without(SEND_MESSAGES | ATTACH_FILES));
    let said = missing(&stage, "--json discord check");
    let [posts, attach] = said.as_slice() else {
        panic!("{said:#?}")
    };
    assert!(posts.contains("the bot lacks Create Posts"), "{posts}");
    assert!(attach.contains("lacks Attach Files"), "{attach}");
    arranged(Room::usual());
    let said = stage.program.expect("discord check", 0).text();
    assert!(said.contains("All is in place."), "{said}");
}

#[test]
fn a_thread_has_the_permissions_of_the_channel_it_hangs_on() {
    let stage = Stage::set("", "");
    stage.discord.arrange(|server| {
        let thread = Room {
            kind: 11,
            parent: Some(77),
            ..Room::usual()
        };
        server.rooms.insert(HERE, thread);
        server.rooms.insert(77, Room::without(ATTACH_FILES));
    });
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("lacks Attach Files"), "{}", said[0]);
}

#[test]
fn channels_that_are_gone_kept_away_or_of_another_kind_are_told_apart() {
    let kept = |status, code| Room {
        kept: Some((status, code)),
        ..Room::usual()
    };
    let forum = Room {
        kind: 15,
        ..Room::usual()
    };
    for (room, part) in [
        (kept(404, 10_003), "Discord knows no such channel"),
        (kept(403, 50_001), "The bot does not see this channel"),
        (kept(500, 0), "The channel cannot be looked at"),
        (forum, "is a forum, in which no message stands by itself"),
    ] {
        let stage = Stage::set("", "");
        stage.discord.arrange(|server| {
            server.rooms.insert(THERE, room);
        });
        let said = missing(&stage, "--json discord check");
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(said[0].contains(part), "{}", said[0]);
    }
}

#[test]
fn roles_and_webhooks_are_looked_at_too() {
    let mut stage = Stage::set(
        &format!("triage_roles = [\"{ROLE}\"]"),
        &format!(
            "[[route]]\nto = \"discord:{HERE}\"\nmention = \"77\"\n[[route]]\nto = \"discord-webhook:PRESS\"\nmention = \"78\"\n"
        ),
    );
    stage.program.set("PRESS", &stage.discord.webhook(7));
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(
        said.iter()
            .any(|one| one.contains("role 77") && one.contains("has no such role")),
        "{said:#?}"
    );
    assert!(
        said.iter().any(|one| one.contains("`triage_roles`")),
        "{said:#?}"
    );
    stage.discord.arrange(|server| {
        server.roles.push((ROLE, "Editors", 0, false));
        server.roles.push((77, "Privacy", 0, true));
        server.roles.push((78, "Press", 0, false));
    });
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("“Press” in “The newsroom” cannot be mentioned"));
    stage.discord.arrange(|server| {
        server.hooks = false;
        server.commands = false;
    });
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(
        said[0].contains("the bot may have no commands"),
        "{said:#?}"
    );
    assert!(said[1].contains("put its address into PRESS"), "{said:#?}");
    let all = said.join("\n");
    assert!(!all.contains(crate::discord::HOOK), "{all}");
}

#[test]
fn a_wrong_or_missing_token_is_said_without_being_shown() {
    let mut stage = Stage::set("", "");
    stage.program.set("DISCORD_TOKEN", "another-token");
    let said = missing(&stage, "--json discord check");
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("Discord refuses the bot token."));
    assert!(!said[0].contains("another-token"));
    stage.program.set("DISCORD_TOKEN", "");
    let said = missing(&stage, "--json discord check");
    assert!(said[0].contains("there is no bot token"), "{said:#?}");
}

#[test]
fn a_test_message_says_that_it_is_one() {
    let stage = Stage::set("", "");
    assert_eq!(stage.discord.messages(HERE).len(), 0);
    let said = stage.program.expect("discord check --send", 0).text();
    assert!(said.contains("A test message stands there."), "{said}");
    for channel in [HERE, THERE] {
        let messages = stage.discord.messages(channel);
        assert_eq!(messages.len(), 1);
        let content = &messages[0].content;
        assert!(content.starts_with("This is a test message"), "{content}");
    }
    stage.lawful();
}

#[test]
fn a_server_without_a_channel_of_ours_is_answered_politely_and_told_nothing() {
    let stage = Stage::open();
    let gateway = &stage.discord.gateway;
    gateway.moves_to(900);
    let elsewhere = 111_000;
    let token = gateway.give(&ada(), elsewhere, "status", &[]);
    let said = stage.last_said(&token, 1);
    let text = said.text();
    assert!(text.contains("This server is not served here"), "{text}");
    let token = gateway.types(&ada(), elsewhere, "diff", "document", "p");
    let choices = stage.last_said(&token, 1);
    assert_eq!(choices.json["data"]["choices"], serde_json::json!([]));
    // Another channel of a server that holds one of ours is served.
    gateway.moves_to(crate::discord::gateway::GUILD);
    let token = gateway.give(&ada(), elsewhere, "status", &[]);
    assert!(stage.last_said(&token, 2).text().contains("1 pages"));
    stage.lawful();
}
