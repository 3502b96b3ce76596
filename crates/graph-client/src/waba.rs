use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::client::GraphClient;
use crate::error::{GraphError, Kind};
use crate::lenient;
use crate::number::NUMBER_FIELDS;
use crate::success::Success;

const WABA_FIELDS: &str = "id,name,currency,timezone_id,account_review_status,owner_business_info";

/// A WhatsApp Business account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Waba {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub name: Option<String>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub currency: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub timezone_id: Option<String>,
    /// `APPROVED`, `PENDING`, `REJECTED`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub account_review_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub owner_business_info: Option<OwnerBusiness>,
}

/// The portfolio that owns an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OwnerBusiness {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
}

/// A business phone number as Graph describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PhoneNumber {
    /// The `phone_number_id`.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// For people: `+1 555-078-3881`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub display_phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub quality_rating: Option<String>,
    /// `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub code_verification_status: Option<String>,
    /// `CLOUD_API`, `ON_PREMISE`, `NOT_APPLICABLE`.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub platform_type: Option<String>,
    /// `CONNECTED`, `PENDING`, `BANNED`, …
    #[serde(default, deserialize_with = "lenient::optional")]
    pub status: Option<String>,
    /// `APPROVED`, `PENDING_REVIEW`, `DECLINED`, …
    #[serde(default, deserialize_with = "lenient::optional")]
    pub name_status: Option<String>,
    /// Coexistence: the number is used in the WhatsApp Business app too.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub is_on_biz_app: Option<bool>,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub throughput: Option<Throughput>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Throughput {
    /// `STANDARD` (80 messages per second), `HIGH` (1,000), `NOT_APPLICABLE`.
    pub level: String,
}

/// Sends the `messages` webhooks of one WABA to an address of its own.
#[derive(Debug, Clone)]
pub struct WebhookOverride {
    /// At most 200 characters.
    pub callback_uri: String,
    pub verify_token: SecretString,
}

/// An app that receives the webhooks of a WABA.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, from = "SubscribedAppAnswer")]
pub struct SubscribedApp {
    pub id: Option<String>,
    pub name: Option<String>,
    pub link: Option<String>,
    pub override_callback_uri: Option<String>,
}

#[derive(Deserialize)]
struct SubscribedAppAnswer {
    #[serde(default, deserialize_with = "lenient::optional")]
    whatsapp_business_api_data: Option<AppAnswer>,
    #[serde(default, deserialize_with = "lenient::optional")]
    override_callback_uri: Option<String>,
}

#[derive(Default, Deserialize)]
struct AppAnswer {
    #[serde(default, deserialize_with = "lenient::optional_id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    link: Option<String>,
}

impl From<SubscribedAppAnswer> for SubscribedApp {
    fn from(answer: SubscribedAppAnswer) -> Self {
        let app = answer.whatsapp_business_api_data.unwrap_or_default();
        Self { id: app.id, name: app.name, link: app.link, override_callback_uri: answer.override_callback_uri }
    }
}

impl GraphClient {
    pub async fn waba(&self, waba_id: &str, token: &SecretString) -> Result<Waba, GraphError> {
        self.call(Method::GET, &[waba_id], token)?.query("fields", WABA_FIELDS).send().await
    }

    /// All numbers of the WABA.
    pub async fn phone_numbers(&self, waba_id: &str, token: &SecretString) -> Result<Vec<PhoneNumber>, GraphError> {
        self.list(&[waba_id, "phone_numbers"], &[("fields", NUMBER_FIELDS)], token).await
    }

    /// Subscribes the app to the WABA's webhooks. Without an override, one that was set before is cleared.
    /// Source: "Manage webhooks", "Overrides".
    pub async fn subscribe(
        &self,
        waba_id: &str,
        token: &SecretString,
        webhook_override: Option<&WebhookOverride>,
    ) -> Result<(), GraphError> {
        let mut call = self.call(Method::POST, &[waba_id, "subscribed_apps"], token)?;
        if let Some(target) = webhook_override {
            let verify_token = target.verify_token.expose_secret();
            call = call
                .json(&json!({"override_callback_uri": target.callback_uri, "verify_token": verify_token}))
                .secret(&target.verify_token);
        }
        call.send::<Success>().await?.check()
    }

    pub async fn subscribed_apps(&self, waba_id: &str, token: &SecretString) -> Result<Vec<SubscribedApp>, GraphError> {
        self.list(&[waba_id, "subscribed_apps"], &[], token).await
    }

    pub async fn unsubscribe(&self, waba_id: &str, token: &SecretString) -> Result<(), GraphError> {
        self.call(Method::DELETE, &[waba_id, "subscribed_apps"], token)?.send::<Success>().await?.check()
    }

    /// The WABAs of a business portfolio: those its customers shared with it, then its own.
    ///
    /// A token may be allowed one of the two lists only; the other then counts as empty.
    /// Source: "Manage customer accounts".
    pub async fn business_wabas(&self, business_id: &str, token: &SecretString) -> Result<Vec<Waba>, GraphError> {
        let list = async |edge| self.list::<Waba>(&[business_id, edge], &[], token).await;
        let shared = list("client_whatsapp_business_accounts").await;
        let own = list("owned_whatsapp_business_accounts").await;
        let mut wabas = match (shared, own) {
            (Ok(shared), Ok(own)) => shared.into_iter().chain(own).collect(),
            (Ok(wabas), Err(error)) | (Err(error), Ok(wabas)) if is_not_allowed(&error) => wabas,
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let mut seen = std::collections::HashSet::new();
        wabas.retain(|waba: &Waba| seen.insert(waba.id.clone()));
        Ok(wabas)
    }
}

fn is_not_allowed(error: &GraphError) -> bool {
    matches!(error.kind, Kind::Permission | Kind::Request)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{bearer_token, body_json, method, path, query_param, query_param_is_missing};
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::testing::{APP_SECRET, Graph, token};

    fn ok(body: serde_json::Value) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(body)
    }

    #[tokio::test]
    async fn a_call_carries_the_token_in_the_header_and_the_proof_in_the_query() {
        let graph = Graph::start().await;
        Mock::given(method("GET"))
            .and(path("/v26.0/102290129340398"))
            .and(bearer_token(token().expose_secret()))
            .and(query_param("appsecret_proof", switchboard_crypto::appsecret_proof(&APP_SECRET.into(), &token())))
            .respond_with(ok(
                json!({"id": 102_290_129_340_398_u64, "name": "Lucky Shrub", "currency": "USD", "extra": []}),
            ))
            .mount(&graph.server)
            .await;
        let waba = graph.client.waba("102290129340398", &token()).await.unwrap();
        assert_eq!((waba.id.as_str(), waba.currency.as_deref()), ("102290129340398", Some("USD")));
        let request = &graph.requests().await[0];
        assert!(!request.url.as_str().contains(token().expose_secret()));
    }

    #[tokio::test]
    async fn numbers_are_read_page_by_page_and_no_other_host_is_asked() {
        let graph = Graph::start().await;
        let elsewhere = Graph::start().await;
        let next = |after: &str| format!("{}/v26.0/1/phone_numbers?after={after}", elsewhere.server.uri());
        let numbers = || Mock::given(path("/v26.0/1/phone_numbers"));
        numbers()
            .and(query_param_is_missing("after"))
            .respond_with(ok(
                json!({"data": [{"id": 11, "quality_rating": "GREEN", "throughput": {"level": "STANDARD"}}],
                "paging": {"cursors": {"before": "x", "after": "A"}, "next": next("A")}}),
            ))
            .mount(&graph.server)
            .await;
        numbers()
            .and(query_param("after", "A"))
            .respond_with(ok(json!({"data": [{"id": "12"}, {"no": "id"}], "paging": {"next": next("B")}})))
            .mount(&graph.server)
            .await;
        numbers()
            .and(query_param("after", "B"))
            .respond_with(ok(json!({"data": [{"id": "13"}], "paging": {"cursors": {"before": "x", "after": "C"}}})))
            .mount(&graph.server)
            .await;
        let numbers = graph.client.phone_numbers("1", &token()).await.unwrap();
        let ids: Vec<&str> = numbers.iter().map(|number| number.id.as_str()).collect();
        assert_eq!(ids, ["11", "12", "13"]);
        assert_eq!(numbers[0].throughput, Some(Throughput { level: "STANDARD".into() }));
        assert!(elsewhere.requests().await.is_empty());
    }

    #[tokio::test]
    async fn a_list_that_never_ends_is_left() {
        let graph = Graph::start().await;
        graph
            .answer(
                200,
                json!({"data": [{"id": "1"}], "paging": {"cursors": {"after": "A"}, "next": "https://x.example"}}),
            )
            .await;
        let numbers = graph.client.phone_numbers("1", &token()).await.unwrap();
        assert_eq!((numbers.len(), graph.requests().await.len()), (2, 2));
    }

    #[tokio::test]
    async fn a_subscription_may_name_an_address_of_its_own() {
        let graph = Graph::start().await;
        Mock::given(method("POST"))
            .and(path("/v26.0/1/subscribed_apps"))
            .and(body_json(json!({"override_callback_uri": "https://a.example/hook", "verify_token": "v"})))
            .respond_with(ok(json!({"success": true})))
            .expect(1)
            .mount(&graph.server)
            .await;
        let target = WebhookOverride { callback_uri: "https://a.example/hook".into(), verify_token: "v".into() };
        graph.client.subscribe("1", &token(), Some(&target)).await.unwrap();
    }

    #[tokio::test]
    async fn a_plain_subscription_has_no_body() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"success": true})).await;
        graph.client.subscribe("1", &token(), None).await.unwrap();
        assert!(graph.requests().await[0].body.is_empty());
    }

    #[tokio::test]
    async fn success_false_is_no_success() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"success": false})).await;
        assert_eq!(graph.client.unsubscribe("1", &token()).await.unwrap_err().kind, Kind::Request);
    }

    #[tokio::test]
    async fn subscribed_apps_are_read() {
        let graph = Graph::start().await;
        graph
            .answer(
                200,
                json!({"data": [{"whatsapp_business_api_data": {"id": 7, "name": "Ours", "link": "https://l"},
                "override_callback_uri": "https://a.example/hook"}, {}]}),
            )
            .await;
        let apps = graph.client.subscribed_apps("1", &token()).await.unwrap();
        assert_eq!(
            (apps[0].id.as_deref(), apps[0].override_callback_uri.as_deref()),
            (Some("7"), Some("https://a.example/hook"))
        );
        assert_eq!(apps[1], SubscribedApp::default());
    }

    async fn wabas(shared: ResponseTemplate, own: ResponseTemplate) -> Result<Vec<String>, GraphError> {
        let graph = Graph::start().await;
        for (edge, answer) in [("client", shared), ("owned", own)] {
            Mock::given(path(format!("/v26.0/5/{edge}_whatsapp_business_accounts")))
                .respond_with(answer)
                .mount(&graph.server)
                .await;
        }
        let wabas = graph.client.business_wabas("5", &token()).await?;
        Ok(wabas.into_iter().map(|waba| waba.id).collect())
    }

    #[tokio::test]
    async fn the_wabas_of_a_business_are_shared_and_owned_ones() {
        let shared = || ok(json!({"data": [{"id": 1}, {"id": 2}]}));
        let own = || ok(json!({"data": [{"id": "2"}, {"id": "3"}]}));
        let not_allowed = || ResponseTemplate::new(403).set_body_json(json!({"error": {"code": 200}}));
        let dead = || ResponseTemplate::new(401).set_body_json(json!({"error": {"code": 190}}));
        assert_eq!(wabas(shared(), own()).await.unwrap(), ["1", "2", "3"]);
        assert_eq!(wabas(not_allowed(), own()).await.unwrap(), ["2", "3"]);
        assert_eq!(wabas(shared(), not_allowed()).await.unwrap(), ["1", "2"]);
        assert_eq!(wabas(not_allowed(), not_allowed()).await.unwrap_err().kind, Kind::Permission);
        assert_eq!(wabas(shared(), dead()).await.unwrap_err().kind, Kind::Reauthorise);
    }
}
