//! What a child is asked and what it answers: a line of JSON and the bytes one way, one JSON value the other.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use crate::model::{Capture, Document, Failure, Reading};

/// The longest first line that is read, in bytes.
const MOST_LINE: u64 = 16 << 20;

/// What is to be read, and how; the bytes follow.
#[derive(Serialize, Deserialize, Debug)]
pub struct Asked {
    /// What the server sent.
    pub capture: Capture,
    /// The rules to read it by.
    pub reading: Reading,
}

/// What came of it.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The document.
    Document(Box<Document>),
    /// Why there is none.
    Failure(Failure),
}

impl Asked {
    /// The first line.
    pub fn write(capture: &Capture, reading: &Reading) -> Vec<u8> {
        let asked = Asked {
            capture: capture.clone(),
            reading: reading.clone(),
        };
        let mut line = serde_json::to_vec(&asked).expect("plain data can be written as JSON");
        line.push(b'\n');
        line
    }

    /// Takes the first line from what comes in, and leaves the bytes.
    ///
    /// # Errors
    /// Where it does not say what it should.
    pub fn read(from: &mut impl BufRead) -> io::Result<Asked> {
        let mut line = Vec::new();
        from.by_ref().take(MOST_LINE).read_until(b'\n', &mut line)?;
        Ok(serde_json::from_slice(&line)?)
    }
}

impl Answer {
    /// Writes the answer.
    ///
    /// # Errors
    /// Where nobody listens any more.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut to, self)?;
        to.flush()
    }
}
