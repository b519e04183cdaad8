//! Writes into an index, wherever it lies.

use crate::model::WatchId;
use crate::passages::{Stay, Turn};
use crate::search::index::{Mark, Unusable, embedded, served};
use crate::search::past::PastStanding;

/// Writes into the index; what it wrote is there once it is finished, and not at all otherwise.
pub(in crate::search) enum Writer<'a> {
    Embedded(Box<embedded::Writer<'a>>),
    Served(Box<served::Writer>),
}

impl Writer<'_> {
    /// How far the index goes, now that nobody else writes.
    pub(in crate::search) fn mark(&self) -> Result<Mark, Unusable> {
        match self {
            Writer::Embedded(writer) => writer.mark(),
            Writer::Served(writer) => writer.mark(),
        }
    }

    /// The passages that stand on a page, as they were before this writer began.
    pub(in crate::search) fn standing(&mut self, watch: &WatchId) -> Result<Vec<Stay>, Unusable> {
        match self {
            Writer::Embedded(writer) => writer.standing(watch),
            Writer::Served(writer) => writer.standing(watch),
        }
    }

    /// The passages of the backfilled texts of a page, as they were before this writer began.
    pub(in crate::search) fn past(&mut self, watch: &WatchId) -> Result<PastStanding, Unusable> {
        let passages = match self {
            Writer::Embedded(writer) => writer.past(watch),
            Writer::Served(writer) => writer.past(watch),
        };
        Ok(PastStanding::of(passages?))
    }

    /// Puts these passages in the place of those of the backfilled texts of a page that were there.
    pub(in crate::search) fn put_past(
        &mut self,
        watch: &WatchId,
        past: &PastStanding,
    ) -> Result<(), Unusable> {
        match self {
            Writer::Embedded(writer) => writer.put_past(watch, past),
            Writer::Served(writer) => writer.put_past(watch, past),
        }
    }

    /// Forgets all of a page.
    pub(in crate::search) fn forget(&mut self, watch: &WatchId) -> Result<(), Unusable> {
        match self {
            Writer::Embedded(writer) => {
                writer.forget(watch);
                Ok(())
            }
            Writer::Served(writer) => writer.forget(watch),
        }
    }

    /// Forgets a stay as it was written before.
    pub(in crate::search) fn replace(&mut self, stay: &Stay) {
        match self {
            Writer::Embedded(writer) => writer.replace(stay),
            Writer::Served(writer) => writer.replace(stay),
        }
    }

    /// Adds a stay.
    pub(in crate::search) fn add(&mut self, stay: &Stay) -> Result<(), Unusable> {
        match self {
            Writer::Embedded(writer) => writer.add(stay),
            Writer::Served(writer) => writer.add(stay),
        }
    }

    /// Adds a step of a page, so that it is known when the page was seen, and when it is not known what it said.
    pub(in crate::search) fn add_turn(&mut self, turn: &Turn) -> Result<(), Unusable> {
        match self {
            Writer::Embedded(writer) => writer.add_turn(turn),
            Writer::Served(writer) => {
                writer.add_turn(turn);
                Ok(())
            }
        }
    }

    /// Makes durable what was written, and says how far it goes now.
    pub(in crate::search) fn finish(self, mark: Mark) -> Result<(), Unusable> {
        match self {
            Writer::Embedded(writer) => writer.finish(mark),
            Writer::Served(writer) => writer.finish(mark),
        }
    }
}
