//! What it takes to invite the bot to a server: which bot it is, and what it must be allowed to do.

use serenity::model::permissions::Permissions;
use url::Url;

use crate::channels::Channels;
use crate::wire::api::{Body, Method};

/// Where a bot is invited.
/// <https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow>
const AUTHORIZE: &str = "https://discord.com/oauth2/authorize";

/// The permissions of the bot as Discord counts them: it sees its channels, writes, attaches the diff, finds its own messages
/// again and opens threads.
/// <https://discord.com/developers/docs/topics/permissions>
pub fn permissions() -> u64 {
    let needed = Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::ATTACH_FILES
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::CREATE_PUBLIC_THREADS
        | Permissions::SEND_MESSAGES_IN_THREADS;
    needed.bits()
}

/// The link by which somebody who manages a server invites the bot of this application.
pub fn invitation(application: u64) -> Url {
    let asked = [
        ("client_id", application.to_string()),
        ("scope", "bot applications.commands".to_owned()),
        ("permissions", permissions().to_string()),
    ];
    Url::parse_with_params(AUTHORIZE, asked).expect("the address is one")
}

impl Channels {
    /// The id of the application whose bot token this is, as Discord knows it.
    ///
    /// # Errors
    /// Why Discord does not say, in a clause.
    pub async fn application(&self) -> Result<u64, String> {
        let path = ["applications", "@me"];
        let own = self.own(Method::Get, &path, Body::None).await?;
        let id = own.get("id").and_then(|id| id.as_str()?.parse().ok());
        id.ok_or_else(|| "Discord's answer does not name the application".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_asks_for_what_the_bot_needs_and_no_more() {
        assert_eq!(permissions(), 309_237_763_072);
        assert_eq!(
            invitation(400_000_000_000_000_001).as_str(),
            "https://discord.com/oauth2/authorize?client_id=400000000000000001&scope=bot+applications.commands\
             &permissions=309237763072"
        );
    }
}
