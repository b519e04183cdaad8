//! What archives of the web hold of a page from before: their lists read, the copies worth asking for chosen, and what came
//! put in the order of time.

mod candidates;
mod choose;
mod list;
mod rows;
mod stretches;

pub use candidates::{By, Candidate, Seen, Stood, candidates};
pub use choose::{Manner, next};
pub use list::{List, read};
pub use rows::is_same;
pub use stretches::{Stretch, Stretches, Turn, stretches};
