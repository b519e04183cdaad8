//! How the bot is invited.

use crate::bot::Stage;
use crate::discord::gateway::APPLICATION;

#[test]
fn the_invitation_is_for_the_bot_whose_token_it_is() {
    let stage = Stage::set("", "");
    let link = format!(
        "https://discord.com/oauth2/authorize?client_id={APPLICATION}&scope=bot+applications.commands&permissions=309237763072"
    );
    let said = stage.program.expect("discord invite", 0).text();
    assert!(said.lines().any(|line| line == link), "{said}");
    assert!(
        said.contains("permissions 309237763072: View Channels"),
        "{said}"
    );
    let told = stage.program.expect("--json discord invite", 0).json();
    assert_eq!(told[0]["url"], link);
    assert_eq!(told[0]["application"], APPLICATION.to_string());
}

#[test]
fn without_a_token_that_discord_knows_the_application_must_be_named() {
    let mut stage = Stage::set("", "");
    let named = stage.program.expect("discord invite --application 42", 0);
    assert!(named.text().contains("client_id=42&"), "{}", named.text());
    stage.program.set("DISCORD_TOKEN", "another-token");
    let refused = stage.program.expect("discord invite", 2).err;
    assert!(
        refused.contains("Discord refuses the bot token"),
        "{refused}"
    );
    assert!(refused.contains("--application ID"), "{refused}");
    assert!(!refused.contains("another-token"), "{refused}");
    stage.program.set("DISCORD_TOKEN", "");
    let missing = stage.program.expect("discord invite", 2).err;
    assert!(missing.contains("--application ID"), "{missing}");
}
