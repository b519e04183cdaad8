//! What the program serves over HTTP: collectors are heard, the window is opened, figures are shown, and the story of the demo is played.

mod api;
mod asked;
mod base;
mod callers;
pub mod collecting;
mod feeds;
pub mod figures;
mod gate;
mod inflow;
mod memento;
mod mirroring;
mod problem;
mod programs;
pub mod stage;
pub mod story;
mod wanted;
pub mod window;
