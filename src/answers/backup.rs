//! Brings a copy of the archive in another directory up to date.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response, hearing::to_the_end};
use crate::house::House;
use crate::transfer::{self, NotCarried};

/// Brings the copy up to the last entry; whoever asked hears how far it is.
pub(super) async fn backup(
    house: &Arc<House>,
    dir: &Path,
    heard: mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    // Whoever asked may have gone; the copy is finished all the same.
    let (tell, passing_on) = to_the_end(&heard, |(done, all)| Progress::Done(done, all));
    let now = house.clock.now();
    let (carried, ()) = tokio::join!(transfer::backup(&house.store, dir, now, tell), passing_on);
    Ok(Response::Backup(carried?))
}

impl From<NotCarried> for NoAnswer {
    fn from(error: NotCarried) -> NoAnswer {
        match error {
            NotCarried::Another { .. } => NoAnswer::Unknown {
                what: format!("{error}."),
                remedy: Some(
                    "Name a new or empty directory; what is in this one was left as it is."
                        .to_owned(),
                ),
            },
            NotCarried::Archive(error) => NoAnswer::Archive(error.to_string()),
        }
    }
}
