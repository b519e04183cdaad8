//! No words of pages or people make an answer of the bot that Discord refuses, or that acts.

use serde_json::{Value, json};

use crate::bot::{HERE, ROLE, Stage, ada, bo, passer_by};
use crate::dice::Dice;
use crate::discord::Spoken;
use crate::discord::gateway::Person;
use crate::message::nasty::calm;
use crate::site::Answer;

/// How many pages try everything.
const PAGES: usize = 4;
/// What each of them promises at first.
const PROMISES: [&str; PAGES] = [
    "Records of the harbour will never be sold to anybody.",
    "We will not share your records with the tax office.",
    "You can opt out of the survey at any time.",
    "Names of patients will not be disclosed to insurers.",
];
/// How many wishes are made.
const WISHES: usize = 240;

/// A button and the message it stands on; a form and what it asks.
#[derive(Default)]
struct Offered {
    buttons: Vec<(String, String)>,
    forms: Vec<(String, String)>,
}

impl Offered {
    /// Notes what can be pressed below a message, and the forms that are shown.
    fn note(&mut self, message: &str, said: &Value) {
        let data = said.get("data").unwrap_or(said);
        let rows = data["components"].as_array().into_iter().flatten();
        let parts = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        for part in parts {
            let Some(id) = part["custom_id"].as_str() else {
                continue;
            };
            match said["type"] == 9 {
                true => {
                    let form = data["custom_id"].as_str().expect("a form has an id");
                    self.forms.push((form.to_owned(), id.to_owned()));
                }
                false => self.buttons.push((message.to_owned(), id.to_owned())),
            }
        }
    }
}

/// A page of this title, with words of all sorts amid many that stay.
fn page(dice: &mut Dice, title: &str, promise: &str) -> Answer {
    let words = |dice: &mut Dice| escaped(&dice.text().chars().take(2_000).collect::<String>());
    let texts: String = (0..3).map(|_| format!("<p>{}</p>", words(dice))).collect();
    let stays: String = (1..60)
        .map(|no| {
            format!("<p>Berth {no} is looked after by the harbour master and nobody besides.</p>")
        })
        .collect();
    Answer::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><main><h1>{title}</h1>\
         <p>{promise}</p>{texts}{stays}</main></body></html>"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A command with what somebody may fill in.
fn command(dice: &mut Dice) -> (&'static str, Vec<(&'static str, u64, Value)>) {
    let page = match dice.below(4) {
        0 => dice.text(),
        _ => format!("nasty-{}", dice.below(PAGES)),
    };
    let document = ("document", 3, json!(page));
    let spans = ["1..2", "0..1", "2..1", "1..99"];
    let versions = match dice.below(3) {
        0 => dice.text(),
        _ => spans[dice.below(spans.len())].to_owned(),
    };
    let versions = ("versions", 3, json!(versions));
    let said = |dice: &mut Dice| match dice.below(3) {
        0 => PROMISES[dice.below(PAGES)].to_owned(),
        _ => dice.text(),
    };
    match dice.below(10) {
        0 => ("changes", vec![("days", 4, json!(30))]),
        1 => ("changes", vec![("topic", 3, json!(dice.text()))]),
        2 => ("history", vec![document]),
        3 => ("diff", vec![document, versions]),
        4 => ("search", vec![("words", 3, json!(said(dice)))]),
        5 => ("phrase", vec![("words", 3, json!(said(dice)))]),
        6 => ("names", vec![("name", 3, json!(dice.text()))]),
        7 => ("explain", vec![document, versions]),
        8 => {
            let kinds = ["our-error", "disputed", "explained", "reply", "gossip"];
            let kind = ("kind", 3, json!(kinds[dice.below(kinds.len())]));
            let text = ("text", 3, json!(dice.text()));
            ("correct", vec![document, kind, text])
        }
        _ => {
            let address = format!("https://{}.example/{}", dice.below(9), dice.text());
            let address = ("address", 3, json!(address));
            (
                "watch suggest",
                vec![address, ("why", 3, json!(dice.text()))],
            )
        }
    }
}

impl Stage {
    /// A wish of this person; the secret by which it is replied to, and how often at least.
    fn wishes(&self, dice: &mut Dice, offered: &Offered, person: &Person) -> (String, usize) {
        let gateway = &self.discord.gateway;
        match dice.below(5) {
            0 => {
                let options = ["document", "topic", "words"];
                let option = options[dice.below(options.len())];
                (gateway.types(person, HERE, "diff", option, &dice.text()), 1)
            }
            1 if !offered.forms.is_empty() => {
                let (form, question) = &offered.forms[dice.below(offered.forms.len())];
                (gateway.fills(person, HERE, form, question, &dice.text()), 1)
            }
            1 | 2 => {
                let (message, button) = &offered.buttons[dice.below(offered.buttons.len())];
                (gateway.press(person, HERE, message, button), 1)
            }
            _ => {
                let (name, options) = command(dice);
                (gateway.give(person, HERE, name, &options), 1)
            }
        }
    }

    /// All that is said to a wish.
    fn all_said(&self, token: &str, least: usize) -> Vec<Spoken> {
        let said = self.said(token, least);
        // A place that is kept is filled.
        match said[0].json["type"].as_u64() {
            Some(5 | 6) => self.said(token, 2),
            _ => said,
        }
    }
}

#[test]
fn no_words_of_pages_or_people_make_an_answer_that_discord_refuses_or_that_acts() {
    let mut dice = Dice(17);
    let mut stage = Stage::set(&format!("triage_roles = [\"{ROLE}\"]"), "");
    let titles: Vec<String> = PROMISES.iter().map(|_| escaped(&dice.text())).collect();
    for (no, promise) in PROMISES.iter().enumerate() {
        let (id, path) = (format!("nasty-{no}"), format!("/nasty-{no}"));
        stage.program.watch(&id, &path, "every = \"1s\"");
        stage
            .program
            .site
            .play(&path, page(&mut dice, &titles[no], promise));
    }
    stage.start();
    let running = stage.running.as_mut().expect("it runs");
    running.until("nasty-3: unchanged");
    for (no, title) in titles.iter().enumerate() {
        let path = format!("/nasty-{no}");
        stage.program.site.replay(&path, page(&mut dice, title, ""));
    }
    stage
        .runtime
        .block_on(stage.discord.posted(HERE, 1 + PAGES));
    let mut offered = Offered::default();
    for message in stage.discord.messages(HERE) {
        offered.note(&message.id, &message.json);
    }
    assert!(offered.buttons.len() >= 5 * PAGES, "{:?}", offered.buttons);
    let people = [ada(), bo(), passer_by()];
    let (mut texts, mut kinds) = (0, std::collections::BTreeSet::new());
    for wish in 0..WISHES {
        let person = &people[dice.below(people.len())];
        let (token, least) = stage.wishes(&mut dice, &offered, person);
        for said in stage.all_said(&token, least) {
            let about = format!("wish {wish}: {said:?}");
            calm(said.text(), &about);
            texts += usize::from(!said.text().is_empty());
            kinds.insert(said.json["type"].as_u64());
            offered.note("777", &said.json);
        }
        stage.lawful();
    }
    // Words, places that were kept, choices and forms were all among them.
    assert!(texts > WISHES / 3, "{texts}");
    for kind in [4, 5, 6, 8, 9] {
        assert!(
            kinds.contains(&Some(kind)),
            "no reply of type {kind}: {kinds:?}"
        );
    }
    stage.stop();
    stage.lawful();
}
