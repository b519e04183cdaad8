//! The door: reads the arguments, the environment and the clock, and hands them down.

mod accounts;
mod add;
mod announced;
mod apart;
mod arguments;
mod backfill;
mod backup;
mod bar;
mod chain;
mod changes;
mod check;
mod collect;
mod corrections;
mod coverage;
mod deliver;
mod demo;
mod desk;
mod diff;
mod discord;
mod doctor;
mod evidence;
mod explain;
mod export;
mod forget;
mod found;
mod groups;
mod history;
mod import;
mod list;
mod manual;
mod migrate;
mod mirror;
mod mutes;
mod names;
mod noise;
mod outbox;
mod phrase;
mod place;
mod promises;
mod replay;
mod reread;
mod routes;
mod rows;
mod rules;
mod run;
mod screen;
mod search;
mod serve;
mod show;
mod suggestions;
mod table;
mod trouble;
mod verify;
mod visit;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::arguments::{Arguments, Command, Moment};
use crate::cli::screen::Screen;
use crate::cli::trouble::Trouble;

/// What a command came to, as its exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// 0: done, and nothing to report.
    Fine = 0,
    /// 1: `visit` found that something changed.
    Changed = 1,
    /// 2: something asked for could not be done: bad input, a page that failed, an alert that could not be sent.
    Failed = 2,
    /// 3: the archive cannot be opened, or is damaged.
    Archive = 3,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error),
    };
    // Its limits hold for threads that begin after them, so that none may have begun.
    if let Command::ReadApart(limits) = &arguments.command {
        return apart::read(limits);
    }
    let screen = Screen::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            screen.trouble(&Trouble::sentence(format!(
                "The program cannot start its threads: {error}."
            )));
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let exit = runtime
        .block_on(obey(arguments, &screen))
        .unwrap_or_else(|trouble| {
            screen.trouble(&trouble);
            trouble.exit
        });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ExitCode::from(exit as u8)
}

/// Arguments that cannot be read, or a wish for help.
fn misread(error: &clap::Error) -> ExitCode {
    error.print().ok();
    let json = std::env::args().any(|argument| argument == "--json");
    let set = |value: String| {
        !matches!(
            value.as_str(),
            "" | "0" | "n" | "no" | "f" | "false" | "off"
        )
    };
    if error.use_stderr() && (json || std::env::var("SMALLPRINT_JSON").is_ok_and(set)) {
        let told = error.to_string();
        let what = told.lines().next().unwrap_or_default();
        let what = what.strip_prefix("error: ").unwrap_or(what);
        Screen::new(true).json(&serde_json::json!({ "error": what, "remedy": null }));
    }
    ExitCode::from(error.exit_code() as u8)
}

async fn obey(arguments: Arguments, screen: &Screen) -> Result<Exit, Trouble> {
    let talks = match &arguments.command {
        Command::Run(_) | Command::Serve(_) => true,
        Command::Mirror(what) => what.window.is_some(),
        _ => false,
    };
    screen::log(talks, screen.colour, arguments.log_format);
    let imports = matches!(arguments.command, Command::Import(_));
    if matches!(arguments.at, Some(Moment::Day(..))) && !imports {
        return Err(Trouble::sentence("A day does not set the clock.")
            .with("Write a time as in RFC 3339, for example --at 2016-07-06T12:00:00+01:00."));
    }
    match &arguments.command {
        Command::Run(what) => run::run(&arguments, screen, what).await,
        Command::Account(what) => accounts::accounts(&arguments, screen, what),
        Command::Serve(what) => serve::serve(&arguments, screen, what).await,
        Command::Visit(wanted) => visit::visit(&arguments, screen, wanted).await,
        Command::Deliver => deliver::deliver(&arguments, screen).await,
        Command::List { found: true } => found::list(&arguments, screen).await,
        Command::List { found: false } => list::list(&arguments, screen).await,
        Command::Found(what) => found::decide(&arguments, screen, what).await,
        Command::Names(what) => names::names(&arguments, screen, what).await,
        Command::History { id } => history::history(&arguments, screen, id).await,
        Command::Show(what) => show::show(&arguments, screen, what).await,
        Command::Table(what) => table::table(&arguments, screen, what).await,
        Command::Diff(what) => diff::diff(&arguments, screen, what).await,
        Command::Explain(what) => explain::explain(&arguments, screen, what).await,
        Command::Rules(what) => rules::rules(&arguments, screen, what).await,
        Command::Replay(what) => replay::replay(&arguments, screen, what).await,
        Command::Noise { id } => noise::noise(&arguments, screen, id).await,
        Command::Promises(what) => promises::promises(&arguments, screen, what).await,
        Command::Changes(asked) => changes::changes(&arguments, screen, asked).await,
        Command::Search(what) => search::search(&arguments, screen, what).await,
        Command::Phrase(what) => phrase::phrase(&arguments, screen, what).await,
        Command::Announced(what) => announced::announced(&arguments, screen, what).await,
        Command::Groups(what) => groups::groups(&arguments, screen, what).await,
        Command::Routes(what) => routes::routes(&arguments, screen, what).await,
        Command::Outbox(what) => outbox::outbox(&arguments, screen, what).await,
        Command::Mute(what) => mutes::mute(&arguments, screen, what).await,
        Command::Mutes { all } => mutes::mutes(&arguments, screen, *all).await,
        Command::Unmute(what) => mutes::unmute(&arguments, screen, what).await,
        Command::Correct(what) => corrections::correct(&arguments, screen, what).await,
        Command::Corrections => corrections::corrections(&arguments, screen).await,
        Command::Suggestions => suggestions::suggestions(&arguments, screen).await,
        Command::Discord(what) => discord::discord(&arguments, screen, what).await,
        Command::Completions { shell } => Ok(manual::completions(screen, *shell)),
        Command::Man { dir } => manual::man(screen, dir.as_deref()),
        Command::Doctor { running } => doctor::doctor(&arguments, screen, *running).await,
        Command::Check { live } => check::check(&arguments, screen, *live).await,
        Command::Add(what) => add::add(&arguments, screen, what).await,
        Command::Reread(what) => reread::reread(&arguments, screen, what).await,
        Command::Import(what) => import::import(&arguments, screen, what).await,
        Command::Backfill(what) => backfill::backfill(&arguments, screen, what).await,
        Command::Export(what) => export::export(&arguments, screen, what).await,
        Command::Backup { dir } => backup::backup(&arguments, screen, dir).await,
        Command::Restore { dir } => backup::restore(&arguments, screen, dir).await,
        Command::Migrate { to } => migrate::migrate(&arguments, screen, to.as_deref()).await,
        Command::Mirror(what) => mirror::mirror(&arguments, screen, what).await,
        Command::Forget(what) => forget::forget(&arguments, screen, what).await,
        Command::Collect(what) => collect::collect(&arguments, screen, what).await,
        Command::Demo { folder } => demo::demo(&arguments, screen, folder.as_deref()).await,
        Command::Coverage(what) => coverage::coverage(&arguments, screen, what).await,
        Command::Evidence(what) => evidence::evidence(&arguments, screen, what).await,
        Command::Checkpoint(what) => chain::checkpoint(&arguments, screen, what).await,
        Command::Proof(what) => chain::proof(&arguments, screen, what).await,
        Command::Key(what) => chain::key(&arguments, screen, what).await,
        Command::Verify(what) => verify::verify(&arguments, screen, what).await,
        Command::Rebuild => verify::rebuild(&arguments, screen).await,
        Command::ReadApart(_) => unreachable!("it was obeyed before there were threads"),
    }
}
