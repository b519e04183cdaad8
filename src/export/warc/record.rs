//! One record of a WARC file (ISO 28500:2017), in a gzip member of its own.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use flate2::{Compression, write::GzEncoder};

use crate::model::{Digest, Hop};

/// A record before it is written.
pub(in crate::export) struct Record<'a> {
    /// Its type.
    pub(in crate::export) kind: &'static str,
    /// Its name.
    pub(in crate::export) id: String,
    /// When what it holds was made.
    pub(in crate::export) at: DateTime<Utc>,
    /// The other fields of its header, in order.
    pub(in crate::export) fields: Vec<(&'static str, String)>,
    /// The type of its block, where it has one.
    pub(in crate::export) media: Option<&'a str>,
    /// Its block.
    pub(in crate::export) block: Vec<u8>,
}

/// The name of a record: the same of the same thing in every export (a UUID of version 8, RFC 9562).
pub(in crate::export) fn named(parts: &[&dyn std::fmt::Display]) -> String {
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&Digest::of(parts.join(" ").as_bytes()).0[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    format!("<urn:uuid:{}>", parts.join("-"))
}

/// A digest with its label.
pub(in crate::export) fn labelled(digest: Digest) -> String {
    format!("sha256:{digest}")
}

/// The field with the fingerprint of the certificate that the server showed: no field of the standard has it.
pub const CERTIFICATE: &str = "Smallprint-Certificate";

/// Where an answer came from: the address of the server, and the certificate it showed over TLS.
pub(in crate::export) fn server(hop: &Hop) -> impl Iterator<Item = (&'static str, String)> {
    let address = hop.address.map(|address| address.to_string());
    let address = address.map(|address| ("WARC-IP-Address", address));
    let certificate = hop.certificate.map(|shown| (CERTIFICATE, labelled(shown)));
    address.into_iter().chain(certificate)
}

/// A time as records have it.
pub(in crate::export) fn date(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Record<'_> {
    /// Writes it as one gzip member.
    pub(in crate::export) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut head = format!(
            "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: {}\r\nWARC-Date: {}\r\n",
            self.kind,
            self.id,
            date(self.at)
        );
        for (name, value) in &self.fields {
            head.push_str(&format!("{name}: {}\r\n", one_line(value)));
        }
        if let Some(media) = self.media {
            head.push_str(&format!("Content-Type: {}\r\n", one_line(media)));
        }
        let digest = labelled(Digest::of(&self.block));
        head.push_str(&format!(
            "WARC-Block-Digest: {digest}\r\nContent-Length: {}\r\n\r\n",
            self.block.len()
        ));
        let mut member = GzEncoder::new(to, Compression::default());
        member.write_all(head.as_bytes())?;
        member.write_all(&self.block)?;
        member.write_all(b"\r\n\r\n")?;
        member.finish()?;
        Ok(())
    }
}

/// What a server said cannot begin another field.
pub(in crate::export) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Named fields as the block of a record (application/warc-fields).
pub(in crate::export) fn fields(fields: &[(&str, String)]) -> Vec<u8> {
    let lines = fields
        .iter()
        .map(|(name, value)| format!("{name}: {}\r\n", one_line(value)));
    lines.collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn a_name_is_a_uuid_and_the_same_each_time() {
        let name = named(&[&"archive", &17, &"response"]);
        assert_eq!(name, named(&[&"archive", &17, &"response"]));
        assert_ne!(name, named(&[&"archive", &18, &"response"]));
        assert_eq!((name.len(), &name[24..25]), (47, "8"));
    }

    #[test]
    fn nothing_in_a_field_begins_another_one() {
        let record = Record {
            kind: "resource",
            id: named(&[&1]),
            at: DateTime::UNIX_EPOCH,
            fields: vec![(
                "WARC-Target-URI",
                "http://x/\r\nContent-Length: 0\r\n\r\n".into(),
            )],
            media: Some("text/plain\r\nX: y"),
            block: b"abc".to_vec(),
        };
        let mut bytes = Vec::new();
        record.write(&mut bytes).expect("it is written to memory");
        let mut text = String::new();
        GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .expect("it is packed");
        assert!(
            text.ends_with("Content-Length: 3\r\n\r\nabc\r\n\r\n"),
            "{text}"
        );
        assert_eq!(text.matches("\r\nContent-Length").count(), 1, "{text}");
        assert!(!text.contains("\r\nX: y"), "{text}");
    }
}
