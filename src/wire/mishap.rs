//! What goes wrong between a request and its answer.

use std::error::Error;
use std::io;

use crate::wire::Refused;
use crate::wire::names::NoAddress;

/// Why there is no answer, or not the whole of it. The text is a clause without the address asked, which may hold a secret.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Mishap {
    /// The address may not be visited.
    #[error("{0}")]
    Refused(String),
    /// The name has no address.
    #[error("{0}")]
    NoAddress(String),
    /// No connection was made, hence nothing was sent.
    #[error("{0}")]
    NotConnected(String),
    /// A connection was made, but not one that can be trusted; nothing was sent.
    #[error("{0}")]
    NotTrusted(String),
    /// No connection was made in time; nothing was sent.
    #[error("no connection within {0} s")]
    ConnectTimeout(u64),
    /// The answer did not begin in time.
    #[error("no answer within {0} s")]
    AnswerTimeout(u64),
    /// The answer was cut, or is not HTTP.
    #[error("{0}")]
    Cut(String),
}

impl Mishap {
    /// Reads the error of a request; `connect` is the longest to wait for a connection, in seconds.
    pub(super) fn of(error: &reqwest::Error, connect: u64) -> Mishap {
        let causes = causes(error);
        if let Some(refused) = causes.iter().find_map(|cause| cause.downcast_ref()) {
            let Refused(why) = refused;
            return Mishap::Refused(why.clone());
        }
        if let Some(NoAddress(why)) = causes.iter().find_map(|cause| cause.downcast_ref()) {
            return Mishap::NoAddress(why.clone());
        }
        // The last cause is the plainest, and unlike the first it does not name the address.
        let why = match causes.last() {
            Some(cause) if causes.len() > 1 => cause.to_string(),
            _ => "no reason was given".to_owned(),
        };
        if !error.is_connect() {
            return Mishap::Cut(why);
        }
        if error.is_timeout() {
            return Mishap::ConnectTimeout(connect);
        }
        match causes.iter().any(|cause| is_tls(*cause)) {
            true => Mishap::NotTrusted(why),
            false => Mishap::NotConnected(why),
        }
    }

    /// Whether the request certainly never reached the server.
    pub fn nothing_sent(&self) -> bool {
        !matches!(self, Mishap::AnswerTimeout(_) | Mishap::Cut(_))
    }
}

/// While connecting, plain TCP knows neither invalid data nor an end of file; rustls says both in a failed handshake.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        )
    })
}

/// An error and everything it comes from.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error)).collect()
}

/// What an error comes from. `io::Error` hides what it wraps from `source`.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = (error.downcast_ref::<io::Error>()).and_then(io::Error::get_ref);
    match wrapped {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
