//! `run`: visit on schedule and deliver, until stopped.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::cli::arguments::{Arguments, RoleWhat, RunWhat};
use crate::cli::desk;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble};
use crate::daemon::{self, Outside, Roles};
use crate::house::{self, House, InForce};
use crate::socket::May;
use crate::store::{Place, Store, StoreError};

/// How often to try again while a short command holds the archive.
const TRY_EVERY: Duration = Duration::from_millis(250);

pub(super) async fn run(
    arguments: &Arguments,
    screen: &Screen,
    what: &RunWhat,
) -> Result<Exit, Trouble> {
    if arguments.at.is_some() {
        return Err(
            Trouble::sentence("`run` goes by the machine's clock, so it takes no --at.")
                .with("Leave out --at, or use `visit --due --at …` for a replay."),
        );
    }
    let opening = desk::opening(arguments, screen, "run");
    let in_force = house::read_in_force(&opening)?;
    let roles = roles(what);
    if roles != Roles::ALL
        && in_force.watchlist.settings.store.is_none()
        && !opening.place().is_served()
    {
        return Err(
            Trouble::sentence("Several processes share an archive only where it is in a database, so here `run` does all of the work.")
                .with("Leave out --role, or move the archive with `smallprint migrate postgres://…`."),
        );
    }
    let (stop, stopped) = watch::channel(false);
    let mut stops = Stops::listen();
    tokio::spawn(async move {
        stops.next().await;
        tracing::info!("stopping: running visits end first; once more stops at once");
        stop.send_replace(true);
        stops.next().await;
        // As safe as a power cut: nothing acknowledged is lost.
        std::process::exit(Exit::Failed as i32);
    });
    let mut in_force = in_force;
    let mut again = false;
    // A database that is served comes back by itself; what is stored in it is taken up as after a crash.
    while let Some(gone) = keep(&opening, in_force, stopped.clone(), roles, again).await? {
        tracing::error!("{gone}; it is opened again when its database answers");
        in_force = house::read_in_force(&opening)?;
        again = true;
    }
    Ok(Exit::Fine)
}

fn roles(what: &RunWhat) -> Roles {
    let any = |role| what.role.contains(&role) || what.role.contains(&RoleWhat::All);
    Roles {
        visits: any(RoleWhat::Visits),
        deliveries: any(RoleWhat::Deliveries),
        window: any(RoleWhat::Window),
    }
}

/// Runs until it is asked to stop; why it stopped before, where the database of the archive went away.
async fn keep(
    opening: &house::Opening,
    in_force: InForce,
    stopped: watch::Receiver<bool>,
    roles: Roles,
    again: bool,
) -> Result<Option<StoreError>, Trouble> {
    let outside = Outside::begin(&in_force.watchlist).await;
    let place = opening.place_of(&in_force.watchlist);
    let Some(store) = wait_for_archive(&place, &opening.holder, stopped.clone(), again).await?
    else {
        return Ok(None);
    };
    let watches = in_force.watchlist.enabled().count();
    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
    let socket = desk::socket_of(opening);
    let service = desk::serve(&socket, &house, &opening.watchlist, May::AskAll);
    tracing::info!(
        "pages watched: {watches}, of {}; the archive is {}",
        opening.watchlist.display(),
        opening.data.display()
    );
    let outcome = daemon::run(
        house.clone(),
        opening.clone(),
        roles,
        &outside,
        stopped.clone(),
    )
    .await;
    outside.ending();
    if let Some(service) = service {
        service.stop().await;
    }
    let closed = house.store.clone().close(house.clock.now()).await;
    outside.close().await;
    match outcome.and(closed) {
        Err(gone @ StoreError::Disk { .. }) if place.is_served() && !*stopped.borrow() => {
            return Ok(Some(gone));
        }
        outcome => outcome?,
    }
    tracing::info!("stopped; everything is stored");
    Ok(None)
}

/// Opens the archive, waiting for short commands that hold it, but not for another `run` in the same directory; again, also
/// for its database.
async fn wait_for_archive(
    place: &Place,
    holder: &str,
    mut stopped: watch::Receiver<bool>,
    again: bool,
) -> Result<Option<Store>, Trouble> {
    loop {
        match Store::open_as(place.clone(), holder).await {
            Ok(store) => return Ok(Some(store)),
            Err(StoreError::Held { dir, holder })
                if holder.contains("smallprint run") && dir == place.dir.display().to_string() =>
            {
                return Err(StoreError::Held { dir, holder }.into());
            }
            Err(StoreError::Held { .. }) => {}
            Err(StoreError::Disk { .. }) if again => {}
            Err(error) => return Err(error.into()),
        }
        tokio::select! {
            _ = stopped.changed() => return Ok(None),
            () = tokio::time::sleep(TRY_EVERY) => {}
        }
    }
}

/// The signals that ask to stop, listened for from the start, so that none is lost between two.
pub(super) struct Stops([Option<Signal>; 2]);

impl Stops {
    /// Begins to listen.
    pub(super) fn listen() -> Stops {
        Stops([SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()))
    }

    /// Waits for SIGINT or SIGTERM.
    pub(super) async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            () = heard(interrupt) => {}
            () = heard(terminate) => {}
        }
    }
}

async fn heard(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
