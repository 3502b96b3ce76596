//! What a tenant keeps of each of its customers.

use uuid::Uuid;

use crate::{
    Conn, FieldKind, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ContactField {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub name: String,
    /// The name as it is compared.
    pub name_key: String,
    pub kind: FieldKind,
    /// What is chosen from; empty with every kind but a choice.
    pub choices: Json<Vec<String>>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

statements! {
    INSERT = "INSERT INTO contact_field (tenant_id, id, name, name_key, kind, choices, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE = "UPDATE contact_field SET name = $3, name_key = $4, choices = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM contact_field WHERE tenant_id = $1 AND id = $2";
    GET = "SELECT * FROM contact_field WHERE tenant_id = $1 AND id = $2";
    ALL = "SELECT * FROM contact_field WHERE tenant_id = $1 ORDER BY id";
    // Reads every contact of the tenant: a field goes seldom, and what was kept in it has to go, too.
    FORGET = {
        sqlite: "UPDATE contact SET fields = json_remove(fields, '$.\"' || $2 || '\"')
                 WHERE tenant_id = $1 AND json_type(fields, '$.\"' || $2 || '\"') IS NOT NULL",
        postgres: "UPDATE contact SET fields = fields - CAST($2 AS TEXT) WHERE tenant_id = $1 AND jsonb_exists(fields, $2)",
    };
}

pub async fn insert(conn: &mut Conn<'_>, field: &ContactField) -> Result<()> {
    execute!(conn, INSERT; field.tenant_id, field.id, &field.name, &field.name_key, field.kind, &field.choices,
        field.created_at, field.updated_at)?;
    Ok(())
}

pub async fn update(conn: &mut Conn<'_>, field: &ContactField) -> Result<()> {
    let rows = execute!(conn, UPDATE; field.tenant_id, field.id, &field.name, &field.name_key, &field.choices,
        field.updated_at)?;
    expect_rows("contact_field", 1, rows)
}

/// Deletes a field, and what contacts have in it. `false`: there was none.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<bool> {
    execute!(conn, FORGET; tenant, id.to_string())?;
    Ok(execute!(conn, DELETE; tenant, id)? == 1)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<ContactField>> {
    fetch!(optional, conn, GET => ContactField; tenant, id)
}

/// All fields of a tenant, the oldest first. There are not many.
pub async fn all(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<ContactField>> {
    fetch!(all, conn, ALL => ContactField; tenant)
}
