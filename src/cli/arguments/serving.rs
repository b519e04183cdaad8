//! Where the window is opened.

use std::net::SocketAddr;

use clap::Args;

/// Where the window is opened.
#[derive(Args, Debug)]
pub struct ServeWhat {
    /// The address of this machine and the port; what [window] in the watchlist says if left out, else a port of the machine
    /// itself that is free
    #[arg(long, env = "SMALLPRINT_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
}
