//! Registers are read without a fault, as separated values, as workbooks and as office files, and compared.

#![no_main]

#[allow(dead_code, reason = "each target holds one part of it")]
#[path = "../contract.rs"]
mod contract;

libfuzzer_sys::fuzz_target!(
    init: let_others_stumble(),
    |bytes: &[u8]| contract::table(bytes)
);

/// The package that reads workbooks stumbles over some damaged ones, which is caught where it is called: here too a
/// stumble of others is a fault only where nobody catches it, and one of our own always.
fn let_others_stumble() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |stumble| {
        let theirs = |file: &str| file.contains("/registry/src/") || file.starts_with("/rustc/");
        let place = stumble.location().map(|place| place.file().to_owned());
        if !place.is_some_and(|file| theirs(&file)) {
            usual(stumble);
        }
    }));
}
