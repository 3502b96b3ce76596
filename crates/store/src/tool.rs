//! What bots can do besides answering: HTTP actions, and tools of MCP servers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Row)]
pub struct Tool {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub bot_id: Uuid,
    /// By which models call it; of an MCP server, what the names of its tools begin with.
    pub name: String,
    pub enabled: bool,
    pub url: String,
    pub definition: Json<Definition>,
    /// Of the headers that are sealed.
    pub header_names: Json<Vec<String>>,
    /// Sealed: a JSON object of names and values; `None`: there are none.
    pub headers: Option<Vec<u8>>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Definition {
    Http(HttpAction),
    Mcp(McpServer),
}

/// A request to a server of the business's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HttpAction {
    /// What it does and when it is to be used, for the model.
    pub description: String,
    pub method: Method,
    /// A JSON schema of an object: what the model fills in.
    pub inputs: Value,
    /// What is sent along and the model neither sees nor chooses.
    pub fixed: BTreeMap<String, String>,
    pub timeout_ms: u32,
    /// JSON pointers to what the model reads of an answer; empty: all of it.
    pub visible: Vec<String>,
    /// Whether the customer is asked first.
    pub needs_consent: bool,
}

impl HttpAction {
    /// Whether it changes nothing (RFC 9110, section 9.2.1).
    pub fn is_safe(&self) -> bool {
        self.method == Method::Get
    }
}

/// A method of HTTP (RFC 9110, section 9; RFC 5789).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct McpServer {
    pub timeout_ms: u32,
    /// When it was asked what tools it has.
    pub listed_at: Millis,
    pub tools: Vec<McpTool>,
}

/// A tool as its server described it then: what a server says later changes nothing until somebody has seen it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct McpTool {
    pub name: String,
    pub description: String,
    pub inputs: Value,
    /// Whether it says that it changes nothing.
    pub read_only: bool,
    pub enabled: bool,
    pub needs_consent: bool,
}

statements! {
    OF_BOT = "SELECT * FROM tool WHERE tenant_id = $1 AND bot_id = $2 ORDER BY name";
    GET = "SELECT * FROM tool WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
    LOCK = {
        sqlite: "SELECT * FROM tool WHERE tenant_id = $1 AND bot_id = $2 AND id = $3",
        postgres: "SELECT * FROM tool WHERE tenant_id = $1 AND bot_id = $2 AND id = $3 FOR UPDATE",
    };
    INSERT = "INSERT INTO tool (tenant_id, id, bot_id, name, enabled, url, definition, header_names, headers, created_at,
                updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE = "UPDATE tool SET name = $3, enabled = $4, url = $5, definition = $6, header_names = $7, headers = $8, updated_at = $9
              WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM tool WHERE tenant_id = $1 AND bot_id = $2 AND id = $3";
}

/// By their names. There are not many.
pub async fn of_bot(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<Tool>> {
    fetch!(all, conn, OF_BOT => Tool; tenant, bot)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Tool>> {
    fetch!(optional, conn, GET => Tool; tenant, bot, id)
}

/// A tool as nobody else changes it until this transaction ends.
pub async fn lock(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<Option<Tool>> {
    fetch!(optional, conn, LOCK => Tool; tenant, bot, id)
}

/// Fails with `Duplicate` where the bot has a tool of the name.
pub async fn insert(conn: &mut Conn<'_>, tool: &Tool) -> Result<()> {
    execute!(conn, INSERT; tool.tenant_id, tool.id, tool.bot_id, &tool.name, tool.enabled, &tool.url, &tool.definition,
        &tool.header_names, tool.headers.as_deref(), tool.created_at, tool.updated_at)?;
    Ok(())
}

/// As [`insert`].
pub async fn update(conn: &mut Conn<'_>, tool: &Tool) -> Result<()> {
    let rows = execute!(conn, UPDATE; tool.tenant_id, tool.id, &tool.name, tool.enabled, &tool.url, &tool.definition,
        &tool.header_names, tool.headers.as_deref(), tool.updated_at)?;
    expect_rows("tool", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, bot, id)? == 1)
}
