//! Visits: what comes of going and looking, with a real archive and pages played on this machine.

pub mod again;
mod around;
mod changes;
mod collapse;
mod editions;
mod failures;
mod first;
mod gone;
mod groups;
mod looks;
mod places;
mod promised;
mod quiet;
mod raised;
mod resemblance;
mod rounds;
mod rules;
pub mod scene;
mod second_look;
mod shared;
mod watchlists;
