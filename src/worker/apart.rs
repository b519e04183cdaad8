//! The other end: reads one capture as asked, and answers.

use std::io::{self, BufRead, BufWriter, Read, Write};

use crate::extract;
use crate::model::{Capture, Reading};
use crate::worker::asked::{Answer, Asked};

/// Reads what is asked, and answers. The limits stand already: see `fence`.
///
/// # Errors
/// Where what is asked cannot be understood, or nobody hears the answer.
pub fn answer(from: impl BufRead, answer: impl Write) -> io::Result<()> {
    let (capture, body, reading) = asked(from)?;
    let read = match extract::read(&capture, &body, &reading) {
        Ok(document) => Answer::of(document),
        Err(failure) => Answer::Failure(failure),
    };
    read.write(BufWriter::new(answer))
}

/// What is asked: a capture, its bytes, and the rules to read it by.
///
/// # Errors
/// Where it cannot be understood.
pub fn asked(mut from: impl BufRead) -> io::Result<(Capture, Vec<u8>, Reading)> {
    let Asked { capture, reading } = Asked::read(&mut from)?;
    if capture.hops.is_empty() {
        return Err(io::Error::other("the capture holds no answer"));
    }
    let mut body = Vec::new();
    from.take(capture.length).read_to_end(&mut body)?;
    Ok((capture, body, reading))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(line: &str, expected: Result<&[u8], &str>) {
        let read = asked(line.as_bytes()).map(|(_, body, _)| body);
        let read = read.map_err(|error| error.to_string());
        match (read, expected) {
            (Ok(body), Ok(expected)) => assert_eq!(body, expected),
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
            (read, _) => panic!("{read:?}"),
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let hop = r#"{"url":"https://a.uk/","status":200,"headers":[],"address":null,"at":"2021-05-12T10:00:00Z"}"#;
        let line = |hops: &str| {
            let digest = "0".repeat(64);
            format!(
                "{{\"capture\":{{\"at\":\"2021-05-12T10:00:00Z\",\"url\":\"https://a.uk/\",\"hops\":[{hops}],\
                 \"body\":\"{digest}\",\"length\":3}},\"reading\":{{}}}}\nabcdef"
            )
        };
        case(&line(hop), Ok(b"abc"));
        case(&line(""), Err("the capture holds no answer"));
        case("", Err("EOF while parsing"));
        case("{}\n", Err("missing field"));
    }
}
