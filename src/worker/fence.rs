//! The limits a child sets itself before it reads anything: memory, time, no files, no network, no children.

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, Scope};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

/// The newest rules of Landlock that are asked for; an older kernel gives what it has.
const RULES: ABI = ABI::V6;
/// The pipes it has: in, out, complaints.
const PIPES: u64 = 3;

/// Puts this process within limits, for good: so many bytes of memory, so many seconds of processor time, no file and
/// no connection besides what is open already.
///
/// # Errors
/// Where the kernel refuses a limit. Landlock is a second fence: a kernel without it refuses nothing.
pub fn fence(memory: u64, processor: u64) -> std::io::Result<()> {
    // Whoever asked is gone: there is nobody to answer.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    landlocked().ok();
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Cpu, processor),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
        // Nothing new can be opened, no socket either.
        (Resource::Nofile, PIPES),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

/// No file, no TCP port, no signal to others, as far as this kernel can forbid it.
fn landlocked() -> Result<(), RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?
        .restrict_self()?;
    Ok(())
}
