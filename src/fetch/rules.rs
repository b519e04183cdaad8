//! What a host's robots.txt says (RFC 9309).

use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use regex::bytes::Regex;
use url::Url;

/// Our name in robots.txt.
const TOKEN: &str = "smallprint";

/// What a host's robots.txt says, or means by its absence.
#[derive(Clone, Debug)]
pub(super) enum Rules {
    /// Its rules for us.
    Read(robotxt::Robots),
    /// Nothing may be visited while it cannot be read; why, in a clause.
    Closed(String),
}

/// The rules of a host with the time they were fetched.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) rules: Rules,
    pub(super) at: DateTime<Utc>,
}

impl Rules {
    /// Reads a robots.txt. Only its first 500 KiB count.
    pub(super) fn read(text: &[u8]) -> Rules {
        Rules::Read(read_as(text, TOKEN))
    }

    /// There is none, so all may be visited.
    pub(super) fn none() -> Rules {
        Rules::Read(robotxt::Robots::allow_all())
    }

    /// The delay between requests it asks for.
    pub(super) fn crawl_delay(&self) -> Option<Duration> {
        match self {
            Rules::Read(robots) => robots.crawl_delay(),
            Rules::Closed(_) => None,
        }
    }

    /// Whether this URL of the host may be visited.
    pub(super) fn allow(&self, url: &Url) -> bool {
        match self {
            Rules::Read(robots) => robots.is_url_allowed(url),
            Rules::Closed(_) => false,
        }
    }
}

impl Kept {
    /// Whether they still hold: rules for a day, trouble for five minutes, and neither when the clock went back.
    pub(super) fn holds(&self, now: DateTime<Utc>) -> bool {
        let long = match self.rules {
            Rules::Read(_) => TimeDelta::hours(24),
            Rules::Closed(_) => TimeDelta::minutes(5),
        };
        (TimeDelta::zero()..long).contains(&(now - self.at))
    }
}

/// A `User-agent` line that goes on after the product token: `smallprint/0.1.0` or `smallprint of London` mean
/// `smallprint` too, as in Google's reading; the library compares the whole value.
static WORDY: LazyLock<Regex> = LazyLock::new(|| {
    let line = r"(?i-u)(^|[\r\n])([ \t]*user-?agent[ \t]*:[ \t]*[a-z_-]+)[^a-z_\r\n-][^\r\n]*";
    Regex::new(line).expect("the expression is fixed and tested")
});

fn read_as(text: &[u8], token: &str) -> robotxt::Robots {
    // Cut here at a line's end, as lines get shorter below.
    let counted = match text.get(..robotxt::BYTE_LIMIT) {
        Some(head) => {
            let end = head.iter().rposition(|byte| b"\r\n".contains(byte));
            &head[..end.unwrap_or(0)]
        }
        None => text,
    };
    robotxt::Robots::parse(&WORDY.replace_all(counted, &b"$1$2"[..]), token)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        test: String,
        agent: String,
        url: String,
        allowed: bool,
        robots: String,
    }

    impl Case {
        fn agrees(&self) -> bool {
            let robots = read_as(self.robots.as_bytes(), &self.agent);
            let verdict = match Url::parse(&self.url) {
                Ok(url) => robots.is_url_allowed(&url),
                Err(_) => robots.is_allowed(&self.url),
            };
            verdict == self.allowed
        }
    }

    #[derive(serde::Deserialize)]
    struct Site {
        host: String,
        robots: String,
        decisions: Vec<(String, Url, bool)>,
    }

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://nhs.uk").expect("a URL").join(path);
        Rules::read(robots.as_bytes()).allow(&url.expect("a path"))
    }

    #[test]
    fn googles_reading_is_ours_but_for_two_points() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/pages/robots/google.json"))
                .expect("the corpus is JSON");
        let mut others: Vec<&str> = (cases.iter())
            .filter(|case| !case.agrees())
            .map(|case| case.test.as_str())
            .collect();
        others.dedup();
        // Octets are compared decoded (RFC 9309, section 2.2.2), and /index.html is no other name for its folder.
        let known = ["ID_Encoding", "GoogleOnly_IndexHTMLisDirectory"];
        assert_eq!(others, known);
        assert_eq!(cases.iter().filter(|case| case.agrees()).count(), 138);
        assert_eq!(cases.len(), 142);
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn real_robots_files_are_read_as_three_other_programs_read_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = (["../shared", "../../shared"].iter()).find_map(|shared| {
            std::fs::read(root.join(shared).join("corpora/robots/real-robots.json")).ok()
        });
        let Some(text) = text else {
            eprintln!("skipped: the corpus of real robots files is not here");
            return;
        };
        let sites: Vec<Site> = serde_json::from_slice(&text).expect("the corpus is JSON");
        for site in &sites {
            for (agent, url, allowed) in &site.decisions {
                let robots = read_as(site.robots.as_bytes(), agent);
                let verdict = robots.is_url_allowed(url);
                assert_eq!(verdict, *allowed, "{}: {agent}, {url}", site.host);
            }
        }
    }

    #[test]
    fn our_name_is_understood_with_a_version_behind_it() {
        let to = |agent: &str| format!("User-agent: {agent}\r\nDisallow: /a\r\n");
        for agent in [
            "smallprint",
            "Smallprint/0.1.0",
            "smallprint of London",
            "*",
        ] {
            assert!(!allows(&to(agent), "/a/b"), "{agent}");
            assert!(allows(&to(agent), "/b"), "{agent}");
        }
        for agent in ["smallprint-images", "small", "googlebot/2.1 smallprint"] {
            assert!(allows(&to(agent), "/a/b"), "{agent}");
        }
    }

    #[test]
    fn a_group_for_us_stands_before_the_one_for_all() {
        let robots =
            "User-agent: *\nDisallow: /\n\nUser-agent: smallprint\nCrawl-delay: 7\nDisallow: /no\n";
        assert!(allows(robots, "/yes"));
        assert!(!allows(robots, "/no"));
        let delay = Rules::read(robots.as_bytes()).crawl_delay();
        assert_eq!(delay, Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_line_cut_by_the_limit_is_no_rule() {
        let head = "User-agent: smallprint of London\nDisallow: /no\n";
        let filler = format!("#{}\n", "x".repeat(robotxt::BYTE_LIMIT - head.len() - 16));
        let robots = format!("{head}{filler}Disallow: /yes/but/only/this\n");
        assert!(!allows(&robots, "/no"));
        assert!(allows(&robots, "/yes"));
    }

    #[test]
    fn rules_hold_for_a_day_and_trouble_for_five_minutes() {
        let at: DateTime<Utc> = "2016-07-06T12:00:00Z".parse().expect("a time");
        let holds =
            |rules: Rules, minutes: i64| Kept { rules, at }.holds(at + TimeDelta::minutes(minutes));
        assert!(holds(Rules::none(), 0));
        assert!(holds(Rules::none(), 24 * 60 - 1));
        assert!(!holds(Rules::none(), 24 * 60));
        assert!(!holds(Rules::none(), -1));
        assert!(holds(Rules::Closed(String::new()), 4));
        assert!(!holds(Rules::Closed(String::new()), 5));
    }
}
