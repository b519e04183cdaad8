//! Charts made on the server: shapes that can be read at a glance, each with its numbers as a table beside it.

mod bars;
mod columns;
#[cfg(test)]
mod sample;
mod timeline;
mod years;

pub(super) use bars::{BARS, Bars};
pub(super) use timeline::Timeline;

/// How wide a chart is, in its own units, and how much is left free at either side.
const WIDE: usize = 720;
const SIDE: usize = 4;
const INNER: usize = WIDE - 2 * SIDE;
