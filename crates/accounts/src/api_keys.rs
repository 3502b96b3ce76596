use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{Json, Role, Scope, api_key, api_key::ApiKey, new_id};
use uuid::Uuid;

use crate::{Accounts, Error, Permission, Permissions, Principal, Result, audit, sign_up::check_name};

/// How much of a key is shown later, to tell keys apart.
const HINT_CHARS: usize = 4;

/// A key that was just made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Shown once: only its digest is kept.
    pub secret: SecretString,
    pub key: ApiKey,
}

impl Accounts {
    /// Makes a key of a role of at most admin: an owner's powers stay with people.
    ///
    /// `permissions`: what the key may do of what the role may; `None`: all of it. Nobody gives more than they have.
    pub async fn create_api_key(
        &self,
        principal: &Principal,
        name: &str,
        role: Role,
        permissions: Option<&[Permission]>,
    ) -> Result<NewApiKey> {
        let name = check_name("name", name).map_err(|error| Error::Invalid(vec![error]))?;
        if role == Role::Owner {
            return Err(Error::invalid("role", "must be admin, operator or viewer"));
        }
        let permissions = within(principal, role, permissions)?;
        let created_by = principal.actor_id().ok_or(Error::Unauthenticated)?;
        let (now, secret) = (self.now(), token::api_key());
        let text = secret.expose_secret();
        let key = ApiKey {
            id: new_id(now),
            name,
            hint: text.get(text.len() - HINT_CHARS..).unwrap_or_default().to_owned(),
            role,
            permissions: permissions.map(Json),
            created_by,
            created_at: now,
            last_used_at: None,
            revoked_at: None,
        };
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        api_key::insert(&mut tx.conn(), principal.tenant, &key, &token::digest(text)).await?;
        let detail = serde_json::json!({ "name": key.name, "role": key.role, "permissions": key.permissions });
        let target = Some(key.id.to_string());
        audit::record(&mut tx.conn(), principal.into(), now, "api_key.created", target, detail).await?;
        tx.commit().await?;
        Ok(NewApiKey { secret, key })
    }

    /// Newest first, revoked ones too; `before`: the last id of the page before.
    pub async fn api_keys(&self, principal: &Principal, before: Option<Uuid>, limit: i64) -> Result<Vec<ApiKey>> {
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        Ok(api_key::list(&mut tx.conn(), principal.tenant, before, limit).await?)
    }

    pub async fn revoke_api_key(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let revoked = api_key::revoke(&mut tx.conn(), principal.tenant, id, now).await?;
        let key = revoked.ok_or(Error::NotFound("API key"))?;
        let detail = serde_json::json!({ "name": key.name });
        audit::record(&mut tx.conn(), principal.into(), now, "api_key.revoked", Some(id.to_string()), detail).await?;
        tx.commit().await?;
        self.shared.standings.forget_key(id);
        Ok(())
    }
}

/// The names of the permissions of a new key. A key that makes another hands on its own limits.
fn within(principal: &Principal, role: Role, asked: Option<&[Permission]>) -> Result<Option<Vec<String>>> {
    if principal.is_outranked_by(role) {
        return Err(Error::RoleTooStrong);
    }
    let Some(asked) = asked else {
        let limited = principal.permissions != Permissions::ALL;
        let own = Permission::ALL.into_iter().filter(|permission| principal.may(*permission));
        return Ok(limited.then(|| own.map(|permission| permission.as_str().to_owned()).collect()));
    };
    if asked.is_empty() {
        return Err(Error::invalid("permissions", "must name at least one permission, or be left out"));
    }
    let beyond = asked.iter().find(|permission| !permission.held_by(role) || !principal.may(**permission));
    match beyond {
        Some(permission) => Err(Error::invalid("permissions", format!("{permission} is beyond the role"))),
        None => Ok(Some(asked.iter().map(|permission| permission.as_str().to_owned()).collect())),
    }
}
