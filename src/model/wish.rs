//! A wish: what a person asks of the bot, and what the bot replies.

use std::collections::BTreeMap;

use crate::model::Button;

/// What a person asks of the bot, where, and who that is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// The server it was asked in; absent in a private conversation.
    pub guild: Option<u64>,
    /// The channel it was asked in.
    pub channel: Option<u64>,
    /// Who asks, by id.
    pub user: u64,
    /// What they are called there; written by them, so not to be trusted.
    pub name: String,
    /// Their roles in the server, by id.
    pub roles: Vec<u64>,
    /// What they did.
    pub act: Act,
}

/// What a person did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Pressed a button.
    Pressed {
        /// What the button is known by.
        button: String,
        /// The message it stands on.
        message: u64,
    },
    /// Gave a command.
    Command {
        /// Its name, with that of its part: "watch suggest".
        name: String,
        /// What was filled in, as text, by name.
        options: BTreeMap<String, String>,
    },
    /// Is typing a command, and wants to see what there is.
    Typing {
        /// The command.
        name: String,
        /// What is being filled in.
        option: String,
        /// What was typed so far.
        typed: String,
    },
    /// Filled in a form.
    Filled {
        /// What the form is known by.
        form: String,
        /// What was filled in, by the id of the question.
        answers: BTreeMap<String, String>,
    },
}

/// What the bot replies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Words that only the asker sees.
    Whisper(Whisper),
    /// A form to fill in.
    Form(Form),
    /// What can be chosen: as it is shown, and as it is filled in. At most 25.
    Choices(Vec<(String, String)>),
}

/// Words that only the asker sees.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Whisper {
    /// The words: Markdown of our own, at most 2,000 characters.
    pub text: String,
    /// What can be pressed below them, at most five.
    pub buttons: Vec<Button>,
    /// A file: its name and text.
    pub file: Option<(String, String)>,
}

/// A form to fill in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// What it is known by when it is filled in, at most 100 characters.
    pub id: String,
    /// Its heading, at most 45 characters.
    pub title: String,
    /// What is asked.
    pub questions: Vec<Question>,
}

/// One question of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What the answer is known by.
    pub id: String,
    /// What is asked, at most 45 characters.
    pub label: String,
    /// What stands there already.
    pub filled: Option<String>,
    /// The most characters of an answer.
    pub longest: u16,
    /// How many lines there is room for, one or several.
    pub lines: u8,
}

impl Whisper {
    /// Only words.
    pub fn says(text: impl Into<String>) -> Whisper {
        Whisper {
            text: text.into(),
            ..Whisper::default()
        }
    }
}
