//! The records of a WARC file, one after the other, packed or not, however it was written.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// The longest header of a record, in bytes.
const LONGEST_HEAD: u64 = 64 * 1024;
/// The most records of one file.
const MOST_RECORDS: u64 = 50_000_000;
/// The most bytes that may come out of one file: a terabyte.
const MOST_BYTES: u64 = 1 << 40;

/// The header of a record, and where in the file it stands.
#[derive(Debug)]
pub(super) struct Head {
    fields: Vec<(String, String)>,
    /// The length of its block.
    pub(super) length: u64,
    /// Its place in the file, from 1.
    pub(super) number: u64,
    /// Where it begins, in bytes; of a packed file where its member begins.
    pub(super) offset: u64,
}

impl Head {
    /// The first field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Where a file breaks off.
#[derive(Debug)]
pub(super) struct Broken {
    /// In which record, from 1.
    pub(super) number: u64,
    /// Where that record begins, in bytes.
    pub(super) offset: u64,
    /// Why, in a clause.
    pub(super) why: String,
}

/// Reads records.
pub(super) struct Stream<'a> {
    from: BufReader<Unpacked<'a>>,
    /// How many records were begun.
    number: u64,
    offset: u64,
    bytes: u64,
}

impl<'a> Stream<'a> {
    /// Reads from here; whether it is packed is seen from its first bytes.
    pub(super) fn new(from: Box<dyn BufRead + 'a>) -> io::Result<Stream<'a>> {
        let mut from = Counted { from, at: 0 };
        let is_packed = from.fill_buf()?.starts_with(&[0x1f]);
        let inside = match is_packed {
            true => Inside::Between(from),
            false => Inside::Plain(from),
        };
        Ok(Stream {
            from: BufReader::new(Unpacked {
                inside: Some(inside),
                begun: 0,
            }),
            number: 0,
            offset: 0,
            bytes: 0,
        })
    }

    /// The header of the next record; `None` at the end of the file. The block of the one before must have been taken.
    pub(super) fn next(&mut self) -> Result<Option<Head>, Broken> {
        self.number += 1;
        match self.head() {
            Ok(head) => Ok(head),
            Err(error) => Err(self.broken(&error)),
        }
    }

    fn head(&mut self) -> io::Result<Option<Head>> {
        let mut line = Vec::new();
        // What stands between records is blank, however much of it there is.
        loop {
            let is_over = self.from.fill_buf().map(<[u8]>::is_empty);
            self.offset = self.place();
            if is_over? {
                return Ok(None);
            }
            line.clear();
            self.line(&mut line, LONGEST_HEAD)?;
            if !line.is_empty() {
                break;
            }
        }
        if !line.starts_with(b"WARC/") {
            return Err(wrong("no record begins here"));
        }
        if self.number > MOST_RECORDS {
            return Err(wrong("it has more records than any file should"));
        }
        let (mut fields, mut room) = (Vec::<(String, String)>::new(), LONGEST_HEAD);
        loop {
            line.clear();
            room = room.saturating_sub(self.line(&mut line, room)?);
            if line.is_empty() {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            match (text.split_once(':'), fields.last_mut()) {
                // A field may go on in the next line.
                (_, Some((_, value))) if text.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                (Some((name, value)), _) => {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                (None, _) => return Err(wrong("its header holds a line that is no field")),
            }
        }
        let mut head = Head {
            fields,
            length: 0,
            number: self.number,
            offset: self.offset,
        };
        let length = head.field("Content-Length");
        let length = length.and_then(|length| length.parse().ok());
        head.length = length.ok_or_else(|| wrong("its header does not say how long it is"))?;
        self.bytes = self.bytes.saturating_add(head.length);
        match self.bytes > MOST_BYTES {
            true => Err(wrong("it says that it is longer than any file should be")),
            false => Ok(Some(head)),
        }
    }

    /// The block of a record.
    pub(super) fn block(&mut self, head: &Head) -> Result<Vec<u8>, Broken> {
        let mut block = Vec::new();
        let read = (&mut self.from).take(head.length).read_to_end(&mut block);
        match read {
            Ok(read) if read as u64 == head.length => Ok(block),
            Ok(_) => Err(self.broken(&cut_off())),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Leaves the block of a record out.
    pub(super) fn skip(&mut self, head: &Head) -> Result<(), Broken> {
        let skipped = io::copy(&mut (&mut self.from).take(head.length), &mut io::sink());
        match skipped {
            Ok(skipped) if skipped == head.length => Ok(()),
            Ok(_) => Err(self.broken(&cut_off())),
            Err(error) => Err(self.broken(&error)),
        }
    }

    fn broken(&self, error: &io::Error) -> Broken {
        let why = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends in the middle of it".to_owned(),
            _ => error.to_string(),
        };
        Broken {
            number: self.number,
            offset: self.offset,
            why,
        }
    }

    /// Where the bytes come from that are read next.
    fn place(&self) -> u64 {
        let unpacked = self.from.get_ref();
        match &unpacked.inside {
            Some(Inside::Plain(from)) => from.at - self.from.buffer().len() as u64,
            _ => unpacked.begun,
        }
    }

    /// A line without its end, at most so long; how many bytes it took.
    fn line(&mut self, line: &mut Vec<u8>, most: u64) -> io::Result<u64> {
        let read = (&mut self.from).take(most).read_until(b'\n', line)?;
        if line.pop() != Some(b'\n') {
            return Err(match read as u64 == most {
                true => wrong("its header is too long"),
                false => cut_off(),
            });
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(read as u64)
    }
}

fn wrong(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn cut_off() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// Bytes, and how many of them were taken.
struct Counted<'a> {
    from: Box<dyn BufRead + 'a>,
    at: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
        self.from.consume(amount);
    }
}

/// The bytes of a file, unpacked where it is packed in gzip members; never of two members at once, so that it is known in
/// which one a record begins.
struct Unpacked<'a> {
    inside: Option<Inside<'a>>,
    /// Where the member begins that was read last.
    begun: u64,
}

enum Inside<'a> {
    Plain(Counted<'a>),
    Between(Counted<'a>),
    Member(Box<GzDecoder<Counted<'a>>>),
}

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inside.take() {
                Some(Inside::Plain(mut from)) => {
                    let read = from.read(into);
                    self.inside = Some(Inside::Plain(from));
                    return read;
                }
                Some(Inside::Between(mut from)) => {
                    let ends = from.fill_buf()?.is_empty();
                    if ends {
                        self.inside = Some(Inside::Between(from));
                        return Ok(0);
                    }
                    self.begun = from.at;
                    self.inside = Some(Inside::Member(Box::new(GzDecoder::new(from))));
                }
                Some(Inside::Member(mut member)) => match member.read(into)? {
                    0 => self.inside = Some(Inside::Between(member.into_inner())),
                    read => {
                        self.inside = Some(Inside::Member(member));
                        return Ok(read);
                    }
                },
                // It broke before.
                None => return Err(wrong("it is damaged")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn record(block: &str) -> Vec<u8> {
        let length = block.len();
        format!("WARC/1.0\r\nWARC-Type: resource\r\ncontent-length: {length}\r\nX: a\r\n b\r\n\r\n{block}\r\n\r\n")
            .into_bytes()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        member.write_all(bytes).expect("it fits in memory");
        member.finish().expect("it fits in memory")
    }

    /// The number and place of the record in which a file breaks off, and why.
    type Breaks = Option<(u64, u64, String)>;

    /// What came of each record: its block with its offset, then where it broke off.
    fn read(bytes: Vec<u8>) -> (Vec<(String, u64)>, Breaks) {
        let mut blocks = Vec::new();
        let mut stream = Stream::new(Box::new(Cursor::new(bytes))).expect("it is read");
        loop {
            let head = match stream.next() {
                Ok(Some(head)) => head,
                Ok(None) => return (blocks, None),
                Err(broken) => {
                    return (blocks, Some((broken.number, broken.offset, broken.why)));
                }
            };
            assert_eq!(head.field("x"), Some("a b"));
            match stream.block(&head) {
                Ok(block) => {
                    blocks.push((String::from_utf8_lossy(&block).into_owned(), head.offset));
                }
                Err(broken) => {
                    return (blocks, Some((broken.number, broken.offset, broken.why)));
                }
            }
        }
    }

    fn blocks(expected: &[(&str, usize)]) -> Vec<(String, u64)> {
        let owned = |(block, at): &(&str, usize)| ((*block).to_owned(), *at as u64);
        expected.iter().map(owned).collect()
    }

    #[test]
    fn records_are_read_packed_each_by_itself_all_together_or_not_at_all() {
        let (one, two) = (record("one"), record("two\r\n\r\nWARC/1.0"));
        let plain = [one.clone(), two.clone()].concat();
        let of = |first, second| blocks(&[("one", first), ("two\r\n\r\nWARC/1.0", second)]);
        assert_eq!(read(plain.clone()), (of(0, one.len()), None));
        assert_eq!(read(packed(&plain)), (of(0, 0), None));
        let each = [packed(&one), packed(&two)];
        assert_eq!(read(each.concat()), (of(0, each[0].len()), None));
        assert_eq!(read(Vec::new()), (Vec::new(), None));
    }

    #[test]
    fn a_file_that_breaks_off_says_in_which_record_and_where_it_begins() {
        let (one, two) = (record("one"), record("two"));
        let each = [packed(&one), packed(&two)].concat();
        let first = packed(&one).len();
        for cut in first + 1..each.len() - 8 {
            let (taken, broken) = read(each[..cut].to_vec());
            let Some((number, offset, _)) = broken else {
                panic!("cut at {cut} it is whole");
            };
            // At the very end the block has come out whole, and only what its bytes are held against is missing.
            let all = blocks(&[("one", 0), ("two", first)]);
            assert!(!taken.is_empty() && all.starts_with(&taken), "{cut}");
            assert_eq!(number, taken.len() as u64 + 1, "{cut}");
            assert_eq!(offset, first as u64, "{cut}");
        }
        let plain = [one.clone(), two].concat();
        let (taken, broken) = read(plain[..one.len() + 30].to_vec());
        assert_eq!(taken, blocks(&[("one", 0)]));
        let why = "it ends in the middle of it".to_owned();
        assert_eq!(broken, Some((2, one.len() as u64, why)));
    }

    #[test]
    fn what_is_no_record_is_said_and_nothing_swells() {
        let (_, broken) = read(b"<html>".to_vec());
        assert!(broken.is_some());
        let (_, broken) = read(b"WARC/1.0\r\nX: a\r\n b\r\n\r\n".to_vec());
        assert!(broken.is_some_and(|(_, _, why)| why.contains("how long")));
        let long = [b"WARC/1.0\r\nX: ".to_vec(), vec![b'a'; 1 << 20]].concat();
        let (_, broken) = read(packed(&long));
        assert!(broken.is_some_and(|(_, _, why)| why.contains("too long")));
        let huge = format!(
            "WARC/1.0\r\nX: a\r\n b\r\nContent-Length: {}\r\n\r\n",
            u64::MAX
        );
        let (_, broken) = read(huge.into_bytes());
        assert!(broken.is_some_and(|(_, _, why)| why.contains("longer")));
    }
}
