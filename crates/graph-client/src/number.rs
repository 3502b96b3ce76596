use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::success::Success;
use crate::waba::PhoneNumber;

pub(crate) const NUMBER_FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,code_verification_status,\
platform_type,status,name_status,is_on_biz_app,throughput";

/// What to take over from the phone app of a coexistence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncType {
    /// Its contacts.
    SmbAppStateSync,
    /// Its messages of the last 180 days.
    History,
}

#[derive(Deserialize)]
struct LimitAnswer {
    #[serde(default, deserialize_with = "lenient::optional")]
    whatsapp_business_manager_messaging_limit: Option<String>,
}

#[derive(Deserialize)]
struct SyncAnswer {
    #[serde(default, deserialize_with = "lenient::optional_id")]
    request_id: Option<String>,
}

impl GraphClient {
    pub async fn number(&self, phone_number_id: &str, token: &SecretString) -> Result<PhoneNumber, GraphError> {
        self.call(Method::GET, &[phone_number_id], token)?.query("fields", NUMBER_FIELDS).send().await
    }

    /// How many conversations the portfolio may start in a day: `TIER_250`, `TIER_2K`, … Asked for by itself: where Graph
    /// does not know the field, it refuses the whole call. Source: "Messaging limits".
    pub async fn messaging_limit(
        &self,
        phone_number_id: &str,
        token: &SecretString,
    ) -> Result<Option<String>, GraphError> {
        let call = self.call(Method::GET, &[phone_number_id], token)?;
        let call = call.query("fields", "whatsapp_business_manager_messaging_limit");
        Ok(call.send::<LimitAnswer>().await?.whatsapp_business_manager_messaging_limit)
    }

    /// Registers the number for the Cloud API and sets its two-step verification PIN (6 digits), or proves it when one is set.
    ///
    /// Not for coexistence numbers, which are registered by the phone app. At most 10 times in 72 hours per number.
    /// Source: "Registering business phone numbers".
    pub async fn register(
        &self,
        phone_number_id: &str,
        pin: &SecretString,
        token: &SecretString,
    ) -> Result<(), GraphError> {
        let body = json!({"messaging_product": "whatsapp", "pin": pin.expose_secret()});
        let call = self.call(Method::POST, &[phone_number_id, "register"], token)?.json(&body).secret(pin);
        call.send::<Success>().await?.check()
    }

    pub async fn deregister(&self, phone_number_id: &str, token: &SecretString) -> Result<(), GraphError> {
        let call = self.call(Method::POST, &[phone_number_id, "deregister"], token)?;
        call.json(&json!({"messaging_product": "whatsapp"})).send::<Success>().await?.check()
    }

    /// Sets or replaces the two-step verification PIN (6 digits) of a registered number.
    pub async fn set_pin(
        &self,
        phone_number_id: &str,
        pin: &SecretString,
        token: &SecretString,
    ) -> Result<(), GraphError> {
        let call = self.call(Method::POST, &[phone_number_id], token)?;
        call.json(&json!({"pin": pin.expose_secret()})).secret(pin).send::<Success>().await?.check()
    }

    /// Asks for the phone app's data, which then comes by webhook. Each kind once, within 24 hours of onboarding.
    /// Returns Meta's id of the request. Source: "Onboarding WhatsApp Business app users".
    pub async fn sync_app_data(
        &self,
        phone_number_id: &str,
        sync_type: SyncType,
        token: &SecretString,
    ) -> Result<Option<String>, GraphError> {
        let body = json!({"messaging_product": "whatsapp", "sync_type": sync_type});
        let call = self.call(Method::POST, &[phone_number_id, "smb_app_data"], token)?.json(&body);
        Ok(call.send::<SyncAnswer>().await?.request_id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wiremock::matchers::any;
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::error::{Kind, Scope};
    use crate::testing::{Graph, token};

    async fn only_request(graph: &Graph) -> (String, Value) {
        let requests = graph.requests().await;
        assert_eq!(requests.len(), 1);
        let body = serde_json::from_slice(&requests[0].body).unwrap_or(Value::Null);
        (format!("{} {}", requests[0].method, requests[0].url.path()), body)
    }

    #[tokio::test]
    async fn a_number_is_read_with_all_its_fields() {
        let graph = Graph::start().await;
        graph
            .answer(
                200,
                json!({"id": "106540352242922", "display_phone_number": "+1 555-078-3881", "is_on_biz_app": true,
                "platform_type": "CLOUD_API", "status": "CONNECTED", "quality_rating": null}),
            )
            .await;
        let number = graph.client.number("106540352242922", &token()).await.unwrap();
        assert_eq!((number.is_on_biz_app, number.quality_rating), (Some(true), None));
        let fields =
            graph.requests().await[0].url.query_pairs().find(|(name, _)| name == "fields").unwrap().1.into_owned();
        insta::assert_snapshot!(fields, @"id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,status,name_status,is_on_biz_app,throughput");
    }

    #[tokio::test]
    async fn the_messaging_limit_is_asked_for_by_itself() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"whatsapp_business_manager_messaging_limit": "TIER_2K", "id": "12"})).await;
        assert_eq!(graph.client.messaging_limit("12", &token()).await.unwrap().as_deref(), Some("TIER_2K"));
        let url = &graph.requests().await[0].url;
        assert!(
            url.query_pairs().any(|pair| pair == ("fields".into(), "whatsapp_business_manager_messaging_limit".into()))
        );
    }

    #[tokio::test]
    async fn a_number_is_registered_with_its_pin() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"success": true})).await;
        graph.client.register("12", &"012345".into(), &token()).await.unwrap();
        let expected = json!({"messaging_product": "whatsapp", "pin": "012345"});
        assert_eq!(only_request(&graph).await, ("POST /v26.0/12/register".into(), expected));
    }

    #[tokio::test]
    async fn a_pin_is_set_on_the_number_itself() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"success": true})).await;
        graph.client.set_pin("12", &"012345".into(), &token()).await.unwrap();
        assert_eq!(only_request(&graph).await, ("POST /v26.0/12".into(), json!({"pin": "012345"})));
    }

    #[tokio::test]
    async fn a_number_is_deregistered() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"success": true})).await;
        graph.client.deregister("12", &token()).await.unwrap();
        assert_eq!(only_request(&graph).await.0, "POST /v26.0/12/deregister");
    }

    #[tokio::test]
    async fn the_data_of_the_phone_app_is_asked_for() {
        for (sync_type, name) in [(SyncType::SmbAppStateSync, "smb_app_state_sync"), (SyncType::History, "history")] {
            let graph = Graph::start().await;
            graph.answer(200, json!({"messaging_product": "whatsapp", "request_id": "r1"})).await;
            let request_id = graph.client.sync_app_data("12", sync_type, &token()).await.unwrap();
            assert_eq!(request_id.as_deref(), Some("r1"));
            let expected = json!({"messaging_product": "whatsapp", "sync_type": name});
            assert_eq!(only_request(&graph).await, ("POST /v26.0/12/smb_app_data".into(), expected));
        }
    }

    #[tokio::test]
    async fn a_call_that_changes_something_is_made_once_even_when_the_failure_is_transient() {
        let graph = Graph::start().await;
        graph.answer(503, json!({"error": {"code": 133_004, "message": "Server temporarily unavailable"}})).await;
        let error = graph.client.register("12", &"012345".into(), &token()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Transient);
        assert_eq!(graph.requests().await.len(), 1);
    }

    #[tokio::test]
    async fn a_reading_call_is_tried_three_times_when_the_failure_is_transient() {
        let graph = Graph::start().await;
        graph.answer(503, json!({"error": {"code": 2, "message": "Service temporarily unavailable"}})).await;
        let error = graph.client.number("12", &token()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Transient);
        assert_eq!(graph.requests().await.len(), 3);
    }

    #[tokio::test]
    async fn a_reading_call_succeeds_when_the_failure_passes() {
        let graph = Graph::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(503)).up_to_n_times(2).mount(&graph.server).await;
        graph.answer(200, json!({"id": "12"})).await;
        assert_eq!(graph.client.number("12", &token()).await.unwrap().id, "12");
    }

    #[tokio::test]
    async fn a_reading_call_that_is_throttled_is_not_repeated() {
        let graph = Graph::start().await;
        graph.answer(400, json!({"error": {"code": 80_007, "message": "Rate limit issues"}})).await;
        let error = graph.client.number("12", &token()).await.unwrap_err();
        assert_eq!(error.kind, Kind::Throttled(Scope::Waba));
        assert_eq!(graph.requests().await.len(), 1);
    }
}
