//! Others' programs for web archives, reading what is in the evidence.

use std::fs;
use std::process::Command;

use crate::evidence::{changed, is_there, unpacked};

/// What warcio sees: every record with its type, its digests checked.
const RECORDS: &str = "import sys\n\
    from warcio.archiveiterator import ArchiveIterator\n\
    from warcio.checker import Checker\n\
    for record in ArchiveIterator(open(sys.argv[1], 'rb'), check_digests='raise'):\n\
    \x20   body = record.content_stream().read()\n\
    \x20   uri = record.rec_headers.get_header('WARC-Target-URI') or ''\n\
    \x20   print(record.rec_type, uri.rsplit('/', 1)[-1], len(body))\n";

/// What pywb serves of a WACZ or WARC file at the time of the change.
const REPLAY: &str = "import sys, os, tempfile\n\
    folder = tempfile.mkdtemp()\n\
    os.chdir(folder)\n\
    from pywb.manager.manager import main as manager\n\
    manager(['init', 'case'])\n\
    manager(['add', 'case', sys.argv[1]])\n\
    from pywb.apps.frontendapp import FrontEndApp\n\
    from werkzeug.test import Client\n\
    client = Client(FrontEndApp(config_file=None, custom_config={}))\n\
    for time in sys.argv[3:]:\n\
    \x20   answer = client.get('/case/%sid_/%s' % (time, sys.argv[2]), follow_redirects=True)\n\
    \x20   print(answer.status_code, answer.get_data(as_text=True).strip().replace('\\n', ' '))\n";

#[test]
fn warcio_reads_every_record_and_finds_its_digests_right() {
    if !is_there("python3", &["-c", "import warcio"]) {
        return;
    }
    let program = changed();
    let (folder, _) = unpacked(&program, "page 1..2");
    let script = program.path("records.py");
    fs::write(&script, RECORDS).expect("written");
    let said = Command::new("python3")
        .arg(&script)
        .arg(folder.join("capture.warc.gz"))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let kinds: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let expected = [
        "warcinfo", "request", "response", "metadata", "request", "response", "metadata",
        "revisit", "revisit",
    ];
    assert_eq!(kinds, expected, "{text}");
}

#[test]
fn pywb_replays_both_versions() {
    if !is_there("python3", &["-c", "import pywb, werkzeug"]) {
        return;
    }
    let program = changed();
    let (folder, _) = unpacked(&program, "page 1..2");
    let script = program.path("replay.py");
    fs::write(&script, REPLAY).expect("written");
    let said = Command::new("python3")
        .arg(&script)
        .arg(folder.join("capture.warc.gz"))
        .arg(program.site.url("/page").as_str())
        .args(["20260706090000", "20260706120000"])
        .env("TMPDIR", program.path(""))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let served: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("200 "))
        .collect();
    assert_eq!(
        served.len(),
        2,
        "{text}{}",
        String::from_utf8_lossy(&said.stderr)
    );
    assert!(served[0].contains("Nobody is asked twice."), "{text}");
    assert!(served[1].contains("Everybody is asked twice."), "{text}");
}
