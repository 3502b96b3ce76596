//! What the operations of this area answer, and why they cannot.

use serde::Serialize;
use serde_json::Value;
use switchboard_inbox::templates::{APPROVED, Listed, Parameter, ParameterPlace, TemplatesError, parameters};
use switchboard_store::{Millis, template::Template};
use utoipa::ToSchema;

use crate::http::Problem;

/// The templates of a number's account.
#[derive(Serialize, ToSchema)]
pub(super) struct TemplatesBody {
    items: Vec<TemplateBody>,
    /// When they were last read from Meta. RFC 3339
    read_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct TemplateBody {
    /// Meta's id
    id: String,
    #[schema(example = "order_ready")]
    name: String,
    #[schema(example = "en_US")]
    language: String,
    /// `AUTHENTICATION`, `MARKETING` or `UTILITY`
    category: Option<String>,
    /// In Meta's words: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, …
    #[schema(example = "APPROVED")]
    status: String,
    /// Why it was rejected or paused, in Meta's words
    reason: Option<String>,
    /// It can be sent
    is_sendable: bool,
    /// `NAMED` or `POSITIONAL`
    parameter_format: Option<String>,
    /// As Meta defines them
    #[schema(value_type = Vec<Object>)]
    components: Vec<Value>,
    /// What has to be filled in, from top to bottom
    parameters: Vec<ParameterBody>,
}

/// Something that has to be filled in.
#[derive(Serialize, ToSchema)]
struct ParameterBody {
    /// `header`, `body` or `button`
    #[schema(value_type = String, example = "body")]
    place: ParameterPlace,
    /// Of a button: which one, from 0
    index: usize,
    /// As it stands between the braces
    #[schema(example = "1")]
    name: String,
    /// `text`, `image`, `video`, `document`, `location`, `url` (the end of a button's address) or `copy_code`
    #[schema(example = "text")]
    kind: &'static str,
    /// What Meta was given as an example
    example: Option<String>,
}

impl From<Parameter> for ParameterBody {
    fn from(parameter: Parameter) -> Self {
        let Parameter { place, index, name, kind, example } = parameter;
        Self { place, index, name, kind, example }
    }
}

impl From<Template> for TemplateBody {
    fn from(template: Template) -> Self {
        let components = template.components.0;
        Self {
            id: template.template_id,
            name: template.name,
            language: template.language,
            category: template.category,
            is_sendable: template.status == APPROVED,
            status: template.status,
            reason: template.reason,
            parameter_format: template.parameter_format,
            parameters: parameters(&components).into_iter().map(ParameterBody::from).collect(),
            components,
        }
    }
}

impl From<Listed> for TemplatesBody {
    fn from(listed: Listed) -> Self {
        Self {
            items: listed.templates.into_iter().map(TemplateBody::from).collect(),
            read_at: listed.read_at.map(Millis::to_rfc3339),
        }
    }
}

impl From<TemplatesError> for Problem {
    fn from(error: TemplatesError) -> Self {
        match error {
            TemplatesError::NotFound => Self::not_found(),
            TemplatesError::NotConnected => Self::conflict("number_disconnected", error.to_string()),
            TemplatesError::Graph(_) => Self::conflict("meta_refused", error.to_string()),
            TemplatesError::Vault(error) => error.into(),
            TemplatesError::Store(error) => error.into(),
        }
    }
}
