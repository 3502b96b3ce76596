//! Keys with which programs act for a tenant. Only the SHA-256 of a key is kept.

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, Role, TenantId, TenantStatus,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    /// The last four characters, to tell keys apart on a screen.
    pub hint: String,
    /// Never [`Role::Owner`].
    pub role: Role,
    /// The names of what it may do of what its role may; `None`: all of that.
    pub permissions: Option<Json<Vec<String>>>,
    pub created_by: Uuid,
    pub created_at: Millis,
    /// To the minute: see [`touch`].
    pub last_used_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
}

/// What a request made with a key is worth right now.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Standing {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub role: Role,
    /// See [`ApiKey::permissions`].
    pub permissions: Option<Json<Vec<String>>>,
    pub tenant_status: TenantStatus,
    pub last_used_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
}

statements! {
    INSERT = "INSERT INTO api_key (tenant_id, id, name, hint, key_hash, role, permissions, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    STANDING = "SELECT k.tenant_id, k.id, k.role, k.permissions, t.status AS tenant_status, k.last_used_at, k.revoked_at
        FROM api_key k JOIN tenant t ON t.id = k.tenant_id
        WHERE k.key_hash = $1";
    LIST = "SELECT id, name, hint, role, permissions, created_by, created_at, last_used_at, revoked_at
        FROM api_key WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    REVOKE = "UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
        RETURNING id, name, hint, role, permissions, created_by, created_at, last_used_at, revoked_at";
    TOUCH = "UPDATE api_key SET last_used_at = $3
        WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, key: &ApiKey, key_hash: &[u8; 32]) -> Result<()> {
    execute!(conn, INSERT; tenant, key.id, &key.name, &key.hint, key_hash.as_slice(), key.role,
        key.permissions.as_ref(), key.created_by, key.created_at)?;
    Ok(())
}

/// Before the tenant is known: [`Scope::System`](crate::Scope::System).
pub async fn standing(conn: &mut Conn<'_>, key_hash: &[u8; 32]) -> Result<Option<Standing>> {
    fetch!(optional, conn, STANDING => Standing; key_hash.as_slice())
}

/// Newest first, revoked ones too; `before`: the last id of the page before.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, before: Option<Uuid>, limit: i64) -> Result<Vec<ApiKey>> {
    fetch!(all, conn, LIST => ApiKey; tenant, before.unwrap_or(Uuid::max()), limit)
}

/// The key as it is now; `None` when there is none alive with this id.
pub async fn revoke(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<Option<ApiKey>> {
    fetch!(optional, conn, REVOKE => ApiKey; tenant, id, now)
}

/// Notes that the key is in use, unless that was noted after `unless_after` already: a busy key costs no write a request.
pub async fn touch(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis, unless_after: Millis) -> Result<()> {
    execute!(conn, TOUCH; tenant, id, now, unless_after)?;
    Ok(())
}
