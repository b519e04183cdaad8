//! The piece of the chain that is about a change, with the proofs that it stands below a signed checkpoint.

use std::collections::BTreeSet;

use crate::export::evidence::{Case, Files};
use crate::house::House;
use crate::model::{Checkpoint, Digest, EntryNo, Fact, Proved};
use crate::proof::{Public, tree};
use crate::store::StoreError;
use crate::wire::base64;
use crate::witness::{self, NotSigned};

/// At most so many entries are shown.
const MOST: usize = 200;

/// Writes the entries as they were hashed, their paths, the checkpoint, the key and the stamps.
pub(super) async fn write(
    house: &House,
    case: &Case,
    made: &Proved<Checkpoint>,
    files: &mut Files,
) -> Result<Public, NotSigned> {
    let size = made.what.size;
    let leaves = house.store.leaves(size).await?;
    let mut shown: BTreeSet<EntryNo> = [Some(case.entry), case.before]
        .into_iter()
        .flatten()
        .flat_map(|entry| [entry.saturating_sub(1), entry, entry + 1])
        .collect();
    let keys = house.store.signing_keys().await?;
    shown.extend(keys.iter().map(|key| key.entry));
    shown.extend(case.entries.iter().take(MOST));
    shown.retain(|entry| (1..=size).contains(entry));
    let mut told = Vec::new();
    for entry in shown {
        if is_told(&house.store.entry(entry).await?.fact) {
            told.push(entry);
        }
    }
    let shown = told;
    let entries = house.store.json_of(shown.clone()).await?;
    for (no, json) in shown.iter().zip(entries) {
        let index = usize::try_from(no - 1).unwrap_or(usize::MAX);
        if leaves.get(index) != Some(&tree::leaf(&json)) {
            let why = "its hash is not the one that was signed";
            return Err(StoreError::Damaged {
                what: format!("entry {no}"),
                why: why.to_owned(),
            }
            .into());
        }
        files.put(format!("chain/{no}.json"), json);
        let path = tree::inclusion(&leaves, index);
        files.put(format!("chain/{no}.proof"), proof(index, size, &path));
    }
    let public = witness::key_of(house, &made.what).await?;
    let public = public
        .ok_or_else(|| StoreError::Missing(format!("the key {} of a checkpoint", made.what.key)))?;
    files.put("checkpoint/checkpoint.note", made.what.note.as_bytes());
    files.put("checkpoint/public.pem", public.pem());
    files.put("checkpoint/public.txt", format!("{public}\n"));
    for (place, stamp) in house.store.stamps(made.entry).await?.iter().enumerate() {
        let answer = house.store.body(stamp.what.token).await?;
        files.put(format!("checkpoint/stamp-{}.tsr", place + 1), answer);
        let said = format!(
            "{}\n{}\n",
            stamp.what.authority,
            stamp.what.time.to_rfc3339()
        );
        files.put(format!("checkpoint/stamp-{}.txt", place + 1), said);
    }
    Ok(public)
}

/// Whether an entry is shown to anybody: what it says of people, and of who is told, is not.
fn is_told(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Landed(_)
            | Fact::Looks { .. }
            | Fact::Watchlist { .. }
            | Fact::Reread { .. }
            | Fact::Key(_)
            | Fact::Checkpoint(_)
            | Fact::Stamped(_)
    )
}

/// A path as a shell can read it: the place of the leaf, the size of the tree, then hashes in base 64.
fn proof(index: usize, size: u64, path: &[Digest]) -> String {
    let hashes = path.iter().map(|hash| base64(&hash.0) + "\n");
    format!("{index}\n{size}\n{}", hashes.collect::<String>())
}
