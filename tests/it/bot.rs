//! The bot as people in Discord meet it: the real program, a local Discord with its gateway, and pages that change.

mod alarmed;
mod altered;
mod asked;
mod checked;
mod corrected;
mod decided;
mod hostile;
mod invited;
mod listening;

use tokio::runtime::Runtime;

use crate::discord::gateway::Person;
use crate::discord::{Discord, Spoken, Stored, TOKEN};
use crate::program::{Program, Running};

/// Two channels of the local Discord, and a role whose members may decide.
const HERE: u64 = 111_222_333_444_555_666;
const THERE: u64 = 111_222_333_444_555_777;
const ROLE: u64 = 222_333_444_555_666_777;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";

/// A program with a bot, its Discord, and a page that is visited every second.
struct Stage {
    runtime: Runtime,
    discord: Discord,
    program: Program,
    running: Option<Running>,
}

impl Stage {
    /// With these lines under `[discord]`, and these besides.
    fn set(discord_lines: &str, more: &str) -> Stage {
        let runtime = Runtime::new().expect("a runtime");
        let discord = runtime.block_on(Discord::start());
        let mut program = Program::new();
        program.watch("page", "/page", "every = \"1s\"");
        program.say(FIRST);
        program.settle(&format!(
            "[discord]\napi_base = \"{}\"\n{discord_lines}\n[[route]]\nto = \"discord:{HERE}\"\n\
             [[route]]\nto = \"discord:{THERE}\"\n{more}",
            discord.base
        ));
        program.set("DISCORD_TOKEN", TOKEN);
        Stage {
            runtime,
            discord,
            program,
            running: None,
        }
    }

    /// With one role that may decide, started, and listening.
    fn open() -> Stage {
        let mut stage = Stage::set(&format!("triage_roles = [\"{ROLE}\"]"), "");
        stage.start();
        stage
    }

    fn start(&mut self) {
        let mut running = self.program.start();
        running.until("listening in Discord");
        self.running = Some(running);
    }

    /// Stops it; all it said.
    fn stop(&mut self) -> String {
        self.running.take().expect("it runs").stop()
    }

    /// Lets the page change, and waits until that is told in both channels.
    fn change(&mut self) -> (Stored, Stored) {
        let running = self.running.as_mut().expect("it runs");
        running.until("page: unchanged");
        self.program.say(SECOND);
        // The first round is told of too.
        self.runtime.block_on(async {
            self.discord.posted(HERE, 2).await;
            self.discord.posted(THERE, 2).await;
        });
        let last = |channel| self.discord.messages(channel).pop().expect("a message");
        (last(HERE), last(THERE))
    }

    /// What was said to an interaction, when it is so many things.
    fn said(&self, token: &str, count: usize) -> Vec<Spoken> {
        self.runtime.block_on(self.discord.said(token, count))
    }

    /// The last of so many things that were said.
    fn last_said(&self, token: &str, count: usize) -> Spoken {
        self.said(token, count).pop().expect("something")
    }

    /// Presses a button of a message in the first channel.
    fn press(&self, person: &Person, message: &str, button: &str) -> String {
        self.discord.gateway.press(person, HERE, message, button)
    }

    /// The message as it stands now.
    fn now(&self, message: &Stored) -> Stored {
        let messages = self.discord.messages(message.channel).into_iter();
        let mut same = messages.filter(|one| one.id == message.id);
        same.next().expect("it stands")
    }

    /// No law of Discord's was broken.
    #[track_caller]
    fn lawful(&self) {
        let broken = self.discord.broken();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

fn ada() -> Person {
    Person {
        id: 31,
        name: "Ada",
        roles: vec![9, ROLE],
    }
}

fn bo() -> Person {
    Person {
        id: 32,
        name: "Bo @everyone ||`",
        roles: vec![ROLE],
    }
}

fn passer_by() -> Person {
    Person {
        id: 33,
        name: "Cy",
        roles: vec![9],
    }
}
