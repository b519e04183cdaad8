//! Takes in what somebody sends, up to a length, and lets go of the rest.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};

/// How much of what is not wanted is read all the same, so that the answer reaches whoever is still sending.
const RINSE: usize = 8 << 20;
/// How long that may take.
const RINSE_FOR: Duration = Duration::from_secs(10);

/// Why a body was not taken in.
#[derive(Debug)]
pub(super) enum Lost {
    /// It is longer than allowed.
    TooLong,
    /// It ended before its end.
    CutOff,
}

/// The bytes of a body, at most so many.
pub(super) async fn take(body: &mut Body, longest: usize) -> Result<Vec<u8>, Lost> {
    let mut taken = Vec::new();
    while let Some(chunk) = chunk(body).await {
        let chunk = chunk.map_err(|_| Lost::CutOff)?;
        if taken.len() + chunk.len() > longest {
            return Err(Lost::TooLong);
        }
        taken.extend_from_slice(&chunk);
    }
    Ok(taken)
}

/// Reads the rest of a body and forgets it, within limits.
pub(super) async fn rinse(body: &mut Body) {
    let all = async {
        let mut read = 0;
        while let Some(Ok(chunk)) = chunk(body).await {
            read += chunk.len();
            if read > RINSE {
                return;
            }
        }
    };
    // Whoever is slower than that hears nothing.
    tokio::time::timeout(RINSE_FOR, all).await.ok();
}

/// The next bytes; trailers are passed over.
async fn chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => return Some(Ok(data)),
            Ok(Err(_)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}
