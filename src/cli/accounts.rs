//! `account`: who may say something in the window.

use std::io::{IsTerminal, stdin};

use crate::accounts::{Accounts, NoAccount};
use crate::cli::arguments::{AccountWhat, Arguments};
use crate::cli::desk;
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::store::Store;
use crate::wording::times;

pub(super) fn accounts(
    arguments: &Arguments,
    screen: &Screen,
    what: &AccountWhat,
) -> Result<Exit, Trouble> {
    if !Store::is_there(&arguments.data) {
        return Err(desk::no_archive(&arguments.data));
    }
    let accounts = Accounts::of(&arguments.data);
    let now = desk::clock(arguments.at).now();
    match what {
        AccountWhat::List => return list(&accounts, screen),
        AccountWhat::Add { name } => accounts.add(name, &password(name)?, now)?,
        AccountWhat::Password { name } => accounts.set_password(name, &password(name)?, now)?,
        AccountWhat::Remove { name } => accounts.remove(name)?,
    }
    let (name, done) = match what {
        AccountWhat::Add { name } => (
            name,
            "was made; its owner signs in at /sign-in of the window",
        ),
        AccountWhat::Password { name } => (name, "has another password"),
        AccountWhat::Remove { name } => (name, "was removed; what its owner said stays"),
        AccountWhat::List => return Ok(Exit::Fine),
    };
    match screen.json {
        true => screen.json(&serde_json::json!({ "account": name })),
        false => screen.line(&format!("The account “{name}” {done}.")),
    }
    Ok(Exit::Fine)
}

fn list(accounts: &Accounts, screen: &Screen) -> Result<Exit, Trouble> {
    let all = accounts.list()?;
    for one in &all {
        match screen.json {
            true => screen.json(one),
            false => {
                let since = times::moment(one.since, chrono_tz::Europe::London);
                screen.line(&format!("{}  since {since}", one.name));
            }
        }
    }
    if !screen.json {
        screen.line(&match all.len() {
            0 => "There is no account; `smallprint account add NAME` makes one.".to_owned(),
            some => format!("{}.", counted(some, "account", "accounts")),
        });
    }
    Ok(Exit::Fine)
}

/// The password: asked for twice on a terminal, else a line of standard input.
fn password(name: &str) -> Result<String, Trouble> {
    let unread = |error: std::io::Error| {
        Trouble::sentence(format!("No password could be read: {error}."))
            .with("Type it when it is asked for, or give it as a line on standard input.")
    };
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line).map_err(unread)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let first = rpassword::prompt_password(format!("Password of {name}: ")).map_err(unread)?;
    let second = rpassword::prompt_password("Once more: ").map_err(unread)?;
    match first == second {
        true => Ok(first),
        false => {
            Err(Trouble::sentence("The two passwords differ.")
                .with("Nothing was changed; try again."))
        }
    }
}

impl From<NoAccount> for Trouble {
    fn from(error: NoAccount) -> Trouble {
        let said = error.to_string();
        let mut letters = said.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string());
        Trouble::sentence(format!(
            "{}{}.",
            first.unwrap_or_default(),
            letters.as_str()
        ))
    }
}
