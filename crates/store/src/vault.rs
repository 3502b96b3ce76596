//! A tenant's secrets at rest: envelopes under the tenant's data key, which a master key wraps.
//!
//! While data keys are rotated a tenant has two of them. The newest seals; each opens what it sealed, until nothing of it is
//! left and it is destroyed. Nobody who seals or opens meanwhile notices.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::{CryptoError, DataKey, KeyRing, Place, WrappedKey, envelope_key_id};
use uuid::Uuid;

use crate::{Conn, Db, Error, Millis, Result, Scope, TenantId, new_id, sealed, tenant};

/// Data keys kept unwrapped in memory, at most.
const CACHED_KEYS: usize = 10_000;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Store(#[from] Error),
    /// The tenant has no key: it is being deleted, and its secrets are gone.
    #[error("the tenant has no data key")]
    NoKey,
    /// No rotation of data keys would reach it: see [`sealed::COLUMNS`].
    #[error("{table}.{column} is no column of sealed secrets")]
    NoSuchPlace { table: &'static str, column: &'static str },
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

    /// Encrypts `secret` for its place: it cannot be opened in another row, column, table or tenant. To be stored in the
    /// same transaction: until that ends, the key is not destroyed.
    pub async fn seal(&self, conn: &mut Conn<'_>, place: &Place, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        column_of(place)?;
        let tenant = TenantId(place.tenant);
        let mut row = tenant::newest_key(conn, tenant).await?;
        if row.is_none() {
            // It was the newest when it was looked for and destroyed when it was to be locked: another is there.
            row = tenant::newest_key(conn, tenant).await?;
        }
        Ok(self.unwrap(tenant, row.ok_or(VaultError::NoKey)?)?.seal(place, secret))
    }

    /// What `envelope` holds, under the newest key.
    pub async fn reseal(&self, conn: &mut Conn<'_>, place: &Place, envelope: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.key_of(conn, TenantId(place.tenant), envelope).await?.ok_or(VaultError::NoKey)?;
        let secret = key.open_bytes(place, envelope)?;
        self.seal(conn, place, secret.expose_secret()).await
    }

    pub async fn open_text(
        &self,
        conn: &mut Conn<'_>,
        place: &Place,
        envelope: &[u8],
    ) -> Result<SecretString, VaultError> {
        let (tenant, column) = (TenantId(place.tenant), column_of(place)?);
        let mut envelope = Cow::Borrowed(envelope);
        loop {
            if let Some(key) = self.key_of(conn, tenant, &envelope).await? {
                return Ok(key.open_text(place, &envelope)?);
            }
            // Sealed anew since it was read, and its key destroyed; or the tenant has no keys any more.
            let now = column.get(conn, tenant, place.row).await?.filter(|now| now[..] != envelope[..]);
            envelope = Cow::Owned(now.ok_or(VaultError::NoKey)?);
        }
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

    /// The key that an envelope names. `None`: it is destroyed.
    async fn key_of(
        &self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        envelope: &[u8],
    ) -> Result<Option<Arc<DataKey>>, VaultError> {
        let id = envelope_key_id(envelope).ok_or(CryptoError::Malformed)?;
        if let Some(key) = self.cached(tenant, id) {
            return Ok(Some(key));
        }
        match tenant::key(conn, tenant, id).await? {
            Some(row) => self.unwrap(tenant, row).map(Some),
            None => Ok(None),
        }
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

fn column_of(place: &Place) -> Result<&'static sealed::Column, VaultError> {
    let Place { table, column, .. } = *place;
    sealed::Column::of(place).ok_or(VaultError::NoSuchPlace { table, column })
}
