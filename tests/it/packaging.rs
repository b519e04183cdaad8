//! What stands in `packaging` is true: its files name commands, options, paths and sources that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::Program;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What a unit says under this key, in order.
fn said<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    let lines = unit.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .collect()
}

/// The words after the program's name, if this line starts the program.
fn started(line: &str) -> Option<Vec<&str>> {
    let mut words = line.split_whitespace();
    let program = words.next()?;
    (program.rsplit('/').next() == Some("smallprint")).then(|| words.collect())
}

/// The program understands these arguments: with `--help` behind them it explains them.
#[track_caller]
fn understood(program: &Program, arguments: &[&str]) {
    let arguments = [arguments, &["--help"]].concat().join(" ");
    program.expect(&arguments, 0);
}

/// Whether there is such a program; it is said aloud where there is none.
fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if !there {
        println!("SKIPPED: there is no {name}, so it was not asked");
    }
    there
}

/// The variables of the environment that the program reads for its options.
fn variables(program: &Program) -> BTreeSet<String> {
    let help = program.expect("--help", 0).text();
    let named = Regex::new(r"\[env: (SMALLPRINT_[A-Z_]+)=").expect("a pattern");
    named
        .captures_iter(&help)
        .map(|found| found[1].to_owned())
        .collect()
}

#[test]
fn the_unit_starts_the_program_as_the_readme_does() {
    let unit = read("packaging/smallprint.service");
    let [start] = said(&unit, "ExecStart")[..] else {
        panic!("it starts one program")
    };
    let arguments = started(start).expect("it starts the program");
    understood(&Program::new(), &arguments);
    let at = |option: &str| {
        let place = arguments.iter().position(|word| *word == option);
        arguments[place.expect("it is named") + 1]
    };
    assert_eq!(
        at("--data"),
        format!("/var/lib/{}", said(&unit, "StateDirectory")[0])
    );
    let readme = read("README.md");
    for path in [at("--data"), at("--watchlist"), "/etc/smallprint/secrets"] {
        assert!(readme.contains(path), "the README does not name {path}");
        assert!(unit.contains(path), "the unit does not name {path}");
    }
    let user = said(&unit, "User")[0];
    assert!(read("packaging/sysusers.conf").contains(&format!("u {user} ")));
}

#[test]
fn systemd_finds_no_fault_with_the_unit_and_little_that_is_open() {
    if !is_there("systemd-analyze") {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("smallprint.service");
    let unit = read("packaging/smallprint.service");
    let own = format!("ExecStart={}", env!("CARGO_BIN_EXE_smallprint"));
    fs::write(&path, unit.replace("ExecStart=smallprint", &own)).expect("written");
    let ask = |arguments: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        command.args(arguments).arg(&path).stdin(Stdio::null());
        let output = command.output().expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(output.status.success(), "{said}");
        said
    };
    let of_ours = |said: String| said.contains("smallprint.service:");
    assert!(!of_ours(ask(&["verify", "--man=no"])));
    // Tenths: 1.4 of 10, where 10 is wide open; 2.5 with what a browser needs.
    ask(&["security", "--offline=true", "--no-pager", "--threshold=20"]);
    let more = folder.path().join("smallprint.service.d");
    fs::create_dir(&more).expect("made");
    fs::write(
        more.join("browser.conf"),
        read("packaging/smallprint-browser.conf"),
    )
    .expect("written");
    assert!(!of_ours(ask(&["verify", "--man=no"])));
    ask(&["security", "--offline=true", "--no-pager", "--threshold=30"]);
}

#[test]
fn the_image_runs_the_program_with_arguments_and_variables_that_it_has() {
    let program = Program::new();
    let file = read("packaging/Dockerfile");
    let list =
        Regex::new(r"(?m)^(?:HEALTHCHECK .*)?(CMD|ENTRYPOINT) (\[.*\])$").expect("a pattern");
    let mut checked = 0;
    for found in list.captures_iter(&file) {
        let words: Vec<String> = serde_json::from_str(&found[2]).expect("a list in JSON");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let path = "/usr/local/bin/smallprint";
        let arguments = match words.split_first() {
            Some((first, rest)) if *first == path => rest,
            _ => &words,
        };
        understood(&program, arguments);
        assert!(file.contains(&format!(
            "COPY --from=build /build/target/release/smallprint {path}"
        )));
        checked += 1;
    }
    assert_eq!(
        checked, 6,
        "two images with what they start and how they are asked"
    );
    let variables = variables(&program);
    let named = Regex::new(r"SMALLPRINT_[A-Z_]+").expect("a pattern");
    for variable in named.find_iter(&file) {
        assert!(
            variables.contains(variable.as_str()),
            "{}",
            variable.as_str()
        );
    }
    assert!(!file.contains("USER root") && file.matches("\nUSER 65532:65532\n").count() == 2);
    for line in file.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let sources = line.split_whitespace().rev().skip(1);
        for source in sources.filter(|_| !line.starts_with("--")) {
            assert!(root().join(source).exists(), "there is no {source}");
        }
    }
}

#[test]
fn what_the_image_is_built_from_goes_to_the_build() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    let ignore = read("packaging/Dockerfile.dockerignore");
    let kept: Vec<&str> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    let goes = |path: &str| kept.iter().any(|kept| Path::new(path).starts_with(kept));
    let benches = manifest["bench"].as_array().expect("benches").iter();
    let tests = manifest["test"].as_array().expect("tests").iter();
    // Cargo wants to see every target, whichever it builds.
    for target in benches.chain(tests) {
        let own = || format!("benches/{}.rs", target["name"].as_str().expect("a name"));
        let path = target.get("path").and_then(|path| path.as_str());
        let path = path.map_or_else(own, str::to_owned);
        assert!(root().join(&path).exists() && goes(&path), "{path}");
    }
    for path in ["Cargo.toml", "Cargo.lock", "src/lib.rs"] {
        assert!(goes(path), "{path}");
    }
    let reaches =
        Regex::new(r#"include_(?:str|bytes)!\(\s*"((?:\.\./)+[^"]+)""#).expect("a pattern");
    for file in walk(&root().join("src")) {
        let text = fs::read_to_string(&file).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if file.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        for found in reaches.captures_iter(code) {
            let reached = file.parent().expect("a folder").join(&found[1]);
            let reached = reached.canonicalize().expect("it is there");
            let inside = reached.strip_prefix(root()).expect("inside").to_owned();
            assert!(
                goes(&inside.to_string_lossy()),
                "{} needs {}",
                file.display(),
                inside.display()
            );
        }
    }
}

/// The sources in a folder and all below.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
    found
}

#[test]
fn the_services_have_what_the_image_wants() {
    let text = read("packaging/compose.yaml");
    let compose: Value = serde_saphyr::from_str(&text).expect("YAML");
    let service = &compose["services"]["smallprint"];
    assert_eq!(service["read_only"], true);
    assert_eq!(service["cap_drop"][0], "ALL");
    let file = service["build"]["dockerfile"].as_str().expect("a file");
    let image = read(file);
    let mounts = service["volumes"].as_array().expect("volumes");
    let mounted = |path: &str| {
        let mut mounts = mounts.iter().filter_map(Value::as_str);
        mounts.any(|mount| mount.split(':').nth(1) == Some(path))
    };
    let set = Regex::new(r"SMALLPRINT_(DATA|WATCHLIST)=(\S+)").expect("a pattern");
    for found in set.captures_iter(&image) {
        let folder = match &found[1] {
            "DATA" => Path::new(&found[2]),
            _ => Path::new(&found[2]).parent().expect("a folder"),
        };
        assert!(mounted(&folder.to_string_lossy()), "{}", folder.display());
    }
    for secret in service["secrets"].as_array().expect("secrets") {
        let name = secret.as_str().expect("a name");
        assert!(compose["secrets"][name]["file"].is_string(), "{name}");
        assert!(text.contains(&format!("token_file = \"/run/secrets/{name}\"")));
    }
}

#[test]
fn the_database_is_reached_by_nobody_but_the_program() {
    let text = read("packaging/compose.postgresql.yaml");
    let compose: Value = serde_saphyr::from_str(&text).expect("YAML");
    let database = &compose["services"]["database"];
    assert_eq!(database["network_mode"], "service:smallprint");
    assert!(database["ports"].is_null());
    let secret = &compose["services"]["smallprint"]["secrets"][0];
    assert_eq!(secret["target"], "/data/database.password");
    let name = secret["source"].as_str().expect("a name");
    assert!(compose["secrets"][name]["file"].is_string());
    // What its comment says of the watchlist is a setting, and names the user and the database that are made.
    let address = Regex::new("store = \"([^\"]+)\"").expect("a pattern");
    let address = address.captures(&text).expect("it is named")[1].to_owned();
    let mut program = Program::with_page("You may dissent.");
    program.settle_in_settings(&format!("store = \"{address}\""));
    program.expect("check", 0);
    let address = url::Url::parse(&address).expect("an address");
    let made = &database["environment"];
    assert_eq!(made["POSTGRES_USER"], address.username());
    assert_eq!(made["POSTGRES_DB"], address.path().trim_start_matches('/'));
}

#[test]
fn the_settings_that_its_comment_names_are_settings() {
    let text = read("packaging/compose.yaml");
    let program = Program::new();
    let part = |key: &str| {
        let pattern = Regex::new(&format!("{key} = \"[^\"]+\"")).expect("a pattern");
        pattern
            .find(&text)
            .expect("it is named")
            .as_str()
            .to_owned()
    };
    let file = program.path("secret");
    fs::write(&file, "not a token").expect("written");
    let token = part("token_file");
    let mut program = program;
    program.settle(&format!("[discord]\n{token}\n[window]\n{}", part("listen")));
    let said = program.expect("check", 2);
    assert!(
        said.err
            .contains("/run/secrets/discord-token cannot be read"),
        "{}",
        said.err
    );
    program.replace(&token, "token_file = \"secret\"");
    program.expect("check", 0);
}

#[test]
fn the_debian_package_is_made_of_files_that_are_there() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets = deb["assets"].as_array().expect("assets");
    let mut places = BTreeSet::new();
    for asset in assets {
        let [source, place, mode] = asset.as_array().expect("three").as_slice() else {
            panic!("{asset}")
        };
        let (source, place) = (
            source.as_str().expect("a path"),
            place.as_str().expect("a path"),
        );
        // What is built stands in docs/releasing.md.
        assert!(
            source.starts_with("target/") || root().join(source).exists(),
            "{source}"
        );
        assert_eq!(
            mode.as_str() == Some("755"),
            source == "target/release/smallprint"
        );
        places.insert(format!("/{place}"));
    }
    for file in deb["conf-files"].as_array().expect("files") {
        assert!(places.contains(file.as_str().expect("a path")), "{file}");
    }
    let units = deb["systemd-units"]["unit-scripts"]
        .as_str()
        .expect("a folder");
    assert!(root().join(units).join("smallprint.service").exists());
    let scripts = deb["maintainer-scripts"].as_str().expect("a folder");
    let script = read(&format!("{scripts}/postinst"));
    assert!(
        script.contains("#DEBHELPER#"),
        "what systemd needs is put there"
    );
    let releasing = read("docs/releasing.md");
    for made in ["target/man", "target/completions"] {
        assert!(
            releasing.contains(made),
            "docs/releasing.md does not make {made}"
        );
    }
}

#[test]
fn scripts_are_well_formed_and_say_what_is_missing() {
    for (shell, script) in [
        ("bash", "packaging/release"),
        ("sh", "packaging/debian/postinst"),
    ] {
        let mut command = Command::new(shell);
        let output = command.arg("-n").arg(root().join(script)).output();
        let output = output.expect("a shell");
        assert!(
            output.status.success(),
            "{script}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        if is_there("shellcheck") {
            let output = Command::new("shellcheck").arg(root().join(script)).output();
            let output = output.expect("it runs");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }
    let folder = TempDir::new().expect("a folder");
    let tools = folder.path();
    let run = || {
        let mut command = Command::new("/bin/bash");
        command.arg(root().join("packaging/release")).arg("--check");
        command.env_clear().env("PATH", tools).stdin(Stdio::null());
        let output = command.output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let stub = |name: &str, line: &str| {
        let path = tools.join(name);
        fs::write(&path, format!("#!/bin/sh\n{line}\n")).expect("written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).expect("a mode");
    };
    stub("dirname", "echo \"${1%/*}\"");
    assert!(run().starts_with("error: There is no cargo."), "{}", run());
    for tool in ["cargo", "make", "tar", "gzip", "sha256sum"] {
        stub(tool, "");
    }
    stub("uname", "echo x86_64");
    assert!(
        run().contains(
            "no C compiler for x86_64-unknown-linux-musl, which ring, zstd and jemalloc need"
        ),
        "{}",
        run()
    );
    stub("musl-gcc", "");
    stub("rustc", "echo /nowhere");
    assert!(
        run().contains("rustup target add x86_64-unknown-linux-musl"),
        "{}",
        run()
    );
}
