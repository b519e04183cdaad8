//! How a host's name becomes addresses that a connection may go to.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::wire::Guard;

/// Where names are looked up.
#[derive(Clone, Debug, Default)]
pub enum Names {
    /// As the machine does.
    #[default]
    System,
    /// In a book that was written beforehand: for replays, the demo and tests.
    Told(Book),
}

/// Names with their addresses, for whoever needs no real ones.
#[derive(Clone, Debug, Default)]
pub struct Book(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    port: u16,
    answers: BTreeMap<String, VecDeque<Vec<IpAddr>>>,
    asked: Vec<String>,
}

impl Names {
    /// The addresses of a name, whether or not a connection may go to them.
    ///
    /// # Errors
    /// Why there are none, in a clause.
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, String> {
        look_up(self, name).await.map_err(|NoAddress(why)| why)
    }
}

impl Book {
    /// A book whose hosts answer on this port where a URL names none: for pages that are played on this machine.
    pub fn on_port(port: u16) -> Book {
        let book = Book::default();
        book.0.lock().unwrap_or_else(PoisonError::into_inner).port = port;
        book
    }

    pub(super) fn port(&self) -> u16 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).port
    }

    /// Enters a name with its addresses. Entered more than once, the entries answer in turn and the last one stays.
    pub fn enter(&self, name: &str, addresses: &[IpAddr]) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = pages.answers.entry(name.to_owned()).or_default();
        entries.push_back(addresses.to_vec());
    }

    /// Every name that was looked up, in order.
    pub fn asked(&self) -> Vec<String> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.asked.clone()
    }

    fn answer(&self, name: &str) -> Vec<IpAddr> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.asked.push(name.to_owned());
        match pages.answers.get_mut(name) {
            Some(entries) if entries.len() > 1 => entries.pop_front().unwrap_or_default(),
            Some(entries) => entries.front().cloned().unwrap_or_default(),
            None => Vec::new(),
        }
    }
}

/// A name without an address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoAddress(pub(super) String);

/// Looks names up and hands on only what the guard lets through, so that the connection goes to what was examined.
pub(super) struct Resolver {
    pub(super) names: Names,
    pub(super) guard: Guard,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, guard) = (self.names.clone(), self.guard.clone());
        Box::pin(async move {
            let found = look_up(&names, name.as_str()).await?;
            let fine = guard.sift(name.as_str(), &found)?;
            // Port 0 stands for the port of the URL.
            let port = match &names {
                Names::System => 0,
                Names::Told(book) => book.port(),
            };
            let addresses = fine
                .into_iter()
                .map(move |address| SocketAddr::new(address, port));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

pub(super) async fn look_up(names: &Names, name: &str) -> Result<Vec<IpAddr>, NoAddress> {
    let found: Vec<IpAddr> = match names {
        Names::Told(book) => book.answer(name),
        Names::System => tokio::net::lookup_host((name, 0))
            .await
            .map_err(|error| NoAddress(error.to_string()))?
            .map(|address| address.ip())
            .collect(),
    };
    if found.is_empty() {
        return Err(NoAddress("the name is not known".to_owned()));
    }
    Ok(found)
}
