//! `read-apart`: reads one capture for the program that started it, alone and within limits.

use std::process::ExitCode;

use crate::cli::Exit;
use crate::cli::arguments::Apart;
use crate::worker;

/// Sets the limits, reads what standard input asks, and answers on standard output.
pub fn read(limits: &Apart) -> ExitCode {
    let done = worker::fence(limits.memory, limits.processor)
        .and_then(|()| worker::answer(std::io::stdin().lock(), std::io::stdout().lock()));
    let exit = if done.is_ok() {
        Exit::Fine
    } else {
        Exit::Failed
    };
    ExitCode::from(exit as u8)
}
