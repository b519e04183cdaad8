//! Which addresses are never visited unless the watchlist allows their network.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::wire::not_public;

/// Refuses addresses that are not public, but for the networks it was told to allow.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Vec<IpNet>,
}

/// Why an address is not visited: a clause that names it, and the remedy where there is one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Guard {
    /// A guard that lets these networks through though they are private.
    pub fn new(allowed: &[IpNet]) -> Guard {
        Guard {
            allowed: allowed.to_vec(),
        }
    }

    /// Whether a connection may go to this address.
    ///
    /// # Errors
    /// The sort of address it is, in words.
    pub fn lets_through(&self, address: IpAddr) -> Result<(), &'static str> {
        let plain = address.to_canonical();
        if (self.allowed.iter()).any(|net| net.contains(&address) || net.contains(&plain)) {
            return Ok(());
        }
        not_public::of(address).map_or(Ok(()), Err)
    }

    /// Whether this URL may be asked at all: http or https, no credentials, and where the host is an address, a public one.
    /// A host that is a name is judged when it is resolved.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn examine(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused(format!(
                "{}: addresses are not visited, only http and https",
                url.scheme()
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused(
                "it carries a user name or password, which is never sent".to_owned(),
            ));
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Refused("it names no host".to_owned())),
        };
        self.lets_through(address)
            .map_err(|sort| Refused(format!("{address} is {sort}; {REMEDY}")))
    }

    /// The addresses of this name that a connection may go to.
    ///
    /// # Errors
    /// Where none is left: what the first one is.
    pub(super) fn sift(&self, name: &str, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, Refused> {
        let fine: Vec<IpAddr> = (addresses.iter().copied())
            .filter(|address| self.lets_through(*address).is_ok())
            .collect();
        let Some(first) = addresses.first() else {
            return Ok(fine);
        };
        match self.lets_through(*first) {
            Err(sort) if fine.is_empty() => Err(Refused(format!(
                "{name} leads to {first}, {sort}; {REMEDY}"
            ))),
            _ => Ok(fine),
        }
    }
}

/// What lets a private address through.
const REMEDY: &str = "only a network named in `allow_private` may be visited though not public";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_is_allowed_is_let_through_and_no_other() {
        let guard = Guard::new(&["127.0.0.0/8".parse().expect("a network")]);
        let judge = |text: &str| guard.lets_through(text.parse().expect("an address"));
        assert_eq!(judge("127.0.0.1"), Ok(()));
        assert_eq!(judge("::ffff:127.0.0.1"), Ok(()));
        assert!(judge("::1").is_err());
        assert!(judge("10.0.0.1").is_err());
    }

    #[test]
    fn a_name_keeps_only_its_public_addresses() {
        let guard = Guard::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mixed = [address("10.0.0.1"), address("1.1.1.1")];
        assert_eq!(guard.sift("a.example", &mixed), Ok(vec![mixed[1]]));
        let refused = guard
            .sift("a.example", &mixed[..1])
            .expect_err("none is left");
        assert!(
            refused
                .0
                .starts_with("a.example leads to 10.0.0.1, a private address"),
            "{refused}"
        );
    }

    /// The corpus of `tests/pages/ssrf` (see its notice), as far as no name must be resolved.
    #[test]
    fn every_address_of_the_corpus_is_refused_or_no_address_or_a_name() {
        #[derive(serde::Deserialize)]
        struct Case {
            url: String,
            cls: String,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/pages/ssrf/must-refuse.json"))
                .expect("the corpus is JSON");
        assert_eq!(cases.len(), 20);
        for case in cases {
            let Ok(url) = Url::parse(&case.url) else {
                assert_eq!(case.cls, "malformed_or_ambiguous", "{}", case.url);
                continue;
            };
            let name = url
                .domain()
                .is_some_and(|name| name == "localhost" || name.ends_with(".127.0.0.1.nip.io"));
            let verdict = Guard::default().examine(&url);
            assert!(verdict.is_err() || name, "{} is {url}", case.url);
        }
    }

    #[test]
    fn an_address_written_in_disguise_is_refused() {
        for text in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://127.1/",
            "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
            "http://[::ffff:7f00:1]/",
            "http://user@example.org/",
            "http://:secret@example.org/",
            "file:///etc/passwd",
        ] {
            let url = Url::parse(text).expect("a URL");
            assert!(Guard::default().examine(&url).is_err(), "{text} is {url}");
        }
    }
}
