//! The window: what the program serves over HTTP.

pub mod stage;
pub mod story;
