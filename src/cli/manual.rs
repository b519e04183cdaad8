//! `completions` and `man`: what shells and manuals want to know of the commands, made from the commands themselves.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::arguments::{Arguments, ShellName};
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble};

/// What the program is called where it is installed.
const NAME: &str = "smallprint";

/// Prints the script with which this shell completes commands and options.
pub(super) fn completions(screen: &Screen, shell: ShellName) -> Exit {
    let shell = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    screen.bytes(&script);
    Exit::Fine
}

/// Prints the manual page of the program, or writes those of all commands into a directory.
pub(super) fn man(screen: &Screen, dir: Option<&Path>) -> Result<Exit, Trouble> {
    let command = Arguments::command();
    let Some(dir) = dir else {
        let mut page = Vec::new();
        let written = Man::new(command).render(&mut page);
        written.map_err(|error| Trouble::sentence(format!("The page cannot be made: {error}.")))?;
        screen.bytes(&page);
        return Ok(Exit::Fine);
    };
    let trouble = |error: std::io::Error| {
        Trouble::sentence(format!(
            "The pages cannot be written into {}: {error}.",
            dir.display()
        ))
        .with("Name a directory that this user may write to.")
    };
    std::fs::create_dir_all(dir).map_err(trouble)?;
    clap_mangen::generate_to(command, dir).map_err(trouble)?;
    let ours = |name: &str| name.starts_with(NAME) && name.ends_with(".1");
    let files = std::fs::read_dir(dir).map_err(trouble)?.flatten();
    let pages = (files.filter_map(|file| file.file_name().into_string().ok()))
        .filter(|name| ours(name))
        .count();
    match screen.json {
        true => screen.json(&serde_json::json!({ "dir": dir, "pages": pages })),
        false => screen.line(&format!(
            "{} in {}; `man {}` shows the first.",
            counted(pages, "page is", "pages are"),
            dir.display(),
            dir.join(format!("{NAME}.1")).display()
        )),
    }
    Ok(Exit::Fine)
}
