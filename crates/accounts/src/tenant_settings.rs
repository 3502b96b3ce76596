use switchboard_store::{ReadReceipts, Scope, Zone, tenant, tenant::Tenant};

use crate::{Accounts, Error, Principal, Result, audit, sign_up::check_name};

/// In milliseconds. Shorter would hand back while the operator still types.
const SHORTEST_AUTO_HANDBACK: i64 = 60_000;
/// In milliseconds: a year.
const LONGEST_AUTO_HANDBACK: i64 = 365 * 24 * 60 * 60 * 1000;

/// What is to become different. `None`: stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantChange {
    pub name: Option<String>,
    /// Milliseconds without a person writing until the AI takes a conversation back; `Some(None)`: never.
    pub auto_handback_ms: Option<Option<i64>>,
    /// A name of the IANA's database.
    pub time_zone: Option<String>,
    pub read_receipts: Option<ReadReceipts>,
}

impl Accounts {
    pub async fn tenant(&self, principal: &Principal) -> Result<Tenant> {
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        tenant::get(&mut tx.conn(), principal.tenant).await?.ok_or(Error::NotFound("tenant"))
    }

    /// The tenant as it is afterwards.
    pub async fn change_tenant(&self, principal: &Principal, change: TenantChange) -> Result<Tenant> {
        let change = check(change)?;
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let mut detail = serde_json::Map::new();
        if let Some(name) = &change.name {
            tenant::rename(&mut conn, principal.tenant, name).await?;
            detail.insert("name".into(), name.as_str().into());
        }
        if let Some(after) = change.auto_handback_ms {
            tenant::set_auto_handback(&mut conn, principal.tenant, after).await?;
            detail.insert("auto_handback_ms".into(), after.into());
        }
        if let Some(zone) = &change.time_zone {
            tenant::set_time_zone(&mut conn, principal.tenant, zone).await?;
            detail.insert("time_zone".into(), zone.as_str().into());
        }
        if let Some(shown) = change.read_receipts {
            tenant::set_read_receipts(&mut conn, principal.tenant, shown).await?;
            detail.insert("read_receipts".into(), shown.as_str().into());
        }
        if !detail.is_empty() {
            let target = Some(principal.tenant.to_string());
            audit::record(&mut conn, principal.into(), self.now(), "tenant.changed", target, detail.into()).await?;
        }
        let tenant = tenant::get(&mut conn, principal.tenant).await?.ok_or(Error::NotFound("tenant"))?;
        tx.commit().await?;
        Ok(tenant)
    }
}

fn check(change: TenantChange) -> Result<TenantChange> {
    let mut errors = Vec::new();
    let name = change.name.map(|name| check_name("name", &name));
    let name = name.and_then(|checked| checked.map_err(|error| errors.push(error)).ok());
    if let Some(Some(after)) = change.auto_handback_ms
        && !(SHORTEST_AUTO_HANDBACK..=LONGEST_AUTO_HANDBACK).contains(&after)
    {
        errors.push(crate::FieldError::new("auto_handback_ms", "must be between a minute and a year, in milliseconds"));
    }
    if change.time_zone.as_deref().is_some_and(|zone| Zone::parse(zone).is_none()) {
        errors.push(crate::FieldError::new("time_zone", "must be a time zone such as \"Europe/Istanbul\""));
    }
    if errors.is_empty() { Ok(TenantChange { name, ..change }) } else { Err(Error::Invalid(errors)) }
}
