//! A tenant's secrets at rest: envelopes under the tenant's data key, which a master key wraps.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;
use switchboard_crypto::{CryptoError, DataKey, KeyRing, Place, WrappedKey, envelope_key_id};
use uuid::Uuid;

use crate::{Conn, Db, Error, Millis, Result, Scope, TenantId, new_id, tenant};

/// Data keys kept unwrapped in memory, at most.
const CACHED_KEYS: usize = 10_000;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Store(#[from] Error),
    /// The tenant has no key: it is being deleted, and its secrets are gone.
    #[error("the tenant has no data key")]
    NoKey,
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

type Keys = HashMap<(TenantId, Uuid), Arc<DataKey>>;

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<KeyRing>,
    keys: Arc<Mutex<Keys>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("master_key", &self.ring.current_id()).finish_non_exhaustive()
    }
}

impl Vault {
    pub fn new(ring: KeyRing) -> Self {
        Self { ring: Arc::new(ring), keys: Arc::default() }
    }

    /// Gives a tenant its data key. Part of the transaction that makes the tenant.
    pub async fn create_key(&self, conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<(), VaultError> {
        let key = DataKey::generate(new_id(now));
        let wrapped = self.ring.wrap(tenant.0, &key);
        tenant::insert_key(conn, tenant, key.id(), &wrapped.master_key_id, &wrapped.bytes, now).await?;
        Ok(())
    }

    /// Encrypts `secret` for its place: it cannot be opened in another row, column, table or tenant.
    pub async fn seal(&self, conn: &mut Conn<'_>, place: &Place, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        let tenant = TenantId(place.tenant);
        let row = tenant::newest_key(conn, tenant).await?.ok_or(VaultError::NoKey)?;
        Ok(self.unwrap(tenant, row)?.seal(place, secret))
    }

    pub async fn open_text(
        &self,
        conn: &mut Conn<'_>,
        place: &Place,
        envelope: &[u8],
    ) -> Result<SecretString, VaultError> {
        let tenant = TenantId(place.tenant);
        let id = envelope_key_id(envelope).ok_or(VaultError::NoKey)?;
        let key = if let Some(key) = self.cached(tenant, id) {
            key
        } else {
            let row = tenant::key(conn, tenant, id).await?.ok_or(VaultError::NoKey)?;
            self.unwrap(tenant, row)?
        };
        Ok(key.open_text(place, envelope)?)
    }

    /// As [`Vault::open_text`]; the database is not asked while the tenant's key is at hand.
    pub async fn open_text_at_hand(&self, db: &Db, place: &Place, envelope: &[u8]) -> Result<SecretString, VaultError> {
        let tenant = TenantId(place.tenant);
        if let Some(key) = envelope_key_id(envelope).and_then(|id| self.cached(tenant, id)) {
            return Ok(key.open_text(place, envelope)?);
        }
        let mut tx = db.read(Scope::Tenant(tenant)).await?;
        self.open_text(&mut tx.conn(), place, envelope).await
    }

    /// Forgets a tenant's keys, which are destroyed.
    pub fn forget(&self, tenant: TenantId) {
        self.lock().retain(|(of, _), _| *of != tenant);
    }

    fn cached(&self, tenant: TenantId, id: Uuid) -> Option<Arc<DataKey>> {
        self.lock().get(&(tenant, id)).cloned()
    }

    fn unwrap(&self, tenant: TenantId, row: tenant::KeyRow) -> Result<Arc<DataKey>, VaultError> {
        if let Some(key) = self.lock().get(&(tenant, row.id)) {
            return Ok(Arc::clone(key));
        }
        let wrapped = WrappedKey { master_key_id: row.master_key_id, bytes: row.wrapped };
        let key = Arc::new(self.ring.unwrap(tenant.0, row.id, &wrapped)?);
        let mut keys = self.lock();
        if keys.len() >= CACHED_KEYS {
            keys.clear();
        }
        keys.insert((tenant, row.id), Arc::clone(&key));
        Ok(key)
    }

    fn lock(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
