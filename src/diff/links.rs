//! Finds links that lead elsewhere than before while their words stayed.

use std::collections::{HashMap, HashSet};

use crate::diff::blocks::Step;
use crate::model::{Block, Link, LinkEdit};

/// Each retargeted link once, in the order of the new text. A link that came or went within unchanged words has an
/// empty address on the other side.
pub(super) fn edits(old: &[Block], new: &[Block], steps: &[Step]) -> Vec<LinkEdit> {
    let mut found = Found::default();
    for step in steps {
        match step {
            Step::Kept(from, to) | Step::Moved(from, to) => {
                found.compare(&old[*from].links, &new[*to].links, Words::Same);
            }
            Step::Reworded(from, to, _) => {
                let links = |blocks: &[Block]| -> Vec<Link> {
                    blocks
                        .iter()
                        .flat_map(|block| block.links.clone())
                        .collect()
                };
                let (was, is) = (links(&old[from.clone()]), links(&new[to.clone()]));
                found.compare(&was, &is, Words::Other);
            }
            Step::Removed(_) | Step::Added(_) => {}
        }
    }
    found.edits
}

/// Whether the words around the links are the same; where they are not, the redline shows links that came or went.
#[derive(Clone, Copy, PartialEq)]
enum Words {
    Same,
    Other,
}

#[derive(Default)]
struct Found {
    edits: Vec<LinkEdit>,
    told: HashSet<(String, String, String)>,
}

impl Found {
    fn compare(&mut self, old: &[Link], new: &[Link], words: Words) {
        if old == new {
            return;
        }
        // The second link called “here” goes with the second link called “here”.
        let mut waiting: HashMap<&str, Vec<&str>> = HashMap::new();
        for link in old.iter().rev() {
            waiting.entry(&link.text).or_default().push(&link.url);
        }
        for link in new {
            let was = waiting.get_mut(link.text.as_str()).and_then(Vec::pop);
            match was {
                Some(was) if was != link.url => self.tell(&link.text, was, &link.url),
                None if words == Words::Same => self.tell(&link.text, "", &link.url),
                _ => {}
            }
        }
        if words == Words::Other {
            return;
        }
        for link in old {
            let left = waiting.get_mut(link.text.as_str());
            if let Some(was) = left.and_then(Vec::pop) {
                self.tell(&link.text, was, "");
            }
        }
    }

    fn tell(&mut self, text: &str, before: &str, after: &str) {
        let key = (text.to_owned(), before.to_owned(), after.to_owned());
        if self.told.insert(key) {
            self.edits.push(LinkEdit {
                text: text.to_owned(),
                before: before.to_owned(),
                after: after.to_owned(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diff::between;
    use crate::diff::laws::paragraphs;
    use crate::model::{Document, Link};

    fn page(text: &str, links: &[(&str, &str)]) -> Document {
        let mut page = paragraphs(&[text]);
        page.blocks[0].links = links
            .iter()
            .map(|(text, url)| Link {
                text: (*text).into(),
                url: (*url).into(),
            })
            .collect();
        page
    }

    #[track_caller]
    fn case(old: &Document, new: &Document, expected: &[(&str, &str, &str)]) {
        let diff = between(old, new);
        let found: Vec<_> = diff
            .links
            .iter()
            .map(|edit| {
                (
                    edit.text.as_str(),
                    edit.before.as_str(),
                    edit.after.as_str(),
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_told_though_no_word_changed() {
        let text = "See the form or read here and here.";
        let old = page(text, &[("form", "a"), ("here", "b"), ("here", "c")]);
        case(
            &old,
            &page(text, &[("form", "a"), ("here", "b"), ("here", "x")]),
            &[("here", "c", "x")],
        );
        case(
            &old,
            &page(text, &[("here", "b"), ("here", "c")]),
            &[("form", "a", "")],
        );
        case(
            &page(text, &[]),
            &page(text, &[("form", "a")]),
            &[("form", "", "a")],
        );
        case(&old, &old, &[]);
    }

    #[test]
    fn in_a_reworded_block_only_links_of_the_same_name_are_compared() {
        let old = page("Patients may use the old form today.", &[("form", "a")]);
        let new = page(
            "Patients must use the new form today.",
            &[("form", "b"), ("today", "c")],
        );
        case(&old, &new, &[("form", "a", "b")]);
    }
}
