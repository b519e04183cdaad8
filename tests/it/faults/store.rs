//! Faults under the archive: the program says so and stops, and what it acknowledged is there at the next start, once.
//!
//! `SMALLPRINT_FAULTS` says at how many moments each fault strikes; 2 where it is not set.

use crate::faults::shim::{self, EIO, ENOSPC, Fault};
use crate::killed::audit;
use crate::killed::program::Program;
use crate::killed::stage::Stage;
use crate::program::many;

/// How a program that met a fault may end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It goes on as if nothing were.
    Well,
    /// It says that the archive cannot be used, and why, and ends with 3; or well, where the fault came too late.
    Refused(&'static str),
}

/// Pages, a Discord, and a machine that fails.
struct Trial {
    stage: Stage,
    said: Vec<String>,
    /// How often the fault struck, and how often the program said so.
    struck: usize,
    refused: usize,
}

impl Trial {
    async fn set() -> Trial {
        let mut trial = Trial {
            stage: Stage::set(4, 200).await,
            said: Vec::new(),
            struck: 0,
            refused: 0,
        };
        trial.run(&["--json", "visit", "--all"], &[]).await;
        trial
    }

    /// Runs the program to its end, which a fault may befall.
    async fn run(&mut self, arguments: &[&str], set: &[(String, String)]) -> (i32, String) {
        let mut program = Program::start_in(self.stage.path(), arguments, set);
        let code = program.end().await;
        let said = program.said.join("\n");
        self.said.extend(program.said);
        (code, said)
    }

    /// One run with a fault after so many calls.
    async fn strike(
        &mut self,
        library: &std::path::Path,
        arguments: &[&str],
        fault: Fault,
        after: usize,
        end: End,
    ) {
        let note = self.stage.path().join("struck");
        std::fs::remove_file(&note).ok();
        let set = fault.told(library, after, &note);
        let (code, said) = self.run(arguments, &set).await;
        let struck = note.exists();
        self.struck += usize::from(struck);
        let what = format!("{fault:?} after {after} in {arguments:?}: {code}\n{said}");
        assert!(!said.contains("panicked"), "{what}");
        match end {
            End::Refused(why) if struck && code == 3 => {
                self.refused += 1;
                assert!(said.contains("rchive"), "{what}");
                assert!(said.contains(why), "{what}");
                assert!(said.contains("disk"), "no remedy: {what}");
            }
            End::Refused(_) if struck => assert!(code <= 1, "{what}"),
            _ => assert!(code <= 1, "{what}"),
        }
    }
}

/// Visits and deliveries with a fault at more and more moments; whole ones between and after; then everything is held to
/// what was said.
async fn survives(fault: Fault, end: End) {
    let Some(library) = shim::library() else {
        return;
    };
    let mut trial = Trial::set().await;
    let moments = many("SMALLPRINT_FAULTS", 2);
    for moment in 0..moments {
        let after = moment * moment + 2 * moment;
        let visit = ["--json", "visit", "--all"];
        trial.strike(library, &visit, fault, after, end).await;
        let (code, said) = trial.run(&visit, &[]).await;
        assert!(code <= 1, "{fault:?}: {said}");
        let deliver = ["--json", "deliver"];
        trial.strike(library, &deliver, fault, after, end).await;
    }
    for command in ["visit --all", "deliver"] {
        let arguments: Vec<&str> = ["--json"].into_iter().chain(command.split(' ')).collect();
        let (code, said) = trial.run(&arguments, &[]).await;
        assert!(code <= 1, "{fault:?}: {said}");
    }
    let figures = audit::all_is_well(&trial.stage, &trial.said).await;
    println!(
        "{} {fault:?}: struck {} times, refused {} times; {} versions, {} messages, none lost or doubled",
        fault.call, trial.struck, trial.refused, figures.versions, figures.messages
    );
    assert!(trial.struck > 0, "it never struck");
    assert!(end == End::Well || trial.refused > 0, "nobody was told");
}

const FULL: End = End::Refused("No space left on device");
const BROKEN: End = End::Refused("Input/output error");

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_cut_short_is_gone_on_with() {
    survives(Fault::of("pwrite", 0), End::Well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_is_cut_short_is_gone_on_with() {
    survives(Fault::of("pread", 0), End::Well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_is_said_and_nothing_is_lost() {
    survives(Fault::of("pwrite", ENOSPC), FULL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_for_a_moment_is_said_and_nothing_is_lost() {
    survives(Fault::of("pwrite", ENOSPC).torn().once(), FULL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_cannot_write_is_said_and_nothing_is_lost() {
    survives(Fault::of("pwrite", EIO), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_write_and_then_an_error_is_said_and_nothing_is_lost() {
    survives(Fault::of("pwrite", EIO).torn(), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_fsync_that_fails_is_said_and_nothing_more_is_acknowledged() {
    survives(Fault::of("fsync", EIO), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_fsync_that_fails_once_is_not_tried_again_as_if_it_had_worked() {
    survives(Fault::of("fsync", EIO).once(), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_fsync_that_fails_and_that_sled_keeps_to_itself_is_heard_all_the_same() {
    let Some(library) = shim::library() else {
        return;
    };
    let mut trial = Trial::set().await;
    let fault = Fault::of("fsync", EIO).once().on("/sled/db");
    let (visit, mut heard) = (["--json", "visit", "--all"], 0);
    for after in 0..8 {
        let note = trial.stage.path().join("struck");
        std::fs::remove_file(&note).ok();
        let set = fault.told(library, after, &note);
        let (code, said) = trial.run(&visit, &set).await;
        assert!(!said.contains("panicked"), "{said}");
        let struck = std::fs::read_to_string(&note).unwrap_or_default();
        heard += usize::from(struck == "!?" && code == 3 && said.contains("Input/output error"));
        let (code, said) = trial.run(&visit, &[]).await;
        assert!(code <= 1, "{said}");
    }
    assert!(heard > 0, "what sled met was never heard of");
    let (code, said) = trial.run(&["--json", "deliver"], &[]).await;
    assert!(code <= 1, "{said}");
    audit::all_is_well(&trial.stage, &trial.said).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_of_the_database_that_fails_is_said_and_nothing_is_lost() {
    survives(Fault::of("range", EIO), BROKEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_sector_is_said_and_what_lies_there_is_not_written_over() {
    survives(Fault::of("pread", EIO).sector(), BROKEN).await;
}
