//! Proofs that others can check: the Merkle tree over the journal, signed notes, keys, and time-stamp tokens.

pub mod checkpoint;
mod key;
pub mod note;
pub mod stamp;
pub mod tree;

pub use key::{Key, NoKey, Public};
