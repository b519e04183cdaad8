//! Over real TLS: only who is trusted is read, and the fingerprint of the certificate that was shown is in the capture.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use url::Url;

use crate::clock::Clock;
use crate::fetch::{Fetched, Fetcher, manners};
use crate::model::{Digest, FailureKind, Watch};
use crate::watchlist::Settings;
use crate::wire::{Guard, Names, Wire};

/// What the certificates are: a root of our own, and one of this machine that it vouches for.
const CERTIFICATES: &str = "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = a test\n\
    [root]\nbasicConstraints = critical,CA:TRUE\n\
    [leaf]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = IP:127.0.0.1\n";

/// A server that shows a certificate, and is gone with this.
struct Server {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// `None` where there is no OpenSSL of today, which must be there with CI=true.
    fn start() -> Option<Server> {
        if !is_there() {
            return None;
        }
        let folder = TempDir::new().expect("a folder");
        let at = folder.path();
        fs::write(at.join("names"), CERTIFICATES).expect("written");
        fs::write(at.join("page.html"), "<h1>A page over TLS</h1>").expect("written");
        fs::write(at.join("robots.txt"), "\n").expect("written");
        let make = "req -x509 -config names -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
        openssl(
            at,
            &format!("{make} -extensions root -keyout root.key -out root.pem"),
        );
        let vouched = "-CA root.pem -CAkey root.key";
        openssl(
            at,
            &format!("{make} -extensions leaf {vouched} -keyout leaf.key -out leaf.pem"),
        );
        openssl(at, "x509 -in leaf.pem -outform DER -out leaf.der");
        let mut child = command(
            at,
            "s_server -accept 127.0.0.1:0 -cert leaf.pem -key leaf.key -WWW",
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl runs");
        let said = BufReader::new(child.stdout.take().expect("what it says")).lines();
        let ports = said.map_while(Result::ok);
        let mut ports =
            ports.filter_map(|line| line.strip_prefix("ACCEPT 127.0.0.1:")?.trim().parse().ok());
        let port = ports.next().expect("it says where it listens");
        // Whoever does not listen to it must not hold it up.
        std::thread::spawn(move || ports.for_each(|_: u16| ()));
        Some(Server {
            child,
            folder,
            port,
        })
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).expect("a file")
    }

    fn page(&self) -> Url {
        let url = format!("https://127.0.0.1:{}/page.html", self.port);
        url.parse().expect("an address")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(folder);
    command
}

#[track_caller]
fn openssl(folder: &Path, arguments: &str) {
    let output = command(folder, arguments).output().expect("openssl runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {said}");
}

#[allow(
    clippy::print_stderr,
    reason = "what was not tested is said where it is not swallowed"
)]
fn is_there() -> bool {
    let version = Command::new("openssl").arg("version").output();
    let there = version.is_ok_and(|said| {
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        said.strip_prefix("OpenSSL ")
            .is_some_and(|number| !number.starts_with("1."))
    });
    let must = std::env::var("CI").is_ok_and(|set| set == "true");
    assert!(there || !must, "OpenSSL 3 is needed with CI=true");
    if !there {
        eprintln!("SKIPPED: there is no OpenSSL 3, so nothing was read over TLS");
    }
    there
}

fn settings() -> Settings {
    Settings {
        min_delay_ms: 0,
        allow_private: vec!["127.0.0.0/8".parse().expect("a network")],
        ..Settings::default()
    }
}

#[tokio::test]
async fn the_fingerprint_of_the_certificate_that_was_shown_is_in_the_capture() {
    let Some(server) = Server::start() else {
        return;
    };
    let settings = settings();
    let guard = Guard::new(&settings.allow_private);
    let root = server.read("root.pem");
    let wire = Wire::trusting(&root, &manners(&settings), guard, Names::System);
    let fetcher = Fetcher::over(wire, &settings, Clock::System);
    let url = server.page();
    let watch = Watch::bare("page", url.clone());
    let capture = match fetcher.fetch(&watch, &url, None).await {
        Fetched::Served(capture, body) => {
            assert_eq!(body, b"<h1>A page over TLS</h1>");
            capture
        }
        other => panic!("{other:?}"),
    };
    let shown = Digest::of(&server.read("leaf.der"));
    let kept: Vec<_> = capture.hops.iter().map(|hop| hop.certificate).collect();
    assert_eq!(kept, [Some(shown)]);
    // OpenSSL counts the same.
    let fingerprint = command(
        server.folder.path(),
        "x509 -in leaf.pem -noout -fingerprint -sha256",
    );
    let output = { fingerprint }.output().expect("openssl runs");
    let said = String::from_utf8_lossy(&output.stdout).replace(':', "");
    assert!(
        said.trim().to_lowercase().ends_with(&shown.to_string()),
        "{said}"
    );
}

#[tokio::test]
async fn who_is_vouched_for_by_nobody_that_everybody_trusts_is_not_read() {
    let Some(server) = Server::start() else {
        return;
    };
    let fetcher = Fetcher::new(&settings(), Clock::System);
    let url = server.page();
    let watch = Watch::bare("page", url.clone());
    match fetcher.fetch(&watch, &url, None).await {
        Fetched::Failed(failure) => assert_eq!(failure.kind, FailureKind::Tls, "{failure:?}"),
        other => panic!("{other:?}"),
    }
}
