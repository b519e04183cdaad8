//! The one place that writes to the terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::cli::arguments::LogFormat;
use crate::cli::{Exit, Trouble};
use crate::house::Terminal;
use crate::wording::{fit, redline::Paint};

/// Where answers go, and how.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Whether to answer in JSON lines.
    pub json: bool,
    /// Whether standard output may be coloured.
    pub colour: bool,
    /// Whether somebody watches: standard output is a terminal.
    pub watched: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Escape sequences (ECMA-48) for the few things that are set apart.
#[derive(Clone, Copy)]
pub enum Ink {
    /// Headings and names.
    Bold,
    /// What matters less.
    Faint,
    /// What is gone or wrong.
    Red,
    /// What is new or well.
    Green,
    /// What wants attention.
    Yellow,
}

impl Screen {
    /// Looks at the terminal and at NO_COLOR (<https://no-color.org>).
    pub fn new(json: bool) -> Screen {
        let watched = io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Screen {
            json,
            colour: watched && !json && !set("NO_COLOR") && !dumb,
            watched,
            width: columns(),
        }
    }

    /// This screen as the terminal channel; on standard error where JSON was asked for.
    pub fn terminal(&self) -> Terminal {
        let screen = self.clone();
        let write = Arc::new(move |text: &str| {
            if screen.json {
                writeln!(io::stderr().lock(), "{text}").ok();
            } else {
                screen.line(text);
            }
        });
        Terminal {
            write,
            width: self.width,
            paint: self.paint(),
        }
    }

    /// Whether redlines and messages are coloured.
    pub fn paint(&self) -> Paint {
        if self.colour {
            Paint::Colour
        } else {
            Paint::Plain
        }
    }

    /// A line for people.
    pub fn line(&self, text: &str) {
        self.bytes(format!("{text}\n").as_bytes());
    }

    /// Running text, indented, in lines that fit the terminal; one line where nobody watches.
    pub fn prose(&self, indent: &str, text: &str) -> String {
        if !self.watched {
            return format!("{indent}{text}");
        }
        let lines = fit::lines(text, self.width.saturating_sub(indent.len()));
        let indented = lines.iter().map(|line| format!("{indent}{line}"));
        indented.collect::<Vec<_>>().join("\n")
    }

    /// A line of JSON.
    pub fn json(&self, value: &impl Serialize) {
        let mut line = serde_json::to_vec(value).expect("plain data can be written as JSON");
        line.push(b'\n');
        self.bytes(&line);
    }

    /// Bytes as they are. A reader that has gone away ends the program without a fuss; a full disk does not.
    pub fn bytes(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            Err(error) => {
                let mut err = io::stderr().lock();
                writeln!(err, "error: The answer cannot be written: {error}.").ok();
                std::process::exit(Exit::Failed as i32);
            }
        }
    }

    /// Something that went wrong, on standard error; as JSON on standard output too where JSON was asked for.
    pub fn trouble(&self, trouble: &Trouble) {
        let mut err = io::stderr().lock();
        write!(
            err,
            "{}",
            trouble.written(io::stderr().is_terminal() && self.allows_colour())
        )
        .ok();
        if self.json {
            self.json(&serde_json::json!({ "error": trouble.what, "remedy": trouble.remedy }));
        }
    }

    /// Words set apart, where colour is on.
    pub fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Bold => 1,
            Ink::Faint => 2,
            Ink::Red => 31,
            Ink::Green => 32,
            Ink::Yellow => 33,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn allows_colour(&self) -> bool {
        std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}

/// So many of something: "1 watch", "2 watches".
pub fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// How wide the terminal is: as COLUMNS says, else as the terminal says; 96 columns elsewhere.
pub fn columns() -> usize {
    let said = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let seen =
        || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    said.or_else(seen).unwrap_or(96).clamp(40, 120)
}

/// Sends the log to standard error; `run` is talkative, the other commands say errors only.
pub fn log(talkative: bool, colour: bool, format: LogFormat) {
    let fallback = if talkative {
        "smallprint=info,warn"
    } else {
        "smallprint=error"
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("SMALLPRINT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(fallback));
    // What they log of the gateway can hold the bot token, and those of interactions.
    let silent = ["serenity=off", "tungstenite=off", "tokio_tungstenite=off"];
    let silent = silent.iter().filter_map(|directive| directive.parse().ok());
    let filter = silent.fold(filter, |filter, directive| filter.add_directive(directive));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => log
            .with_target(false)
            .with_ansi(colour && io::stderr().is_terminal())
            .init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
