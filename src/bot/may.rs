//! Who may decide on changes.

use crate::model::{Whisper, Wish};
use crate::watchlist::Watchlist;

/// Whether this person may decide, take notes and mute: members with a role that the watchlist names.
///
/// # Errors
/// A sentence that says who may.
pub(super) fn decide(watchlist: &Watchlist, wish: &Wish) -> Result<(), Whisper> {
    let roles = &watchlist.discord.triage_roles;
    if roles.iter().any(|role| wish.roles.contains(role)) {
        return Ok(());
    }
    let named: Vec<String> = roles.iter().map(|role| format!("<@&{role}>")).collect();
    Err(Whisper::says(match named.as_slice() {
        [] => "Nobody may do that here yet: who keeps the watchlist names the roles that may, as `triage_roles` under `[discord]`.".to_owned(),
        [one] => format!("Only members with the role {one} may do that."),
        many => format!("Only members with one of these roles may do that: {}.", many.join(", ")),
    }))
}
