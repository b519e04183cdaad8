//! What the way a child ended says of the capture it was given.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::extract;
use crate::model::{Capture, Document, Failure, FailureKind, Reading};
use crate::worker::Limits;
use crate::worker::asked::Answer;

/// The signal for too much processor time.
const SIGXCPU: i32 = 24;
/// The signal that ends a process whatever it does; the system sends it where memory runs out.
const SIGKILL: i32 = 9;
/// What the standard library says where memory runs out.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of";

/// How a child ended.
#[derive(Debug)]
pub enum Ending {
    /// It could not be started.
    NotStarted(io::Error),
    /// It did not end in time.
    Hung,
    /// It said more than is heard.
    Endless,
    /// It ended.
    Ended {
        /// How.
        status: ExitStatus,
        /// What it answered.
        answer: Vec<u8>,
        /// What it complained of, cut short.
        complaint: Vec<u8>,
    },
}

/// The document a child made of a capture of this sort, or the failure its end comes to.
///
/// # Errors
/// The failure.
pub fn document(
    capture: &Capture,
    sort: &str,
    reading: &Reading,
    limits: &Limits,
    ending: Ending,
) -> Result<Document, Failure> {
    let what = format!("{} is a {sort}", capture.landed());
    let (kind, why) = match ending {
        Ending::NotStarted(error) => {
            tracing::error!("the process that reads {sort} files cannot be started: {error}");
            let why = format!("{what}, and the process that reads it cannot be started: {error}");
            (FailureKind::Unreadable, why)
        }
        Ending::Hung => {
            let most = limits.wall.as_secs();
            let why = format!("{what} that took more than {most} s to read");
            (FailureKind::Unreadable, why)
        }
        Ending::Endless => {
            let why = format!(
                "{what} that gives more than {} MB of text",
                limits.answer >> 20
            );
            (FailureKind::TooLarge, why)
        }
        Ending::Ended {
            status,
            answer,
            complaint,
        } if !status.success() => died(&what, status, &answer, &complaint, limits),
        Ending::Ended { answer, .. } => match heard(&answer, reading) {
            Some(Ok(document)) => return Ok(document),
            Some(Err(failure)) => (failure.kind, failure.why),
            None => {
                let why = format!("{what} of which the reader made no sense");
                (FailureKind::Unreadable, why)
            }
        },
    };
    Err(Failure {
        status: Some(capture.answer().status),
        hops: capture.hops.clone(),
        ..Failure::new(kind, why)
    })
}

/// What a child answered: the document it made by these rules, or the failure it names; `None` where that makes no sense.
pub fn heard(answer: &[u8], reading: &Reading) -> Option<Result<Document, Failure>> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let heard = answer.into_document();
    let by_these_rules = |document: &Document| document.reader == extract::reader(reading);
    heard.as_ref().map_or(true, by_these_rules).then_some(heard)
}

fn died(
    what: &str,
    status: ExitStatus,
    answer: &[u8],
    complaint: &[u8],
    limits: &Limits,
) -> (FailureKind, String) {
    let ran_out = complaint
        .windows(OUT_OF_MEMORY.len())
        .any(|part| part == OUT_OF_MEMORY);
    if ran_out {
        let why = format!(
            "{what} that needs more than {} MB of memory to read",
            limits.memory >> 20
        );
        return (FailureKind::TooLarge, why);
    }
    let why = match status.signal() {
        Some(SIGXCPU) => format!(
            "{what} that took more than {} s of processor time to read",
            limits.processor
        ),
        // The hard limit on processor time comes in this shape too.
        Some(SIGKILL) if answer.is_empty() => {
            format!("{what} whose reader was killed while it read (signal 9)")
        }
        Some(signal) => format!("{what} that the reader crashed on (signal {signal})"),
        None => format!(
            "{what} that made the reader stumble (exit code {})",
            status.code().unwrap_or_default()
        ),
    };
    (FailureKind::Unreadable, why)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use std::time::Duration;

    use super::*;
    use crate::model::{Digest, Hop, Provenance};

    const LIMITS: Limits = Limits {
        memory: 64 << 20,
        processor: 7,
        wall: Duration::from_secs(9),
        answer: 3 << 20,
    };

    fn capture() -> Capture {
        let url: url::Url = "https://nhs.example/a.pdf".parse().expect("an address");
        Capture {
            at: DateTime::UNIX_EPOCH,
            url: url.clone(),
            hops: vec![Hop {
                url,
                status: 200,
                headers: Vec::new(),
                address: None,
                certificate: None,
                at: DateTime::UNIX_EPOCH,
            }],
            body: Digest::of(b""),
            length: 0,
            provenance: Provenance::Fetched,
            beside: Vec::new(),
        }
    }

    fn ended(raw: i32, answer: &str, complaint: &str) -> Ending {
        Ending::Ended {
            status: ExitStatus::from_raw(raw),
            answer: answer.into(),
            complaint: complaint.into(),
        }
    }

    #[track_caller]
    fn case(ending: Ending, kind: FailureKind, why: &str) {
        let read = document(&capture(), "PDF", &Reading::default(), &LIMITS, ending);
        let failure = read.expect_err("a failure");
        assert_eq!(failure.kind, kind, "{}", failure.why);
        assert_eq!(failure.why, format!("https://nhs.example/a.pdf {why}"));
        assert_eq!((failure.status, failure.hops.len()), (Some(200), 1));
    }

    #[test]
    fn an_end_is_a_failure_with_a_name() {
        use FailureKind::{TooLarge, Unreadable};
        case(
            Ending::Hung,
            Unreadable,
            "is a PDF that took more than 9 s to read",
        );
        case(
            Ending::Endless,
            TooLarge,
            "is a PDF that gives more than 3 MB of text",
        );
        case(
            ended(11, "", ""),
            Unreadable,
            "is a PDF that the reader crashed on (signal 11)",
        );
        case(
            ended(6, "", "memory allocation of 99999999 bytes failed"),
            TooLarge,
            "is a PDF that needs more than 64 MB of memory to read",
        );
        case(
            ended(24, "", ""),
            Unreadable,
            "is a PDF that took more than 7 s of processor time to read",
        );
        case(
            ended(9, "", ""),
            Unreadable,
            "is a PDF whose reader was killed while it read (signal 9)",
        );
        case(
            ended(101 << 8, "", "thread 'main' panicked"),
            Unreadable,
            "is a PDF that made the reader stumble (exit code 101)",
        );
        for garbage in ["", "nonsense", "{\"document\":{}}", "[]"] {
            case(
                ended(0, garbage, ""),
                Unreadable,
                "is a PDF of which the reader made no sense",
            );
        }
    }

    #[test]
    fn a_document_by_another_reader_is_none() {
        let answer = |reader| {
            let document = Document::empty(reader, "A title");
            serde_json::to_string(&Answer::of(document)).expect("JSON")
        };
        let reading = Reading::default();
        let own = answer(extract::reader(&reading));
        let read = document(&capture(), "PDF", &reading, &LIMITS, ended(0, &own, ""));
        assert_eq!(read.expect("a document").title, "A title");
        let other = answer(crate::model::ReaderId("other-1".to_owned()));
        case(
            ended(0, &other, ""),
            FailureKind::Unreadable,
            "is a PDF of which the reader made no sense",
        );
    }
}
