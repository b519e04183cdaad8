//! Prints the watch list of another program as watches to paste.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use crate::cli::add::{harmless_lines, watched};
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::lists::{self, Borrowed};
use crate::watchlist::Watchlist;
use crate::wording::harmless;

/// The longest file that is taken for a watch list, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Prints the watches of another program's list, skipping those that are watched already.
pub(super) fn borrow(
    file: &Path,
    watchlist: &Watchlist,
    taken: &mut BTreeSet<String>,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let name = file.display();
    let unread = |why: String| {
        Trouble::sentence(format!("{name} cannot be taken over: {why}.")).with(
            "It takes the YAML of urlwatch and webchanges, a backup of changedetection.io, a declaration of Open Terms Archive, and OPML.",
        )
    };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| unread(error.to_string()))?;
    opened
        .take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| unread(error.to_string()))?;
    let mut list = lists::read(&bytes, taken).map_err(unread)?;
    let total = list.drafts.len();
    list.drafts
        .retain(|draft| watched(watchlist, &draft.url).is_none());
    let skipped = total - list.drafts.len();
    report(screen, &list, skipped, &name.to_string());
    Ok(match list.left.is_empty() {
        true => Exit::Fine,
        false => Exit::Failed,
    })
}

fn report(screen: &Screen, list: &Borrowed, skipped: usize, name: &str) {
    if screen.json {
        for draft in &list.drafts {
            screen.json(&serde_json::json!({ "draft": draft, "watch": draft.written() }));
        }
        screen.json(&serde_json::json!({
            "program": list.program, "watches": list.drafts.len(), "watched_already": skipped, "left": list.left,
        }));
        return;
    }
    for draft in &list.drafts {
        screen.line(&harmless_lines(&draft.written()));
    }
    let partly = list.drafts.iter().filter(|draft| {
        draft
            .remarks
            .iter()
            .any(|remark| remark.starts_with("not carried"))
    });
    let summary = format!(
        "# {name}, a list of {}: {} taken over, {} of them not whole (the remarks above them say what is missing), {} watched already, {} left out.",
        list.program.name(),
        counted(list.drafts.len(), "watch", "watches"),
        partly.count(),
        skipped,
        list.left.len()
    );
    screen.line(&harmless::line(&summary));
    for left in &list.left {
        screen.line(&format!("# left out: {}", harmless::line(left)));
    }
}
