//! Tools of MCP servers (Model Context Protocol, streamable HTTP): asked what they have when somebody says so, and called
//! one session at a time, which ends with the call.

use std::{collections::HashMap, time::Duration};

use http::{HeaderName, HeaderValue};
use reqwest::Client;
use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, Tool},
    service::RunningService,
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde_json::{Map, Value};
use switchboard_store::tool::McpTool;

use super::{Headers, Outcome, check::is_usable, header_map, readable};

/// Bytes of an answer.
const LONGEST_ANSWER: usize = 1_024 * 1_024;
/// Tools of a server that are kept.
const MOST_TOOLS: usize = 100;
/// Characters of what a tool says of itself.
const LONGEST_DESCRIPTION: usize = 1_000;

/// Why a server cannot be used, for whoever sets it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum McpError {
    #[error("the server gave no answer in time")]
    Timeout,
    #[error("the server could not be reached, refused, or is no MCP server")]
    Unusable,
}

/// Where a server is.
pub(super) struct Server<'a> {
    pub(super) http: &'a Client,
    pub(super) url: &'a str,
    pub(super) headers: &'a Headers,
    /// From the connection to the answer.
    pub(super) timeout: Duration,
}

impl Server<'_> {
    /// The tools that can be offered to a model, in the server's order; nothing that changes something is on.
    pub(super) async fn tools(&self) -> Result<Vec<McpTool>, McpError> {
        let listed = async {
            let session = self.session().await?;
            let tools = session.list_all_tools().await.map_err(|_| McpError::Unusable);
            let _ = session.cancel().await;
            tools
        };
        let tools = tokio::time::timeout(self.timeout, listed).await.map_err(|_| McpError::Timeout)??;
        Ok(tools.into_iter().map(described).filter(is_usable).take(MOST_TOOLS).collect())
    }

    pub(super) async fn call(&self, tool: &str, inputs: Map<String, Value>) -> Outcome {
        let called = async {
            let session = self.session().await.map_err(|_| "The server could not be reached; nothing was done.")?;
            let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(JsonObject::from_iter(inputs));
            let result = session
                .call_tool(params)
                .await
                .map_err(|_| "The server refused, or the connection broke: nobody knows whether it was done.");
            let _ = session.cancel().await;
            result
        };
        match tokio::time::timeout(self.timeout, called).await {
            Ok(Ok(result)) => outcome(&result),
            Ok(Err(why)) => Outcome::failed(why),
            Err(_) => Outcome::failed("The server gave no answer in time: nobody knows whether it was done."),
        }
    }

    async fn session(&self) -> Result<RunningService<RoleClient, ()>, McpError> {
        let headers = header_map(self.headers).map_err(|_| McpError::Unusable)?;
        let headers: HashMap<HeaderName, HeaderValue> =
            headers.into_iter().filter_map(|(name, value)| Some((name?, value))).collect();
        let config = StreamableHttpClientTransportConfig::with_uri(self.url)
            .custom_headers(headers)
            .max_json_response_size(LONGEST_ANSWER)
            .max_sse_event_size(LONGEST_ANSWER);
        let transport = StreamableHttpClientTransport::with_client(self.http.clone(), config);
        ().serve(transport).await.map_err(|error| {
            tracing::info!(%error, "an MCP server cannot be used");
            McpError::Unusable
        })
    }
}

fn described(tool: Tool) -> McpTool {
    let read_only = tool.annotations.as_ref().and_then(|it| it.read_only_hint).unwrap_or(false);
    let description = tool.description.as_deref().unwrap_or_default();
    McpTool {
        name: tool.name.into_owned(),
        description: description.chars().take(LONGEST_DESCRIPTION).collect(),
        inputs: Value::Object(tool.input_schema.as_ref().clone()),
        read_only,
        enabled: false,
        needs_consent: !read_only,
    }
}

fn outcome(result: &CallToolResult) -> Outcome {
    let text = |block: &ContentBlock| match block {
        ContentBlock::Text(text) => Some(text.text.clone()),
        _ => None,
    };
    let texts: Vec<_> = result.content.iter().filter_map(text).collect();
    let text = match (texts.is_empty(), &result.structured_content) {
        (true, Some(structured)) => structured.to_string(),
        (true, None) => "It was done; there is nothing to read in the answer.".to_owned(),
        (false, _) => texts.join("\n"),
    };
    Outcome { ok: !result.is_error.unwrap_or(false), text: readable(&text), status: None }
}
