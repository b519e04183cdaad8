//! Goes from an address to its page, hop by hop.

use url::Url;

use crate::fetch::reasons;
use crate::fetch::request::{Asked, Asker, Question};
use crate::model::{Failure, FailureKind, Hop, Validators};
use crate::wire::Body;

/// How many redirects are followed.
const MOST: usize = 10;

/// Where to go, and how.
pub(super) struct Journey<'a> {
    pub(super) url: &'a Url,
    /// What makes the first request conditional.
    pub(super) validators: Option<&'a Validators>,
    /// The type that is asked for, where it is not that of a page.
    pub(super) accept: Option<&'static str>,
    pub(super) ignore_robots: bool,
    /// The longest body wanted, as sent.
    pub(super) limit: u64,
}

/// Where it ended.
pub(super) enum Arrived {
    /// At a page; every answer on the way, and the body as sent.
    Page(Vec<Hop>, Body),
    /// At what we have already.
    NotModified(Vec<Hop>),
}

impl Asker {
    /// Follows redirects to a page. Each host on the way is asked in its own turn, after its own robots.txt, behind the guard.
    pub(super) async fn follow(&self, journey: Journey<'_>) -> Result<Arrived, Failure> {
        let mut hops = Vec::new();
        match self.go(&journey, &mut hops).await {
            Ok(Some(body)) => Ok(Arrived::Page(hops, body)),
            Ok(None) => Ok(Arrived::NotModified(hops)),
            Err(failure) => Err(after(hops, failure)),
        }
    }

    /// The body of the page, or none where it has not changed. What was answered on the way stands in `hops`.
    async fn go(
        &self,
        journey: &Journey<'_>,
        hops: &mut Vec<Hop>,
    ) -> Result<Option<Body>, Failure> {
        let mut url = journey.url.clone();
        url.set_fragment(None);
        let mut left = self.whole;
        let mut conditions = journey.validators.map(conditional).unwrap_or_default();
        let accept = journey.accept.map(|accept| ("accept", accept));
        loop {
            (self.wire.examine(&url)).map_err(|mishap| reasons::mishap(&url, &mishap))?;
            if !journey.ignore_robots {
                self.heed_robots(&url).await?;
            }
            let asked_conditionally = !conditions.is_empty();
            let mut fields = std::mem::take(&mut conditions);
            fields.extend(accept);
            let question = Question {
                url: &url,
                fields: &fields,
                limit: journey.limit,
            };
            let Asked { hop, body } = self.ask(question, &mut left).await?;
            hops.push(hop.clone());
            if hop.status == 304 && asked_conditionally {
                return Ok(None);
            }
            let Some(next) = target(&hop) else {
                return match reasons::answer(&hop) {
                    Some(failure) => Err(failure),
                    None => Ok(Some(body)),
                };
            };
            if hops.len() > MOST || hops.iter().any(|hop| hop.url == next) {
                return Err(reasons::redirects(journey.url, hops, &next));
            }
            url = next;
        }
    }
}

/// A failure that came after these answers.
fn after(mut hops: Vec<Hop>, failure: Failure) -> Failure {
    let refused = failure.kind == FailureKind::RefusedAddress;
    let why = match hops.last().filter(|_| refused) {
        Some(hop) => format!("{} redirects on, and {}", hop.url, failure.why),
        None => failure.why.clone(),
    };
    hops.extend(failure.hops.clone());
    Failure {
        why,
        status: hops.last().map(|hop| hop.status),
        hops,
        ..failure
    }
}

/// The header fields that ask only for what has changed (RFC 9110, section 13.1).
fn conditional(validators: &Validators) -> Vec<(&str, &str)> {
    let etag = validators.etag.as_deref();
    let date = validators.last_modified.as_deref();
    (etag.map(|etag| ("if-none-match", etag)).into_iter())
        .chain(date.map(|date| ("if-modified-since", date)))
        .collect()
}

/// Where an answer redirects to, if it does.
pub(super) fn target(hop: &Hop) -> Option<Url> {
    if !matches!(hop.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    // Header values were read as Latin-1; some servers write UTF-8 there.
    let bytes: Option<Vec<u8>> = (hop.header("location")?.chars())
        .map(|char| u8::try_from(u32::from(char)).ok())
        .collect();
    let mut url = hop.url.join(&String::from_utf8_lossy(&bytes?)).ok()?;
    url.set_fragment(None);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn leads(status: u16, location: &str, to: Option<&str>) {
        let latin: String = location.bytes().map(char::from).collect();
        let hop = Hop {
            url: Url::parse("https://nhs.uk/a/b?c").expect("a URL"),
            status,
            headers: vec![("location".to_owned(), latin)],
            address: None,
            certificate: None,
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let target = target(&hop);
        assert_eq!(target.as_ref().map(Url::as_str), to);
    }

    #[test]
    fn a_redirect_leads_where_its_location_says() {
        leads(301, "https://gov.uk/x#part", Some("https://gov.uk/x"));
        leads(302, "d", Some("https://nhs.uk/a/d"));
        leads(303, "/d?e", Some("https://nhs.uk/d?e"));
        leads(307, "//gov.uk", Some("https://gov.uk/"));
        leads(308, "/caf\u{e9}", Some("https://nhs.uk/caf%C3%A9"));
        leads(302, "http://[not-a-host/", None);
        leads(300, "/d", None);
        leads(304, "/d", None);
        leads(200, "/d", None);
    }
}
