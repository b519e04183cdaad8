//! WARC and WACZ files of other programs.

use std::fs;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program::{Program, page};
use crate::site::Answer;
use crate::taking::{of, passed, take, untold};

const SHARED: &str = "Data is shared with nobody.";
const OPT_OUT: &str = "Patients can opt out at any time.";

/// A WARC file that grows.
#[derive(Default)]
pub struct Warc {
    pub members: Vec<Vec<u8>>,
    pub plain: Vec<u8>,
}

impl Warc {
    /// Adds a record; its fields are written as they stand.
    pub fn put(
        &mut self,
        kind: &str,
        id: &str,
        fields: &[(&str, &str)],
        block: &[u8],
    ) -> &mut Warc {
        let mut record =
            format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:x:{id}>\r\n")
                .into_bytes();
        for (name, value) in fields {
            record.extend(format!("{name}: {value}\r\n").bytes());
        }
        record.extend(format!("Content-Length: {}\r\n\r\n", block.len()).bytes());
        record.extend(block);
        record.extend(b"\r\n\r\n");
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        member.write_all(&record).expect("it fits in memory");
        self.members
            .push(member.finish().expect("it fits in memory"));
        self.plain.extend(record);
        self
    }

    /// Adds an answer of an address at a time.
    pub fn answer(&mut self, id: &str, url: &str, at: &str, answer: &[u8]) -> &mut Warc {
        let fields = [
            ("WARC-Target-URI", url),
            ("WARC-Date", at),
            ("Content-Type", "application/http; msgtype=response"),
        ];
        self.put("response", id, &fields, answer)
    }

    /// Adds a page that says this.
    pub fn page(&mut self, id: &str, url: &str, at: &str, sentence: &str) -> &mut Warc {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: old\r\n\r\n";
        let body = page(sentence);
        self.answer(id, url, at, format!("{head}{body}").as_bytes())
    }

    pub fn packed(&self) -> Vec<u8> {
        self.members.concat()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("it fits in memory");
    packed.finish().expect("it fits in memory")
}

/// A page that nobody visited yet, with a clock that stands in July 2026, and everybody told of everything.
pub fn unvisited() -> (Program, String) {
    let mut program = Program::with_page(OPT_OUT);
    program.settle("[[route]]\nto = \"terminal\"\nmin_severity = 1");
    program.set("SMALLPRINT_AT", "2026-07-06T09:00:00Z");
    if let Ok(path) = std::env::var("PATH") {
        program.set("PATH", &path);
    }
    let url = program.site.url("/page");
    (program, url.to_string())
}

/// A file with everything that other programs write.
pub fn mixed(url: &str) -> Warc {
    let mut warc = Warc::default();
    let body = page("Data is shared with one company.");
    let packed = gzip(body.as_bytes());
    let (one, two) = packed.split_at(40);
    let mut chunked = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for part in [one, two, b""] {
        chunked.extend(format!("{:x}\r\n", part.len()).bytes());
        chunked.extend(part);
        chunked.extend(b"\r\n");
    }
    let kept = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let kept = [
        kept.as_slice(),
        page("Data is shared with two companies.").as_bytes(),
    ]
    .concat();
    warc.put(
        "warcinfo",
        "0",
        &[("WARC-Date", "2016-01-01T00:00:00Z")],
        b"software: other\r\n",
    )
    // Not in the order of time.
    .answer("3", url, "2018-03-01T12:00:00Z", &kept)
    .page("1", &format!("<{url}/>"), "2016-01-01T12:00:00Z", SHARED)
    .answer("2", url, "2017-02-01T12:00:00.5Z", &chunked)
    .page(
        "other",
        "https://elsewhere.example/page",
        "2016-01-01T12:00:00Z",
        OPT_OUT,
    )
    .answer(
        "moved",
        url,
        "2016-05-01T12:00:00Z",
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n",
    )
    .answer(
        "gone",
        url,
        "2018-04-01T12:00:00Z",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
    )
    .page("future", url, "2036-01-01T12:00:00Z", SHARED)
    .page("when", url, "yesterday", SHARED);
    without_a_page(&mut warc, url);
    warc
}

/// Records that refer to others, are broken, or hold no answer.
fn without_a_page(warc: &mut Warc, url: &str) {
    warc.put(
        "revisit",
        "again",
        &[
            ("WARC-Target-URI", url),
            ("WARC-Date", "2016-02-01T12:00:00Z"),
            (
                "WARC-Profile",
                "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
            ),
            ("WARC-Refers-To", "<urn:x:1>"),
        ],
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
    )
    .put(
        "revisit",
        "lost",
        &[
            ("WARC-Target-URI", url),
            ("WARC-Date", "2016-03-01T12:00:00Z"),
            ("WARC-Payload-Digest", "sha1:AAAA"),
        ],
        b"",
    )
    .put(
        "response",
        "cut",
        &[
            ("WARC-Target-URI", url),
            ("WARC-Date", "2016-03-01T12:00:00Z"),
            ("WARC-Truncated", "time"),
        ],
        b"HTTP/1.1 200 OK\r\n\r\nDat",
    )
    .put(
        "response",
        "damaged",
        &[
            ("WARC-Target-URI", url),
            ("WARC-Date", "2016-03-01T12:00:00Z"),
            ("WARC-Block-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ],
        b"HTTP/1.1 200 OK\r\n\r\nData",
    )
    .put(
        "resource",
        "dns",
        &[
            ("WARC-Target-URI", "dns:elsewhere.example"),
            ("WARC-Date", "2016-03-01T12:00:00Z"),
        ],
        b"",
    )
    .put(
        "request",
        "asked",
        &[
            ("WARC-Target-URI", url),
            ("WARC-Date", "2016-03-01T12:00:00Z"),
        ],
        b"GET / HTTP/1.1\r\n\r\n",
    );
}

#[test]
fn every_capture_of_a_page_is_taken_with_its_own_date_and_nobody_is_told() {
    let (program, url) = unvisited();
    let warc = mixed(&url);
    fs::write(program.path("old.warc.gz"), warc.packed()).expect("a file");
    let taken = take(&program, "old.warc.gz --note =ours", 2);
    let page = of(&taken, "page");
    assert_eq!(
        (&page["versions"], &page["again"]),
        (&3.into(), &1.into()),
        "{taken}"
    );
    assert_eq!(page["reach"][0], "2016-01-01T12:00:00Z");
    assert_eq!(page["reach"][1], "2018-03-01T12:00:00Z");
    assert_eq!(taken["read"], 15);
    let reasons = [
        ("of no watch", 3),
        ("without a page", 1),
        ("future", 1),
        ("without a time", 1),
        ("cut short", 1),
        ("damaged", 1),
    ];
    for (reason, count) in reasons {
        assert_eq!(passed(&taken, reason), count, "{reason}: {taken}");
    }
    // The one whose bytes are nowhere, and the end of a page that others saw.
    assert_eq!(
        (&page["unread"], &page["nothing"]),
        (&1.into(), &1.into()),
        "{taken}"
    );
    assert!(
        taken["broken"][0]
            .as_str()
            .is_some_and(|why| why.contains("record 13")),
        "{taken}"
    );
    let history = program.expect("--json history page", 0).json();
    let at: Vec<&str> = history
        .iter()
        .filter_map(|row| row["by"].as_str())
        .collect();
    assert_eq!(
        at,
        [
            "2016-01-01T12:00:00Z",
            "2017-02-01T12:00:00.500Z",
            "2018-03-01T12:00:00Z"
        ]
    );
    let version = &history[0]["version"];
    assert_eq!(version["imported"]["file"], "old.warc.gz");
    assert_eq!(version["imported"]["record"], "<urn:x:1>");
    assert_eq!(version["imported"]["note"], "=ours");
    assert_eq!(
        version["last_seen"], "2016-02-01T12:00:00Z",
        "the revisit saw it again"
    );
    assert!(
        program
            .expect("show page@2", 0)
            .text()
            .contains("one company")
    );
    assert!(
        program
            .expect("show page@3", 0)
            .text()
            .contains("two companies")
    );
    let headers = program.expect("show page@1 --headers", 0).text();
    assert!(
        headers.contains("server: old") && headers.contains("<urn:x:1>"),
        "{headers}"
    );
    untold(&program);
    assert!(program.expect("--json verify", 0).json()[0]["broken"].is_null());
    program.expect("rebuild", 0);
    // Once more: nothing is new, whatever the file is called.
    fs::rename(program.path("old.warc.gz"), program.path("same.warc.gz")).expect("renamed");
    let entries = program.expect("--json verify", 0).json()[0]["entries"].clone();
    let taken = take(&program, "same.warc.gz", 2);
    assert_eq!(of(&taken, "page")["known"], 4, "{taken}");
    assert_eq!(
        program.expect("--json verify", 0).json()[0]["entries"],
        entries
    );
}

#[test]
fn the_first_visit_after_an_archive_was_taken_in_says_nothing_of_the_years_between() {
    let (program, url) = unvisited();
    let mut warc = Warc::default();
    warc.page("1", &url, "2016-01-01T12:00:00Z", SHARED);
    fs::write(program.path("old.warc"), &warc.plain).expect("a file");
    assert_eq!(of(&take(&program, "old.warc", 0), "page")["versions"], 1);
    let row = program.expect("--json visit page", 1).json().remove(0);
    assert_eq!(
        (&row["change"], &row["alerts"]),
        (&"1..2".into(), &0.into()),
        "{row}"
    );
    let change = program.expect("--json history page", 0).json().remove(1);
    assert!(
        change["silence"]
            .as_str()
            .is_some_and(|why| why.contains("archive")),
        "{change}"
    );
    // From then on it is watched as any other page.
    program.say("Data is collected from everybody.");
    let row = program
        .expect("--at 2026-07-07T09:00:00Z --json visit page", 1)
        .json()
        .remove(0);
    assert!(
        row["alerts"].as_u64().is_some_and(|alerts| alerts > 0),
        "{row}"
    );
}

#[test]
fn what_is_older_than_our_own_sight_of_a_page_stands_before_it_under_numbers_of_its_own() {
    let (program, url) = unvisited();
    program.expect("visit page", 0);
    fs::write(program.path("old.warc.gz"), mixed(&url).packed()).expect("a file");
    let taken = take(&program, "old.warc.gz", 2);
    let page = of(&taken, "page");
    assert_eq!(
        (&page["versions"], &page["texts"], &page["absent"]),
        (&0.into(), &4.into(), &1.into()),
        "{taken}"
    );
    let history = program.expect("--json history page", 0).json();
    let own: Vec<_> = history
        .iter()
        .filter(|row| row["change"].is_string() || row["version"].is_object())
        .collect();
    assert!(!own.is_empty());
    let said = program.expect("show page@b1", 0).text();
    assert!(said.contains(SHARED), "{said}");
    assert!(
        said.contains("old.warc.gz") && said.contains("urn:x:1"),
        "{said}"
    );
    let diff = program.expect("diff page b1..1", 0).text();
    assert!(
        diff.contains("shared with nobody") && diff.contains("opt out"),
        "{diff}"
    );
    let status = program
        .expect("--json backfill --status", 0)
        .json()
        .remove(0);
    assert_eq!(status["texts"], 4, "{status}");
    untold(&program);
    program.expect("verify", 0);
    program.expect("rebuild", 0);
    assert_eq!(of(&take(&program, "old.warc.gz", 2), "page")["known"], 5);
}

#[test]
fn of_a_file_that_breaks_off_everything_before_is_taken_and_the_whole_one_goes_on() {
    let (program, url) = unvisited();
    let mut warc = Warc::default();
    warc.page("1", &url, "2016-01-01T12:00:00Z", SHARED)
        .page("2", &url, "2017-01-01T12:00:00Z", OPT_OUT)
        .page("3", &url, "2018-01-01T12:00:00Z", "Data is collected.");
    let (packed, second) = (warc.packed(), warc.members[0].len());
    fs::write(program.path("old.warc.gz"), &packed[..second + 100]).expect("a file");
    let said = program.expect("import old.warc.gz", 2).text();
    assert!(said.contains("page  1 version"), "{said}");
    let place = format!("old.warc.gz breaks off in its record 2, which begins at byte {second}");
    assert!(said.contains(&place), "{said}");
    fs::write(program.path("old.warc.gz"), &packed).expect("a file");
    let taken = take(&program, "old.warc.gz", 0);
    let page = of(&taken, "page");
    assert_eq!((&page["known"], &page["versions"]), (&1.into(), &2.into()));
    // A bit that fell over is found by the packing itself.
    let mut damaged = packed.clone();
    damaged[second + 60] ^= 4;
    fs::write(program.path("damaged.warc.gz"), damaged).expect("a file");
    let taken = take(&program, "damaged.warc.gz", 2);
    assert!(
        taken["broken"][0]
            .as_str()
            .is_some_and(|why| why.contains("record 2")),
        "{taken}"
    );
}

#[test]
fn a_wacz_file_and_a_folder_are_read_as_the_files_in_them() {
    let (program, url) = unvisited();
    let mut warc = Warc::default();
    warc.page("1", &url, "2016-01-01T12:00:00Z", SHARED);
    let mut wacz = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [
        ("archive/data.warc.gz", warc.packed()),
        ("datapackage.json", b"{}".to_vec()),
        ("pages/pages.jsonl", Vec::new()),
    ] {
        wacz.start_file(name, options).expect("a file");
        wacz.write_all(&bytes).expect("written");
    }
    let wacz = wacz.finish().expect("a file").into_inner();
    fs::create_dir(program.path("kept")).expect("a folder");
    fs::write(program.path("kept/a.wacz"), &wacz).expect("a file");
    fs::write(program.path("kept/notes.txt"), "nothing").expect("a file");
    let mut later = Warc::default();
    later.page("2", &url, "2017-01-01T12:00:00Z", OPT_OUT);
    fs::write(program.path("kept/b.warc"), &later.plain).expect("a file");
    let taken = take(&program, "kept", 0);
    assert_eq!(of(&taken, "page")["versions"], 2, "{taken}");
    let history = program.expect("--json history page", 0).json();
    assert_eq!(history[0]["version"]["imported"]["file"], "a.wacz");
    fs::write(program.path("cut.wacz"), &wacz[..wacz.len() - 30]).expect("a file");
    let said = program.expect("import cut.wacz", 2);
    assert!(
        said.err
            .contains("cut.wacz is no WACZ file that can be read"),
        "{}",
        said.err
    );
}

#[test]
fn what_is_asked_wrongly_is_said_with_what_to_do() {
    let (program, _) = unvisited();
    fs::write(program.path("a.warc"), "").expect("a file");
    fs::write(program.path("a.html"), "").expect("a file");
    fs::create_dir(program.path("empty")).expect("a folder");
    for (arguments, sentence) in [
        ("import", "FILE"),
        ("import missing.warc", "missing.warc cannot be read"),
        ("import empty", "There is no WARC or WACZ file"),
        ("import a.warc a.html", "one by one"),
        ("import a.html", "--watch ID"),
        ("import a.warc --watch pag", "Did you mean “page”?"),
        ("import a.warc --url https://x.example/", "--watch ID"),
    ] {
        let said = program.expect(arguments, 2);
        assert!(said.err.contains(sentence), "{arguments}: {}", said.err);
    }
    let said = program.expect("import a.warc", 0).text();
    assert!(
        said.contains("0 records read, 0 captures taken in"),
        "{said}"
    );
}

#[test]
fn an_address_of_before_is_named_beside_the_watch() {
    let (program, _) = unvisited();
    program.site.play("/page", Answer::status(404));
    let mut warc = Warc::default();
    warc.page(
        "1",
        "https://old.example/page",
        "2016-01-01T12:00:00Z",
        SHARED,
    );
    fs::write(program.path("old.warc"), &warc.plain).expect("a file");
    assert_eq!(passed(&take(&program, "old.warc", 0), "of no watch"), 1);
    let taken = take(
        &program,
        "old.warc --watch page --url http://www.old.example/page",
        0,
    );
    assert_eq!(of(&taken, "page")["versions"], 1);
}
