//! Where a request comes from, for limits. Not for access.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;

/// The client's address: the peer, or behind `trusted_proxies` proxies the address that the outermost of them saw. What
/// stands further left in `X-Forwarded-For` anyone can write there. An IPv6 address stands for its /64, of which one
/// client has all.
pub(crate) fn client_address(request: &HttpRequest, trusted_proxies: u8) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let seen = usize::from(trusted_proxies).checked_sub(1).and_then(|back| hops.iter().rev().nth(back));
    network(seen.and_then(|hop| hop.parse().ok()).unwrap_or(peer))
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(peer: &str, forwarded: &[&str], proxies: u8) -> String {
        let mut request = TestRequest::get().peer_addr(format!("{peer}:1234").parse().unwrap());
        for value in forwarded {
            request = request.append_header(("x-forwarded-for", *value));
        }
        client_address(&request.to_http_request(), proxies).to_string()
    }

    #[test]
    fn without_a_proxy_only_the_peer_counts() {
        assert_eq!(address("203.0.113.7", &["198.51.100.1"], 0), "203.0.113.7");
    }

    #[test]
    fn behind_proxies_the_address_that_the_outermost_saw_counts() {
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.7"], 1), "203.0.113.7");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.7", "10.0.0.2"], 2), "203.0.113.7");
        assert_eq!(address("10.0.0.1", &[], 1), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["nonsense"], 1), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(address("[2001:db8:1:2:3:4:5:6]", &[], 0), "2001:db8:1:2::");
        assert_eq!(address("[::ffff:203.0.113.7]", &[], 0), "203.0.113.7");
    }
}
