//! An archive with its window open, and whoever asks there.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::runtime::Runtime;
use url::form_urlencoded;

use crate::program::{Program, Running};

/// How long an answer may take; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);

const FIRST: &str = "Nobody is asked twice.";
const SECOND: &str = "Everybody is asked once a year.";

/// A program whose window is open.
pub struct Open {
    pub program: Program,
    pub base: String,
    running: Running,
    runtime: Runtime,
    client: reqwest::Client,
}

/// What is asked of the window.
pub struct Asked {
    method: Method,
    path: String,
    fields: Vec<(String, String)>,
    body: String,
}

/// What it answered.
pub struct Answer {
    pub status: u16,
    pub fields: HeaderMap,
    pub text: String,
}

/// An archive of one page, "page", that was edited once.
pub fn changed() -> Program {
    let program = Program::with_page(FIRST);
    program.expect("visit --all", 0);
    program.say(SECOND);
    program.expect("visit --all", 1);
    program
}

impl Open {
    /// Of an archive of one page that was edited once.
    pub fn with_a_change() -> Open {
        Open::of(changed())
    }

    /// Of this archive.
    pub fn of(program: Program) -> Open {
        Open::with(program, &[])
    }

    /// Of this archive, with more options.
    pub fn with(program: Program, options: &[&str]) -> Open {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], options].concat();
        let mut running = program.start_with(&arguments);
        let line = running.until("the window is open at ");
        Open::at(program, running, &line)
    }

    /// Of a program that said where its window is.
    pub fn at(program: Program, running: Running, line: &str) -> Open {
        let base = line.split("open at ").nth(1).expect("an address");
        let base = base.trim().trim_end_matches('/').to_owned();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        Open {
            program,
            base,
            running,
            runtime: Runtime::new().expect("a runtime"),
            client: client.expect("a client"),
        }
    }

    /// Closes it; all it said.
    pub fn stop(self) -> String {
        self.running.stop()
    }

    /// Closes it; the program that it was.
    pub fn close(self) -> Program {
        self.running.stop();
        self.program
    }

    /// Waits for a line that says this.
    #[track_caller]
    pub fn until(&mut self, part: &str) -> String {
        self.running.until(part)
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.ask(&Asked::get(path))
    }

    #[track_caller]
    pub fn ask(&self, asked: &Asked) -> Answer {
        let url = format!("{}{}", self.base, asked.path);
        let mut request = self.client.request(asked.method.clone(), url);
        for (name, value) in &asked.fields {
            request = request.header(name, value);
        }
        let request = request.body(asked.body.clone());
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            Answer {
                status: response.status().as_u16(),
                fields: response.headers().clone(),
                text: response.text().await.expect("text"),
            }
        })
    }
}

impl Asked {
    pub fn get(path: &str) -> Asked {
        Asked::by(Method::GET, path)
    }

    /// By this method.
    pub fn by(method: Method, path: &str) -> Asked {
        Asked {
            method,
            path: path.to_owned(),
            fields: Vec::new(),
            body: String::new(),
        }
    }

    /// A form with these fields.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Asked {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let asked = Asked {
            method: Method::POST,
            body,
            ..Asked::get(path)
        };
        asked.with("content-type", "application/x-www-form-urlencoded")
    }

    /// With this header field.
    pub fn with(mut self, name: &str, value: &str) -> Asked {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Answer {
    /// A header field; empty where it is not there.
    pub fn field(&self, name: &str) -> &str {
        let field = self.fields.get(name);
        field.map_or("", |field| field.to_str().expect("plain text"))
    }

    /// The link to this address, which must be there.
    #[track_caller]
    pub fn link(&self, to: &str) -> String {
        let link = format!("href=\"{to}\"");
        assert!(self.text.contains(&link), "no link to {to}: {}", self.text);
        to.to_owned()
    }
}
