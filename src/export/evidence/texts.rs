//! What stands in a file of evidence for people: what it is, what it proves, and a statement to fill in.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::export::evidence::sides::Side;
use crate::export::evidence::{Case, VisitTold};
use crate::model::{Checkpoint, Digest, Proved};
use crate::proof::Public;
use crate::wire::base64;
use crate::wording::{harmless, times};

/// What the texts are made from.
pub(super) struct Told<'a> {
    pub(super) case: &'a Case,
    pub(super) captured: &'a [Side],
    pub(super) made: &'a Proved<Checkpoint>,
    pub(super) public: &'a Public,
    /// The digest of the watchlist that was in force.
    pub(super) configuration: Option<Digest>,
    /// When the file was made.
    pub(super) at: DateTime<Utc>,
}

impl Told<'_> {
    /// What it is of, in a few words.
    fn subject(&self) -> String {
        let title = harmless::line(&self.case.title);
        match self.case.span {
            Some(span) => format!("the change {span} of “{title}”"),
            None => format!("a version of “{title}”"),
        }
    }

    /// What stands where, how to check it, what it proves and what not.
    pub(super) fn readme(&self) -> String {
        let checkpoint = &self.made.what;
        let configuration = self.configuration.map(|digest| digest.to_string());
        let configuration = configuration.unwrap_or_else(|| "not on record".to_owned());
        let kept = self.captured.iter().flat_map(|side| &side.hops);
        let tls: Vec<bool> = kept
            .filter(|hop| hop.url.scheme() == "https")
            .map(|hop| hop.certificate.is_some())
            .collect();
        let certificates = match (tls.is_empty(), tls.iter().all(|kept| *kept)) {
            (true, _) => "The page was not asked over TLS, so that there is no certificate.",
            (_, true) => "The fingerprint of each TLS certificate was kept with the capture.",
            (_, false) => {
                "For some captures the fingerprint of the TLS certificate was not kept: they were made by an earlier version of\nthe program, or through something that does not tell it."
            }
        };
        format!(
            "EVIDENCE of {subject}\n{address}\n\n\
Made {at} by Smallprint {version} from its archive “{origin}”.\n\
The watchlist in force at the time had the SHA-256 {configuration}.\n\n\
HOW TO CHECK IT\n\n\
  sh verify.sh KEY          needs a POSIX shell, sha256sum and openssl\n\
  python3 verify.py KEY     needs Python 3 alone; it also takes the ZIP file itself: verify.py FILE.zip KEY\n\n\
KEY is the public key of the archive, or its id; take it from where the keeper of the archive publishes it, not from this\n\
file. Here it says:\n\n  {public}\n\n\
Without KEY the scripts check everything against the key that lies in this file, and say so: then you know that the file is\n\
of one piece, and not whose it is. Where openssl is older than 3.0, use verify.py.\n\n\
WHAT IS IN IT\n\n\
  before/ and after/        body.bin: the bytes as served, content encoding undone; capture.json and way.txt: status, header\n\
                            fields, every redirect, address, certificate, our clock and the server's; text.txt and\n\
                            document.json: the text as the program read it\n\
  redline.html              what differs; print it, or save it as PDF from a browser\n\
  change.json               what was found to matter, what people said of it since, and what was put right\n\
  visits.csv, coverage.json every visit around it, those that failed among them, and what follows for when it was there\n\
  chain/N.json              entries of the journal, byte for byte as they were hashed; each names the hash of the one before\n\
  chain/N.proof             the path of hashes from that entry to the root of the checkpoint (RFC 9162)\n\
  checkpoint/               the signed root over {size} entries (a C2SP tlog-checkpoint), the public key, and the answers of\n\
                            time-stamp authorities where there are any (RFC 3161)\n\
  bindings.txt              which entry names which file by its hash\n\
  capture.warc.gz, .wacz    the same captures for programs that read web archives (ISO 28500)\n\
  MANIFEST.sha256, .note    the hash of every file, and the signature of the archive over that list\n\
  WITNESS-STATEMENT.txt     a statement to be filled in by whoever stands for it\n\n\
WHAT IT PROVES\n\n\
That the archive signed a journal of {size} entries with the root {root};\n\
that the entries shown stand in that journal, unaltered; that these entries name the captures by the hashes of the bytes\n\
that are here; and that whoever holds an earlier or later checkpoint of the same archive can have it proved that one\n\
continues the other. A checkpoint that was published or stamped by an authority at a time cannot have been made later.\n\n\
  openssl ts -verify -data checkpoint/checkpoint.note -in checkpoint/stamp-1.tsr -CAfile THE-AUTHORITY'S-CERTIFICATES.pem\n\n\
WHAT IT DOES NOT PROVE\n\n\
That the server sent the same to anybody else: no archive can prove that. That our clock was right: compare it with the\n\
server's in way.txt. That the bytes came from that server, beyond our word: TLS leaves no receipt. That nothing was seen and\n\
left out of the journal: the journal proves what is in it. What stood on the page between two visits: see coverage.json.\n\
When the entry was written, beyond our clock: only that it was before the checkpoint was published or stamped.\n\n\
WHAT WAS RECONSTRUCTED\n\n\
The names of header fields are in lower case, whatever the server wrote; fields of one name stand together. Content and\n\
transfer encoding were undone, and in the WARC file the fields that told of them are renamed. Version and reason phrase of\n\
HTTP stand there as is usual. Requests in the WARC file hold what is known of them: method, path and host. The text, the\n\
redline and the document are readings by this program; the bytes are what was read. {certificates}\n",
            subject = self.subject(),
            address = harmless::line(&self.case.url),
            at = self.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            version = env!("CARGO_PKG_VERSION"),
            origin = checkpoint.origin,
            public = self.public,
            size = checkpoint.size,
            root = base64(&checkpoint.root.0),
        )
    }

    /// A statement with blanks.
    pub(super) fn statement(&self) -> String {
        let mut seen = String::new();
        for side in self.captured {
            let at = times::moment(side.landed.bounds.by, chrono_tz::Europe::London);
            let body = match side.landed.body {
                Some(body) => format!("bytes with the SHA-256\n   {body}"),
                None => "an answer that was no page".to_owned(),
            };
            seen.push_str(&format!(
                "\n - {}: on {at} the program received {body}\n   (entry {} of the journal);",
                side.name, side.entry
            ));
        }
        format!(
            "WITNESS STATEMENT\n\n\
(A form. Whoever signs it writes what they know themselves, and strikes out what is not so.)\n\n\
Statement of:       ______________________________________________\n\
Occupation:         ______________________________________________\n\
Organisation:       ______________________________________________\n\
Date:               ____________________\n\n\
1. I make this statement from my own knowledge, except where I say otherwise.\n\n\
2. I am responsible for a computer, at _________________________, that runs the program Smallprint, version {version}. Since\n\
   ____________________ the program has visited the page “{title}” at\n   {address}\n   and kept what it received.\n\n\
3. The journal of the program records:{seen}\n   the times are those of the computer's clock, which is set by ____________________.\n\n\
4. So far as I know the computer and the program worked properly at these times, except: ____________________________\n\n\
5. I produce as exhibit ______ a file with the SHA-256\n   ________________________________________________________________\n   \
(as `sha256sum` prints it). It was made by the program on {at}. I checked it on\n   ____________________ with the script ____________________ that is in it, and it reported:\n   ______________________________________________\n\n\
6. The public key with which the archive signs is\n   {public}\n   and it is published at ______________________________________________\n\n\
7. I do not know of my own knowledge: whether the server sent the same to others; what stood on the page between the visits\n   that the exhibit lists; ______________________________________________\n\n\
I believe that the facts stated in this witness statement are true. I understand that proceedings for contempt of court may\n\
be brought against anyone who makes, or causes to be made, a false statement in a document verified by a statement of truth\n\
without an honest belief in its truth. (England and Wales, CPR Practice Direction 22; elsewhere write what is usual there.)\n\n\
Signed:             ______________________________________________\n",
            version = env!("CARGO_PKG_VERSION"),
            title = harmless::line(&self.case.title),
            address = harmless::line(&self.case.url),
            at = times::moment(self.at, chrono_tz::Europe::London),
            public = self.public,
        )
    }
}

/// The visits as a table, newest first.
pub(super) fn visits(visits: &[VisitTold]) -> String {
    let mut table = "time,outcome,sha256,why\n".to_owned();
    for visit in visits {
        let why = visit.why.as_deref().map(harmless::line);
        let body = visit.body.map(|body| body.to_string());
        table.push_str(&format!(
            "{},{},{},{}\n",
            visit.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            visit.outcome,
            body.unwrap_or_default(),
            quoted(&why.unwrap_or_default())
        ));
    }
    table
}

/// A cell of a table, in quotes where it must be (RFC 4180).
fn quoted(text: &str) -> String {
    match text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
