//! `discord check`: whether everything is in place in Discord, before it is needed.

use crate::channels::{Point, Wanted};
use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::house;
use crate::wording::harmless;

pub(super) async fn check(
    arguments: &Arguments,
    screen: &Screen,
    send: bool,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "discord check");
    let in_force = house::read_in_force(&opening)?;
    let wanted = Wanted::by(&in_force.watchlist);
    let mut points = in_force.channels.inspect(&wanted).await;
    if send {
        let nonce = format!("sp-test-{}", opening.clock.now().timestamp());
        points.extend(in_force.channels.send_tests(&wanted, &nonce).await);
    }
    let missing = points.iter().filter(|point| !point.fine).count();
    match screen.json {
        true => points.iter().for_each(|point| screen.json(point)),
        false => tell(screen, &points, missing),
    }
    Ok(match missing {
        0 => Exit::Fine,
        _ => Exit::Failed,
    })
}

fn tell(screen: &Screen, points: &[Point], missing: usize) {
    for point in points {
        let sign = match point.fine {
            true => screen.ink(Ink::Green, "fine"),
            false => screen.ink(Ink::Red, "missing"),
        };
        screen.line(&format!("{sign}  {}", harmless::line(&point.of)));
        screen.line(&screen.prose("    ", &harmless::line(&point.says)));
        if let Some(remedy) = &point.remedy {
            screen.line(&screen.prose("    ", &harmless::line(remedy)));
        }
    }
    screen.line(&match (points.is_empty(), missing) {
        (true, _) => "No route leads to Discord, so there is nothing to look at.".to_owned(),
        (false, 0) => "All is in place.".to_owned(),
        (false, missing) => format!(
            "{} not in place.",
            counted(missing, "thing is", "things are")
        ),
    });
}
