//! Matches an element against many CSS selectors at once, by first looking up its id, classes and name.

use std::collections::HashMap;

use scraper::{ElementRef, Selector};

/// Many selectors, each with what it stands for.
pub struct Matcher<T> {
    rules: Vec<(Selector, T)>,
    by_key: HashMap<String, Vec<usize>>,
    other: Vec<usize>,
}

impl<T> Default for Matcher<T> {
    fn default() -> Matcher<T> {
        Matcher {
            rules: Vec::new(),
            by_key: HashMap::new(),
            other: Vec::new(),
        }
    }
}

impl<T: Copy> Matcher<T> {
    /// Adds a selector; one that cannot be read is left out (`check_selector` has named it).
    pub fn add(&mut self, selector: &str, meaning: T) {
        for part in alternatives(selector) {
            let Ok(parsed) = Selector::parse(part) else {
                continue;
            };
            let at = self.rules.len();
            self.rules.push((parsed, meaning));
            match key(part) {
                Some(key) => self.by_key.entry(key).or_default().push(at),
                None => self.other.push(at),
            }
        }
    }

    /// What the first selector that matches stands for.
    pub fn find(&self, element: &ElementRef<'_>) -> Option<T> {
        let mut first: Option<usize> = None;
        let mut consider = |candidates: &[usize]| {
            for &at in candidates {
                if first.is_none_or(|found| at < found) && self.rules[at].0.matches(element) {
                    first = Some(at);
                }
            }
        };
        consider(&self.other);
        let value = element.value();
        let mut look = |sign: char, name: &str| {
            let mut key = String::with_capacity(name.len() + 1);
            key.push(sign);
            key.push_str(name);
            key.make_ascii_lowercase();
            if let Some(candidates) = self.by_key.get(&key) {
                consider(candidates);
            }
        };
        if let Some(id) = value.id() {
            look('#', id);
        }
        for class in value.classes() {
            look('.', class);
        }
        look('<', value.name());
        first.map(|at| self.rules[at].1)
    }
}

/// The parts of a selector list.
pub fn alternatives(selector: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quote) = (0i32, 0, None);
    let mut parts = Vec::new();
    for (at, c) in selector.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(selector[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(selector[start..].trim());
    parts
}

/// What an element must have for the selector to match: `#id`, `.class` or `<name` of its last part.
fn key(selector: &str) -> Option<String> {
    if selector.contains('\\') {
        return None;
    }
    let mut depth = 0i32;
    let mut plain = String::new();
    for c in selector.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth > 0 => {}
            ' ' | '\n' | '\t' | '>' | '+' | '~' => plain.clear(),
            _ => plain.push(c),
        }
    }
    let named = |sign: char| {
        let start = plain.find(sign)? + 1;
        let rest = &plain[start..];
        let end = rest.find(['#', '.', ':']).unwrap_or(rest.len());
        (end > 0).then(|| rest[..end].to_ascii_lowercase())
    };
    if let Some(id) = named('#') {
        return Some(format!("#{id}"));
    }
    if let Some(class) = named('.') {
        return Some(format!(".{class}"));
    }
    let end = plain.find([':', '*', '|']).unwrap_or(plain.len());
    (end > 0).then(|| format!("<{}", plain[..end].to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    #[test]
    fn each_kind_of_selector_finds_its_element() {
        for (selector, expected) in [
            ("#last-edited", true),
            (".note", true),
            ("p.note", true),
            ("main > p", true),
            ("[data-x='a,b']", true),
            ("p[data-x]", true),
            ("div, p:not(.other)", true),
            (":is(p, div)", true),
            ("*", true),
            ("aside p", false),
            (".other", false),
        ] {
            let page = Html::parse_document(
                "<!doctype html><main><p class='a note' id=last-edited data-x='a,b'>x</p></main>",
            );
            let all = Selector::parse("p").expect("a selector");
            let element = page.select(&all).next().expect("a paragraph");
            let mut matcher = Matcher::default();
            matcher.add(selector, ());
            assert_eq!(matcher.find(&element).is_some(), expected, "{selector}");
        }
    }

    #[test]
    fn the_selector_named_first_wins() {
        let page = Html::parse_document("<!doctype html><p class=b id=a>x</p>");
        let all = Selector::parse("p").expect("a selector");
        let element = page.select(&all).next().expect("a paragraph");
        let mut matcher = Matcher::default();
        matcher.add("p", 1);
        matcher.add("#a", 2);
        assert_eq!(matcher.find(&element), Some(1));
    }
}
