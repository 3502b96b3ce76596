//! Invitations to work for a tenant. Only the SHA-256 of an invitation's token is kept.

use std::fmt;

use uuid::Uuid;

use crate::{
    Conn, Language, Millis, Result, Role, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Clone, PartialEq, Eq, Row)]
pub struct Invitation {
    pub tenant_id: TenantId,
    pub id: Uuid,
    /// Lower case.
    pub email: String,
    pub role: Role,
    pub language: Language,
    /// The person or the API key.
    pub invited_by: Uuid,
    pub created_at: Millis,
    pub expires_at: Millis,
    /// When the last mail left; `None`: none has.
    pub sent_at: Option<Millis>,
    /// Why the last mail was given up.
    pub send_error: Option<String>,
    pub accepted_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Invitation {
    pub fn is_open(&self) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none()
    }
}

statements! {
    INSERT = "INSERT INTO invitation (tenant_id, id, email, role, language, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET = "SELECT tenant_id, id, email, role, language, invited_by, created_at, expires_at, sent_at, send_error,
          accepted_at, revoked_at
        FROM invitation WHERE tenant_id = $1 AND id = $2";
    LIST = "SELECT tenant_id, id, email, role, language, invited_by, created_at, expires_at, sent_at, send_error,
          accepted_at, revoked_at
        FROM invitation WHERE tenant_id = $1 AND id < $2 AND accepted_at IS NULL AND revoked_at IS NULL
        ORDER BY id DESC LIMIT $3";
    BY_TOKEN = "SELECT tenant_id, id, email, role, language, invited_by, created_at, expires_at, sent_at, send_error,
          accepted_at, revoked_at
        FROM invitation
        WHERE token_hash = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    RENEW = "UPDATE invitation SET expires_at = $3, send_error = NULL
        WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    SET_TOKEN = "UPDATE invitation SET token_hash = $3
        WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    SENT = "UPDATE invitation SET sent_at = $3, send_error = NULL WHERE tenant_id = $1 AND id = $2";
    NOT_SENT = "UPDATE invitation SET send_error = $3 WHERE tenant_id = $1 AND id = $2";
    REVOKE = "UPDATE invitation SET revoked_at = $3, token_hash = NULL
        WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    ACCEPT = "UPDATE invitation SET accepted_at = $3, token_hash = NULL
        WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3";
}

/// [`Error::Duplicate`](crate::Error::Duplicate) when the address has an open invitation already.
pub async fn insert(conn: &mut Conn<'_>, it: &Invitation) -> Result<()> {
    execute!(conn, INSERT; it.tenant_id, it.id, &it.email, it.role, it.language, it.invited_by, it.created_at,
        it.expires_at)?;
    Ok(())
}

/// Accepted and revoked ones too.
pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Invitation>> {
    fetch!(optional, conn, GET => Invitation; tenant, id)
}

/// Those that are neither accepted nor revoked, newest first; `before`: the last id of the page before.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId, before: Option<Uuid>, limit: i64) -> Result<Vec<Invitation>> {
    fetch!(all, conn, LIST => Invitation; tenant, before.unwrap_or(Uuid::max()), limit)
}

/// One that can be accepted `now`. Before the tenant is known: [`Scope::System`](crate::Scope::System).
pub async fn by_token(conn: &mut Conn<'_>, token_hash: &[u8; 32], now: Millis) -> Result<Option<Invitation>> {
    fetch!(optional, conn, BY_TOKEN => Invitation; token_hash.as_slice(), now)
}

/// Moves the end of an open invitation; `false` when there is none.
pub async fn renew(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, expires_at: Millis) -> Result<bool> {
    Ok(execute!(conn, RENEW; tenant, id, expires_at)? == 1)
}

/// Gives an open invitation its token, in place of the one before; `false` when there is none.
pub async fn set_token(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, token_hash: &[u8; 32]) -> Result<bool> {
    Ok(execute!(conn, SET_TOKEN; tenant, id, token_hash.as_slice())? == 1)
}

pub async fn sent(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("invitation", 1, execute!(conn, SENT; tenant, id, now)?)
}

pub async fn not_sent(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, why: &str) -> Result<()> {
    expect_rows("invitation", 1, execute!(conn, NOT_SENT; tenant, id, why)?)
}

/// Whether it was open.
pub async fn revoke(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, REVOKE; tenant, id, now)? == 1)
}

/// Whether it could be accepted: of two at once, one is.
pub async fn accept(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, ACCEPT; tenant, id, now)? == 1)
}
