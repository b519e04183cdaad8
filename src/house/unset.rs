//! What destinations need of the environment that is not set.

use crate::house::Opening;
use crate::model::Destination;
use crate::watchlist::Watchlist;

/// What a destination needs that is not set.
pub fn unset(opening: &Opening, watchlist: &Watchlist, to: &Destination) -> Vec<String> {
    let environment = &opening.environment;
    let set = |name: &str| (environment.get(name)).is_some_and(|value| !value.trim().is_empty());
    let mut unset = Vec::new();
    let missing = |name: &str, what: &str| {
        format!("alerts go to {to}, but the environment variable {name} with {what} is not set.")
    };
    match to {
        Destination::Discord(_) | Destination::Forum(_) => {
            let discord = &watchlist.discord;
            if discord.token_file.is_none() && !set(&discord.token_env) {
                unset.push(missing(&discord.token_env, "the bot token"));
            }
        }
        Destination::Email(_) => {
            let email = &watchlist.email;
            if email.server_file.is_none() && !set(&email.server_env) {
                unset.push(missing(&email.server_env, "the address of the mail server"));
            }
        }
        _ => {}
    }
    let (needed, _) = to.variables();
    let needed = needed.iter().filter(|name| !set(name));
    unset.extend(needed.map(|name| missing(name, "its address")));
    if let Destination::Webhook(name) = to
        && !set(&format!("{name}_SECRET"))
    {
        unset.push(format!(
            "what is sent to {to} is not signed, since the environment variable {name}_SECRET is not set."
        ));
    }
    let plain = |name: &String| {
        let address = environment.get(name)?.trim();
        address.starts_with("http://").then(|| {
            format!("what is sent to {to} is not encrypted: the address in {name} is one of http.")
        })
    };
    unset.extend(to.variables().0.iter().filter_map(plain));
    unset
}
