//! All outside tests: the program as its users meet it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it skipped, and the figures it saw"
)]

mod architecture;
mod channels;
mod check;
mod commands;
mod deliver;
mod demo;
mod discord;
mod fetch;
mod following;
mod held;
mod histories_text;
mod judgement;
mod killed;
mod message;
mod program;
mod reading;
mod readme;
mod replay;
mod run;
mod shown;
mod site;
mod store;
mod store_full;
mod store_kill;
mod troubles;
mod visits;
mod watchlist;
