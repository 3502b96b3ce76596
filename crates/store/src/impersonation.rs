//! Platform admins inside tenants that they do not work for: for a while, for a reason, and written down.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, Role, TenantId, TenantStatus,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Impersonation {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub person_id: Uuid,
    pub person_name: String,
    /// The admin's own session, with which it ends, and the tenant that is for.
    pub home_tenant: TenantId,
    pub session_id: Uuid,
    /// Never [`Role::Owner`].
    pub role: Role,
    pub reason: String,
    pub started_at: Millis,
    pub expires_at: Millis,
    pub ended_at: Option<Millis>,
}

/// What a request made under an impersonation is worth right now.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Standing {
    pub person_id: Uuid,
    pub role: Role,
    pub expires_at: Millis,
    pub ended_at: Option<Millis>,
    pub tenant_status: TenantStatus,
    pub email: String,
    pub email_verified_at: Option<Millis>,
}

statements! {
    INSERT = "INSERT INTO impersonation (tenant_id, id, person_id, person_name, home_tenant, session_id, role, reason,
          started_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    GET = "SELECT tenant_id, id, person_id, person_name, home_tenant, session_id, role, reason, started_at, expires_at,
          ended_at
        FROM impersonation WHERE tenant_id = $1 AND id = $2";
    // Nothing where the admin's own session has ended.
    STANDING = "SELECT i.person_id, i.role, i.expires_at, i.ended_at, t.status AS tenant_status, p.email, p.email_verified_at
        FROM impersonation AS i
        JOIN tenant AS t ON t.id = i.tenant_id
        JOIN person AS p ON p.id = i.person_id
        JOIN session AS s ON s.tenant_id = i.home_tenant AND s.id = i.session_id AND s.revoked_at IS NULL AND s.expires_at > $3
        WHERE i.tenant_id = $1 AND i.id = $2";
    END = "UPDATE impersonation SET ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL
        RETURNING tenant_id, id, person_id, person_name, home_tenant, session_id, role, reason, started_at, expires_at, ended_at";
    // Also those whose admin has signed out.
    OVER = "SELECT i.tenant_id, i.id FROM impersonation AS i
        LEFT JOIN session AS s ON s.tenant_id = i.home_tenant AND s.id = i.session_id AND s.revoked_at IS NULL
        WHERE i.ended_at IS NULL AND (i.expires_at <= $1 OR s.id IS NULL) ORDER BY i.expires_at LIMIT $2";
}

pub async fn insert(conn: &mut Conn<'_>, it: &Impersonation) -> Result<()> {
    execute!(conn, INSERT; it.tenant_id, it.id, it.person_id, &it.person_name, it.home_tenant, it.session_id, it.role,
        &it.reason, it.started_at, it.expires_at)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Impersonation>> {
    fetch!(optional, conn, GET => Impersonation; tenant, id)
}

/// `None` also when the admin's own session has ended. That session is another tenant's: this needs
/// [`Scope::System`](crate::Scope::System).
pub async fn standing(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<Option<Standing>> {
    fetch!(optional, conn, STANDING => Standing; tenant, id, now)
}

/// As it is then; `None`: it had ended already.
pub async fn end(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, at: Millis) -> Result<Option<Impersonation>> {
    fetch!(optional, conn, END => Impersonation; tenant, id, at)
}

/// Those whose time is over and whose end nobody has written down. Needs [`Scope::System`](crate::Scope::System).
pub async fn over(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<(TenantId, Uuid)>> {
    fetch!(all, conn, OVER => (TenantId, Uuid); now, limit)
}
