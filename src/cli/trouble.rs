//! What went wrong, as a sentence with a remedy and an exit code.

use crate::answers::{NoAnswer, WHERE_IT_RUNS};
use crate::cli::{Exit, screen};
use crate::house::Unopened;
use crate::store::StoreError;
use crate::wording::harmless;

/// What went wrong.
#[derive(Debug)]
pub struct Trouble {
    /// One sentence.
    pub what: String,
    /// What to do.
    pub remedy: Option<String>,
    /// A picture of the place, where there is one: plain, and in colour.
    pub(super) picture: Option<[String; 2]>,
    /// How the program ends.
    pub exit: Exit,
}

impl Trouble {
    /// A sentence, exit code 2.
    pub fn sentence(what: impl Into<String>) -> Trouble {
        Trouble {
            what: what.into(),
            remedy: None,
            picture: None,
            exit: Exit::Failed,
        }
    }

    /// The same with what to do.
    pub fn with(self, remedy: impl Into<String>) -> Trouble {
        Trouble {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    /// That what can be gone on with was stopped.
    pub fn stopped() -> Trouble {
        Trouble::sentence("It was stopped; what came until then is kept.")
            .with("Give the same command again: it goes on from there.")
    }

    /// That who holds the archive answered, and something else than was asked.
    pub fn astray() -> Trouble {
        Trouble::sentence("The answer was to another question.").with(
            "The smallprint that holds the archive may be of another version: stop it, and start it again.",
        )
    }

    /// As it is written on standard error.
    pub fn written(&self, colour: bool) -> String {
        if let Some([plain, coloured]) = &self.picture {
            return if colour {
                coloured.clone()
            } else {
                plain.clone()
            };
        }
        let (red, faint, end) = if colour {
            ("\u{1b}[31m", "\u{1b}[2m", "\u{1b}[0m")
        } else {
            ("", "", "")
        };
        let mut text = format!("{red}error:{end} {}\n", self.what);
        if let Some(remedy) = &self.remedy {
            text.push_str(&format!("{faint} help:{end} {remedy}\n"));
        }
        text
    }
}

impl From<Unopened> for Trouble {
    fn from(error: Unopened) -> Trouble {
        let remedy = match &error {
            Unopened::NoWatchlist { .. } => {
                "Name one with --watchlist FILE, or run `smallprint demo` to see the program work without any."
            }
            Unopened::Unreadable { .. } => {
                "Check that the file is there and that this user may read it."
            }
            Unopened::WeakSecret => "Make a longer one, such as `openssl rand -hex 32` prints.",
            Unopened::NoPassword => {
                "Set the variable that password_env names, or fill the file that password_file names."
            }
            Unopened::NoMirrorToken => {
                "Set the variable that mirror_env names, or fill the file that mirror_file names."
            }
            Unopened::NoArchiveKey => {
                "Set the variable that save_env names, or fill the file that save_file names."
            }
            Unopened::NoChannels(_) => "Correct the section [discord] of the watchlist.",
            Unopened::Mistakes { sources, mistakes } => {
                let count = mistakes.0.len();
                let what = format!(
                    "The watchlist has {count} mistake{}.",
                    if count == 1 { "" } else { "s" }
                );
                let width = screen::columns();
                let picture = [
                    mistakes.render(sources, false, width),
                    mistakes.render(sources, true, width),
                ];
                return Trouble {
                    what,
                    remedy: Some("`smallprint check` names each with its line.".to_owned()),
                    picture: Some(picture),
                    exit: Exit::Failed,
                };
            }
        };
        Trouble::sentence(sentence(&error.to_string())).with(remedy)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        let what = error.to_string();
        let (exit, remedy) = match error {
            StoreError::Held { .. } => {
                (Exit::Archive, Some("Wait until it has ended, or stop it."))
            }
            StoreError::Elsewhere { .. } => (Exit::Failed, Some(WHERE_IT_RUNS)),
            _ => (Exit::Archive, of_disk(&what)),
        };
        Trouble {
            exit,
            remedy: remedy.map(str::to_owned),
            ..Trouble::sentence(sentence(&what))
        }
    }
}

impl From<NoAnswer> for Trouble {
    fn from(error: NoAnswer) -> Trouble {
        match error {
            NoAnswer::Unknown { what, remedy } => Trouble {
                remedy,
                ..Trouble::sentence(what)
            },
            NoAnswer::Forgotten { what, .. } => Trouble::sentence(harmless::line(&what)),
            NoAnswer::Archive(what) => Trouble {
                exit: Exit::Archive,
                remedy: of_disk(&what).map(str::to_owned),
                ..Trouble::sentence(sentence(&what))
            },
        }
    }
}

/// What to do where a disk is full, or fails.
fn of_disk(what: &str) -> Option<&'static str> {
    let fails = what.contains("Input/output error");
    where_full(what).or(fails.then_some(
        "The disk fails: look into the system's log. What was acknowledged is kept as far as the disk keeps it; on a sound disk `smallprint restore` takes up a backup, and `smallprint verify` walks it.",
    ))
}

/// What to do where a disk is full, or the part of it that this user may fill; nothing where it is neither.
pub(super) fn where_full(what: &str) -> Option<&'static str> {
    let is_full = ["No space left", "quota exceeded"]
        .iter()
        .any(|said| what.contains(said));
    is_full.then_some(
        "Make room on its disk: what was acknowledged is kept, and the archive opens again then. The same command goes on from there.",
    )
}

/// An error of another room as a sentence of its own: "the archive is …" becomes "The archive is … ."
fn sentence(error: &str) -> String {
    let article = ["the ", "there "]
        .iter()
        .any(|word| error.starts_with(word));
    if article {
        format!("T{}.", &error[1..])
    } else {
        format!("{error}.")
    }
}
