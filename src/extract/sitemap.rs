//! Reads a sitemap, or a list of sitemaps (sitemaps.org, protocol 0.9), as a list of addresses.

use std::collections::{BTreeMap, HashMap};

use crate::extract::feed::days;
use crate::extract::links::Links;
use crate::extract::plain::Draft;
use crate::extract::tidy::tidy;
use crate::extract::xml::{self, Met};
use crate::model::{Block, BlockKind, Link};

/// The most addresses a sitemap may have, by its protocol.
const MOST_ADDRESSES: usize = 50_000;

/// Reads a sitemap: each address once, in the order of the alphabet, since that of the file says nothing; with the time of
/// its last change, unless more than half of all have the same: then it is the time at which the file was made.
///
/// # Errors
/// The end of a sentence: why it cannot be read.
pub fn read(text: &str, links: &Links<'_>) -> Result<Draft, String> {
    let found = addresses(text, links)?;
    let mut often: HashMap<&str, usize> = HashMap::new();
    for changed in found.values().filter(|changed| changed.contains(':')) {
        *often.entry(changed).or_default() += 1;
    }
    let of_file = |changed: &str| {
        let many = often.get(changed).copied().unwrap_or_default();
        many > 1 && many * 2 > found.len()
    };
    let blocks = found.iter().map(|(address, changed)| {
        let text = match changed.as_str() {
            "" => address.clone(),
            changed if of_file(changed) => address.clone(),
            changed => format!("{address}, last changed {}", days::written(changed)),
        };
        Block {
            kind: BlockKind::Item(1),
            text,
            links: vec![Link {
                text: address.clone(),
                url: address.clone(),
            }],
        }
    });
    Ok(Draft {
        blocks: blocks.collect(),
        ..Draft::default()
    })
}

/// The addresses with the time of their last change as given, empty where none is.
fn addresses(text: &str, links: &Links<'_>) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    let (mut address, mut changed) = (String::new(), String::new());
    xml::walk(text, |met| {
        match met {
            Met::Begin(name, _) => names.push(name),
            Met::Text(text) => match names.as_slice() {
                [_, _, name] if name == "loc" => address.push_str(&text),
                [_, _, name] if name == "lastmod" => changed.push_str(&text),
                _ => {}
            },
            Met::End => {
                let ended = names.pop();
                if matches!(ended.as_deref(), Some("url" | "sitemap")) {
                    let changed = std::mem::take(&mut changed);
                    if let Some(address) = links.target(&std::mem::take(&mut address)) {
                        found.insert(address, tidy(&changed).trim().to_owned());
                    }
                    if found.len() > MOST_ADDRESSES {
                        return Err(format!(
                            "lists more than {MOST_ADDRESSES} addresses, the most a sitemap may have"
                        ));
                    }
                }
            }
        }
        Ok(())
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> Result<Vec<String>, String> {
        let base = "https://a.uk/sitemap.xml".parse().expect("an address");
        let draft = read(xml, &Links::new(base, &[]))?;
        Ok(draft.blocks.into_iter().map(|block| block.text).collect())
    }

    fn set(urls: &[(&str, &str)]) -> String {
        let urls = urls.iter().map(|(url, changed)| {
            format!("<url>\n<loc> {url} </loc><lastmod>{changed}</lastmod><priority>0.5</priority></url>")
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>",
            urls.collect::<String>()
        )
    }

    #[test]
    fn addresses_are_listed_with_the_day_of_their_last_change() {
        let one = set(&[
            ("https://a.uk/b", "2021-05-12"),
            ("https://a.uk/a?x=1&amp;y=2", "2021-05-12T12:17:00+01:00"),
            ("https://a.uk/c", ""),
            ("https://a.uk/d", "some\rday"),
        ]);
        let expected = [
            "https://a.uk/a?x=1&y=2, last changed 12 May 2021 at 12:17",
            "https://a.uk/b, last changed 12 May 2021",
            "https://a.uk/c",
            "https://a.uk/d, last changed some day",
        ];
        assert_eq!(texts(&one).expect("sound"), expected);
    }

    #[test]
    fn order_and_the_time_of_the_file_do_not_matter() {
        let (a, b, c) = ("https://a.uk/a", "https://a.uk/b", "https://a.uk/c");
        let (noon, later, old) = (
            "2021-05-12T12:00:00Z",
            "2021-05-13T12:00:00Z",
            "2020-01-01T09:00:00Z",
        );
        let before = set(&[(a, noon), (b, noon), (c, old)]);
        let after = set(&[(c, old), (b, later), (a, later)]);
        assert_eq!(texts(&before), texts(&after));
        let edited = set(&[(a, later), (b, noon), (c, noon)]);
        assert_ne!(texts(&before), texts(&edited));
    }

    #[test]
    fn a_list_of_sitemaps_is_read_alike() {
        let index =
            "<sitemapindex><sitemap><loc>https://a.uk/s1.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(texts(index).expect("sound"), ["https://a.uk/s1.xml.gz"]);
    }

    #[test]
    fn too_many_addresses_and_a_sitemap_that_is_cut_off_are_refused() {
        let many: String = (0..=50_000)
            .map(|n| format!("<url><loc>https://a.uk/{n}</loc></url>"))
            .collect();
        let error = texts(&format!("<urlset>{many}</urlset>")).expect_err("too many");
        assert!(error.starts_with("lists more than 50000"), "{error}");
        let cut = set(&[("https://a.uk/a", "")]);
        let error = texts(&cut[..cut.len() - 4]).expect_err("cut off");
        assert!(error.starts_with("is XML that is"), "{error}");
    }
}
