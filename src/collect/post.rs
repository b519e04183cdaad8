//! The way from a collector to the archive.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use url::{Host, Url};

use crate::channels::Secret;
use crate::collect::{Reply, Wants};
use crate::wire::Guard;
use crate::wire::api::{Answer, Api, Body, Method, Request, Trouble};

/// The longest a parcel may take: a long page over a slow line.
const PATIENCE: Duration = Duration::from_secs(900);
/// The header field that says what time it is where a parcel comes from.
pub const CLOCK: &str = "x-smallprint-now";
/// The longest sentence of the archive that is passed on, in characters.
const LONGEST_SENTENCE: usize = 300;

/// The way to the archive.
pub struct Post {
    api: Api,
    to: Url,
    secret: Secret,
}

/// Why nothing can be asked or sent.
#[derive(Debug, thiserror::Error)]
pub enum NoPost {
    /// The address is not one to send a secret to.
    #[error("{0}")]
    Address(String),
    /// The archive cannot be reached, or does not answer as one.
    #[error("the archive at {host} {why}")]
    Archive {
        /// Its host.
        host: String,
        /// What it does, in a clause.
        why: String,
    },
    /// The archive does not know the secret.
    #[error("the archive at {0} does not accept the secret")]
    Secret(String),
    /// Nothing can be kept.
    #[error("the spool {dir} cannot be used: {why}")]
    Spool {
        /// Its directory.
        dir: String,
        /// Why not.
        why: String,
    },
}

impl Post {
    /// The way to an archive whose `[collect]` listens at this address.
    ///
    /// # Errors
    /// Where the secret would travel unencrypted through other people's networks: `openly` says that it may.
    pub fn to(to: Url, secret: Secret, openly: Openly) -> Result<Post, NoPost> {
        if !openly.allows(&to) {
            return Err(NoPost::Address(
                "the secret would be sent unencrypted; write https://, or an address of your own network".to_owned(),
            ));
        }
        let api = Api::patient(PATIENCE).map_err(NoPost::Address)?;
        Ok(Post { api, to, secret })
    }

    /// What is wanted of these hosts.
    ///
    /// # Errors
    /// Where the archive gives no answer.
    pub async fn wants(&self, hosts: &[String]) -> Result<Wants, NoPost> {
        let mut url = self.address("wanted");
        for host in hosts {
            url.query_pairs_mut().append_pair("host", host);
        }
        let headers = vec![("authorization", self.secret.bearer())];
        let answer = self.ask(Method::Get, url, headers, Body::None).await?;
        serde_json::from_slice(&answer.body).map_err(|_| self.odd(&answer))
    }

    /// Sends a parcel; `now` is the time here as the archive's clock has it.
    ///
    /// # Errors
    /// Where it is not known whether it arrived: it is sent again.
    pub async fn send(&self, wrapped: Vec<u8>, now: DateTime<Utc>) -> Result<Reply, NoPost> {
        let headers = vec![
            ("authorization", self.secret.bearer()),
            (CLOCK, now.to_rfc3339_opts(SecondsFormat::Millis, true)),
        ];
        let (url, body) = (self.address("capture"), Body::Bytes(wrapped));
        let answer = self.ask(Method::Post, url, headers, body).await?;
        serde_json::from_slice(&answer.body).map_err(|_| self.odd(&answer))
    }

    async fn ask(
        &self,
        method: Method,
        url: Url,
        headers: Vec<(&'static str, String)>,
        body: Body,
    ) -> Result<Answer, NoPost> {
        let request = Request {
            method,
            url,
            headers,
            body,
        };
        let answer = self.api.send(request).await.map_err(|trouble| {
            let (Trouble::Refused(why) | Trouble::NotSent(why) | Trouble::Unknown(why)) = trouble;
            self.trouble(format!("cannot be reached ({why})"))
        })?;
        match answer.status {
            401 => Err(NoPost::Secret(self.host())),
            _ => Ok(answer),
        }
    }

    fn address(&self, what: &str) -> Url {
        let mut url = self.to.clone();
        let path = format!("{}/collect/v1/{what}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.set_query(None);
        url
    }

    fn host(&self) -> String {
        self.to.host_str().unwrap_or_default().to_owned()
    }

    fn trouble(&self, why: String) -> NoPost {
        let host = self.host();
        NoPost::Archive { host, why }
    }

    /// An answer that is not what an archive says.
    fn odd(&self, answer: &Answer) -> NoPost {
        let said = answer.json();
        let said = said.as_ref().and_then(|said| said["error"].as_str());
        let said: Option<String> = said.map(|said| said.chars().take(LONGEST_SENTENCE).collect());
        let status = crate::wire::phrase(answer.status);
        self.trouble(match said {
            Some(said) => format!("answered {status}: {said}"),
            None => format!("answered {status}, which is no answer of `[collect]`"),
        })
    }
}

/// Whether the secret may travel unencrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Openly {
    /// It may: somebody said so.
    Allowed,
    /// Only within this machine and its own network.
    Never,
}

impl Openly {
    /// Whether a secret may be sent to this address: encrypted, or within one's own network, unless somebody said otherwise.
    /// An address that holds a secret of its own is none.
    pub fn allows(self, to: &Url) -> bool {
        let fine = match to.scheme() {
            "https" => true,
            "http" => self == Openly::Allowed || is_near(to),
            _ => false,
        };
        fine && to.username().is_empty() && to.password().is_none()
    }
}

/// Whether an address is of this machine or of its own network.
fn is_near(url: &Url) -> bool {
    let strict = Guard::default();
    match url.host() {
        Some(Host::Ipv4(address)) => strict.lets_through(address.into()).is_err(),
        Some(Host::Ipv6(address)) => strict.lets_through(address.into()).is_err(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(to: &str, openly: Openly, fine: bool) {
        let url = Url::parse(to).expect("a URL");
        let post = Post::to(url, Secret::new("0123456789abcdef"), openly);
        assert_eq!(post.is_ok(), fine, "{to}");
    }

    #[test]
    fn a_secret_is_sent_encrypted_or_within_ones_own_network() {
        case("https://archive.example.org", Openly::Never, true);
        case("http://127.0.0.1:8090", Openly::Never, true);
        case("http://[::1]:8090", Openly::Never, true);
        case("http://192.168.1.7:8090", Openly::Never, true);
        case("http://localhost:8090", Openly::Never, true);
        case("http://archive.example.org", Openly::Never, false);
        case("http://1.1.1.1", Openly::Never, false);
        case("http://archive.example.org", Openly::Allowed, true);
        case(
            "https://me:word@archive.example.org",
            Openly::Allowed,
            false,
        );
        case("ftp://archive.example.org", Openly::Allowed, false);
    }

    #[test]
    fn the_archive_may_stand_below_a_path() {
        let url = Url::parse("https://example.org/small/?x").expect("a URL");
        let post = Post::to(url, Secret::new("0123456789abcdef"), Openly::Never);
        let address = post.expect("a way").address("wanted");
        assert_eq!(
            address.as_str(),
            "https://example.org/small/collect/v1/wanted"
        );
    }
}
