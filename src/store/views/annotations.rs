//! What people said of changes, and which pages they wish were watched.

use crate::model::{Annotated, Annotation, Entry, EntryNo, Says, Suggested};
use crate::store::{error::StoreError, views::View, views::keys};

impl View {
    /// Notes an annotation; where it undoes an earlier one, that no longer holds.
    pub(super) fn annotate(
        &self,
        entry: &Entry,
        annotation: &Annotation,
    ) -> Result<(), StoreError> {
        if let Says::Undone { entry: earlier } = annotation.says
            && let Some(undone) = self.annotation(annotation.of, earlier)?
        {
            let undone = Annotated {
                undone: undone.undone.or(Some(entry.no)),
                ..undone
            };
            self.put(&keys::annotation(annotation.of, earlier), &undone)?;
        }
        let annotated = Annotated {
            entry: entry.no,
            annotation: annotation.clone(),
            at: entry.at,
            undone: None,
        };
        let key = keys::annotation(annotation.of, entry.no);
        // Applied a second time, an annotation that was undone since stays undone.
        if self.row::<Annotated>(&key)?.is_none() {
            self.put(&key, &annotated)?;
        }
        Ok(())
    }

    /// Every page that somebody wishes were watched, in order.
    pub(in crate::store) fn suggestions(&self) -> Result<Vec<Suggested>, StoreError> {
        let rows = self.rows::<Suggested>(keys::SUGGESTIONS);
        rows.map(|row| row.map(|(_, suggested)| suggested))
            .collect()
    }

    /// An annotation of a change.
    pub(in crate::store) fn annotation(
        &self,
        of: EntryNo,
        entry: EntryNo,
    ) -> Result<Option<Annotated>, StoreError> {
        self.row(&keys::annotation(of, entry))
    }

    /// What people said of a change, in order; of every change where none is named.
    pub(in crate::store) fn annotations(
        &self,
        of: Option<EntryNo>,
    ) -> Result<Vec<Annotated>, StoreError> {
        let prefix = of.map_or_else(|| keys::ANNOTATIONS.to_vec(), keys::annotations);
        let rows = self.rows::<Annotated>(&prefix);
        rows.map(|row| row.map(|(_, annotated)| annotated))
            .collect()
    }
}
