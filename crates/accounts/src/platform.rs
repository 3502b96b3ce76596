//! Who runs the installation, and what they see of the tenants and do to them.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_store::{
    Actor, Conn, Millis, Scope, TenantId, membership, membership::Member, new_id, person, person::Person, platform,
    platform::DayUsage, platform_audit, platform_audit::PlatformEntry, tenant,
};
use uuid::Uuid;

use crate::{
    Accounts, Error, Principal, Result,
    audit::{self, Who},
    second_factor,
};

/// Messages are counted over so many days.
pub const USAGE_DAYS: i64 = 30;
/// In characters. The tenant's people read it.
const REASON_CHARS: usize = 500;
/// Of the people of a tenant, and of what was done to it, a detail shows so many.
const SHOWN: i64 = 100;

/// Someone who runs the installation, signed in as such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformAdmin {
    pub person: Uuid,
    pub name: String,
    /// The tenant they are signed in to, and with which session.
    pub tenant: TenantId,
    pub session: Uuid,
}

/// A tenant in full.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantDetail {
    pub overview: platform::Overview,
    /// A day each, the oldest first.
    pub usage: Vec<DayUsage>,
    pub people: Vec<Member>,
    /// What platform admins did to it, the newest first.
    pub entries: Vec<PlatformEntry>,
}

impl Accounts {
    /// Whether the settings name a person. Only an address that a mail has reached counts, also where no mail is sent:
    /// otherwise whoever is first to sign up with it would run the installation.
    pub(crate) fn is_platform_admin(&self, person: &Person) -> bool {
        self.is_named_admin(&person.email, person.email_verified_at)
    }

    pub(crate) fn is_named_admin(&self, email: &str, email_verified_at: Option<Millis>) -> bool {
        email_verified_at.is_some() && self.names_admin(email)
    }

    /// Whether the settings name the address. Anybody may have signed up with it: it is proved by choosing a new password
    /// with the mail's link, never by a click, which would make whoever signed up an admin with the password they chose.
    pub(crate) fn names_admin(&self, email: &str) -> bool {
        self.platform.admins.iter().any(|admin| admin == email)
    }

    /// The platform admin behind a principal. Neither an API key nor a visit to another tenant is one.
    pub async fn platform_admin(&self, principal: &Principal) -> Result<PlatformAdmin> {
        let (Some(id), Some(session), None) = (principal.person, principal.session, principal.impersonation) else {
            return Err(Error::NotPlatformAdmin);
        };
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let person = person::get(&mut conn, id).await?.ok_or(Error::Unauthenticated)?;
        if !self.is_platform_admin(&person) {
            return Err(Error::NotPlatformAdmin);
        }
        if self.platform.second_factor && !second_factor::is_enabled(&mut conn, id).await? {
            return Err(Error::SecondFactorNeeded);
        }
        Ok(PlatformAdmin { person: id, name: person.name, tenant: principal.tenant, session })
    }

    /// A page of tenants, the newest first; `before`: the last id of the page before.
    pub async fn tenants(
        &self,
        filter: &platform::Filter,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<platform::Overview>> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(platform::list(&mut tx.conn(), filter, before, limit, self.usage_since()).await?)
    }

    pub async fn tenant_detail(&self, tenant: TenantId) -> Result<TenantDetail> {
        let mut tx = self.db.read(Scope::System).await?;
        let mut conn = tx.conn();
        let overview = platform::get(&mut conn, tenant, self.usage_since()).await?;
        Ok(TenantDetail {
            overview: overview.ok_or(Error::NotFound("business"))?,
            usage: platform::usage(&mut conn, tenant, USAGE_DAYS, self.now()).await?,
            people: membership::members(&mut conn, tenant, None, SHOWN).await?,
            entries: platform_audit::list(&mut conn, Some(tenant), None, SHOWN).await?,
        })
    }

    /// What platform admins did, the newest first; `before`: the last id of the page before.
    pub async fn platform_audit(&self, before: Option<Uuid>, limit: i64) -> Result<Vec<PlatformEntry>> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(platform_audit::list(&mut tx.conn(), None, before, limit).await?)
    }

    /// From then on the tenant's people only read, its keys are refused, and nobody is answered. Part of a transaction
    /// of [`Scope::System`]; [`Accounts::tenant_changed`] is to follow its commit.
    pub async fn suspend(
        &self,
        conn: &mut Conn<'_>,
        admin: &PlatformAdmin,
        tenant: TenantId,
        reason: &str,
    ) -> Result<()> {
        let reason = check_reason(reason)?;
        if tenant == admin.tenant {
            return Err(Error::OwnTenant);
        }
        let name = name_of(conn, tenant).await?;
        let now = self.now();
        if !tenant::suspend(conn, tenant, now, &reason).await? {
            return Err(Error::TenantDeleting);
        }
        note(conn, admin, (tenant, &name), "tenant.suspended", json!({ "reason": reason }), now).await
    }

    /// As [`Accounts::suspend`]. `false`: the tenant was not suspended.
    pub async fn resume(&self, conn: &mut Conn<'_>, admin: &PlatformAdmin, tenant: TenantId) -> Result<bool> {
        let name = name_of(conn, tenant).await?;
        if !tenant::resume(conn, tenant).await? {
            return Ok(false);
        }
        note(conn, admin, (tenant, &name), "tenant.resumed", json!({}), self.now()).await?;
        Ok(true)
    }

    /// What this process remembers of a tenant counts no more: its status has changed.
    pub fn tenant_changed(&self, tenant: TenantId) {
        self.shared.standings.forget_tenant(tenant);
    }

    fn usage_since(&self) -> Millis {
        self.now() - Duration::from_hours(24) * u32::try_from(USAGE_DAYS).unwrap_or(u32::MAX)
    }
}

pub(crate) async fn name_of(conn: &mut Conn<'_>, tenant: TenantId) -> Result<String> {
    Ok(tenant::get(conn, tenant).await?.ok_or(Error::NotFound("business"))?.name)
}

/// Writes down what an admin did to a tenant: for whoever runs the installation, and for the tenant.
pub(crate) async fn note(
    conn: &mut Conn<'_>,
    admin: &PlatformAdmin,
    (tenant, name): (TenantId, &str),
    action: &str,
    detail: Value,
    now: Millis,
) -> Result<()> {
    let who = Who { tenant, actor: Actor::Person, actor_id: Some(admin.person) };
    let mut told = detail.clone();
    told["by"] = admin.name.as_str().into();
    audit::record(conn, who, now, action, Some(tenant.to_string()), told).await?;
    note_for_platform(conn, Some(admin.person), &admin.name, (tenant, name), action, detail, now).await
}

pub(crate) async fn note_for_platform(
    conn: &mut Conn<'_>,
    person_id: Option<Uuid>,
    person_name: &str,
    (tenant, name): (TenantId, &str),
    action: &str,
    detail: Value,
    now: Millis,
) -> Result<()> {
    let entry = PlatformEntry {
        id: new_id(now),
        at: now,
        person_id,
        person_name: person_name.to_owned(),
        action: action.to_owned(),
        about_tenant: Some(tenant),
        about_name: Some(name.to_owned()),
        detail: detail.into(),
    };
    Ok(platform_audit::insert(conn, &entry).await?)
}

pub(crate) fn check_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Error::invalid("reason", "must not be empty")),
        1..=REASON_CHARS => Ok(reason.to_owned()),
        _ => Err(Error::invalid("reason", "must have at most 500 characters")),
    }
}
