//! All outside tests: the program as its users meet it.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it skipped, and the figures it saw"
)]

mod adding;
mod architecture;
mod backfill;
mod backlog;
mod bare;
mod beside;
mod bot;
mod browser;
mod chain;
mod channels;
mod check;
mod claims;
mod collecting;
mod commands;
mod continuing;
mod copies;
mod copying;
mod deliver;
mod demo;
mod dice;
mod discord;
mod doctor;
mod evidence;
mod explaining;
mod exporting;
mod fetch;
mod following;
mod forgetting;
mod full_disk;
mod fuzzed;
mod govuk;
mod hard_files;
mod held;
mod histories_text;
mod importing;
mod judgement;
mod killed;
mod kinds;
mod labelled;
mod manual;
mod message;
mod mirroring;
mod naming;
mod office;
mod oversight;
mod pdf;
mod program;
mod quiet;
mod reading;
mod readme;
mod registers;
mod replay;
mod rereading;
mod resemblance;
mod routes;
mod run;
mod searching;
mod sheets;
mod shown;
mod site;
mod store;
mod store_full;
mod store_kill;
mod tables;
mod taking;
mod threads;
mod troubles;
mod visits;
mod watchlist;
mod window;
mod worker;
