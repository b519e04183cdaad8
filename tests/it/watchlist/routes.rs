//! What a watchlist says of routes.

use chrono::{NaiveTime, Weekday};
use smallprint::model::{QuietHours, Readers, RoleMention, Sending, Severity};
use smallprint::watchlist::read;

use crate::watchlist::{good, sources};

/// Two watches for routes to name.
const WATCHES: &str = r#"
[topics]
gp-data = "GP records"
[[watch]]
id = "gpdpr"
url = "https://a.example/"
publisher = "NHS England"
was = ["gp-extract"]
[[watch]]
id = "register"
url = "https://b.example/"
publisher = "ONS"
"#;

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
}

#[test]
fn a_route_says_what_goes_where_and_when() {
    let text = r#"
        [[route]]
        name = "press"
        to = "discord:1"
        topics = ["gp-data"]
        publishers = ["NHS England"]
        watches = ["gpdpr", "register"]
        findings = ["new-dataset", "mine"]
        min_severity = 2
        max_severity = 4
        loud_from = 3
        mention = "77"
        mention_from = 5
        send = "batch"
        wait = "90s"
        quiet = "22:00-07:00"
        timezone = "Europe/Berlin"
        [[route]]
        to = "discord:1"
        mention = 78
        mention_findings = ["new-dataset"]
        send = "weekly"
        day = "Fri"
        at = "17:30"
        [[route]]
        to = "terminal"
        send = "daily"
        [[route]]
        to = "terminal"
        max_severity = 1
        [[route]]
        to = "terminal"
        operators = true
        [[rule]]
        id = "mine"
        label = "Mine"
        why = "It says so."
        severity = 3
        on = "added"
        patterns = ['(?i)\bso\b']
        matches = ["It is so here.", "So it is.", "Is it so?"]
        ignores = ["It is not.", "Never.", "Sometimes."]
    "#;
    let watchlist = good(&format!("{text}{WATCHES}"));
    let routes = &watchlist.routes;
    let names: Vec<&str> = routes.iter().map(|route| route.name.as_str()).collect();
    let expected = ["press", "discord:1", "terminal", "terminal 2", "terminal 3"];
    assert_eq!(names, expected);
    let press = &routes[0];
    assert_eq!(press.send, Sending::Batch { seconds: 90 });
    assert_eq!(press.zone.name(), "Europe/Berlin");
    let hours = QuietHours {
        from: clock(22, 0),
        to: clock(7, 0),
    };
    assert_eq!(press.quiet, Some(hours));
    assert_eq!(press.findings, ["new-dataset", "mine"]);
    let mention = |role, from, findings: &[&str]| {
        let findings = findings.iter().map(|one| (*one).to_owned()).collect();
        Some(RoleMention {
            role,
            from: Severity(from),
            findings,
        })
    };
    assert_eq!(press.mention, mention(77, 5, &[]));
    let friday = Sending::Weekly {
        day: Weekday::Fri,
        at: clock(17, 30),
    };
    assert_eq!(routes[1].send, friday);
    assert_eq!(routes[1].mention, mention(78, 1, &["new-dataset"]));
    assert_eq!(routes[1].zone.name(), "Europe/London");
    assert_eq!(routes[2].send, Sending::Daily { at: clock(8, 0) });
    let lowest: Vec<u8> = routes.iter().map(|route| route.min_severity.0).collect();
    assert_eq!(lowest, [2, 2, 2, 1, 3]);
    assert_eq!(routes[4].readers, Readers::Operators);
}

/// The mistakes of a route with these lines, without the name of the file.
#[track_caller]
fn case(lines: &str, expected: &[&str]) {
    let text = format!("[[route]]\nto = \"discord:1\"\n{lines}\n{WATCHES}");
    let mistakes = read(&sources(&text)).expect_err("mistakes");
    let told: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    let told: Vec<&str> = (told.iter())
        .map(|line| line.trim_start_matches("watchlist.toml:"))
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn what_is_wrong_with_a_route_is_told_with_what_was_meant() {
    case(
        "watches = [\"gpdr\", \"gp-extract\"]",
        &[
            "3:12: there is no watch `gpdr` (did you mean `gpdpr`?)",
            "3:20: `gp-extract` is called otherwise now (write \"gpdpr\")",
        ],
    );
    case(
        "publishers = [\"NHS Englnd\"]\nfindings = [\"new-datset\"]",
        &[
            "3:15: no watch has the publisher `NHS Englnd` (did you mean `NHS England`?)",
            "4:13: there is no rule `new-datset` (did you mean `new-dataset`?)",
        ],
    );
    case(
        "send = \"dayly\"\nat = \"8 o'clock\"",
        &[
            "3:8: `send` cannot be “dayly” (did you mean `daily`?)",
            "4:6: only a digest has its hour (write send = \"daily\" or \"weekly\", or leave it out)",
        ],
    );
    case(
        "send = \"daily\"\nat = \"25:00\"\nwait = \"10m\"\nday = \"Mon\"",
        &[
            "4:6: “25:00” is no time of day (write it as \"08:00\")",
            "5:8: only a batch waits (write send = \"batch\", or leave it out)",
            "6:7: only a weekly digest has its day (write send = \"weekly\", or leave it out)",
        ],
    );
    case(
        "send = \"batch\"\nwait = \"2d\"",
        &["4:8: `wait` is a text (write a second to a day, as in \"10m\")"],
    );
    case(
        "quiet = \"at night\"",
        &[
            "3:9: “at night” are no quiet hours (write when they begin and end, as in \"22:00-07:00\")",
        ],
    );
    case(
        "quiet = \"07:00-07:00\"",
        &[
            "3:9: quiet hours that end when they begin are none (write when they begin and end, as in \"22:00-07:00\")",
        ],
    );
    case(
        "timezone = \"Europe/Londn\"",
        &["3:12: “Europe/Londn” is no time zone (did you mean `Europe/London`?)"],
    );
    case(
        "min_severity = 4\nmax_severity = 3",
        &[
            "4:16: no severity is at least `min_severity` and at most `max_severity` (write 4 or more)",
        ],
    );
    case(
        "mention_from = 5",
        &[
            "3:16: nobody is mentioned (add mention = \"ROLE_ID\" (right-click the role, Copy Role ID))",
        ],
    );
    case(
        "mention = \"@everyone\"",
        &[
            "3:11: `mention` is a text (write the id of a role in quotes, as in \"123456789012345678\")",
        ],
    );
    case(
        "operators = true\ntopics = [\"gp-data\"]",
        &[
            "4:1: operators are told of no changes, so `topics` chooses nothing (leave it out, or make a route of its own for changes)",
        ],
    );
    case(
        "name = \"a\"\n[[route]]\nname = \"a\"\nto = \"terminal\"\nmention = 5",
        &[
            "5:8: the route `a` is there already: watchlist.toml, line 3 (choose another name)",
            "7:11: only Discord knows roles to mention (leave it out)",
        ],
    );
    case(
        "sends = \"daily\"",
        &["3:1: a route has no key `sends` (did you mean `send`?)"],
    );
}

#[test]
fn a_forum_and_an_archive_are_named_apart_from_the_routes() {
    let text = format!(
        "[discord]\nforum = \"discord:123456789012345678\"\n[copies]\narchive = \"https://web.archive.org\"\n{WATCHES}"
    );
    let watchlist = read(&sources(&text)).expect("no mistakes");
    let forum = smallprint::model::Destination::Forum(123_456_789_012_345_678);
    assert_eq!(watchlist.forum(), Some(forum));
    let copies = watchlist.copies.expect("an archive");
    assert_eq!(
        (copies.archive.as_str(), copies.days),
        ("https://web.archive.org/", 14)
    );
    let text = format!(
        "[discord]\nforum = \"general\"\n[copies]\ndays = 100\n[[route]]\nto = \"forum:5\"\n{WATCHES}"
    );
    let mistakes = read(&sources(&text)).expect_err("mistakes");
    let told: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "watchlist.toml:2:9: this names no forum channel of Discord (write \"discord:CHANNEL_ID\": in Discord, with developer mode on, a right click on the forum copies its id)",
            "watchlist.toml:3:1: `[copies]` needs `archive` (add a line archive = \"…\")",
            "watchlist.toml:4:8: `days` is the number 100 (write a whole number from 1 to 90)",
            "watchlist.toml:6:6: no route leads to a forum: every page that is told of has its thread there (write `forum = \"discord:5\"` under [discord], and lead this route to a channel)",
        ]
    );
}

#[test]
fn a_watch_with_a_mistake_is_no_mistake_of_its_route() {
    let wrong = WATCHES.replace("https://a.example/", "nowhere");
    let text = format!("[[route]]\nto = \"terminal\"\nwatches = [\"gpdpr\"]\n{wrong}");
    let mistakes = read(&sources(&text)).expect_err("mistakes");
    assert_eq!(mistakes.0.len(), 1, "{mistakes}");
}
