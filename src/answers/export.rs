//! Carries the archive out into a directory.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Response, hearing::while_asked};
use crate::export::{self, ExportAsked};
use crate::house::House;

/// Writes the export; whoever asked hears how far it is, and it stops when they are gone.
pub(super) async fn export(
    house: &Arc<House>,
    asked: ExportAsked,
    heard: mpsc::Sender<Progress>,
) -> Result<Response, NoAnswer> {
    let (tell, passing_on) = while_asked(&heard, |(done, all)| Progress::Done(done, all));
    let (exported, ()) = tokio::join!(export::export(house, asked, tell), passing_on);
    Ok(Response::Export(Box::new(exported?)))
}
