//! What is said of copies of the whole archive.

pub(super) const BACKUP: &str = "Only what the copy lacks is carried. Each entry and each body is held against its hash on the way; a backup that was stopped
goes on when it is given again. The copy is an archive as any other: `smallprint --data DIR serve --read-only` shows it.
The watchlist, the accounts and what is secret are files of their own, and are not in it.";

pub(super) const RESTORE: &str = "The archive goes where --data says: into a new or empty directory, or into one that holds the beginning of the same archive.
`smallprint verify` walks it once more.";
