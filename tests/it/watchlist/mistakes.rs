//! What is said of a watchlist that is wrong.

use smallprint::watchlist::{Mistakes, read};

use crate::watchlist::{shipped, sources, watch};

fn bad(text: &str) -> Mistakes {
    read(&sources(text)).expect_err("mistakes")
}

/// Every kind of mistake there is, a line each.
const WRONG: &str = r#"colour = "red"
known = "Hospital Episode Statistics"

[settings]
timezone = "Europe/Londn"
contact = "Zoë"
min_delay = 3
max_body = "64M"
allow_private = ["127.0.0.0/8", "home"]
visits_at_once = 0
jittr = "2m"

[schedules]
broken = ["0 9 * * 1-5", "0 25 * * *"]
work = "0 0 9 * * 1-5"

[topics]
gp-data = "GP records"
opt-out = 3

[profile.mine]
hosts = ["https://a.example/"]
drop_lines = ["^Last (edited"]

[discord]
token_env = "my bot"
token_file = "/run/token"
api_base = "http://discord.example/"

[[route]]
to = "discord:general"
topics = ["gp-dat"]
min_severity = 6

[[route]]
loud_from = "5"

[[watch]]
id = "one"
url = "https://a.example/"
selct = "main"
schedule = "wrok"

[[watch]]
id = "one"
url = "www.gov.uk/one"
topics = "opt-outs"
schedule = "0 9 31 4 *"
every = "30m"

[[watch]]
id = "Opt Out"
url = "ftp://a.example/"
select = ["main", "main >> p", "div["]
profile = "govk"
enabled = "yes"
first = "new"
kind = "html"
follow = "attachment"
render = "chrome"
keys = "title"

[[watch]]
url = "https://a.example/{week}"
schedule = "30m"
was = ["one"]
terms = ["", "opt-out"]
drop_lines = "*"
title = """
"""
"#;

/// What is said of them, with the suggestion in brackets; … is said by somebody else.
const TOLD: &str = r#"watchlist.toml:1:1: a watchlist has no key `colour` (there are `settings`, `discord`, `email`, `collect`, `operators`, `copies`, `backfill`, `evidence`, `window`, `metrics`, `schedules`, `topics`, `profile`, `known`, `rule`, `rules`, `calendar`, `dossier`, `route`, `watch`)
watchlist.toml:2:9: `known` is a text (write a list of texts, as in ["one", "two"])
watchlist.toml:5:12: “Europe/Londn” is no time zone (did you mean `Europe/London`?)
watchlist.toml:6:11: `contact` stands in every request and must be plain ASCII (write an e-mail address or a web address)
watchlist.toml:7:13: 3 has no unit (write it in quotes with its unit, as in "3s")
watchlist.toml:8:12: “64M” is no size (write a number with B, kB, MB, KiB, MiB or GiB, as in "64MiB")
watchlist.toml:9:33: “home” is no network (write an address and how many bits of it count, as in "127.0.0.0/8")
watchlist.toml:10:18: `visits_at_once` is the number 0 (write a whole number from 1 to 256)
watchlist.toml:11:1: `[settings]` has no key `jittr` (did you mean `jitter`?)
watchlist.toml:14:26: “25” is no hour (write 0 to 23, *, a list as in 1,3, a range as in 1-5 or a step as in */2)
watchlist.toml:15:8: weekday numbers mean different days to different programs (write Mon-Fri instead of 1-5)
watchlist.toml:19:11: `opt-out` is the number 3 (write a text in quotes)
watchlist.toml:22:10: “https://a.example/” is no host (write its name alone in lower case, as in "www.gov.uk")
watchlist.toml:23:15: “^Last (edited” is no regular expression: unclosed group (write a regular expression, with a backslash before each of ( ) [ ] { } . * + ? that stands for itself)
watchlist.toml:26:13: `token_env` is the name of an environment variable, and this is none (write the name of an environment variable in capitals, as in "DISCORD_TOKEN")
watchlist.toml:27:14: `token_env` and `token_file` both say where the token is (leave one of them out)
watchlist.toml:28:12: the token would be sent unencrypted to another machine (write https://, or a loopback address such as http://127.0.0.1:8080)
watchlist.toml:31:6: this is no place to send to (write "discord:CHANNEL_ID", "email:ADDRESS", "terminal", or "discord-webhook:", "webhook:", "slack:" or "ntfy:" with the name of an ENVIRONMENT_VARIABLE)
watchlist.toml:32:11: there is no topic `gp-dat` (did you mean `gp-data`?)
watchlist.toml:33:16: `min_severity` is the number 6 (write a whole number from 1 to 5)
watchlist.toml:35:1: a route needs `to` (add a line to = "…")
watchlist.toml:36:13: `loud_from` is a text (write a whole number from 1 to 5)
watchlist.toml:41:1: a watch has no key `selct` (did you mean `select`?)
watchlist.toml:42:12: there is no schedule `wrok` (did you mean `work`?)
watchlist.toml:45:6: the id `one` is taken: watchlist.toml, line 39 (an id names one watch for ever; choose another)
watchlist.toml:46:7: “www.gov.uk/one” is no web address: relative URL without a base (did you mean `https://www.gov.uk/one`?)
watchlist.toml:47:10: there is no topic `opt-outs` (did you mean `opt-out`?)
watchlist.toml:49:9: `schedule` and `every` both say when (leave one of them out)
watchlist.toml:52:6: “Opt Out” is no id (did you mean `opt-out`?)
watchlist.toml:53:7: “ftp://a.example/” is not visited: only http and https are (write it as a browser shows it, as in "https://www.gov.uk/guidance")
watchlist.toml:54:19: … (write a CSS selector, as in "main" or ".cookie-banner")
watchlist.toml:54:32: … (write a CSS selector, as in "main" or ".cookie-banner")
watchlist.toml:55:11: there is no profile `govk` (did you mean `govuk`?)
watchlist.toml:56:11: `enabled` is a text (write true or false)
watchlist.toml:57:9: `first` cannot be “new” (did you mean `news`?)
watchlist.toml:58:8: `kind` cannot be “html” (write "page" or "index" or "register")
watchlist.toml:59:10: `follow` cannot be “attachment” (did you mean `attachments`?)
watchlist.toml:60:10: `render` cannot be “chrome” (write "plain" or "browser")
watchlist.toml:61:8: “title” is no JSON Pointer (write the way to it with a slash before each key, as in "/details/body" or "/results/*/title")
watchlist.toml:63:1: a watch needs `id` (add a line id = "…")
watchlist.toml:64:7: “{week}” stands for nothing in an address (there are {month}, {year}, {today} and {today+21d})
watchlist.toml:65:12: “30m” is an interval, not a schedule (write every = "30m")
watchlist.toml:66:8: `one` is the id of a watch today: watchlist.toml, line 39 (`was` names ids that are no longer in use)
watchlist.toml:67:10: `terms` is empty (write something or leave it out)
watchlist.toml:68:14: “*” is no regular expression: repetition operator missing expression (write a regular expression, with a backslash before each of ( ) [ ] { } . * + ? that stands for itself)
watchlist.toml:69:9: `title` is empty (write something or leave it out)"#;

#[test]
fn a_lease_is_neither_shorter_than_an_answer_nor_longer_than_an_hour() {
    for wrong in ["1s", "2h"] {
        let mistakes = bad(&format!("[settings]\nlease = \"{wrong}\"\n"));
        let told: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("between two seconds and an hour"),
            "{told:?}"
        );
    }
    let read = read(&sources("[settings]\nlease = \"2m\"\n")).expect("no mistake");
    assert_eq!(read.settings.lease_ms, 120_000);
}

#[test]
fn the_address_of_a_database_is_none_of_something_else_and_has_no_password() {
    let told = |store: &str| {
        let mistakes = bad(&format!("[settings]\nstore = \"{store}\"\n"));
        mistakes
            .0
            .iter()
            .map(ToString::to_string)
            .collect::<String>()
    };
    for wrong in [
        "smallprint.example.org",
        "mysql://smallprint@db/smallprint",
        "/srv/archive",
    ] {
        let told = told(wrong);
        assert!(
            told.starts_with("watchlist.toml:2:9: `store` is no address"),
            "{told}"
        );
    }
    for wrong in [
        "postgres://u:hidden@db/archive",
        "postgres://u@db/archive?password=hidden",
    ] {
        let told = told(wrong);
        assert!(told.contains("SMALLPRINT_STORE_PASSWORD"), "{told}");
        assert!(!told.contains("hidden"), "{told}");
    }
}

#[test]
fn every_mistake_is_told_at_once_with_its_line_and_a_suggestion() {
    let mistakes = bad(WRONG);
    let told: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    for (told, expected) in told.iter().zip(TOLD.lines()) {
        match expected.split_once('…') {
            Some((start, end)) if start.ends_with(": ") => {
                assert!(told.starts_with(start) && told.ends_with(end), "{told}");
            }
            _ => assert_eq!(told, expected),
        }
    }
    assert_eq!(told.len(), TOLD.lines().count(), "{mistakes}");
    assert!(
        mistakes
            .0
            .iter()
            .all(|mistake| mistake.suggestion.is_some())
    );
}

#[test]
fn the_offending_text_is_underlined_in_its_line() {
    let text = watch("selct = \"main\"  # é");
    let mistakes = bad(&text);
    let drawn = mistakes.render(&sources(&text), false, 80);
    let expected = "  × a watch has no key `selct`
   ╭─[watchlist.toml:4:1]
 3 │ url = \"https://a.example/\"
 4 │ selct = \"main\"  # é
   · ─────
   ╰────
  help: did you mean `select`?
";
    assert_eq!(drawn, expected);
    assert!(
        mistakes
            .render(&sources(&text), true, 80)
            .contains("\u{1b}[")
    );
    assert_eq!(&text[mistakes.0[0].span.clone()], "selct");
    let json = serde_json::to_value(&mistakes.0[0]).expect("json");
    assert_eq!(
        (json["line"].as_u64(), json["column"].as_u64()),
        (Some(4), Some(1))
    );
}

#[test]
fn a_token_in_the_file_is_a_mistake_and_is_never_shown() {
    let token = concat!(
        "MTIzNDU2Nzg5MDEyMzQ1Njc4",
        ".",
        "Gabcde",
        ".",
        "abcdefghijklmnopqrstuvwxyz0123"
    );
    for lines in [
        format!("[discord]\ntoken = \"{token}\""),
        format!("[discord]\ntoken_env = \"{token}\""),
        format!("discord = {{ bot_token = \"{token}\" }}"),
        format!("[discord]\ntoken = \"{token}"),
        format!("[discord]\ntoken = {token}"),
        format!("[[route]]\nto = \"{token}\""),
        format!("[[route]]\nto = \"discord:{token}\""),
        format!("[[route]]\nto = \"https://discord.com/api/webhooks/1/{token}\""),
        format!("[settings]\ntimezone = \"{token}\""),
        format!("{token} = 1"),
        format!("[[watch]]\nid = \"{token}\"\nurl = \"https://me:{token}@a.example/\""),
    ] {
        let mistakes = bad(&lines);
        let said = [
            mistakes.to_string(),
            mistakes.render(&sources(&lines), false, 500),
            serde_json::to_string(&mistakes.0).expect("json"),
        ];
        for said in said {
            assert!(!said.contains("abcdefghij"), "{said}");
        }
    }
    let mistakes = bad("[discord]\ntoken = \"short\"");
    let said = mistakes.0[0].what.as_str();
    assert_eq!(
        said,
        "a token does not belong in the watchlist; put it in the environment variable DISCORD_TOKEN or a file named by token_file"
    );
    assert!(
        !mistakes
            .render(&sources("[discord]\ntoken = \"short\""), false, 100)
            .contains("short")
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_line_and_what_stands_before_it_is_judged() {
    let mistakes = bad(
        "[settings]\njittr = \"2m\"\ncontact = \"x\n[schedules]\nwork = = 3\n[[watch]]\nid = \"a\"\nschedule = \"wrk\"\n",
    );
    let places: Vec<(usize, bool)> = mistakes
        .0
        .iter()
        .map(|mistake| (mistake.line, mistake.what.starts_with("this is not TOML")))
        .collect();
    assert_eq!(places, [(2, false), (3, true), (5, true)], "{mistakes}");
    let mistakes = bad("[[watch]]\n[watch]\n");
    assert_eq!(mistakes.0.len(), 1, "{mistakes}");
}

/// The shipped file with bytes cut out, doubled, or replaced, never the same way twice and always the same way again.
fn damaged(text: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % below
    };
    const PUT: [&str; 12] = [
        "\"",
        "'",
        "[",
        "]",
        "=",
        "\n",
        "\"\"\"",
        "{",
        "é\u{feff}",
        "\0",
        "[[watch]]\n",
        "9e999",
    ];
    let mut text = text.to_owned();
    for _ in 0..=random(4) {
        let start = text.floor_char_boundary(random(text.len()));
        let end = text.floor_char_boundary((start + random(40)).min(text.len()));
        match random(3) {
            0 => text.replace_range(start..end.max(start), ""),
            1 => text.insert_str(start, &text.clone()[start..end.max(start)]),
            _ => text.insert_str(start, PUT[random(PUT.len())]),
        }
    }
    text
}

#[test]
fn a_damaged_watchlist_is_told_of_and_never_a_panic() {
    let shipped = shipped();
    let beginning = &shipped[..shipped.floor_char_boundary(7_000)];
    let mut refused = 0;
    for seed in 0..120 {
        let text = damaged(if seed % 8 == 0 { &shipped } else { beginning }, seed);
        let Err(mistakes) = read(&sources(&text)) else {
            continue;
        };
        refused += 1;
        assert!(!mistakes.0.is_empty());
        assert!(
            mistakes
                .0
                .iter()
                .all(|mistake| text.get(mistake.span.clone()).is_some()),
            "{mistakes}"
        );
        let drawn = mistakes.render(
            &sources(&text),
            seed % 2 == 0,
            10 + usize::try_from(seed).expect("small"),
        );
        assert!(drawn.contains("watchlist.toml"));
    }
    assert!(refused > 50, "only {refused} were refused");
}

#[test]
fn the_key_of_an_archive_is_named_in_one_place_and_never_written_down() {
    let text = "[copies]\narchive = \"https://web.archive.org\"\nsave = \"yes\"\nsave_env = \"my key\"\nsave_file = \"key.txt\"\nsave_key = \"abcdefgh:secret-of-mine\"\n";
    let told: Vec<String> = bad(text).0.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "watchlist.toml:3:8: `save` is a text (write true or false)",
            "watchlist.toml:4:12: `save_env` is the name of an environment variable, and this is none (write a name in capitals, as in \"SMALLPRINT_ARCHIVE_KEY\")",
            "watchlist.toml:5:13: `save_env` and `save_file` both say where the key of the archive is (leave one of them out)",
            "watchlist.toml:6:1: `[copies]` has no key `save_key` (did you mean `save`?)",
        ]
    );
}

#[test]
fn e_mail_needs_a_sender_and_no_password_in_the_file() {
    let mistakes = bad(r#"[email]
from = "Smallprint"
server_env = "smtps://me:s3cret@mail.example"
server = "smtps://me:s3cret@mail.example"
unsubscribe = "the desk"

[[route]]
to = "email:desk@example.org"

[[route]]
to = "slack:https://hooks.slack.com/services/T/B/s3cret"
"#);
    let said = mistakes.to_string();
    for part in [
        "`from` is no sender of e-mail (write \"Smallprint <smallprint@example.org>\", or the address alone)",
        "`server_env` is the name of an environment variable, and this is none",
        "does not belong in the watchlist (put it in the environment variable SMTP_URL, or a file named by server_file)",
        "nobody can be asked there to send no more",
        "this route sends e-mail, and nobody is named as its sender (write `from = \"smallprint@example.org\"` under [email])",
        "as in \"slack:NEWSROOM_SLACK\"",
    ] {
        assert!(said.contains(part), "no “{part}” in {said}");
    }
    assert!(!format!("{said}{mistakes:?}").contains("s3cret"), "{said}");
}

#[test]
fn what_is_wrong_with_the_token_for_mirrors_is_told_with_its_line_and_what_to_write() {
    const CAPITALS: &str = "watchlist.toml:3:14: `mirror_env` is the name of an environment variable, and this is none \
                            (write a name in capitals, as in \"SMALLPRINT_MIRROR_TOKEN\")";
    for (lines, told) in [
        ("mirror_env = \"smallprint_mirror_token\"", CAPITALS),
        ("mirror_env = \"0123456789abcdef-mirror\"", CAPITALS),
        (
            "mirror_env = \"SMALLPRINT_MIRROR_TOKEN\"\nmirror_file = \"/run/token\"",
            "watchlist.toml:4:15: `mirror_env` and `mirror_file` both say where the token for mirrors is (leave one of them out)",
        ),
        (
            "mirror_file = \"\"",
            "watchlist.toml:3:15: `mirror_file` is empty (write something or leave it out)",
        ),
        (
            "mirror_file = \"  \"",
            "watchlist.toml:3:15: `mirror_file` is empty (write something or leave it out)",
        ),
        (
            "mirror_env = \"\"",
            "watchlist.toml:3:14: `mirror_env` is empty (write something or leave it out)",
        ),
        (
            "mirror_env = 3",
            "watchlist.toml:3:14: `mirror_env` is the number 3 (write a text in quotes)",
        ),
        (
            "mirror_fil = \"/run/token\"",
            "watchlist.toml:3:1: `[window]` has no key `mirror_fil` (did you mean `mirror_file`?)",
        ),
    ] {
        let text = format!("[window]\nlisten = \"127.0.0.1:0\"\n{lines}\n");
        let mistakes = bad(&text);
        assert_eq!(mistakes.to_string().trim_end(), told, "{lines}");
        // Whoever wrote the token itself there does not see it again in what is drawn.
        let drawn = mistakes.render(&sources(&text), false, 200);
        assert!(!drawn.contains("0123456789abcdef"), "{drawn}");
        read(&sources(
            &text.replace(lines, "mirror_file = \"/run/token\""),
        ))
        .expect("no mistake");
    }
}

#[test]
fn figures_are_for_this_machine_unless_it_is_said_that_anyone_may_read_them() {
    for (lines, told) in [
        (
            "listen = \"0.0.0.0:9100\"",
            "watchlist.toml:2:10: whoever reaches 0.0.0.0:9100 could read the figures, and there is no password for them (listen on 127.0.0.1, or add a line anyone = true where only those reach it who may)",
        ),
        (
            "listen = \"9100\"",
            "watchlist.toml:2:10: “9100” is no address to listen on (write an address of this machine and a port, as in \"127.0.0.1:8090\")",
        ),
        (
            "lisen = \"127.0.0.1:9100\"",
            "watchlist.toml:1:1: `[metrics]` needs `listen` (add a line listen = \"…\")\nwatchlist.toml:2:1: `[metrics]` has no key `lisen` (did you mean `listen`?)",
        ),
    ] {
        let mistakes = bad(&format!("[metrics]\n{lines}\n"));
        assert_eq!(mistakes.to_string().trim_end(), told, "{lines}");
    }
    for lines in [
        "listen = \"127.0.0.1:9100\"",
        "listen = \"[::1]:9100\"",
        "listen = \"0.0.0.0:9100\"\nanyone = true",
    ] {
        let read = read(&sources(&format!("[metrics]\n{lines}\n"))).expect("no mistake");
        assert_eq!(read.metrics.expect("it is set").listen.port(), 9100);
    }
}
