//! How many of something there were, column by column.

use maud::{Markup, html};

use crate::web::window::chart::{INNER, SIDE, WIDE};
use crate::web::window::told;

/// How many columns of a chart are bars at the most.
pub(in crate::web::window) const BARS: usize = 120;
/// So many columns have each its name below it.
const NAMED: usize = 8;

/// How many of something there were, column by column.
pub(in crate::web::window) struct Bars<'a> {
    /// What tells it from other charts of the page.
    pub(in crate::web::window) id: &'a str,
    /// What is counted.
    pub(in crate::web::window) title: &'a str,
    /// What the columns are.
    pub(in crate::web::window) over: &'a str,
    /// The columns with their numbers; the last ones where there are too many.
    pub(in crate::web::window) columns: &'a [(String, usize)],
}

impl Bars<'_> {
    /// The chart with its numbers.
    pub(in crate::web::window) fn drawn(&self) -> Markup {
        let shown = &self.columns[self.columns.len().saturating_sub(BARS)..];
        let most = shown.iter().map(|(_, number)| *number).max().unwrap_or(0);
        let step = INNER / shown.len().max(1);
        let wide = step.clamp(3, 100);
        let sum: usize = shown.iter().map(|(_, number)| number).sum();
        let peak = shown.iter().rev().max_by_key(|(_, number)| *number);
        html! {
            figure.bars {
                div.wide tabindex="0" role="group" aria-label=(self.title) {
                    svg role="img" aria-labelledby={ (self.id) "-title " (self.id) "-desc" } viewBox={ "0 0 " (WIDE) " 120" } width=(WIDE) height="120" {
                        title id={ (self.id) "-title" } { (self.title) }
                        desc id={ (self.id) "-desc" } {
                            (told::grouped(sum)) " in all" @if let Some((name, number)) = peak { "; most, " (number) ": " (name) }
                        }
                        line.tick x1=(SIDE) x2=(WIDE - SIDE) y1="96" y2="96" {}
                        @for (place, (_, number)) in shown.iter().enumerate() {
                            @if *number > 0 {
                                @let high = (number * 84 / most.max(1)).max(1);
                                rect.bar x=(SIDE + place * wide) y=(96 - high) width=(wide - 1) height=(high) {}
                            }
                        }
                        @if shown.len() <= NAMED {
                            @for (place, (name, _)) in shown.iter().enumerate() { text x=(SIDE + place * wide) y="114" { (name) } }
                        } @else if let Some((first, _)) = shown.first() { text x=(SIDE) y="114" { (first) } }
                        @if shown.len() > NAMED && let Some((last, _)) = shown.last() {
                            text.end x=(SIDE + shown.len() * wide) y="114" text-anchor="end" { (last) }
                        }
                    }
                }
                figcaption { (self.title) ". The tallest column is " (told::grouped(most)) "." }
                details {
                    summary { "The same as a table" }
                    div.wide tabindex="0" role="group" aria-label={ (self.title) ", numbers" } {
                        table {
                            thead { tr { th scope="col" { (self.over) } th scope="col" { "Number" } } }
                            tbody { @for (name, number) in shown { tr { th scope="row" { (name) } td { (told::grouped(*number)) } } } }
                        }
                    }
                }
            }
        }
    }
}
