//! A word that is used but never shown.

use std::fmt;

use crate::model::Digest;

/// A secret of so many characters is not guessed.
const ENOUGH: usize = 16;

/// A token, or an address that holds one. Neither `Debug` nor `Display` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps this word; white space around it (the end of a file's line) is left out.
    pub fn new(word: impl AsRef<str>) -> Secret {
        Secret(word.as_ref().trim().to_owned())
    }

    /// Whether this is the word; the answer takes as long whatever differs.
    pub fn is(&self, word: &str) -> bool {
        let (own, other) = (Digest::of(self.0.as_bytes()), Digest::of(word.as_bytes()));
        let pairs = own.0.iter().zip(&other.0);
        let differs = pairs.fold(0, |differs, (own, other)| differs | (own ^ other));
        std::hint::black_box(differs) == 0
    }

    /// Whether it could be guessed by trying.
    pub fn is_weak(&self) -> bool {
        self.0.chars().count() < ENOUGH
    }

    /// The value of the header field by which the Internet Archive knows who has a key there, as `access:secret`
    /// (<https://archive.org/developers/tutorial-get-ia-credentials.html>).
    pub fn low(&self) -> String {
        format!("LOW {}", self.0)
    }

    /// The value of the header field by which its holder is known (RFC 6750, section 2.1).
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// The word itself, for the one place where it is sent.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::new("hunter2\n");
        assert_eq!(format!("{secret:?} {secret}"), "Secret(…) …");
        assert_eq!(secret.reveal(), "hunter2");
        assert!(secret.is("hunter2") && !secret.is("hunter") && !secret.is(""));
        assert!(secret.is_weak() && !Secret::new("0123456789abcdef").is_weak());
    }
}
