//! Platform admins who act in a tenant that is not theirs: for a while, for a reason, and written down on both sides.

use std::time::Duration;

use serde_json::json;
use switchboard_store::{
    Actor, Role, Scope, TenantId, TenantStatus, impersonation, impersonation::Impersonation, new_id, person, tenant,
};
use uuid::Uuid;

use crate::{
    AccessToken, Accounts, Error, Me, PlatformAdmin, Principal, Result, TenantRef,
    access_token::Claims,
    audit::{self, Who},
    platform::{check_reason, name_of, note, note_for_platform},
};

/// No visit lasts longer, and none is prolonged.
pub const IMPERSONATION_LIFE: Duration = Duration::from_hours(1);
/// Ends written down in one go, at most.
const BATCH: i64 = 100;

/// How a platform admin wants to act in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// At most [`Role::Admin`].
    pub role: Role,
    pub reason: String,
}

/// A visit that has begun.
#[derive(Debug, Clone)]
pub struct Impersonating {
    pub impersonation: Impersonation,
    pub tenant: TenantRef,
    /// Lasts as long as the visit. There is no next one.
    pub access_token: AccessToken,
}

impl Accounts {
    pub async fn impersonate(&self, admin: &PlatformAdmin, tenant: TenantId, visit: &Visit) -> Result<Impersonating> {
        let reason = check_reason(&visit.reason)?;
        if visit.role == Role::Owner {
            return Err(Error::invalid("role", "must be admin, operator or viewer"));
        }
        let now = self.now();
        let it = Impersonation {
            tenant_id: tenant,
            id: new_id(now),
            person_id: admin.person,
            person_name: admin.name.clone(),
            home_tenant: admin.tenant,
            session_id: admin.session,
            role: visit.role,
            reason,
            started_at: now,
            expires_at: now + IMPERSONATION_LIFE,
            ended_at: None,
        };
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let found = tenant::get(&mut conn, tenant).await?.ok_or(Error::NotFound("business"))?;
        if found.status == TenantStatus::Deleting {
            return Err(Error::TenantDeleting);
        }
        let suspended_reason = tenant::suspension(&mut conn, tenant).await?.map(|it| it.reason);
        impersonation::insert(&mut conn, &it).await?;
        let detail = json!({ "impersonation": it.id, "role": it.role, "reason": it.reason });
        note(&mut conn, admin, (tenant, &found.name), "impersonation.started", detail, now).await?;
        tx.commit().await?;
        let claims = Claims {
            person: admin.person,
            tenant,
            session: admin.session,
            role: visit.role,
            impersonation: Some(it.id),
        };
        let access_token = self.shared.tokens.mint_for(claims, IMPERSONATION_LIFE, now)?;
        let tenant = TenantRef { id: tenant, name: found.name, status: found.status, suspended_reason };
        Ok(Impersonating { impersonation: it, tenant, access_token })
    }

    /// Ends the visit that a principal is on.
    pub async fn end_impersonation(&self, principal: &Principal) -> Result<()> {
        let id = principal.impersonation.ok_or(Error::NotFound("visit"))?;
        self.end_visit(principal.tenant, id, "by_hand").await
    }

    /// Writes down the end of visits whose time is over, or whose admin has signed out; how many there were.
    pub async fn end_impersonations(&self) -> Result<usize> {
        let mut tx = self.db.read(Scope::System).await?;
        let over = impersonation::over(&mut tx.conn(), self.now(), BATCH).await?;
        drop(tx);
        for (tenant, id) in &over {
            self.end_visit(*tenant, *id, "time").await?;
        }
        Ok(over.len())
    }

    /// Writes down, for the tenant, that a request came from a visitor. To be called before the request is done.
    pub async fn note_visitor(&self, principal: &Principal, method: &str, path: &str) -> Result<()> {
        let Some(id) = principal.impersonation else { return Ok(()) };
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        // The visitor is none of the tenant's people: nobody there could look their name up.
        let by = impersonation::get(&mut conn, principal.tenant, id).await?.map(|visit| visit.person_name);
        let detail = json!({ "method": method, "path": path, "by": by });
        let target = Some(id.to_string());
        audit::record(&mut conn, principal.into(), self.now(), "impersonation.request", target, detail).await?;
        Ok(tx.commit().await?)
    }

    /// The visit that a principal is on; `None`: they are at home.
    pub async fn visit_of(&self, principal: &Principal) -> Result<Option<Impersonation>> {
        let Some(id) = principal.impersonation else { return Ok(None) };
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        Ok(impersonation::get(&mut tx.conn(), principal.tenant, id).await?)
    }

    /// The visitor, in the tenant they visit.
    pub(crate) async fn visitor(&self, principal: &Principal) -> Result<Me> {
        let id = principal.person.ok_or(Error::PersonRequired)?;
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let person = person::get(&mut conn, id).await?.ok_or(Error::Unauthenticated)?;
        let tenant = tenant::get(&mut conn, principal.tenant).await?.ok_or(Error::Unauthenticated)?;
        let suspended_reason = tenant::suspension(&mut conn, tenant.id).await?.map(|it| it.reason);
        let tenant = TenantRef { id: tenant.id, name: tenant.name, status: tenant.status, suspended_reason };
        Ok(Me { user: self.user_of(&person), tenant, role: principal.role })
    }

    async fn end_visit(&self, tenant: TenantId, id: Uuid, how: &str) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        if let Some(it) = impersonation::end(&mut conn, tenant, id, now).await? {
            let name = name_of(&mut conn, tenant).await?;
            let detail = json!({ "impersonation": id, "how": how });
            let who = Who { tenant, actor: Actor::Person, actor_id: Some(it.person_id) };
            let mut told = detail.clone();
            told["by"] = it.person_name.as_str().into();
            audit::record(&mut conn, who, now, "impersonation.ended", Some(tenant.to_string()), told).await?;
            let by = (Some(it.person_id), it.person_name.as_str());
            note_for_platform(&mut conn, by.0, by.1, (tenant, &name), "impersonation.ended", detail, now).await?;
        }
        tx.commit().await?;
        self.shared.standings.forget_impersonation(id);
        Ok(())
    }
}
