//! Asks an independent archive to keep a copy of a page that changed, as the Wayback Machine lets anybody ask it.

use chrono::{DateTime, TimeDelta, Utc};
use url::{Url, form_urlencoded};

use crate::copies::{archive::below, may_be_named, wanted};
use crate::fetch;
use crate::house::{House, InForce};
use crate::model::{Change, Fact, Save, Severity};
use crate::reread;
use crate::store::{ChangeFilter, StoreError};
use crate::visit;
use crate::watchlist::Copies;
use crate::wire::Guard;
use crate::wire::api::{Answer, Api, Body, Method, Request, Trouble};

/// How long after a change an archive is asked: later it would keep what stands there by then.
const WITHIN: TimeDelta = TimeDelta::hours(24);
/// How long nothing is asked of an archive that does not answer, or is asked too much, where it does not say.
const REST: TimeDelta = TimeDelta::hours(1);
/// The longest rest that an archive is believed to want.
const LONGEST_REST: TimeDelta = TimeDelta::hours(24);

/// Asks for one page at a time, and rests where the archive wants it.
#[derive(Debug, Default)]
pub struct Saver {
    rests_until: Option<DateTime<Utc>>,
}

/// What came of asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// There is nothing to ask for now.
    Nothing,
    /// The archive was asked for one page and takes it.
    Taken,
    /// It refuses this page.
    Refused,
    /// It wants to be asked later.
    Later,
}

/// What the archive said.
enum Said {
    Taken,
    Refused(String),
    Later(String, Option<TimeDelta>),
}

impl Saver {
    /// Asks for the oldest page that people were told of, that stands as it did then, and for which the archive was not asked
    /// yet. What it said is put on record, so that a restart asks for nothing twice.
    ///
    /// # Errors
    /// Only where our own archive fails.
    pub async fn ask(&mut self, house: &House) -> Result<Asked, StoreError> {
        let in_force = house.in_force();
        let now = house.clock.now();
        let copies = in_force.watchlist.copies.clone();
        let Some(copies) = copies.filter(|copies| copies.save) else {
            return Ok(Asked::Nothing);
        };
        if self.rests_until.is_some_and(|until| now < until) {
            return Ok(Asked::Nothing);
        }
        let Some((change, page)) = next(house, &copies, now).await? else {
            return Ok(Asked::Nothing);
        };
        let refused = match said(&in_force, &copies, &page).await {
            Said::Taken => None,
            Said::Refused(why) => Some(why),
            Said::Later(why, rest) => {
                let rest = rest
                    .unwrap_or(REST)
                    .clamp(TimeDelta::seconds(1), LONGEST_REST);
                self.rests_until = Some(now + rest);
                tracing::info!(watch = %change.watch, why, "the archive keeps no copy for now");
                return Ok(Asked::Later);
            }
        };
        let asked = match &refused {
            None => Asked::Taken,
            Some(why) => {
                tracing::info!(watch = %change.watch, why, "the archive will keep no copy");
                Asked::Refused
            }
        };
        let save = Save {
            of: change.entry,
            archive: copies.archive.host_str().unwrap_or_default().to_owned(),
            at: now,
            refused,
        };
        house
            .store
            .append(Fact::Saved(save), house.clock.now(), None)
            .await?;
        Ok(asked)
    }
}

/// The oldest change for which the archive is to be asked, with the address of its page.
async fn next(
    house: &House,
    copies: &Copies,
    now: DateTime<Utc>,
) -> Result<Option<(Change, Url)>, StoreError> {
    let filter = ChangeFilter {
        since: Some(now - WITHIN),
        min_severity: Some(Severity::RECORD),
        ..ChangeFilter::default()
    };
    let mut changes = house.store.changes(&filter).await?;
    changes.sort_by_key(|change| change.entry);
    for change in changes {
        if wanted(house, &change).await?.is_none()
            || house.store.save(change.entry).await?.is_some()
        {
            continue;
        }
        let state = house.store.state(&change.watch).await?;
        if state.away
            || state
                .current
                .is_none_or(|current| current.no != change.span.to)
        {
            continue;
        }
        let version = house.store.version(&change.watch, change.span.to).await?;
        let (capture, _) = reread::brought(&house.store, &version).await?;
        if !may_be_named(&capture, &copies.archive) {
            continue;
        }
        let page = visit::page_beside(&capture);
        let address = page.as_ref().unwrap_or(&capture).landed().clone();
        return Ok(Some((change, address)));
    }
    Ok(None)
}

/// Asks once. With a key the archive is asked as a program is (Save Page Now 2), without one as a person would.
async fn said(in_force: &InForce, copies: &Copies, page: &Url) -> Said {
    let guard = Guard::new(&in_force.watchlist.settings.allow_private);
    let api = match Api::guarded(guard, in_force.names.clone()) {
        Ok(api) => api,
        Err(why) => return Said::Later(why, None),
    };
    let agent = fetch::agent(in_force.watchlist.settings.contact.as_deref());
    let request = match &in_force.archive_key {
        Some(key) => Request {
            method: Method::Post,
            url: below(&copies.archive, "save"),
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("authorization", key.low()),
                ("user-agent", agent),
            ],
            body: Body::Of("application/x-www-form-urlencoded", form(page)),
        },
        None => Request {
            method: Method::Get,
            url: below(&copies.archive, &format!("save/{page}")),
            headers: vec![("user-agent", agent)],
            body: Body::None,
        },
    };
    match api.send(request).await {
        Ok(answer) => read(&answer),
        Err(Trouble::Refused(why)) => Said::Refused(why),
        // An archive may take minutes to make the copy it was asked for by a person, and answers when it is done.
        Err(Trouble::Unknown(_)) if in_force.archive_key.is_none() => Said::Taken,
        Err(Trouble::NotSent(why) | Trouble::Unknown(why)) => Said::Later(why, None),
    }
}

/// The address of the page, as a form.
fn form(page: &Url) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("url", page.as_str());
    form.append_pair("skip_first_archive", "1");
    form.finish().into_bytes()
}

/// What an answer says.
fn read(answer: &Answer) -> Said {
    let status = answer.status;
    let why = answer.json().and_then(|json| {
        let refused = json["status"] == "error";
        let message = json["message"].as_str().unwrap_or("it does not say why");
        refused.then(|| message.chars().take(200).collect::<String>())
    });
    let rest = answer
        .header("retry-after")
        .and_then(|value| value.trim().parse().ok());
    let rest = rest.and_then(|seconds: u32| TimeDelta::try_seconds(i64::from(seconds)));
    match (status, why) {
        (200..=399, None) => Said::Taken,
        (200..=399, Some(why)) => Said::Refused(why),
        (401 | 429 | 500.., why) => Said::Later(
            why.unwrap_or_else(|| format!("it answered with status {status}")),
            rest,
        ),
        (_, why) => {
            Said::Refused(why.unwrap_or_else(|| format!("it answered with status {status}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(status: u16, body: &str, headers: &[(&str, &str)], expected: &str) {
        let headers = headers.iter();
        let answer = Answer {
            status,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
            whole: true,
        };
        let said = match read(&answer) {
            Said::Taken => "taken".to_owned(),
            Said::Refused(why) => format!("refused: {why}"),
            Said::Later(why, rest) => {
                format!("later: {why} {:?}", rest.map(|rest| rest.num_seconds()))
            }
        };
        assert_eq!(said, expected, "{status} {body}");
    }

    #[test]
    fn an_answer_takes_the_page_refuses_it_or_puts_it_off() {
        case(
            200,
            r#"{"url":"https://a.example/","job_id":"spn2-1"}"#,
            &[],
            "taken",
        );
        case(302, "", &[], "taken");
        case(200, "<html>Saving…</html>", &[], "taken");
        case(
            200,
            r#"{"status":"error","message":"This URL is in the exclusion list."}"#,
            &[],
            "refused: This URL is in the exclusion list.",
        );
        case(404, "", &[], "refused: it answered with status 404");
        case(
            429,
            "",
            &[("retry-after", "60")],
            "later: it answered with status 429 Some(60)",
        );
        case(
            401,
            r#"{"message":"You need to be logged in"}"#,
            &[],
            "later: it answered with status 401 None",
        );
        case(
            503,
            "",
            &[("retry-after", "soon")],
            "later: it answered with status 503 None",
        );
    }

    #[test]
    fn the_address_goes_as_a_form() {
        let page = "https://a.example/b?c=d&e".parse().expect("a URL");
        let text = String::from_utf8(form(&page)).expect("text");
        assert_eq!(
            text,
            "url=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e&skip_first_archive=1"
        );
    }
}
