//! Several processes at one archive in a database, the hosts they visit, and the Discord they tell.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::discord::{Discord, TOKEN};
use crate::killed::stage::{mark, text};
use crate::postgres::{self, Server};
use crate::program::{Program, Running};
use crate::site::{Answer, Site};

/// How many hosts there are, with a page each.
const HOSTS: usize = 6;
/// How often each page is visited.
const EVERY: Duration = Duration::from_secs(2);
/// How long a process may give no sign of life.
pub const LEASE: Duration = Duration::from_secs(8);
/// How long is waited for what must come; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);
/// The channel that is told of everything.
const CHANNEL: u64 = 111;

/// The hosts, the Discord, the folder of the processes, and how far things have come.
pub struct Fleet {
    pub program: Program,
    hosts: Vec<Site>,
    discord: Discord,
    runtime: Runtime,
    address: String,
    edition: usize,
}

/// Watches a page on each of these hosts, and nothing else.
fn watch(program: &mut Program, hosts: &[Site]) {
    program.forget_watches();
    for (page, host) in hosts.iter().enumerate() {
        let every = format!("every = \"{}s\"", EVERY.as_secs());
        program.watch_at(&format!("page-{page}"), host.url("/").as_str(), &every);
    }
}

impl Fleet {
    /// Hosts with a page each, and a watchlist of them; the archive lies in a schema of its own of this database.
    pub fn of(server: &Server) -> Fleet {
        let runtime = Runtime::new().expect("a runtime");
        let discord = runtime.block_on(Discord::start());
        let mut program = Program::new();
        program.set("SMALLPRINT_STORE_PASSWORD", postgres::PASSWORD);
        program.set("DISCORD_TOKEN", TOKEN);
        program.settle_in_settings(&format!("lease = \"{}s\"", LEASE.as_secs()));
        program.settle(&format!(
            "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{CHANNEL}\"\nmin_severity = 3\n",
            discord.base
        ));
        let hosts: Vec<Site> = (0..HOSTS).map(|_| Site::start()).collect();
        watch(&mut program, &hosts);
        let fleet = Fleet {
            program,
            hosts,
            discord,
            runtime,
            address: postgres::in_a_schema(&server.address()),
            edition: 0,
        };
        fleet.play(1);
        Fleet {
            edition: 1,
            ..fleet
        }
    }

    /// Lets a process of this name find the archive, by another port where one is said.
    pub fn admit(&self, name: &str, port: Option<u16>) {
        let dir = self.program.path(name);
        std::fs::create_dir(&dir).expect("a directory");
        let mut address = url::Url::parse(&self.address).expect("an address");
        if let Some(port) = port {
            address.set_port(Some(port)).expect("a port");
        }
        std::fs::write(dir.join("database"), format!("{address}\n")).expect("written");
    }

    /// Lets the first page lie on another host, as the watchlist says too.
    pub fn moves_a_page(&mut self) {
        self.hosts[0] = Site::start();
        self.play(self.edition);
        watch(&mut self.program, &self.hosts);
    }

    /// Waits until as many hosts are leased as there are, and no other.
    pub fn until_leased(&self) {
        let mut client = self.client();
        let mut expected: Vec<String> = (self.hosts.iter())
            .map(|host| format!("host 127.0.0.1:{}", host.port()))
            .collect();
        expected.sort();
        self.until(|| {
            let sql = "select name from leases where name like 'host %' and member is not null";
            let rows = client.query(sql, &[]).expect("leases");
            let mut leased: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            leased.sort();
            match leased == expected {
                true => Ok(()),
                false => Err(format!("{leased:?}")),
            }
        });
    }

    /// Ends the connections whose lives are holds on the archive.
    pub fn end_holds(&self) {
        let sql = "select pg_terminate_backend(pid) from pg_locks
                   where locktype = 'advisory' and granted and pid <> pg_backend_pid()";
        let ended = self.client().query(sql, &[]).expect("ended");
        assert!(!ended.is_empty());
    }

    /// Asks this server from now on.
    pub fn moves_to(&mut self, server: &Server) {
        let mut address = url::Url::parse(&self.address).expect("an address");
        address.set_port(Some(server.port())).expect("a port");
        self.address = address.into();
    }

    /// Starts a process of this name, which does all of the work, or these roles of it.
    pub fn start(&self, name: &str, roles: &[&str]) -> Running {
        let roles = roles.iter().flat_map(|role| ["--role", role]);
        let arguments: Vec<&str> = ["--data", name, "run"].into_iter().chain(roles).collect();
        let mut running = self.program.start_with(&arguments);
        running.until("pages watched");
        running
    }

    /// Starts so many processes that do all of the work.
    pub fn several(&self, many: usize) -> Vec<Running> {
        let names: Vec<String> = (1..=many)
            .map(|number| format!("worker-{number}"))
            .collect();
        let started = names.iter().map(|name| {
            self.admit(name, None);
            self.start(name, &[])
        });
        started.collect()
    }

    /// A connection to the archive's schema.
    pub fn client(&self) -> ::postgres::Client {
        postgres::client(&self.address)
    }

    /// Lets every page say something new, and waits until all of it was told.
    pub fn publish(&mut self) {
        self.edition += 1;
        self.play(self.edition);
        self.until_told();
    }

    /// Lets every page say something new.
    pub fn say(&mut self) {
        self.edition += 1;
        self.play(self.edition);
    }

    fn play(&self, edition: usize) {
        for (page, host) in self.hosts.iter().enumerate() {
            // Those of every fourth page are not all worth telling.
            host.replay("/", Answer::html(&text(4 * page, edition)));
        }
    }

    /// Waits until what every page says now was told.
    pub fn until_told(&self) {
        let all = async {
            loop {
                let news = self.discord.more_asked(1);
                if (0..HOSTS).all(|page| self.told(page, self.edition) > 0) {
                    return;
                }
                news.await;
            }
        };
        let all = async { tokio::time::timeout(PATIENCE, all).await };
        if self.runtime.block_on(all).is_err() {
            let messages = self.discord.messages(CHANNEL).into_iter();
            let messages: Vec<_> = messages.map(|message| message.content).collect();
            panic!("edition {}: {messages:#?}", self.edition);
        }
    }

    /// Waits until every page was visited so many times more.
    pub fn until_visited(&self, times: usize) {
        let visited = async {
            for host in &self.hosts {
                let seen = host.asked_for("/").len();
                host.asked_times("/", seen + times).await;
            }
        };
        let done = self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, visited).await });
        assert!(done.is_ok(), "not every page is visited");
    }

    /// Waits until each of so many processes has its share of the hosts.
    pub fn until_shared(&self, among: usize) {
        let mut client = self.client();
        let share = (HOSTS / among) as i64;
        self.until(|| {
            let sql = "select member, count(*) from leases where name like 'host %' and member is not null group by 1";
            let rows = client.query(sql, &[]).expect("leases");
            let shares: Vec<i64> = rows.iter().map(|row| row.get(1)).collect();
            match shares.len() == among && shares.iter().all(|hosts| *hosts == share) {
                true => Ok(()),
                false => Err(format!("{shares:?}")),
            }
        });
    }

    /// The number of the process that has this lease.
    pub fn lessee(&self, lease: &str) -> u32 {
        let mut client = self.client();
        self.until(|| {
            let sql = "select holder from members join leases on member = no where name = $1";
            let rows = client.query(sql, &[&lease]).expect("leases");
            let row = rows.first().ok_or_else(|| format!("nobody has {lease}"))?;
            let holder: String = row.get(0);
            let number = holder.split([' ', ':']).find_map(|word| word.parse().ok());
            number.ok_or(holder)
        })
    }

    /// Waits until this is so; it is asked again when a page was visited.
    fn until<T>(&self, mut so: impl FnMut() -> Result<T, String>) -> T {
        let begun = Instant::now();
        loop {
            let visited = self.hosts[0].more_asked(1);
            let last = match so() {
                Ok(found) => return found,
                Err(last) => last,
            };
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let visited = async { tokio::time::timeout(left, visited).await };
            assert!(self.runtime.block_on(visited).is_ok(), "{last}");
        }
    }

    /// Takes out the process that has this lease.
    pub fn taken(&self, lease: &str, from: &mut Vec<Running>) -> Running {
        let id = self.lessee(lease);
        let found = from.iter().position(|running| running.id() == id);
        from.remove(found.expect("one of them"))
    }

    /// How many messages say that this edition of a page is news; the next one quotes it.
    fn told(&self, page: usize, edition: usize) -> usize {
        let mark = mark(4 * page, edition);
        let messages = self.discord.messages(CHANNEL).into_iter();
        let told = messages.filter(|message| message.content.contains(&mark));
        told.count()
    }

    /// Asks these processes to stop; all must be well then, as one that may be called by this name sees it.
    pub fn end(&self, running: Vec<Running>, name: &str) {
        for running in running {
            running.stop();
        }
        self.all_is_well(name);
    }

    /// Nothing lost, nothing doubled, no host asked twice at once, no page left alone for longer than a lease.
    pub fn all_is_well(&self, from: &str) {
        self.program.expect(&format!("--data {from} verify"), 0);
        for page in 0..HOSTS {
            let history = self
                .program
                .expect(&format!("--data {from} history page-{page} --json"), 0)
                .json();
            let versions: Vec<u64> = (history.iter())
                .filter_map(|line| line["version"]["no"].as_u64())
                .collect();
            let expected: Vec<u64> = (1..=self.edition as u64).collect();
            assert_eq!(versions, expected, "page-{page}: {history:?}");
            for edition in 2..=self.edition {
                assert_eq!(self.told(page, edition), 1, "page-{page}, {edition}");
            }
            let host = &self.hosts[page];
            assert_eq!(host.most_at_once(), 1, "page-{page}");
            let asked = host.asked_for("/");
            for pair in asked.windows(2) {
                let apart = pair[1].at - pair[0].at;
                assert!(
                    apart <= EVERY + LEASE,
                    "page-{page} was left alone for {apart:?}"
                );
            }
        }
        assert_eq!(self.discord.broken(), Vec::<String>::new());
    }
}
