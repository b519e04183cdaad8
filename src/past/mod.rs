//! What archives of the web hold of a page from before: their lists read, the copies worth asking for chosen, and what came
//! put in the order of time.

mod address;
mod candidates;
mod choose;
mod claims;
mod excuse;
mod list;
mod rows;
mod stays;
mod stretches;

pub use address::{of_list, parts, raw, read_at};
pub use candidates::{By, Candidate, Seen, Stood, candidates};
pub use choose::{Manner, next};
pub use claims::claims;
pub use excuse::excuse;
pub use list::{List, date, read};
pub use rows::is_same;
pub use stays::{Stay, stays};
pub use stretches::{Stretch, Stretches, Turn, stretches};
