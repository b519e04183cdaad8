//! A local mail server that speaks enough ESMTP, with every fault that one may have.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one connection.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This is its greeting.
    Greets(&'static str),
    /// It says nothing at all.
    Silent,
    /// It answers this to MAIL.
    Mail(&'static str),
    /// It answers this to the end of the mail, which is not taken.
    Data(&'static str),
    /// It is cut before the mail.
    CutBefore,
    /// The mail is taken, then the connection is cut.
    CutAfter,
}

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

/// The local mail server, and what it has seen.
#[derive(Clone)]
pub struct Postbox {
    pub address: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    mails: Vec<Mail>,
    faults: VecDeque<Fault>,
    connections: usize,
    /// What is answered to RCPT for these addresses.
    unknown: BTreeMap<String, &'static str>,
    /// The name and password asked for.
    password: Option<(&'static str, &'static str)>,
}

impl Postbox {
    pub async fn start() -> Postbox {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let postbox = Postbox {
            address: listener.local_addr().expect("an address").to_string(),
            seen: Arc::default(),
        };
        let own = postbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let postbox = own.clone();
                // A connection that is cut is one of the faults.
                tokio::spawn(async move { postbox.talk(stream).await.ok() });
            }
        });
        postbox
    }

    /// The address with which it is reached without a password.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The next connections meet these faults, in order.
    pub fn will(&self, faults: impl IntoIterator<Item = Fault>) {
        self.seen().faults.extend(faults);
    }

    /// Mails to this address are answered so.
    pub fn refuse(&self, address: &str, answer: &'static str) {
        self.seen().unknown.insert(address.to_owned(), answer);
    }

    /// Nobody is let in without this name and password.
    pub fn ask(&self, name: &'static str, password: &'static str) {
        self.seen().password = Some((name, password));
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.seen().mails.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen().connections
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let fault = {
            let mut seen = self.seen();
            seen.connections += 1;
            seen.faults.pop_front()
        };
        let mut stream = BufReader::new(stream);
        match fault {
            Some(Fault::Silent) => std::future::pending().await,
            Some(Fault::Greets(greeting)) => say(&mut stream, greeting).await?,
            _ => say(&mut stream, "220 post.example ESMTP").await?,
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let command = line.trim_end().to_owned();
            let inside = || {
                let inside = command.split(['<', '>']).nth(1);
                inside.unwrap_or_default().to_owned()
            };
            let answer = match command.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => {
                    "250-post.example\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 9000000"
                }
                "AUTH" => self.lets_in(&command),
                "MAIL" => {
                    from = inside();
                    match &fault {
                        Some(Fault::Mail(answer)) => *answer,
                        _ => "250 2.1.0 Ok",
                    }
                }
                "RCPT" => {
                    let address = inside();
                    let answer = self.seen().unknown.get(&address).copied();
                    to.extend(answer.is_none().then_some(address));
                    answer.unwrap_or("250 2.1.5 Ok")
                }
                "DATA" => {
                    if matches!(fault, Some(Fault::CutBefore)) {
                        return Ok(());
                    }
                    say(&mut stream, "354 End data with <CR><LF>.<CR><LF>").await?;
                    let text = letter(&mut stream).await?;
                    match &fault {
                        Some(Fault::Data(answer)) => *answer,
                        taken => {
                            let mail = Mail {
                                from: from.clone(),
                                to: std::mem::take(&mut to),
                                text,
                            };
                            self.seen().mails.push(mail);
                            if matches!(taken, Some(Fault::CutAfter)) {
                                return Ok(());
                            }
                            "250 2.0.0 Ok"
                        }
                    }
                }
                "NOOP" | "RSET" => "250 2.0.0 Ok",
                "QUIT" => return say(&mut stream, "221 2.0.0 Bye").await,
                _ => "502 5.5.2 Command not recognized",
            };
            say(&mut stream, answer).await?;
        }
    }

    fn lets_in(&self, command: &str) -> &'static str {
        let Some((name, password)) = self.seen().password else {
            return "503 5.5.1 Not needed";
        };
        let expected = smallprint::wire::base64(format!("\0{name}\0{password}").as_bytes());
        match command == format!("AUTH PLAIN {expected}") {
            true => "235 2.7.0 Authentication successful",
            false => "535 5.7.8 Error: authentication failed: wrong-password",
        }
    }
}

/// A mail up to the dot, dots at the beginning of lines undone.
async fn letter(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> std::io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}

impl Mail {
    /// The value of a header field, its lines joined and its encoded words decoded.
    pub fn header(&self, name: &str) -> String {
        header(&self.text, name)
    }

    /// The parts that hold something, each with its kind and what it holds.
    pub fn parts(&self) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        gather(&self.text, &mut parts);
        parts
    }

    /// The part of this kind.
    pub fn part(&self, kind: &str) -> String {
        let mut parts = self.parts().into_iter();
        let part = parts.find(|(is, _)| is.starts_with(kind));
        part.unwrap_or_else(|| panic!("no {kind} in {}", self.text))
            .1
    }
}

fn gather(text: &str, parts: &mut Vec<(String, String)>) {
    let kind = header(text, "Content-Type");
    let (_, body) = text.split_once("\r\n\r\n").expect("a body");
    match kind
        .split("boundary=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
    {
        Some(boundary) if kind.starts_with("multipart/") => {
            let marked = format!("--{boundary}");
            let inner = body.split(&marked).skip(1);
            for part in inner.filter(|part| !part.starts_with("--")) {
                gather(part.trim_start_matches("\r\n"), parts);
            }
        }
        _ => {
            let held = match header(text, "Content-Transfer-Encoding").as_str() {
                "quoted-printable" => quoted_printable(body),
                "base64" => base_64(&body.replace("\r\n", "")),
                _ => body.to_owned(),
            };
            parts.push((kind, held));
        }
    }
}

fn header(text: &str, name: &str) -> String {
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let found = head.split("\r\n").find_map(|line| {
        let (field, value) = line.split_once(": ")?;
        field.eq_ignore_ascii_case(name).then(|| value.to_owned())
    });
    let mut value = found.unwrap_or_default();
    value = value.replace("?= =?", "?==?");
    while let Some((before, rest)) = value.split_once("=?utf-8?b?") {
        let (word, after) = rest.split_once("?=").expect("the end of a word");
        value = format!("{before}{}{after}", base_64(word));
    }
    value
}

fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next().expect("a digit"), rest.next().expect("a digit")];
        let pair = std::str::from_utf8(&pair).expect("digits");
        bytes.push(u8::from_str_radix(pair, 16).expect("digits"));
    }
    String::from_utf8(bytes)
        .expect("text")
        .replace("\r\n", "\n")
}

fn base_64(text: &str) -> String {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = String::new();
    for sign in text.trim_end_matches('=').chars() {
        let value = SIGNS.find(sign).expect("a sign");
        bits.push_str(&format!("{value:06b}"));
    }
    let whole = bits.as_bytes().chunks_exact(8);
    let bytes = whole.map(|byte| {
        let byte = std::str::from_utf8(byte).expect("digits");
        u8::from_str_radix(byte, 2).expect("digits")
    });
    String::from_utf8(bytes.collect()).expect("text")
}
