//! What is asked of the bot in Discord.

use clap::Subcommand;

/// What to do about the bot.
#[derive(Subcommand, Debug)]
pub enum DiscordWhat {
    /// Look whether token, channels, permissions, roles and webhooks are in place, with what to do where one is not
    Check {
        /// Send a test message to every channel too
        #[arg(long)]
        send: bool,
    },
    /// The link by which somebody who manages a server invites the bot, with the permissions it asks for
    Invite {
        /// The id of the application; without it Discord is asked, by the bot token
        #[arg(long, env = "SMALLPRINT_APPLICATION", value_name = "ID")]
        application: Option<u64>,
    },
}
