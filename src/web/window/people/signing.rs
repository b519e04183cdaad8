//! Signing in and out.

use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::web::window::Window;
use crate::web::window::page::Page;
use crate::web::window::people::form::Form;
use crate::web::window::people::session::{forgotten, kept};
use crate::web::window::trouble::Trouble;

/// How long whoever gives a wrong password waits for being told so.
const DELAY: Duration = Duration::from_secs(1);

/// Where somebody goes on to.
#[derive(Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    to: String,
}

pub(super) async fn ask(State(window): State<Window>, Query(onward): Query<Onward>) -> Page {
    page(&window, &onward.to, None)
}

fn page(window: &Window, to: &str, wrong: Option<&str>) -> Page {
    let body = html! {
        h1 { "Sign in" }
        @if window.has_people() {
            @if let Some(wrong) = wrong { p.wrong role="alert" { (wrong) } }
            (fields(to))
            p.about { "Reading needs no account. Who signs in can say of a change that it matters, that it is noise, or what is worth knowing of it; all of it is recorded with their name." }
        } @else {
            p { "Nobody can sign in here: there are no accounts, or this window is for reading only." }
        }
    };
    Page::new("Sign in", body)
}

fn fields(to: &str) -> Markup {
    html! {
        form.sign-in method="post" action="/sign-in" {
            input type="hidden" name="to" value=(to);
            p {
                label for="name" { "Name" }
                input id="name" name="name" autocomplete="username" required;
            }
            p {
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="current-password" required;
            }
            p { button { "Sign in" } }
        }
    }
}

/// Takes a name and a password. Wrong ones are answered slowly, one after the other.
pub(super) async fn sign_in(
    State(window): State<Window>,
    request: Request,
) -> Result<Response, Trouble> {
    window.writable()?;
    let (_, form) = Form::of(request).await?;
    let to = form.field("to").to_owned();
    let Ok(_place) = window.waiting.try_acquire() else {
        return Err(Trouble::busy());
    };
    let _turn = window.strangers.acquire().await;
    let accounts = window.accounts.clone();
    let (name, password) = (
        form.field("name").to_owned(),
        form.whole("password").to_owned(),
    );
    let checked = tokio::task::spawn_blocking(move || accounts.check(&name, &password)).await;
    let account = match checked {
        Ok(Ok(account)) => account,
        Ok(Err(error)) => return Err(Trouble::broken(&error)),
        Err(error) => return Err(Trouble::broken(&error)),
    };
    let Some(account) = account else {
        tokio::time::sleep(DELAY).await;
        tracing::warn!("somebody gave a wrong name or password at the window");
        let wrong = "There is no account of this name with this password.";
        let page = page(&window, &to, Some(wrong));
        return Ok(page.with(StatusCode::UNAUTHORIZED).into_response());
    };
    tracing::info!("{} signed in at the window", account.name);
    let token = window.sessions.begin(&account, window.now());
    let cookie = kept(&token, window.is_behind_tls());
    let mut response = Redirect::to(inside(&to)).into_response();
    let cookie = cookie.parse().map_err(|error| Trouble::broken(&error))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn sign_out(
    State(window): State<Window>,
    request: Request,
) -> Result<Response, Trouble> {
    let (fields, form) = Form::of(request).await?;
    if let Some(session) = window.signed_in(&fields) {
        form.check(&session)?;
        window.sessions.end(&fields);
    }
    let mut response = Redirect::to("/").into_response();
    let cookie = forgotten()
        .parse()
        .map_err(|error| Trouble::broken(&error))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// A path of our own, else the first page: nobody is led elsewhere.
fn inside(to: &str) -> &str {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    match to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain) {
        true => to,
        false => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for (to, expected) in [
            ("/d/page/1..2", "/d/page/1..2"),
            ("", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("https://evil.example/", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
        ] {
            assert_eq!(inside(to), expected);
        }
    }
}
