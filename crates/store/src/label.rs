//! A tenant's labels, and what is labelled.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, LabelColour, Millis, Result, TenantId,
    conversation::Conversation,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Label {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub name: String,
    /// The name as it is compared.
    pub name_key: String,
    pub colour: LabelColour,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// A label on a conversation.
#[derive(Debug, Serialize)]
struct Link<'a> {
    conversation: &'a Conversation,
    label_id: Uuid,
}

statements! {
    INSERT = "INSERT INTO label (tenant_id, id, name, name_key, colour, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE label SET name = $3, name_key = $4, colour = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM label WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT * FROM label WHERE tenant_id = $1 AND id = $2";
    ALL = "SELECT * FROM label WHERE tenant_id = $1 ORDER BY name_key, id";
    LINK = {
        sqlite: "INSERT INTO conversation_label (tenant_id, conversation_id, label_id, state, last_message_at)
                 SELECT unhex(value->'conversation'->>'tenant_id', '-'), unhex(value->'conversation'->>'id', '-'),
                   unhex(value->>'label_id', '-'), value->'conversation'->>'state', value->'conversation'->>'last_message_at'
                 FROM jsonb_each($1) WHERE true
                 ON CONFLICT (tenant_id, conversation_id, label_id) DO NOTHING",
        postgres: "INSERT INTO conversation_label (tenant_id, conversation_id, label_id, state, last_message_at)
                 SELECT (x->'conversation'->>'tenant_id')::uuid, (x->'conversation'->>'id')::uuid, (x->>'label_id')::uuid,
                   x->'conversation'->>'state', (x->'conversation'->>'last_message_at')::bigint
                 FROM jsonb_array_elements($1) AS x
                 ON CONFLICT (tenant_id, conversation_id, label_id) DO NOTHING",
    };
    UNLINK = {
        sqlite: "DELETE FROM conversation_label WHERE tenant_id = $1 AND conversation_id = $2
                   AND label_id NOT IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "DELETE FROM conversation_label WHERE tenant_id = $1 AND conversation_id = $2
                   AND label_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($3))",
    };
    FORGET = {
        sqlite: "UPDATE conversation SET labels = (SELECT json_group_array(value) FROM json_each(labels) WHERE value <> $3)
                 WHERE tenant_id = $1 AND id IN (SELECT conversation_id FROM conversation_label WHERE tenant_id = $1 AND label_id = $2)",
        postgres: "UPDATE conversation SET labels = labels - CAST($3 AS TEXT)
                 WHERE tenant_id = $1 AND id IN (SELECT conversation_id FROM conversation_label WHERE tenant_id = $1 AND label_id = $2)",
    };
}

pub async fn insert(conn: &mut Conn<'_>, label: &Label) -> Result<()> {
    execute!(conn, INSERT; label.tenant_id, label.id, &label.name, &label.name_key, label.colour, label.created_at,
        label.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, label: &Label) -> Result<()> {
    let rows = execute!(conn, UPDATE; label.tenant_id, label.id, &label.name, &label.name_key, label.colour,
        label.updated_at)?;
    expect_rows("label", 1, rows)
}

/// Deletes a label, and takes it off everything. `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<bool> {
    execute!(conn, FORGET; tenant, id, id.to_string())?;
    Ok(execute!(conn, DELETE; tenant, id)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Label>> {
    fetch!(optional, conn, GET => Label; tenant, id)
}

/// All labels of a tenant, by name. There are not many.
pub async fn all(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<Label>> {
    fetch!(all, conn, ALL => Label; tenant)
}

/// Makes lists find conversations by the labels their rows have. The conversations must be locked, and saved already.
pub async fn relink(conn: &mut Conn<'_>, conversations: &[&Conversation]) -> Result<()> {
    for row in conversations {
        execute!(conn, UNLINK; row.tenant_id, row.id, &row.labels)?;
    }
    let links = conversations
        .iter()
        .flat_map(|conversation| conversation.labels.iter().map(|label_id| Link { conversation, label_id: *label_id }));
    let links: Vec<_> = links.collect();
    if !links.is_empty() {
        execute!(conn, LINK; Json(links))?;
    }
    Ok(())
}
