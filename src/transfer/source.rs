//! The way to an archive on another machine, of which a mirror is kept here.

use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;

use crate::channels::Secret;
use crate::collect::Openly;
use crate::model::{Digest, EntryNo};
use crate::store::StoreError;
use crate::transfer::{Kept, SourceHead};
use crate::wire::api::{Answer, Api, Body, Method, Request, Trouble};

/// The longest an answer may take in all: a long body over a slow line.
const PATIENCE: Duration = Duration::from_secs(900);
/// The most of an answer that is read, in bytes: the longest body there can be, and then some.
const LONGEST: usize = 320 << 20;
/// The most of a page of entries that is read: what is asked for ends soon after the first MiB, and one entry is no longer
/// than the rest.
const LONGEST_PAGE: usize = 66 << 20;
/// So many bodies are asked for at once.
const BODIES: usize = 48;
/// The longest sentence of the source that is passed on, in characters.
const LONGEST_SENTENCE: usize = 300;
/// When to ask again where the source does not say.
const SOON: Duration = Duration::from_secs(10);
/// It is asked again no later than this, whatever the source says.
const LATEST: Duration = Duration::from_secs(15 * 60);

/// The way to the archive that is mirrored.
pub struct Source {
    api: Api,
    at: Url,
    token: Secret,
}

/// Why nothing more was mirrored. What was taken by then is whole.
#[derive(Debug, thiserror::Error)]
pub enum NotMirrored {
    /// The address is not one to send a token to.
    #[error("{0}")]
    Address(String),
    /// It cannot be reached, or does not answer in time.
    #[error("the archive at {host} {why}")]
    Unreachable {
        /// Its host.
        host: String,
        /// What it does, in a clause.
        why: String,
        /// When to ask again.
        again: Duration,
    },
    /// It answers, but not as an archive that may be mirrored.
    #[error("the archive at {host} {why}")]
    Odd {
        /// Its host.
        host: String,
        /// What it does, in a clause.
        why: String,
    },
    /// It does not know the token.
    #[error("the archive at {0} does not accept the token")]
    Token(String),
    /// What is here is no mirror of it.
    #[error("{dir} is no mirror of the archive at {host}: {why}")]
    Another {
        /// The directory of the mirror.
        dir: String,
        /// The host of the archive.
        host: String,
        /// What tells that it is none.
        why: String,
    },
    /// What it handed out is not what its hashes or its signature say.
    #[error("what the archive at {host} hands out does not hold: {why}")]
    Untrue {
        /// Its host.
        host: String,
        /// What does not hold, in a clause.
        why: String,
    },
    /// The mirror cannot be read or written.
    #[error(transparent)]
    Archive(#[from] StoreError),
}

impl NotMirrored {
    /// When to ask again, where it may be better then.
    pub fn again(&self) -> Option<Duration> {
        match self {
            NotMirrored::Unreachable { again, .. } => Some(*again),
            _ => None,
        }
    }
}

impl Source {
    /// The way to the archive whose window is at this address, for whoever knows the token. Private addresses are fine: whoever
    /// keeps the mirror named it.
    ///
    /// # Errors
    /// Where the token would travel unencrypted through other people's networks: `openly` says that it may.
    pub fn at(at: Url, token: Secret, openly: Openly) -> Result<Source, NotMirrored> {
        if !openly.allows(&at) {
            return Err(NotMirrored::Address(
                "the token would be sent unencrypted; write https://, or an address of your own network".to_owned(),
            ));
        }
        let api = Api::ample(PATIENCE, LONGEST).map_err(NotMirrored::Address)?;
        Ok(Source { api, at, token })
    }

    /// The host of the archive.
    pub fn host(&self) -> String {
        let host = self.at.host_str().unwrap_or_default();
        match self.at.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// How far its journal is.
    ///
    /// # Errors
    /// Where it gives no such answer.
    pub async fn head(&self) -> Result<SourceHead, NotMirrored> {
        let answer = self.ask("head", &[]).await?;
        self.json(&answer)
    }

    /// The entries after this one as canonical JSON, so many at most as fit an answer.
    ///
    /// # Errors
    /// Where it gives no such answer.
    pub(super) async fn entries(
        &self,
        after: EntryNo,
        most: usize,
    ) -> Result<Vec<Vec<u8>>, NotMirrored> {
        let asked = [("after", after.to_string()), ("most", most.to_string())];
        let answer = self.ask("entries", &asked).await?;
        if answer.body.len() > LONGEST_PAGE {
            return Err(self.odd("answers with more than was asked for"));
        }
        let Some(lines) = answer.body.strip_suffix(b"\n") else {
            return match answer.body.is_empty() {
                true => Ok(Vec::new()),
                false => Err(self.odd("answers with what are no entries")),
            };
        };
        let lines = lines.split(|byte| *byte == b'\n');
        Ok(lines.take(most).map(<[u8]>::to_vec).collect())
    }

    /// What it has of some of these bodies: of the first ones, as far as they fit an answer; each held against its hash.
    ///
    /// # Errors
    /// Where it gives no such answer, or a body has another hash.
    pub(super) async fn bodies(
        &self,
        wanted: &[Digest],
    ) -> Result<Vec<(Digest, Kept)>, NotMirrored> {
        let wanted = &wanted[..wanted.len().min(BODIES)];
        let names: Vec<String> = wanted.iter().map(Digest::to_string).collect();
        let answer = self.ask("bodies", &[("of", names.join(","))]).await?;
        let bodies = Kept::read_all(&answer.body);
        let bodies = bodies.map_err(|why| self.odd(&format!("answers with no bodies ({why})")))?;
        if bodies.is_empty() || bodies.len() > wanted.len() {
            return Err(self.odd("answers with other bodies than those asked for"));
        }
        for ((digest, kept), asked) in bodies.iter().zip(wanted) {
            if digest != asked {
                return Err(self.odd("answers with other bodies than those asked for"));
            }
            if let Kept::Here(bytes) = kept
                && Digest::of(bytes) != *digest
            {
                return Err(self.untrue(format!("the body {digest} has other bytes")));
            }
        }
        Ok(bodies)
    }

    async fn ask(&self, what: &str, asked: &[(&str, String)]) -> Result<Answer, NotMirrored> {
        let mut url = self.at.clone();
        let path = format!("{}/mirror/v1/{what}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        for (name, value) in asked {
            url.query_pairs_mut().append_pair(name, value);
        }
        let request = Request {
            method: Method::Get,
            url,
            headers: vec![("authorization", self.token.bearer())],
            body: Body::None,
        };
        let answer = self.api.send(request).await.map_err(|trouble| {
            let (Trouble::Refused(why) | Trouble::NotSent(why) | Trouble::Unknown(why)) = trouble;
            self.unreachable(format!("cannot be reached ({why})"), SOON)
        })?;
        match answer.status {
            200 if answer.whole => Ok(answer),
            200 if answer.body.len() >= LONGEST => {
                Err(self.odd("answers with more than any archive holds"))
            }
            200 => Err(self.unreachable("ended in the middle of an answer".to_owned(), SOON)),
            401 | 403 => Err(NotMirrored::Token(self.host())),
            300..=399 => Err(self.odd(&self.redirect(&answer))),
            429 | 500..=599 => {
                let said = answer.header("retry-after");
                let said = said.and_then(|seconds| seconds.trim().parse().ok());
                let again = said.map_or(SOON, Duration::from_secs);
                Err(self.unreachable(self.said(&answer), again.min(LATEST)))
            }
            _ => Err(self.odd(&self.said(&answer))),
        }
    }

    fn json<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, NotMirrored> {
        let read = serde_json::from_slice(&answer.body);
        read.map_err(|_| self.odd("gives no answer of an archive that may be mirrored"))
    }

    /// Where a redirect leads; it is not followed, since the token is for nobody else.
    fn redirect(&self, answer: &Answer) -> String {
        let status = crate::wire::phrase(answer.status);
        let to = answer.header("location").unwrap_or_default();
        let to: String = to.chars().take(LONGEST_SENTENCE).collect();
        format!("answers {status} and leads to “{to}”, which is not followed")
    }

    fn said(&self, answer: &Answer) -> String {
        let said = answer.json();
        let said = said.as_ref().and_then(|said| said["detail"].as_str());
        let said: Option<String> = said.map(|said| said.chars().take(LONGEST_SENTENCE).collect());
        let status = crate::wire::phrase(answer.status);
        match said {
            Some(said) => format!("answers {status}: {}", said.trim_end_matches('.')),
            None => format!("answers {status}"),
        }
    }

    fn unreachable(&self, why: String, again: Duration) -> NotMirrored {
        let host = self.host();
        NotMirrored::Unreachable { host, why, again }
    }

    pub(super) fn odd(&self, why: &str) -> NotMirrored {
        let (host, why) = (self.host(), why.to_owned());
        NotMirrored::Odd { host, why }
    }

    pub(super) fn untrue(&self, why: String) -> NotMirrored {
        let host = self.host();
        NotMirrored::Untrue { host, why }
    }
}
