//! Reads office files: what they say, and what they do to a reader.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use smallprint::extract;
use smallprint::model::{
    Block, BlockKind, Capture, Digest, Document, Failure, Hop, Provenance, Reading,
};
use url::Url;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A file of the tests.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/office");
    std::fs::read(path.join(name)).expect("a file of the tests")
}

/// The folder of shared corpora, where it exists.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"]
        .iter()
        .map(|near| root.join(near).join(folder))
        .find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: shared/{folder} is not here");
    }
    found
}

/// Reads a file as it would be served, without a word on what it is.
pub fn try_read(name: &str, body: &[u8]) -> Result<Document, Failure> {
    let at: DateTime<Utc> = "2016-07-06T11:00:00Z".parse().expect("a time");
    let url = Url::parse(&format!("https://example.org/files/{name}")).expect("an address");
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![(
                "content-type".to_owned(),
                "application/octet-stream".to_owned(),
            )],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    extract::read(&capture, body, &Reading::default())
}

/// The same, where there must be a document.
#[track_caller]
pub fn read(name: &str, body: &[u8]) -> Document {
    try_read(name, body).expect("a document")
}

/// The blocks, one a line, each with a sign of what it is.
pub fn outline(document: &Document) -> Vec<String> {
    let sign = |block: &Block| match &block.kind {
        BlockKind::Heading(level) => "#".repeat(usize::from(*level)),
        BlockKind::Paragraph => "¶".to_owned(),
        BlockKind::Item(depth) => "-".repeat(usize::from(*depth)),
        BlockKind::Row(_, true) => "|#".to_owned(),
        BlockKind::Row(_, false) => "|".to_owned(),
        BlockKind::Verbatim => "'".to_owned(),
    };
    let line = |block: &Block| format!("{} {}", sign(block), block.text);
    document.blocks.iter().map(line).collect()
}

/// The links, in order.
pub fn links(document: &Document) -> Vec<(&str, &str)> {
    let links = document.blocks.iter().flat_map(|block| &block.links);
    links
        .map(|link| (link.text.as_str(), link.url.as_str()))
        .collect()
}

/// Why a file was not read as text, as its facts say it.
#[track_caller]
pub fn why(document: &Document) -> &str {
    assert!(document.blocks.is_empty(), "it was read");
    let facts = document.attachments[0].facts.as_deref().expect("facts");
    facts
        .split_once(", not read as text: ")
        .map_or(facts, |(_, why)| why)
}

/// A packed file made of these parts.
pub fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("a packed file").into_inner()
}

/// A Word document with this main part.
fn word(body: &str) -> Vec<u8> {
    let types = r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    packed(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("word/document.xml", body.as_bytes()),
    ])
}

#[test]
fn a_word_document_is_read() {
    let document = read("a", &fixture("agreement.docx"));
    assert_eq!(document.title, "Data sharing agreement");
    assert_eq!(
        outline(&document),
        [
            "# Data sharing agreement",
            "¶ This agreement says who may use the records, and on what terms.",
            "# Purposes",
            "- 1. Planning of care",
            "- 2. Research that was approved",
            "- 3. Nothing else",
            "## Safeguards",
            "- Records are pseudonymised",
            "- Names are removed",
            "¶ Records may be sold.",
            "¶ Opting out is possible at any time. Ask your practice.",
            "¶ See also the leaflet on page",
            "|# Dataset | Recipient | Until",
            "| Single GP dataset | Research body | 31 March 2017",
            "| Hospital episodes | Insurer | 31 March 2018",
            "¶ A box of words",
            "¶ in two paragraphs",
            "¶ With a text box.",
            "¶ Inside the box",
            "¶ By writing to the board.",
        ]
    );
    assert_eq!(
        links(&document),
        [
            ("on what terms", "https://example.org/terms"),
            ("the leaflet", "https://example.org/leaflet"),
        ]
    );
    assert_eq!(
        document.surroundings,
        ["Hidden words.", "Health board – official", "Version 1.2"]
    );
    let stated = &document.stated;
    assert_eq!(stated.updated, "2016-07-08".parse().ok());
    assert!(stated.lines[0].contains("tracked changes"), "{stated:?}");
    assert_eq!(
        stated.lines[1..],
        ["File made on 2016-07-06", "File last changed on 2016-07-08"]
    );
}

#[test]
fn a_text_in_open_document_is_read() {
    let document = read("a", &fixture("notice.odt"));
    assert_eq!(document.title, "Privacy notice");
    assert_eq!(
        outline(&document),
        [
            "# Privacy notice",
            "¶ What we hold, and why.",
            "- 1. Your name",
            "- 2. Your records",
            "-- a) from your practice",
            "-- b) from hospitals",
            "- 3. Your choices",
            "|# Use | Basis",
            "| Care | Consent",
            "| Research | Approval",
            "## Your rights",
            "¶ You may object.",
            "¶ Words in a frame",
            "¶ A note at the foot.",
        ]
    );
    assert_eq!(links(&document), [("why", "https://example.org/why")]);
    assert_eq!(document.surroundings, ["Health board", "Page"]);
    assert_eq!(document.stated.updated, "2016-07-08".parse().ok());
}

#[test]
fn slides_are_read_in_their_order() {
    let document = read("slides.pptx", &fixture("slides.pptx"));
    assert_eq!(document.title, "What will change");
    assert_eq!(
        outline(&document),
        [
            "## What will change",
            "¶ Records will be shared",
            "- unless people object",
            "## When",
            "|# Step | Date",
            "| Leaflet | 6 July 2016",
        ]
    );
}

#[test]
fn what_was_deleted_while_changes_were_tracked_is_not_read() {
    let body = "<w:document><w:body>\
        <w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>\
        <w:p><w:r><w:t>line.</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:trPr><w:del w:id='2'/></w:trPr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc/></w:tr>\
        <w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:moveFrom><w:p><w:r><w:t>Moved</w:t></w:r></w:p></w:moveFrom></w:body></w:document>";
    let document = read("a.docx", &word(body));
    assert_eq!(outline(&document), ["¶ One line.", "| b | c"]);
    assert_eq!(document.stated.lines.len(), 1);
}

#[test]
fn cells_that_reach_over_columns_keep_the_others_in_their_place() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let body = format!(
        "<w:document><w:body><w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl></w:body></w:document>",
        cell("<w:gridSpan w:val='2'/>", "Both"),
        cell("", "Last"),
        cell("", "1"),
        cell("", "2"),
        cell("", "3"),
    );
    let document = read("a.docx", &word(&body));
    assert_eq!(outline(&document), ["|# Both |  | Last", "| 1 | 2 | 3"]);
}

#[test]
fn another_number_before_an_item_is_seen() {
    let whole = fixture("agreement.docx");
    let before = read("a", &whole);
    assert!(before.plain().contains("2. Research that was approved"));
    assert_eq!(before.text_digest(), read("b", &whole).text_digest());
}

#[test]
fn what_is_inside_counts_and_not_the_name() {
    for (name, file, first) in [
        ("a.zip", "agreement.docx", "# Data sharing agreement"),
        ("a.docx", "notice.odt", "# Privacy notice"),
        ("a.docx", "register.xls", "¶ Register of data releases"),
    ] {
        assert_eq!(outline(&read(name, &fixture(file)))[0], first);
    }
    let document = read("a.docx", &packed(&[("a.txt", b"only a text")]));
    assert!(why(&document).starts_with("ZIP archive, "));
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = fixture("agreement.docx");
    let broken = read("agreement.docx", &whole[..whole.len() / 2]);
    let facts = broken.attachments[0].facts.clone().expect("facts");
    assert!(
        facts.starts_with("Word document, 19.6 KB, sha256 "),
        "{facts}"
    );
    assert_eq!(why(&broken), "it is damaged");
    assert_eq!(broken.title, "agreement.docx");
    let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    let kind = b"application/vnd.oasis.opendocument.text";
    let locked = packed(&[
        ("mimetype", kind),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"\x01\x02"),
    ]);
    assert_eq!(why(&read("a", &locked)), "it is encrypted");
    let empty = word("<w:document><w:body><w:p/></w:body></w:document>");
    assert_eq!(why(&read("a", &empty)), "there is no text in it");
}

#[test]
fn files_of_office_97_are_told_by_their_streams() {
    let entry = |name: &str| {
        let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        file.resize(1024, 0);
        let start: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        file.extend(&start);
        file.resize(1024 + 64, 0);
        file.push(u8::try_from(start.len() + 2).expect("a short name"));
        file.resize(2048, 0);
        file
    };
    for (stream, expected) in [
        ("WordDocument", "Word document of 1997–2003"),
        (
            "PowerPoint Document",
            "PowerPoint presentation of 1997–2003",
        ),
        ("EncryptedPackage", "encrypted Office document"),
        ("Contents", "Microsoft Office document"),
    ] {
        let document = read("file", &entry(stream));
        let facts = why(&document);
        assert!(facts.starts_with(expected), "{facts}");
    }
    assert_eq!(why(&read("file", &entry("Workbook"))), "it is damaged");
}

#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let zeros = vec![b' '; 1 << 20];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let types = r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    writer
        .start_file("[Content_Types].xml", options)
        .expect("a part");
    writer.write_all(types.as_bytes()).expect("bytes");
    for name in ["xl/workbook.xml", "word/document.xml", "content.xml"] {
        writer.start_file(name, options).expect("a part");
        for _ in 0..600 {
            writer.write_all(&zeros).expect("bytes");
        }
    }
    let bomb = writer.finish().expect("a file").into_inner();
    assert!(bomb.len() < 3_000_000, "{}", bomb.len());
    assert_eq!(
        why(&read("bomb.xlsx", &bomb)),
        "it unpacks to more than is held"
    );
    // The same parts under another name of their kind; only the types differ.
    let as_word = |bytes: &[u8]| {
        let long = " ".repeat(70 << 20);
        assert!(bytes.len() < long.len());
        word(&format!("<w:document>{long}</w:document>"))
    };
    assert_eq!(
        why(&read("a", &as_word(&bomb))),
        "it unpacks to more than is held"
    );
}

#[test]
fn a_file_of_too_many_parts_is_refused() {
    let names: Vec<String> = (0..20_000).map(|at| format!("word/{at}.xml")).collect();
    let mut parts: Vec<(&str, &[u8])> = vec![("word/document.xml", b"<x/>")];
    parts.extend(names.iter().map(|name| (name.as_str(), &b""[..])));
    let document = read("a.docx", &packed(&parts));
    assert_eq!(why(&document), "it is packed from more than 10,000 parts");
}

#[test]
fn elements_nested_without_end_are_refused() {
    for element in ["w:tbl", "w:sdt", "w:p", "w:unknown"] {
        let body = format!(
            "<w:document><w:body>{}</w:body></w:document>",
            format!("<{element}>").repeat(100_000)
        );
        let document = read("a.docx", &word(&body));
        assert_eq!(why(&document), "it is nested deeper than any real file");
    }
}

#[test]
fn words_a_file_defines_for_itself_are_not_expanded() {
    let body = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\
        <w:document><w:body><w:p><w:r><w:t>Plain &b;&amp; &#x41;</w:t></w:r></w:p></w:body></w:document>";
    assert_eq!(outline(&read("a.docx", &word(body))), ["¶ Plain & A"]);
}

/// Reads a file cut short and altered in many ways; whatever comes of it is a document or a failure.
pub fn torment(name: &str) {
    let whole = fixture(name);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).expect("a small number")
    };
    let mut read_at_all = 0;
    for round in 0..200 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 4 {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).expect("a byte");
        }
        read_at_all += usize::from(try_read(name, &bytes).is_ok());
    }
    for part in 1..20 {
        read_at_all += usize::from(try_read(name, &whole[..whole.len() * part / 20]).is_ok());
    }
    assert_eq!(read_at_all, 219, "{name}");
}

#[test]
fn damaged_texts_are_read_or_refused() {
    for name in ["agreement.docx", "notice.odt", "slides.pptx"] {
        torment(name);
    }
}

/// The parts of a text are packed; here they are altered inside.
#[test]
fn damaged_parts_are_read_or_refused() {
    let body = "<w:document><w:body><w:p><w:pPr><w:pStyle w:val='A'/><w:numPr><w:ilvl w:val='1'/><w:numId w:val='2'/></w:numPr></w:pPr><w:r><w:t>Text</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p/></w:tc><w:tc/></w:tr></w:tbl></w:body></w:document>";
    for at in 0..body.len() {
        for sign in ["<", ">", "/", "9", "\u{0}", "&", "'"] {
            let altered = format!("{}{sign}{}", &body[..at], &body[at + 1..]);
            assert!(try_read("a.docx", &word(&altered)).is_ok());
        }
        assert!(try_read("a.docx", &word(&body[..at])).is_ok());
    }
}
