//! Reads tables: workbooks and separated values.

use smallprint::model::{BlockKind, Document};

use crate::office::{fixture, links, outline, packed, read, shared, torment, try_read, why};

#[test]
fn a_workbook_is_read_sheet_by_sheet() {
    let document = read("register.xlsx", &fixture("register.xlsx"));
    assert_eq!(document.title, "Register of releases");
    assert_eq!(
        outline(&document),
        [
            "## Releases",
            "¶ Register of data releases",
            "¶ July 2016",
            "|# Reference | Organisation | Released | Records | Share",
            "| DARS-NIC-1 | University of Leeds | 2016-07-06 | 1200000 | 0.25",
            "| DARS-NIC-2 | Insurance Ltd | 2016-07-08 09:30 | 3.5 | 0.3",
            "| DARS-NIC-3 | Trust | 2016-07-09 | 7 | 1",
            "¶ Source: the board",
            "## By region",
            "|# Region | 2015 |  | 2016",
            "|#  | Men | Women | Men | Women",
            "| London | 1 | 2 | 3 | 4",
            "| Leeds | 5 | 6 | 7 | 8",
            "## Old (hidden sheet)",
            "|# Ref | Note",
            "| X1 | was released",
        ]
    );
    assert_eq!(
        links(&document),
        [("University of Leeds", "https://example.org/leeds")]
    );
    assert_eq!(document.stated.updated, "2016-07-08".parse().ok());
}

#[test]
fn a_workbook_of_before_2007_is_read() {
    let document = read("register", &fixture("register.xls"));
    assert_eq!(
        outline(&document),
        [
            "¶ Register of data releases",
            "|# Reference | Organisation | Released | Records",
            "| DARS-NIC-1 | University of Leeds | 2016-07-06 | 1200000",
            "| DARS-NIC-2 | Insurance Ltd | 2016-07-08 | 3.5",
        ]
    );
}

#[test]
fn a_spreadsheet_in_open_document_is_read() {
    let document = read("register", &fixture("register.ods"));
    assert_eq!(
        outline(&document),
        [
            "¶ Register of data releases",
            "|# Reference | Organisation | Released | Records",
            "| DARS-NIC-1 | University of Leeds | 2016-07-06 | 1200000",
            "| DARS-NIC-2 | Insurance Ltd | 2016-07-08 09:30 | 0.25",
        ]
    );
    assert_eq!(
        links(&document),
        [("University of Leeds", "https://example.org/leeds")]
    );
}

#[test]
fn separated_values_are_read_with_what_stands_around_them() {
    let text = "Releases in July;;\n;;\nReference;Organisation;Records\nA1;Leeds;1,200\nA2;\"York; Hull\";7\n\nA3;Bath;8\n;;\nSource: the board;;\n";
    let document = read("register.csv", text.as_bytes());
    assert_eq!(
        outline(&document),
        [
            "¶ Releases in July",
            "|# Reference | Organisation | Records",
            "| A1 | Leeds | 1,200",
            "| A2 | York; Hull | 7",
            "| A3 | Bath | 8",
            "¶ Source: the board",
        ]
    );
}

#[test]
fn another_table_below_has_its_own_heading() {
    let text =
        "Region,Cases\nLondon,1\nLeeds,2\n,\nBy age,\nAge,Cases,Deaths\n0-9,1,2\n10-19,3,4\n";
    let document = read("t.csv", text.as_bytes());
    assert_eq!(
        outline(&document),
        [
            "|# Region | Cases",
            "| London | 1",
            "| Leeds | 2",
            "¶ By age",
            "|# Age | Cases | Deaths",
            "| 0-9 | 1 | 2",
            "| 10-19 | 3 | 4",
        ]
    );
}

#[test]
fn a_table_that_empty_rows_divide_is_one() {
    let text = "Ref,Who,Why\nA1,Leeds,Audit\n,,\nA2,York,Care\nA3,Hull,Care\n,,\nA4,Bath,\n";
    let document = read("t.csv", text.as_bytes());
    let rows = outline(&document);
    assert_eq!(rows.iter().filter(|row| row.starts_with("|#")).count(), 1);
    assert_eq!(rows.len(), 5, "{rows:?}");
}

#[test]
fn values_in_an_old_encoding_are_read() {
    let document = read("a.csv", b"Name,Cost\nCaf\xe9,\xa35\n");
    assert_eq!(outline(&document), ["|# Name | Cost", "| Café | £5"]);
}

/// The rows of a document: headings, others, and blocks that are no rows.
fn counts(document: &Document) -> (usize, usize, usize) {
    let mut counts = (0, 0, 0);
    for block in &document.blocks {
        match block.kind {
            BlockKind::Row(_, true) => counts.0 += 1,
            BlockKind::Row(_, false) => counts.1 += 1,
            _ => counts.2 += 1,
        }
    }
    counts
}

#[test]
fn the_registers_of_the_corpora_are_read_whole() {
    // The rows another reader of separated values finds in them, the heading among them.
    let known = [
        ("phe-data-release-register-2014-15.csv", 66),
        ("phe-data-release-register-2015-16.csv", 77),
        ("phe-data-release-register-2016-17.csv", 74),
        ("phe-data-release-register-2017-18.csv", 26),
    ];
    let Some(folder) = shared("corpora/registers") else {
        return;
    };
    for (name, rows) in known {
        let body = std::fs::read(folder.join(name)).expect("a register");
        let document = read(name, &body);
        let BlockKind::Row(cells, true) = &document.blocks[0].kind else {
            panic!("{name} does not begin with a heading")
        };
        assert!(
            cells[0].starts_with("Row ID") || cells.contains(&"ODR Reference".to_owned()),
            "{cells:?}"
        );
        println!("{name}: {:?}", counts(&document));
        assert_eq!(counts(&document), (1, rows - 1, 0), "{name}");
    }
}

#[test]
fn the_tables_of_the_corpora_are_read_whole() {
    let Some(folder) = shared("corpora/tables/nhs-region-cases") else {
        return;
    };
    let mut read_whole = 0;
    for entry in std::fs::read_dir(folder).expect("tables") {
        let path = entry.expect("a file").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let document = read(&name, &std::fs::read(&path).expect("a table"));
        assert_eq!(
            outline(&document)[0],
            "|# GSS_CD | NHSRNm | TotalCases",
            "{name}"
        );
        let (heading, rows, others) = counts(&document);
        assert_eq!(rows, 7, "{name}");
        assert_eq!((heading, others), (1, 0), "{name}");
        read_whole += 1;
    }
    assert_eq!(read_whole, 19);
}

#[test]
fn damaged_tables_are_read_or_refused() {
    for name in ["register.xlsx", "register.xls", "register.ods"] {
        torment(name);
    }
}

/// An Excel workbook of one sheet with these rows.
fn xlsx(rows: &str) -> Vec<u8> {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let types = format!("<Types><Override ContentType='{kind}.sheet.main+xml'/></Types>");
    let rels = format!(
        "<Relationships><Relationship Id='r1' Type='{related}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns:r='{related}'><sheets><sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>"
    );
    let parts = format!(
        "<Relationships><Relationship Id='r1' Type='{related}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
    );
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    packed(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", rels.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", parts.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn places_no_sheet_has_are_read_or_refused() {
    let cell = |place: &str, value: &str| format!("<c r='{place}'><v>{value}</v></c>");
    let row = format!("<row r='1'>{}{}</row>", cell("A1", "7"), cell("XFD1", "8"));
    assert_eq!(outline(&read("a", &xlsx(&row))), ["| 7 | 8"]);
    for place in ["A99999999999", "ZZZZZZZZZZZZZZ1", "A0", "1A", ""] {
        let row = format!("<row r='1'>{}</row>", cell(place, "7"));
        assert!(try_read("a", &xlsx(&row)).is_ok(), "{place}");
    }
    let far =
        "<row r='99999999999'/><row r='4294967295'><c><v>1</v></c></row><row><c><v>2</v></c></row>";
    assert!(try_read("a", &xlsx(far)).is_ok());
}

/// A spreadsheet in OpenDocument with this content.
fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name='A'>{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn cells_repeated_without_end_are_refused() {
    let cell = "<table:table-cell table:number-columns-repeated='4000000000'><text:p>a</text:p></table:table-cell>";
    let row = format!(
        "<table:table-row table:number-rows-repeated='4000000000'>{cell}</table:table-row>"
    );
    let narrow = row.replace(" table:number-columns-repeated='4000000000'", "");
    for table in [row, narrow] {
        let why = why(&read("a.ods", &ods(&table))).to_owned();
        assert_eq!(why, "it has more paragraphs, rows or cells than are kept");
    }
}

#[test]
fn a_cell_far_away_takes_no_room() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let far = format!(
        "<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated='1000000'/><table:table-row><table:table-cell table:number-columns-repeated='16000'/>{}</table:table-row>",
        cell("near"),
        cell("far")
    );
    assert_eq!(outline(&read("a", &ods(&far))), ["¶ near", "¶ far"]);
}

#[test]
fn a_register_of_too_many_rows_is_refused() {
    let rows = "a,b\n".repeat(500_001);
    let document = try_read("a.csv", rows.as_bytes()).expect("a document");
    assert_eq!(
        why(&document),
        "it has more paragraphs, rows or cells than are kept"
    );
}
