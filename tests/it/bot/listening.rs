//! The gateway with everything that goes wrong there; alerts are sent all the same.

use serde_json::json;

use crate::bot::{HERE, SECOND, Stage, ada};
use crate::discord::gateway::Order;
use crate::discord::{Welcome, button};

/// Asks something, which is answered.
fn answers(stage: &Stage) {
    let token = stage.discord.gateway.give(&ada(), HERE, "status", &[]);
    assert!(stage.last_said(&token, 2).text().contains("1 pages"));
}

#[test]
fn only_the_intent_of_servers_is_asked_for() {
    let stage = Stage::open();
    stage.runtime.block_on(stage.discord.gateway.hears(2, 1));
    let said = stage.discord.gateway.last(2).expect("it introduced itself");
    assert_eq!(said["d"]["intents"], 1);
    answers(&stage);
}

#[test]
fn a_lost_connection_is_taken_up_where_it_was() {
    let stage = Stage::open();
    let gateway = &stage.discord.gateway;
    let reconnect = json!({ "op": 7, "s": null, "t": null, "d": null });
    for (at, order) in [Order::Say(reconnect), Order::Cut, Order::Close(4000)]
        .into_iter()
        .enumerate()
    {
        gateway.order(order);
        stage.runtime.block_on(gateway.hears(6, at + 1));
        let resumed = gateway.last(6).expect("it came back");
        assert_eq!(resumed["d"]["session_id"], "a-session");
        assert!(resumed["d"]["seq"].as_u64() > Some(0));
        answers(&stage);
    }
    assert_eq!(gateway.count(2), 1, "one session all the time");
    stage.lawful();
}

#[test]
fn a_session_that_is_over_is_begun_afresh() {
    let stage = Stage::open();
    let gateway = &stage.discord.gateway;
    gateway.order(Order::Say(
        json!({ "op": 9, "s": null, "t": null, "d": false }),
    ));
    stage.runtime.block_on(gateway.hears(2, 2));
    // And one that cannot be taken up after a cut.
    gateway.will([Welcome::Usual, Welcome::Invalid(false)]);
    let mut stage = stage;
    stage
        .running
        .as_mut()
        .expect("it runs")
        .until("listening in Discord");
    answers(&stage);
    stage.lawful();
}

#[test]
fn a_connection_that_ends_without_a_word_is_noticed_by_its_heartbeat() {
    let mut stage = Stage::set("", "");
    stage.discord.gateway.beats_every(1_000);
    stage.start();
    let gateway = stage.discord.gateway.clone();
    gateway.order(Order::CloseBare);
    stage.runtime.block_on(gateway.hears(2, 2));
    stage
        .running
        .as_mut()
        .expect("it runs")
        .until("listening in Discord");
    answers(&stage);
}

#[test]
fn a_gateway_that_closes_for_good_is_said_once_and_alerts_are_sent_all_the_same() {
    for (code, part) in [
        (4004, "refuses the bot token (4004)"),
        (4014, "(4014: disallowed intents)"),
    ] {
        let mut stage = Stage::set("", "[[route]]\nto = \"terminal\"\n");
        stage.discord.gateway.will([Welcome::Close(code)]);
        let mut running = stage.program.start();
        running.until(part);
        stage.running = Some(running);
        let (here, _) = stage.change();
        assert!(here.content.contains("opt out"), "{}", here.content);
        assert_eq!(stage.discord.gateway.count(2), 1, "it is not tried again");
        let said = stage.stop();
        // In the log, and as a notice on the terminal.
        let times = said.matches(&format!("({code}")).count();
        assert_eq!(times, 2, "{said}");
        stage.lawful();
    }
}

#[test]
fn what_serenity_cannot_read_is_answered_all_the_same() {
    let mut stage = Stage::open();
    let (here, _) = stage.change();
    let data = json!({ "custom_id": button(&here.json, "📄"), "component_type": 2 });
    let lean = json!({ "id": here.id });
    let token = stage
        .discord
        .gateway
        .tell(&ada(), HERE, 3, data, Some(lean));
    assert_eq!(stage.last_said(&token, 2).files.len(), 1);
    // What nobody can read is left alone.
    stage
        .discord
        .gateway
        .tell(&ada(), HERE, 99, json!({}), None);
    answers(&stage);
    stage.lawful();
}

#[test]
fn a_bot_that_is_switched_off_does_not_listen_and_its_messages_have_no_buttons() {
    let mut stage = Stage::set("bot = false", "");
    stage.running = Some(stage.program.start());
    let (here, _) = stage.change();
    assert!(!here.json.to_string().contains("custom_id"));
    assert_eq!(stage.discord.gateway.count(2), 0);
    stage.program.say(SECOND);
    let said = stage.stop();
    assert!(!said.contains("listening in Discord"), "{said}");
}
