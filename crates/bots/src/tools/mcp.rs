//! Tools of MCP servers (Model Context Protocol, streamable HTTP): asked what they have when somebody says so, and called
//! one session at a time, which ends with the call.

use std::{collections::HashMap, time::Duration};

use http::{HeaderName, HeaderValue};
use reqwest::Client;
use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, PaginatedRequestParams, Tool},
    service::{ClientInitializeError, RunningService},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde_json::{Map, Value};
use switchboard_store::tool::McpTool;

use super::{Headers, Outcome, check::is_usable, header_map, readable};

/// Bytes of an answer.
const LONGEST_ANSWER: usize = 1_024 * 1_024;
/// Tools of a server that are kept.
const MOST_TOOLS: usize = 100;
/// Pages of its list that are read: a server may say of each that there is one more.
const MOST_PAGES: usize = 5;
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
            listed(&session).await
        };
        tokio::time::timeout(self.timeout, listed).await.map_err(|_| McpError::Timeout)?
    }

    pub(super) async fn call(&self, tool: &str, inputs: Map<String, Value>) -> Outcome {
        let called = async {
            let session = self.session().await.map_err(|_| "The server could not be reached; nothing was done.")?;
            let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(JsonObject::from_iter(inputs));
            session
                .call_tool(params)
                .await
                .map_err(|_| "The server refused, or the connection broke: nobody knows whether it was done.")
        };
        match tokio::time::timeout(self.timeout, called).await {
            Ok(Ok(result)) => outcome(&result),
            Ok(Err(why)) => Outcome::failed(why),
            Err(_) => Outcome::failed("The server gave no answer in time: nobody knows whether it was done."),
        }
    }

    /// Dropped, it is ended in a task of its own, which waits for the server a few seconds at most: an answer that is there does
    /// not wait for a server that is slow to say goodbye.
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
            tracing::info!(why = why(&error), "an MCP server cannot be used");
            McpError::Unusable
        })
    }
}

async fn listed(session: &RunningService<RoleClient, ()>) -> Result<Vec<McpTool>, McpError> {
    let (mut tools, mut cursor) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let page = session.list_tools(Some(params)).await.map_err(|_| McpError::Unusable)?;
        tools.extend(page.tools.into_iter().map(described).filter(is_usable).take(MOST_TOOLS - tools.len()));
        cursor = page.next_cursor;
        if cursor.is_none() || tools.len() == MOST_TOOLS {
            break;
        }
    }
    Ok(tools)
}

/// What kind of failure it was. Its text may hold what the server says, and so what it was sent: secrets too.
fn why(error: &ClientInitializeError) -> &'static str {
    match error {
        ClientInitializeError::ConnectionClosed(_) => "it ended the connection",
        ClientInitializeError::TransportError { .. } => "it could not be asked, or refused",
        ClientInitializeError::JsonRpcError(_) => "it answered with an error",
        _ => "it does not speak the protocol",
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

    use super::*;
    use crate::outward;

    fn method(request: &Request) -> Option<String> {
        Some(serde_json::from_slice::<Value>(&request.body).ok()?["method"].as_str()?.to_owned())
    }

    /// A server that says after each page of its tools that there is one more.
    fn endless(request: &Request) -> ResponseTemplate {
        let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = |result: Value| {
            ResponseTemplate::new(200).set_body_json(json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }))
        };
        match asked["method"].as_str() {
            Some("initialize") => answer(json!({ "protocolVersion": asked["params"]["protocolVersion"],
                "capabilities": { "tools": {} }, "serverInfo": { "name": "endless", "version": "1" } })),
            Some("tools/list") => {
                let tool = json!({ "name": "find", "inputSchema": { "type": "object", "properties": {} } });
                answer(json!({ "tools": [tool], "nextCursor": "more" }))
            }
            Some(_) => ResponseTemplate::new(202),
            None => ResponseTemplate::new(405),
        }
    }

    /// A server with sessions, which never answers whoever ends one.
    fn slow_to_part(request: &Request) -> ResponseTemplate {
        let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = |result: Value| {
            let body = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
            ResponseTemplate::new(200).insert_header("mcp-session-id", "s1").set_body_json(body)
        };
        match (request.method.as_str(), asked["method"].as_str()) {
            ("DELETE", _) => ResponseTemplate::new(204).set_delay(Duration::from_mins(10)),
            (_, Some("initialize")) => answer(json!({ "protocolVersion": asked["params"]["protocolVersion"],
                "capabilities": { "tools": {} }, "serverInfo": { "name": "slow", "version": "1" } })),
            (_, Some("tools/list")) => {
                let tool = json!({ "name": "book", "inputSchema": { "type": "object", "properties": {} } });
                answer(json!({ "tools": [tool] }))
            }
            (_, Some("tools/call")) => answer(json!({ "content": [{ "type": "text", "text": "booked" }] })),
            (_, Some(_)) => ResponseTemplate::new(202),
            (_, None) => ResponseTemplate::new(405),
        }
    }

    #[tokio::test]
    async fn what_was_answered_does_not_wait_for_the_end_of_the_session() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(slow_to_part).mount(&server).await;
        let http = outward::client(true).expect("a client");
        let (url, headers) = (server.uri(), Headers::default());
        // Shorter than the end of a session is waited for.
        let asked = Server { http: &http, url: &url, headers: &headers, timeout: Duration::from_secs(4) };
        assert_eq!(asked.tools().await.expect("tools").len(), 1);
        let outcome = asked.call("book", Map::new()).await;
        assert_eq!((outcome.ok, outcome.text.as_str()), (true, "booked"));
        let is_ended = async || {
            let requests = server.received_requests().await.expect("requests are recorded");
            requests.iter().filter(|request| request.method.as_str() == "DELETE").count() == 2
        };
        while !is_ended().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    #[tokio::test]
    async fn of_a_list_that_never_ends_a_few_pages_are_read() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(endless).mount(&server).await;
        let http = outward::client(true).expect("a client");
        let (url, headers) = (server.uri(), Headers::default());
        let asked = Server { http: &http, url: &url, headers: &headers, timeout: Duration::from_secs(10) };
        assert_eq!(asked.tools().await.expect("tools").len(), MOST_PAGES);
        let requests = server.received_requests().await.expect("requests are recorded");
        let pages = requests.iter().filter(|request| method(request).as_deref() == Some("tools/list"));
        assert_eq!(pages.count(), MOST_PAGES);
    }
}
