//! A route in plain words.

use chrono_tz::Tz;

use crate::model::{Readers, Route, Sending, Severity};

/// The most names in one list.
const NAMED: usize = 8;

/// What a route takes: "the topics gp-data from severity 3 on, aloud from 4".
pub fn takes(route: &Route) -> String {
    if route.readers == Readers::Operators {
        return "what the program says of itself".to_owned();
    }
    let watches: Vec<&str> = route.watches.iter().map(|watch| watch.0.as_str()).collect();
    let lists = [
        ("the topics", names(&route.topics)),
        ("the publishers", names(&route.publishers)),
        ("the watches", names(&watches)),
        ("the findings", names(&route.findings)),
    ];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
    let lists: Vec<String> = lists
        .map(|(what, names)| format!("{what} {names}"))
        .collect();
    let about = match lists.is_empty() {
        true => "all topics".to_owned(),
        false => lists.join(" and "),
    };
    let severities = match (route.min_severity, route.max_severity) {
        (least, Severity(5)) => format!("from severity {least} on"),
        (least, most) if least == most => format!("of severity {least}"),
        (least, most) => format!("from severity {least} to {most}"),
    };
    let sound = match route.loud_from > route.max_severity {
        true => "silently".to_owned(),
        false => format!("aloud from {}", route.loud_from),
    };
    let mention = route.mention.as_ref().map_or(String::new(), |mention| {
        let findings = names(&mention.findings);
        let of = match findings.is_empty() {
            true => String::new(),
            false => format!(" of the findings {findings}"),
        };
        format!(
            ", mentions the role {} from {}{of}",
            mention.role, mention.from
        )
    });
    format!("{about} {severities}, {sound}{mention}")
}

/// When a route sends: "in one digest a day, at 08:00"; `zone` is that of the times shown elsewhere.
pub fn sends(route: &Route, zone: Tz) -> String {
    let when = match route.send {
        Sending::AtOnce => "at once".to_owned(),
        Sending::Batch { seconds } => {
            format!("together with what happens within {}", lasting(seconds))
        }
        Sending::Daily { at } => format!("in one digest a day, at {}", at.format("%H:%M")),
        Sending::Weekly { day, at } => {
            format!("in one digest a week, on {day} at {}", at.format("%H:%M"))
        }
    };
    let quiet = route.quiet.map_or(String::new(), |quiet| {
        format!(
            ", quiet from {} to {}",
            quiet.from.format("%H:%M"),
            quiet.to.format("%H:%M")
        )
    });
    let has_hours = route.quiet.is_some() || route.send.is_digest();
    let place = match has_hours && route.zone != zone {
        true => format!(" ({})", route.zone),
        false => String::new(),
    };
    format!("{when}{quiet}{place}")
}

fn lasting(seconds: u32) -> String {
    let (count, unit) = match seconds {
        _ if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    match count {
        1 => format!("1 {unit}"),
        many => format!("{many} {unit}s"),
    }
}

fn names(all: &[impl AsRef<str>]) -> String {
    let named: Vec<&str> = all.iter().take(NAMED).map(AsRef::as_ref).collect();
    match all.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, Weekday};
    use chrono_tz::Europe::{Berlin, London};

    use super::*;
    use crate::model::{Destination, QuietHours, RoleMention};

    fn route() -> Route {
        Route {
            min_severity: Severity(2),
            ..Route::to(Destination::Terminal, London)
        }
    }

    fn clock(hour: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, 0, 0).expect("a time of day")
    }

    #[test]
    fn a_route_is_told_in_words() {
        let case = |route: Route, takes: &str, sends: &str| {
            assert_eq!(super::takes(&route), takes);
            assert_eq!(super::sends(&route, London), sends);
        };
        case(
            route(),
            "all topics from severity 2 on, aloud from 4",
            "at once",
        );
        let narrow = Route {
            topics: vec!["gp-data".to_owned()],
            watches: vec!["a".into(), "b".into()],
            max_severity: Severity(3),
            send: Sending::Batch { seconds: 600 },
            ..route()
        };
        case(
            narrow,
            "the topics gp-data and the watches a, b from severity 2 to 3, silently",
            "together with what happens within 10 minutes",
        );
        let mention = RoleMention {
            role: 7,
            from: Severity(1),
            findings: vec!["new-dataset".to_owned()],
        };
        let quiet = QuietHours {
            from: clock(22),
            to: clock(7),
        };
        let weekly = Route {
            mention: Some(mention),
            quiet: Some(quiet),
            send: Sending::Weekly {
                day: Weekday::Mon,
                at: clock(8),
            },
            zone: Berlin,
            ..route()
        };
        case(
            weekly,
            "all topics from severity 2 on, aloud from 4, mentions the role 7 from 1 of the findings new-dataset",
            "in one digest a week, on Mon at 08:00, quiet from 22:00 to 07:00 (Europe/Berlin)",
        );
        let operators = Route {
            readers: Readers::Operators,
            send: Sending::Daily { at: clock(8) },
            ..route()
        };
        case(
            operators,
            "what the program says of itself",
            "in one digest a day, at 08:00",
        );
    }
}
