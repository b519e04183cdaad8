//! What is held quiet on a page, and why.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Change, WatchId};
use crate::noise::Gap;
use crate::store::ChangeFilter;

/// How many changes of which nothing was said are shown.
const SHOWN: usize = 20;

/// What is held quiet on a page.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Quiet {
    /// Which watch.
    #[serde(rename = "watch")]
    pub id: WatchId,
    /// The parts of the page that change on nearly every visit.
    pub volatile: Vec<Gap>,
    /// CSS selectors of what its rules leave out.
    pub drop: Vec<String>,
    /// Regular expressions of lines that its rules leave out.
    pub drop_lines: Vec<String>,
    /// The visible text outside the main text, kept and not compared aloud.
    pub surroundings: Vec<String>,
    /// The latest changes of which nothing was said, newest first, each with the reason for its silence.
    pub silent: Vec<Change>,
}

pub(super) async fn noise(house: &House, id: &WatchId) -> Result<Quiet, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(id);
    let state = house.store.state(known).await?;
    let Some(current) = state.current else {
        return Err(match watch {
            Some(_) => no_version(id, "yet", None),
            None => no_watch(house, id),
        });
    };
    let filter = ChangeFilter {
        watch: Some(known.clone()),
        ..ChangeFilter::default()
    };
    let mut silent = renamed.changes(house.store.changes(&filter).await?);
    silent.retain(|change| change.silence.is_some());
    silent.truncate(SHOWN);
    let reading = watch.map(|watch| watch.reading.clone()).unwrap_or_default();
    Ok(Quiet {
        id: id.clone(),
        volatile: house.store.noise(known, current.no).await?.gaps.clone(),
        drop: reading.drop,
        drop_lines: reading.drop_lines,
        surroundings: house.store.document(&current).await?.surroundings,
        silent,
    })
}
