//! What the program serves over HTTP: collectors are heard, and the window is opened, and the story of the demo is played.

mod api;
mod asked;
mod base;
mod callers;
pub mod collecting;
mod feeds;
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
