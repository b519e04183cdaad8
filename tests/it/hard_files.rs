//! Hostile and odd files through the real program: each is a document or a failure with a name, and the program goes on.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::office::{fixture, packed};
use crate::pdf::{assembled, file};
use crate::program::{Program, page};
use crate::site::Answer;

/// What must come of a file.
enum Comes {
    /// A document that says this.
    Text(&'static str),
    /// A document that is only the file, or a failure, and in either case these words on why.
    Named(&'static str),
}
use Comes::{Named, Text};

struct Hard {
    /// Its path, which names the case too.
    path: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
    comes: Comes,
}

fn hard(
    path: &'static str,
    content_type: &'static str,
    body: impl Into<Vec<u8>>,
    comes: Comes,
) -> Hard {
    Hard {
        path,
        content_type,
        body: body.into(),
        comes,
    }
}

/// A file of tests/pages/hard.
fn carried(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/hard");
    fs::read(path.join(name)).expect("a file of the tests")
}

/// A packed file with one part of so many megabytes of spaces after the given ones.
fn unpacks_to(megabytes: usize, parts: &[(&str, &str)], long: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    for (name, text) in parts {
        writer.start_file(*name, options).expect("a part");
        writer.write_all(text.as_bytes()).expect("its bytes");
    }
    writer.start_file(long, options).expect("a part");
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        writer.write_all(&spaces).expect("its bytes");
    }
    writer.finish().expect("a packed file").into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("it fits in memory");
    encoder.finish().expect("it fits in memory")
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const TYPES: &str = "[Content_Types].xml";
const SHEET: &str = r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const WORD: &str = r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

/// Entities that unfold into a thousand million words.
const LAUGHS: &str = r#"<!DOCTYPE r [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">
<!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>"#;

/// Files that unfold into much more than they are.
fn bombs() -> Vec<Hard> {
    let office = "application/octet-stream";
    let book = unpacks_to(100, &[(TYPES, SHEET)], "xl/workbook.xml");
    let text = unpacks_to(70, &[(TYPES, WORD)], "word/document.xml");
    let plain = unpacks_to(70, &[], "zeros.txt");
    vec![
        hard("/bomb.xlsx", office, book, Named("not read as text: it ")),
        hard(
            "/bomb.docx",
            office,
            text,
            Named("it unpacks to more than is held"),
        ),
        hard("/bomb.zip", "application/zip", plain, Named("ZIP archive")),
        hard(
            "/laughs.xml",
            "application/xml",
            format!("{LAUGHS}<r><s>Plain &h;</s></r>"),
            Text("Plain"),
        ),
        hard(
            "/laughs.rss",
            "application/rss+xml",
            format!(
                "{LAUGHS}<rss version='2.0'><channel><title>News</title><item><title>Plain &h;</title></item></channel></rss>"
            ),
            Text("Plain"),
        ),
        hard(
            "/spans.html",
            "text/html",
            "<main><p>Before</p><table><tr><td rowspan=65534 colspan=1000>wide</table></main>"
                .repeat(200),
            Text("Before"),
        ),
    ]
}

/// PDF files that lead in circles or end in the middle.
fn pdfs() -> Vec<Hard> {
    let pdf = "application/pdf";
    let pages: &[u8] = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>";
    let endless_tree = assembled(&[b"<</Type/Catalog/Pages 2 0 R>>", pages]);
    let mut folded = ZlibEncoder::new(Vec::new(), Compression::fast());
    folded
        .write_all(b"4 0 <</Type/Catalog/Pages 4 0 R>>")
        .expect("it folds");
    let folded = folded.finish().expect("it folds");
    let head = format!(
        "<</Type/ObjStm/N 100000000/First 4/Extends 1 0 R/Filter/FlateDecode/Length {}>>stream\n",
        folded.len()
    );
    let stream = [head.as_bytes(), &folded, b"\nendstream"].concat();
    let endless_stream = assembled(&[&stream, b"<</Type/Pages/Kids[1 0 R]/Count 1>>"]);
    let nested = "[".repeat(200_000);
    let nested = assembled(&[b"<</Type/Catalog/Pages 2 0 R>>", nested.as_bytes()]);
    let itself = assembled(&[
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 11>>stream\n/X Do /X Do\nendstream",
    ]);
    let whole = file("ni-bulletin.pdf");
    vec![
        hard("/tree.pdf", pdf, endless_tree, Named("PDF, ")),
        hard("/stream.pdf", pdf, endless_stream, Named("PDF, ")),
        hard("/nested.pdf", pdf, nested, Named("PDF")),
        hard("/itself.pdf", pdf, itself, Named("PDF, ")),
        hard(
            "/half.pdf",
            pdf,
            &whole[..whole.len() / 2],
            Text("Daily COVID-19 Bulletin"),
        ),
        hard("/head.pdf", pdf, &whole[..100], Named("PDF, ")),
        hard(
            "/locked.pdf",
            pdf,
            carried("locked.pdf"),
            Named("encrypted: a password is needed to read it"),
        ),
        hard(
            "/owner.pdf",
            pdf,
            carried("owner-locked.pdf"),
            Text("Names are removed before records are shared."),
        ),
        hard(
            "/scanned.pdf",
            pdf,
            carried("scanned.pdf"),
            Named("1 page, scanned: no text to read"),
        ),
    ]
}

/// Text that is nested or wide beyond any real one.
fn deep() -> Vec<Hard> {
    let columns: Vec<String> = (0..100_000).map(|column| format!("c{column}")).collect();
    let wide = format!("{}\n{}\n", columns.join(","), columns.join(","));
    let deep = 100_000;
    vec![
        hard(
            "/deep.html",
            "text/html",
            "<div>".repeat(30_000) + "<p>Some words at the bottom</p>",
            Text("Some words at the bottom"),
        ),
        hard(
            "/formats.html",
            "text/html",
            "<b><i><p>".repeat(20_000) + "Some words",
            Named("has more than 1000000 tags"),
        ),
        hard(
            "/tables.html",
            "text/html",
            "<table><tr><td>".repeat(10_000) + "Some words",
            Text("Some words"),
        ),
        hard(
            "/lists.html",
            "text/html",
            "<ul><li>".repeat(10_000) + "Some words",
            Text("Some words"),
        ),
        hard(
            "/deep.json",
            "application/json",
            "[".repeat(deep) + &"]".repeat(deep),
            Named(""),
        ),
        hard(
            "/keys.json",
            "application/json",
            "{\"a\":".repeat(deep) + "1" + &"}".repeat(deep),
            Named(""),
        ),
        hard(
            "/deep.xml",
            "application/xml",
            "<a>".repeat(deep) + "Some words" + &"</a>".repeat(deep),
            Named(""),
        ),
        hard(
            "/deep.rss",
            "application/rss+xml",
            format!("<rss version='2.0'><channel>{}", "<item>".repeat(deep)),
            Named(""),
        ),
        hard(
            "/deep.md",
            "text/markdown",
            "> ".repeat(deep) + "Some words",
            Named(""),
        ),
        hard(
            "/lists.md",
            "text/markdown",
            "- ".repeat(deep) + "Some words",
            Named(""),
        ),
        hard(
            "/links.md",
            "text/markdown",
            "[".repeat(deep) + "Some words" + &"](x)".repeat(deep),
            Named(""),
        ),
        hard("/wide.csv", "text/csv", wide, Text("c99999")),
        hard(
            "/quote.csv",
            "text/csv",
            format!("a,b\n1,\"{}", "x\n".repeat(500_000)),
            Named(""),
        ),
        hard(
            "/line.txt",
            "text/plain",
            "x".repeat(5_000_000),
            Text("xxxxxxxx"),
        ),
    ]
}

/// Bytes that are not what they seem.
fn odd() -> Vec<Hard> {
    let words = "Practices share data with the board from July on, as was agreed with everybody.";
    let paged = page(words);
    let nuls: Vec<u8> = paged.bytes().flat_map(|byte| [byte, 0]).collect();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    vec![
        hard("/utf16.html", "text/html", utf16(&paged), Named("")),
        hard("/utf16.txt", "text/plain", utf16(words), Named("")),
        hard("/nuls.html", "text/html; charset=utf-8", nuls, Named("")),
        hard(
            "/some-nuls.html",
            "text/html; charset=utf-8",
            paged.replace("share", "sh\0are"),
            Text("with the board from July on"),
        ),
        hard("/zeros.html", "text/html", vec![0; 100_000], Named("")),
        hard(
            "/twice.gz",
            "application/gzip",
            gzip(&gzip(paged.as_bytes())),
            Named("gzip"),
        ),
        hard(
            "/page.gz",
            "text/html",
            gzip(paged.as_bytes()),
            Named("gzip"),
        ),
        hard(
            "/pdf.html",
            "text/html",
            file("ni-bulletin.pdf"),
            Text("Daily COVID-19 Bulletin"),
        ),
        hard("/page.pdf", "application/pdf", paged.clone(), Text(words)),
        hard("/picture.html", "text/html", png, Named("PNG")),
        hard(
            "/sheet.csv",
            "text/csv",
            fixture("register.xlsx"),
            Text("Register"),
        ),
        hard("/page.json", "application/json", paged, Text(words)),
        hard(
            "/blank.html",
            "text/html",
            " \n\t ",
            Named("answered with nothing"),
        ),
        hard(
            "/locked.docx",
            "application/octet-stream",
            carried("locked.docx"),
            Named("encrypted Office document"),
        ),
        hard(
            "/locked.xlsx",
            "application/octet-stream",
            carried("locked.xlsx"),
            Named("encrypted Office document"),
        ),
    ]
}

/// Everything else, cut in the middle.
fn cut() -> Vec<Hard> {
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let damaged = || Named("it is damaged");
    let kind = "application/octet-stream";
    let feed = "<rss version='2.0'><channel><title>News</title><item><title>One</title></item><item><title>Tw";
    let empty = packed(&[(TYPES, WORD.as_bytes())]);
    // The sector that lists what follows which says that the directory follows itself.
    let mut circle = fixture("register.xls");
    let (sector, first) = (512, |at: usize| usize::from(circle[at]));
    let (listed, directory) = (first(76), first(48));
    let at = sector * (listed + 1) + 4 * directory;
    circle[at..at + 4].copy_from_slice(&(directory as u32).to_le_bytes());
    vec![
        hard(
            "/half.docx",
            kind,
            half(fixture("agreement.docx")),
            damaged(),
        ),
        hard("/half.odt", kind, half(fixture("notice.odt")), damaged()),
        hard("/half.pptx", kind, half(fixture("slides.pptx")), damaged()),
        hard(
            "/half.xlsx",
            kind,
            half(fixture("register.xlsx")),
            damaged(),
        ),
        hard("/half.xls", kind, half(fixture("register.xls")), Named("")),
        hard("/circle.xls", kind, circle, Named("MB of memory to read")),
        hard("/half.ods", kind, half(fixture("register.ods")), damaged()),
        hard("/empty.docx", kind, empty, Named("")),
        hard(
            "/half.rss",
            "application/rss+xml",
            feed,
            Named("is XML that is cut off"),
        ),
        hard(
            "/half.json",
            "application/json",
            "{\"a\": [1, 2, {\"b\": \"wor",
            Named(""),
        ),
        hard(
            "/half.xml",
            "application/xml",
            "<?xml version='1.0'?><r><a>Words</a><b",
            Named(""),
        ),
        hard(
            "/half.html",
            "text/html",
            "<!doctype html><main><h1>Words</h1><p>Practices share data with the bo",
            Text("Practices share data"),
        ),
    ]
}

/// Visits them all, then a page; each must come to what it should, and the page must be read.
#[track_caller]
fn cases(files: Vec<Hard>) {
    let mut program = Program::with_page("Practices share data.");
    let id = |path: &str| path[1..].replace('.', "-");
    for file in &files {
        program.watch(&id(file.path), file.path, "");
        let answer = Answer::status(200).header("content-type", file.content_type);
        program.site.play(file.path, answer.body(&file.body));
    }
    let said = program.run("visit --all --json");
    assert!(said.code <= 2, "{}{}", said.text(), said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let reports = said.json();
    let mut wrong = Vec::new();
    for file in &files {
        let id = id(file.path);
        let report = reports.iter().find(|report| report["watch"] == id.as_str());
        let report = report.unwrap_or_else(|| panic!("{id} has no report"));
        let why = report["failure"]["why"].as_str().map(str::to_owned);
        let read = why.is_none();
        let told = why.unwrap_or_else(|| {
            let shown = program.expect(&format!("show {id}"), 0).text();
            shown.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let short: String = told.chars().take(300).collect();
        println!(
            "{id}: {}: {short}",
            if read { "document" } else { "failure" }
        );
        let fits = match file.comes {
            Text(words) => read && told.contains(words),
            Named(words) => told.contains(words) && !told.contains("stumble"),
        };
        if !fits {
            wrong.push(format!("{id}: {short}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let page = reports.iter().find(|report| report["watch"] == "page");
    assert_eq!(page.expect("a report")["version"], 1);
}

#[test]
fn what_unfolds_without_end_is_held() {
    cases(bombs());
}

#[test]
fn pdf_files_that_lead_nowhere_are_named() {
    cases(pdfs());
}

#[test]
fn what_is_nested_or_wide_without_end_is_held() {
    cases(deep());
}

#[test]
fn what_is_not_what_it_seems_is_read_as_what_it_is() {
    cases(odd());
}

#[test]
fn what_is_cut_in_the_middle_is_read_or_named() {
    cases(cut());
}

#[test]
fn an_answer_packed_twice_is_unpacked_twice() {
    let mut program = Program::with_page("Practices share data.");
    program.watch("twice", "/twice", "");
    let body = gzip(&gzip(page("Packed two times over.").as_bytes()));
    let answer = Answer::status(200)
        .header("content-type", "text/html")
        .header("content-encoding", "gzip, gzip")
        .body(body);
    program.site.play("/twice", answer);
    program.watch("bomb", "/bomb", "");
    let bomb = Answer::html(&" ".repeat(70 << 20)).gzip();
    program.site.play("/bomb", bomb);
    let reports = program.expect("visit --all --json", 2).json();
    let of = |id: &str| {
        reports
            .iter()
            .find(|report| report["watch"] == id)
            .expect("a report")
    };
    assert_eq!(of("page")["version"], 1);
    assert_eq!(of("bomb")["failure"]["kind"], "too-large");
    assert_eq!(of("twice")["version"], 1, "{}", of("twice"));
}
