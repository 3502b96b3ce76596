//! The templates of an account, as Meta last told of them.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Serialize, Row)]
pub struct Template {
    pub tenant_id: TenantId,
    /// Our id of the account.
    pub waba_id: Uuid,
    /// Meta's id.
    pub template_id: String,
    pub name: String,
    pub language: String,
    pub category: Option<String>,
    /// In Meta's words: `APPROVED`, `PENDING`, `REJECTED`, …
    pub status: String,
    /// Why it was rejected or paused, in Meta's words.
    pub reason: Option<String>,
    /// `NAMED` or `POSITIONAL`.
    pub parameter_format: Option<String>,
    /// As Meta defines them.
    pub components: Json<Vec<Value>>,
    pub updated_at: Millis,
}

statements! {
    CLEAR = "DELETE FROM template WHERE tenant_id = $1 AND waba_id = $2";
    INSERT = {
        sqlite: "INSERT INTO template (tenant_id, waba_id, template_id, name, language, category, status, reason,
                   parameter_format, components, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'waba_id', '-'), value->>'template_id', value->>'name',
                   value->>'language', value->>'category', value->>'status', value->>'reason', value->>'parameter_format',
                   value->'components', value->>'updated_at'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO template (tenant_id, waba_id, template_id, name, language, category, status, reason,
                   parameter_format, components, updated_at)
                 SELECT tenant_id, waba_id, template_id, name, language, category, status, reason, parameter_format, components,
                   updated_at
                 FROM jsonb_populate_recordset(NULL::template, $1)",
    };
    LIST = "SELECT * FROM template WHERE tenant_id = $1 AND waba_id = $2 ORDER BY name, language";
    BY_NAME = "SELECT * FROM template WHERE tenant_id = $1 AND waba_id = $2 AND name = $3 AND language = $4";
    SET_STATUS = "UPDATE template SET status = $4, reason = $5, updated_at = $6
                  WHERE tenant_id = $1 AND waba_id = $2 AND template_id = $3";
    SET_CATEGORY = "UPDATE template SET category = $4, updated_at = $5
                    WHERE tenant_id = $1 AND waba_id = $2 AND template_id = $3";
    READ_AT = "SELECT templates_read_at FROM waba WHERE tenant_id = $1 AND id = $2";
    SET_READ_AT = "UPDATE waba SET templates_read_at = $3 WHERE tenant_id = $1 AND id = $2";
}

/// Puts these in the place of all that were known of the account.
pub async fn replace(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    templates: &[Template],
    now: Millis,
) -> Result<()> {
    execute!(conn, CLEAR; tenant, waba)?;
    if !templates.is_empty() {
        expect_rows("template", templates.len() as u64, execute!(conn, INSERT; Json(templates))?)?;
    }
    set_read_at(conn, tenant, waba, Some(now)).await
}

/// All of an account, by name and language.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, waba: Uuid) -> Result<Vec<Template>> {
    fetch!(all, conn, LIST => Template; tenant, waba)
}

pub async fn by_name(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    name: &str,
    language: &str,
) -> Result<Option<Template>> {
    fetch!(optional, conn, BY_NAME => Template; tenant, waba, name, language)
}

/// `false`: there is no such template.
pub async fn set_status(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    template_id: &str,
    status: &str,
    reason: Option<&str>,
    now: Millis,
) -> Result<bool> {
    Ok(execute!(conn, SET_STATUS; tenant, waba, template_id, status, reason, now)? == 1)
}

/// `false`: there is no such template.
pub async fn set_category(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    template_id: &str,
    category: &str,
    now: Millis,
) -> Result<bool> {
    Ok(execute!(conn, SET_CATEGORY; tenant, waba, template_id, category, now)? == 1)
}

/// When they were last read from Meta.
pub async fn read_at(conn: &mut Conn<'_>, tenant: TenantId, waba: Uuid) -> Result<Option<Millis>> {
    let found = fetch!(optional, conn, READ_AT => (Option<Millis>,); tenant, waba)?;
    Ok(found.and_then(|(at,)| at))
}

pub async fn set_read_at(conn: &mut Conn<'_>, tenant: TenantId, waba: Uuid, at: Option<Millis>) -> Result<()> {
    expect_rows("waba", 1, execute!(conn, SET_READ_AT; tenant, waba, at)?)
}
