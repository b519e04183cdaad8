//! Holds the house to its map: order of the floors, calm rooms, one owner a package, one sentence a file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Packages anyone may use.
const VOCABULARY: &[&str] = &[
    "chrono",
    "chrono_tz",
    "regex",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "tracing",
    "unicode_normalization",
    "url",
];
/// Packages of floor 3 and above.
const FROM_FLOOR_3: &[&str] = &["tokio"];
/// Every other package with the modules that own it.
const OWNERS: &[(&str, &[&str])] = &[
    ("argon2", &["accounts"]),
    ("async_tungstenite", &["browser"]),
    ("axum", &["web"]),
    ("base64", &["wire"]),
    ("brotli", &["fetch"]),
    ("calamine", &["extract"]),
    ("chardetng", &["extract"]),
    ("chromiumoxide", &["browser"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("cron", &["schedule"]),
    ("csv", &["export", "extract"]),
    ("der", &["proof"]),
    ("encoding_rs", &["extract"]),
    ("feed_rs", &["extract"]),
    // Undoing a content encoding, and packing what is carried out and unpacking what is taken in: uses of one plain function.
    ("flate2", &["export", "fetch", "imports"]),
    ("futures_util", &["browser"]),
    ("indicatif", &["cli"]),
    // Networks are written in the watchlist and held against addresses at the wire: the same plain type.
    ("ipnet", &["cli", "collect", "watchlist", "wire"]),
    ("landlock", &["worker"]),
    ("lettre", &["channels"]),
    ("lol_html", &["extract"]),
    ("maud", &["web"]),
    ("miette", &["watchlist"]),
    ("postgres", &["store"]),
    ("prometheus_client", &["meters"]),
    ("pulldown_cmark", &["extract"]),
    // Two of the notations other programs keep their watch lists in are documents of their own.
    ("quick_xml", &["extract", "lists"]),
    // What a pattern cannot do without is read off it.
    ("regex_syntax", &["prose"]),
    ("r2d2", &["store"]),
    ("reqwest", &["wire"]),
    ("ring", &["proof"]),
    ("robotxt", &["fetch"]),
    ("rpassword", &["cli"]),
    ("rustix", &["browser", "doctor", "store", "worker"]),
    ("rustls", &["store"]),
    ("scraper", &["extract"]),
    ("serde_saphyr", &["lists"]),
    ("serde_json_canonicalizer", &["store"]),
    ("serenity", &["channels"]),
    ("sha1", &["export", "imports"]),
    ("similar", &["diff"]),
    ("sled", &["store"]),
    ("strsim", &["watchlist"]),
    ("tantivy", &["search"]),
    ("tempfile", &["accounts", "browser", "cli", "imports"]),
    ("terminal_size", &["cli"]),
    // Where memory comes from is said once, where the program begins.
    ("tikv_jemallocator", &["main"]),
    // The rules of judgement are data in the same notation as the watchlist.
    ("tokio_postgres_rustls", &["store"]),
    ("toml", &["findings", "rulebook", "watchlist"]),
    ("unicode_segmentation", &["wording"]),
    ("unicode_width", &["wording"]),
    ("unpdf", &["extract"]),
    ("tower_http", &["web"]),
    ("tracing_subscriber", &["cli"]),
    ("utoipa", &["web"]),
    ("utoipa_axum", &["web"]),
    ("webpki_roots", &["store", "wire"]),
    ("zip", &["extract", "imports", "lists"]),
    // Undoing a content encoding, and keeping bodies small: two uses of one plain function.
    ("zstd", &["fetch", "store"]),
];
/// What the calm floors do not know of.
static RESTLESS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r"\.await\b",
        r"\basync\b",
        r"\bstd::(fs|env|io|process|thread)\b",
        r"\bstd::net::(Tcp|Udp|To)",
        r"\bInstant\b",
        r"\bSystemTime\b",
        r"\b(Utc|Local)::now\b",
        r"\be?print(ln)?!",
        r"\bdbg!",
    ];
    patterns.map(pattern).into()
});
/// Reading from memory, which the packages for packed files want done through these.
static FROM_MEMORY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bstd::io::(?:Cursor|Read|\{Cursor, Read\});"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

struct Module {
    name: String,
    floor: u8,
}

/// The modules of `src/lib.rs` in order, with their floors.
fn map(lib: &str) -> Vec<Module> {
    static FLOOR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^// Floor (\d)"));
    static MODULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^pub mod (\w+);"));
    let mut floor = 0;
    let mut modules = Vec::new();
    for line in lib.lines() {
        if let Some(found) = FLOOR.captures(line) {
            floor = found[1].parse().expect("a digit");
        }
        if let Some(found) = MODULE.captures(line) {
            modules.push(Module {
                name: found[1].to_owned(),
                floor,
            });
        }
    }
    modules
}

/// The text of a file without its tests and comments.
fn code(text: &str) -> String {
    static TESTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?ms)^#\[cfg\(test\)\]\n(?:#\[[^\n]*\]\n)*mod \w+(?:;| \{.*?^\})")
    });
    let without_tests = TESTS.replace_all(text, "");
    without_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The modules of this crate that a text names, in `use crate::a::…`, `use crate::{a::…, b}` and paths.
fn named(code: &str) -> BTreeSet<String> {
    static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcrate::(\w+)"));
    static BRACED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcrate::\{([^;]*)\}"));
    let mut names: BTreeSet<String> = PLAIN
        .captures_iter(code)
        .map(|found| found[1].to_owned())
        .collect();
    for group in BRACED.captures_iter(code) {
        names.extend(group[1].split(',').map(|part| {
            part.trim()
                .split("::")
                .next()
                .unwrap_or_default()
                .to_owned()
        }));
    }
    names
}

/// Everything in which a tree breaks the law. `files` are (module, path, text).
fn faults(lib: &str, files: &[(String, String, String)]) -> Vec<String> {
    let modules = map(lib);
    let place = |name: &str| modules.iter().position(|module| module.name == name);
    let mut faults = Vec::new();
    for (module, path, text) in files {
        let Some(own) = place(module) else {
            faults.push(format!("{path}: the map does not name the module {module}"));
            continue;
        };
        let code = code(text);
        for name in named(&code) {
            if place(&name).is_none_or(|other| other > own) {
                faults.push(format!(
                    "{path}: {module} uses {name}, which is not declared before it"
                ));
            }
        }
        let floor = modules[own].floor;
        if floor <= 2 {
            let code = FROM_MEMORY.replace_all(&code, "");
            faults.extend(RESTLESS.iter().filter_map(|pattern| {
                pattern
                    .find(&code)
                    .map(|found| format!("{path}: a calm module says {}", found.as_str()))
            }));
        }
        let outside = heads(&code);
        for package in FROM_FLOOR_3 {
            if floor < 3 && outside.contains(package) {
                faults.push(format!("{path}: {package} is for floor 3 and above"));
            }
        }
        for (package, owners) in OWNERS {
            if !owners.contains(&module.as_str()) && outside.contains(package) {
                faults.push(format!(
                    "{path}: {package} belongs to {}",
                    owners.join(" and ")
                ));
            }
        }
        faults.extend(caption_fault(path, text));
    }
    faults
}

/// The names with which paths begin: those of packages among them.
fn heads(code: &str) -> BTreeSet<&str> {
    static HEAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^\w:])(\w+)::"));
    let heads = HEAD.captures_iter(code);
    heads
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .collect()
}

/// A file begins with one sentence that says what it is.
fn caption_fault(path: &str, text: &str) -> Option<String> {
    let caption: Vec<&str> = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .collect();
    let first: Vec<&str> = caption
        .iter()
        .map(|line| line.trim_start_matches("//!").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let sentence = first.join(" ");
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?](\s+[A-Z]|$)"));
    let sentences = END.find_iter(&sentence).count();
    (sentences != 1 || !sentence.ends_with('.'))
        .then(|| format!("{path}: its caption is not one sentence: “{sentence}”"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file below a folder with its module: the first part of its path.
fn sources(folder: &Path) -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(folder).expect("inside").to_owned();
                let first = inside
                    .components()
                    .next()
                    .expect("a name")
                    .as_os_str()
                    .to_string_lossy()
                    .into_owned();
                let module = first.trim_end_matches(".rs").to_owned();
                files.push((
                    module,
                    inside.display().to_string(),
                    fs::read_to_string(&path).expect("a source"),
                ));
            }
        }
    }
    files.sort();
    files
}

/// The files that hold tests only: their parents declare them under `#[cfg(test)]`.
fn tests(files: &[(String, String, String)]) -> BTreeSet<String> {
    let declared = pattern(r"#\[cfg\(test\)\]\s*mod (\w+);");
    let below = |(_, parent, text): &(String, String, String)| -> Vec<String> {
        let folder = match parent.strip_suffix("/mod.rs") {
            Some(folder) => folder,
            None => parent.trim_end_matches(".rs"),
        };
        let found = declared.captures_iter(text);
        found
            .map(|found| format!("{folder}/{}.rs", &found[1]))
            .collect()
    };
    files.iter().flat_map(below).collect()
}

fn lib() -> String {
    fs::read_to_string(root().join("src/lib.rs")).expect("the map")
}

#[test]
fn every_module_keeps_to_its_floor() {
    let mut files = sources(&root().join("src"));
    files.retain(|(module, ..)| module != "lib" && module != "main");
    let tests = tests(&files);
    files.retain(|(_, path, _)| !tests.contains(path));
    assert!(files.len() > 30, "the sources were not found");
    let faults = faults(&lib(), &files);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_package_has_an_owner() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let manifest: toml::Table = manifest.parse().expect("a manifest");
    let dependencies = manifest["dependencies"].as_table().expect("dependencies");
    for package in dependencies.keys() {
        let name = package.replace('-', "_");
        let known = VOCABULARY.contains(&name.as_str())
            || FROM_FLOOR_3.contains(&name.as_str())
            || OWNERS.iter().any(|(owned, _)| *owned == name);
        assert!(known, "{package} has no owner in this test");
    }
    for (package, _) in OWNERS {
        assert!(
            dependencies.contains_key(&package.replace('_', "-"))
                || dependencies.contains_key(*package),
            "{package} is owned but not used"
        );
    }
}

#[test]
fn every_test_file_says_what_it_is() {
    // Those that stand beside the code too: the house leaves them out.
    let folders = ["tests/it", "src"];
    let files: Vec<_> = (folders.iter())
        .flat_map(|folder| sources(&root().join(folder)))
        .collect();
    let faults: Vec<String> = files
        .iter()
        .filter_map(|(_, path, text)| caption_fault(path, text))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_door_is_a_dozen_lines() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("the door");
    assert!(
        main.lines().count() <= 12,
        "main.rs has {} lines",
        main.lines().count()
    );
}

/// The faults of one file in a small house of three rooms.
#[track_caller]
fn case(module: &str, text: &str, expected: &[&str]) {
    let lib = "//! A map.\n// Floor 1\npub mod model;\n// Floor 2\npub mod diff;\n// Floor 3\npub mod store;\n";
    let file = (
        module.to_owned(),
        format!("{module}.rs"),
        format!("//! It is a room.\n{text}"),
    );
    let found = faults(lib, &[file]);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (fault, part) in found.iter().zip(expected) {
        assert!(fault.contains(part), "{fault} does not say {part}");
    }
}

#[test]
fn a_module_that_climbs_a_floor_is_named() {
    case("diff", "use crate::model::Document;", &[]);
    case("diff", "use crate::store::Store;", &["diff uses store"]);
    case(
        "diff",
        "fn f() { crate::store::open() }",
        &["diff uses store"],
    );
    case("model", "use crate::{diff, model};", &["model uses diff"]);
    case("store", "use crate::diff::between;", &[]);
    case("attic", "fn f() {}", &["the map does not name"]);
}

#[test]
fn a_calm_module_that_stirs_is_named() {
    case("diff", "fn f() -> u8 { 1 }", &[]);
    case("diff", "fn f() { let t = Utc::now(); }", &["Utc::now"]);
    case("model", "use std::fs;", &["std::fs"]);
    case("diff", "use std::io::{Cursor, Read};", &[]);
    case("diff", "use std::io::{Read, stdin};", &["std::io"]);
    case("model", "async fn f() {}", &["async"]);
    case("diff", "// async is spoken of only\nfn f() {}", &[]);
    case(
        "diff",
        "#[cfg(test)]\nmod tests {\n    fn f() { println!(); }\n}",
        &[],
    );
    case("store", "async fn f() { g().await }", &[]);
    // What stands after the tests is code too.
    let declared = "#[cfg(test)]\nmod tests;\nuse std::fs;";
    case("model", declared, &["std::fs"]);
    let inline = "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\nuse std::env;";
    case("model", inline, &["std::env"]);
}

#[test]
fn a_package_outside_its_owner_is_named() {
    case("store", "use sled::Db;", &[]);
    case("diff", "use sled::Db;", &["sled belongs to store"]);
    case("diff", "use tokio::sync::Mutex;", &["tokio is for floor 3"]);
    case("store", "use tokio::sync::Mutex;", &[]);
}

#[test]
fn a_caption_is_one_sentence() {
    assert!(caption_fault("a.rs", "//! One sentence.\n").is_none());
    assert!(caption_fault("a.rs", "//! One sentence\n//! on two lines.\n").is_none());
    assert!(caption_fault("a.rs", "//! One. Two.\n").is_some());
    assert!(caption_fault("a.rs", "use std::fs;\n").is_some());
}
