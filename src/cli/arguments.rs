//! The command line; every option can also be set in the environment as SMALLPRINT_….

mod accounts;
mod changes;
mod copying;
mod correcting;
mod discord;
mod evidence;
mod exporting;
mod filling;
mod judging;
mod moment;
mod names;
mod outbox;
mod quiet;
mod reading;
mod routes;
mod searching;
mod serving;
mod taking;
mod watching;

pub use accounts::AccountWhat;
pub use changes::{AnnouncedWhat, ChangesWhat, TallyBy, TallyPer};
pub use copying::{ForgetWhat, MirrorWhat};
pub use correcting::CorrectWhat;
pub use discord::DiscordWhat;
pub use evidence::{CheckpointWhat, CoverageWhat, EvidenceWhat, KeyWhat, ProofWhat, VerifyWhat};
pub use exporting::ExportWhat;
pub use filling::BackfillWhat;
pub use judging::{ExplainWhat, PromisesWhat, ReplayWhat, RulesWhat};
pub use moment::{Moment, moment};
pub use names::{NamesWhat, RuledHow};
pub use outbox::{OutboxWhat, WhichAlert};
pub use quiet::{GroupsWhat, MuteWhat, UnmuteWhat};
pub use reading::{DiffWhat, Format, ShowWhat, TableWhat};
pub use routes::{RoutesWhat, Since};
pub use searching::{PhraseWhat, SearchWhat};
pub use serving::ServeWhat;
pub use taking::{Apart, CollectWhat, ImportHistory, ImportWhat, RereadWhat};
pub use watching::{AddWhat, FoundWhat, VisitWhat};

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::arguments::accounts::ACCOUNT;
use crate::cli::arguments::copying::{BACKUP, FORGET, MIGRATE, MIRROR, RESTORE};
use crate::cli::arguments::correcting::CORRECT;
use crate::cli::arguments::evidence::KEY;
use crate::cli::arguments::exporting::EXPORT;
use crate::cli::arguments::filling::BACKFILL;
use crate::cli::arguments::outbox::OUTBOX;
use crate::cli::arguments::quiet::MUTE;
use crate::cli::arguments::searching::SEARCH;
use crate::cli::arguments::taking::{IMPORT, REREAD};

/// Watches the pages where policy is made, keeps every version as evidence, and says what changed and why it matters.
#[derive(Parser, Debug)]
#[command(version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// The file that names the pages to watch
    #[arg(
        long,
        global = true,
        env = "SMALLPRINT_WATCHLIST",
        default_value = "watchlist.toml",
        value_name = "FILE"
    )]
    pub watchlist: PathBuf,
    /// The directory of the archive
    #[arg(
        long,
        global = true,
        env = "SMALLPRINT_DATA",
        default_value = "smallprint-data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
    /// Set the program's clock to this time, for replays and tests (not for `run`; of `import` it says when the file was
    /// saved)
    #[arg(long, global = true, env = "SMALLPRINT_AT", value_name = "RFC3339", value_parser = moment)]
    pub at: Option<Moment>,
    /// Answer in JSON, one line each
    #[arg(long, global = true, env = "SMALLPRINT_JSON", value_parser = FalseyValueParser::new())]
    pub json: bool,
    /// How the log on standard error is written: a line to be read, or an object of JSON for each event
    #[arg(
        long,
        global = true,
        env = "SMALLPRINT_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub log_format: LogFormat,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// How the log is written.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// Lines to be read.
    Text,
    /// One object of JSON a line.
    Json,
}

const EXIT_CODES: &str = "Exit codes:
  0  done, and nothing to report
  1  `visit` found that something changed
  2  something asked for could not be done: bad input, a page that failed, an alert that could not be sent
  3  the archive cannot be opened, or is damaged

See it work, offline and without any set-up:
  smallprint demo";

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Visit on schedule and deliver alerts, until stopped
    Run(RunWhat),
    /// Open the window on the archive, and do nothing else, until stopped; `run` opens it too where the watchlist says so
    Serve(ServeWhat),
    /// Who may say something in the window
    #[command(subcommand, after_help = ACCOUNT)]
    Account(AccountWhat),
    /// Go and look now
    Visit(VisitWhat),
    /// Pay the alerts owed now
    Deliver,
    /// Alerts owed, parked and given up, and why; try them at once, or drop one
    #[command(after_help = OUTBOX)]
    Outbox(OutboxWhat),
    /// The watches and how they stand
    List {
        /// What watches led to instead: watched, read, unread for want of budget, gone or dropped
        #[arg(long, env = "SMALLPRINT_FOUND", value_parser = FalseyValueParser::new())]
        found: bool,
    },
    /// Decide on what a watch led to
    #[command(subcommand)]
    Found(FoundWhat),
    /// Every name in the archive: datasets, registers, programmes, platforms, directions, standards
    #[command(args_conflicts_with_subcommands = true)]
    Names(NamesWhat),
    /// The versions and changes of a watch
    History {
        /// The watch
        id: String,
    },
    /// What a page said: the text as read
    Show(ShowWhat),
    /// The tables of a page, or the history of one row
    Table(TableWhat),
    /// What differs between two versions
    Diff(DiffWhat),
    /// Why a change was found to matter, what almost fired, and who was told
    Explain(ExplainWhat),
    /// The rules, and how often each fired; or what rules in a file would have found
    Rules(RulesWhat),
    /// What would have been said by the rules of today, or by others; nothing is stored
    Replay(ReplayWhat),
    /// What is held quiet on a page, and why
    Noise {
        /// The watch
        id: String,
    },
    /// What pages say will be there by when, and what is overdue
    Promises(PromisesWhat),
    /// Changes over all watches, newest first
    Changes(ChangesWhat),
    /// Which passages have these words: now, ever, or among what changes added or removed
    #[command(after_help = SEARCH)]
    Search(SearchWhat),
    /// Where phrases stood, from when to when, and on how many pages over time
    Phrase(PhraseWhat),
    /// How many of their edits publishers announced, over time
    Announced(AnnouncedWhat),
    /// Changes of several pages that belong together
    Groups(GroupsWhat),
    /// Where changes go, when and how loudly; or what would have been sent
    Routes(RoutesWhat),
    /// Ask not to be told of something; it is stored, judged and listed all the same
    #[command(after_help = MUTE)]
    Mute(MuteWhat),
    /// What people asked not to be told of
    Mutes {
        /// Those too that have run out or were lifted
        #[arg(long, env = "SMALLPRINT_ALL", value_parser = FalseyValueParser::new())]
        all: bool,
    },
    /// Lift a mute
    Unmute(UnmuteWhat),
    /// Put right in public what was said of a change: our error, a dispute, an explanation, the publisher's reply
    #[command(after_help = CORRECT)]
    Correct(CorrectWhat),
    /// Everything that was put right, newest first, and where it was told
    Corrections,
    /// Pages that people wish were watched, as they said in Discord; `add` makes a watch of one
    Suggestions,
    /// The bot in Discord: how it is invited, and whether all is in place for it
    #[command(subcommand)]
    Discord(DiscordWhat),
    /// Read the watchlist and name every mistake
    Check {
        /// Also visit each page once, without storing anything, and say what would be read
        #[arg(long, env = "SMALLPRINT_LIVE", value_parser = FalseyValueParser::new())]
        live: bool,
    },
    /// Whether this machine and what was set up have what the program needs: each thing with what to do
    Doctor {
        /// Only whether a running smallprint answers, for health checks
        #[arg(long, env = "SMALLPRINT_RUNNING", value_parser = FalseyValueParser::new())]
        running: bool,
    },
    /// Visit pages that could be watched, and print each as a watch to paste; nothing is stored
    Add(AddWhat),
    /// Read stored captures again by the rules of today, quietly: what differs is technical, and alerts nobody
    #[command(after_help = REREAD)]
    Reread(RereadWhat),
    /// Take a file that somebody saved, at the time --at TIME, as a capture of a watch, judged like a visit; or whole archives
    #[command(after_help = IMPORT, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Import(ImportWhat),
    /// Bring what pages said before they were watched, from independent archives of the web; kept apart, and nobody is told
    #[command(after_help = BACKFILL)]
    Backfill(BackfillWhat),
    /// Write the archive, or a part of it, into a directory in formats that other programs read
    #[command(after_help = EXPORT)]
    Export(ExportWhat),
    /// Bring a copy of the archive in a directory up to date, also while `run` holds the archive
    #[command(after_help = BACKUP)]
    Backup {
        /// The directory: a new or empty one, or one that holds an earlier copy of this archive
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Make the archive from a copy that `backup` made, every entry and body held against its hash
    #[command(after_help = RESTORE)]
    Restore {
        /// The directory of the copy
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Move the archive into a PostgreSQL database, or back into its directory, every entry and body held against its hash
    #[command(after_help = MIGRATE)]
    Migrate {
        /// The address of the database, or `sled`; what the watchlist says of `store` otherwise
        #[arg(value_name = "postgres://…|sled")]
        to: Option<String>,
    },
    /// Keep a copy of an archive on another machine in step, every entry and body held against its hash
    #[command(after_help = MIRROR)]
    Mirror(MirrorWhat),
    /// Take texts out of the archive for good, with a reason that stays: what was served and read, and what quotes it
    #[command(after_help = FORGET)]
    Forget(ForgetWhat),
    /// Visit chosen hosts from this machine, and bring what is found to an archive on another
    Collect(CollectWhat),
    /// The care.data story, offline: see the whole program work
    Demo {
        /// Keep the archive in this folder (a temporary one otherwise)
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// How a page was watched: visits, failures, the longest gap, when it was there, gone, or nobody knows
    Coverage(CoverageWhat),
    /// One file with all there is of a change or version, which anybody can check without this program
    Evidence(EvidenceWhat),
    /// Sign what the journal has come to, for others to check
    Checkpoint(CheckpointWhat),
    /// The proof that an entry stands below a checkpoint, or that one checkpoint continues another
    Proof(ProofWhat),
    /// The key with which checkpoints are signed
    #[command(subcommand, after_help = KEY)]
    Key(KeyWhat),
    /// Walk the journal and check every body against its hash
    Verify(VerifyWhat),
    /// Make the views and the index of the search afresh from the journal
    Rebuild,
    /// The script with which a shell completes commands and options
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: ShellName,
    },
    /// The manual: one page for each command
    Man {
        /// The directory into which the pages are written; without one the first is printed
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Read one capture from standard input, within limits; the program starts this itself
    #[command(hide = true)]
    ReadApart(Apart),
}

/// What of the work `run` does, where several share an archive in a database.
#[derive(Args, Debug)]
pub struct RunWhat {
    /// Do only this part of the work; others that share the archive in its database do the rest. May be given several times
    #[arg(long, value_enum, value_name = "ROLE", default_value = "all")]
    pub role: Vec<RoleWhat>,
}

/// A part of the work.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum RoleWhat {
    /// Visit pages that no other process visits, and hear collectors
    Visits,
    /// Send alerts, listen in Discord, look whether all is well; others stand by
    Deliveries,
    /// Open the window
    Window,
    /// All of it
    All,
}

/// A shell that completes commands.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum ShellName {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
