//! Reads the watchlist again when its files change, and on SIGHUP; a broken edit keeps the old one.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::signal::unix::{SignalKind, signal};

use crate::daemon::Household;
use crate::house::{self, Unopened};
use crate::store::StoreError;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Keeps the watchlist in force that stands in the files.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let path = &household.opening.watchlist;
    let mut named = house::named_files(path);
    let mut seen = stamp(path, &named);
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        tracing::warn!(
            "SIGHUP cannot be listened for; the watchlist is still read again when it changes"
        );
        household.stopped().await;
        return Ok(());
    };
    loop {
        let asked = tokio::select! {
            () = household.stopped() => return Ok(()),
            _ = hangup.recv() => true,
            () = tokio::time::sleep(LOOK_EVERY) => false,
        };
        let now = stamp(path, &named);
        if asked || now != seen {
            named = house::named_files(path);
            seen = stamp(path, &named);
            read_again(&household).await?;
        }
    }
}

async fn read_again(household: &Household) -> Result<(), StoreError> {
    match house::read_in_force(&household.opening) {
        Ok(in_force) => {
            let watches = in_force.watchlist.enabled().count();
            household.house.put_in_force(in_force);
            house::record(&household.house).await?;
            household.reloaded.notify_one();
            household.relisten.notify_one();
            household.rewindow.notify_one();
            household.rebot.notify_one();
            household.reshow.notify_one();
            tracing::info!("the watchlist was read again; pages watched: {watches}");
        }
        Err(Unopened::Mistakes { mistakes, .. }) => {
            tracing::error!(
                "the watchlist was changed and has mistakes, so the old one stays in force:\n{mistakes}"
            );
        }
        Err(error) => tracing::error!(
            "the watchlist cannot be read again, so the old one stays in force: {error}"
        ),
    }
    Ok(())
}

/// What changes when a file is saved: times and lengths of the file, of those beside it and of those it names.
fn stamp(path: &Path, named: &[PathBuf]) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut files = vec![path.to_owned()];
    files.extend_from_slice(named);
    if let Ok(folder) = std::fs::read_dir(path.with_extension("d")) {
        files.extend(folder.filter_map(|part| part.ok().map(|part| part.path())));
    }
    files.sort();
    let stamp = |file: PathBuf| {
        let about = std::fs::metadata(&file).ok();
        let modified = about.as_ref().and_then(|about| about.modified().ok());
        (file, modified, about.map_or(0, |about| about.len()))
    };
    files.into_iter().map(stamp).collect()
}
