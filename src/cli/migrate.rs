//! `migrate`: the archive into a PostgreSQL database, or back into its directory.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::arguments::Arguments;
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble, backup, bar, desk};
use crate::house;
use crate::store::{Store, StoreError};
use crate::transfer::{self, Carried};
use crate::wording::harmless;

const HOLDER: &str = "smallprint migrate";
const REMEDY: &str = "Name a database, as in `smallprint migrate postgres://smallprint@db.example.org/smallprint`, or `sled`. Its password is read from SMALLPRINT_STORE_PASSWORD, or from the file `database.password` in the directory of the archive.";

/// What was moved, as `--json` answers it.
#[derive(Serialize)]
struct Moved {
    /// Where the archive is now.
    to: String,
    /// What was carried this time.
    #[serde(flatten)]
    carried: Carried,
    /// What is left where it was; absent where nothing was moved.
    left: Option<PathBuf>,
}

pub(super) async fn migrate(
    arguments: &Arguments,
    screen: &Screen,
    to: Option<&str>,
) -> Result<Exit, Trouble> {
    if !Store::is_there(&arguments.data) {
        return Err(desk::no_archive(&arguments.data));
    }
    let to = match to {
        Some("sled") => None,
        Some(address) => Some(address.to_owned()),
        None => Some(wished(arguments, screen)?),
    };
    let place = desk::place(&arguments.data);
    let staged = place.staged(to.as_deref()).map_err(refused)?;
    let now = desk::clock(arguments.at).now();
    let from = Store::open_as(place.clone(), HOLDER).await?;
    from.seal(now).await?;
    let until = from.last_entry().await?;
    let copy = Store::open_as(staged.clone(), HOLDER).await?;
    let carrying = async |heard| transfer::carry(&from, &copy, until, &heard).await;
    let carried = bar::over_entries(screen, carrying).await;
    copy.close(now).await?;
    let carried = match carried {
        Ok(carried) => carried,
        Err(error) => {
            from.close(now).await?;
            let stands = "The archive stays where it was";
            return Err(backup::not_carried(
                &error,
                stands,
                "the same command goes on with the move",
            ));
        }
    };
    let settled = place.take_over(&staged);
    from.close(now).await?;
    settled?;
    let left = place.tidy(&staged)?;
    tell(screen, staged.database, carried, left);
    Ok(Exit::Fine)
}

/// Where the watchlist says that the archive is.
fn wished(arguments: &Arguments, screen: &Screen) -> Result<String, Trouble> {
    let opening = desk::opening(arguments, screen, "migrate");
    let wished = house::read_watchlist(&opening.watchlist)?.settings.store;
    wished.ok_or_else(|| {
        Trouble::sentence("Neither the command nor the watchlist says where the archive is to go.")
            .with(REMEDY)
    })
}

fn refused(error: StoreError) -> Trouble {
    Trouble {
        exit: Exit::Failed,
        ..Trouble::from(error).with(REMEDY)
    }
}

fn tell(screen: &Screen, to: Option<String>, carried: Carried, left: Option<PathBuf>) {
    let to = to.unwrap_or_else(|| "sled".to_owned());
    if screen.json {
        return screen.json(&Moved { to, carried, left });
    }
    let entries = usize::try_from(carried.last).unwrap_or(usize::MAX);
    screen.line(&format!(
        "The archive is in {} now: {}, the last of them {}; each was held against its hash.",
        match to.as_str() {
            "sled" => "its directory".to_owned(),
            to => harmless::line(to),
        },
        counted(entries, "entry", "entries"),
        carried.head.short()
    ));
    if let Some(left) = left {
        screen.line(&format!(
            "What was there before is left at {}; remove it when `smallprint verify` has walked the new one.",
            harmless::line(&left.display().to_string())
        ));
    }
}
