//! Somebody between a mirror and its archive, who can alter, hold back and cut what passes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// What becomes of an answer: of the target that was asked for, and its body. Nothing at all where it is held back.
pub type Meddle = dyn Fn(&str, Vec<u8>) -> Option<Vec<u8>> + Send + Sync;

/// A relay on a loopback address. It goes when it is dropped.
pub struct Relay {
    address: SocketAddr,
    gone: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// A relay to the server at this address, such as `http://127.0.0.1:7711`.
    pub fn to(base: &str, meddle: Box<Meddle>) -> Relay {
        let to = base.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let gone = Arc::new(AtomicBool::new(false));
        let (meddle, over): (Arc<Meddle>, _) = (meddle.into(), gone.clone());
        let thread = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (to, meddle) = (to.clone(), meddle.clone());
                std::thread::spawn(move || pass(stream, &to, &*meddle));
            }
        });
        Relay {
            address,
            gone,
            thread: Some(thread),
        }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// One question and its answer; then the connection is closed.
fn pass(mut stream: TcpStream, to: &str, meddle: &Meddle) {
    let Some(question) = head(&mut stream) else {
        return;
    };
    let target = question.split(' ').nth(1).unwrap_or_default().to_owned();
    let asked = question.trim_end().to_owned() + "\r\nconnection: close\r\n\r\n";
    let mut server = TcpStream::connect(to).expect("the server is there");
    server.write_all(asked.as_bytes()).expect("asked");
    let fields = head(&mut server).expect("an answer");
    let mut body = Vec::new();
    server.read_to_end(&mut body).expect("all of it");
    let Some(body) = meddle(&target, body) else {
        // Held back until the mirror leaves.
        head(&mut stream);
        return;
    };
    let kept = fields
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("content-length") && !line.is_empty())
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection"));
    let mut answer = kept.collect::<Vec<_>>().join("\r\n");
    answer.push_str(&format!(
        "\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    ));
    // Who asked may have left.
    stream.write_all(answer.as_bytes()).ok();
    stream.write_all(&body).ok();
}

/// The lines before a body.
fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    String::from_utf8(head).ok()
}
