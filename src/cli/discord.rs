//! `discord`: the bot, how it is invited, and whether all is in place for it.

mod check;

use serde_json::json;

use crate::channels::{invitation, permissions};
use crate::cli::arguments::{Arguments, DiscordWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble};
use crate::house;

pub(super) async fn discord(
    arguments: &Arguments,
    screen: &Screen,
    what: &DiscordWhat,
) -> Result<Exit, Trouble> {
    let application = match what {
        DiscordWhat::Check { send } => return check::check(arguments, screen, *send).await,
        DiscordWhat::Invite { application } => application,
    };
    let application = match application {
        Some(application) => *application,
        None => asked(arguments, screen).await?,
    };
    let link = invitation(application);
    if screen.json {
        screen.json(&json!({
            "application": application.to_string(), "permissions": permissions().to_string(), "url": link,
        }));
        return Ok(Exit::Fine);
    }
    screen.line("Whoever manages the server opens this link and chooses it there:");
    screen.line(&screen.ink(Ink::Bold, link.as_str()));
    let needs = format!(
        "It asks for permissions {}: View Channels, Send Messages, Embed Links, Attach Files, Read Message History, Create \
         Public Threads, Send Messages in Threads. The bot needs no privileged intent.",
        permissions()
    );
    screen.line(&screen.prose("", &needs));
    Ok(Exit::Fine)
}

/// Whose token it is, as Discord says.
async fn asked(arguments: &Arguments, screen: &Screen) -> Result<u64, Trouble> {
    let in_force = house::read_in_force(&desk::opening(arguments, screen, "discord invite"))?;
    in_force.channels.application().await.map_err(|why| {
        Trouble::sentence(format!("It is not known which bot to invite: {why}.")).with(
            "Say --application ID: the Application ID at https://discord.com/developers/applications, under General \
             Information.",
        )
    })
}
