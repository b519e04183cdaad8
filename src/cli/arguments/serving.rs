//! Where the window is opened.

use std::net::SocketAddr;

use clap::Args;
use clap::builder::FalseyValueParser;

/// Where the window is opened.
#[derive(Args, Debug)]
pub struct ServeWhat {
    /// The address of this machine and the port; what [window] in the watchlist says if left out, else a port of the machine
    /// itself that is free
    #[arg(long, env = "SMALLPRINT_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Nobody can sign in and say anything
    #[arg(long, env = "SMALLPRINT_READ_ONLY", value_parser = FalseyValueParser::new())]
    pub read_only: bool,
}
