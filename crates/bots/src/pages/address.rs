//! Which addresses may be asked: those of the public internet, and no machine of the network the program runs in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast();
    // This network; carriers' own; protocol assignments; benchmarks; the future.
    let reserved =
        matches!((a, b, c), (0 | 240.., ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _));
    !special && !reserved
}

/// Of IPv6 only what is given out (`2000::/3`), and of that nothing that carries an IPv4 address in itself.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, ..] = address.segments();
    let given_out = first & 0xe000 == 0x2000;
    // Teredo and other protocols (`2001::/23`), documentation, 6to4.
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || first == 0x3fff;
    given_out && !special
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_public;

    #[rstest]
    #[case("93.184.216.34")]
    #[case("8.8.8.8")]
    #[case("172.32.0.1")]
    #[case("2606:2800:220:1:248:1893:25c8:1946")]
    #[case("::ffff:93.184.216.34")]
    fn the_public_internet_is_public(#[case] address: &str) {
        assert!(is_public(address.parse().unwrap()));
    }

    #[rstest]
    #[case("127.0.0.1")]
    #[case("127.8.8.8")]
    #[case("0.0.0.0")]
    #[case("10.1.2.3")]
    #[case("172.16.0.1")]
    #[case("192.168.1.1")]
    #[case("169.254.169.254")]
    #[case("100.64.0.1")]
    #[case("192.0.0.8")]
    #[case("198.18.0.1")]
    #[case("203.0.113.7")]
    #[case("224.0.0.1")]
    #[case("255.255.255.255")]
    #[case("::1")]
    #[case("::")]
    #[case("fe80::1")]
    #[case("fd00::1")]
    #[case("ff02::1")]
    #[case("::ffff:127.0.0.1")]
    #[case("::ffff:10.0.0.1")]
    #[case("::127.0.0.1")]
    #[case("64:ff9b::7f00:1")]
    #[case("2002:7f00:1::")]
    #[case("2001:db8::1")]
    #[case("2001:0:7f00:1::")]
    fn what_is_within_is_not(#[case] address: &str) {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}
