//! Compares like with like where a site was read from its pages one time and through its interface another.

use crate::extract;
use crate::model::{Capture, Document, Failure, ReaderId, Version};
use crate::store::StoreError;
use crate::visit::landing::{Arrival, Landing};
use crate::visit::plain;
use crate::visit::read::{page_beside, read_beside};
use crate::visit::standing::Standing;

/// Whether what stood and what arrived can be compared.
pub(super) enum Alike {
    /// What stood, as the reader of what arrived reads it.
    Comparable(Box<Document>),
    /// Nothing that one reader can read was kept.
    Unlike,
    /// Pages are to be compared, and the page did not come this time.
    Unknown(Failure),
}

impl Landing<'_> {
    /// What stood, read as what arrived was read. Where one of them is what an interface told, both are compared as
    /// pages, by what was kept beside it; else what arrived keeps no page to be compared.
    pub(super) async fn alike(
        &self,
        current: &Version,
        standing: Standing,
        arrival: &mut Arrival,
    ) -> Result<Alike, StoreError> {
        if standing.comparable && standing.document.reader == arrival.document.reader {
            arrival.page = None;
            return Ok(Alike::Comparable(Box::new(standing.document)));
        }
        let page = extract::reader(&self.watch.reading);
        let before = self.read_by(&page, current, standing).await?;
        Ok(match (before, &arrival.page) {
            (None, _) => {
                arrival.page = None;
                Alike::Unlike
            }
            (Some(_), Some(Err(failure))) => Alike::Unknown(failure.clone()),
            (Some(before), _) if arrival.compared().reader == page => {
                Alike::Comparable(Box::new(before))
            }
            (Some(_), _) => Alike::Unlike,
        })
    }

    /// A version that stands, as this reader reads it: by its own capture, or by the page kept beside that.
    pub(super) async fn read_by(
        &self,
        reader: &ReaderId,
        version: &Version,
        standing: Standing,
    ) -> Result<Option<Document>, StoreError> {
        if standing.comparable && standing.document.reader == *reader {
            return Ok(Some(standing.document));
        }
        let store = &self.house.store;
        let capture: Capture = plain::read(&store.body(version.capture).await?, "a capture")?;
        let Some(page) = page_beside(&capture) else {
            return Ok(None);
        };
        let Some(body) = store.body_left(page.body).await? else {
            return Ok(None);
        };
        let read = read_beside(self.in_force, self.watch, page, body)
            .await
            .ok();
        Ok(read.filter(|document| document.reader == *reader))
    }
}
