//! `evidence`: one file with all there is of a change or version.

use std::fs;

use serde_json::json;

use crate::answers::{EvidenceAsked, EvidenceOf, Request, Response, Which};
use crate::cli::arguments::{Arguments, EvidenceWhat};
use crate::cli::desk;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble};
use crate::model::Digest;
use crate::wording::harmless;

pub(super) async fn evidence(
    arguments: &Arguments,
    screen: &Screen,
    what: &EvidenceWhat,
) -> Result<Exit, Trouble> {
    let (id, which) = &what.what;
    let of = match (which, what.span) {
        (Which::Last, span) => EvidenceOf::Change(span),
        (which, None) => EvidenceOf::Version(*which),
        (_, Some(_)) => {
            return Err(Trouble::sentence(
                "It is either a version or a change, and these are both.",
            )
            .with("Write ID A..B for the change, or ID@N for the version."));
        }
    };
    let asked = EvidenceAsked { id: id.clone(), of };
    let opening = desk::opening(arguments, screen, "evidence");
    let Response::Evidence(file) = desk::once(opening, Request::Evidence(asked), |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    fs::write(&what.out, &file.bytes).map_err(|error| {
        Trouble::sentence(format!(
            "{} cannot be written: {error}.",
            harmless::line(&what.out.display().to_string())
        ))
        .with("Name another file with --out.")
    })?;
    let sha256 = Digest::of(&file.bytes);
    match screen.json {
        true => screen.json(&json!({
            "file": what.out,
            "name": file.name,
            "bytes": file.bytes.len(),
            "sha256": sha256,
        })),
        false => screen.line(&format!(
            "{}: {} bytes, SHA-256 {sha256}. Whoever doubts it unpacks it and runs `sh verify.sh KEY`.",
            harmless::line(&what.out.display().to_string()),
            file.bytes.len()
        )),
    }
    Ok(Exit::Fine)
}
