//! What the operations of this area take and answer.

use std::collections::BTreeMap;

use garde::Validate;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_bots::tools::{Draft, HeadersChange, Kind, call_name, without_values};
use switchboard_store::tool::{Definition, HttpAction, McpServer, McpTool, Method, Tool};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::Problem;

/// Something a bot can do besides answering: an HTTP action, or the tools of an MCP server.
#[derive(Serialize, ToSchema)]
pub(super) struct ToolBody {
    id: Uuid,
    /// By which models call it; of an MCP server, what the names of its tools begin with
    #[schema(example = "find_order")]
    name: String,
    /// Off: no model is offered it
    enabled: bool,
    /// For who may not change it, with `•••` in the place of what stands in its query
    #[schema(example = "https://shop.example/orders/{order}")]
    url: String,
    /// The names of the headers that are sent along. Nobody can read their values
    header_names: Vec<String>,
    /// Null: it is an MCP server
    http: Option<HttpActionBody>,
    /// Null: it is an HTTP action
    mcp: Option<McpServerBody>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

/// A request to a server of the business's.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct HttpActionBody {
    /// What it does and when it is to be used, for the model: 1 to 1,000 characters
    #[schema(example = "Finds out how far an order is, by its number.")]
    description: String,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. With GET and DELETE, what the address does not take is sent in the query,
    /// else as a JSON object. What is not GET is taken to change something
    #[schema(value_type = String, example = "GET")]
    method: Method,
    /// A JSON schema of an object: what the model fills in. At most 8 KB
    #[schema(value_type = Object, example = json!({"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}))]
    inputs: Value,
    /// What is sent along beside the inputs, at most 20; `{customer.id}`, `{customer.phone}`, `{customer.given_phone}` (which
    /// nobody has verified), `{customer.name}` and `{conversation.id}` are filled in. The model neither sees nor chooses it
    #[serde(default)]
    fixed: BTreeMap<String, String>,
    /// How long the customer waits for it: 1,000 to 30,000
    timeout_ms: u32,
    /// What the model reads of an answer, as JSON pointers (RFC 6901; `*` for each of a list), at most 20; empty: all of it
    #[serde(default)]
    #[schema(example = json!(["/state", "/items/*/name"]))]
    visible: Vec<String>,
    /// The customer is asked first, with two buttons
    #[serde(default)]
    needs_consent: bool,
}

/// An MCP server (Model Context Protocol, streamable HTTP).
#[derive(Serialize, ToSchema)]
struct McpServerBody {
    timeout_ms: u32,
    /// When it was asked what it has. RFC 3339
    listed_at: String,
    /// As the server described them then
    tools: Vec<McpToolBody>,
}

/// A tool of an MCP server.
#[derive(Serialize, ToSchema)]
struct McpToolBody {
    name: String,
    /// By which models call it
    #[schema(example = "tables_find_table")]
    call_name: String,
    description: String,
    #[schema(value_type = Object)]
    inputs: Value,
    /// Whether it says of itself that it changes nothing
    read_only: bool,
    enabled: bool,
    needs_consent: bool,
}

impl From<Tool> for ToolBody {
    fn from(tool: Tool) -> Self {
        let (http, mcp) = match tool.definition.0 {
            Definition::Http(action) => (Some(action.into()), None),
            Definition::Mcp(server) => (None, Some(McpServerBody::of(server, &tool.name))),
        };
        Self {
            id: tool.id,
            name: tool.name,
            enabled: tool.enabled,
            url: tool.url,
            header_names: tool.header_names.0,
            http,
            mcp,
            created_at: tool.created_at.to_rfc3339(),
            updated_at: tool.updated_at.to_rfc3339(),
        }
    }
}

impl ToolBody {
    /// For whoever may not change it.
    pub(super) fn to_look_at(tool: Tool) -> Self {
        let url = without_values(&tool.url);
        Self { url, ..Self::from(tool) }
    }
}

impl From<HttpAction> for HttpActionBody {
    fn from(action: HttpAction) -> Self {
        let HttpAction { description, method, inputs, fixed, timeout_ms, visible, needs_consent } = action;
        Self { description, method, inputs, fixed, timeout_ms, visible, needs_consent }
    }
}

impl From<HttpActionBody> for HttpAction {
    fn from(body: HttpActionBody) -> Self {
        let HttpActionBody { description, method, inputs, fixed, timeout_ms, visible, needs_consent } = body;
        Self { description, method, inputs, fixed, timeout_ms, visible, needs_consent }
    }
}

impl McpServerBody {
    fn of(server: McpServer, name: &str) -> Self {
        Self {
            timeout_ms: server.timeout_ms,
            listed_at: server.listed_at.to_rfc3339(),
            tools: server.tools.into_iter().map(|tool| McpToolBody::of(tool, name)).collect(),
        }
    }
}

impl McpToolBody {
    fn of(tool: McpTool, server: &str) -> Self {
        let McpTool { name, description, inputs, read_only, enabled, needs_consent } = tool;
        Self { call_name: call_name(server, &name), name, description, inputs, read_only, enabled, needs_consent }
    }
}

/// A tool as it is to be. Either `http` or `mcp`.
#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
pub(super) struct ToolFields {
    /// 1 to 40 letters of a to z, digits, hyphens and underscores; one of a bot
    #[schema(example = "find_order")]
    name: String,
    #[serde(default = "on")]
    enabled: bool,
    /// https, and of the public internet, unless the installation allows others. Of an action, `{name}` stands for a required
    /// input, anywhere behind the host
    #[schema(example = "https://shop.example/orders/{order}")]
    url: String,
    /// At most 10, by their names. Left out: as they are stored; a value of null: as that one is stored. They are stored
    /// encrypted, and must be entered again where the address is another
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>, example = json!({"authorization": "Bearer …"}))]
    headers: Option<BTreeMap<String, Option<SecretString>>>,
    http: Option<HttpActionBody>,
    mcp: Option<McpFields>,
}

/// An MCP server as it is to be.
#[derive(Deserialize, ToSchema)]
struct McpFields {
    /// From the connection to the answer: 1,000 to 30,000
    timeout_ms: u32,
    /// Its tools, by their names; those that are left out stay as they are, and what is new is off
    #[serde(default)]
    tools: BTreeMap<String, McpChoice>,
}

/// What is chosen of a server's tool.
#[derive(Deserialize, ToSchema)]
struct McpChoice {
    enabled: bool,
    needs_consent: bool,
}

fn on() -> bool {
    true
}

impl ToolFields {
    pub(super) fn into_draft(self) -> Result<Draft, Problem> {
        let kind = match (self.http, self.mcp) {
            (Some(action), None) => Kind::Http(action.into()),
            (None, Some(McpFields { timeout_ms, tools })) => {
                let chosen = tools.into_iter().map(|(name, it)| (name, (it.enabled, it.needs_consent))).collect();
                Kind::Mcp { timeout_ms, chosen }
            }
            _ => return Err(Problem::invalid("http", "either this or mcp must be given")),
        };
        let headers = self.headers.map_or(HeadersChange::Keep, HeadersChange::Set);
        Ok(Draft { name: self.name, enabled: self.enabled, url: self.url, headers, kind })
    }
}
