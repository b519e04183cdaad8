//! Carries the archive out into a directory.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response};
use crate::export::{self, ExportAsked, NotExported};
use crate::house::House;

/// Writes the export; whoever asked hears how far it is, and it stops when they are gone.
pub(super) async fn export(
    house: &Arc<House>,
    asked: ExportAsked,
    heard: mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    let (tell, mut told) = mpsc::channel(1);
    let pass_on = async {
        while let Some((done, all)) = told.recv().await {
            if heard.send(Progress::Done(done, all)).await.is_err() {
                break;
            }
        }
        // From here on nobody listens.
        drop(told);
    };
    let (exported, ()) = tokio::join!(export::export(house, asked, tell), pass_on);
    Ok(Response::Export(Box::new(exported?)))
}

impl From<NotExported> for NoAnswer {
    fn from(error: NotExported) -> NoAnswer {
        match error {
            NotExported::Refused { what, remedy } => NoAnswer::Unknown { what, remedy },
            NotExported::Archive(error) => error.into(),
        }
    }
}
