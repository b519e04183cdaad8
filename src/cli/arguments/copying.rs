//! Copies of the whole archive: where they are, and what is said of them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use url::Url;

use crate::answers::Which;
use crate::cli::arguments::moment::version;
use crate::cli::arguments::taking::every;
use crate::model::WatchId;

/// Which archive is mirrored, and where the mirror is.
#[derive(Args, Debug)]
pub struct MirrorWhat {
    /// The window of the archive: https, or an address of this network
    #[arg(value_name = "FROM_URL")]
    pub from: Url,
    /// The directory of the mirror: a new or empty one, or one that holds the beginning of the same archive (--data otherwise)
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Keep it in step until stopped
    #[arg(long, env = "SMALLPRINT_FOLLOW", value_parser = FalseyValueParser::new())]
    pub follow: bool,
    /// With --follow: ask this often
    #[arg(long, env = "SMALLPRINT_EVERY", value_name = "DURATION", default_value = "1m", value_parser = every)]
    pub every: Duration,
    /// With --follow: show the mirror in a window at this address of this machine meanwhile, for reading only
    #[arg(
        long,
        env = "SMALLPRINT_WINDOW",
        value_name = "ADDRESS:PORT",
        requires = "follow"
    )]
    pub window: Option<SocketAddr>,
    /// The public key that signs its checkpoints, as somebody you trust gave it to you; else any that its journal names
    #[arg(long, env = "SMALLPRINT_KEY", value_name = "NAME+ID+BASE64")]
    pub key: Option<String>,
    /// The file that holds the token; without it the environment variable SMALLPRINT_MIRROR_TOKEN does
    #[arg(long, env = "SMALLPRINT_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Send the token unencrypted, through networks of others too
    #[arg(long, env = "SMALLPRINT_INSECURE_HTTP", value_parser = FalseyValueParser::new())]
    pub insecure_http: bool,
}

pub(super) const MIRROR: &str = "The [window] of the archive must name a token for mirrors (mirror_env or mirror_file). What is taken is whole at any time: a
mirror that was stopped goes on when the command is given again. It is an archive as any other: `smallprint --data DIR serve
--read-only` shows it while `mirror` does not run, and `verify` and `backup` work as ever. With --follow --window it is shown
while it keeps in step; who may read, and what pages are called, says the watchlist there (--watchlist), such as a copy of that of
the archive. Do not visit from it: then it goes its own way.
FROM_URL may be on a private network, since you name it yourself; redirects are not followed.";

/// What is forgotten, and why.
#[derive(Args, Debug)]
pub struct ForgetWhat {
    /// The texts: ID@VERSION, or ID@b3 of a backfilled one
    #[arg(value_name = "ID@VERSION", value_parser = version, required_unless_present = "compact")]
    pub texts: Vec<(WatchId, Which)>,
    /// Why; it stays in the journal for anyone to read, so it repeats nothing of what is forgotten
    #[arg(
        long,
        env = "SMALLPRINT_REASON",
        value_name = "TEXT",
        required_unless_present = "compact"
    )]
    pub reason: Option<String>,
    /// Who does it
    #[arg(long, env = "SMALLPRINT_BY", value_name = "NAME")]
    pub by: Option<String>,
    /// Who demanded it by law: the window then answers 451 instead of 410
    #[arg(long, env = "SMALLPRINT_DEMANDED_BY", value_name = "TEXT")]
    pub demanded_by: Option<String>,
    /// Do it without being asked
    #[arg(long, env = "SMALLPRINT_YES", value_parser = FalseyValueParser::new())]
    pub yes: bool,
    /// Forget nothing more, but write the archive anew, where what was forgotten may still lie on the disk
    #[arg(long, env = "SMALLPRINT_COMPACT", value_parser = FalseyValueParser::new(), conflicts_with_all = ["texts", "reason"])]
    pub compact: bool,
}

pub(super) const FORGET: &str = "The one exception to \"only grows\": an entry of the journal says who did it, when and why, and of what only hashes are left.
Nobody may hold the archive meanwhile, so stop `run` first. What was forgotten is not kept again, from nowhere. Other versions of a
page often hold the same words: `smallprint search` finds them. What stays is told before you are asked.";

pub(super) const BACKUP: &str = "Only what the copy lacks is carried. Each entry and each body is held against its hash on the way; a backup that was stopped
goes on when it is given again. The copy is an archive as any other: `smallprint --data DIR serve --read-only` shows it.
The watchlist, the accounts and what is secret are files of their own, and are not in it.";

pub(super) const RESTORE: &str = "The archive goes where --data says: into a new or empty directory, or into one that holds the beginning of the same archive.
`smallprint verify` walks it once more.";

pub(super) const MIGRATE: &str = "Nobody may hold the archive meanwhile, so stop `run` first. A move that was stopped goes on when it is given again, and until it
is whole the archive stays where it is. What it leaves behind is kept, and named, for you to remove.
The password of the database is read from SMALLPRINT_STORE_PASSWORD, or from the file `database.password` in the directory of the
archive; it stands nowhere else.";
