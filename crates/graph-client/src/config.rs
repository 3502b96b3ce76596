use std::time::Duration;

use secrecy::SecretString;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// A file that moves more slowly, in bytes a second, is given up in the end.
const SLOWEST: u64 = 64 * 1024;

/// Where Graph is and which app speaks to it.
#[derive(Debug, Clone)]
pub struct GraphConfig {
    /// `https://graph.facebook.com`, or a stand-in.
    pub base_url: Url,
    /// With the `v`: `v26.0`.
    pub version: String,
    pub app_id: String,
    pub app_secret: SecretString,
    /// For one request and its answer, connecting included. 10 s unless set.
    pub timeout: Duration,
    /// How long a download may stand still; an upload as a whole has as long, and both have what their size takes on top.
    /// 120 s unless set.
    pub media_timeout: Duration,
}

impl GraphConfig {
    /// With the default time-outs.
    pub fn new(base_url: Url, version: impl Into<String>, app_id: impl Into<String>, app_secret: SecretString) -> Self {
        Self {
            base_url,
            version: version.into(),
            app_id: app_id.into(),
            app_secret,
            timeout: Duration::from_secs(10),
            media_timeout: Duration::from_mins(2),
        }
    }

    /// For a whole upload or download of so many bytes: half an hour for the 100 MB that media have at most.
    pub(crate) fn media_timeout_of(&self, bytes: u64) -> Duration {
        self.media_timeout + Duration::from_secs(bytes / SLOWEST)
    }
}

/// The HTTP client that [`crate::GraphClient::new`] should be given.
///
/// It follows no redirect, which could carry a token to another host. Its connect time-out is shorter than that of a
/// request, so that a host that cannot be reached is told from one that accepted a message and did not answer.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        // Some hosts refuse requests without one.
        .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
}
