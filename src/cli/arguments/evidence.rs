//! What is asked of the chain and of what follows from it.

use clap::Args;

use crate::model::EntryNo;

/// How much of the archive is walked.
#[derive(Args, Debug)]
pub struct VerifyWhat {
    /// Only from this entry of the journal on, with the bodies named from there on: for every night, once all was walked
    #[arg(
        long,
        env = "SMALLPRINT_SINCE",
        value_name = "ENTRY",
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub since: Option<EntryNo>,
}
