//! E-mail: mails handed to a mail server, and what it answers.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use url::Url;

use crate::channels::hook::PARKED;
use crate::channels::mail::Sender;
use crate::channels::{Reach, Refusal, Secret};
use crate::clock::Clock;
use crate::model::{Message, Rows};
use crate::watchlist;
use crate::wording::{fit, harmless};

/// How long a server may take for one answer, and for all of them.
const ANSWER: Duration = Duration::from_secs(20);
const WHOLE: Duration = Duration::from_secs(90);

/// The longest part of an answer that is quoted.
const QUOTED: usize = 200;

/// "Requested mail action aborted: exceeded storage allocation" (RFC 5321, section 4.2.3): also what is said of a large mail.
const TOO_LARGE: u16 = 552;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// The mail server, and in whose name mails are sent.
pub(super) struct Email {
    sender: Option<Sender>,
    server: Option<Secret>,
    named: String,
    clock: Clock,
}

/// Why a mail was not taken.
enum Untaken {
    /// The server refuses this mail, or who it is for, in these words.
    Refused(u16, String),
    /// Any other reason.
    Otherwise(Refusal),
}

impl Email {
    pub(super) fn new(reach: &Reach) -> Email {
        Email {
            sender: Sender::of(&reach.email, reach.contact.as_deref()),
            server: reach.server.clone(),
            named: named(&reach.email),
            clock: reach.clock.clone(),
        }
    }

    /// Sends a message, in place of an earlier one where one is named by its id; the id of the mail.
    pub(super) async fn send(
        &self,
        to: &[String],
        message: &Message,
        nonce: &str,
        earlier: Option<&str>,
    ) -> Result<String, Refusal> {
        let sender = self.sender.as_ref().ok_or_else(|| {
            parked("nobody is named as the sender of e-mail; write `from` under [email]".to_owned())
        })?;
        let transport = self.transport()?;
        let id = sender.id(nonce);
        let to: Vec<Mailbox> = (to.iter())
            .filter_map(|address| address.parse::<Address>().ok())
            .map(|address| Mailbox::new(None, address))
            .collect();
        let mail = |to: &[Mailbox], message: &Message| {
            let written = sender.written(to, message, (&id, earlier), self.clock.now());
            written.map_err(|why| Refusal::Never(format!("the mail cannot be written: {why}")))
        };
        let (code, said) = match self.hand(&transport, mail(&to, message)?).await {
            Ok(()) => return Ok(id),
            Err(Untaken::Otherwise(refusal)) => return Err(refusal),
            Err(Untaken::Refused(code, said)) => (code, said),
        };
        let lighter = without_files(message);
        let message = match code {
            TOO_LARGE if lighter != *message => &lighter,
            _ if to.len() > 1 => message,
            _ => return Err(never(&said)),
        };
        // What one of them cannot have, the others shall have all the same.
        let mut taken = false;
        let mut refused = said;
        for one in &to {
            match self
                .hand(&transport, mail(std::slice::from_ref(one), message)?)
                .await
            {
                Ok(()) => taken = true,
                Err(Untaken::Otherwise(refusal)) => return Err(refusal),
                Err(Untaken::Refused(_, said)) => {
                    tracing::warn!("no mail to {one}: {said}");
                    refused = said;
                }
            }
        }
        match taken {
            true => Ok(id),
            false => Err(never(&refused)),
        }
    }

    fn transport(&self) -> Result<Transport, Refusal> {
        let named = &self.named;
        let server = self.server.as_ref().ok_or_else(|| {
            parked(format!(
                "{named}, which should hold the address of the mail server (smtps://NAME:PASSWORD@HOST), is not set; set it and start again"
            ))
        })?;
        let unread = || {
            parked(format!(
                "{named} does not hold the address of a mail server (smtps://NAME:PASSWORD@HOST, or smtp://HOST:PORT?tls=required); correct it and start again"
            ))
        };
        let url = Url::parse(server.reveal()).map_err(|_| unread())?;
        let builder = Transport::from_url(server.reveal()).map_err(|_| unread())?;
        let mut pairs = url.query_pairs();
        let tls = pairs.any(|pair| pair.0 == "tls" && pair.1 == "required");
        let safe = url.scheme() == "smtps" || tls || is_here(&url);
        if url.password().is_some() && !safe {
            return Err(parked(format!(
                "the password in {named} would be sent unencrypted; write smtps://, or add ?tls=required, and start again"
            )));
        }
        Ok(builder.timeout(Some(ANSWER)).build())
    }

    /// Hands one mail to the server.
    async fn hand(&self, transport: &Transport, mail: Mail) -> Result<(), Untaken> {
        let sent = tokio::time::timeout(WHOLE, transport.send(mail)).await;
        let error = match sent {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => {
                let why = format!(
                    "the mail server did not take the mail within {} s",
                    WHOLE.as_secs()
                );
                return Err(Untaken::Otherwise(Refusal::Unknown(why)));
            }
        };
        let said = self.said(&error);
        if !error.is_permanent() {
            let why = format!("the mail server does not take the mail now: {said}");
            return Err(Untaken::Otherwise(Refusal::Unknown(why)));
        }
        // Whether it is this mail that it refuses, or us whatever we bring.
        if let Ok(Err(error)) = tokio::time::timeout(WHOLE, transport.test_connection()).await {
            let why = format!(
                "the mail server does not let us in: {}; correct {} and start again",
                self.said(&error),
                self.named
            );
            return Err(Untaken::Otherwise(parked(why)));
        }
        let code = error.status().map_or(0, u16::from);
        Err(Untaken::Refused(code, said))
    }

    /// What went wrong, in the words of the server where it said any, without the secrets.
    fn said(&self, error: &smtp::Error) -> String {
        let mut line = harmless::line(&error.to_string());
        let url = self
            .server
            .as_ref()
            .map(|server| Url::parse(server.reveal()));
        if let Some(Ok(url)) = url {
            for part in [url.password().unwrap_or_default(), url.username()] {
                if !part.is_empty() {
                    line = line.replace(part, "…");
                }
            }
        }
        fit::cut(&line, QUOTED)
    }
}

/// Where the address of the mail server stands.
fn named(settings: &watchlist::Email) -> String {
    match &settings.server_file {
        Some(file) => format!("the file {file}"),
        None => format!("the environment variable {}", settings.server_env),
    }
}

/// Whether this is a server on this machine. In an address that is none of the web a host is only a name.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn parked(why: String) -> Refusal {
    Refusal::Later(PARKED, why)
}

fn never(said: &str) -> Refusal {
    Refusal::Never(format!(
        "the mail server refuses the mail: {said}; look at the addresses in the route"
    ))
}

fn without_files(message: &Message) -> Message {
    let rows = message.rows.clone();
    Message {
        file: None,
        rows: rows.map(|rows| Rows { file: None, ..rows }),
        ..message.clone()
    }
}
