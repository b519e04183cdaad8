//! Which addresses are not public, and what they are instead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What sort of address this is, if it is not a public one.
pub(super) fn of(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => of_v4(address),
        IpAddr::V6(address) => of_v6(address),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(first: u16, second: u16, third: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), prefix)
}

/// What is not public in IPv4: the IANA special-purpose registry (RFC 6890), multicast, and the address at which
/// Azure answers its own machines.
const V4: [(Ipv4Net, &str); 17] = [
    (v4(0, 0, 0, 0, 8), "an address of this network (0.0.0.0/8)"),
    (v4(10, 0, 0, 0, 8), "a private address (10.0.0.0/8)"),
    (
        v4(100, 64, 0, 0, 10),
        "an address behind a carrier's translator (100.64.0.0/10)",
    ),
    (v4(127, 0, 0, 0, 8), "a loopback address (127.0.0.0/8)"),
    (
        v4(168, 63, 129, 16, 32),
        "a cloud's metadata address (168.63.129.16)",
    ),
    (
        v4(169, 254, 169, 254, 32),
        "a cloud's metadata address (169.254.169.254)",
    ),
    (
        v4(169, 254, 0, 0, 16),
        "a link-local address (169.254.0.0/16)",
    ),
    (v4(172, 16, 0, 0, 12), "a private address (172.16.0.0/12)"),
    (v4(192, 0, 0, 0, 24), "a reserved address (192.0.0.0/24)"),
    (
        v4(192, 0, 2, 0, 24),
        "an address for documentation (192.0.2.0/24)",
    ),
    (
        v4(192, 88, 99, 0, 24),
        "a 6to4 relay address (192.88.99.0/24)",
    ),
    (v4(192, 168, 0, 0, 16), "a private address (192.168.0.0/16)"),
    (
        v4(198, 18, 0, 0, 15),
        "an address for benchmarks (198.18.0.0/15)",
    ),
    (
        v4(198, 51, 100, 0, 24),
        "an address for documentation (198.51.100.0/24)",
    ),
    (
        v4(203, 0, 113, 0, 24),
        "an address for documentation (203.0.113.0/24)",
    ),
    (v4(224, 0, 0, 0, 4), "a multicast address (224.0.0.0/4)"),
    (v4(240, 0, 0, 0, 4), "a reserved address (240.0.0.0/4)"),
];

/// What is not public in IPv6 and has a name; the rest outside 2000::/3 is merely reserved.
const V6: [(Ipv6Net, &str); 9] = [
    (
        v6(0x64, 0xff9b, 1, 48),
        "an address of a local translator (64:ff9b:1::/48)",
    ),
    (
        v6(0x2001, 0, 0, 32),
        "a Teredo address (2001::/32), which hides another",
    ),
    (v6(0x2001, 0, 0, 23), "a reserved address (2001::/23)"),
    (
        v6(0x2001, 0xdb8, 0, 32),
        "an address for documentation (2001:db8::/32)",
    ),
    (
        v6(0x2002, 0, 0, 16),
        "a 6to4 address (2002::/16), which hides another",
    ),
    (
        v6(0x3fff, 0, 0, 20),
        "an address for documentation (3fff::/20)",
    ),
    (v6(0xfc00, 0, 0, 7), "a private address (fc00::/7)"),
    (v6(0xfe80, 0, 0, 10), "a link-local address (fe80::/10)"),
    (v6(0xff00, 0, 0, 8), "a multicast address (ff00::/8)"),
];

/// Where networks that have only IPv6 reach IPv4 (RFC 6052): judged by the address inside.
const TRANSLATED: Ipv6Net = v6(0x64, 0xff9b, 0, 96);

/// What public IPv6 addresses begin with.
const GLOBAL: Ipv6Net = v6(0x2000, 0, 0, 3);

fn of_v4(address: Ipv4Addr) -> Option<&'static str> {
    (V4.iter())
        .find(|(net, _)| net.contains(&address))
        .map(|(_, sort)| *sort)
}

fn of_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("the unspecified address (::)");
    }
    if address.is_loopback() {
        return Some("a loopback address (::1)");
    }
    if address.to_ipv4().is_some() {
        return Some("an IPv4 address inside an IPv6 one");
    }
    if TRANSLATED.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return of_v4(Ipv4Addr::new(a, b, c, d));
    }
    let named = (V6.iter()).find(|(net, _)| net.contains(&address));
    match named {
        Some((_, sort)) => Some(sort),
        None if GLOBAL.contains(&address) => None,
        None => Some("a reserved address (outside 2000::/3)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, says: &str) {
        let address = text.parse().expect("an address");
        let sort = of(address).expect("it is not public");
        assert!(sort.contains(says), "{text}: {sort}");
    }

    #[track_caller]
    fn fine(text: &str) {
        let address = text.parse().expect("an address");
        assert_eq!(of(address), None, "{text}");
    }

    #[test]
    fn addresses_that_are_not_public_are_refused() {
        refused("0.0.0.0", "this network");
        refused("10.1.2.3", "private");
        refused("100.64.0.1", "carrier");
        refused("100.100.100.200", "carrier");
        refused("127.0.0.1", "loopback");
        refused("127.255.255.254", "loopback");
        refused("168.63.129.16", "metadata");
        refused("169.254.169.254", "metadata");
        refused("169.254.0.1", "link-local");
        refused("172.31.255.255", "private");
        refused("192.0.0.192", "reserved");
        refused("192.168.0.1", "private");
        refused("198.19.255.255", "benchmarks");
        refused("198.51.100.7", "documentation");
        refused("203.0.113.7", "documentation");
        refused("224.0.0.251", "multicast");
        refused("255.255.255.255", "reserved");
    }

    #[test]
    fn addresses_that_are_not_public_are_refused_in_ipv6_too() {
        refused("::", "unspecified");
        refused("::1", "loopback");
        refused("::ffff:127.0.0.1", "IPv4 address inside");
        refused("::ffff:8.8.8.8", "IPv4 address inside");
        refused("::10.0.0.1", "IPv4 address inside");
        refused("64:ff9b::7f00:1", "loopback");
        refused("64:ff9b::169.254.169.254", "metadata");
        refused("64:ff9b:1::1", "local translator");
        refused("100::1", "reserved");
        refused("2001::1", "Teredo");
        refused("2001:10::1", "reserved");
        refused("2001:db8::1", "documentation");
        refused("2002:7f00:1::", "6to4");
        refused("3fff::1", "documentation");
        refused("5f00::1", "reserved");
        refused("fc00::1", "private");
        refused("fd00:ec2::254", "private");
        refused("fe80::1", "link-local");
        refused("fec0::1", "reserved");
        refused("ff02::1", "multicast");
    }

    #[test]
    fn public_addresses_are_let_through() {
        fine("1.1.1.1");
        fine("100.63.255.255");
        fine("100.128.0.0");
        fine("172.15.255.255");
        fine("172.32.0.0");
        fine("192.0.1.1");
        fine("223.255.255.255");
        fine("2a00:1450:4009::200e");
        fine("2001:4860:4860::8888");
        fine("64:ff9b::808:808");
    }
}
