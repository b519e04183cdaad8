//! What the program serves over HTTP: the stage of the demo, and the story played on it.

pub mod stage;
pub mod story;
