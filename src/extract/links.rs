//! Brings link targets into one form, so that a tracking parameter or a rotating cipher is no change.

use url::Url;

/// Parameters that name a visit or a campaign, never a document; `*` at the end stands for anything.
const TRACKING: [&str; 34] = [
    "utm_*",
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "oly_*",
    "phpsessid",
    "jsessionid",
    "aspsessionid*",
    "sessionid",
    "session_id",
    "cfid",
    "cftoken",
    "authenticity_token",
    "csrf*",
    "_csrf",
    "nonce",
    "_",
];

/// What targets are resolved against and relieved of.
pub struct Links<'a> {
    base: Url,
    drop: &'a [String],
}

impl<'a> Links<'a> {
    /// Links of a page with this base address; `drop` names further parameters that do not matter.
    pub fn new(base: Url, drop: &'a [String]) -> Links<'a> {
        Links { base, drop }
    }

    /// The target in its one form; `None` for places on the page itself and for scripts.
    pub fn target(&self, href: &str) -> Option<String> {
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if let Some(address) = href.strip_prefix("mailto:") {
            return Some(format!("mailto:{}", without_references(address)));
        }
        let mut url = self.base.join(href).ok()?;
        match url.scheme() {
            "http" | "https" => {}
            "tel" | "ftp" => return Some(url.into()),
            _ => return None,
        }
        if let Some(address) = url
            .path()
            .starts_with("/cdn-cgi/l/email-protection")
            .then(|| url.fragment().and_then(protected_email))
            .flatten()
        {
            return Some(format!("mailto:{address}"));
        }
        url.set_fragment(None);
        self.strip_path(&mut url);
        self.strip_query(&mut url);
        Some(url.into())
    }

    fn strip_path(&self, url: &mut Url) {
        let path = url.path();
        if let Some(at) = path.to_ascii_lowercase().find(";jsessionid=") {
            let end = path[at + 1..].find([';', '/']).map(|n| at + 1 + n);
            let kept = format!("{}{}", &path[..at], &path[end.unwrap_or(path.len())..]);
            url.set_path(&kept);
        }
    }

    fn strip_query(&self, url: &mut Url) {
        let Some(query) = url.query() else { return };
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !self.dropped(pair))
            .collect();
        let kept = kept.join("&");
        if kept.len() != query.len() {
            url.set_query((!kept.is_empty()).then_some(kept.as_str()));
        }
    }

    fn dropped(&self, pair: &str) -> bool {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name.to_ascii_lowercase();
        let session = name == "sid" && value.len() >= 16;
        session
            || TRACKING.iter().any(|pattern| fits(&name, pattern))
            || self
                .drop
                .iter()
                .any(|pattern| fits(&name, &pattern.to_ascii_lowercase()))
    }
}

fn fits(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// An address without the character references that some pages hide it behind, other ones at every request.
fn without_references(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(at) = rest.find("&#") {
        plain.push_str(&rest[..at]);
        let reference = &rest[at + 2..];
        let end = reference.find(';').filter(|end| *end <= 7);
        let character = end.and_then(|end| match reference[..end].strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => reference[..end].parse().ok(),
        });
        match end.zip(character.and_then(char::from_u32)) {
            Some((end, character)) => {
                plain.push(character);
                rest = &reference[end + 1..];
            }
            None => {
                plain.push_str("&#");
                rest = reference;
            }
        }
    }
    plain + rest
}

/// The address Cloudflare hides: hexadecimal, the first byte the key to the rest, another key at every request.
pub fn protected_email(cipher: &str) -> Option<String> {
    if cipher.len() < 4 || cipher.len() > 1024 || !cipher.is_ascii() {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(cipher.get(at..at + 2)?, 16).ok();
    let key = byte(0)?;
    let bytes: Option<Vec<u8>> = (2..cipher.len())
        .step_by(2)
        .map(|at| Some(byte(at)? ^ key))
        .collect();
    let address = String::from_utf8(bytes?).ok()?;
    Some(without_references(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(href: &str, expected: Option<&str>) {
        let base = Url::parse("https://www.gov.uk/a/b?x=1").expect("an address");
        let drop = ["key".to_owned(), "ref_*".to_owned()];
        assert_eq!(
            Links::new(base, &drop).target(href).as_deref(),
            expected,
            "{href}"
        );
    }

    #[test]
    fn targets_are_absolute_and_bare() {
        case("c#part", Some("https://www.gov.uk/a/c"));
        case(
            "/c?page=2&utm_source=x&fbclid=1",
            Some("https://www.gov.uk/c?page=2"),
        );
        case("/c?utm_source=x", Some("https://www.gov.uk/c"));
        case("/c?key=1&ref_a=2&q=3", Some("https://www.gov.uk/c?q=3"));
        case("/c;jsessionid=AB12?q=1", Some("https://www.gov.uk/c?q=1"));
        case(
            "/c?sid=0123456789abcdef&sid2=1",
            Some("https://www.gov.uk/c?sid2=1"),
        );
        case("mailto:a@b.uk", Some("mailto:a@b.uk"));
        case("mailto:&#x61;&#64;&#x62;.uk", Some("mailto:a@b.uk"));
        case("mailto:a&#b@c.uk", Some("mailto:a&#b@c.uk"));
    }

    #[test]
    fn what_leads_nowhere_is_no_link() {
        for href in ["", "#top", "javascript:void(0)", "data:text/plain,x"] {
            case(href, None);
        }
    }

    #[test]
    fn a_hidden_address_is_the_same_at_every_request() {
        let hidden = |key: u8| {
            let bytes = "opt@nhs.uk".bytes().map(|b| format!("{:02x}", b ^ key));
            format!("{key:02x}{}", bytes.collect::<String>())
        };
        for key in [0x11, 0xd7] {
            assert_eq!(protected_email(&hidden(key)).as_deref(), Some("opt@nhs.uk"));
            let href = format!("/cdn-cgi/l/email-protection#{}", hidden(key));
            case(&href, Some("mailto:opt@nhs.uk"));
        }
        assert_eq!(protected_email("zz"), None);
    }
}
