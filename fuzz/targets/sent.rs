//! What mirrors and collectors send, and encoded bodies, are read without a fault.

#![no_main]

#[allow(dead_code, reason = "each target holds one part of it")]
#[path = "../contract.rs"]
mod contract;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contract::sent(bytes));
