use switchboard_store::{Conn, Role, Scope, membership, membership::Member, session, tenant};
use uuid::Uuid;

use crate::{Accounts, Error, Permission, Principal, Result, audit};

impl Accounts {
    /// A page of the tenant's people, by their ids; `after`: the last id of the page before.
    pub async fn people(&self, principal: &Principal, after: Option<Uuid>, limit: i64) -> Result<Vec<Member>> {
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        Ok(membership::members(&mut tx.conn(), principal.tenant, after, limit).await?)
    }

    /// Gives someone another role. It counts at once, at other replicas within [`STANDING_TTL`](crate::STANDING_TTL).
    pub async fn change_role(&self, principal: &Principal, person: Uuid, role: Role) -> Result<Member> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let member = locked_member(&mut conn, principal, person).await?;
        may_give(principal, role)?;
        may_touch(principal, &member)?;
        if member.role == Role::Owner && role != Role::Owner {
            keep_an_owner(&mut conn, principal).await?;
        }
        membership::set_role(&mut conn, principal.tenant, person, role).await?;
        let detail = serde_json::json!({ "from": member.role, "to": role });
        let target = Some(person.to_string());
        audit::record(&mut conn, principal.into(), now, "person.role_changed", target, detail).await?;
        tx.commit().await?;
        self.shared.standings.forget_person(principal.tenant, person);
        Ok(Member { role, ..member })
    }

    /// Ends someone's work for the tenant, and their sessions in it. Their account stays, for other tenants.
    pub async fn remove_person(&self, principal: &Principal, person: Uuid) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let member = locked_member(&mut conn, principal, person).await?;
        may_touch(principal, &member)?;
        if member.role == Role::Owner {
            keep_an_owner(&mut conn, principal).await?;
        }
        session::delete_of_member(&mut conn, principal.tenant, person).await?;
        membership::delete(&mut conn, principal.tenant, person).await?;
        let detail = serde_json::json!({ "email": member.email, "role": member.role });
        let target = Some(person.to_string());
        audit::record(&mut conn, principal.into(), now, "person.removed", target, detail).await?;
        tx.commit().await?;
        self.shared.standings.forget_person(principal.tenant, person);
        Ok(())
    }
}

/// The member as they are once nobody else can change who works for the tenant.
async fn locked_member(conn: &mut Conn<'_>, principal: &Principal, person: Uuid) -> Result<Member> {
    tenant::lock(conn, principal.tenant).await?;
    membership::member(conn, principal.tenant, person).await?.ok_or(Error::NotFound("person"))
}

/// Nobody gives more than they have: a key that was given less than its role would otherwise invite somebody who has all of it.
pub(crate) fn may_give(principal: &Principal, role: Role) -> Result<()> {
    let is_within = Permission::ALL.into_iter().all(|it| !it.held_by(role) || principal.may(it));
    if principal.is_outranked_by(role) || !is_within { Err(Error::RoleTooStrong) } else { Ok(()) }
}

/// An owner's place is for owners to change.
fn may_touch(principal: &Principal, member: &Member) -> Result<()> {
    if principal.is_outranked_by(member.role) { Err(Error::RoleTooStrong) } else { Ok(()) }
}

async fn keep_an_owner(conn: &mut Conn<'_>, principal: &Principal) -> Result<()> {
    if membership::owners(conn, principal.tenant).await? > 1 { Ok(()) } else { Err(Error::LastOwner) }
}
