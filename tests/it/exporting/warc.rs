//! The WARC files of an export, read back strictly, and held against the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use flate2::bufread::GzDecoder;
use serde_json::Value;

use crate::exporting::{export, file, furnished, package, sha256};
use crate::program::Program;

/// A record: the fields of its header in order, and its block.
pub struct Record {
    pub fields: Vec<(String, String)>,
    pub block: Vec<u8>,
}

impl Record {
    /// The only field of this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(own, _)| own == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} stands there twice");
        value
    }

    #[track_caller]
    fn must(&self, name: &str) -> &str {
        self.field(name)
            .unwrap_or_else(|| panic!("no {name} in {:?}", self.fields))
    }

    /// The header and the body of the HTTP message that it holds.
    fn message(&self) -> (String, &[u8]) {
        let end = self
            .block
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a header");
        let head = self.block[..end]
            .iter()
            .map(|byte| char::from(*byte))
            .collect();
        (head, &self.block[end + 4..])
    }
}

/// The records of a file, each of which is a gzip member of its own.
pub fn read(bytes: &[u8]) -> Vec<Record> {
    let mut rest = Cursor::new(bytes);
    let mut records = Vec::new();
    while rest.position() < bytes.len() as u64 {
        let mut member = Vec::new();
        GzDecoder::new(&mut rest)
            .read_to_end(&mut member)
            .expect("a gzip member");
        records.push(record(&member));
    }
    records
}

fn record(member: &[u8]) -> Record {
    let end = member
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a header");
    let head = std::str::from_utf8(&member[..end]).expect("UTF-8");
    let mut lines = head.split("\r\n");
    assert_eq!(lines.next(), Some("WARC/1.1"));
    let field = |line: &str| {
        let (name, value) = line.split_once(": ").expect("a field");
        (name.to_owned(), value.to_owned())
    };
    let record = Record {
        fields: lines.map(field).collect(),
        block: member[end + 4..member.len() - 4].to_vec(),
    };
    assert!(member.ends_with(b"\r\n\r\n"));
    assert_eq!(
        record.must("Content-Length"),
        record.block.len().to_string()
    );
    assert_eq!(
        record.must("WARC-Block-Digest"),
        format!("sha256:{}", sha256(&record.block))
    );
    let date = record.must("WARC-Date");
    assert!(date.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(date).is_ok());
    record
}

/// The records of all files, in order.
fn records(program: &Program) -> Vec<Record> {
    let described = package(program);
    let resources = described["resources"].as_array().expect("resources").iter();
    let paths = resources.filter_map(|resource| resource["path"].as_str());
    let paths: BTreeSet<&str> = paths.filter(|path| path.ends_with(".warc.gz")).collect();
    assert!(!paths.is_empty());
    let mut all = Vec::new();
    for path in paths {
        let records = read(&file(program, path));
        assert_eq!(records[0].must("WARC-Type"), "warcinfo");
        assert_eq!(format!("warc/{}", records[0].must("WARC-Filename")), path);
        all.extend(records);
    }
    all
}

/// Holds every record to what it says: names once, references that lead somewhere, payloads of their digests.
pub fn is_sound(program: &Program) {
    let all = records(program);
    let mut payloads: BTreeMap<String, String> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for record in &all {
        let id = record.must("WARC-Record-ID").to_owned();
        assert!(
            id.starts_with("<urn:uuid:") && ids.insert(id.clone()),
            "{id}"
        );
        let kind = record.must("WARC-Type");
        if let Some(digest) = record.field("WARC-Payload-Digest") {
            match kind {
                "response" => {
                    let (_, body) = record.message();
                    assert_eq!(digest, format!("sha256:{}", sha256(body)));
                }
                "resource" => assert_eq!(digest, format!("sha256:{}", sha256(&record.block))),
                "revisit" => {
                    assert_eq!(payloads[record.must("WARC-Refers-To")], digest);
                    assert!(
                        record
                            .must("WARC-Profile")
                            .ends_with("/1.1/revisit/identical-payload-digest")
                    );
                }
                other => panic!("{other} has a payload"),
            }
            payloads.insert(id, digest.to_owned());
        }
        if kind != "warcinfo" {
            assert!(url::Url::parse(record.must("WARC-Target-URI")).is_ok());
        }
    }
    for name in ["WARC-Concurrent-To", "WARC-Refers-To"] {
        for record in &all {
            assert!(
                record.field(name).is_none_or(|id| ids.contains(id)),
                "{name}"
            );
        }
    }
}

#[test]
fn every_capture_is_there_byte_for_byte() {
    let program = furnished();
    export(&program, "--format csv,warc");
    is_sound(&program);
    let all = records(&program);
    for version in ["page@1", "page@2", "con@1"] {
        let raw = program.expect(&format!("show {version} --raw"), 0).out;
        let shown = program
            .expect(&format!("--json show {version} --headers"), 0)
            .json()
            .remove(0);
        let answer = shown["capture"]["hops"]
            .as_array()
            .expect("hops")
            .last()
            .expect("a hop");
        let found = all.iter().find(|record| {
            record.field("WARC-Type") == Some("response")
                && record.field("WARC-Payload-Digest") == Some(&format!("sha256:{}", sha256(&raw)))
        });
        let (head, body) = found.unwrap_or_else(|| panic!("no {version}")).message();
        assert!(body == raw, "{version}");
        let mut lines = head.split("\r\n");
        assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
        let told: Vec<(&str, &str)> = lines
            .map(|line| line.split_once(": ").expect("a field"))
            .collect();
        for field in answer["headers"].as_array().expect("fields") {
            let (name, value) = (
                field[0].as_str().expect("a name"),
                field[1].as_str().expect("a value"),
            );
            let is_it = |told: &(&str, &str)| {
                told.0.trim_start_matches("X-Archive-Orig-") == name && told.1 == value
            };
            assert!(told.iter().any(is_it), "{name} of {version} in {told:?}");
        }
    }
    let of = |kind: &str| -> Vec<&Record> {
        all.iter()
            .filter(|record| record.field("WARC-Type") == Some(kind))
            .collect()
    };
    // The redirect is a response of its own, at the same time as the page it led to.
    let redirect = of("response")
        .into_iter()
        .find(|record| record.must("WARC-Target-URI").ends_with("/old"));
    let redirect = redirect.expect("the redirect");
    assert!(redirect.message().0.starts_with("HTTP/1.1 301 "));
    let page = of("response")
        .into_iter()
        .find(|record| record.must("WARC-Target-URI").ends_with("/new"));
    assert_eq!(
        redirect.field("WARC-Concurrent-To"),
        page.map(|page| page.must("WARC-Record-ID"))
    );
    // The saved file is no answer of a server.
    let saved = of("resource");
    assert_eq!(saved.len(), 1);
    assert!(saved[0].block == program.expect("show con --raw", 0).out);
    // Two looks with the same bytes, and the return to the first ones, which has its header.
    let revisits = of("revisit");
    assert_eq!(
        revisits
            .iter()
            .filter(|record| record.block.is_empty())
            .count(),
        2
    );
    assert_eq!(
        revisits
            .iter()
            .filter(|record| record.block.starts_with(b"HTTP/1.1 200 "))
            .count(),
        1
    );
    assert_eq!(of("metadata").len(), 5);
    let texts = of("conversion");
    assert_eq!(texts.len(), 5);
    let shown: Value = program.expect("--json show page@2", 0).json().remove(0);
    let title = shown["document"]["title"].as_str().expect("a title");
    let begins = |record: &&&Record| record.block.starts_with(title.as_bytes());
    assert!(texts.iter().filter(begins).count() >= 3);
}

#[test]
fn a_long_export_is_cut_into_files() {
    let program = furnished();
    export(&program, "--format warc");
    let whole: Vec<String> = ids(&program);
    export(&program, "--format warc --warc-size 1B");
    is_sound(&program);
    let files = |record: &&Record| record.field("WARC-Type") == Some("warcinfo");
    assert!(records(&program).iter().filter(files).count() > 3);
    assert_eq!(ids(&program), whole, "the same records in the same order");
}

/// The names of the records, those that begin files left out.
fn ids(program: &Program) -> Vec<String> {
    let all = records(program);
    let own = all
        .iter()
        .filter(|record| record.field("WARC-Type") != Some("warcinfo"));
    own.map(|record| record.must("WARC-Record-ID").to_owned())
        .collect()
}
