//! Who may say something in the window.

use clap::Subcommand;

/// What stands below the help of `account`.
pub(super) const ACCOUNT: &str = "A password is asked for on the terminal, or read from standard input, one line; it has at least 12 characters.
What people said stays when their account is removed.";

/// What is to become of an account.
#[derive(Subcommand, Debug)]
pub enum AccountWhat {
    /// Make one; a password is asked for
    Add {
        /// How its owner is called; it stands with all they say
        name: String,
    },
    /// Set another password
    Password {
        /// Whose
        name: String,
    },
    /// Take one away
    Remove {
        /// Whose
        name: String,
    },
    /// Name them all
    List,
}
