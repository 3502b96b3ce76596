//! Who works for which tenant, and as what.

use uuid::Uuid;

use crate::{
    Conn, Millis, Result, Role, TenantId, TenantStatus,
    db::{execute, fetch, statements},
};

/// A person's place in one tenant, with what a sign-in needs to know of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub tenant_status: TenantStatus,
    pub role: Role,
    pub created_at: Millis,
}

/// One of a tenant's people.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Colleague {
    pub person_id: Uuid,
    pub role: Role,
    pub created_at: Millis,
}

statements! {
    INSERT = "INSERT INTO membership (tenant_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)";
    ROLE = "SELECT role FROM membership WHERE tenant_id = $1 AND person_id = $2";
    PEOPLE = "SELECT person_id, role, created_at FROM membership WHERE tenant_id = $1 ORDER BY created_at, person_id";
    OF_PERSON = "SELECT m.tenant_id, t.name AS tenant_name, t.status AS tenant_status, m.role, m.created_at
        FROM membership m JOIN tenant t ON t.id = m.tenant_id
        WHERE m.person_id = $1 ORDER BY m.created_at, m.tenant_id";
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
