//! A local web server that plays a script and remembers who asked.

mod answer;
mod talk;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Notify, oneshot};
use url::Url;

pub use answer::{Answer, Gate};

/// A web server on a loopback address and a free port. It runs on a thread of its own, hence serves child processes
/// and blocking tests as well, and goes when it is dropped. What is not in its script is answered 404.
pub struct Site {
    address: SocketAddr,
    book: Arc<Book>,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// Names in lower case, values read as Latin-1.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// When it had arrived.
    pub at: Instant,
    /// When it had been answered; none while it is under way.
    pub answered: Option<Instant>,
}

#[derive(Default)]
struct Book {
    pages: Mutex<Pages>,
    news: Notify,
}

#[derive(Default)]
struct Pages {
    script: HashMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
    connections: usize,
    under_way: usize,
    most_at_once: usize,
}

impl Site {
    /// A site on 127.0.0.1.
    pub fn start() -> Site {
        Site::start_on("127.0.0.1")
    }

    /// A site on this loopback address, such as 127.0.0.2 or ::1.
    pub fn start_on(ip: &str) -> Site {
        let book = Arc::new(Book::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        let handle = runtime.handle().clone();
        let listener = listen(ip);
        let address = listener.local_addr().expect("a listener has an address");
        runtime.spawn(serve(listener, book.clone()));
        let thread = std::thread::spawn(move || drop(runtime.block_on(stopped)));
        Site {
            address,
            book,
            handle,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Serves the same script, with the same record, on another loopback address too; where that is.
    pub fn also_on(&self, ip: &str) -> SocketAddr {
        let listener = listen(ip);
        let address = listener.local_addr().expect("a listener has an address");
        self.handle.spawn(serve(listener, self.book.clone()));
        address
    }

    /// The address of a path, such as `/a?b`.
    pub fn url(&self, path: &str) -> Url {
        self.url_as(&self.address.ip().to_string(), path)
    }

    /// The same under a name, for whoever is told that the name leads here.
    pub fn url_as(&self, name: &str, path: &str) -> Url {
        let name = match name.contains(':') {
            true => format!("[{name}]"),
            false => name.to_owned(),
        };
        let url = format!("http://{name}:{}{path}", self.address.port());
        Url::parse(&url).expect("a path begins with /")
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Adds an answer to the script of a path, with its query. Answers are played in turn, and the last one stays.
    /// `name/path` without a slash in front is for visitors that come under this name, and goes first.
    pub fn play(&self, path: &str, answer: Answer) {
        let mut pages = self.book.pages();
        (pages.script.entry(path.to_owned()).or_default()).push_back(answer);
    }

    /// Forgets the script of a path, and plays this instead.
    pub fn replay(&self, path: &str, answer: Answer) {
        self.book.pages().script.remove(path);
        self.play(path, answer);
    }

    /// Every request, in the order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.book.pages().asked.clone()
    }

    /// The requests for one path, with its query.
    pub fn asked_for(&self, path: &str) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| asked.target == path);
        asked
    }

    /// Waits until there have been this many requests for a path.
    pub async fn asked_times(&self, path: &str, times: usize) {
        loop {
            let news = self.book.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            if self.asked_for(path).len() >= times {
                return;
            }
            news.await;
        }
    }

    /// Waits until there have been this many more requests, whatever for, counted from this call on.
    pub fn more_asked(&self, more: usize) -> impl Future<Output = ()> {
        let book = self.book.clone();
        let from = book.pages().asked.len();
        async move {
            loop {
                let news = book.news.notified();
                tokio::pin!(news);
                news.as_mut().enable();
                if book.pages().asked.len() >= from + more {
                    return;
                }
                news.await;
            }
        }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.book.pages().connections
    }

    /// How many requests were under way at once, at most.
    pub fn most_at_once(&self) -> usize {
        self.book.pages().most_at_once
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Asked {
    /// The first value of a header field, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        (self.headers.iter())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, asked: &Asked) -> Answer {
        let mut pages = self.pages();
        let name = asked.header("host").unwrap_or_default();
        let name = name.rsplit_once(':').map_or(name, |(name, _)| name);
        let named = format!("{name}{}", asked.target);
        let key = match pages.script.contains_key(&named) {
            true => named,
            false => asked.target.clone(),
        };
        let answer = match pages.script.get_mut(&key) {
            Some(answers) if answers.len() > 1 => answers.pop_front(),
            Some(answers) => answers.front().cloned(),
            None => None,
        };
        let answer = answer.unwrap_or_else(|| Answer::status(404).body("not here"));
        match answer.is_known(asked) {
            true => Answer {
                status: 304,
                body: Vec::new(),
                ..answer
            },
            false => answer,
        }
    }

    fn begin(&self, asked: &Asked) -> usize {
        let mut pages = self.pages();
        pages.under_way += 1;
        pages.most_at_once = pages.most_at_once.max(pages.under_way);
        pages.asked.push(asked.clone());
        let number = pages.asked.len() - 1;
        drop(pages);
        self.news.notify_waiters();
        number
    }

    fn end(&self, number: usize) {
        let mut pages = self.pages();
        pages.under_way -= 1;
        pages.asked[number].answered = Some(Instant::now());
    }
}

fn listen(ip: &str) -> std::net::TcpListener {
    let ip: std::net::IpAddr = ip.parse().expect("an address");
    let listener = std::net::TcpListener::bind((ip, 0)).expect("a free port");
    listener.set_nonblocking(true).expect("it can be waited on");
    listener
}

async fn serve(listener: std::net::TcpListener, book: Arc<Book>) {
    let listener = TcpListener::from_std(listener).expect("it can be waited on");
    while let Ok((stream, _)) = listener.accept().await {
        book.pages().connections += 1;
        tokio::spawn(talk::converse(stream, book.clone()));
    }
}
