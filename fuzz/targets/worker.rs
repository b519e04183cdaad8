//! What passes between the program and the process that reads for it is understood or refused.

#![no_main]

#[allow(dead_code, reason = "each target holds one part of it")]
#[path = "../contract.rs"]
mod contract;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contract::worker(bytes));
