//! Keys with which checkpoints are signed: Ed25519 (RFC 8032).

use std::fmt;

use ring::rand::SecureRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::model::Digest;
use crate::wire::{base64, from_base64};

/// The kind of key in a signed note (<https://c2sp.org/signed-note>).
const ED25519_NOTE: u8 = 0x01;
/// What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410, section 7), and of a public one (section 4).
const PRIVATE: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const PUBLIC: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A private key with the name it signs for. It is never shown.
pub struct Key {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
    public: Public,
}

/// A public key with the name it stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct Public {
    /// The name.
    pub name: String,
    /// The key.
    pub key: [u8; 32],
}

/// Why there is no key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoKey {
    /// The text holds none.
    #[error("it holds no Ed25519 key as `smallprint key new` writes it (PKCS #8 in PEM)")]
    Unreadable,
    /// A name that cannot stand in a note.
    #[error("a name in a signed note has no spaces and no plus sign, and is not empty")]
    Name,
    /// The machine gives no random bytes.
    #[error("this machine gives no random bytes")]
    NoChance,
}

impl Key {
    /// A new key.
    ///
    /// # Errors
    /// Where the name cannot stand in a note, or the machine gives no random bytes.
    pub fn make(name: &str) -> Result<Key, NoKey> {
        let mut seed = [0; 32];
        let chance = ring::rand::SystemRandom::new();
        chance.fill(&mut seed).map_err(|_| NoKey::NoChance)?;
        Key::of(name, seed)
    }

    /// The key of this seed.
    ///
    /// # Errors
    /// Where the name cannot stand in a note.
    pub fn of(name: &str, seed: [u8; 32]) -> Result<Key, NoKey> {
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(NoKey::Name);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| NoKey::Unreadable)?;
        let key = pair.public_key().as_ref().try_into();
        Ok(Key {
            public: Public {
                name: name.to_owned(),
                key: key.map_err(|_| NoKey::Unreadable)?,
            },
            pair,
            seed,
        })
    }

    /// Reads a key from PKCS #8 in PEM.
    ///
    /// # Errors
    /// Where it is none, or the name cannot stand in a note.
    pub fn read(name: &str, pem: &str) -> Result<Key, NoKey> {
        let der = unpem(pem, "PRIVATE KEY").ok_or(NoKey::Unreadable)?;
        let seed = der.strip_prefix(&PRIVATE[..]).ok_or(NoKey::Unreadable)?;
        Key::of(name, seed.try_into().map_err(|_| NoKey::Unreadable)?)
    }

    /// The key as PKCS #8 in PEM, for the one file it is kept in.
    pub fn pem(&self) -> String {
        pem("PRIVATE KEY", &[&PRIVATE[..], &self.seed].concat())
    }

    /// Its public half.
    pub fn public(&self) -> &Public {
        &self.public
    }

    /// The signature of these bytes.
    pub(super) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(bytes).as_ref());
        signature
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public)
    }
}

impl Public {
    /// Reads a key as others write it: `name+id+base64`.
    pub fn read(text: &str) -> Option<Public> {
        let mut parts = text.splitn(3, '+');
        let (name, id, encoded) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = from_base64(encoded)?;
        let (kind, key) = bytes.split_first()?;
        let public = Public {
            name: name.to_owned(),
            key: key.try_into().ok()?,
        };
        (*kind == ED25519_NOTE && public.id_text() == id).then_some(public)
    }

    /// Its id: the first four bytes of SHA-256 over name, line feed, kind and key.
    pub fn id(&self) -> [u8; 4] {
        let all = [self.name.as_bytes(), b"\n", &[ED25519_NOTE], &self.key].concat();
        let hash = Digest::of(&all).0;
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The id in eight hexadecimal digits.
    pub fn id_text(&self) -> String {
        self.id().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key as a PEM file that `openssl` reads.
    pub fn pem(&self) -> String {
        pem("PUBLIC KEY", &[&PUBLIC[..], &self.key].concat())
    }

    /// Whether this is its signature of these bytes.
    pub(super) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.key);
        key.verify(bytes, signature).is_ok()
    }
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = base64(&[&[ED25519_NOTE][..], &self.key].concat());
        write!(f, "{}+{}+{key}", self.name, self.id_text())
    }
}

impl fmt::Debug for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Public({self})")
    }
}

fn pem(what: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {what}-----\n{}\n-----END {what}-----\n",
        base64(der)
    )
}

fn unpem(text: &str, what: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {what}-----"))?;
    let (inside, _) = rest.split_once(&format!("-----END {what}-----"))?;
    let encoded: String = inside.split_whitespace().collect();
    from_base64(&encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_written_and_is_never_shown() {
        let key = Key::of("example.org/log", [7; 32]).expect("a key");
        let again = Key::read("example.org/log", &key.pem()).expect("a key");
        assert_eq!(again.public(), key.public());
        let shown = key.public().to_string();
        assert_eq!(Public::read(&shown).as_ref(), Some(key.public()));
        assert!(!format!("{key:?}").contains(&base64(&[7; 32])));
        let other = shown.replacen("example", "elsewhere", 1);
        assert_eq!(Public::read(&other), None);
    }

    #[test]
    fn what_is_no_key_and_no_name_is_refused() {
        assert_eq!(Key::of("two words", [7; 32]).err(), Some(NoKey::Name));
        assert_eq!(Key::of("a+b", [7; 32]).err(), Some(NoKey::Name));
        let key = Key::of("a", [7; 32]).expect("a key").pem();
        for text in ["", "seed", &key[..60], &key.replace("MC4", "MC5")] {
            assert_eq!(Key::read("a", text).err(), Some(NoKey::Unreadable));
        }
    }

    #[test]
    fn a_signature_is_that_of_the_rfc() {
        // RFC 8032, section 7.1, test 2.
        let seed = [
            0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11,
            0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed,
            0x4f, 0xb8, 0xa6, 0xfb,
        ];
        let key = Key::of("a", seed).expect("a key");
        let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
        assert_eq!(
            hex(&key.public().key),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        assert_eq!(
            hex(&key.sign(&[0x72])),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(key.public().signed(&[0x72], &key.sign(&[0x72])));
        assert!(!key.public().signed(&[0x73], &key.sign(&[0x72])));
    }
}
