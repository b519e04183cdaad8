//! What the program is made of keeps to `deny.toml`, also where nobody has cargo-deny.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn deny() -> toml::Table {
    read("deny.toml").parse().expect("deny.toml is TOML")
}

/// The packages that are linked where the program is released for, the program itself left out.
fn packages() -> Vec<Value> {
    let arguments = ["metadata", "--format-version=1", "--offline", "--locked"];
    let mut command = Command::new(env!("CARGO"));
    command
        .args(arguments)
        .arg("--filter-platform=x86_64-unknown-linux-gnu");
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let facts: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let linked = facts["resolve"]["nodes"].as_array().expect("nodes").iter();
    let linked: BTreeSet<&str> = linked.filter_map(|node| node["id"].as_str()).collect();
    let packages = facts["packages"].as_array().expect("packages").iter();
    let packages = packages.filter(|package| package["name"] != "smallprint");
    let packages =
        packages.filter(|package| linked.contains(package["id"].as_str().expect("an id")));
    packages.cloned().collect()
}

/// Whether an SPDX expression can be met with these licences. Old ones have a slash for “or”.
fn allows(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at, allowed);
    met && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut met = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, allowed);
    }
    met
}

fn both(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let met = either(words, at, allowed);
        *at += 1;
        return met;
    }
    match (words.get(*at), words.get(*at + 1)) {
        (Some(&"WITH"), Some(exception)) => {
            *at += 2;
            allowed.contains(format!("{word} WITH {exception}").as_str())
        }
        _ => allowed.contains(word),
    }
}

#[test]
fn an_expression_is_met_by_the_licences_that_are_allowed() {
    let allowed = BTreeSet::from(["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"]);
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND Zlib", true),
        ("GPL-3.0 OR MIT AND BSL-1.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(allows(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn every_package_has_a_licence_that_is_allowed_and_comes_from_the_registry() {
    let deny = deny();
    let allowed = deny["licenses"]["allow"].as_array().expect("a list");
    let allowed: BTreeSet<&str> = allowed.iter().filter_map(toml::Value::as_str).collect();
    let registries = deny["sources"]["allow-registry"]
        .as_array()
        .expect("a list");
    let packages = packages();
    assert!(packages.len() > 200, "{}", packages.len());
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            allows(licence, &allowed),
            "{name} is licensed as “{licence}”, which deny.toml does not allow"
        );
        let source = package["source"].as_str().unwrap_or_default();
        let source = source.strip_prefix("registry+").unwrap_or(source);
        let known = registries
            .iter()
            .any(|registry| registry.as_str() == Some(source));
        assert!(known, "{name} comes from {source}");
    }
}

#[test]
fn what_is_let_pass_is_named_with_a_reason_and_is_still_there() {
    let deny = deny();
    let lock = read("Cargo.lock");
    for ignored in deny["advisories"]["ignore"].as_array().expect("a list") {
        let reason = ignored["reason"].as_str().expect("a reason");
        assert!(reason.len() > 20, "{reason}");
    }
    // Once these are gone, what was let pass because of them no longer is.
    for (package, version) in [("rustls-webpki", "0.102"), ("fxhash", ""), ("instant", "")] {
        let entry = format!("name = \"{package}\"\nversion = \"{version}");
        assert!(
            lock.contains(&entry),
            "{package} is gone: take what concerns it out of deny.toml"
        );
    }
    for banned in deny["bans"]["deny"].as_array().expect("a list") {
        let name = banned["crate"].as_str().expect("a name");
        assert!(
            !lock.contains(&format!("name = \"{name}\"\n")),
            "{name} is banned"
        );
    }
}
