//! Addresses in the form in which archives sort and compare them: the host turned round, then the path.

use url::{Host, Url};

/// The key of an address: "uk,gov)/guidance/page?a=1&b=2". Scheme, "www.", case, the order of parameters and a slash at the
/// end tell no two addresses apart.
pub fn key(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let mut key = format!("{}){path}", host(url));
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let mut parts: Vec<&str> = query.split('&').collect();
        parts.sort_unstable();
        key.push('?');
        key.push_str(&parts.join("&"));
    }
    key.to_lowercase()
}

/// The host turned round: "uk,gov".
pub fn host(url: &Url) -> String {
    let turned = match url.host() {
        Some(Host::Domain(name)) => {
            let mut labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
            let is_www = |label: &str| {
                let rest = label.strip_prefix("www");
                rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
            };
            if labels.len() > 1 && is_www(labels[0]) {
                labels.remove(0);
            }
            labels.reverse();
            labels.join(",")
        }
        Some(address) => address.to_string(),
        None => String::new(),
    };
    match url.port() {
        Some(port) => format!("{turned}:{port}"),
        None => turned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(url: &str, expected: &str) {
        assert_eq!(key(&url.parse().expect("an address")), expected);
    }

    #[test]
    fn an_address_is_sorted_by_its_host_turned_round() {
        case("https://www.gov.uk/", "uk,gov)/");
        case("http://gov.uk", "uk,gov)/");
        case(
            "https://www2.Example.org/A/B/?b=2&a=1#part",
            "org,example)/a/b?a=1&b=2",
        );
        case("http://127.0.0.1:8090/page", "127.0.0.1:8090)/page");
        case("https://digital.nhs.uk:443/x?", "uk,nhs,digital)/x");
        case("https://wwworld.org/", "org,wwworld)/");
    }
}
