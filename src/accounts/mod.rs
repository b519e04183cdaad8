//! Who may say something in the window: names, and what their passwords come to.

mod file;

use std::path::{Path, PathBuf};

use argon2::Argon2;
use argon2::password_hash::rand_core::{OsRng, RngCore};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The least characters of a password: what is tried over a network is not guessed among so many.
const LEAST: usize = 12;
/// The longest password, in bytes.
const LONGEST: usize = 1_024;
/// The longest name, in characters.
const LONGEST_NAME: usize = 40;
/// The most accounts there may be.
const MOST: usize = 1_000;

/// The accounts of an archive, in a file of their own beside it that only its owner may read.
#[derive(Clone, Debug)]
pub struct Accounts {
    file: PathBuf,
}

/// One account as it is listed.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Account {
    /// How its owner is called; it stands with all they say.
    pub name: String,
    /// Since when there is one.
    pub since: DateTime<Utc>,
    /// When its password was set last.
    pub password_set: DateTime<Utc>,
}

/// What is kept of an account.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    since: DateTime<Utc>,
    password_set: DateTime<Utc>,
    /// A PHC string (<https://github.com/P-H-C/phc-string-format>): Argon2id with its salt.
    hash: String,
}

/// Why nothing came of it, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum NoAccount {
    /// The name cannot be one.
    #[error(
        "“{0}” cannot be the name of an account; write letters, digits, dots, hyphens or spaces, at most {LONGEST_NAME}"
    )]
    Name(String),
    /// There is one of this name.
    #[error(
        "there is an account “{0}” already; `smallprint account password` sets another password"
    )]
    There(String),
    /// There is none of this name.
    #[error("there is no account “{0}”; `smallprint account list` names them all")]
    None(String),
    /// The password could be guessed, or is no password.
    #[error("a password has at least {LEAST} characters, and at most {LONGEST} bytes")]
    Password,
    /// There are too many.
    #[error("there are {MOST} accounts, and there can be no more")]
    Full,
    /// The file cannot be read or written.
    #[error("{file} cannot be used: {why}", file = .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        why: String,
    },
}

impl Accounts {
    /// Those of the archive in this directory.
    pub fn of(data: &Path) -> Accounts {
        Accounts {
            file: data.join("accounts.json"),
        }
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn list(&self) -> Result<Vec<Account>, NoAccount> {
        let kept = self.read()?.into_iter();
        Ok(kept
            .map(|one| Account {
                name: one.name,
                since: one.since,
                password_set: one.password_set,
            })
            .collect())
    }

    /// Makes one.
    ///
    /// # Errors
    /// Where the name cannot be one or is taken, the password could be guessed, or the file cannot be written.
    pub fn add(&self, name: &str, password: &str, now: DateTime<Utc>) -> Result<(), NoAccount> {
        let name = named(name)?;
        let hash = hashed(password)?;
        self.alter(|kept| {
            if kept.iter().any(|one| is(one, &name)) {
                return Err(NoAccount::There(name.clone()));
            }
            if kept.len() >= MOST {
                return Err(NoAccount::Full);
            }
            kept.push(Kept {
                name,
                since: now,
                password_set: now,
                hash,
            });
            kept.sort_by_key(|one| one.name.to_lowercase());
            Ok(())
        })
    }

    /// Sets another password.
    ///
    /// # Errors
    /// Where there is no such account, the password could be guessed, or the file cannot be written.
    pub fn set_password(
        &self,
        name: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<(), NoAccount> {
        let hash = hashed(password)?;
        self.alter(|kept| {
            let one = kept.iter_mut().find(|one| is(one, name));
            let one = one.ok_or_else(|| NoAccount::None(name.to_owned()))?;
            (one.hash, one.password_set) = (hash, now);
            Ok(())
        })
    }

    /// Takes one away; what its owner said stays.
    ///
    /// # Errors
    /// Where there is no such account, or the file cannot be written.
    pub fn remove(&self, name: &str) -> Result<(), NoAccount> {
        self.alter(|kept| {
            let before = kept.len();
            kept.retain(|one| !is(one, name));
            match kept.len() == before {
                true => Err(NoAccount::None(name.to_owned())),
                false => Ok(()),
            }
        })
    }

    /// The account of this name where the password is its own. It takes as long where there is none of this name.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn check(&self, name: &str, password: &str) -> Result<Option<Account>, NoAccount> {
        let kept = self.read()?;
        let one = kept.iter().find(|one| is(one, name));
        let nobody = || PasswordHash::new(NOBODY).expect("a hash as it should be");
        let hash = one.and_then(|one| PasswordHash::new(&one.hash).ok());
        let fits = Argon2::default()
            .verify_password(password.as_bytes(), &hash.unwrap_or_else(nobody))
            .is_ok();
        Ok(one.filter(|_| fits).map(|one| Account {
            name: one.name.clone(),
            since: one.since,
            password_set: one.password_set,
        }))
    }
}

/// What the password of nobody comes to; it was never written down.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c21hbGxwcmludC1ub2JvZHk$\
                      q0eMWBzJ8WwYq0ZLfnvCkqvq5qC0mBJmcTnCAHsTZ0k";

/// 256 bits that nobody can guess, in hexadecimal.
pub fn token() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is(one: &Kept, name: &str) -> bool {
    one.name.to_lowercase() == name.trim().to_lowercase()
}

fn named(name: &str) -> Result<String, NoAccount> {
    let name = name.trim();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '\'');
    match !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err(NoAccount::Name(name.escape_debug().take(100).collect())),
    }
}

fn hashed(password: &str) -> Result<String, NoAccount> {
    if password.chars().count() < LEAST || password.len() > LONGEST {
        return Err(NoAccount::Password);
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|_| NoAccount::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "a harbour with nine boats";

    fn accounts() -> (tempfile::TempDir, Accounts) {
        let dir = tempfile::tempdir().expect("a directory");
        let accounts = Accounts::of(dir.path());
        (dir, accounts)
    }

    fn now() -> DateTime<Utc> {
        "2026-05-13T12:00:00Z".parse().expect("a time")
    }

    #[test]
    fn an_account_is_known_by_its_password_alone() {
        let (dir, accounts) = accounts();
        assert_eq!(accounts.list().expect("none"), []);
        assert_eq!(accounts.check("Ada", GOOD).expect("read"), None);
        accounts.add("Ada", GOOD, now()).expect("added");
        assert!(accounts.check("ada ", GOOD).expect("read").is_some());
        assert_eq!(
            accounts
                .check("Ada", "a harbour with ten boats")
                .expect("read"),
            None
        );
        assert_eq!(accounts.check("Bo", GOOD).expect("read"), None);
        let file = std::fs::read_to_string(dir.path().join("accounts.json")).expect("a file");
        assert!(
            !file.contains(GOOD) && file.contains("$argon2id$"),
            "{file}"
        );
        accounts
            .set_password("Ada", "another good long one", now())
            .expect("set");
        assert_eq!(accounts.check("Ada", GOOD).expect("read"), None);
        accounts.remove("ADA").expect("removed");
        assert_eq!(accounts.list().expect("none"), []);
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_sentence() {
        let (_dir, accounts) = accounts();
        accounts.add("Ada", GOOD, now()).expect("added");
        let refused = |done: Result<(), NoAccount>| done.expect_err("refused").to_string();
        for (done, said) in [
            (
                accounts.add("ada", GOOD, now()),
                "there is an account “ada” already",
            ),
            (accounts.add("", GOOD, now()), "cannot be the name"),
            (
                accounts.add("a\u{202E}b", GOOD, now()),
                "cannot be the name",
            ),
            (
                accounts.add(&"x".repeat(41), GOOD, now()),
                "cannot be the name",
            ),
            (accounts.add("Bo", "short", now()), "at least 12 characters"),
            (
                accounts.add("Bo", &"x".repeat(1025), now()),
                "at most 1024 bytes",
            ),
            (
                accounts.set_password("Bo", GOOD, now()),
                "there is no account “Bo”",
            ),
            (accounts.remove("Bo"), "there is no account “Bo”"),
        ] {
            let refused = refused(done);
            assert!(refused.contains(said), "{refused}");
        }
        assert_eq!(accounts.list().expect("one").len(), 1);
    }

    #[test]
    fn a_file_that_is_damaged_lets_nobody_in() {
        let (dir, accounts) = accounts();
        accounts.add("Ada", GOOD, now()).expect("added");
        std::fs::write(dir.path().join("accounts.json"), "[{\"name\":").expect("written");
        assert!(matches!(
            accounts.check("Ada", GOOD),
            Err(NoAccount::File { .. })
        ));
        assert!(matches!(
            accounts.add("Bo", GOOD, now()),
            Err(NoAccount::File { .. })
        ));
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let (one, other) = (token(), token());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
    }
}
