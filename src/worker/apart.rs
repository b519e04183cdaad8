//! The other end: reads one capture as asked, and answers.

use std::io::{self, BufRead, BufWriter, Read, Write};

use crate::extract;
use crate::worker::asked::{Answer, Asked};

/// Reads what is asked, and answers. The limits stand already: see `fence`.
///
/// # Errors
/// Where what is asked cannot be understood, or nobody hears the answer.
pub fn answer(mut asked: impl BufRead, answer: impl Write) -> io::Result<()> {
    let Asked { capture, reading } = Asked::read(&mut asked)?;
    let mut body = Vec::new();
    asked.take(capture.length).read_to_end(&mut body)?;
    let read = match extract::read(&capture, &body, &reading) {
        Ok(document) => Answer::Document(Box::new(document)),
        Err(failure) => Answer::Failure(failure),
    };
    read.write(BufWriter::new(answer))
}
