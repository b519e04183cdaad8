//! Time-stamps, signed notes and keys are read without a fault.

#![no_main]

#[allow(dead_code, reason = "each target holds one part of it")]
#[path = "../contract.rs"]
mod contract;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| contract::proof(bytes));
