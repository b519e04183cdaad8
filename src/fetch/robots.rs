//! Asks a host's robots.txt before anything else.

use url::Url;

use crate::fetch::request::{Asked, Asker, Question};
use crate::fetch::rules::{Kept, Rules};
use crate::fetch::{coding, reasons, redirects};
use crate::model::Failure;
use crate::wire;

/// How many redirects of a robots.txt are followed; beyond them there is none (RFC 9309, section 2.3.1.2).
const REDIRECTS: usize = 5;

/// As much of a robots.txt as is fetched.
const LONGEST: u64 = 512 * 1024;

impl Asker {
    /// Whether robots.txt lets us visit this address; fetched where it is not known, or not any more.
    pub(super) async fn heed_robots(&self, url: &Url) -> Result<(), Failure> {
        let host = self.hosts.of(url, &self.clock);
        let slot = &host.robots[usize::from(url.scheme() == "https")];
        let mut slot = slot.lock().await;
        let now = self.clock.now();
        let kept = match slot.as_ref() {
            Some(kept) if kept.holds(now) => kept,
            _ => {
                let rules = self.fetch_robots(url).await?;
                host.crawl_delay(rules.crawl_delay());
                slot.insert(Kept { rules, at: now })
            }
        };
        match &kept.rules {
            Rules::Closed(why) => Err(reasons::closed(url, why)),
            rules if rules.allow(url) => Ok(()),
            Rules::Read(_) => Err(reasons::forbidden(url)),
        }
    }

    /// A host that cannot be reached fails as such; one that is reached and has trouble is closed.
    async fn fetch_robots(&self, page: &Url) -> Result<Rules, Failure> {
        let Ok(mut url) = page.join("/robots.txt") else {
            return Ok(Rules::none());
        };
        let mut left = self.whole;
        for hop in 0..=REDIRECTS {
            let question = Question {
                url: &url,
                fields: &[],
                limit: LONGEST,
            };
            let asked = match self.ask(question, &mut left).await {
                Ok(asked) => asked,
                Err(failure) if hop == 0 && failure.hops.is_empty() => return Err(failure),
                Err(failure) => return Ok(Rules::Closed(failure.why)),
            };
            match asked.hop.status {
                200..=299 => return Ok(read(asked)),
                500.. => return Ok(Rules::Closed(wire::phrase(asked.hop.status))),
                _ => (),
            }
            match redirects::target(&asked.hop) {
                Some(next) => url = next,
                None => break,
            }
        }
        Ok(Rules::none())
    }
}

fn read(asked: Asked) -> Rules {
    let codings = coding::codings(&asked.hop);
    let whole = asked.body.whole;
    let undone = coding::undo(asked.body.bytes, &codings, LONGEST);
    match undone.fault {
        // The beginning of one that is too long is all that counts.
        None | Some(coding::Fault::TooLong) => Rules::read(&undone.bytes),
        Some(coding::Fault::Damaged(_)) if !whole => Rules::read(&undone.bytes),
        Some(fault) => Rules::Closed(fault.to_string()),
    }
}
