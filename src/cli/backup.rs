//! `backup` and `restore`: the whole archive in another place, and back.

use std::path::Path;

use crate::answers::{Request, Response};
use crate::cli::arguments::Arguments;
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk, place, trouble, verify};
use crate::store::Store;
use crate::transfer::{self, Carried, NotCarried};
use crate::wording::harmless;

pub(super) async fn backup(
    arguments: &Arguments,
    screen: &Screen,
    dir: &Path,
) -> Result<Exit, Trouble> {
    let dir = place::directory(dir)?;
    may_hold_an_archive(&dir)?;
    if place::directory(&arguments.data).is_ok_and(|data| data == dir) {
        return Err(
            Trouble::sentence("The archive itself is no place for its copy.")
                .with("Name another directory, best on another disk or machine."),
        );
    }
    let answer = verify::ask(arguments, screen, "backup", Request::Backup { dir }).await?;
    let Response::Backup(carried) = answer else {
        return Err(Trouble::astray());
    };
    tell(screen, &carried, "The copy");
    Ok(Exit::Fine)
}

pub(super) async fn restore(
    arguments: &Arguments,
    screen: &Screen,
    dir: &Path,
) -> Result<Exit, Trouble> {
    if !Store::is_there(dir) {
        return Err(Trouble::sentence(format!(
            "There is no copy of an archive at {}.",
            dir.display()
        ))
        .with("Name the directory that was given to `smallprint backup`."));
    }
    may_hold_an_archive(&arguments.data)?;
    let now = desk::clock(arguments.at).now();
    let copy = Store::open_as(desk::place(dir), "smallprint restore").await?;
    let store = Store::open_as(desk::place(&arguments.data), "smallprint restore").await?;
    let until = copy.last_entry().await?;
    let carrying = async |heard| transfer::carry(&copy, &store, until, &heard).await;
    let carried = bar::over_entries(screen, carrying).await;
    let stands = store.last_entry().await?;
    store.close(now).await?;
    copy.close(now).await?;
    let carried = carried.map_err(|error| {
        let whole = format!(
            "The archive at {} is whole up to entry {stands}",
            arguments.data.display()
        );
        let else_do = "the same command goes on from there with another copy";
        not_carried(&error, &whole, else_do)
    })?;
    tell(screen, &carried, "The archive");
    Ok(Exit::Fine)
}

/// Why an archive could not be carried, how it stands, and what to do where it is not for want of room.
pub(super) fn not_carried(error: &NotCarried, stands: &str, else_do: &str) -> Trouble {
    let exit = match error {
        NotCarried::Another { .. } => Exit::Failed,
        NotCarried::Archive(_) => Exit::Archive,
    };
    let what = format!("{error}.");
    let remedy = match trouble::where_full(&what) {
        Some(room) => format!("{room} {stands}."),
        None => format!("{stands}; {else_do}."),
    };
    Trouble {
        exit,
        ..Trouble::sentence(what).with(remedy)
    }
}

/// Refuses a directory that holds something else.
pub(super) fn may_hold_an_archive(dir: &Path) -> Result<(), Trouble> {
    let is_empty = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    match is_empty || Store::is_there(dir) {
        true => Ok(()),
        false => Err(Trouble::sentence(format!(
            "{} is not empty, and holds no archive.",
            dir.display()
        ))
        .with("Name a new or empty directory.")),
    }
}

/// Says what was carried.
pub(super) fn tell(screen: &Screen, carried: &Carried, what: &str) {
    if screen.json {
        return screen.json(carried);
    }
    let dir = harmless::line(&carried.dir.display().to_string());
    let entries = usize::try_from(carried.entries).unwrap_or(usize::MAX);
    let bodies = usize::try_from(carried.bodies).unwrap_or(usize::MAX);
    let brought = match entries {
        0 => "nothing was missing".to_owned(),
        _ => format!(
            "{} and {} ({} bytes) were brought",
            counted(entries, "entry", "entries"),
            counted(bodies, "body", "bodies"),
            carried.bytes
        ),
    };
    screen.line(&format!(
        "{what} in {dir} is whole up to entry {} ({}); {brought}.",
        carried.last,
        carried.head.short()
    ));
    if carried.uncompacted {
        screen.line(&format!(
            "What was forgotten since is taken out of it; its bytes may lie on the disk until `smallprint --data {dir} forget --compact` has written it anew."
        ));
    }
}
