//! The WARC files in what somebody names: a file, a folder of them, or the WARC files of a WACZ file.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;

use crate::house::NotDone;

/// How deep folders are looked through.
const DEEPEST: usize = 4;
/// The most files that are taken at once.
const MOST: usize = 100_000;
/// How the names of whole archives end.
const ENDINGS: [&str; 3] = [".warc", ".warc.gz", ".wacz"];
/// How much is read at once.
const AT_ONCE: usize = 1 << 17;

/// Whether this is a whole archive: a folder, or a file that is called or begins as one.
pub fn is_whole(path: &Path) -> bool {
    if path.is_dir() || is_called(path) {
        return true;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let begins = |from: &mut dyn Read| {
        let mut first = [0; 5];
        from.read_exact(&mut first).is_ok() && first == *b"WARC/"
    };
    let mut from = BufReader::new(file);
    match from.fill_buf() {
        Ok([0x1f, 0x8b, ..]) => begins(&mut GzDecoder::new(from)),
        Ok(_) => begins(&mut from),
        Err(_) => false,
    }
}

fn is_called(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Every file that is meant, in the order of their names within a folder.
pub(super) fn meant(paths: &[PathBuf]) -> Result<Vec<PathBuf>, NotDone> {
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        match path.is_dir() {
            true => below(path, DEEPEST, &mut files)?,
            false => files.push(path.clone()),
        }
        if files.len() == before {
            return Err(NotDone::refused(
                format!("There is no WARC or WACZ file in {}.", path.display()),
                "Name a file that ends in .warc, .warc.gz or .wacz, or a folder with some.",
            ));
        }
    }
    match files.len() > MOST {
        true => Err(NotDone::refused(
            format!("These are more than {MOST} files."),
            "Name some of them at a time.",
        )),
        false => Ok(files),
    }
}

fn below(folder: &Path, deep: usize, files: &mut Vec<PathBuf>) -> Result<(), NotDone> {
    let listed = fs::read_dir(folder).map_err(|error| unread(folder, &error))?;
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && deep > 0 {
            below(&path, deep - 1, files)?;
        } else if path.is_file() && is_called(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// What each WARC file in a file is called, and its bytes, one after the other.
pub(super) fn each(
    path: &Path,
    mut tell: impl FnMut(&str, Box<dyn BufRead + '_>) -> Result<(), NotDone>,
) -> Result<(), NotDone> {
    let opening = || {
        let mut file = BufReader::with_capacity(AT_ONCE, File::open(path)?);
        let is_wacz = file.fill_buf()?.starts_with(b"PK\x03\x04");
        Ok((file, is_wacz))
    };
    let (file, is_wacz) = opening().map_err(|error| unread(path, &error))?;
    match is_wacz {
        true => each_inside(path, file, tell),
        false => tell(&name(path), Box::new(file)),
    }
}

/// The same of the WARC files in a WACZ file.
fn each_inside(
    path: &Path,
    file: BufReader<File>,
    mut tell: impl FnMut(&str, Box<dyn BufRead + '_>) -> Result<(), NotDone>,
) -> Result<(), NotDone> {
    let damaged = |error: &dyn std::fmt::Display| {
        NotDone::refused(
            format!(
                "{} is no WACZ file that can be read: {error}.",
                path.display()
            ),
            "Where it was not copied whole, copy it once more.",
        )
    };
    let name = name(path);
    let mut wacz = zip::ZipArchive::new(file).map_err(|error| damaged(&error))?;
    let mut inside: Vec<String> = (wacz.file_names())
        .filter_map(|name| name.ok().map(|name| name.into_owned()))
        .filter(|name| name.starts_with("archive/") && is_called(Path::new(name)))
        .collect();
    inside.sort();
    if inside.is_empty() || inside.len() > MOST {
        return Err(damaged(&"there is no WARC file in its folder archive"));
    }
    for part in inside {
        let from = wacz.by_name(&part).map_err(|error| damaged(&error))?;
        let from = BufReader::with_capacity(AT_ONCE, from);
        tell(&format!("{name}/{part}"), Box::new(from))?;
    }
    Ok(())
}

/// The name of a file without its folder.
pub(super) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn unread(path: &Path, error: &std::io::Error) -> NotDone {
    NotDone::refused(
        format!("{} cannot be read: {error}.", path.display()),
        "Name a file that the smallprint which holds the archive may read.",
    )
}
