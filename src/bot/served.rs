//! Whether a wish comes from a server that is served here: one in which a channel of ours is.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::house::House;
use crate::model::{Destination, Whisper, Wish};

/// How long Discord is asked for it: an answer is due within three seconds.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Whether this wish is to be fulfilled.
///
/// # Errors
/// A sentence that says why not.
pub(super) async fn is_served(house: &House, wish: &Wish) -> Result<(), Whisper> {
    let in_force = house.in_force();
    let routes = in_force.watchlist.routes.iter();
    let channels: BTreeSet<u64> = routes
        .filter_map(|route| match route.to {
            Destination::Discord(channel) => Some(channel),
            _ => None,
        })
        .chain(in_force.watchlist.discord.forum)
        .collect();
    if wish.channel.is_some_and(|here| channels.contains(&here)) {
        return Ok(());
    }
    let Some(server) = wish.guild else {
        return Err(Whisper::says(
            "I answer in servers only, and only where alerts are sent.",
        ));
    };
    let asked = in_force.channels.serves(&channels, server);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Some(true)) => Ok(()),
        Ok(Some(false)) => Err(Whisper::says(
            "This server is not served here: none of the channels to which alerts go is in it. Who keeps the watchlist can name one in a `[[route]]`.",
        )),
        Ok(None) | Err(_) => Err(Whisper::says(
            "Discord does not say at the moment whether this server is served here. Please try again in a minute.",
        )),
    }
}
