//! Where a command asks: the archive itself, or the smallprint that holds it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::answers::{self, Progress, Request, Response};
use crate::cli::arguments::{Arguments, Moment};
use crate::cli::screen::Screen;
use crate::cli::trouble::Trouble;
use crate::clock::Clock;
use crate::doctor::Vitals;
use crate::house::{self, House, InForce, Opening, Unopened};
use crate::socket::{self, Asked, May, Service};
use crate::store::{Place, Store, StoreError};
use crate::wire::Names;

/// How long to wait for another short command that holds the archive.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often to try again meanwhile.
const TRY_EVERY: Duration = Duration::from_millis(100);

/// Where a command asks.
pub enum Desk {
    /// The archive itself; other commands are answered meanwhile, unless this one is short or has a clock of its own.
    Here(Arc<House>, Option<Service>),
    /// An empty archive, for want of one; it is gone with this.
    Nowhere(Arc<House>, TempDir),
    /// The smallprint that holds it.
    There(PathBuf, Opening),
}

/// What the arguments and the environment say, to be handed down.
pub fn opening(arguments: &Arguments, screen: &Screen, command: &str) -> Opening {
    Opening {
        watchlist: arguments.watchlist.clone(),
        data: arguments.data.clone(),
        clock: clock(arguments.at),
        environment: std::env::vars().collect(),
        terminal: screen.terminal(),
        holder: format!("smallprint {command}"),
        names: Names::System,
        program: program(),
    }
}

/// Where the archive that the arguments name is, for a command that wants it for itself.
pub fn place(data: &Path) -> Place {
    Place {
        password: std::env::var(house::STORE_PASSWORD).ok(),
        ..Place::from(data).alone()
    }
}

/// The clock that was set, else that of the machine.
pub fn clock(at: Option<Moment>) -> Clock {
    match at {
        Some(Moment::At(at) | Moment::Day(_, at)) => Clock::at(at),
        None => Clock::System,
    }
}

/// This very program, even where its file was replaced since it was started.
pub fn program() -> PathBuf {
    let own = Path::new("/proc/self/exe");
    if own.exists() {
        return own.to_owned();
    }
    std::env::current_exe().unwrap_or_else(|_| own.to_owned())
}

impl Desk {
    /// Opens the archive for this request, or finds who holds it. Only a visit makes an archive where there is none.
    ///
    /// # Errors
    /// Where the watchlist has mistakes, there is no archive, or it can be neither opened nor asked.
    pub async fn open(opening: Opening, request: &Request) -> Result<Desk, Trouble> {
        let socket = socket_of(&opening);
        let in_force = match house::read_in_force(&opening) {
            Ok(in_force) => in_force,
            // A broken edit keeps the old list in force, and whoever goes by it still answers.
            Err(Unopened::Mistakes { .. }) if socket::is_answered(&socket).await => {
                tracing::error!(
                    "{} has mistakes (`smallprint check` names them); the running smallprint answers by the list it \
                     read before",
                    opening.watchlist.display()
                );
                return Ok(Desk::There(socket, opening));
            }
            Err(error) => return Err(error.into()),
        };
        let place = opening.place_of(&in_force.watchlist);
        match request {
            Request::Visit(_) | Request::Import { .. } | Request::Take(_) => {}
            _ if Store::is_at(&place).await? => {}
            Request::List | Request::Found | Request::Rules | Request::Routes => {
                return nowhere(&opening, in_force).await;
            }
            _ => return Err(no_archive(&opening.data)),
        }
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            match Store::open_as(place.clone(), &opening.holder).await {
                Ok(store) => {
                    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
                    let service = (takes_long(request) && matches!(opening.clock, Clock::System))
                        .then(|| serve(&socket, &house, &opening.watchlist, May::AskAll));
                    let service = service.flatten();
                    return Ok(Desk::Here(house, service));
                }
                Err(StoreError::Held { .. }) if socket::is_answered(&socket).await => {
                    return Ok(Desk::There(socket, opening));
                }
                Err(StoreError::Held { .. }) if tokio::time::Instant::now() < until => {
                    tokio::time::sleep(TRY_EVERY).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Asks, hearing of progress meanwhile.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn ask(
        &self,
        request: Request,
        mut hear: impl FnMut(Progress),
    ) -> Result<Response, Trouble> {
        let (tell, mut told) = mpsc::channel(64);
        let asking = async {
            match self {
                Desk::Here(house, _) | Desk::Nowhere(house, _) => {
                    Ok(answers::answer(house, request, tell).await?)
                }
                Desk::There(path, opening) => Ok(over(path, opening, request, tell).await??),
            }
        };
        let hearing = async {
            while let Some(progress) = told.recv().await {
                hear(progress);
            }
        };
        let (answer, ()) = tokio::join!(asking, hearing);
        answer
    }

    /// Ends: callers are answered, looks are sealed, the archive is closed.
    ///
    /// # Errors
    /// The archive's.
    pub async fn close(self) -> Result<(), Trouble> {
        let house = match self {
            Desk::There(..) => return Ok(()),
            Desk::Here(house, service) => {
                if let Some(service) = service {
                    service.stop().await;
                }
                house
            }
            Desk::Nowhere(house, folder) => {
                house.store.clone().close(house.clock.now()).await?;
                folder.close().ok();
                return Ok(());
            }
        };
        house.store.clone().close(house.clock.now()).await?;
        Ok(())
    }
}

/// An empty archive in a temporary folder: reading does not make one where there is none.
async fn nowhere(opening: &Opening, in_force: InForce) -> Result<Desk, Trouble> {
    let folder = TempDir::with_prefix("smallprint-").map_err(|error| {
        Trouble::sentence(format!("No temporary folder can be made: {error}."))
            .with("Name one that this user may write to in TMPDIR.")
    })?;
    let store = Store::open_as(folder.path(), &opening.holder).await?;
    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
    Ok(Desk::Nowhere(house, folder))
}

/// That there is no archive where one was looked for.
pub fn no_archive(data: &Path) -> Trouble {
    Trouble::sentence(format!("There is no archive at {} yet.", data.display())).with(
        "`smallprint visit --all` makes one and goes to look; --data DIR names one that is elsewhere.",
    )
}

/// Whether others should be answered meanwhile: who reads is done before they have waited long.
fn takes_long(request: &Request) -> bool {
    matches!(
        request,
        Request::Visit(_)
            | Request::Reread { .. }
            | Request::TryRules(_)
            | Request::Replay(_)
            | Request::Forecast(_)
            | Request::Backfill(_)
            | Request::Take(_)
            | Request::Export(_)
            | Request::Backup { .. }
            | Request::Search(_)
            | Request::Phrase(_)
            | Request::Deliver
            | Request::RetryAlerts { .. }
            | Request::Chain(_)
            | Request::Evidence(_)
            | Request::Verify { .. }
            | Request::Rebuild
    )
}

/// Asks one question and ends.
///
/// # Errors
/// Where there is no answer.
pub async fn once(
    opening: Opening,
    request: Request,
    hear: impl FnMut(Progress),
) -> Result<Response, Trouble> {
    let desk = Desk::open(opening, &request).await?;
    let answer = desk.ask(request, hear).await;
    desk.close().await?;
    answer
}

/// How many entries the archive has that a running smallprint holds, as it says itself.
///
/// # Errors
/// Where none answers, or not soon.
pub async fn answering(opening: Opening) -> Result<(u64, Vitals), Trouble> {
    const REMEDY: &str = "Start it with `smallprint run`, with the same --data and --watchlist; if it runs, look at its log.";
    let socket = socket_of(&opening);
    let none = || {
        let data = opening.data.display();
        Trouble::sentence(format!(
            "No running smallprint answers for the archive at {data}."
        ))
        .with(REMEDY)
    };
    if !socket::is_answered(&socket).await {
        return Err(none());
    }
    let ask = async |request| {
        let (tell, _told) = mpsc::channel(1);
        let asking = over(&socket, &opening, request, tell);
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(answer) => Ok(answer??),
            Err(_) => Err(none()),
        }
    };
    match (ask(Request::LastEntry).await?, ask(Request::Vitals).await?) {
        (Response::LastEntry(entries), Response::Vitals(vitals)) => Ok((entries, vitals)),
        _ => Err(Trouble::astray()),
    }
}

/// The same of what takes long; `None` where somebody wants it to stop. Either way the archive is closed and in order.
///
/// # Errors
/// Where there is no answer.
pub async fn until_stopped(
    opening: Opening,
    request: Request,
    hear: impl FnMut(Progress),
) -> Result<Option<Response>, Trouble> {
    let desk = Desk::open(opening, &request).await?;
    let answer = tokio::select! {
        answer = desk.ask(request, hear) => Some(answer),
        Ok(()) = tokio::signal::ctrl_c() => None,
    };
    desk.close().await?;
    answer.transpose()
}

/// Where the socket of the archive is. The runtime directory is the user's own, else the temporary one.
pub fn socket_of(opening: &Opening) -> PathBuf {
    let runtime = opening
        .environment
        .get("XDG_RUNTIME_DIR")
        .map_or_else(std::env::temp_dir, PathBuf::from);
    socket::path(&opening.data, &runtime)
}

/// Answers others while this command holds the archive; where that cannot be, they wait.
pub fn serve(socket: &Path, house: &Arc<House>, watchlist: &Path, may: May) -> Option<Service> {
    Service::start(socket.to_owned(), house.clone(), watchlist, may)
        .inspect_err(|error| {
            tracing::warn!(
                "other commands cannot be answered on {}: {error}",
                socket.display()
            )
        })
        .ok()
}

async fn over(
    path: &Path,
    opening: &Opening,
    request: Request,
    heard: mpsc::Sender<Progress>,
) -> Result<Result<Response, answers::NoAnswer>, Trouble> {
    let asked = Asked {
        watchlist: opening
            .watchlist
            .canonicalize()
            .unwrap_or_else(|_| opening.watchlist.clone()),
        own_clock: !matches!(opening.clock, Clock::System),
        raw: match &request {
            Request::Import { saved, .. } => Some(saved.bytes.len() as u64),
            _ => None,
        },
        request,
    };
    socket::ask(path, &asked, heard).await.map_err(|error| {
        Trouble::sentence(format!(
            "The smallprint that holds the archive did not answer: {error}."
        ))
        .with("Try again; if it happens again, stop the running one and look at its log.")
    })
}
