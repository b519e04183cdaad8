//! Watchlists, and the lists of other programs, are read or refused with their mistakes.

#![no_main]

#[allow(dead_code, reason = "each target holds one part of it")]
#[path = "../contract.rs"]
mod contract;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contract::watchlist(bytes));
