//! A browser's long-lived credential: an opaque token in a cookie, of which only the SHA-256 is kept.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, Role, TenantId, TenantStatus,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Session {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub person_id: Uuid,
    pub user_agent: Option<String>,
    /// Where it was opened from.
    pub address: Option<String>,
    pub created_at: Millis,
    pub last_used_at: Millis,
    pub expires_at: Millis,
    pub revoked_at: Option<Millis>,
}

/// What a request made under a session is worth right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Standing {
    pub person_id: Uuid,
    pub role: Role,
    pub tenant_status: TenantStatus,
    pub expires_at: Millis,
    pub revoked_at: Option<Millis>,
}

/// A session, and for whom the person works in it.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct OwnSession {
    #[row(flatten)]
    pub session: Session,
    pub tenant_name: String,
}

statements! {
    INSERT = "INSERT INTO session (tenant_id, id, person_id, token_hash, user_agent, address, created_at, last_used_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_TOKEN = "SELECT tenant_id, id, person_id, user_agent, address, created_at, last_used_at, expires_at, revoked_at
        FROM session WHERE token_hash = $1";
    STANDING = "SELECT s.person_id, m.role, t.status AS tenant_status, s.expires_at, s.revoked_at
        FROM session s
        JOIN membership m ON m.tenant_id = s.tenant_id AND m.person_id = s.person_id
        JOIN tenant t ON t.id = s.tenant_id
        WHERE s.tenant_id = $1 AND s.id = $2";
    TOUCH = "UPDATE session SET last_used_at = $3, expires_at = $4 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE = "UPDATE session SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    OF_PERSON = "SELECT tenant_id, id, person_id, user_agent, address, created_at, last_used_at, expires_at, revoked_at
        FROM session WHERE tenant_id = $1 AND person_id = $2 AND revoked_at IS NULL AND expires_at > $3
        ORDER BY last_used_at DESC, id DESC";
    EVERYWHERE = "SELECT s.tenant_id, s.id, s.person_id, s.user_agent, s.address, s.created_at, s.last_used_at,
          s.expires_at, s.revoked_at, t.name AS tenant_name
        FROM session s JOIN tenant t ON t.id = s.tenant_id
        WHERE s.person_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
        ORDER BY s.last_used_at DESC, s.id DESC";
    REVOKE_OWN = "UPDATE session SET revoked_at = $3 WHERE person_id = $1 AND id = $2 AND revoked_at IS NULL
        RETURNING tenant_id";
    REVOKE_ALL_BUT = "UPDATE session SET revoked_at = $3
        WHERE person_id = $1 AND id <> $2 AND revoked_at IS NULL RETURNING id";
    DELETE_OF_MEMBER = "DELETE FROM session WHERE tenant_id = $1 AND person_id = $2 RETURNING id";
}

pub async fn insert(conn: &mut Conn<'_>, session: &Session, token_hash: &[u8; 32]) -> Result<()> {
    execute!(conn, INSERT; session.tenant_id, session.id, session.person_id, token_hash.as_slice(),
        session.user_agent.as_deref(), session.address.as_deref(), session.created_at, session.last_used_at, session.expires_at)?;
    Ok(())
}

/// Revoked and expired ones too. Before the tenant is known: [`Scope::System`](crate::Scope::System).
pub async fn by_token(conn: &mut Conn<'_>, token_hash: &[u8; 32]) -> Result<Option<Session>> {
    fetch!(optional, conn, BY_TOKEN => Session; token_hash.as_slice())
}

/// `None` also when the person no longer works for the tenant.
pub async fn standing(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Standing>> {
    fetch!(optional, conn, STANDING => Standing; tenant, id)
}

/// Moves the end of a session that is in use; `false` when it has been revoked meanwhile.
pub async fn touch(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis, expires_at: Millis) -> Result<bool> {
    Ok(execute!(conn, TOUCH; tenant, id, now, expires_at)? == 1)
}

/// Whether it was still alive.
pub async fn revoke(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<bool> {
    Ok(execute!(conn, REVOKE; tenant, id, now)? == 1)
}

/// Sessions a person could use `now`, the last used first.
pub async fn of_person(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid, now: Millis) -> Result<Vec<Session>> {
    fetch!(all, conn, OF_PERSON => Session; tenant, person, now)
}

/// All that a person could use `now`, whatever the tenant: they are the person's own. Needs
/// [`Scope::System`](crate::Scope::System), as the two that follow.
pub async fn everywhere(conn: &mut Conn<'_>, person: Uuid, now: Millis) -> Result<Vec<OwnSession>> {
    fetch!(all, conn, EVERYWHERE => OwnSession; person, now)
}

/// The tenant it was for; `None`: it was not the person's, or not alive.
pub async fn revoke_own(conn: &mut Conn<'_>, person: Uuid, id: Uuid, now: Millis) -> Result<Option<TenantId>> {
    let row = fetch!(optional, conn, REVOKE_OWN => (TenantId,); person, id, now)?;
    Ok(row.map(|(tenant,)| tenant))
}

/// Ends all sessions of a person, whatever the tenant, but this one; which those were.
pub async fn revoke_all_but(conn: &mut Conn<'_>, person: Uuid, keep: Option<Uuid>, now: Millis) -> Result<Vec<Uuid>> {
    let rows = fetch!(all, conn, REVOKE_ALL_BUT => (Uuid,); person, keep.unwrap_or(Uuid::nil()), now)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes the sessions of someone who leaves the tenant; which those were.
pub async fn delete_of_member(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<Vec<Uuid>> {
    let rows = fetch!(all, conn, DELETE_OF_MEMBER => (Uuid,); tenant, person)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
