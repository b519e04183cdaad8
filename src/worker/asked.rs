//! What a child is asked and what it answers: a line of JSON and the bytes one way, one JSON value the other.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use crate::model::{BlockKind, Capture, Document, Failure, Reading};

/// The longest first line that is read, in bytes.
const MOST_LINE: u64 = 16 << 20;

/// What stands between the cells of a row in its words.
const BETWEEN_CELLS: &str = " | ";

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
    /// The document; the words of a row stand in its cells alone, since a long register would be twice as long.
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
    /// That this is the document.
    pub fn of(mut document: Document) -> Answer {
        for block in &mut document.blocks {
            if let BlockKind::Row(cells, _) = &block.kind
                && block.text == cells.join(BETWEEN_CELLS)
            {
                block.text = String::new();
            }
        }
        Answer::Document(Box::new(document))
    }

    /// The document, or why there is none.
    ///
    /// # Errors
    /// The failure.
    pub fn into_document(self) -> Result<Document, Failure> {
        let mut document = match self {
            Answer::Document(document) => *document,
            Answer::Failure(failure) => return Err(failure),
        };
        for block in &mut document.blocks {
            if let BlockKind::Row(cells, _) = &block.kind
                && block.text.is_empty()
            {
                block.text = cells.join(BETWEEN_CELLS);
            }
        }
        Ok(document)
    }

    /// Writes the answer.
    ///
    /// # Errors
    /// Where nobody listens any more.
    pub fn write(&self, mut to: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut to, self)?;
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, ReaderId};

    #[test]
    fn the_words_of_a_row_are_said_once_and_heard_whole() {
        let row = |cells: &[&str], text: &str| Block {
            kind: BlockKind::Row(cells.iter().map(|cell| (*cell).to_owned()).collect(), false),
            text: text.to_owned(),
            links: Vec::new(),
        };
        let document = Document {
            blocks: vec![
                row(&["Ref", "Who"], "Ref | Who"),
                row(&["7", "A board"], "other words"),
                row(&["", ""], " | "),
                row(&[], ""),
            ],
            ..Document::empty(ReaderId("a".to_owned()), "Ref | Who")
        };
        let mut said = Vec::new();
        Answer::of(document.clone())
            .write(&mut said)
            .expect("written");
        let text = String::from_utf8(said).expect("JSON");
        assert_eq!(text.matches("Ref | Who").count(), 1, "{text}");
        let heard: Answer = serde_json::from_str(&text).expect("JSON");
        assert_eq!(heard.into_document(), Ok(document));
    }
}
