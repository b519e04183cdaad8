//! All outside tests: the program as its users meet it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it skipped, and the figures it saw"
)]

mod architecture;
mod histories_text;
mod judgement;
mod reading;
mod watchlist;
