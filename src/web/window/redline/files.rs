//! A redline as a file.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::answers::Compared;
use crate::model::{Reach, Version, WatchId};
use crate::web::window::redline::compared;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::redline::{self as wording, Heading};
use crate::wording::times;

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::web::window) enum Form {
    Markdown,
    Patch,
    Text,
    Html,
}

impl Form {
    /// The texts and the form that a name such as `1..2.md` asks for.
    pub(in crate::web::window) fn of(place: &str) -> Option<(Reach, Form)> {
        let (span, form) = place.rsplit_once('.')?;
        let form = match form {
            "md" => Form::Markdown,
            "patch" => Form::Patch,
            "txt" => Form::Text,
            "html" => Form::Html,
            _ => return None,
        };
        Some((span.parse().ok()?, form))
    }

    fn kind(self) -> &'static str {
        match self {
            Form::Markdown => "text/markdown; charset=utf-8",
            Form::Patch | Form::Text => "text/plain; charset=utf-8",
            Form::Html => "text/html; charset=utf-8",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Form::Markdown => "md",
            Form::Patch => "patch",
            Form::Text => "txt",
            Form::Html => "html",
        }
    }
}

pub(in crate::web::window) async fn form(
    window: &Window,
    id: &WatchId,
    reach: Reach,
    form: Form,
) -> Result<Response, Trouble> {
    let compared = compared(window, id, reach).await?;
    let (heading, diff) = (heading(window, &compared), &compared.diff);
    let text = match form {
        Form::Markdown => wording::markdown(&heading, diff),
        Form::Text => wording::text(&heading, diff),
        Form::Html => wording::html(&heading, diff),
        Form::Patch => wording::patch(&heading, &compared.text_before, &compared.text_after),
    };
    // The page of its own has its style within, which pages here may not: it is for keeping.
    let shown = match form {
        Form::Html => "attachment",
        _ => "inline",
    };
    let name: String = (id.0.chars())
        .filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    let disposition = format!(
        "{shown}; filename=\"{name}-{}-{}.{}\"",
        reach.from,
        reach.to,
        form.ending()
    );
    let fields = [
        (header::CONTENT_TYPE, form.kind().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((fields, text).into_response())
}

fn heading(window: &Window, compared: &Compared) -> Heading {
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    let side = |version: &Option<Version>| match version {
        None => format!("{}, no page there", compared.id),
        Some(version) => format!(
            "{} {}, first seen {}",
            compared.id,
            told::called(version),
            times::moment(version.at, window.zone())
        ),
    };
    Heading {
        title: compared.text_after.title.clone(),
        url: shown
            .map(|version| version.url.to_string())
            .unwrap_or_default(),
        before: side(&compared.before),
        after: side(&compared.after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_asked_for_by_its_ending() {
        let span = crate::model::Span { from: 1, to: 2 }.into();
        assert_eq!(Form::of("1..2.md"), Some((span, Form::Markdown)));
        assert_eq!(Form::of("1..2.patch"), Some((span, Form::Patch)));
        for other in ["1..2", "1..2.exe", "2.md", "..md", ""] {
            assert_eq!(Form::of(other), None, "{other}");
        }
    }
}
