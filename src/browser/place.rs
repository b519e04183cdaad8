//! Where Chromium is.

use std::path::{Path, PathBuf};

/// What Chromium is called, by whoever packs it.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser of this name or path, else the first one in the directories of `PATH`.
///
/// # Errors
/// A clause that says what is missing, and what to do.
pub(super) fn find(named: Option<&str>, path: &str) -> Result<PathBuf, String> {
    let in_path = |name: &str| {
        std::env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
            .find(|file| is_program(file))
    };
    let Some(named) = named else {
        return NAMES.iter().find_map(|name| in_path(name)).ok_or_else(|| {
            "needs a browser (render = \"browser\"), and no Chromium was found; install one (Debian's package is \
             chromium), or name it with `browser = …` under [settings]"
                .to_owned()
        });
    };
    let found = match named.contains('/') {
        true => Some(PathBuf::from(named)).filter(|file| is_program(file)),
        false => in_path(named),
    };
    found.ok_or_else(|| {
        format!("needs a browser (render = \"browser\"), and `browser = \"{named}\"` under [settings] is no program here")
    })
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_found_by_path_or_name_and_its_absence_is_explained() {
        assert_eq!(find(Some("/bin/sh"), ""), Ok(PathBuf::from("/bin/sh")));
        assert_eq!(
            find(Some("sh"), "/nowhere:/bin"),
            Ok(PathBuf::from("/bin/sh"))
        );
        let missing = find(None, "/nowhere").expect_err("there is none");
        assert!(
            missing.contains("no Chromium was found; install one"),
            "{missing}"
        );
        let missing = find(Some("/etc"), "").expect_err("a directory is no program");
        assert!(
            missing.contains("`browser = \"/etc\"` under [settings]"),
            "{missing}"
        );
        // A relative directory in PATH would be another one with every working directory.
        assert!(find(Some("sh"), ".:bin").is_err());
    }
}
