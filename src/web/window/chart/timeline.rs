//! Whether a page was there, and when it changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, PreEscaped, html};

use crate::answers::{Spell, Was};
use crate::past::Stretches;
use crate::web::window::chart::columns::{columns, copies, place};
use crate::web::window::chart::years::years;
use crate::web::window::chart::{SIDE, WIDE};
use crate::web::window::told;
use crate::wording::times;

/// How many stretches the table below a timeline lists.
const LISTED: usize = 100;

/// Whether a page was there, and when it changed.
pub(in crate::web::window) struct Timeline<'a> {
    /// The stretches, oldest first.
    pub(in crate::web::window) spells: &'a [Spell],
    /// How many visits these are of, and how many of them failed.
    pub(in crate::web::window) visits: (usize, usize),
    /// When it changed, and how much that mattered.
    pub(in crate::web::window) steps: &'a [(DateTime<Utc>, u8)],
    /// What archives of the web hold from before.
    pub(in crate::web::window) past: Option<&'a Stretches>,
    /// The time zone of the watchlist.
    pub(in crate::web::window) zone: Tz,
}

impl Timeline<'_> {
    /// The chart with its legend and its numbers; nothing where there were no visits.
    pub(in crate::web::window) fn drawn(&self) -> Markup {
        let (Some(first), Some(last)) = (self.spells.first(), self.spells.last()) else {
            return html! { p.empty { "It was not visited yet." } };
        };
        // A page that is no longer visited would shrink what is known of it to a stroke; that is said in words instead.
        let idle = last.was == Was::Unknown && last.visits == 0 && self.spells.len() > 1;
        let (from, until) = match idle {
            true => (first.from, last.from),
            false => (first.from, last.until),
        };
        let past = self.past.filter(|past| !past.stretches.is_empty());
        let from = past
            .and_then(|past| past.stretches.first())
            .map_or(from, |earliest| earliest.from.min(from));
        // What archives say has a row of its own.
        let lower = if past.is_some() { 22 } else { 0 };
        let drawn = &self.spells[..self.spells.len() - usize::from(idle)];
        let said = self.said();
        html! {
            figure.timeline {
                div.wide tabindex="0" role="group" aria-label="Timeline" {
                    svg role="img" aria-labelledby="timeline-title timeline-desc" viewBox={ "0 0 " (WIDE) " " (84 + lower) } width=(WIDE) height=(84 + lower) {
                        title id="timeline-title" { "When it was there, and when it changed" }
                        desc id="timeline-desc" { (said) }
                        (PreEscaped(HATCH))
                        @for (x, wide, was) in columns(drawn, from, until) {
                            rect class=(class(was)) x=(x) y="44" width=(wide) height="16" {}
                        }
                        @if let Some(past) = past {
                            (PreEscaped(DOTS))
                            @for (x, wide, there) in copies(past, from, until) {
                                rect class={ "past " (if there { "there" } else { "absent" }) } x=(x) y="66" width=(wide) height="12" {}
                            }
                            @for turn in &past.turns {
                                rect.step x=(SIDE + place(turn.bounds.by, from, until)) y="61" width="1" height="20" {}
                            }
                        }
                        @for (x, severity) in self.marks(from, until) {
                            @let high = 6 + 6 * usize::from(severity);
                            rect.step data-severity=(severity) x=(x) y=(42 - high) width="2" height=(high) {}
                        }
                        @for (x, name) in years(from, until, self.zone) {
                            line.tick x1=(x) x2=(x) y1=(60 + lower) y2=(66 + lower) {}
                            text x=(x + 3) y=(80 + lower) { (name) }
                        }
                    }
                }
                figcaption {
                    ul.legend {
                        li { span.key.present {} "there" }
                        li { span.key.absent {} "found gone" }
                        li { span.key.unknown {} "not known" }
                        li { span.key.changed {} "changed; the higher the stroke, the graver" }
                        @if past.is_some() { li { span.key.past {} "there, by the word of archives of the web (the lower row)" } }
                    }
                    (said)
                    @if idle { " It was not visited since " (told::moment(last.from, self.zone)) "; what it says since then is not known." }
                }
                (self.table())
            }
        }
    }

    fn said(&self) -> String {
        let mut lasted: BTreeMap<&str, i64> = BTreeMap::new();
        for spell in self.spells {
            *lasted.entry(class(spell.was)).or_default() +=
                (spell.until - spell.from).num_seconds();
        }
        let whole: i64 = lasted.values().sum();
        let share = |class: &str| {
            let part = lasted.get(class).copied().unwrap_or_default();
            100.0 * part as f64 / whole.max(1) as f64
        };
        let (first, last) = (self.spells.first(), self.spells.last());
        let day =
            |at: Option<DateTime<Utc>>| at.map_or(String::new(), |at| times::day(at, self.zone));
        let mut said = format!(
            "From {} to {}: there {:.1} % of the time, found gone {:.1} %, not known {:.1} %. {}, of which {} failed; {}.",
            day(first.map(|spell| spell.from)),
            day(last.map(|spell| spell.until)),
            share("present"),
            share("absent"),
            share("unknown"),
            told::counted(self.visits.0, "visit", "visits"),
            told::grouped(self.visits.1),
            told::counted(self.steps.len(), "change", "changes"),
        );
        if let Some(past) = self.past
            && let (Some(first), Some(last)) = (past.stretches.first(), past.stretches.last())
        {
            let least = if past.at_least() { "at least " } else { "" };
            said += &format!(
                " Before that, archives of the web hold copies from {} to {}, with {least}{}.",
                day(Some(first.from)),
                day(Some(last.until)),
                told::counted(past.turns.len(), "change", "changes"),
            );
        }
        said
    }

    /// The changes, the gravest of each column.
    fn marks(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> BTreeMap<usize, u8> {
        let mut marks = BTreeMap::new();
        for (at, severity) in self.steps {
            let mark = marks.entry(SIDE + place(*at, from, until)).or_default();
            *mark = (*severity).max(*mark);
        }
        marks
    }

    fn table(&self) -> Markup {
        html! {
            details {
                summary { "The same as a table" }
                @if self.spells.len() > LISTED {
                    p.about { "The latest " (LISTED) " of " (told::grouped(self.spells.len())) " stretches." }
                }
                div.wide tabindex="0" role="group" aria-label="Stretches of time" {
                    table {
                        thead { tr { th scope="col" { "From" } th scope="col" { "Until" } th scope="col" { "The page was" } th scope="col" { "Visits" } th scope="col" { "Failed" } } }
                        tbody {
                            @for spell in self.spells.iter().rev().take(LISTED) {
                                tr {
                                    td { (told::moment(spell.from, self.zone)) }
                                    td { (told::moment(spell.until, self.zone)) }
                                    td { (word(spell.was)) }
                                    td { (told::grouped(spell.visits)) }
                                    td { (told::grouped(spell.failed)) }
                                }
                            }
                            @for stretch in self.past.iter().flat_map(|past| past.stretches.iter().rev()).take(LISTED) {
                                tr {
                                    td { (told::moment(stretch.from, self.zone)) }
                                    td { (told::moment(stretch.until, self.zone)) }
                                    td {
                                        @if stretch.text.is_some() { "there" } @else { "found gone" }
                                        ", by the word of " (stretch.archives.join(", "))
                                    }
                                    td colspan="2" { "none of ours" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Dots for what archives say, which are told from what was seen here without colour.
const DOTS: &str = "<defs><pattern id=\"dots\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
    <rect class=\"under\" width=\"4\" height=\"4\"/><circle class=\"dot\" cx=\"2\" cy=\"2\" r=\"1.2\"/></pattern></defs>";

/// Strokes for what is not known, which are seen without colour.
const HATCH: &str = "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect class=\"under\" width=\"6\" height=\"6\"/>\
    <rect class=\"over\" width=\"2\" height=\"6\"/></pattern></defs>";

fn class(was: Was) -> &'static str {
    match was {
        Was::Present => "present",
        Was::Absent => "absent",
        Was::Unknown => "unknown",
    }
}

fn word(was: Was) -> &'static str {
    match was {
        Was::Present => "there",
        Was::Absent => "found gone",
        Was::Unknown => "not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::window::chart::sample::{at, past};

    #[test]
    fn a_chart_of_very_many_stretches_stays_small() {
        let begin = at("2010-01-01T00:00:00Z");
        let spells: Vec<Spell> = (0..10_000)
            .map(|hour| Spell {
                was: [Was::Present, Was::Unknown][hour as usize % 2],
                from: begin + chrono::TimeDelta::hours(hour),
                until: begin + chrono::TimeDelta::hours(hour + 1),
                visits: 1,
                failed: 0,
            })
            .collect();
        let timeline = Timeline {
            spells: &spells,
            visits: (0, 0),
            steps: &[],
            past: None,
            zone: chrono_tz::Europe::London,
        };
        let drawn = timeline.drawn().into_string();
        assert!(drawn.len() < 100_000, "{}", drawn.len());
    }

    #[test]
    fn what_archives_hold_from_before_has_a_row_of_its_own_and_rows_in_the_table() {
        let spells = [Spell {
            was: Was::Present,
            from: at("2020-01-01T00:00:00Z"),
            until: at("2021-01-01T00:00:00Z"),
            visits: 9,
            failed: 0,
        }];
        let past = past();
        let timeline = |past| Timeline {
            spells: &spells,
            visits: (9, 0),
            steps: &[],
            past,
            zone: chrono_tz::Europe::London,
        };
        let drawn = timeline(Some(&past)).drawn().into_string();
        assert!(drawn.contains("class=\"past there\"") && drawn.contains("class=\"past absent\""));
        assert!(
            drawn.contains("hold copies from Fri 1 January 2010 to Wed 1 January 2014"),
            "{drawn}"
        );
        assert!(drawn.contains("there, by the word of wayback"), "{drawn}");
        assert!(!timeline(None).drawn().into_string().contains("past"));
    }
}
