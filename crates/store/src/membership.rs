//! Who works for which tenant, and as what.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, Role, TenantId, TenantStatus,
    db::{Row, execute, expect_rows, fetch, statements},
};

/// A person's place in one tenant, with what a sign-in needs to know of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Membership {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub tenant_status: TenantStatus,
    /// With [`TenantStatus::Suspended`].
    pub suspended_reason: Option<String>,
    pub role: Role,
    pub created_at: Millis,
}

/// One of a tenant's people.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Colleague {
    pub person_id: Uuid,
    pub role: Role,
    pub created_at: Millis,
}

/// One of a tenant's people, as the others see them.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Member {
    pub person_id: Uuid,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub created_at: Millis,
    /// When a session of theirs in this tenant was last used; sessions that have ended are forgotten after a while.
    pub last_seen_at: Option<Millis>,
}

statements! {
    INSERT = "INSERT INTO membership (tenant_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)";
    ROLE = "SELECT role FROM membership WHERE tenant_id = $1 AND person_id = $2";
    PEOPLE = "SELECT person_id, role, created_at FROM membership WHERE tenant_id = $1 ORDER BY created_at, person_id";
    MEMBERS = "SELECT m.person_id, p.name, p.email, m.role, m.created_at,
          (SELECT max(s.last_used_at) FROM session s WHERE s.tenant_id = m.tenant_id AND s.person_id = m.person_id)
            AS last_seen_at
        FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.tenant_id = $1 AND m.person_id > $2 ORDER BY m.person_id LIMIT $3";
    MEMBER = "SELECT m.person_id, p.name, p.email, m.role, m.created_at,
          (SELECT max(s.last_used_at) FROM session s WHERE s.tenant_id = m.tenant_id AND s.person_id = m.person_id)
            AS last_seen_at
        FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.tenant_id = $1 AND m.person_id = $2";
    OWNERS = "SELECT count(*) FROM membership WHERE tenant_id = $1 AND role = 'owner'";
    VERIFIED_OWNERS = "SELECT count(*) FROM membership m JOIN person p ON p.id = m.person_id
        WHERE m.tenant_id = $1 AND m.role = 'owner' AND p.email_verified_at IS NOT NULL";
    SET_ROLE = "UPDATE membership SET role = $3 WHERE tenant_id = $1 AND person_id = $2";
    DELETE = "DELETE FROM membership WHERE tenant_id = $1 AND person_id = $2";
    // A tenant that is being deleted is nobody's any more.
    OF_PERSON = "SELECT m.tenant_id, t.name AS tenant_name, t.status AS tenant_status, t.suspended_reason, m.role, m.created_at
        FROM membership m JOIN tenant t ON t.id = m.tenant_id
        WHERE m.person_id = $1 AND t.status <> 'deleting' ORDER BY m.created_at, m.tenant_id";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid, role: Role, now: Millis) -> Result<()> {
    execute!(conn, INSERT; tenant, person, role, now)?;
    Ok(())
}

/// `None` when the person does not work for the tenant.
pub async fn role(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<Option<Role>> {
    let row = fetch!(optional, conn, ROLE => (Role,); tenant, person)?;
    Ok(row.map(|(role,)| role))
}

/// Everyone who works for the tenant, longest first.
pub async fn people(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<Colleague>> {
    fetch!(all, conn, PEOPLE => Colleague; tenant)
}

/// Oldest first. At sign-in, before a tenant is chosen: [`Scope::System`](crate::Scope::System).
pub async fn of_person(conn: &mut Conn<'_>, person: Uuid) -> Result<Vec<Membership>> {
    fetch!(all, conn, OF_PERSON => Membership; person)
}

/// A page of a tenant's people, by their ids; `after`: the last id of the page before.
pub async fn members(conn: &mut Conn<'_>, tenant: TenantId, after: Option<Uuid>, limit: i64) -> Result<Vec<Member>> {
    fetch!(all, conn, MEMBERS => Member; tenant, after.unwrap_or(Uuid::nil()), limit)
}

/// `None` when the person does not work for the tenant.
pub async fn member(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<Option<Member>> {
    fetch!(optional, conn, MEMBER => Member; tenant, person)
}

/// How many owners a tenant has. Decide on it under the tenant's lock: see [`tenant::lock`](crate::tenant::lock).
pub async fn owners(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64> {
    let (count,) = fetch!(one, conn, OWNERS => (i64,); tenant)?;
    Ok(count)
}

/// How many owners of a tenant have proved their e-mail address.
pub async fn verified_owners(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64> {
    let (count,) = fetch!(one, conn, VERIFIED_OWNERS => (i64,); tenant)?;
    Ok(count)
}

pub async fn set_role(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid, role: Role) -> Result<()> {
    expect_rows("membership", 1, execute!(conn, SET_ROLE; tenant, person, role)?)
}

/// Their sessions in the tenant go first: see [`session::delete_of_member`](crate::session::delete_of_member).
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<()> {
    expect_rows("membership", 1, execute!(conn, DELETE; tenant, person)?)
}
