//! What the operators hear when something stands in the way: each thing once, elsewhere than where it fails, and pages are
//! visited all the same.

use crate::bot::{HERE, SECOND, Stage, THERE};
use crate::discord::{Fault, Welcome};

const OPERATORS: &str = "[[route]]\nto = \"terminal\"\noperators = true\n";

/// How often the lines of a log or a terminal say this.
fn times(said: &str, part: &str) -> usize {
    said.matches(part).count()
}

#[test]
fn a_channel_that_was_deleted_is_said_once_to_the_operators_and_the_other_goes_on() {
    let stage = Stage::set("bot = false", OPERATORS);
    stage
        .discord
        .will(HERE, (0..9).map(|_| Fault::Refused(404, 10_003)));
    let mut running = stage.program.start();
    running.until("page: unchanged");
    stage.program.say(SECOND);
    stage.runtime.block_on(stage.discord.posted(THERE, 1));
    let part = format!("discord:{HERE} does not take its messages");
    running.until(&part);
    running.until(&part);
    running.until("page: unchanged");
    let said = running.stop();
    assert!(said.contains("knows no such channel"), "{said}");
    assert_eq!(
        times(&said, &part),
        2,
        "in the log and on the terminal: {said}"
    );
    // It is known after a restart.
    let mut again = stage.program.start();
    again.until("page: unchanged");
    let said = again.stop();
    assert_eq!(times(&said, &part), 0, "{said}");
}

#[test]
fn a_token_that_the_api_refuses_is_said_once_and_pages_are_visited_all_the_same() {
    let mut stage = Stage::set("bot = false", OPERATORS);
    stage.program.set("DISCORD_TOKEN", "another-token");
    let mut running = stage.program.start();
    running.until("page: unchanged");
    stage.program.say(SECOND);
    running.until("does not take its messages");
    running.until("page: unchanged");
    let said = running.stop();
    assert!(
        said.contains("Discord refuses the bot token (401)"),
        "{said}"
    );
    assert!(!said.contains("another-token"), "{said}");
    assert_eq!(stage.discord.messages(HERE).len(), 0);
}

#[test]
fn access_that_was_revoked_in_the_operators_own_channel_is_said_elsewhere() {
    let operators = 111_222_333_444_555_888;
    let route = format!("[[route]]\nto = \"discord:{operators}\"\noperators = true\n");
    let stage = Stage::set("bot = false", &route);
    stage
        .discord
        .will(operators, (0..9).map(|_| Fault::Refused(403, 50_001)));
    let running = stage.program.start();
    // The summary of the first round was to go there.
    stage.runtime.block_on(async {
        stage.discord.posted(HERE, 1).await;
        stage.discord.posted(THERE, 1).await;
    });
    let told = stage.discord.messages(HERE).pop().expect("a message");
    assert!(
        told.content
            .contains(&format!("discord:{operators} does not take its messages")),
        "{}",
        told.content
    );
    assert!(told.content.contains("does not see the channel"));
    assert_eq!(told.json["flags"], 4096, "others hear no sound");
    running.stop();
    stage.lawful();
}

#[test]
fn a_gateway_that_is_closed_is_said_once_over_restarts_and_once_when_it_is_open_again() {
    let stage = Stage::set("", OPERATORS);
    stage.discord.gateway.will([Welcome::Close(4004)]);
    let mut running = stage.program.start();
    let part = "refuses the bot token (4004)";
    running.until(part);
    running.until(part);
    let said = running.stop();
    assert_eq!(times(&said, part), 2, "{said}");
    stage.discord.gateway.will([Welcome::Close(4004)]);
    let mut running = stage.program.start();
    running.until(part);
    running.until("page: unchanged");
    let said = running.stop();
    assert_eq!(times(&said, part), 1, "in the log alone: {said}");
    let mut running = stage.program.start();
    let part = "Discord's gateway is open again";
    running.until(part);
    running.until(part);
    let said = running.stop();
    assert_eq!(times(&said, part), 2, "{said}");
}

#[test]
fn a_disk_that_fills_is_said_once_over_restarts_and_once_when_there_is_room() {
    let mut stage = Stage::set("bot = false", OPERATORS);
    stage
        .program
        .settle("[operators]\ndisk_below = \"8000000GiB\"");
    let part = "The disk of the archive is filling";
    let mut running = stage.program.start();
    running.until(part);
    running.until(part);
    running.stop();
    let mut running = stage.program.start();
    running.until("page: unchanged");
    let said = running.stop();
    assert_eq!(times(&said, part), 0, "{said}");
    stage.program.replace("8000000GiB", "1B");
    let mut running = stage.program.start();
    let part = "The disk of the archive has room again";
    running.until(part);
    running.until(part);
    running.stop();
}
