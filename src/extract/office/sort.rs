//! Tells by what is inside a file which sort of office file it is.

use crate::extract::office::package::Package;

/// A sort of office file that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Office {
    /// A Word document (DOCX).
    Word,
    /// A text in OpenDocument (ODT).
    OpenText,
    /// A PowerPoint presentation (PPTX).
    Slides,
    /// An Excel workbook (XLSX, XLSM).
    Workbook,
    /// An Excel workbook with binary parts (XLSB).
    BinaryWorkbook,
    /// An Excel workbook of before 2007 (XLS).
    OldWorkbook,
    /// A spreadsheet in OpenDocument (ODS).
    OpenWorkbook,
}

impl Office {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Office::Word => "Word document",
            Office::OpenText => "ODT document",
            Office::Slides => "PowerPoint presentation",
            Office::Workbook | Office::BinaryWorkbook | Office::OldWorkbook => "Excel workbook",
            Office::OpenWorkbook => "ODS spreadsheet",
        }
    }
}

/// Main parts by the name of their type.
const TYPES: [(&str, Office); 8] = [
    ("wordprocessingml.document.main", Office::Word),
    ("wordprocessingml.template.main", Office::Word),
    ("ms-word.document.macroenabled.main", Office::Word),
    ("spreadsheetml.sheet.main", Office::Workbook),
    ("spreadsheetml.template.main", Office::Workbook),
    ("ms-excel.sheet.macroenabled.main", Office::Workbook),
    (
        "ms-excel.sheet.binary.macroenabled.main",
        Office::BinaryWorkbook,
    ),
    ("presentationml.presentation.main", Office::Slides),
];

/// Sorts by the name of a type or a suffix, for a file whose inside cannot be seen.
const NAMES: [(&str, Office); 13] = [
    ("wordprocessingml", Office::Word),
    ("spreadsheetml", Office::Workbook),
    ("presentationml", Office::Slides),
    ("opendocument.text", Office::OpenText),
    ("opendocument.spreadsheet", Office::OpenWorkbook),
    (".docx", Office::Word),
    (".docm", Office::Word),
    (".odt", Office::OpenText),
    (".xlsx", Office::Workbook),
    (".xlsm", Office::Workbook),
    (".xlsb", Office::BinaryWorkbook),
    (".pptx", Office::Slides),
    (".ods", Office::OpenWorkbook),
];

/// Streams of the files Office wrote before 2007, with what people call such a file; the first one found counts.
const STREAMS: [(&str, Old); 6] = [
    ("EncryptedPackage", Old::Else("encrypted Office document")),
    ("WordDocument", Old::Else("Word 97–2003 document")),
    (
        "PowerPoint Document",
        Old::Else("PowerPoint 97–2003 presentation"),
    ),
    ("Workbook", Old::Workbook),
    ("Book", Old::Workbook),
    ("VisioDocument", Old::Else("Visio drawing")),
];

/// What a file in the old container is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Old {
    /// A workbook, which is read.
    Workbook,
    /// Something that is not read, with what people call it.
    Else(&'static str),
}

/// The sort of a ZIP file: by what is inside, else, where that cannot be seen, by its declared type or its path.
pub fn packed(bytes: &[u8], declared: &str, path: &str) -> Option<Office> {
    let Ok(mut package) = Package::open(bytes) else {
        return NAMES
            .iter()
            .find(|(name, _)| declared.contains(name) || path.ends_with(name))
            .map(|(_, sort)| *sort);
    };
    if let Ok(Some(types)) = package.part("[Content_Types].xml") {
        let types = types.to_ascii_lowercase();
        return TYPES
            .iter()
            .find(|(name, _)| types.contains(name))
            .map(|(_, sort)| *sort);
    }
    let kind = package.part("mimetype").ok().flatten()?;
    match kind
        .trim()
        .strip_prefix("application/vnd.oasis.opendocument.")?
    {
        "text" | "text-template" | "text-master" => Some(Office::OpenText),
        "spreadsheet" | "spreadsheet-template" => Some(Office::OpenWorkbook),
        _ => None,
    }
}

/// What a file in the container of Office 97–2003 is, by the names of its streams.
/// Source: [MS-CFB] 2.6: a directory entry takes 128 bytes and begins with its name in UTF-16.
pub fn old(bytes: &[u8]) -> Old {
    let named = |name: &str| {
        let mut start: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        start.extend([0, 0]);
        let length = start.len() as u8;
        bytes
            .chunks_exact(128)
            .any(|entry| entry.starts_with(&start) && entry[64] == length)
    };
    STREAMS
        .iter()
        .find(|(name, _)| named(name))
        .map_or(Old::Else("Microsoft Office document"), |(_, old)| *old)
}
