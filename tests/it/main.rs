//! All outside tests: the program as its users meet it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it skipped, and the figures it saw"
)]

mod adding;
mod architecture;
mod browser;
mod channels;
mod check;
mod collecting;
mod commands;
mod continuing;
mod deliver;
mod demo;
mod discord;
mod fetch;
mod following;
mod fuzzed;
mod govuk;
mod hard_files;
mod held;
mod histories_text;
mod importing;
mod judgement;
mod killed;
mod kinds;
mod message;
mod office;
mod pdf;
mod program;
mod reading;
mod readme;
mod registers;
mod replay;
mod rereading;
mod run;
mod sheets;
mod shown;
mod site;
mod store;
mod store_full;
mod store_kill;
mod tables;
mod troubles;
mod visits;
mod watchlist;
mod worker;
