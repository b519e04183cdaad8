//! Connections to a database: how they are made, encrypted wherever they leave the machine, and what is prepared on them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::types::ToSql;
use postgres::{Client, Config, Row, Statement};
use r2d2::ManageConnection;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, crypto};
use tokio_postgres_rustls::MakeRustlsConnect;

/// After this time without a word it is asked whether the other side is still there.
const SILENCE: Duration = Duration::from_secs(15);

/// A connection with the statements that were prepared on it.
pub(in crate::store::disk) struct Session {
    pub(super) client: Client,
    prepared: HashMap<String, Statement>,
}

impl Session {
    fn prepare(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Asks what was prepared before, or is now.
    pub(super) fn query(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, postgres::Error> {
        let statement = self.prepare(sql)?;
        self.client.query(&statement, values)
    }
}

/// How connections are made.
#[derive(Clone)]
pub(super) struct Manager {
    config: Config,
    tls: MakeRustlsConnect,
}

impl Manager {
    /// For a database at this address. Who vouches for it stands in the file, where there is one, else among the authorities of
    /// the web.
    ///
    /// # Errors
    /// A sentence, where the address or the file cannot be read.
    pub(super) fn to(address: &str, authority: &Path) -> Result<Manager, String> {
        let mut config: Config = address.parse().map_err(|error| said(&error))?;
        config
            .application_name("smallprint")
            .connect_timeout(Duration::from_secs(10))
            .keepalives_idle(SILENCE)
            .keepalives_interval(SILENCE / 3)
            .keepalives_retries(3)
            .tcp_user_timeout(SILENCE * 2);
        if config.get_ssl_mode() == SslMode::Prefer {
            // To offer what nobody has to take up protects nobody.
            let near = config.get_hosts().iter().all(is_near);
            config.ssl_mode(if near {
                SslMode::Disable
            } else {
                SslMode::Require
            });
        }
        let tls = MakeRustlsConnect::new(trusting(authority)?);
        Ok(Manager { config, tls })
    }

    /// The same, its connections called so.
    pub(super) fn called(&self, name: &str) -> Manager {
        let mut named = self.clone();
        named.config.application_name(name);
        named
    }
}

/// Whether a host is this machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback())
        }
    }
}

fn trusting(authority: &Path) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    match authority.exists() {
        true => {
            let unread = |error: &dyn std::fmt::Display| {
                format!("{} holds no certificates ({error})", authority.display())
            };
            let read = CertificateDer::pem_file_iter(authority).map_err(|error| unread(&error))?;
            for certificate in read {
                let certificate = certificate.map_err(|error| unread(&error))?;
                roots.add(certificate).map_err(|error| unread(&error))?;
            }
        }
        false => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

impl ManageConnection for Manager {
    type Connection = Session;
    type Error = postgres::Error;

    fn connect(&self) -> Result<Session, postgres::Error> {
        let mut client = self.config.connect(self.tls.clone())?;
        client
            .batch_execute("set synchronous_commit to off; set client_min_messages to warning")?;
        Ok(Session {
            client,
            prepared: HashMap::new(),
        })
    }

    fn is_valid(&self, session: &mut Session) -> Result<(), postgres::Error> {
        session.client.is_valid(Duration::from_secs(5))
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        session.client.is_closed()
    }
}

/// What the database says, or why it cannot be asked.
pub(super) fn said(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("PostgreSQL says: {}", error.message()),
        // What it was about stands behind it: a certificate, a name, a refusal.
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error} ({cause})"),
            None => error.to_string(),
        },
    }
}
