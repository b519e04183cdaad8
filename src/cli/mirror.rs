//! `mirror`: a copy of an archive on another machine, kept in step over the network.

use std::sync::Arc;
use std::time::Duration;

use crate::accounts::Accounts;
use crate::channels::Secret;
use crate::cli::arguments::{Arguments, MirrorWhat};
use crate::cli::run::Stops;
use crate::cli::screen::{Screen, counted};
use crate::cli::serve::{self, Open};
use crate::cli::{Exit, Trouble, backup, bar, desk, place};
use crate::collect::Openly;
use crate::house::{self, House, Opening};
use crate::proof::Public;
use crate::socket::May;
use crate::store::Store;
use crate::transfer::{self, Mirrored, NotMirrored, Source};
use crate::web::window::Rights;
use crate::wording::harmless;

/// The variable that holds the token.
const TOKEN: &str = "SMALLPRINT_MIRROR_TOKEN";
/// It is asked no more seldom than this, however long it does not answer.
const SELDOMEST: Duration = Duration::from_secs(15 * 60);

pub(super) async fn mirror(
    arguments: &Arguments,
    screen: &Screen,
    what: &MirrorWhat,
) -> Result<Exit, Trouble> {
    let dir = what.dir.as_ref().unwrap_or(&arguments.data);
    let dir = place::directory(dir)?;
    backup::may_hold_an_archive(&dir)?;
    let opening = Opening {
        data: dir.clone(),
        ..desk::opening(arguments, screen, "mirror")
    };
    let token = house::secret_in(what.token_file.as_deref(), &opening.environment, TOKEN)?;
    let source = source(what, token)?;
    let key = what.key.as_deref().map(public).transpose()?;
    let in_force = match (what.window, what.follow) {
        (Some(_), _) => Some(house::read_in_force(&opening)?),
        // Without a watchlist no other command works there either.
        (None, true) => house::read_in_force(&opening).ok(),
        (None, false) => None,
    };
    let listener = match what.window {
        Some(at) => Some(serve::listen(at, "--window").await?),
        None => None,
    };
    let mut stops = Stops::listen();
    let to = Store::open_as(desk::place(&dir), &opening.holder).await?;
    let house =
        in_force.map(|in_force| Arc::new(House::new(to.clone(), opening.clock.clone(), in_force)));
    let socket = desk::socket_of(&opening);
    let answered = house.as_ref().filter(|_| what.follow);
    let service =
        answered.and_then(|house| desk::serve(&socket, house, &opening.watchlist, May::Read));
    let open = house.zip(listener).map(|(house, listener)| {
        // Whatever somebody said here would be another history than that of the archive.
        let rights = Rights {
            accounts: Accounts::of(&dir),
            read_only: true,
        };
        Open::at(listener, house, rights)
    });
    let outcome = tokio::select! {
        // What was taken by then is whole.
        () = stops.next() => Ok(Exit::Fine),
        outcome = keep_in_step(&source, &to, (key.as_ref(), what), screen) => outcome,
    };
    if let Some(open) = open {
        open.close(&mut stops).await;
    }
    if let Some(service) = service {
        service.stop().await;
    }
    to.close(opening.clock.now()).await?;
    outcome
}

fn source(what: &MirrorWhat, token: Option<Secret>) -> Result<Source, Trouble> {
    let token = token.ok_or_else(|| {
        Trouble::sentence("The token that the archive asks mirrors for is not given.").with(
            format!("Set the environment variable {TOKEN}, or name a file with --token-file."),
        )
    })?;
    let openly = match what.insecure_http {
        true => Openly::Allowed,
        false => Openly::Never,
    };
    Ok(Source::at(what.from.clone(), token, openly)?)
}

/// The key that whoever keeps the archive has given to others.
fn public(text: &str) -> Result<Public, Trouble> {
    Public::read(text.trim()).ok_or_else(|| {
        Trouble::sentence("What --key gives is no public key.").with(
            "Write it as `smallprint key list` shows it where the archive is: name+id+base64.",
        )
    })
}

/// One round; with --follow one after the other.
async fn keep_in_step(
    source: &Source,
    to: &Store,
    (key, what): (Option<&Public>, &MirrorWhat),
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let (mut told, mut misses) = (false, 0);
    loop {
        let round = async |heard| transfer::mirror(source, to, key, &heard).await;
        let wait = match bar::over_entries(screen, round).await {
            Ok(mirrored) => {
                // Whoever reads along need not hear every minute that nothing happened.
                if !told || mirrored.carried.entries > 0 || misses > 0 {
                    tell(screen, source, &mirrored);
                }
                (told, misses) = (true, 0);
                what.every.max(Duration::from_secs(1))
            }
            Err(error) => match error.again().filter(|_| what.follow) {
                Some(again) => {
                    screen.trouble(&Trouble::from(error));
                    misses += 1;
                    let longer = what.every.saturating_mul(1 << misses.min(10));
                    longer.min(SELDOMEST.max(what.every)).max(again)
                }
                // What does not hold is for somebody to look at.
                None => return Err(error.into()),
            },
        };
        if !what.follow {
            return Ok(Exit::Fine);
        }
        tokio::time::sleep(wait).await;
    }
}

fn tell(screen: &Screen, source: &Source, mirrored: &Mirrored) {
    if screen.json {
        return screen.json(mirrored);
    }
    let carried = &mirrored.carried;
    let what = format!("The mirror of {}", harmless::line(&source.host()));
    backup::tell(screen, carried, &what);
    screen.line(&match mirrored.checkpoint {
        Some(size) => format!(
            "It continues the signed checkpoint over {}.",
            counted(usize::try_from(size).unwrap_or(usize::MAX), "entry", "entries")
        ),
        None => "The archive has signed no checkpoint yet: its hashes hold, and nobody has put a name to them.".to_owned(),
    });
}

impl From<NotMirrored> for Trouble {
    fn from(error: NotMirrored) -> Trouble {
        let remedy = match &error {
            NotMirrored::Archive(own) => return own.clone().into(),
            NotMirrored::Address(_) => "--insecure-http sends it all the same.",
            NotMirrored::Unreachable { .. } => {
                "What was taken is whole, and the same command goes on from there."
            }
            NotMirrored::Odd { .. } => {
                "Give the address of its window, where `smallprint serve` or `run` is running with a token for mirrors in [window]."
            }
            NotMirrored::Token(_) => "Both machines must be given the same one.",
            NotMirrored::Another { .. } => {
                "Name a new or empty directory; what is in this one was left as it is."
            }
            NotMirrored::Untrue { .. } => {
                "Nothing of that was taken into the chain. Keep the mirror as it is, and ask whoever keeps the archive to run `smallprint verify`."
            }
        };
        let what = error.to_string();
        let mut letters = what.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        let sentence = format!("{}{}.", first.unwrap_or_default(), letters.as_str());
        Trouble::sentence(harmless::line(&sentence)).with(remedy)
    }
}
