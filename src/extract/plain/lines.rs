//! Reads plain text: paragraphs, lists and headings where they are plain to see, else one line after the other.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::links::Links;
use crate::extract::plain::pen::block;
use crate::extract::plain::{Draft, wrapped};
use crate::extract::tidy::tidy;
use crate::model::{Block, BlockKind, Link};

/// The longest line that can be a heading, in bytes.
const LONGEST_HEADING: usize = 100;

static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<indent>\s*)(?:[-*+•◦‣·▪–]|(?P<number>\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)]))\s+(?P<text>\S.*)$")
        .expect("a pattern of ours")
});

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"https?://[^\s<>"'`\\^{}|]+"#).expect("a pattern of ours"));

/// What a line adds to.
struct Open {
    kind: BlockKind,
    text: String,
    /// How far its first line is indented.
    indent: usize,
    /// The line as it stood that came last.
    last: String,
}

/// Reads plain text.
pub fn read(text: &str, links: &Links<'_>) -> Draft {
    let sheets: Vec<Vec<Vec<&str>>> = text.split('\u{c}').map(runs).collect();
    let pairs = (sheets.iter().flatten()).flat_map(|run| {
        run.windows(2)
            .filter(|pair| !starts_anew(pair[1]) && !is_rule(pair[0]) && !is_rule(pair[1]))
            .map(|pair| (pair[0], pair[1]))
    });
    let width = wrapped::width(pairs);
    let mut draft = Draft::default();
    for sheet in &sheets {
        if sheets.len() > 1 {
            draft.pages.push(draft.blocks.len());
        }
        for run in sheet {
            read_run(run, width, &mut draft.blocks);
        }
    }
    for block in &mut draft.blocks {
        block.links = addresses(&block.text, links);
    }
    draft
}

/// Lines between blank lines.
fn runs(text: &str) -> Vec<Vec<&str>> {
    let mut runs = vec![Vec::new()];
    for line in text.lines() {
        match runs.last_mut() {
            Some(run) if !line.trim().is_empty() => run.push(line),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn read_run(run: &[&str], width: Option<usize>, blocks: &mut Vec<Block>) {
    if let [line] = run
        && is_shouted(line)
    {
        blocks.extend(block(BlockKind::Heading(2), line));
        return;
    }
    let mut open: Option<Open> = None;
    let mut rest = run.iter().peekable();
    while let Some(line) = rest.next() {
        if is_rule(line) {
            close(&mut open, blocks);
            continue;
        }
        if open.is_none()
            && let Some(level) = rest.peek().and_then(|under| underlined(line, under))
        {
            blocks.extend(block(BlockKind::Heading(level), line));
            rest.next();
            continue;
        }
        let goes_on = open.as_ref().is_some_and(|open| {
            let deeper = open.kind == BlockKind::Paragraph || indent(line) > open.indent;
            let wrapped = width.is_some_and(|width| wrapped::goes_on(&open.last, line, width));
            deeper && wrapped && !starts_anew(line)
        });
        if let Some(open) = open.as_mut().filter(|_| goes_on) {
            open.text.push(' ');
            open.text.push_str(line);
            (*line).clone_into(&mut open.last);
        } else {
            close(&mut open, blocks);
            open = Some(begin(line));
        }
    }
    close(&mut open, blocks);
}

fn begin(line: &str) -> Open {
    let last = line.to_owned();
    let indent = indent(line);
    let Some(found) = BULLET.captures(line) else {
        return Open {
            kind: BlockKind::Paragraph,
            text: line.to_owned(),
            indent,
            last,
        };
    };
    let depth = u8::try_from(indent / 2 + 1).unwrap_or(9).min(9);
    let text = match found.name("number") {
        Some(number) => format!("{} {}", number.as_str(), &found["text"]),
        None => found["text"].to_owned(),
    };
    Open {
        kind: BlockKind::Item(depth),
        text,
        indent,
        last,
    }
}

fn close(open: &mut Option<Open>, blocks: &mut Vec<Block>) {
    if let Some(open) = open.take() {
        blocks.extend(block(open.kind, &open.text));
    }
}

fn indent(line: &str) -> usize {
    let space = line.chars().take_while(|c| c.is_whitespace());
    space.map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// Whether a line begins a block of its own.
fn starts_anew(line: &str) -> bool {
    BULLET.is_match(line)
}

/// A line of nothing but signs.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && !line.contains(char::is_alphanumeric)
}

/// The level of a heading with a line drawn under it.
fn underlined(line: &str, under: &str) -> Option<u8> {
    let under = under.trim();
    let first = under.chars().next()?;
    let drawn = matches!(first, '=' | '-' | '~' | '*' | '_') && under.chars().all(|c| c == first);
    let near = under.chars().count() * 2 >= line.trim().chars().count();
    let heads = line.len() <= LONGEST_HEADING && line.contains(char::is_alphabetic);
    (drawn && near && heads && is_rule(under)).then_some(if first == '=' { 1 } else { 2 })
}

/// A short line in capitals that stands alone.
fn is_shouted(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && letters * 2 > line.trim().chars().count()
        && line.len() <= LONGEST_HEADING
        && line.contains(' ')
        && !line.contains(char::is_lowercase)
        && !line.contains([':', '='])
}

/// The addresses a line holds.
fn addresses(text: &str, links: &Links<'_>) -> Vec<Link> {
    let found = ADDRESS.find_iter(text).filter_map(|found| {
        let closed = found.as_str().contains('(');
        let bare = found.as_str().trim_end_matches(|c: char| {
            matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ']' | '*' | '_') || c == ')' && !closed
        });
        let url = links.target(bare)?;
        let text = tidy(bare);
        Some(Link { text, url })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_plain(text: &str) -> Draft {
        let base = "https://a.uk/notice.txt".parse().expect("an address");
        read(text, &Links::new(base, &[]))
    }

    fn texts(text: &str) -> Vec<String> {
        let blocks = read_plain(text).blocks;
        blocks.into_iter().map(|block| block.text).collect()
    }

    const PROSE: &str = "The Secretary of State directs NHS Digital to collect data from general practices in England for planning and research.\n\n\
        Patients who have registered a type 1 opt-out are not included, and the opt-out can be changed at any time through the practice.\n\n\
        - Data that names a patient is pseudonymised before it leaves the practice, with a key that only NHS Digital holds.\n\
        - A request for access is decided by an independent group whose minutes are published each month on the website.\n";

    /// The prose with no line longer than this.
    fn wrapped_at(width: usize) -> String {
        let mut text = String::new();
        for line in PROSE.lines() {
            let hanging = if line.starts_with('-') { "  " } else { "" };
            let mut length = 0;
            for word in line.split(' ') {
                if length > 0 && length + 1 + word.len() > width {
                    text.push('\n');
                    text.push_str(hanging);
                    length = hanging.len();
                } else if length > 0 {
                    text.push(' ');
                    length += 1;
                }
                text.push_str(word);
                length += word.len();
            }
            text.push('\n');
        }
        text
    }

    #[test]
    fn wrapping_a_text_anew_is_no_change() {
        let plain = read_plain(PROSE).blocks;
        assert_eq!(plain.len(), 4);
        assert_eq!(plain[2].kind, BlockKind::Item(1));
        for width in [50, 60, 65, 72, 78, 80, 100] {
            assert_eq!(read_plain(&wrapped_at(width)).blocks, plain, "{width}");
        }
    }

    #[test]
    fn records_stay_lines() {
        for text in [
            "User-agent: *\nDisallow: /private/\nDisallow: /search\nAllow: /\nSitemap: https://a.uk/sitemap.xml\n",
            "google.com, pub-1, DIRECT, f08c47fec0942fa0\nappnexus.com, 11, RESELLER\nrubiconproject.com, 22, DIRECT\nopenx.com, 33, RESELLER\n",
            "alpha@a.uk\nbeta@a.uk\ngamma@a.uk\ndelta@a.uk\nepsilon@a.uk\n",
            "NHS Digital\n1 Trevelyan Square\nBoar Lane\nLeeds\nLS1 6AE\n",
            "title: Coronavirus\nsections:\n  one:\n    heading: What you can do now\n    text: Stay at home unless you are told otherwise by a doctor\n",
        ] {
            let lines: Vec<String> = text.lines().map(tidy).collect();
            assert_eq!(texts(text), lines);
        }
    }

    #[test]
    fn headings_are_those_with_a_line_below_and_those_in_capitals() {
        let text = "Privacy notice\n==============\n\nHOW WE USE DATA\n\nWe use it.\n\nRights\n------\nYou may object.\n\n-----\nEnd";
        let blocks = read_plain(text).blocks;
        let kinds: Vec<_> = blocks.iter().map(|block| block.kind.clone()).collect();
        let (heading, paragraph) = (BlockKind::Heading, BlockKind::Paragraph);
        let expected = [
            heading(1),
            heading(2),
            paragraph.clone(),
            heading(2),
            paragraph.clone(),
            paragraph,
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn items_keep_their_numbers_and_their_depth() {
        let blocks = read_plain("1. First\n2. Second\n  a) Inner\n* Bullet").blocks;
        let found: Vec<_> = (blocks.iter())
            .map(|block| (block.kind.clone(), block.text.as_str()))
            .collect();
        let item = BlockKind::Item;
        let expected = [
            (item(1), "1. First"),
            (item(1), "2. Second"),
            (item(2), "a) Inner"),
            (item(1), "Bullet"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_form_feed_begins_a_page() {
        let draft = read_plain("One\n\nTwo\n\u{c}Three\n");
        assert_eq!(draft.pages, [0, 2]);
        assert_eq!(draft.blocks.len(), 3);
    }

    #[test]
    fn addresses_are_links() {
        let draft = read_plain("See (https://a.uk/b) and https://a.uk/c.");
        let urls: Vec<_> = (draft.blocks[0].links.iter())
            .map(|link| link.url.as_str())
            .collect();
        assert_eq!(urls, ["https://a.uk/b", "https://a.uk/c"]);
    }
}
