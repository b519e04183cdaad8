//! Reads the watchlist's files and the secrets it names, and opens the archive.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::browser::Browser;
use crate::channels::{Channels, Reach, Secret};
use crate::clock::Clock;
use crate::fetch::Fetcher;
use crate::house::{InForce, KeyPlace};
use crate::model::Watch;
use crate::store::Place;
use crate::watchlist::{self, Draft, Mistakes, Role, Source, Watchlist};
use crate::wire::{Guard, Names};
use crate::wording::redline::Paint;
use crate::worker::{Limits, Workers};

/// The variable that holds the password of the archive's database.
pub const STORE_PASSWORD: &str = "SMALLPRINT_STORE_PASSWORD";

/// Everything the door hands down: where things are, what time it is, what the environment holds.
#[derive(Clone)]
pub struct Opening {
    /// The watchlist file.
    pub watchlist: PathBuf,
    /// The archive's directory.
    pub data: PathBuf,
    /// What time it is.
    pub clock: Clock,
    /// The environment, as it was at the door.
    pub environment: BTreeMap<String, String>,
    /// Where the terminal channel writes.
    pub terminal: Terminal,
    /// What to call the holder of the archive: "smallprint visit".
    pub holder: String,
    /// Where the names of hosts are looked up.
    pub names: Names,
    /// This program, to be run again for what is dangerous to read.
    pub program: PathBuf,
}

impl Opening {
    /// Where the archive is.
    pub fn place(&self) -> Place {
        let password = self.environment.get(STORE_PASSWORD).cloned();
        Place {
            password,
            ..Place::from(&self.data)
        }
    }

    /// Where the archive is, or is made where there is none yet, as the watchlist says.
    pub fn place_of(&self, watchlist: &Watchlist) -> Place {
        Place {
            database: watchlist.settings.store.clone(),
            lease: Duration::from_millis(watchlist.settings.lease_ms),
            ..self.place()
        }
    }
}

/// Where the terminal channel writes.
#[derive(Clone)]
pub struct Terminal {
    /// Takes one whole message at a time.
    pub write: Arc<dyn Fn(&str) + Send + Sync>,
    /// How many columns there are.
    pub width: usize,
    /// Whether it shows colour.
    pub paint: Paint,
}

/// Why the house could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    /// There is no watchlist where we looked.
    #[error("there is no watchlist at {}", path.display())]
    NoWatchlist {
        /// Where we looked.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The channels cannot be made.
    #[error("{0}")]
    NoChannels(String),
    /// What collectors or readers must know could be guessed.
    #[error(
        "the secret that collectors must know, the password of the window, the token for mirrors, or the key of an archive has fewer than 16 characters"
    )]
    WeakSecret,
    /// The watchlist wants a password for the window, and there is none.
    #[error(
        "the watchlist names a password for reading in the window, and there is none where it says"
    )]
    NoPassword,
    /// The watchlist wants a token for mirrors, and there is none.
    #[error(
        "the watchlist names a token for mirrors of the archive, and there is none where it says"
    )]
    NoMirrorToken,
    /// The watchlist wants to ask an archive under a key, and there is none.
    #[error("the watchlist names a key of an archive of the web, and there is none where it says")]
    NoArchiveKey,
    /// The watchlist has mistakes.
    #[error("the watchlist has mistakes")]
    Mistakes {
        /// Its files.
        sources: Vec<Source>,
        /// What is wrong.
        mistakes: Mistakes,
    },
}

/// Reads the watchlist: the file itself, and `watchlist.d/*.toml` beside it in order of their names.
///
/// # Errors
/// Where a file cannot be read, or the watchlist has mistakes.
pub fn read_watchlist(path: &Path) -> Result<Watchlist, Unopened> {
    let sources = sources(path)?;
    watchlist::read(&sources).map_err(|mistakes| Unopened::Mistakes { sources, mistakes })
}

/// The watch that a draft would be, were it in this watchlist: with the profile of its host, and all that follows.
///
/// # Errors
/// Where a file cannot be read, or the watchlist has mistakes, with this draft in it or without.
pub fn as_watched(path: &Path, draft: &Draft) -> Result<Watch, Unopened> {
    let mut sources = match sources(path) {
        Err(Unopened::NoWatchlist { .. }) => Vec::new(),
        read => read?,
    };
    let mut text = draft.written();
    if draft.every.is_none() && draft.schedule.is_empty() {
        text.push_str("every = \"1h\"\n");
    }
    sources.push(Source {
        name: draft.url.to_string(),
        text,
        role: Role::default(),
    });
    match watchlist::read(&sources) {
        Ok(watchlist) => Ok(watchlist
            .watches
            .last()
            .cloned()
            .expect("the draft is the last watch")),
        Err(mistakes) => Err(Unopened::Mistakes { sources, mistakes }),
    }
}

/// The files that a watchlist names, as far as it can be read.
pub fn named_files(path: &Path) -> Vec<PathBuf> {
    let sources = own_sources(path).unwrap_or_default();
    let roles = watchlist::named(&sources);
    let files = roles.iter().filter_map(Role::file);
    files.map(|file| beside(path, file)).collect()
}

/// The files that hold secrets, as the watchlist names them or as they are called in the archive; some may not be there.
pub fn secret_files(opening: &Opening, watchlist: &Watchlist) -> Vec<PathBuf> {
    let window = watchlist.window.as_ref();
    let named = [
        watchlist.discord.token_file.as_ref(),
        watchlist.email.server_file.as_ref(),
        watchlist
            .collect
            .as_ref()
            .and_then(|collect| collect.secret_file.as_ref()),
        watchlist
            .copies
            .as_ref()
            .and_then(|copies| copies.save_file.as_ref()),
        window.and_then(|window| window.password_file.as_ref()),
        window.and_then(|window| window.mirror_file.as_ref()),
    ];
    let named = named
        .into_iter()
        .flatten()
        .map(|file| beside(&opening.watchlist, file));
    let key = match key_place(opening, watchlist) {
        KeyPlace::File(path) => Some(path),
        KeyPlace::Given(..) => None,
    };
    named.chain(key).collect()
}

/// A file that the watchlist names: it is looked for beside it.
fn beside(watchlist: &Path, file: &str) -> PathBuf {
    watchlist.parent().unwrap_or(Path::new(".")).join(file)
}

/// The files of a watchlist, and those that they name.
fn sources(path: &Path) -> Result<Vec<Source>, Unopened> {
    let mut sources = own_sources(path)?;
    // What cannot be read is a mistake where it is named.
    for role in watchlist::named(&sources) {
        let file = role.file().map(|file| beside(path, file));
        let read = file.and_then(|file| source(&file).ok());
        sources.extend(read.map(|source| Source { role, ..source }));
    }
    Ok(sources)
}

fn own_sources(path: &Path) -> Result<Vec<Source>, Unopened> {
    let mut sources = vec![source(path)?];
    let beside = path.with_extension("d");
    let Ok(folder) = std::fs::read_dir(&beside) else {
        return Ok(sources);
    };
    let mut parts: Vec<PathBuf> = folder
        .filter_map(|part| part.ok().map(|part| part.path()))
        .collect();
    parts.retain(|part| {
        part.extension()
            .is_some_and(|extension| extension == "toml")
    });
    parts.sort();
    for part in parts {
        sources.push(source(&part)?);
    }
    Ok(sources)
}

/// A file of rules, to be tried with those of a watchlist.
///
/// # Errors
/// Where it cannot be read.
pub fn read_rules(path: &Path) -> Result<Source, Unopened> {
    let read = source(path).map_err(|error| match error {
        Unopened::NoWatchlist { path } => Unopened::Unreadable {
            path,
            why: "there is no such file".to_owned(),
        },
        other => other,
    })?;
    Ok(Source {
        role: Role::Rules(read.name.clone()),
        ..read
    })
}

fn source(path: &Path) -> Result<Source, Unopened> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unopened::NoWatchlist {
            path: path.to_owned(),
        },
        _ => Unopened::Unreadable {
            path: path.to_owned(),
            why: error.to_string(),
        },
    })?;
    Ok(Source {
        name: path.display().to_string(),
        text,
        role: Role::default(),
    })
}

/// Reads the watchlist and makes the hands that follow from it.
///
/// # Errors
/// Where a file cannot be read, or the watchlist has mistakes.
pub fn read_in_force(opening: &Opening) -> Result<InForce, Unopened> {
    let watchlist = read_watchlist(&opening.watchlist)?;
    let (clock, names) = (opening.clock.clone(), opening.names.clone());
    let fetcher = Fetcher::with_names(&watchlist.settings, clock.clone(), names.clone());
    let path = (opening.environment.get("PATH")).map_or("", String::as_str);
    let browser = Browser::new(&watchlist.settings, path, clock, names);
    let token = token(opening, &watchlist)?;
    let secrets = secrets(opening, &watchlist);
    let secret = secret(opening, &watchlist)?;
    let password = password(opening, &watchlist)?;
    let mirror = mirror(opening, &watchlist)?;
    let archive_key = archive_key(opening, &watchlist)?;
    let reach = reach(opening, &watchlist, secrets.clone())?;
    let key = key_place(opening, &watchlist);
    let channels = Channels::new(&watchlist.discord, token, secrets);
    let channels = channels.and_then(|channels| channels.reaching(&reach));
    let channels = channels.map_err(|error| Unopened::NoChannels(error.to_string()))?;
    let Terminal {
        write,
        width,
        paint,
    } = opening.terminal.clone();
    let channels = channels.with_terminal(write, width, paint);
    let workers = Workers::of(opening.program.clone(), Limits::default());
    Ok(InForce {
        watchlist,
        fetcher,
        workers,
        browser: Arc::new(browser),
        channels,
        secret,
        password,
        mirror,
        archive_key,
        key,
        names: opening.names.clone(),
    })
}

/// Where the key is: in the variable or file that the watchlist names, else in the directory of the archive.
fn key_place(opening: &Opening, watchlist: &Watchlist) -> KeyPlace {
    let evidence = &watchlist.evidence;
    if let Some(variable) = &evidence.key_env {
        let key = opening.environment.get(variable);
        let key = key.filter(|key| !key.trim().is_empty()).map(Secret::new);
        return KeyPlace::Given(variable.clone(), key);
    }
    KeyPlace::File(match &evidence.key_file {
        Some(file) => beside(&opening.watchlist, file),
        None => opening.data.join("evidence.key"),
    })
}

/// What whoever reads in the window must know.
fn password(opening: &Opening, watchlist: &Watchlist) -> Result<Option<Secret>, Unopened> {
    let window = watchlist.window.as_ref();
    let variable = window.and_then(|window| window.password_env.as_deref());
    let file = window.and_then(|window| window.password_file.as_deref());
    // A window that should be closed to most does not open to all for want of a word.
    named(opening, variable, file, Unopened::NoPassword)
}

/// What a mirror of the archive must know.
fn mirror(opening: &Opening, watchlist: &Watchlist) -> Result<Option<Secret>, Unopened> {
    let window = watchlist.window.as_ref();
    let variable = window.and_then(|window| window.mirror_env.as_deref());
    let file = window.and_then(|window| window.mirror_file.as_deref());
    named(opening, variable, file, Unopened::NoMirrorToken)
}

/// The key under which an archive is asked to keep copies.
fn archive_key(opening: &Opening, watchlist: &Watchlist) -> Result<Option<Secret>, Unopened> {
    let copies = watchlist.copies.as_ref();
    let variable = copies.and_then(|copies| copies.save_env.as_deref());
    let file = copies.and_then(|copies| copies.save_file.as_deref());
    named(opening, variable, file, Unopened::NoArchiveKey)
}

/// The secret in the variable or the file that the watchlist names; absent where it names none.
///
/// # Errors
/// The given one where it is not where it should be.
fn named(
    opening: &Opening,
    variable: Option<&str>,
    file: Option<&str>,
    missing: Unopened,
) -> Result<Option<Secret>, Unopened> {
    if variable.is_none() && file.is_none() {
        return Ok(None);
    }
    let file = file.map(|file| beside(&opening.watchlist, file));
    let variable = variable.unwrap_or_default();
    let secret = secret_in(file.as_deref(), &opening.environment, variable)?;
    secret.map(Some).ok_or(missing)
}

/// What a collector must know: from its file where one is named, else from the environment; absent where neither has it.
fn secret(opening: &Opening, watchlist: &Watchlist) -> Result<Option<Secret>, Unopened> {
    let Some(collect) = &watchlist.collect else {
        return Ok(None);
    };
    let beside = opening.watchlist.parent().unwrap_or(Path::new("."));
    let file = collect.secret_file.as_ref().map(|file| beside.join(file));
    secret_in(file.as_deref(), &opening.environment, &collect.secret_env)
}

/// The secret in this file where one is named, else in this variable of the environment.
///
/// # Errors
/// Where the file cannot be read, or the secret could be guessed.
pub fn secret_in(
    file: Option<&Path>,
    environment: &BTreeMap<String, String>,
    variable: &str,
) -> Result<Option<Secret>, Unopened> {
    let word = match file {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            let path = path.to_owned();
            let why = error.to_string();
            Unopened::Unreadable { path, why }
        })?),
        None => environment.get(variable).cloned(),
    };
    let secret = word.filter(|word| !word.trim().is_empty()).map(Secret::new);
    match secret {
        Some(secret) if secret.is_weak() => Err(Unopened::WeakSecret),
        secret => Ok(secret),
    }
}

/// The bot token: from its file where one is named, else from the environment; absent where neither has it.
fn token(opening: &Opening, watchlist: &Watchlist) -> Result<Option<Secret>, Unopened> {
    let Some(file) = &watchlist.discord.token_file else {
        let token = opening.environment.get(&watchlist.discord.token_env);
        let token = token.map(|token| token.trim());
        return Ok(token.filter(|token| !token.is_empty()).map(Secret::new));
    };
    file_of(opening, file).map(|token| Some(Secret::new(token)))
}

/// How the channels beside Discord are reached.
fn reach(
    opening: &Opening,
    watchlist: &Watchlist,
    secrets: BTreeMap<String, Secret>,
) -> Result<Reach, Unopened> {
    let email = &watchlist.email;
    let server = match &email.server_file {
        Some(file) => Some(file_of(opening, file)?),
        None => opening.environment.get(&email.server_env).cloned(),
    };
    let server = server.filter(|server| !server.trim().is_empty());
    Ok(Reach {
        guard: Guard::new(&watchlist.settings.allow_private),
        names: opening.names.clone(),
        clock: opening.clock.clone(),
        secrets,
        email: email.clone(),
        server: server.map(Secret::new),
        contact: watchlist.settings.contact.clone(),
    })
}

/// The text of a file that holds a secret, looked for beside the watchlist.
fn file_of(opening: &Opening, file: &str) -> Result<String, Unopened> {
    let path = beside(&opening.watchlist, file);
    std::fs::read_to_string(&path).map_err(|error| Unopened::Unreadable {
        path,
        why: error.to_string(),
    })
}

/// What the environment holds for the destinations of the routes, by the names of its variables.
fn secrets(opening: &Opening, watchlist: &Watchlist) -> BTreeMap<String, Secret> {
    let names = watchlist.routes.iter().flat_map(|route| {
        let (needed, more) = route.to.variables();
        needed.into_iter().chain(more)
    });
    let set = |name: String| {
        let word = opening.environment.get(&name)?.trim();
        (!word.is_empty()).then(|| (name, Secret::new(word)))
    };
    names.filter_map(set).collect()
}
