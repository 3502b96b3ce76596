use std::fmt;
use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use switchboard_crypto::appsecret_proof;

use crate::call::Call;
use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::retry::Repeat;
use crate::token_info::{DebugToken, TokenInfo};

/// A token as OAuth hands it out.
#[derive(Clone)]
pub struct AccessToken {
    pub token: SecretString,
    /// `bearer`.
    pub token_type: Option<String>,
    /// From now. `None`: it does not expire, or Meta did not say; [`GraphClient::debug_token`] knows.
    pub expires_in: Option<Duration>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default, deserialize_with = "lenient::optional")]
    token_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_number")]
    expires_in: Option<i64>,
}

impl From<TokenAnswer> for AccessToken {
    fn from(answer: TokenAnswer) -> Self {
        Self {
            token: answer.access_token.into(),
            token_type: answer.token_type,
            // As in debug_token, 0 is never.
            expires_in: answer
                .expires_in
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// Exchanges the code of a signup, which lives 30 seconds and is taken once, for the customer's business token.
    ///
    /// `redirect_uri` is `None` for a code of the JavaScript SDK, and byte for byte the dialog's for a redirect.
    /// Source: Embedded Signup, "Onboarding customers as a Tech Provider"; Facebook Login, "Manual flow".
    pub async fn exchange_code(
        &self,
        code: &SecretString,
        redirect_uri: Option<&str>,
    ) -> Result<AccessToken, GraphError> {
        let mut call = self.as_app(&["oauth", "access_token"])?.secret_query("code", code);
        if let Some(redirect_uri) = redirect_uri {
            call = call.query("redirect_uri", redirect_uri);
        }
        // When the first try took the code and its answer was lost, a second one would report a used code instead.
        call.repeat(Repeat::WhenTransientAndNotDone).send::<TokenAnswer>().await.map(Into::into)
    }

    /// Exchanges a user token for one of about 60 days. Not documented for business tokens, and impossible for expired ones.
    pub async fn exchange_long_lived(&self, token: &SecretString) -> Result<AccessToken, GraphError> {
        let call = self.as_app(&["oauth", "access_token"])?.query("grant_type", "fb_exchange_token");
        call.secret_query("fb_exchange_token", token).send::<TokenAnswer>().await.map(Into::into)
    }

    /// What a token is for. An invalid token is no error: see [`TokenInfo::is_valid`].
    pub async fn debug_token(&self, token: &SecretString) -> Result<TokenInfo, GraphError> {
        let call = self.call_without_proof(Method::GET, &["debug_token"])?.bearer(&self.app_token());
        let call = call.secret_query("input_token", token).secret(&self.config().app_secret);
        Ok(call.send::<DebugToken>().await?.data)
    }

    /// The token of a customer who signed up on Meta's page, or whose code was lost. `system_token` is our own.
    /// Source: "Hosted Embedded Signup".
    pub async fn fetch_system_user_token(
        &self,
        business_id: &str,
        system_token: &SecretString,
    ) -> Result<AccessToken, GraphError> {
        let proof = appsecret_proof(&self.config().app_secret, system_token);
        let call = self.call_without_proof(Method::POST, &[business_id, "system_user_access_tokens"])?;
        let call = call.bearer(system_token).form(&[("appsecret_proof", &proof), ("fetch_only", "true")]);
        call.send::<TokenAnswer>().await.map(Into::into)
    }

    fn as_app(&self, path: &[&str]) -> Result<Call, GraphError> {
        let config = self.config();
        let call = self.call_without_proof(Method::GET, path)?.query("client_id", &config.app_id);
        Ok(call.secret_query("client_secret", &config.app_secret))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use serde_json::json;
    use wiremock::matchers::{
        bearer_token, body_string, header_exists, method, path, query_param, query_param_is_missing,
    };
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::error::Kind;
    use crate::testing::{APP_SECRET, Graph, token};

    #[tokio::test]
    async fn a_code_of_the_sdk_is_exchanged_without_a_redirect_uri() {
        let graph = Graph::start().await;
        Mock::given(method("GET"))
            .and(path("/v26.0/oauth/access_token"))
            .and(query_param("client_id", "670843887433847"))
            .and(query_param("client_secret", APP_SECRET))
            .and(query_param("code", "AQB-code"))
            .and(query_param_is_missing("redirect_uri"))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"access_token": "EAAJ1", "token_type": "bearer"})),
            )
            .expect(1)
            .mount(&graph.server)
            .await;
        let answer = graph.client.exchange_code(&"AQB-code".into(), None).await.unwrap();
        assert_eq!(answer.token.expose_secret(), "EAAJ1");
        assert_eq!((answer.token_type.as_deref(), answer.expires_in), (Some("bearer"), None));
        assert!(!format!("{answer:?}").contains("EAAJ1"));
    }

    #[tokio::test]
    async fn a_code_of_the_dialog_is_exchanged_with_its_redirect_uri() {
        let graph = Graph::start().await;
        Mock::given(query_param("redirect_uri", "https://a.example/cb?x=1"))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"access_token": "EAAJ1", "expires_in": 5_183_944})),
            )
            .mount(&graph.server)
            .await;
        let answer = graph.client.exchange_code(&"c".into(), Some("https://a.example/cb?x=1")).await.unwrap();
        assert_eq!(answer.expires_in, Some(Duration::from_secs(5_183_944)));
    }

    #[tokio::test]
    async fn a_used_code_is_a_refused_request_without_secrets() {
        let graph = Graph::start().await;
        let message = format!("This authorization code has been used: AQB-code {APP_SECRET}");
        graph
            .answer(
                400,
                json!({"error": {"message": message, "type": "OAuthException", "code": 100, "error_subcode": 36009}}),
            )
            .await;
        let error = graph.client.exchange_code(&"AQB-code".into(), None).await.unwrap_err();
        assert_eq!((error.kind, error.code, error.subcode), (Kind::Request, Some(100), Some(36009)));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("AQB-code") && !shown.contains(APP_SECRET), "{shown}");
        assert_eq!(graph.requests().await.len(), 1);
    }

    #[tokio::test]
    async fn a_code_that_may_have_been_taken_is_not_tried_again() {
        let graph = Graph::start().await;
        graph.answer(502, json!("bad gateway")).await;
        let error = graph.client.exchange_code(&"c".into(), None).await.unwrap_err();
        assert!(error.outcome_unknown());
        assert_eq!(graph.requests().await.len(), 1);
    }

    #[tokio::test]
    async fn a_token_is_exchanged_for_a_long_lived_one() {
        let graph = Graph::start().await;
        Mock::given(query_param("grant_type", "fb_exchange_token"))
            .and(query_param("fb_exchange_token", token().expose_secret()))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"access_token": "EAAJ2", "expires_in": "60"})),
            )
            .mount(&graph.server)
            .await;
        let answer = graph.client.exchange_long_lived(&token()).await.unwrap();
        assert_eq!(answer.expires_in, Some(Duration::from_mins(1)));
    }

    #[tokio::test]
    async fn a_token_is_inspected_with_the_token_of_the_app() {
        let graph = Graph::start().await;
        Mock::given(path("/v26.0/debug_token"))
            .and(bearer_token(format!("670843887433847|{APP_SECRET}")))
            .and(query_param("input_token", token().expose_secret()))
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_json(json!({"data": {"is_valid": true, "app_id": "670843887433847"}})),
            )
            .mount(&graph.server)
            .await;
        let info = graph.client.debug_token(&token()).await.unwrap();
        assert!(info.is_valid);
        assert_eq!(info.app_id.as_deref(), Some("670843887433847"));
    }

    #[tokio::test]
    async fn a_lost_token_is_fetched_with_our_own() {
        let graph = Graph::start().await;
        let proof = appsecret_proof(&APP_SECRET.into(), &token());
        Mock::given(method("POST"))
            .and(path("/v26.0/2729063490586005/system_user_access_tokens"))
            .and(bearer_token(token().expose_secret()))
            .and(header_exists("content-type"))
            .and(body_string(format!("appsecret_proof={proof}&fetch_only=true")))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"access_token": "EAAJ3"})))
            .mount(&graph.server)
            .await;
        let answer = graph.client.fetch_system_user_token("2729063490586005", &token()).await.unwrap();
        assert_eq!(answer.token.expose_secret(), "EAAJ3");
    }
}
