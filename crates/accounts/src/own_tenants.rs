use switchboard_store::{Scope, TenantId, membership, membership::Membership, person, session};

use crate::{Accounts, Device, Error, Principal, Result, SignedIn};

/// A tenant that a person works for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTenant {
    pub membership: Membership,
    /// Whether the session that asks is for it.
    pub current: bool,
}

impl Accounts {
    /// The tenants that a person works for, the longest first. An API key has none.
    pub async fn own_tenants(&self, principal: &Principal) -> Result<Vec<OwnTenant>> {
        let Some(person) = principal.person else { return Ok(Vec::new()) };
        let mut tx = self.db.read(Scope::System).await?;
        let memberships = membership::of_person(&mut tx.conn(), person).await?;
        let own = |membership: Membership| {
            let current = membership.tenant_id == principal.tenant;
            OwnTenant { membership, current }
        };
        Ok(memberships.into_iter().map(own).collect())
    }

    /// Ends the person's session and begins one in another tenant that they work for.
    pub async fn switch_tenant(&self, principal: &Principal, to: TenantId, device: &Device) -> Result<SignedIn> {
        let (Some(id), Some(session)) = (principal.person, principal.session) else {
            return Err(Error::PersonRequired);
        };
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let memberships = membership::of_person(&mut conn, id).await?;
        let membership = memberships.into_iter().find(|membership| membership.tenant_id == to);
        let membership = membership.ok_or(Error::NotFound("business of yours"))?;
        // One that has ended meanwhile opens no other.
        if !session::revoke(&mut conn, principal.tenant, session, now).await? {
            return Err(Error::Unauthenticated);
        }
        let person = person::get(&mut conn, id).await?.ok_or(Error::Unauthenticated)?;
        let signed_in = self.open_session(&mut conn, self.me_of(&person, membership), device, "switch", now).await?;
        tx.commit().await?;
        self.shared.standings.forget_session(session);
        Ok(signed_in)
    }
}
