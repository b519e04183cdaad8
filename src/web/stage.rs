//! Plays pages from this machine: each address answers what it was last set to.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::wire::{Book, Names};

/// Pages that are played, by host and path.
type Pages = Arc<Mutex<BTreeMap<(String, String), Page>>>;

/// What one address answers.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it redirects to.
    pub location: Option<Url>,
    /// The body, HTML.
    pub body: String,
}

/// A local web server that plays pages under any host name. It ends when it is dropped.
pub struct Stage {
    address: SocketAddr,
    pages: Pages,
    task: JoinHandle<()>,
}

impl Stage {
    /// Opens on a free port of the loopback address; nothing is on it yet, so every address answers 404.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn open() -> io::Result<Stage> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let pages = Pages::default();
        let router = Router::new().fallback(play).with_state(pages.clone());
        let task =
            tokio::spawn(async move { axum::serve(listener, router).await.unwrap_or_default() });
        Ok(Stage {
            address,
            pages,
            task,
        })
    }

    /// Sets what an address answers from now on.
    pub fn set(&self, url: &Url, page: Page) {
        let host = url.host_str().unwrap_or_default().to_owned();
        let key = (host, url.path().to_owned());
        self.pages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, page);
    }

    /// Where the hosts of these addresses are to be found: here.
    pub fn names<'a>(&self, urls: impl Iterator<Item = &'a Url>) -> Names {
        let book = Book::on_port(self.address.port());
        let hosts: BTreeSet<&str> = urls.filter_map(Url::host_str).collect();
        hosts
            .into_iter()
            .for_each(|host| book.enter(host, &[self.address.ip()]));
        Names::Told(book)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn play(State(pages): State<Pages>, request: Request) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_owned();
    let key = (host, request.uri().path().to_owned());
    let page = pages
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
        .cloned();
    let Some(page) = page else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page.body,
    )
        .into_response();
    let location = page
        .location
        .and_then(|url| HeaderValue::from_str(url.as_str()).ok());
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
