//! Calls about the app itself.

use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;
use switchboard_crypto::token::random_token;

use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::reply;
use crate::waba::WebhookOverride;

/// What the app's dashboard says about webhooks of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AppSubscription {
    /// `whatsapp_business_account` for all that concerns us.
    #[serde(deserialize_with = "lenient::optional")]
    pub object: Option<String>,
    #[serde(deserialize_with = "lenient::optional")]
    pub callback_url: Option<String>,
    #[serde(deserialize_with = "lenient::flag")]
    pub active: bool,
    /// `messages`, `account_update`, …
    #[serde(deserialize_with = "fields")]
    pub fields: Vec<String>,
}

#[derive(Deserialize)]
struct Subscriptions {
    #[serde(default, deserialize_with = "lenient::list")]
    data: Vec<AppSubscription>,
}

impl GraphClient {
    /// Where the app's webhooks go, as its dashboard has it. Answers only who knows the app's secret.
    /// Source: Graph API, "/{app-id}/subscriptions".
    pub async fn app_subscriptions(&self) -> Result<Vec<AppSubscription>, GraphError> {
        let app_id = self.config().app_id.clone();
        let call = self.call_without_proof(Method::GET, &[&app_id, "subscriptions"])?.bearer(&self.app_token());
        Ok(call.secret(&self.config().app_secret).send::<Subscriptions>().await?.data)
    }

    /// Asks an address what Meta asks it before it posts there: `false` if the answer is not what Meta takes.
    /// Source: "Create a webhook endpoint", verification requests.
    ///
    /// # Errors
    /// The address could not be reached or did not answer in time.
    pub async fn shake_hands(&self, callback: &WebhookOverride) -> Result<bool, GraphError> {
        let challenge = random_token();
        let query = [
            ("hub.mode", "subscribe"),
            ("hub.verify_token", callback.verify_token.expose_secret()),
            ("hub.challenge", challenge.expose_secret()),
        ];
        let request = self.http().get(&callback.callback_uri).query(&query).timeout(self.config().timeout);
        let (client, request) = request.build_split();
        let request = request.map_err(|error| GraphError::transport(&error))?;
        let answer = reply::read(&client, request, reply::MAX_JSON).await;
        match answer {
            Ok(reply) => Ok(reply.body.as_ref() == challenge.expose_secret().as_bytes()),
            Err(error) if error.http_status.is_some() => Ok(false),
            Err(error) => Err(error.without(std::slice::from_ref(&callback.verify_token))),
        }
    }
}

/// Names, or objects that have one.
fn fields<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let items: Vec<Value> = lenient::list(deserializer)?;
    let name = |item: Value| item.as_str().or_else(|| item["name"].as_str()).map(str::to_owned);
    Ok(items.into_iter().filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{bearer_token, path, query_param};
    use wiremock::{Mock, Request, ResponseTemplate};

    use super::*;
    use crate::testing::{APP_SECRET, Graph};

    #[tokio::test]
    async fn the_apps_webhooks_are_read_with_the_apps_own_token() {
        let graph = Graph::start().await;
        let fields = json!([{"name": "messages", "version": "v26.0"}, "account_update", 7]);
        let answer = json!({"data": [{"object": "whatsapp_business_account", "callback_url": "https://a.example/hook",
            "active": true, "fields": fields}]});
        Mock::given(path("/v26.0/670843887433847/subscriptions"))
            .and(bearer_token(format!("670843887433847|{APP_SECRET}")))
            .respond_with(ResponseTemplate::new(200).set_body_json(answer))
            .mount(&graph.server)
            .await;
        let [subscription] = graph.client.app_subscriptions().await.unwrap().try_into().unwrap();
        assert_eq!(subscription.fields, ["messages", "account_update"]);
        assert!(subscription.active && subscription.callback_url.as_deref() == Some("https://a.example/hook"));
    }

    #[tokio::test]
    async fn hands_are_shaken_with_whoever_returns_the_challenge() {
        let graph = Graph::start().await;
        Mock::given(query_param("hub.verify_token", "right"))
            .respond_with(|request: &Request| {
                let challenge = request.url.query_pairs().find(|(name, _)| name == "hub.challenge").unwrap().1;
                ResponseTemplate::new(200).set_body_string(challenge)
            })
            .mount(&graph.server)
            .await;
        let at = |uri: String, token: &str| WebhookOverride { callback_uri: uri, verify_token: token.into() };
        assert!(graph.client.shake_hands(&at(graph.server.uri(), "right")).await.unwrap());
        assert!(!graph.client.shake_hands(&at(graph.server.uri(), "wrong")).await.unwrap());
        let nobody = graph.client.shake_hands(&at("http://127.0.0.1:9/hook".into(), "secret")).await.unwrap_err();
        assert!(!nobody.to_string().contains("secret"), "{nobody}");
    }
}
