//! Requests to servers that tenants name. Whoever may name one could name any, so a name is looked up here and only
//! addresses of the public internet are asked; nothing is followed anywhere else.

use std::{net::SocketAddr, time::Duration};

use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::Host;

use crate::pages::is_public;

const CONNECTING: Duration = Duration::from_secs(5);

/// A client for requests that carry secrets. `private`: also to addresses that are not of the public internet.
pub(crate) fn client(private: bool) -> Result<Client, reqwest::Error> {
    // No redirects: one could carry the key to another host.
    let mut client = Client::builder().connect_timeout(CONNECTING).redirect(Policy::none());
    if !private {
        // A proxy of the machine's would resolve the name once more.
        client = client.dns_resolver(PublicOnly).no_proxy();
    }
    client.build()
}

/// Whether an address may be named at all. What a name leads to is looked at with each connection.
pub(crate) fn may_name(url: &Url, private: bool) -> bool {
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_safe = match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(_)) => true,
        None => return false,
    };
    is_plain && (url.scheme() == "https" && is_safe || private && matches!(url.scheme(), "http" | "https"))
}

/// Whether two addresses are of one server. What is secret goes to no other than it was entered for: whoever may change an
/// address cannot read it.
pub(crate) fn is_elsewhere(one: &str, other: &str) -> bool {
    let origin = |url: &str| Url::parse(url).map(|url| url.origin().ascii_serialization()).ok();
    origin(one) != origin(other)
}

struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() || !found.iter().all(|address| is_public(address.ip())) {
                return Err("the name leads to an address that is not of the public internet".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://api.openai.com/v1", true, true)]
    #[case("http://api.openai.com/v1", false, true)]
    #[case("https://10.0.0.7/v1", false, true)]
    #[case("https://[::1]/v1", false, true)]
    #[case("http://127.0.0.1:11434/v1", false, true)]
    #[case("https://name:word@api.openai.com/v1", false, false)]
    #[case("file:///etc/passwd", false, false)]
    fn a_server_is_named_by_https_and_not_inside_the_network(
        #[case] url: &str,
        #[case] public: bool,
        #[case] private: bool,
    ) {
        let url = Url::parse(url).unwrap();
        assert_eq!((may_name(&url, false), may_name(&url, true)), (public, private));
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_network_is_not_asked() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let asked = client(false).unwrap().get(&url).send().await.unwrap_err();
        assert!(asked.is_connect(), "{asked:?}");
        let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(accepted.is_err(), "somebody has connected");
    }
}
