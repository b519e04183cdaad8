//! `serve`: the window, and nothing else, until stopped.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accounts::Accounts;
use crate::cli::arguments::{Arguments, ServeWhat};
use crate::cli::desk;
use crate::cli::run::Stops;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble};
use crate::house::{self, House};
use crate::store::Store;
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
    if !Store::is_there(&opening.data) {
        return Err(desk::no_archive(&opening.data));
    }
    let configured = in_force.watchlist.window.as_ref();
    let at = what
        .listen
        .or(configured.map(|window| window.listen))
        .unwrap_or(USUAL);
    let mut stops = Stops::listen();
    let store = Store::open_as(&opening.data, &opening.holder).await?;
    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
    let listener = TcpListener::bind(at).await.map_err(|error| {
        Trouble::sentence(format!("{at} cannot be listened on: {error}.")).with(
            "Something else listens there, or the address is not of this machine; name another with --listen, as in \
             --listen 127.0.0.1:8090.",
        )
    })?;
    let bound = listener.local_addr().unwrap_or(at);
    let socket = desk::socket_of(&opening);
    let service = desk::serve(&socket, &house, &opening.watchlist);
    tracing::info!("the window is open at http://{bound}/");
    let rights = Rights {
        accounts: Accounts::of(&arguments.data),
        read_only: what.read_only,
    };
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(window::serve(listener, house.clone(), rights, stopped));
    stops.next().await;
    stop.send_replace(true);
    tokio::select! {
        _ = serving => {}
        () = stops.next() => {}
    }
    if let Some(service) = service {
        service.stop().await;
    }
    house.store.clone().close(house.clock.now()).await?;
    Ok(Exit::Fine)
}
