//! All outside tests: the program as its users meet it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it skipped, and the figures it saw"
)]

mod architecture;
mod channels;
mod deliver;
mod discord;
mod fetch;
mod histories_text;
mod judgement;
mod message;
mod reading;
mod replay;
mod site;
mod store;
mod store_full;
mod store_kill;
mod visits;
mod watchlist;
