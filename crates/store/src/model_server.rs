//! Servers of the chat-completions API that tenants bring along.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ModelServer {
    pub tenant_id: TenantId,
    pub id: Uuid,
    /// 0: asked first; 1: asked where that one fails.
    pub position: i64,
    pub base_url: String,
    /// Sealed; `None`: it asks for none.
    pub api_key: Option<Vec<u8>>,
    /// The model for each purpose; `None`: the server is not for it.
    pub answering: Option<String>,
    pub embedding: Option<String>,
    pub transcription: Option<String>,
    pub translation: Option<String>,
    /// What a million tokens cost, in millionths of a dollar.
    pub prompt_price: Option<i64>,
    pub completion_price: Option<i64>,
    /// What a minute that is listened to costs, as they.
    pub minute_price: Option<i64>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    OF_TENANT = "SELECT * FROM model_server WHERE tenant_id = $1 ORDER BY position";
    INSERT = "INSERT INTO model_server (tenant_id, id, position, base_url, api_key, answering, embedding, transcription,
                translation, prompt_price, completion_price, minute_price, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    UPDATE = "UPDATE model_server SET base_url = $3, api_key = $4, answering = $5, embedding = $6, transcription = $7,
                translation = $8, prompt_price = $9, completion_price = $10, minute_price = $11, updated_at = $12
              WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM model_server WHERE tenant_id = $1 AND position = $2";
}

/// The one that is asked first comes first.
pub async fn of_tenant(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<ModelServer>> {
    fetch!(all, conn, OF_TENANT => ModelServer; tenant)
}

pub async fn insert(conn: &mut Conn<'_>, server: &ModelServer) -> Result<()> {
    execute!(conn, INSERT; server.tenant_id, server.id, server.position, &server.base_url, server.api_key.as_deref(),
        server.answering.as_deref(), server.embedding.as_deref(), server.transcription.as_deref(),
        server.translation.as_deref(), server.prompt_price, server.completion_price, server.minute_price, server.created_at,
        server.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, server: &ModelServer) -> Result<()> {
    let rows = execute!(conn, UPDATE; server.tenant_id, server.id, &server.base_url, server.api_key.as_deref(),
        server.answering.as_deref(), server.embedding.as_deref(), server.transcription.as_deref(),
        server.translation.as_deref(), server.prompt_price, server.completion_price, server.minute_price, server.updated_at)?;
    expect_rows("model_server", 1, rows)
}

/// `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, position: i64) -> Result<bool> {
    Ok(execute!(conn, DELETE; tenant, position)? == 1)
}
