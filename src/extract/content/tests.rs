//! Bodies with right and lying headers.

use super::*;

#[track_caller]
fn case(bytes: impl AsRef<[u8]>, declared: &str, path: &str, expected: Content) {
    let declared = Some(declared).filter(|declared| !declared.is_empty());
    let found = sort(bytes.as_ref(), declared, path);
    assert_eq!(found, expected, "{declared:?} {path}");
}

/// The same bytes under every header and name of a list.
#[track_caller]
fn whatever(bytes: impl AsRef<[u8]>, said: &[(&str, &str)], expected: Content) {
    for (declared, path) in said {
        case(bytes.as_ref(), declared, path, expected);
    }
}

const ANY: [(&str, &str); 6] = [
    ("", "/"),
    ("text/html; charset=utf-8", "/page"),
    ("text/plain", "/a.txt"),
    ("application/octet-stream", "/download"),
    ("application/json", "/a.json"),
    ("text/xml", "/a.xml"),
];

/// A ZIP file of empty entries with these names.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let length = u16::try_from(name.len()).expect("short").to_le_bytes();
        let header = |start: &[u8], fixed: usize, at: usize| {
            let mut header = start.to_vec();
            header.resize(fixed, 0);
            header[at..at + 2].copy_from_slice(&length);
            header.extend_from_slice(name.as_bytes());
            header
        };
        bytes.extend(header(b"PK\x03\x04", 30, 26));
        directory.extend(header(b"PK\x01\x02", 46, 28));
    }
    let at = u32::try_from(bytes.len()).expect("short").to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 12]);
    bytes.extend(at);
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn a_page_is_a_page_whatever_it_is_called() {
    for page in [
        "<!DOCTYPE html><title>A</title><p>x",
        "\u{feff}\n  <!-- saved from a.uk -->\n<HTML lang=en><body>x</body></HTML>",
        "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x.dtd\"><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>",
        "<head><title>404</title></head>",
    ] {
        whatever(page, &ANY, Content::Html);
        // An error page where a file was is a page, and read as one.
        whatever(
            page,
            &[
                ("application/pdf", "/report.pdf"),
                ("text/csv", "/register.csv"),
                ("application/vnd.ms-excel", "/register.xls"),
                ("application/rss+xml", "/feed"),
            ],
            Content::Html,
        );
    }
}

#[test]
fn a_page_without_its_beginning_is_told_from_text_that_uses_a_tag() {
    let part = "<div class=a><h1>Title</h1><p>One.</p><p>Two.</p></div>";
    whatever(part, &ANY[..1], Content::Html);
    whatever(
        part,
        &[
            ("text/html", "/"),
            ("text/plain", "/page"),
            ("application/json", "/x"),
        ],
        Content::Html,
    );
    case(part, "text/plain", "/a.txt", Content::Text);
    case(
        "<p align=center>Logo</p>\n\n# Title",
        "text/plain",
        "/README.md",
        Content::Markdown,
    );
    case(
        "<p> is the tag of a paragraph",
        "text/plain",
        "/",
        Content::Text,
    );
    case(
        "<p>ab\0c</p>",
        "text/html; charset=utf-8",
        "/a",
        Content::Html,
    );
    case("Not found", "text/html", "/a", Content::Html);
    case("<app-root></app-root>", "text/html", "/a", Content::Html);
}

#[test]
fn files_are_known_by_their_bytes() {
    let pdf = "%PDF-1.4 \u{e2}\u{e3}";
    whatever(pdf, &ANY, Content::Pdf);
    case("\r\n%PDF-1.4", "text/html", "/a", Content::Pdf);
    case("HTTP junk\n%PDF-1.4", "application/pdf", "/a", Content::Pdf);
    case("About the %PDF- marker", "text/plain", "/a", Content::Text);
    case(
        b"{\\rtf1",
        "application/msword",
        "/a.doc",
        Content::File("RTF document"),
    );
    case(
        b"\x1f\x8b\x08",
        "application/xml",
        "/sitemap.xml.gz",
        Content::File("gzip archive"),
    );
    case(
        b"ab\0c",
        "application/octet-stream",
        "/a",
        Content::File("file"),
    );
    case(
        b"\x89PNG\r\n\x1a\n",
        "text/html",
        "/a",
        Content::File("PNG image"),
    );
}

#[test]
fn office_documents_are_known_by_what_is_inside() {
    let word = zip(&["[Content_Types].xml", "word/document.xml"]);
    whatever(word, &ANY, Content::Office(Office::Docx));
    let sheet = zip(&["[Content_Types].xml", "xl/workbook.xml"]);
    case(
        &sheet,
        "application/zip",
        "/a.docx",
        Content::Office(Office::Xlsx),
    );
    case(
        zip(&["ppt/presentation.xml"]),
        "",
        "/a",
        Content::Office(Office::Pptx),
    );
    case(
        zip(&["xl/workbook.bin"]),
        "",
        "/a",
        Content::Office(Office::Xlsb),
    );
    let mut open = zip(&["mimetype"]);
    open.splice(38..38, *b"application/vnd.oasis.opendocument.spreadsheet");
    case(&open, "application/zip", "/a", Content::Office(Office::Ods));
    case(
        zip(&["data.csv"]),
        "application/zip",
        "/a.docx",
        Content::File("ZIP archive"),
    );
    // Cut off, its name is all that tells.
    case(&sheet[..40], "", "/a.xlsx", Content::Office(Office::Xlsx));
    case(
        b"PK\x03\x04..",
        "application/zip",
        "/r",
        Content::File("ZIP archive"),
    );
    let compound = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            &[0; 600][..],
            &name,
            &[0; 64],
        ]
        .concat()
    };
    case(
        compound("Workbook"),
        "text/html",
        "/a",
        Content::Office(Office::Xls),
    );
    case(
        compound("WordDocument"),
        "",
        "/a",
        Content::File("Word document of 1997–2003"),
    );
    case(
        compound("EncryptedPackage"),
        "",
        "/a.xlsx",
        Content::File("encrypted Office document"),
    );
}

#[test]
fn feeds_and_sitemaps_are_known_by_their_first_element() {
    for feed in [
        "<rss version=\"2.0\"><channel/></rss>",
        "\u{feff}\n<?xml version='1.0'?>\n<?xml-stylesheet href='x'?><!-- by hand --><feed xmlns=\"http://www.w3.org/2005/Atom\"/>",
        "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss/>",
        "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\"><channel/></rdf:RDF>",
    ] {
        whatever(feed, &ANY, Content::Feed);
    }
    let map = "<?xml version=\"1.0\"?><urlset><url/></urlset>";
    whatever(map, &ANY, Content::Sitemap);
    case("<sm:sitemapindex/>", "text/plain", "/s", Content::Sitemap);
    whatever(
        "<?xml version=\"1.0\"?><register><row/></register>",
        &ANY,
        Content::Xml,
    );
    case(
        "<rdf:RDF><owl:Ontology/></rdf:RDF>",
        "application/rdf+xml",
        "/a",
        Content::Xml,
    );
}

#[test]
fn json_is_known_by_being_json() {
    let json = " {\"version\": 2, \"html\": \"<!doctype html><p>x</p>\"}";
    whatever(json, &ANY, Content::Json);
    whatever("[[1,2],[3]]", &ANY, Content::Json);
    whatever(")]}',\n{\"a\":1}", &ANY, Content::Json);
    whatever("{\"a\":1}\n{\"a\":2}\n", &ANY, Content::Json);
    let feed = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[]}";
    whatever(feed, &ANY, Content::JsonFeed);
    case("{\"a\": [1, 2", "application/json", "/", Content::Json);
    case("{\"a\": [1, 2", "", "/a.json", Content::Json);
    case("[draft] A note", "text/plain", "/", Content::Text);
    case("\"ok\"", "application/json", "/", Content::Json);
    let wide: Vec<u8> = "\u{feff}{\"a\":1}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    case(wide, "application/octet-stream", "/", Content::Json);
}

#[test]
fn tables_are_known_by_type_or_name_or_look() {
    let table =
        "Ref,Organisation,Date\n1,\"NHS, Leeds\",2021-05-12\n2,B,2021-05-13\n3,C,2021-05-14\n";
    whatever(
        table,
        &[
            ("", "/export"),
            ("text/plain", "/download"),
            ("application/octet-stream", "/r"),
            ("application/octet-stream", "/r.csv"),
            ("text/html", "/r.csv"),
            ("application/vnd.ms-excel", "/r.xls"),
        ],
        Content::Csv,
    );
    case("a\n1", "text/csv", "/", Content::Csv);
    case("Hello, world", "text/plain", "/", Content::Text);
    let ads = "a.com, pub-1, DIRECT, f0\nb.com, 11, RESELLER, f1\nc.com, 22, DIRECT, f2\n";
    case(ads, "text/plain", "/ads.txt", Content::Text);
    let wide: Vec<u8> = format!("\u{feff}{table}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    case(&wide, "application/octet-stream", "/r.csv", Content::Csv);
    case(wide, "text/plain", "/r", Content::Csv);
}

#[test]
fn markdown_and_text_are_known_by_type_or_name() {
    case(
        "# Title",
        "text/markdown; charset=UTF-8",
        "/",
        Content::Markdown,
    );
    case("# Title", "text/plain", "/policy.MD", Content::Markdown);
    case("# Title", "text/plain", "/policy", Content::Text);
    case("Hello", "", "/robots.txt", Content::Text);
    case("User-agent: *", "text/html", "/robots.txt", Content::Text);
    case(
        "<h1>No such page</h1>",
        "text/html",
        "/robots.txt",
        Content::Html,
    );
}
