//! Arguments in, exit code out.

use std::process::ExitCode;

/// Many threads ask for memory here, in large pieces; this allocator gives it back, where the system's keeps a third more.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    smallprint::cli::main()
}
