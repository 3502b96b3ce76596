use std::time::Duration;

use switchboard_crypto::token;
use switchboard_store::{Millis, Role, Scope, TenantId, TenantStatus, api_key, impersonation, session};
use uuid::Uuid;

use crate::{Accounts, Error, Permissions, Principal, Result, cache::Cache};

/// How long another process may go on honouring what this one has revoked.
pub const STANDING_TTL: Duration = Duration::from_secs(15);
/// A key's last use is noted to the minute.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// What a request shows to say who it is.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    AccessToken(&'a str),
    ApiKey(&'a str),
    /// The browser's cookie. The caller has made sure that the request is the browser user's own.
    SessionToken(&'a str),
}

impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AccessToken(_) => "AccessToken(..)",
            Self::ApiKey(_) => "ApiKey(..)",
            Self::SessionToken(_) => "SessionToken(..)",
        })
    }
}

/// What credentials were worth a moment ago. Only good ones are remembered.
#[derive(Debug)]
pub(crate) struct Standings {
    sessions: Cache<(TenantId, Uuid), session::Standing>,
    /// By the token's digest.
    tokens: Cache<[u8; 32], (TenantId, Uuid)>,
    /// By the key's digest.
    keys: Cache<[u8; 32], KeyStanding>,
    impersonations: Cache<(TenantId, Uuid), Visit>,
}

/// What a request of a platform admin in another's tenant is worth.
#[derive(Debug, Clone, Copy)]
struct Visit {
    person: Uuid,
    role: Role,
    tenant_status: TenantStatus,
    expires_at: Millis,
    over: bool,
}

/// What a request made with a key is worth, and what it may do.
#[derive(Debug, Clone, Copy)]
struct KeyStanding {
    tenant: TenantId,
    id: Uuid,
    role: Role,
    permissions: Permissions,
    tenant_status: TenantStatus,
    revoked: bool,
}

impl Default for Standings {
    fn default() -> Self {
        Self {
            sessions: Cache::new(STANDING_TTL),
            tokens: Cache::new(STANDING_TTL),
            keys: Cache::new(STANDING_TTL),
            impersonations: Cache::new(STANDING_TTL),
        }
    }
}

impl Standings {
    pub(crate) fn forget_session(&self, id: Uuid) {
        self.sessions.forget(|(_, session), _| *session == id);
        // With its session an impersonation ends, too; what is found anew costs a query.
        self.impersonations.forget(|_, _| true);
    }

    pub(crate) fn forget_impersonation(&self, id: Uuid) {
        self.impersonations.forget(|(_, impersonation), _| *impersonation == id);
    }

    pub(crate) fn forget_tenant(&self, tenant: TenantId) {
        self.sessions.forget(|(of, _), _| *of == tenant);
        self.tokens.forget(|_, (of, _)| *of == tenant);
        self.keys.forget(|_, key| key.tenant == tenant);
        self.impersonations.forget(|(of, _), _| *of == tenant);
    }

    pub(crate) fn forget_person(&self, tenant: TenantId, person: Uuid) {
        self.sessions.forget(|(of, _), standing| *of == tenant && standing.person_id == person);
    }

    pub(crate) fn forget_key(&self, id: Uuid) {
        self.keys.forget(|_, key| key.id == id);
    }
}

impl Accounts {
    /// Who shows this credential; [`Error::Unauthenticated`] when nobody does any more.
    pub async fn authenticate(&self, credential: Credential<'_>) -> Result<Principal> {
        let now = self.now();
        match credential {
            Credential::AccessToken(token) => {
                let claims = self.shared.tokens.verify(token, now)?;
                match claims.impersonation {
                    Some(impersonation) => self.by_impersonation(claims.tenant, impersonation, now).await,
                    None => self.by_session(claims.tenant, claims.session, now).await,
                }
            }
            Credential::SessionToken(token) => {
                let (tenant, session) = self.find_session(token, now).await?;
                self.by_session(tenant, session, now).await
            }
            Credential::ApiKey(key) => self.by_key(key, now).await,
        }
    }

    async fn by_session(&self, tenant: TenantId, session: Uuid, now: Millis) -> Result<Principal> {
        let standing = self.session_standing(tenant, session, now).await?;
        if standing.revoked_at.is_some() || standing.expires_at <= now {
            return Err(Error::Unauthenticated);
        }
        if standing.tenant_status == TenantStatus::Deleting {
            return Err(Error::Unauthenticated);
        }
        Ok(Principal::person(tenant, standing.tenant_status, standing.role, standing.person_id, session))
    }

    async fn by_impersonation(&self, tenant: TenantId, id: Uuid, now: Millis) -> Result<Principal> {
        let visit = self.visit(tenant, id, now).await?;
        if visit.over || visit.expires_at <= now || visit.tenant_status == TenantStatus::Deleting {
            return Err(Error::Unauthenticated);
        }
        Ok(Principal::impersonator(tenant, visit.tenant_status, visit.role, visit.person, id))
    }

    async fn visit(&self, tenant: TenantId, id: Uuid, now: Millis) -> Result<Visit> {
        let cache = &self.shared.standings.impersonations;
        if let Some(visit) = cache.get(&(tenant, id), now) {
            return Ok(visit);
        }
        let mut tx = self.db.read(Scope::System).await?;
        let standing = impersonation::standing(&mut tx.conn(), tenant, id, now).await?.ok_or(Error::Unauthenticated)?;
        let visit = Visit {
            person: standing.person_id,
            role: standing.role,
            tenant_status: standing.tenant_status,
            expires_at: standing.expires_at,
            over: standing.ended_at.is_some() || !self.is_named_admin(&standing.email, standing.email_verified_at),
        };
        cache.put((tenant, id), visit, now);
        Ok(visit)
    }

    async fn session_standing(&self, tenant: TenantId, session: Uuid, now: Millis) -> Result<session::Standing> {
        let cache = &self.shared.standings.sessions;
        if let Some(standing) = cache.get(&(tenant, session), now) {
            return Ok(standing);
        }
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let standing = session::standing(&mut tx.conn(), tenant, session).await?.ok_or(Error::Unauthenticated)?;
        cache.put((tenant, session), standing, now);
        Ok(standing)
    }

    async fn find_session(&self, token: &str, now: Millis) -> Result<(TenantId, Uuid)> {
        let digest = token::digest(token);
        let cache = &self.shared.standings.tokens;
        if let Some(found) = cache.get(&digest, now) {
            return Ok(found);
        }
        let mut tx = self.db.read(Scope::System).await?;
        let session = session::by_token(&mut tx.conn(), &digest).await?.ok_or(Error::Unauthenticated)?;
        cache.put(digest, (session.tenant_id, session.id), now);
        Ok((session.tenant_id, session.id))
    }

    async fn by_key(&self, key: &str, now: Millis) -> Result<Principal> {
        let standing = self.key_standing(token::digest(key), now).await?;
        if standing.revoked {
            return Err(Error::Unauthenticated);
        }
        refuse_inactive(standing.tenant_status)?;
        Ok(Principal::api_key(standing.tenant, standing.role, standing.permissions, standing.id))
    }

    async fn key_standing(&self, digest: [u8; 32], now: Millis) -> Result<KeyStanding> {
        let cache = &self.shared.standings.keys;
        if let Some(standing) = cache.get(&digest, now) {
            return Ok(standing);
        }
        let mut tx = self.db.read(Scope::System).await?;
        let standing = api_key::standing(&mut tx.conn(), &digest).await?.ok_or(Error::Unauthenticated)?;
        // Given back first: the write below takes one of its own.
        drop(tx);
        self.touch_key(&standing, now).await?;
        let standing = KeyStanding {
            tenant: standing.tenant_id,
            id: standing.id,
            role: standing.role,
            permissions: Permissions::of_key(standing.permissions.as_ref().map(|names| names.0.as_slice())),
            tenant_status: standing.tenant_status,
            revoked: standing.revoked_at.is_some(),
        };
        cache.put(digest, standing, now);
        Ok(standing)
    }

    async fn touch_key(&self, key: &api_key::Standing, now: Millis) -> Result<()> {
        let unless_after = now - TOUCH_EVERY;
        if key.revoked_at.is_some() || key.last_used_at.is_some_and(|last| last > unless_after) {
            return Ok(());
        }
        let mut tx = self.db.write(Scope::Tenant(key.tenant_id)).await?;
        api_key::touch(&mut tx.conn(), key.tenant_id, key.id, now, unless_after).await?;
        Ok(tx.commit().await?)
    }
}

/// A program does nothing for a tenant that may not work.
fn refuse_inactive(status: TenantStatus) -> Result<()> {
    match status {
        TenantStatus::Active => Ok(()),
        TenantStatus::Suspended => Err(Error::TenantSuspended),
        TenantStatus::Deleting => Err(Error::Unauthenticated),
    }
}
