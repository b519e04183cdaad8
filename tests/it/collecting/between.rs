//! Stands between a collector and the archive, and holds back the answer to a capture.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long to wait for an answer before the archive counts as hung.
const PATIENCE: Duration = Duration::from_secs(30);

/// A line that passes everything on but the answer to a capture.
pub struct Between {
    at: String,
    answered: Receiver<()>,
    cut: Sender<()>,
}

impl Between {
    /// Stands before the archive at this address.
    pub fn start(to: &str) -> Between {
        let to = to.strip_prefix("http://").expect("an address").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = format!("http://{}", listener.local_addr().expect("an address"));
        let (tell, answered) = channel();
        let (cut, is_cut) = channel();
        std::thread::spawn(move || pass_on(&listener, &to, &tell, &is_cut));
        Between { at, answered, cut }
    }

    pub fn address(&self) -> String {
        self.at.clone()
    }

    /// Waits until the archive has answered to a capture.
    pub fn answered(&self) {
        self.answered.recv_timeout(PATIENCE).expect("it answers");
    }

    /// Cuts the line.
    pub fn cut(&self) {
        self.cut.send(()).expect("it stands there");
    }
}

/// Passes one connection on, request by request.
fn pass_on(listener: &TcpListener, to: &str, tell: &Sender<()>, cut: &Receiver<()>) {
    while let Ok((mut near, _)) = listener.accept() {
        let mut far = TcpStream::connect(to).expect("the archive listens");
        while let Some(request) = whole(&mut near) {
            far.write_all(&request).expect("it hears");
            let answer = whole(&mut far).expect("it answers");
            if request.starts_with(b"POST") {
                tell.send(()).expect("somebody waits");
                cut.recv().expect("somebody cuts");
                near.shutdown(Shutdown::Both).ok();
                return;
            }
            near.write_all(&answer).expect("it is passed on");
        }
    }
}

/// One message of HTTP with its body.
fn whole(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(0, |length| length.trim().parse().expect("a number"));
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}
