//! What was put right in public of a change, and what came of the messages that say so.

use chrono::{DateTime, Utc};

use crate::model::{
    AlertId, Annotated, Back, Correction, DeliveryOutcome, Digest, EntryNo, Says, TakenBack,
};
use crate::store::{Store, error::StoreError};

impl Store {
    /// What was put right of the change in this entry, in order.
    pub async fn corrections(&self, of: EntryNo) -> Result<Vec<Correction>, StoreError> {
        let said = self.annotations(Some(of)).await?;
        let mut corrections = Vec::new();
        for one in &said {
            if one.annotation.says.corrects() {
                corrections.push(self.correction(one, &said).await?);
            }
        }
        Ok(corrections)
    }

    /// A correction, with what became of it by what else was said of the same change.
    async fn correction(
        &self,
        made: &Annotated,
        said: &[Annotated],
    ) -> Result<Correction, StoreError> {
        let entry = made.entry;
        let undoing = said.iter().find(|one| Some(one.entry) == made.undone);
        let undoing = undoing.filter(|one| one.annotation.says == Says::Undone { entry });
        let taken_back = match undoing {
            None => None,
            Some(one) => Some(TakenBack {
                entry: one.entry,
                text: self.words(one.annotation.text).await?,
                by: one.annotation.by.clone(),
                at: one.at,
            }),
        };
        Ok(Correction {
            entry,
            says: made.annotation.says,
            text: self.words(made.annotation.text).await?.unwrap_or_default(),
            by: made.annotation.by.clone(),
            at: made.at,
            taken_back,
        })
    }

    /// That what was gone by the change in this entry is back, where it is.
    pub async fn back(&self, of: EntryNo) -> Result<Option<Back>, StoreError> {
        match self.change_in(of).await {
            // Not every entry that says something holds a change.
            Err(StoreError::Missing(_)) => Ok(None),
            found => Ok(found?.back),
        }
    }

    /// The words of an annotation.
    pub async fn words(&self, text: Option<Digest>) -> Result<Option<String>, StoreError> {
        let Some(text) = text else { return Ok(None) };
        let words = self.body(text).await?;
        Ok(Some(String::from_utf8_lossy(&words).into_owned()))
    }

    /// What came of an alert, and when; nothing while it is owed.
    pub async fn outcome(
        &self,
        alert: AlertId,
    ) -> Result<Option<(DeliveryOutcome, DateTime<Utc>)>, StoreError> {
        self.blocking(move |rooms| rooms.picture().view.outcome(alert))
            .await
    }
}
