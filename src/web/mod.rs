//! What the program serves over HTTP: collectors are heard, and the window is opened, and the story of the demo is played.

pub mod collecting;
mod gate;
mod inflow;
pub mod stage;
pub mod story;
pub mod window;
