use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::success::Success;

const TEMPLATE_FIELDS: &str = "id,name,language,category,status,rejected_reason,parameter_format,components";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TemplateCategory {
    Authentication,
    Marketing,
    Utility,
}

/// How a template's text names its parameters: `{{order}}` or `{{1}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ParameterFormat {
    Named,
    Positional,
}

/// A template to be reviewed by Meta.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTemplate {
    /// Lower-case letters, digits and `_`, at most 512.
    pub name: String,
    /// `en_US`.
    pub language: String,
    pub category: TemplateCategory,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_format: Option<ParameterFormat>,
    /// As Meta defines them: `{"type": "HEADER" | "BODY" | "FOOTER" | "BUTTONS", …}`.
    pub components: Vec<Value>,
}

/// Meta's answer; it may have put the template into another category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedTemplate {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub category: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Template {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    pub name: String,
    pub language: String,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub category: Option<String>,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, …
    #[serde(default, deserialize_with = "lenient::optional")]
    pub status: Option<String>,
    /// `NONE`, or why Meta rejected it: `INVALID_FORMAT`, …
    #[serde(default, deserialize_with = "lenient::optional")]
    pub rejected_reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub parameter_format: Option<ParameterFormat>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub components: Vec<Value>,
}

impl GraphClient {
    /// At most 100 an hour per WABA. The review's result comes by webhook. Source: "Template management".
    pub async fn create_template(
        &self,
        waba_id: &str,
        template: &NewTemplate,
        token: &SecretString,
    ) -> Result<CreatedTemplate, GraphError> {
        self.call(Method::POST, &[waba_id, "message_templates"], token)?.json(template).send().await
    }

    pub async fn templates(&self, waba_id: &str, token: &SecretString) -> Result<Vec<Template>, GraphError> {
        self.list(&[waba_id, "message_templates"], &[("fields", TEMPLATE_FIELDS)], token).await
    }

    /// Deletes the template in all languages, or only the one with the id. The name is blocked for 30 days.
    pub async fn delete_template(
        &self,
        waba_id: &str,
        name: &str,
        template_id: Option<&str>,
        token: &SecretString,
    ) -> Result<(), GraphError> {
        let mut call = self.call(Method::DELETE, &[waba_id, "message_templates"], token)?.query("name", name);
        if let Some(id) = template_id {
            call = call.query("hsm_id", id);
        }
        call.send::<Success>().await?.check()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{body_json, method, path, query_param};
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::testing::{Graph, token};

    #[tokio::test]
    async fn a_template_is_created() {
        let graph = Graph::start().await;
        let template = json!({"name": "order", "language": "en_US", "category": "UTILITY", "parameter_format": "NAMED",
            "components": [{"type": "BODY", "text": "Order {{order}}"}]});
        Mock::given(method("POST"))
            .and(path("/v26.0/1/message_templates"))
            .and(body_json(&template))
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_json(json!({"id": 7, "status": "PENDING", "category": "MARKETING"})),
            )
            .mount(&graph.server)
            .await;
        let template: NewTemplate = serde_json::from_value(template).unwrap();
        let created = graph.client.create_template("1", &template, &token()).await.unwrap();
        assert_eq!((created.id.as_str(), created.category.as_deref()), ("7", Some("MARKETING")));
    }

    #[tokio::test]
    async fn templates_of_unknown_formats_are_listed_all_the_same() {
        let graph = Graph::start().await;
        graph
            .answer(200, json!({"data": [
                {"id": "7", "name": "order", "language": "en_US", "status": "APPROVED", "parameter_format": "POSITIONAL", "components": [{"type": "BODY"}]},
                {"id": "8", "name": "new", "language": "tr", "parameter_format": "FANCY"}]}))
            .await;
        let templates = graph.client.templates("1", &token()).await.unwrap();
        let formats: Vec<_> = templates.iter().map(|template| template.parameter_format).collect();
        assert_eq!(formats, [Some(ParameterFormat::Positional), None]);
    }

    #[tokio::test]
    async fn a_template_is_deleted_by_name_and_id() {
        let graph = Graph::start().await;
        Mock::given(method("DELETE"))
            .and(path("/v26.0/1/message_templates"))
            .and(query_param("name", "order"))
            .and(query_param("hsm_id", "7"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"success": true})))
            .expect(1)
            .mount(&graph.server)
            .await;
        graph.client.delete_template("1", "order", Some("7"), &token()).await.unwrap();
    }
}
