//! The whole program and what strangers give it: what they ask its window, archives to import, rules for robots.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::fuzzed::alter::{Trial, kept};
use crate::program::{Program, page};
use crate::site::Answer;
use crate::taking::warc::{mixed, unvisited};
use crate::window::house::Open;

/// What is asked of a window, of a mirror and of a collector's door.
const ASKED: [&str; 14] = [
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET /documents?q=a&sort=title&page=2 HTTP/1.1\r\nhost: a\r\naccept: text/html\r\n\r\n",
    "GET /d/page/1..2?view=side HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\n\r\n",
    "GET /d/page/at/2026-03-02 HTTP/1.1\r\nhost: a\r\naccept-datetime: Mon, 02 Mar 2026 09:00:00 GMT\r\n\r\n",
    "GET /search?q=%22nobody+is%22+asked&within=history&since=2026-01-01 HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET /phrases?q=asked&since=2020&until=2030 HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET /compare?a=page%401&b=page%402 HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET /api/v1/changes?limit=2&min_severity=3&cursor=5&watch=page&kind=edited HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET /api/v1/search?q=asked&limit=9 HTTP/1.1\r\nhost: a\r\nif-none-match: \"x\"\r\n\r\n",
    "GET /feed.xml?topic=gp-data HTTP/1.1\r\nhost: a\r\nif-modified-since: Mon, 02 Mar 2026 09:00:00 GMT\r\n\r\n",
    "GET /mirror/head HTTP/1.1\r\nhost: a\r\nauthorization: Bearer 0123456789abcdef0123456789abcdef\r\n\r\n",
    "GET /mirror/entries?from=1 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer x\r\nrange: bytes=0-9\r\n\r\n",
    "POST /login HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 21\r\n\r\nname=anna&password=ab",
    "GET /row?table=1&key=DARS-2 HTTP/1.1\r\nhost: a\r\ncookie: session=abc; theme=dark\r\nx-forwarded-for: 10.0.0.1\r\n\r\n",
];

/// How long to wait for the answer to something that may be half a request.
const BRIEF: Duration = Duration::from_millis(100);
/// How long to wait for the answer to a whole one.
const LONG: Duration = Duration::from_secs(30);

/// Asks one thing and reads the first line of what is answered, as far as anything is.
fn ask(address: &str, bytes: &[u8], patience: Duration) -> String {
    let mut stream = TcpStream::connect(address).expect("the window is open");
    stream.set_read_timeout(Some(patience)).expect("set");
    stream.write_all(bytes).ok();
    let mut said = [0; 200];
    let read = stream.read(&mut said).unwrap_or(0);
    let said = String::from_utf8_lossy(&said[..read]).into_owned();
    said.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn whatever_is_asked_of_the_window_it_stumbles_over_nothing() {
    let open = Open::with_a_change();
    let address = open.base.trim_start_matches("http://").to_owned();
    let right = |asked: &str| asked.replace("host: a", &format!("host: {address}"));
    let seeds: Vec<Vec<u8>> = ASKED
        .iter()
        .map(|asked| right(asked).into_bytes())
        .collect();
    let mut trial = Trial::of(150);
    while trial.goes_on() {
        let asked = trial.altered(&seeds);
        let said = ask(&address, &asked, BRIEF);
        let fine = !said.contains(" 500 ");
        assert!(fine, "{said}: {}", kept("window", &asked));
    }
    trial.say("what is asked of the window");
    let said = ask(&address, right(ASKED[0]).as_bytes(), LONG);
    assert!(said.contains(" 200 "), "{said}");
    let said = open.stop();
    assert!(!said.contains("panicked"), "{said}");
}

/// A WACZ file with these records.
fn inside_a_zip(records: &[u8], how: CompressionMethod) -> Vec<u8> {
    let mut wacz = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(how);
    for (name, bytes) in [
        ("archive/data.warc", records),
        ("datapackage.json", b"{}".as_slice()),
    ] {
        wacz.start_file(name, options).expect("a file");
        wacz.write_all(bytes).expect("written");
    }
    wacz.finish().expect("a file").into_inner()
}

#[test]
fn whatever_an_archive_to_import_holds_it_is_taken_or_refused_in_a_sentence() {
    let (program, url) = unvisited();
    let warc = mixed(&url);
    let packed = inside_a_zip(&warc.packed(), CompressionMethod::Stored);
    let seeds = [warc.plain.clone(), warc.packed(), packed];
    let mut trial = Trial::of(8);
    while trial.goes_on() {
        // What is altered before it is packed gets through the sums of the packing.
        let (name, bytes) = match trial.tried % 4 {
            0 => ("old.warc", trial.altered(&seeds[..1])),
            1 => ("old.warc.gz", trial.altered(&seeds[1..2])),
            2 => ("old.wacz", trial.altered(&seeds[2..])),
            _ => {
                let inner = trial.altered(&seeds[..1]);
                let whole = inside_a_zip(&inner, CompressionMethod::Deflated);
                ("old.wacz", whole)
            }
        };
        fs::write(program.path(name), &bytes).expect("a file");
        let begun = Instant::now();
        let said = program.run(&format!("import {name}"));
        let slow = begun.elapsed() > LONG;
        let fine = said.code <= 2 && !said.err.contains("panicked") && !slow;
        assert!(fine, "{}: {} {}", said.code, said.err, kept(name, &bytes));
    }
    trial.say("archives to import");
    if program.data().exists() {
        program.expect("verify", 0);
    }
}

#[test]
fn whatever_stands_in_a_robots_txt_pages_are_read_or_left_alone() {
    const HOSTS: usize = 40;
    const ROBOTS: [&str; 4] = [
        "User-agent: *\nDisallow: /private\nAllow: /private/page$\nCrawl-delay: 1\nSitemap: https://a.uk/sitemap.xml\n",
        "User-agent: smallprint\nUser-agent: other\nDisallow: /*.pdf$\nDisallow: /a*b*c\n\nUser-agent: *\nDisallow: /\n",
        "\u{feff}User-agent : SmallPrint/1.0 # us\r\nDisallow:\r\nCrawl-delay: 0.5\r\nRequest-rate: 1/10m\r\n",
        "<!doctype html><html><body>Not here</body></html>",
    ];
    let seeds: Vec<Vec<u8>> = ROBOTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    let mut program = Program::new();
    program.settle_in_settings("visits_at_once = 64");
    for no in 0..HOSTS {
        let host = program.site.also_on(&format!("127.0.5.{}", no + 1));
        program.watch_at(&format!("page-{no}"), &format!("http://{host}/page"), "");
    }
    program
        .site
        .play("/page", Answer::html(&page("Nobody is asked twice.")));
    let mut trial = Trial::of(HOSTS);
    let mut day = 0;
    loop {
        let mut more = false;
        for no in 0..HOSTS {
            more |= trial.goes_on();
            // A pause that is asked for is kept: no day is as long as some that would be.
            let text = String::from_utf8_lossy(&trial.altered(&seeds)).to_lowercase();
            let text = text.replace("delay", "depay").replace("rate", "rafe");
            let path = format!("127.0.5.{}/robots.txt", no + 1);
            program.site.replay(&path, Answer::text(&text));
        }
        if !more {
            break;
        }
        day += 1;
        let at = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000 + 2 * day);
        let said = program.run(&format!("--json --at {} visit --all", at.format("%FT%TZ")));
        assert!(said.code <= 2, "{}: {}", said.code, said.err);
        assert!(!said.err.contains("panicked"), "{}", said.err);
        assert_eq!(said.json().len(), HOSTS);
    }
    trial.say("robots.txt");
}
