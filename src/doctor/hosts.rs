//! Whether the hosts of the watchlist have addresses, answer, and can be trusted.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::clock::Clock;
use crate::doctor::clock::Told;
use crate::doctor::{CheckUp, counted, several};
use crate::fetch;
use crate::watchlist::{Settings, Watchlist};
use crate::wire::{Guard, Manners, Mishap, Names, Wire, roots};

/// How many hosts are looked up, and how many of them are asked: those with the most pages.
const LOOKED_UP: usize = 20;
const ASKED: usize = 3;
/// The longest that a host may take to be found, and to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of it.
pub(super) struct Met {
    pub(super) found: Vec<CheckUp>,
    /// The times that hosts gave.
    pub(super) times: Vec<Told>,
}

/// What came of one host that was asked.
struct Reached {
    host: String,
    secure: bool,
    outcome: Result<Option<Told>, Mishap>,
}

/// Looks the hosts up, and asks some of them for their robots.txt, as every visit does first.
pub(super) async fn meet(
    watchlist: Option<&Watchlist>,
    settings: &Settings,
    names: &Names,
    clock: &Clock,
) -> Met {
    let hosts = watchlist.map(hosts).unwrap_or_default();
    let guard = Guard::new(&settings.allow_private);
    let named = hosts.iter().filter_map(|url| match url.host() {
        Some(Host::Domain(name)) => Some(name.to_owned()),
        _ => None,
    });
    let named: Vec<String> = named.collect();
    let manners = Manners {
        agent: fetch::agent(settings.contact.as_deref()),
        connect: PATIENCE,
        answer: PATIENCE,
    };
    let wire = Wire::new(&manners, guard.clone(), names.clone());
    let asked = hosts.iter().take(ASKED).cloned().collect();
    let (found, reached) = tokio::join!(look_up(&named, names), ask(asked, &wire, clock));
    let times = reached
        .iter()
        .filter_map(|one| one.outcome.as_ref().ok()?.clone());
    Met {
        times: times.collect(),
        found: vec![
            addresses(named.len(), &found, &guard),
            answering(&reached),
            trusted(&reached),
        ],
    }
}

/// Where the hosts are that this machine visits, those with the most pages first.
fn hosts(watchlist: &Watchlist) -> Vec<Url> {
    let mut pages: BTreeMap<String, (usize, Url)> = BTreeMap::new();
    for (watch, _) in watchlist.enabled() {
        let (url, host) = (&watch.url, watch.url.host_str());
        if let Some(host) = host.filter(|_| !watchlist.is_collected(url)) {
            let mut root = url.clone();
            root.set_path("/robots.txt");
            root.set_query(None);
            pages.entry(host.to_owned()).or_insert((0, root)).0 += 1;
        }
    }
    let mut hosts: Vec<(usize, Url)> = pages.into_values().collect();
    hosts.sort_by_key(|(pages, _)| std::cmp::Reverse(*pages));
    hosts.into_iter().map(|(_, url)| url).collect()
}

/// What each name leads to.
type Found = (String, Result<Vec<std::net::IpAddr>, String>);

async fn look_up(named: &[String], names: &Names) -> Vec<Found> {
    let mut asking = JoinSet::new();
    for name in named.iter().take(LOOKED_UP).cloned() {
        let names = names.clone();
        asking.spawn(async move {
            let found = tokio::time::timeout(PATIENCE, names.addresses(&name)).await;
            let late = format!("no answer within {} s", PATIENCE.as_secs());
            (name, found.unwrap_or(Err(late)))
        });
    }
    let mut found = asking.join_all().await;
    found.sort();
    found
}

fn addresses(all: usize, found: &[Found], guard: &Guard) -> CheckUp {
    let unknown: Vec<&str> = (found.iter())
        .filter(|(_, found)| found.is_err())
        .map(|(name, _)| name.as_str())
        .collect();
    let why = found.iter().find_map(|(_, found)| found.as_ref().err());
    let why = why.map_or("", String::as_str);
    let refused = |found: &[std::net::IpAddr]| {
        found
            .iter()
            .all(|address| guard.lets_through(*address).is_err())
    };
    let private: Vec<&str> = (found.iter())
        .filter(|(_, found)| found.as_ref().is_ok_and(|found| refused(found)))
        .map(|(name, _)| name.as_str())
        .collect();
    if found.is_empty() {
        return CheckUp::ok(
            "dns",
            "The watchlist names no host that would have to be looked up.",
        );
    }
    if unknown.len() == found.len() {
        let hosts = counted(found.len(), "host", "hosts");
        return CheckUp::wrong(
            "dns",
            format!("None of {hosts} of the watchlist has an address: {why}."),
            "Look at the network of this machine and at its resolver (/etc/resolv.conf); in a container, at its network.",
        );
    }
    if !unknown.is_empty() {
        return CheckUp::warning(
            "dns",
            format!("There is no address of {}: {why}.", several(&unknown)),
            "Look where these hosts went, and correct the watchlist; others are found.",
        );
    }
    if !private.is_empty() {
        return CheckUp::warning(
            "dns",
            format!(
                "What leads to an address that is not public is not visited: {}.",
                several(&private)
            ),
            "If it is a network of yours, name it in `allow_private` under [settings].",
        );
    }
    let some = match all > found.len() {
        true => format!(", the {} with the most pages", found.len()),
        false => String::new(),
    };
    CheckUp::ok(
        "dns",
        format!(
            "The hosts of the watchlist that were looked up have addresses ({}{some}).",
            found.len()
        ),
    )
}

async fn ask(hosts: Vec<Url>, wire: &Wire, clock: &Clock) -> Vec<Reached> {
    let mut asking = JoinSet::new();
    for url in hosts {
        let (wire, clock) = (wire.clone(), clock.clone());
        asking.spawn(async move {
            let host = url.host_str().unwrap_or_default().to_owned();
            let answer = wire.get(&url, &[]).await;
            let outcome = answer.map(|answer| {
                let ours = clock.now();
                let theirs = theirs(&answer.headers)?;
                Some(Told {
                    host: host.clone(),
                    theirs,
                    ours,
                })
            });
            Reached {
                secure: url.scheme() == "https",
                host,
                outcome,
            }
        });
    }
    let mut reached = asking.join_all().await;
    reached.sort_by(|one, other| one.host.cmp(&other.host));
    reached
}

/// What time it is by the header of an answer (RFC 9110, section 6.6.1); what a cache kept is older by its age.
fn theirs(headers: &[(String, String)]) -> Option<DateTime<Utc>> {
    let field = |wanted: &str| {
        let mut headers = headers.iter();
        headers
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.trim())
    };
    let date = DateTime::parse_from_rfc2822(field("date")?).ok()?.to_utc();
    let age = field("age").and_then(|age| age.parse().ok()).unwrap_or(0);
    date.checked_add_signed(TimeDelta::try_seconds(age)?)
}

fn answering(reached: &[Reached]) -> CheckUp {
    let (fine, failed): (Vec<&Reached>, Vec<&Reached>) =
        reached.iter().partition(|one| one.outcome.is_ok());
    let fine: Vec<&str> = fine.iter().map(|one| one.host.as_str()).collect();
    let why: Vec<String> = (failed.iter())
        .filter_map(|one| Some(format!("{} ({})", one.host, one.outcome.as_ref().err()?)))
        .collect();
    let why: Vec<&str> = why.iter().map(String::as_str).collect();
    match (fine.is_empty(), failed.is_empty()) {
        (true, true) => CheckUp::ok(
            "hosts",
            "The watchlist names no host that this machine would ask.",
        ),
        (_, true) => CheckUp::ok(
            "hosts",
            format!(
                "Asked for their robots.txt, all answer: {}.",
                several(&fine)
            ),
        ),
        (true, _) => CheckUp::wrong(
            "hosts",
            format!(
                "None of the hosts that were asked answers: {}.",
                several(&why)
            ),
            "Look whether this machine may go out on ports 80 and 443; the program goes through no proxy.",
        ),
        (false, false) => CheckUp::warning(
            "hosts",
            format!(
                "{} answers; others do not: {}.",
                several(&fine),
                several(&why)
            ),
            "`smallprint check --live` visits every page once and says which hosts refuse this machine.",
        ),
    }
}

fn trusted(reached: &[Reached]) -> CheckUp {
    let roots = counted(roots(), "root", "roots");
    let built_in = format!("The {roots} that the program trusts are built into it");
    let secure = || reached.iter().filter(|one| one.secure);
    let fine: Vec<&str> = (secure())
        .filter(|one| one.outcome.is_ok())
        .map(|one| one.host.as_str())
        .collect();
    let distrusted = secure().find_map(|one| match &one.outcome {
        Err(Mishap::NotTrusted(why)) => Some((one.host.as_str(), why)),
        _ => None,
    });
    match (distrusted, fine.is_empty()) {
        (Some((host, why)), alone) => {
            let says =
                format!("{built_in}, and what {host} shows is not vouched for by them: {why}.");
            let remedy = "If it is so with all hosts, look at the clock, and whether something between opens connections; use a \
                          newer smallprint if this one is old.";
            match alone {
                true => CheckUp::wrong("tls", says, remedy),
                false => CheckUp::warning("tls", says, remedy),
            }
        }
        (None, false) => CheckUp::ok(
            "tls",
            format!("{built_in}, and vouch for {}.", several(&fine)),
        ),
        (None, true) => CheckUp::ok(
            "tls",
            format!("{built_in}; no host could be held against them."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    fn reached(host: &str, outcome: Result<Option<Told>, Mishap>) -> Reached {
        Reached {
            host: host.to_owned(),
            secure: true,
            outcome,
        }
    }

    #[test]
    fn an_age_is_added_to_the_time_that_an_answer_bears() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let date = field("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        let plain = theirs(std::slice::from_ref(&date)).expect("a time");
        assert_eq!(plain.to_rfc3339(), "2026-11-20T12:00:00+00:00");
        let kept = theirs(&[date, field("age", "90")]).expect("a time");
        assert_eq!((kept - plain).num_seconds(), 90);
        assert_eq!(theirs(&[field("date", "yesterday")]), None);
        assert_eq!(theirs(&[]), None);
    }

    #[test]
    fn one_host_that_fails_is_a_warning_and_all_of_them_are_wrong() {
        let late = || Err(Mishap::ConnectTimeout(10));
        let some = [reached("a.example", Ok(None)), reached("b.example", late())];
        let found = answering(&some);
        assert_eq!(found.standing, Health::Warning);
        assert!(
            found.says.contains("b.example (no connection within 10 s)"),
            "{}",
            found.says
        );
        assert_eq!(answering(&some[1..]).standing, Health::Wrong);
        assert_eq!(answering(&some[..1]).standing, Health::Ok);
        assert_eq!(answering(&[]).standing, Health::Ok);
    }

    #[test]
    fn a_certificate_that_nobody_vouches_for_is_named() {
        let not = || {
            Err(Mishap::NotTrusted(
                "invalid peer certificate: UnknownIssuer".to_owned(),
            ))
        };
        let both = [reached("a.example", Ok(None)), reached("b.example", not())];
        assert_eq!(trusted(&both).standing, Health::Warning);
        let found = trusted(&both[1..]);
        assert_eq!(found.standing, Health::Wrong);
        assert!(
            found.says.contains("what b.example shows"),
            "{}",
            found.says
        );
        let found = trusted(&both[..1]);
        assert!(
            found.says.ends_with("vouch for a.example."),
            "{}",
            found.says
        );
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_told_from_one_that_leads_inside() {
        let book = crate::wire::Book::default();
        let enter = |name: &str, ip: &str| book.enter(name, &[ip.parse().expect("an address")]);
        enter("a.example", "1.1.1.1");
        enter("inside.example", "10.0.0.1");
        let names = Names::Told(book.clone());
        let say = async |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            addresses(
                named.len(),
                &look_up(&named, &names).await,
                &Guard::default(),
            )
        };
        assert_eq!(say(&["a.example"]).await.standing, Health::Ok);
        let some = say(&["a.example", "gone.example"]).await;
        assert_eq!(
            some.says,
            "There is no address of gone.example: the name is not known."
        );
        assert_eq!(say(&["gone.example"]).await.standing, Health::Wrong);
        let inside = say(&["a.example", "inside.example"]).await;
        assert!(
            inside.says.ends_with("not visited: inside.example."),
            "{}",
            inside.says
        );
        assert!(
            inside
                .remedy
                .is_some_and(|remedy| remedy.contains("allow_private"))
        );
    }
}
