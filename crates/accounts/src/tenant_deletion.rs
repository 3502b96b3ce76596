//! Tenants that go. Their data key is destroyed at once, and with it whatever they kept secret; the rest follows in the
//! background, a bounded number of rows at a time, from wherever it was when a process died.

use secrecy::SecretString;
use serde_json::json;
use switchboard_store::{
    Conn, Error as StoreError, Role, Scope, TenantId, TenantStatus, crash_point, tenant, tenant_deletion,
    tenant_deletion::TenantDeletion,
};
use uuid::Uuid;

use crate::{
    Accounts, Error, PlatformAdmin, Principal, Result,
    platform::{name_of, note_for_platform},
};

/// Rows deleted in one transaction. On SQLite others wait for it.
const BATCH: i64 = 500;

/// Who wants a tenant to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    person: Uuid,
    name: String,
}

impl Accounts {
    /// Whether a platform admin may delete a tenant whose name they have typed.
    pub async fn may_delete(&self, admin: &PlatformAdmin, tenant: TenantId, typed: &str) -> Result<Requester> {
        if tenant == admin.tenant {
            return Err(Error::OwnTenant);
        }
        self.check_name_of(tenant, typed).await?;
        Ok(Requester { person: admin.person, name: admin.name.clone() })
    }

    /// Whether an owner may delete their tenant, whose name and their own password they have typed.
    pub async fn may_delete_own(
        &self,
        principal: &Principal,
        typed: &str,
        password: &SecretString,
    ) -> Result<Requester> {
        require_owner(principal)?;
        self.check_name_of(principal.tenant, typed).await?;
        let person = self.confirm_password(principal, password).await?;
        Ok(Requester { person: person.id, name: person.name })
    }

    async fn check_name_of(&self, tenant: TenantId, typed: &str) -> Result<()> {
        let mut tx = self.db.read(Scope::System).await?;
        let found = tenant::get(&mut tx.conn(), tenant).await?.ok_or(Error::NotFound("business"))?;
        if found.status == TenantStatus::Deleting {
            return Err(Error::TenantDeleting);
        }
        if found.name != typed.trim() {
            return Err(Error::invalid("name", "is not the name of the business"));
        }
        Ok(())
    }

    /// Destroys the tenant's data key and ends everything that lets anybody in; the rest goes in the background.
    pub async fn delete_tenant(&self, tenant: TenantId, by: &Requester) -> Result<TenantDeletion> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let name = name_of(&mut conn, tenant).await?;
        if !tenant::set_deleting(&mut conn, tenant).await? {
            return Err(Error::TenantDeleting);
        }
        let begun = tenant_deletion::insert(&mut conn, tenant, &name, Some(by.person), &by.name, now).await;
        begun.map_err(|error| match error {
            StoreError::Duplicate { .. } => Error::TenantDeleting,
            error => error.into(),
        })?;
        tenant_deletion::destroy_secrets(&mut conn, tenant, now).await?;
        let about = (tenant, name.as_str());
        note_for_platform(&mut conn, Some(by.person), &by.name, about, "tenant.deletion_started", json!({}), now)
            .await?;
        let deletion = tenant_deletion::get(&mut conn, tenant).await?.ok_or(Error::NotFound("deletion"))?;
        tx.commit().await?;
        self.vault.forget(tenant);
        self.tenant_changed(tenant);
        Ok(deletion)
    }

    /// How far the deletion of a tenant is, or that it is over.
    pub async fn deletion(&self, tenant: TenantId) -> Result<TenantDeletion> {
        let mut tx = self.db.read(Scope::System).await?;
        tenant_deletion::get(&mut tx.conn(), tenant).await?.ok_or(Error::NotFound("deletion"))
    }

    /// A page of deletions, under way and over; `before`: the last tenant of the page before.
    pub async fn deletions(&self, before: Option<Uuid>, limit: i64) -> Result<Vec<TenantDeletion>> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(tenant_deletion::list(&mut tx.conn(), before, limit).await?)
    }

    /// The tenants whose deletion is not over. What of theirs is not in the database goes first.
    pub async fn being_deleted(&self) -> Result<Vec<TenantId>> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(tenant_deletion::pending(&mut tx.conn()).await?)
    }

    /// Goes on with the oldest deletion that is not over, for one transaction. `false`: there was nothing to do.
    pub async fn go_on_deleting(&self) -> Result<bool> {
        // Looked at first as a reader: there is mostly nothing.
        let mut tx = self.db.read(Scope::System).await?;
        if !tenant_deletion::is_pending(&mut tx.conn()).await? {
            return Ok(false);
        }
        drop(tx);
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let Some(deletion) = tenant_deletion::next(&mut conn).await? else { return Ok(false) };
        self.erase_some(&mut conn, &deletion).await?;
        tx.commit().await?;
        crash_point("deletion.batch");
        Ok(true)
    }

    async fn erase_some(&self, conn: &mut Conn<'_>, deletion: &TenantDeletion) -> Result<()> {
        let tenant = deletion.about_tenant;
        if deletion.rows_total.is_none() {
            return Ok(tenant_deletion::count(conn, tenant).await?);
        }
        if let Some((table, rows)) = tenant_deletion::erase(conn, tenant, BATCH).await? {
            return Ok(tenant_deletion::progress(conn, tenant, table, rows).await?);
        }
        let now = self.now();
        tenant_deletion::complete(conn, tenant, now).await?;
        let (about, detail) = ((tenant, deletion.about_name.as_str()), json!({ "rows": deletion.rows_deleted }));
        note_for_platform(conn, None, "Switchboard", about, "tenant.deleted", detail, now).await
    }
}

/// What concerns the whole tenant is an owner's, in person.
pub(crate) fn require_owner(principal: &Principal) -> Result<()> {
    match (principal.role, principal.person, principal.impersonation) {
        (Role::Owner, Some(_), None) => Ok(()),
        (Role::Owner, None, None) => Err(Error::PersonRequired),
        _ => Err(Error::OwnerRequired),
    }
}
