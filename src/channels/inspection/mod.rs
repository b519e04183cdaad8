//! Looks whether everything is in place in Discord before it is needed: token, channels, permissions, roles, webhooks.

mod permissions;
mod rooms;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serenity::model::permissions::Permissions;

use crate::channels::{Channels, Refusal, answer, pace};
use crate::model::{Destination, Message};
use crate::watchlist::Watchlist;
use crate::wire::api::{Body, Method, Request};
use permissions::{Member, Server, id, text};

/// How often something is asked where Discord wants a pause, and the longest pause that is made.
const TRIES: u32 = 3;
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(10);
/// What a test message says.
const TEST: &str = "This is a test message: `smallprint discord check --send` was run. Nothing has changed; alerts will stand here.";

/// What must be in place.
#[derive(Clone, Default, Debug)]
pub struct Wanted {
    /// The channels to which routes lead.
    pub channels: BTreeSet<u64>,
    /// The forum in which pages have threads, where one is named.
    pub forum: Option<u64>,
    /// The environment variables with the addresses of webhooks to which routes lead.
    pub webhooks: BTreeSet<String>,
    /// The roles that routes mention, with where.
    pub mentions: BTreeSet<(Destination, u64)>,
    /// The roles whose members may decide.
    pub triage: Vec<u64>,
    /// Whether a bot is to listen.
    pub bot: bool,
}

impl Wanted {
    /// What the routes of this watchlist and its bot need.
    pub fn by(watchlist: &Watchlist) -> Wanted {
        let mut wanted = Wanted {
            bot: watchlist.has_bot(),
            forum: watchlist.discord.forum,
            ..Wanted::default()
        };
        for route in &watchlist.routes {
            match &route.to {
                Destination::Discord(channel) => {
                    wanted.channels.insert(*channel);
                }
                Destination::DiscordWebhook(variable) => {
                    wanted.webhooks.insert(variable.clone());
                }
                _ => continue,
            }
            let mention = route.mention.as_ref();
            wanted
                .mentions
                .extend(mention.map(|mention| (route.to.clone(), mention.role)));
        }
        let once: BTreeSet<u64> = watchlist.discord.triage_roles.iter().copied().collect();
        wanted.triage = once.into_iter().collect();
        wanted
    }
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, serde::Serialize, Debug)]
pub struct Point {
    /// What: "token", a destination as routes name it, "role ID", "commands".
    pub of: String,
    /// Whether it is in place.
    pub fine: bool,
    /// What was found, in a sentence. It may hold names that others gave.
    pub says: String,
    /// What to do, in a sentence, where something is to be done.
    pub remedy: Option<String>,
}

impl Point {
    fn fine(of: impl Into<String>, says: impl Into<String>) -> Point {
        Point {
            of: of.into(),
            fine: true,
            says: says.into(),
            remedy: None,
        }
    }

    fn missing(of: impl Into<String>, says: impl Into<String>, remedy: impl Into<String>) -> Point {
        Point {
            of: of.into(),
            fine: false,
            says: says.into(),
            remedy: Some(remedy.into()),
        }
    }
}

/// Why Discord does not tell something.
struct Untold {
    status: u16,
    code: u64,
    why: String,
}

/// What is known of the servers so far.
#[derive(Default)]
struct Known {
    own: Option<(u64, String)>,
    servers: BTreeMap<u64, (Server, Option<Member>)>,
}

impl Channels {
    /// Looks at everything that must be in place; says of each thing whether it is, and what to do where it is not.
    pub async fn inspect(&self, wanted: &Wanted) -> Vec<Point> {
        let mut points = Vec::new();
        let mut known = Known::default();
        let places = wanted.channels.iter().copied().map(Destination::Discord);
        let places: Vec<Destination> = places.chain(wanted.forum.map(Destination::Forum)).collect();
        if wanted.bot || !places.is_empty() {
            points.push(self.token(&mut known).await);
        }
        if known.own.is_some() {
            for to in places {
                self.room(to, wanted, &mut known, &mut points).await;
            }
            self.triage(wanted, &known, &mut points);
            if wanted.bot {
                self.commands(&known, &mut points).await;
            }
        }
        for variable in &wanted.webhooks {
            self.webhook(variable, wanted, &mut known, &mut points)
                .await;
        }
        points
    }

    /// Sends a test message to each of these places, which says that it is one.
    pub async fn send_tests(&self, wanted: &Wanted, nonce: &str) -> Vec<Point> {
        let channels = wanted.channels.iter().copied().map(Destination::Discord);
        let webhooks = wanted.webhooks.iter().cloned();
        let places = channels.chain(webhooks.map(Destination::DiscordWebhook));
        let message = Message {
            content: TEST.to_owned(),
            silent: true,
            ..Message::default()
        };
        let mut points = Vec::new();
        for (at, to) in places.enumerate() {
            let nonce = format!("{nonce}-{at}");
            points.push(match self.send(&to, &message, &nonce).await {
                Ok(_) => Point::fine(to.to_string(), "A test message stands there."),
                Err(refusal) => Point::missing(
                    to.to_string(),
                    format!("The test message was not taken: {}.", clause(refusal)),
                    "Mend what is said above, and try again.",
                ),
            });
        }
        points
    }

    /// Whether one of these channels is in this server; `None` where Discord does not say. What was learnt once is kept.
    pub async fn serves(&self, channels: &BTreeSet<u64>, server: u64) -> Option<bool> {
        let mut all_known = true;
        for channel in channels {
            let known = self.discord.server_of(*channel);
            let own = match known {
                Some(own) => Some(own),
                None => match self.tell(&["channels", &channel.to_string()]).await {
                    Ok(room) => id(&room["guild_id"])
                        .inspect(|own| self.discord.note_server(*channel, *own)),
                    // A channel that is gone is in no server.
                    Err(untold) if (400..500).contains(&untold.status) => continue,
                    Err(_) => None,
                },
            };
            match own {
                Some(own) if own == server => return Some(true),
                Some(_) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(false)
    }

    async fn token(&self, known: &mut Known) -> Point {
        match self.tell(&["users", "@me"]).await {
            Ok(own) => {
                let (Some(id), name) = (id(&own["id"]), text(&own["username"])) else {
                    let says = "Discord's answer does not name the bot.";
                    return Point::missing("token", says, "Look at `api_base` under [discord].");
                };
                known.own = Some((id, name.clone()));
                Point::fine(
                    "token",
                    format!("The bot token is that of “{name}” ({id})."),
                )
            }
            Err(untold) if untold.status == 401 => Point::missing(
                "token",
                "Discord refuses the bot token.",
                "Make a new one in Discord's developer portal, under Bot, and put it where `token_env` or `token_file` says \
                 (DISCORD_TOKEN).",
            ),
            Err(untold) => Point::missing(
                "token",
                format!("The bot token cannot be tried: {}.", untold.why),
                "Set DISCORD_TOKEN, or `token_file` under [discord], and look whether this machine reaches Discord.",
            ),
        }
    }

    fn triage(&self, wanted: &Wanted, known: &Known, points: &mut Vec<Point>) {
        if known.servers.is_empty() {
            return;
        }
        for role in &wanted.triage {
            let mut servers = known.servers.values();
            let found = servers.find_map(|(server, _)| Some((server, server.role(*role)?)));
            points.push(match found {
                Some((server, found)) => Point::fine(
                    format!("role {role}"),
                    format!(
                        "Members of “{}” with the role “{}” may decide on changes.",
                        server.name, found.name
                    ),
                ),
                None => Point::missing(
                    format!("role {role}"),
                    "No server of these channels has this role of `triage_roles`, so nobody has it.",
                    "Copy the id of the role anew: with developer mode on, by a right click on it.",
                ),
            });
        }
    }

    /// Whether the servers let the bot have commands.
    async fn commands(&self, known: &Known, points: &mut Vec<Point>) {
        let Ok(application) = self.application().await else {
            return;
        };
        let application = application.to_string();
        for (server, _) in known.servers.values() {
            let own = server.id.to_string();
            let path = ["applications", &application, "guilds", &own, "commands"];
            let Err(untold) = self.tell(&path).await else {
                continue;
            };
            if untold.status == 403 {
                points.push(Point::missing(
                    "commands",
                    format!("In “{}” the bot may have no commands.", server.name),
                    "Invite it again by the link of `smallprint discord invite`, which asks for them.",
                ));
            }
        }
    }

    async fn webhook(
        &self,
        variable: &str,
        wanted: &Wanted,
        known: &mut Known,
        points: &mut Vec<Point>,
    ) {
        let to = Destination::DiscordWebhook(variable.to_owned());
        let of = to.to_string();
        let found = match self.discord.doors.to(&to, Method::Get, "") {
            Ok(door) => self.answer(door.url, door.headers).await,
            Err(refusal) => Err(Untold {
                status: 0,
                code: 0,
                why: clause(refusal),
            }),
        };
        match found {
            Ok(hook) => {
                let name = text(&hook["name"]);
                points.push(Point::fine(
                    of,
                    format!("The webhook “{name}” is there."),
                ));
                if let (Some(server), Some(_)) = (id(&hook["guild_id"]), &known.own) {
                    self.server(server, known).await;
                    self.mentioned(&to, server, Permissions::empty(), wanted, known, points);
                }
            }
            Err(untold) if matches!(untold.status, 401 | 404) => points.push(Point::missing(
                of,
                "The webhook was deleted, or its address is wrong.",
                format!("Make a new one in the settings of the channel, under Integrations, and put its address into {variable}."),
            )),
            Err(untold) => points.push(Point::missing(
                of,
                format!("The webhook cannot be tried: {}.", untold.why),
                format!("Put its address into {variable}, and look whether this machine reaches Discord."),
            )),
        }
    }

    /// What Discord tells the bot at this path.
    async fn tell(&self, path: &[&str]) -> Result<Value, Untold> {
        let door = self.discord.doors.own(path).map_err(|refusal| Untold {
            status: 0,
            code: 0,
            why: clause(refusal),
        })?;
        self.answer(door.url, door.headers).await
    }

    async fn answer(
        &self,
        url: url::Url,
        headers: Vec<(&'static str, String)>,
    ) -> Result<Value, Untold> {
        let untold = |status, code, why: String| Untold { status, code, why };
        for _ in 0..TRIES {
            let request = Request {
                method: Method::Get,
                url: url.clone(),
                headers: headers.clone(),
                body: Body::None,
            };
            let answer = (self.discord.api.send(request).await)
                .map_err(|_| untold(0, 0, "Discord cannot be reached".to_owned()))?;
            if answer.status == 429 {
                tokio::time::sleep(pace::pause(&answer).min(LONGEST_PAUSE)).await;
                continue;
            }
            let json = answer.json();
            let code = json.as_ref().and_then(|body| body.get("code")?.as_u64());
            return match (answer.status, json) {
                (200..300, Some(json)) => Ok(json),
                (status, _) => {
                    let why = format!("Discord answers {}", answer::complaint(&answer));
                    Err(untold(status, code.unwrap_or_default(), why))
                }
            };
        }
        Err(untold(429, 0, "Discord asks for a pause".to_owned()))
    }
}

fn clause(refusal: Refusal) -> String {
    let (Refusal::Later(_, why) | Refusal::Unknown(why) | Refusal::Never(why)) = refusal;
    why.trim_end_matches('.').to_owned()
}
