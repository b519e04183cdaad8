//! The key: made once, kept in one file, put in the place of another, or lost; each of it an entry.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::house::{House, KeyPlace};
use crate::model::{Fact, KeyNoted, KeyStep, Proved};
use crate::proof::{Key, NoKey, note};
use crate::store::StoreError;
use crate::witness::NotSigned;

/// Makes a key where there is none, and notes it.
///
/// # Errors
/// Where there is one already, or it cannot be kept.
pub async fn make_key(house: &House, by: Option<String>) -> Result<Proved<KeyNoted>, NotSigned> {
    let _alone = house.lane().await?;
    let last = last(house).await?;
    if last
        .as_ref()
        .is_some_and(|last| last.what.step != KeyStep::Lost)
    {
        return Err(NotSigned::refused(
            "There is a key already.",
            "`smallprint key rotate` puts another in its place; `smallprint key lost` says that it is lost.",
        ));
    }
    let name = name(house).await?;
    let key = match &house.in_force().key {
        KeyPlace::Given(..) => read(house, &name)?.ok_or_else(|| none(house))?,
        KeyPlace::File(path) => {
            let key = Key::make(&name).map_err(|error| unfit(&error))?;
            write(path, &key)?;
            key
        }
    };
    let step = match last {
        None => KeyStep::Made,
        Some(last) => KeyStep::Rotated {
            from: last.what.id,
            word: None,
        },
    };
    note_key(house, &key, step, (by, None)).await
}

/// Puts a new key in the place of the one that signs, which gives its word for the new one.
///
/// # Errors
/// Where there is none to replace, or the new one cannot be kept.
pub async fn rotate_key(
    house: &House,
    by: Option<String>,
    why: Option<String>,
) -> Result<Proved<KeyNoted>, NotSigned> {
    let _alone = house.lane().await?;
    let last = last(house).await?.ok_or_else(|| none(house))?;
    let name = name(house).await?;
    let (key, word) = match &house.in_force().key {
        KeyPlace::Given(variable, _) => {
            let key = read(house, &name)?.ok_or_else(|| none(house))?;
            if key.public().id_text() == last.what.id {
                return Err(NotSigned::refused(
                    format!("{variable} still holds the key that signs now."),
                    "Put a new key there first, as `openssl genpkey -algorithm ed25519` prints it.",
                ));
            }
            (key, None)
        }
        KeyPlace::File(path) => {
            let old = read(house, &last.what.name)?;
            let key = Key::make(&name).map_err(|error| unfit(&error))?;
            let word = old.map(|old| {
                let text = format!("{}\nnew key\n{}\n", last.what.name, key.public());
                note::sign(&text, &old)
            });
            let aside = path.with_extension(format!("key.{}", last.what.id));
            match fs::rename(path, &aside) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(unkept(path, &error));
                }
                _ => write(path, &key)?,
            }
            (key, word)
        }
    };
    let from = last.what.id;
    note_key(house, &key, KeyStep::Rotated { from, word }, (by, why)).await
}

/// Notes that the key is lost, or that somebody else may have it: nothing more is signed with it.
///
/// # Errors
/// Where there is none.
pub async fn key_lost(
    house: &House,
    by: Option<String>,
    why: String,
) -> Result<Proved<KeyNoted>, NotSigned> {
    let _alone = house.lane().await?;
    let last = last(house).await?.ok_or_else(|| none(house))?;
    if last.what.step == KeyStep::Lost {
        return Err(NotSigned::refused(
            "That it is lost is noted already.",
            "`smallprint key new` makes another.",
        ));
    }
    if let KeyPlace::File(path) = &house.in_force().key
        && path.exists()
    {
        let aside = path.with_extension(format!("key.lost-{}", last.what.id));
        fs::rename(path, aside).map_err(|error| unkept(path, &error))?;
    }
    let what = KeyNoted {
        step: KeyStep::Lost,
        by,
        why: Some(why),
        ..last.what
    };
    append(house, what).await
}

/// Whether there is a key to sign with.
pub(super) fn is_there(house: &House) -> bool {
    match &house.in_force().key {
        KeyPlace::File(path) => path.exists(),
        KeyPlace::Given(_, key) => key.is_some(),
    }
}

/// The key that signs now. One that is given and not on record is noted first.
///
/// # Errors
/// Where there is none, or it was said to be lost.
pub(super) async fn at_hand(house: &House) -> Result<Key, NotSigned> {
    let last = last(house).await?;
    let named = match &last {
        Some(last) if last.what.step != KeyStep::Lost => last.what.name.clone(),
        _ => name(house).await?,
    };
    let key = read(house, &named)?.ok_or_else(|| none(house))?;
    let id = key.public().id_text();
    let step = match last {
        Some(last) if last.what.id == id && last.what.step == KeyStep::Lost => {
            return Err(NotSigned::refused(
                "The key was said to be lost.",
                "`smallprint key new` makes another.",
            ));
        }
        Some(last) if last.what.id == id => return Ok(key),
        Some(last) => KeyStep::Rotated {
            from: last.what.id,
            word: None,
        },
        None => KeyStep::Made,
    };
    note_key(house, &key, step, (None, None)).await?;
    Ok(key)
}

async fn note_key(
    house: &House,
    key: &Key,
    step: KeyStep,
    (by, why): (Option<String>, Option<String>),
) -> Result<Proved<KeyNoted>, NotSigned> {
    let public = key.public();
    let what = KeyNoted {
        step,
        name: public.name.clone(),
        id: public.id_text(),
        public: public.to_string(),
        by,
        why,
    };
    append(house, what).await
}

async fn append(house: &House, what: KeyNoted) -> Result<Proved<KeyNoted>, NotSigned> {
    let at = house.clock.now();
    let fact = Fact::Key(what.clone());
    let entry = house.store.append(fact, at, None).await?;
    Ok(Proved { entry, at, what })
}

async fn last(house: &House) -> Result<Option<Proved<KeyNoted>>, StoreError> {
    Ok(house.store.signing_keys().await?.pop())
}

/// The name of the log: the watchlist's, else one that follows from the first entry.
async fn name(house: &House) -> Result<String, StoreError> {
    if let Some(name) = house.in_force().watchlist.log_name() {
        return Ok(name);
    }
    let first = house.store.entries(1, 1).await?;
    let first = first.first().map(|(_, hash)| hash.short());
    Ok(format!(
        "smallprint.invalid/{}",
        first.unwrap_or_else(|| "empty".to_owned())
    ))
}

fn read(house: &House, name: &str) -> Result<Option<Key>, NotSigned> {
    let (text, place) = match &house.in_force().key {
        KeyPlace::Given(variable, key) => {
            let text = key.as_ref().map(|key| key.reveal().to_owned());
            (text, variable.clone())
        }
        KeyPlace::File(path) => match fs::read_to_string(path) {
            Ok(text) => (Some(text), path.display().to_string()),
            Err(error) if error.kind() == ErrorKind::NotFound => (None, String::new()),
            Err(error) => return Err(unkept(path, &error)),
        },
    };
    let key = text.map(|text| Key::read(name, &text)).transpose();
    key.map_err(|error| {
        NotSigned::refused(
            format!("The key in {place} cannot be used: {error}."),
            "Put the file back as it was; where it is lost, `smallprint key lost` and `smallprint key new` begin anew.",
        )
    })
}

/// Writes a new key into its file, for this user alone; nothing that stands there is written over.
fn write(path: &Path, key: &Key) -> Result<(), NotSigned> {
    let writing = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(key.pem().as_bytes())?;
        file.sync_all()?;
        path.parent()
            .map_or(Ok(()), |dir| File::open(dir)?.sync_all())
    };
    writing().map_err(|error| unkept(path, &error))
}

fn none(house: &House) -> NotSigned {
    match &house.in_force().key {
        KeyPlace::Given(variable, None) => NotSigned::refused(
            format!("There is no key: the variable {variable} is not set."),
            "Put a key there, as `openssl genpkey -algorithm ed25519` prints it.",
        ),
        _ => NotSigned::refused(
            "There is no key to sign with yet.",
            "`smallprint key new` makes one.",
        ),
    }
}

fn unfit(error: &NoKey) -> NotSigned {
    NotSigned::refused(
        format!("No key can be made: {error}."),
        "Write another `name` under [evidence] in the watchlist.",
    )
}

fn unkept(path: &Path, error: &std::io::Error) -> NotSigned {
    NotSigned::refused(
        format!("The key cannot be kept in {}: {error}.", path.display()),
        "Name another file with `key_file` under [evidence] in the watchlist, or move the old one away.",
    )
}
