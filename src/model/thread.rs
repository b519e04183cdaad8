//! A thread of a forum: where all that is said of one page stands together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::Digest;

/// A thread, written "SERVER/THREAD": the end of its address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Thread {
    /// The server it is on, by its id.
    pub server: u64,
    /// The thread, by its id: that of a channel.
    pub id: u64,
}

impl Thread {
    /// Where people read it.
    pub fn address(&self) -> String {
        format!("https://discord.com/channels/{self}")
    }

    /// The receipt of a message in it: "SERVER/THREAD/MESSAGE".
    pub fn receipt(&self, message: &str) -> String {
        format!("{self}/{message}")
    }

    /// The thread that a receipt names, with the message in it.
    pub fn of_receipt(receipt: &str) -> Option<(Thread, &str)> {
        let (thread, message) = receipt.rsplit_once('/')?;
        Some((thread.parse().ok()?, message))
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.server, self.id)
    }
}

/// Text that names no thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a thread is written SERVER/THREAD, two numbers")]
pub struct NotAThread;

impl FromStr for Thread {
    type Err = NotAThread;

    fn from_str(text: &str) -> Result<Thread, NotAThread> {
        let (server, id) = text.split_once('/').ok_or(NotAThread)?;
        let number = |text: &str| text.parse().map_err(|_| NotAThread);
        Ok(Thread {
            server: number(server)?,
            id: number(id)?,
        })
    }
}

impl Serialize for Thread {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Thread, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The thread of a page, as far as it is opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Opening {
    /// What it is called: at most 100 characters.
    pub name: String,
    /// The message it opens with (`Message`), a body.
    pub first: Digest,
    /// The labels it may bear, where the forum knows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The thread; absent where it is about to be opened, and may have been.
    pub thread: Option<Thread>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_the_thread_and_the_message() {
        let thread = Thread { server: 1, id: 22 };
        let receipt = thread.receipt("333");
        assert_eq!(receipt, "1/22/333");
        assert_eq!(Thread::of_receipt(&receipt), Some((thread, "333")));
        assert_eq!(thread.to_string().parse(), Ok(thread));
        for other in ["", "333", "1/22", "a/b/c", "1/2/3/4"] {
            assert_eq!(Thread::of_receipt(other), None, "{other}");
        }
    }
}
