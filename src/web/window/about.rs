//! About the archive: its methods in plain words, and what cannot be inferred from it.

use axum::extract::State;
use maud::{Markup, html};

use crate::answers::{Request, Response, Ruled};
use crate::model::Claim;
use crate::rulebook::{Origin, Side};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

pub(super) async fn about(State(window): State<Window>) -> Result<Page, Trouble> {
    let rules = match window.ask(Request::Rules).await? {
        Response::Rules(rules) => rules,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        h1 { "About and methods" }
        p.lead {
            "This archive watches pages where policy is made. It keeps every version as it was served, "
            "and says what changed, why that may matter, and how sure one can be."
        }
        (methods())
        (times())
        (claims())
        (severities())
        (limits())
        (in_force(&window, &rules))
        (citing())
    };
    Ok(Page::new("About and methods", body).at("/about"))
}

fn methods() -> Markup {
    html! {
        section.prose aria-labelledby="found" {
            h2 id="found" { "How a change is found" }
            p { "Each page is visited on a schedule, politely and under a name of its own. What the server sends is kept whole: the bytes, the header fields, every redirect." }
            p { "From it the text is read that a reader would have read: title, headings, paragraphs, lists, tables, files on offer. Menus, counters and other furniture are kept apart. Two readings are compared block by block and word by word, tables row by row." }
            p { "A version is a reading that differs from the one before it. Its number is given once and never moves. Words that changed on nearly every visit are known as noise: they are kept, and not told." }
            p { "An error page, a form that asks whether one is human, or a notice of maintenance is never a version. It is a visit that failed." }
        }
        section.prose aria-labelledby="judged" {
            h2 id="judged" { "How it is judged and worded" }
            p { "Each change is held against rules. A rule looks for something that can be pointed at: a promise that is gone, a duty that became softer, a name never named before, a row of a register that was altered. What it found is a finding, with the words on both sides." }
            p { "The sentence above a change is put together from the finding that matters most and the words of the page. It follows fixed patterns, so that the same finding is said the same way of everybody. It stays as it was stored; what was wrong is put right beside it, in public." }
            p { "When the rules are improved, old changes are not told again. They keep the judgement of their day." }
        }
    }
}

fn times() -> Markup {
    html! {
        section.prose aria-labelledby="bounds" {
            h2 id="bounds" { "When: always between two times" }
            p { "Nobody outside can see the moment at which a page is edited. What can be seen is the last visit that found the old words and the first that found the new ones. Every time given here is such a pair of bounds. “Between 16:02 and 18:02” means exactly that, and no more." }
            p { "A page is " em { "present" } " between two visits that read it. It is " em { "absent" } " from the visit that found it gone until it is read again; a page counts as gone when it answers “not found” twice, at least an hour apart. All else is " em { "unknown" } ": visits that failed, and stretches without a visit. Unknown is never counted as present or absent, and no gap is left out of a chart." }
            p { "“First seen” is the first time in this archive, since it watches the page. It is not the first time anywhere." }
        }
    }
}

fn claims() -> Markup {
    html! {
        section.prose aria-labelledby="claims" {
            h2 id="claims" { "What pages claim of themselves" }
            p { "Many pages state a date, or keep a list of their changes. That is a claim, and it is held against what changed:" }
            dl {
                @for word in Claim::WORDS { dt { (told::claimed(word)) } dd { (counts(word)) } }
            }
            p { "A page is held to its date only where its site is known to move it when words change: because its publishing system does so, or because it did so before. Where a day is given without a time, it counts as wrong only if the old text was still seen after that day had ended. What came out of a cache is not held against anybody." }
            p { strong { "These are facts about pages, never about motives." } " An edit that was not announced may be an oversight, a rule of the publishing system, or a choice. The archive cannot tell which, and does not say." }
        }
    }
}

/// When a claim is judged so.
fn counts(word: &str) -> &'static str {
    match word {
        "announced" => "The words changed, and with them the date or the list of changes.",
        "unannounced" => {
            "The words changed, and neither the date nor the list moved, on a site that is known to move them."
        }
        "minor" => {
            "The same on GOV.UK, whose publishing system lets small edits pass without a note."
        }
        "slight" => {
            "Only spelling, punctuation, white space or order changed. Nobody is expected to announce that."
        }
        "date-only" => "The date or the list moved, and the words stayed.",
        "back-dated" => {
            "The page gives a day for the edit, and after that day the old text was still seen here."
        }
        "history-rewritten" => {
            "A line of the list that stood there before is gone, or reads differently."
        }
        "date-moved-back" => "The page gives an earlier day than it gave before.",
        _ => {
            "It states nothing, or its site is not known to move what it states, or the day may be right. It counts for neither side."
        }
    }
}

fn severities() -> Markup {
    html! {
        section.prose aria-labelledby="severity" {
            h2 id="severity" { "What the severities mean" }
            p { "A severity says how soon people should look, not how good or bad a change is. The gravest finding decides. The time of a change, such as the eve of a holiday, can raise it by one and never makes one." }
            table.narrow {
                thead { tr { th.number scope="col" { "Severity" } th scope="col" { "Means" } } }
                tbody { @for severity in (1..=5).rev() { tr { th.number scope="row" { (severity) } td { (told::meaning(severity)) } } } }
            }
        }
    }
}

fn limits() -> Markup {
    html! {
        section.prose aria-labelledby="limits" {
            h2 id="limits" { "What cannot be inferred" }
            ul {
                li { "That something did not change because no change is shown: a page may change and change back between two visits." }
                li { "That something is nowhere because it is not here: only the listed documents are watched, and only since they are." }
                li { "Who made an edit, or why." }
                li { "That a promise was broken because its day has passed: what was promised may stand on another page." }
                li { "That a practice changed because a page did, or that it did not because the page stayed." }
                li { "That everybody saw the same: pages can differ by place, language or device. The archive keeps what was sent to it." }
                li { "Rates from few cases. A share is told with the number it is of, and as a percentage only from five edits on." }
            }
            p { "A rule can be wrong both ways: it can miss what matters and flag what does not. Whoever finds an error should say so; what was put right stands under " a href="/corrections" { "corrections" } "." }
        }
    }
}

fn in_force(window: &Window, rules: &[Ruled]) -> Markup {
    html! {
        section aria-labelledby="rules" {
            h2 id="rules" { "The rules in force" }
            p.about { (told::counted(rules.iter().filter(|rule| rule.enabled).count(), "rule is", "rules are")) " in force. Each links to the changes on which it fired." }
            div.wide tabindex="0" role="group" aria-label="The rules in force" {
                table {
                    thead { tr { th scope="col" { "Looks for" } th.number scope="col" { "Severity" } th scope="col" { "Reads" } th.number scope="col" { "Fired" } th scope="col" { "Last" } } }
                    tbody {
                        @for rule in rules {
                            tr {
                                th scope="row" {
                                    @if rule.fired > 0 { a href={ "/?rule=" (told::escaped(&rule.rule)) } { (rule.label) } } @else { (rule.label) }
                                    span.about { (standing(rule)) }
                                }
                                td.number { @if let Some(severity) = rule.severity { (severity.0) } }
                                td { (reads(rule)) }
                                td.number { (told::grouped(rule.fired as usize)) }
                                td { @if let Some(at) = rule.last { (told::day(at, window.zone())) } @else { "never" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn standing(rule: &Ruled) -> &'static str {
    match (&rule.from, rule.enabled) {
        (None, _) => " · no longer in the rulebook",
        (Some(_), false) => " · switched off here",
        (Some(Origin::Shipped), true) => "",
        (Some(Origin::Overridden(_)), true) => " · altered here",
        (Some(Origin::Written(_)), true) => " · written here",
    }
}

fn reads(rule: &Ruled) -> &'static str {
    match rule.on {
        Some(Side::Added) => "words that came",
        Some(Side::Removed) => "words that are gone",
        Some(Side::Changed) => "sentences that were reworded",
        Some(Side::None) => "the page as a whole",
        None => "",
    }
}

fn citing() -> Markup {
    html! {
        section.prose aria-labelledby="citing" {
            h2 id="citing" { "Citing" }
            p { "Cite a change by the address of its redline, with its bounds. Versions and changes keep their numbers, so an address goes on meaning the same. The " a href="/status" { "hash of the last entry" } " fixes the whole archive at the time it is noted." }
        }
    }
}
