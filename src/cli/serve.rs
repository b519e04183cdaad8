//! `serve`: the window, and nothing else, until stopped.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accounts::Accounts;
use crate::cli::arguments::{Arguments, ServeWhat};
use crate::cli::desk;
use crate::cli::run::Stops;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble};
use crate::daemon::Outside;
use crate::house::{self, House};
use crate::socket::May;
use crate::store::{Store, StoreError};
use crate::web::window::{self, Rights};

/// Where the window is opened if nothing is said.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7711);

pub(super) async fn serve(
    arguments: &Arguments,
    screen: &Screen,
    what: &ServeWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "serve");
    let in_force = house::read_in_force(&opening)?;
    let place = opening.place_of(&in_force.watchlist);
    if !Store::is_at(&place).await? {
        return Err(desk::no_archive(&opening.data));
    }
    let configured = in_force.watchlist.window.as_ref();
    let at = what
        .listen
        .or(configured.map(|window| window.listen))
        .unwrap_or(USUAL);
    let mut stops = Stops::listen();
    let outside = Outside::begin(&in_force.watchlist).await;
    let opened = Store::open_as(place, &opening.holder).await;
    let store = opened.map_err(held_by_a_mirror)?;
    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
    let listener = listen(at, "--listen").await?;
    outside.open(&house);
    let socket = desk::socket_of(&opening);
    let service = desk::serve(&socket, &house, &opening.watchlist, May::AskAll);
    let rights = Rights {
        accounts: Accounts::of(&arguments.data),
        read_only: what.read_only,
    };
    let open = Open::at(listener, house.clone(), rights);
    let gone = tokio::select! {
        () = stops.next() => None,
        gone = house.taken_over() => Some(gone),
    };
    open.close(&mut stops).await;
    outside.ending();
    if let Some(service) = service {
        service.stop().await;
    }
    if let Some(gone) = gone {
        return Err(Trouble::from(gone).with("Start it again when the database answers."));
    }
    house.store.clone().close(house.clock.now()).await?;
    outside.close().await;
    Ok(Exit::Fine)
}

/// Who mirrors holds the archive for as long as it follows, and can open the window itself.
fn held_by_a_mirror(error: StoreError) -> Trouble {
    match &error {
        StoreError::Held { holder, .. } if holder.contains("smallprint mirror") => {
            Trouble::from(error).with(
                "Start the mirror with --follow --window ADDRESS:PORT: then it shows what it holds while it keeps in step.",
            )
        }
        _ => error.into(),
    }
}

/// Listens on an address that an option of this name gives.
pub(super) async fn listen(at: SocketAddr, option: &str) -> Result<TcpListener, Trouble> {
    TcpListener::bind(at).await.map_err(|error| {
        Trouble::sentence(format!("{at} cannot be listened on: {error}.")).with(format!(
            "Something else listens there, or the address is not of this machine; name another with {option}, as in \
             {option} 127.0.0.1:8090."
        ))
    })
}

/// An open window.
pub(super) struct Open {
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Open {
    /// Opens it, and says where.
    pub(super) fn at(listener: TcpListener, house: Arc<House>, rights: Rights) -> Open {
        if let Ok(bound) = listener.local_addr() {
            tracing::info!("the window is open at http://{bound}/");
        }
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(window::serve(listener, house, rights, stopped));
        Open { stop, serving }
    }

    /// Closes it once who is being answered has heard the end, or at once where somebody asks to stop again.
    pub(super) async fn close(self, stops: &mut Stops) {
        self.stop.send_replace(true);
        tokio::select! {
            _ = self.serving => {}
            () = stops.next() => {}
        }
    }
}
