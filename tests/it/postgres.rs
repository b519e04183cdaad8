//! A PostgreSQL server of a test's own, and what is asked of an archive that lies in it.

mod conformance;
mod facts;
mod moving;
mod outage;
mod relations;
mod searched;
mod sharing;

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use tempfile::TempDir;

/// The variable that tells tests of the store to lay their archives in a database: its address, without a schema.
pub const DATABASE: &str = "SMALLPRINT_TEST_DATABASE";
/// The password of its only user.
pub const PASSWORD: &str = "not much of a secret";

/// How long to wait for a server before it counts as hung; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);
/// The file of its certificate.
pub const CERTIFICATE: &str = "server.crt";

/// A server on a port of its own; it ends with this.
pub struct Server {
    child: Child,
    port: u16,
    data: PathBuf,
    programs: PathBuf,
    _dir: TempDir,
}

/// The user that may run a server: root may not.
fn user() -> Option<u32> {
    let me = Command::new("id").arg("-u").output().expect("id");
    let root = me.stdout.trim_ascii() == b"0";
    let asked = Command::new("id").args(["-u", "postgres"]).output();
    let number = String::from_utf8(asked.expect("id").stdout).expect("a number");
    root.then(|| number.trim().parse().unwrap_or(65_534))
}

/// Where the programs of PostgreSQL are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let packaged = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut packaged: Vec<_> = packaged.flatten().map(|at| at.path().join("bin")).collect();
    packaged.sort();
    let mut places = packaged
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path));
    places.find(|place| place.join("initdb").exists() && place.join("postgres").exists())
}

impl Server {
    /// Starts one; `None`, said loudly, where PostgreSQL is not installed.
    pub fn start() -> Option<Server> {
        Server::with(false)
    }

    /// Starts one that encrypts, with a certificate that only itself vouches for.
    pub fn encrypted() -> Option<Server> {
        Server::with(true)
    }

    fn with(encrypted: bool) -> Option<Server> {
        let Some(programs) = programs() else {
            let missing = "SKIPPED: PostgreSQL is not installed, so nothing was tried on it";
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            println!("{missing}");
            return None;
        };
        let dir = tempfile::tempdir().expect("a directory");
        let user = user();
        let own = |path: &Path| chown(path, user, None).expect("given to its user");
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path(), open).expect("open to it");
        let data = dir.path().join("data");
        std::fs::create_dir(&data).expect("made");
        let password = dir.path().join("password");
        std::fs::write(&password, PASSWORD).expect("written");
        own(&data);
        own(&password);
        let mut made = Command::new(programs.join("initdb"));
        made.args(["--username=smallprint", "--auth=scram-sha-256", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C"])
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(&data)
            .current_dir(dir.path());
        user.map(|user| made.uid(user));
        let made = made.output().expect("initdb");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        if encrypted {
            certify(&data, user);
        }
        let port = free_port();
        let child = run(&programs, &data, port, user);
        let server = Server {
            child,
            port,
            data,
            programs,
            _dir: dir,
        };
        // A client has a runtime of its own, which does not start within another.
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(server.client()));
            waiting.join().expect("it takes connections");
        });
        Some(server)
    }

    /// A synchronous replica of it: nothing is acknowledged from here on that the replica does not have.
    pub fn replica(&self) -> Server {
        let dir = tempfile::tempdir().expect("a directory");
        let user = user();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path(), open).expect("open to it");
        let data = dir.path().join("data");
        std::fs::create_dir(&data).expect("made");
        chown(&data, user, None).expect("given to its user");
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).expect("its own");
        let mut copied = Command::new(self.programs.join("pg_basebackup"));
        copied
            .args(["--host=127.0.0.1", "--username=smallprint", "--no-sync"])
            .args(["--write-recovery-conf", "--wal-method=stream"])
            .args(["--checkpoint=fast", "--no-manifest"])
            .arg(format!("--port={}", self.port))
            .arg("-D")
            .arg(&data)
            .env("PGPASSWORD", PASSWORD)
            .current_dir(dir.path());
        user.map(|user| copied.uid(user));
        let copied = copied.output().expect("pg_basebackup");
        assert!(
            copied.status.success(),
            "{}",
            String::from_utf8_lossy(&copied.stderr)
        );
        let port = free_port();
        let replica = Server {
            child: run(&self.programs, &data, port, user),
            port,
            data,
            programs: self.programs.clone(),
            _dir: dir,
        };
        let mut client = self.client();
        for set in [
            "alter system set synchronous_standby_names = '*'",
            "select pg_reload_conf()",
        ] {
            client.batch_execute(set).expect("set");
        }
        let begun = Instant::now();
        let sql = "select 1 from pg_stat_replication where sync_state in ('sync', 'quorum')";
        while client.query(sql, &[]).expect("asked").is_empty() {
            assert!(begun.elapsed() < PATIENCE, "the replica does not follow");
            std::thread::yield_now();
        }
        replica
    }

    /// Lets a replica be what its server was.
    pub fn promote(&self) {
        let mut client = self.client();
        let done = client.query_one("select pg_promote()", &[]).expect("asked");
        assert!(done.get::<_, bool>(0), "it is not promoted");
    }

    /// The port it listens at.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of its database.
    pub fn address(&self) -> String {
        format!("postgres://smallprint@127.0.0.1:{}/postgres", self.port)
    }

    /// A connection to it, once it takes one.
    pub fn client(&self) -> Client {
        client(&self.address())
    }

    /// Who vouches for it.
    pub fn certificate(&self) -> PathBuf {
        self.data.join(CERTIFICATE)
    }

    /// Stops it at once, as a crash would.
    pub fn crash(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Starts it again where it was.
    pub fn go_on(&mut self) {
        // What it left behind names a process that is gone.
        std::fs::remove_file(self.data.join("postmaster.pid")).ok();
        let begun = Instant::now();
        loop {
            self.child = run(&self.programs, &self.data, self.port, user());
            // What the old one forked may hold its memory for a moment; the new one gives up then.
            while begun.elapsed() < PATIENCE && self.child.try_wait().expect("asked").is_none() {
                if connected(&self.address()).is_ok() {
                    return;
                }
                std::thread::yield_now();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not start again");
        }
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

/// Makes a certificate for this machine, signed by itself, and its key.
pub fn certify(folder: &Path, user: Option<u32>) {
    let (key, certificate) = (folder.join("server.key"), folder.join(CERTIFICATE));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("its own");
    for file in [key, certificate] {
        chown(file, user, None).expect("given to its user");
    }
}

fn run(programs: &Path, data: &Path, port: u16, user: Option<u32>) -> Child {
    let mut server = Command::new(programs.join("postgres"));
    let set = [
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "max_connections=200".to_owned(),
        "fsync=off".to_owned(),
    ];
    for set in set {
        server.args(["-c", &set]);
    }
    if data.join(CERTIFICATE).exists() {
        server.args(["-c", "ssl=on"]);
    }
    server.arg("-D").arg(data).current_dir(data);
    server.stdout(Stdio::null()).stderr(Stdio::null());
    user.map(|user| server.uid(user));
    server.spawn().expect("postgres")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A connection to the database at this address, if it takes one.
fn connected(address: &str) -> Result<Client, postgres::Error> {
    let mut config: postgres::Config = address.parse().expect("an address");
    config.password(PASSWORD).connect(NoTls)
}

/// The same, once it takes one.
pub fn client(address: &str) -> Client {
    let begun = Instant::now();
    loop {
        match connected(address) {
            Ok(client) => return client,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{address}: {error}"),
        }
        std::thread::yield_now();
    }
}

/// The address of a schema of its own, of the database at this address.
pub fn in_a_schema(address: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let schema = format!("archive_{}_{number}", std::process::id());
    let (asked, made) = (address.to_owned(), schema.clone());
    // A client has a runtime of its own, which does not start within another.
    let creating = std::thread::spawn(move || {
        client(&asked)
            .batch_execute(&format!("create schema {made}"))
            .expect("a schema");
    });
    creating.join().expect("created");
    format!("{address}?options=-csearch_path%3D{schema}")
}

/// Lets the archive of a directory lie in a schema of its own, of the database at this address.
pub fn place(dir: &Path, address: &str) {
    let named = format!("{}\n", in_a_schema(address));
    std::fs::write(dir.join("database"), named).expect("written");
    std::fs::write(dir.join("database.password"), format!("{PASSWORD}\n")).expect("written");
}

/// Does this in the database in which the archive of a directory lies; whether it lies in one.
pub fn in_archive(dir: &Path, sql: &str) -> bool {
    let Ok(address) = std::fs::read_to_string(dir.join("database")) else {
        return false;
    };
    // A client has a runtime of its own, which does not start within another.
    std::thread::scope(|scope| {
        let doing = scope.spawn(|| client(address.trim()).batch_execute(sql));
        doing.join().expect("done").expect("done");
    });
    true
}

/// Where this process was told to lay its archives.
pub fn asked_for() -> Option<String> {
    std::env::var(DATABASE).ok()
}
