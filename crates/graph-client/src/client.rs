use std::sync::Arc;

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use switchboard_crypto::appsecret_proof;
use url::Url;

use crate::call::Call;
use crate::config::GraphConfig;
use crate::error::GraphError;

/// A client of the Graph API for one Meta app and all of its customers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct GraphClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: GraphConfig,
    http: reqwest::Client,
}

impl GraphClient {
    /// `http` should come from [`crate::http_client_builder`]; an answer that came by a redirect is refused.
    pub fn new(config: GraphConfig, http: reqwest::Client) -> Self {
        Self { inner: Arc::new(Inner { config, http }) }
    }

    pub(crate) fn config(&self) -> &GraphConfig {
        &self.inner.config
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// A call with a business or system token, which proves the app's secret too.
    pub(crate) fn call(&self, method: Method, path: &[&str], token: &SecretString) -> Result<Call, GraphError> {
        let proof = appsecret_proof(&self.config().app_secret, token);
        Ok(self.call_without_proof(method, path)?.bearer(token).query("appsecret_proof", &proof))
    }

    pub(crate) fn call_without_proof(&self, method: Method, path: &[&str]) -> Result<Call, GraphError> {
        let url = self.url(path)?;
        Ok(Call::new(self.http(), method, url, path).timeout(self.config().timeout))
    }

    /// The app's own token. Source: Graph API, "Access Tokens", "App Access Tokens".
    pub(crate) fn app_token(&self) -> SecretString {
        let config = self.config();
        format!("{}|{}", config.app_id, config.app_secret.expose_secret()).into()
    }

    /// `base/version/path`. Ids in the path come from browsers and webhooks: one that could change the path is refused.
    fn url(&self, path: &[&str]) -> Result<Url, GraphError> {
        if !path.iter().all(|segment| is_plain(segment)) {
            return Err(GraphError::refused("an id for Graph is made of letters, digits, '_' and '-'"));
        }
        let mut url = self.config().base_url.clone();
        url.path_segments_mut()
            .map_err(|()| GraphError::refused("the base URL of Graph cannot be extended"))?
            .pop_if_empty()
            .push(&self.config().version)
            .extend(path);
        Ok(url)
    }
}

fn is_plain(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn client(base: &str) -> GraphClient {
        crate::testing::client_at(base)
    }

    #[test]
    fn urls_stand_under_the_base_and_the_version() {
        let url = client("http://127.0.0.1:9/graph/").url(&["123", "messages"]).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:9/graph/v26.0/123/messages");
        let url = client("https://graph.example").url(&["oauth", "access_token"]).unwrap();
        assert_eq!(url.as_str(), "https://graph.example/v26.0/oauth/access_token");
    }

    #[test]
    fn an_id_cannot_change_the_path() {
        for id in ["", ".", "..", "1/2", "1?x=y", "1#x", "%2e%2e", "1 2"] {
            let error = client("https://graph.example").url(&[id, "messages"]).unwrap_err();
            assert_eq!(error.kind, Kind::Request, "{id:?}");
            assert!(!error.outcome_unknown(), "{id:?}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        assert!(!format!("{:?}", client("https://graph.example")).contains(crate::testing::APP_SECRET));
    }
}
