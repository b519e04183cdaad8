//! `collect`: visit chosen hosts from here, and bring what is found to an archive elsewhere.

use std::time::Duration;

use url::Url;

use crate::cli::arguments::{Arguments, CollectWhat};
use crate::cli::desk;
use crate::cli::run::Stops;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::collect::{Collector, Gathered, NoPost, Openly, Post, Reply, Sent, Spool, Wants};
use crate::house;
use crate::model::Outcome;
use crate::wording::harmless;

/// The variable that holds the secret.
const SECRET: &str = "SMALLPRINT_COLLECT_SECRET";

pub(super) async fn collect(
    arguments: &Arguments,
    screen: &Screen,
    what: &CollectWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "collect");
    let secret = house::secret_in(what.secret_file.as_deref(), &opening.environment, SECRET)?;
    let secret = secret.ok_or_else(|| {
        Trouble::sentence("The secret that the archive asks collectors for is not given.").with(
            format!("Set the environment variable {SECRET}, or name a file with --secret-file."),
        )
    })?;
    let openly = match what.insecure_http {
        true => Openly::Allowed,
        false => Openly::Never,
    };
    let post = Post::to(what.to.clone(), secret, openly)?;
    let spool = what.spool.clone();
    let spool = Spool::open(spool.unwrap_or_else(|| opening.data.join("spool")))?;
    let hosts = what.hosts.iter().map(|host| named(host));
    let hosts = hosts.collect::<Result<Vec<String>, Trouble>>()?;
    let name = harmless::line(what.name.trim());
    let mut collector = Collector::new(
        (name, hosts),
        what.allow_private.clone(),
        opening.clock.clone(),
        (post, spool),
    );
    if what.once {
        return once(&mut collector, screen).await;
    }
    let mut stops = Stops::listen();
    loop {
        tokio::select! {
            // What waits in the spool is sent the next time.
            () = stops.next() => return Ok(Exit::Fine),
            round = once(&mut collector, screen) => {
                if let Err(trouble) = round {
                    screen.trouble(&trouble);
                }
            }
        }
        tokio::select! {
            () = stops.next() => return Ok(Exit::Fine),
            () = tokio::time::sleep(what.every.max(Duration::from_secs(1))) => {}
        }
    }
}

/// A host as it stands in addresses.
fn named(host: &str) -> Result<String, Trouble> {
    let name = host.trim();
    let url = Url::parse(&format!("https://{name}/")).ok();
    let found = url.as_ref().and_then(Url::host_str);
    let found = found.filter(|found| found.eq_ignore_ascii_case(name));
    found.map(str::to_owned).ok_or_else(|| {
        Trouble::sentence(format!("“{}” is no host.", harmless::line(name)))
            .with("Write its name alone, as in --host digital.nhs.uk.")
    })
}

async fn once(collector: &mut Collector, screen: &Screen) -> Result<Exit, Trouble> {
    let (gathered, wants) = collector.round(|sent| tell(screen, sent)).await?;
    for host in &wants.not_collected {
        screen.trouble(
            &Trouble::sentence(format!("The archive takes no captures of {host}."))
                .with("It must stand under `collected` in the [collect] of its watchlist."),
        );
    }
    if !screen.json {
        screen.line(&summary(&gathered, &wants));
    }
    let fine = gathered.failed + gathered.refused + gathered.waiting == 0;
    Ok(match fine && wants.not_collected.is_empty() {
        true => Exit::Fine,
        false => Exit::Failed,
    })
}

fn tell(screen: &Screen, sent: &Sent) {
    if screen.json {
        return screen.json(sent);
    }
    let watch = screen.ink(Ink::Bold, &harmless::line(&sent.watch.0));
    let why = harmless::line(sent.why.as_deref().unwrap_or_default());
    let said = match &sent.reply {
        None => format!("{} {why}", screen.ink(Ink::Yellow, "waits in the spool:")),
        Some(Reply::Refused { why, for_good }) => {
            let refused = match for_good {
                true => "refused:",
                false => "refused, waits in the spool:",
            };
            format!("{} {}", screen.ink(Ink::Red, refused), harmless::line(why))
        }
        Some(Reply::Had) => screen.ink(Ink::Faint, "brought; the archive had it already"),
        Some(Reply::Landed { report }) => match report.outcome {
            _ if sent.brought == "failed" => {
                format!("{} {why}", screen.ink(Ink::Red, "failed:"))
            }
            Outcome::Unchanged => screen.ink(Ink::Faint, "brought: unchanged"),
            Outcome::Failed => {
                let failure = report.failure.as_ref();
                let why = failure.map_or("", |failure| failure.why.as_str());
                let head = screen.ink(Ink::Red, "brought, but it could not be read:");
                format!("{head} {}", harmless::line(why))
            }
            Outcome::Appeared => "brought: read for the first time".to_owned(),
            Outcome::Changed => screen.ink(Ink::Yellow, "brought: changed"),
        },
    };
    screen.line(&format!("{watch}  {said}"));
}

fn summary(gathered: &Gathered, wants: &Wants) -> String {
    let arrived = counted(gathered.arrived, "capture", "captures");
    let mut text = match (gathered.arrived, wants.watches.len()) {
        (0, 0) => "Nothing is due.".to_owned(),
        _ => format!("{arrived} brought, {} of them failures.", gathered.failed),
    };
    if gathered.refused > 0 {
        text.push_str(&format!(" {} refused by the archive.", gathered.refused));
    }
    if gathered.waiting > 0 {
        let wait = if gathered.waiting == 1 {
            "waits"
        } else {
            "wait"
        };
        let waiting = gathered.waiting;
        text.push_str(&format!(
            " {waiting} {wait} in the spool and will be sent the next time."
        ));
    }
    text
}

impl From<NoPost> for Trouble {
    fn from(error: NoPost) -> Trouble {
        let remedy = match &error {
            NoPost::Address(_) => "--insecure-http sends it all the same.",
            NoPost::Archive { .. } => {
                "Look whether `smallprint run` is running there, with `[collect]` in its watchlist; what waits is kept."
            }
            NoPost::Secret(_) => "Both machines must be given the same one.",
            NoPost::Spool { .. } => "Name another directory with --spool.",
        };
        let what = error.to_string();
        let mut letters = what.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        let sentence = format!("{}{}.", first.unwrap_or_default(), letters.as_str());
        Trouble::sentence(harmless::line(&sentence)).with(remedy)
    }
}
