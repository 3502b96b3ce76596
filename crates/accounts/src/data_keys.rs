//! New data keys in place of old ones: a tenant's under which its secrets are sealed, and the one of each authenticator app.
//!
//! A tenant's rotation is a state machine whose state is in the database: it has one key that is old, then two keys and
//! secrets under either, then two keys and secrets under the newest alone, then one key that is new. [`step`] looks where it
//! stands and goes on from there, in one short transaction; so whoever was interrupted anywhere is gone on from, and several
//! may rotate at once. Others seal and open meanwhile: what they seal is under the newest key they see, and a key is
//! destroyed only when no transaction can be sealing with it and nothing is sealed under it.

use secrecy::ExposeSecret;
use switchboard_crypto::{CryptoError, DataKey, KeyRing, WrappedKey};
use switchboard_store::{
    Actor, Conn, Db, Millis, Scope, SharedClock, TenantId, TenantStatus, Vault, VaultError, crash_point, first_id_of,
    key_rotation, new_id,
    sealed::{COLUMNS, Column},
    second_factor,
    second_factor::SecondFactor,
    tenant,
};
use uuid::Uuid;

use crate::{audit, second_factor::place};

/// Secrets sealed anew in one transaction, at most.
const BATCH: i64 = 100;
/// Tenants and people looked up at a time.
const PAGE: i64 = 200;

/// What one transaction of a tenant's rotation has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The tenant has a new key; the old one still opens.
    Made,
    /// So many secrets are under the new key now.
    Resealed(u64),
    /// Somebody has just sealed with the old key: there is more to do.
    Met,
    /// Nothing was left under the old key, and it is gone.
    Destroyed,
    /// There is nothing to do.
    Done,
}

/// What a rotation has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Tenants and people with a new data key.
    pub keys: u64,
    /// Secrets sealed anew.
    pub secrets: u64,
    /// What could not be opened, and so keeps its key.
    pub failures: Vec<String>,
}

/// Rotates data keys.
#[derive(Debug, Clone)]
pub struct DataKeys {
    pub db: Db,
    pub vault: Vault,
    pub clock: SharedClock,
}

impl DataKeys {
    /// All of them; goes on with a rotation that was interrupted. Others may serve meanwhile.
    pub async fn rotate_all(&self, ring: &KeyRing) -> Result<Rotated, VaultError> {
        let since = self.begin().await?;
        let mut rotated = Rotated::default();
        let mut after = TenantId(Uuid::nil());
        loop {
            let mut tx = self.db.read(Scope::System).await?;
            let tenants = tenant::with_old_keys(&mut tx.conn(), since, after, PAGE).await?;
            drop(tx);
            let Some(last) = tenants.last() else { break };
            after = *last;
            for tenant in tenants {
                self.rotate_until_done(tenant, since, &mut rotated).await?;
            }
        }
        self.rotate_people(ring, since, &mut rotated).await?;
        if rotated.failures.is_empty() {
            let mut tx = self.db.write(Scope::System).await?;
            key_rotation::finish(&mut tx.conn(), since, self.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(rotated)
    }

    /// One tenant's. One that was interrupted is gone on with, and not begun anew.
    pub async fn rotate_tenant(&self, tenant: TenantId) -> Result<Rotated, VaultError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let keys = tenant::keys(&mut tx.conn(), tenant).await?;
        drop(tx);
        let newest = keys.first().ok_or(VaultError::NoKey)?;
        let since = if keys.len() > 1 { newest.created_at } else { Millis(newest.created_at.0 + 1) };
        let mut rotated = Rotated::default();
        self.rotate_until_done(tenant, since, &mut rotated).await?;
        Ok(rotated)
    }

    /// Since when keys are new: the beginning of the rotation that is under way, or of the one that begins.
    async fn begin(&self) -> Result<Millis, VaultError> {
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        if let Some(since) = key_rotation::under_way(&mut conn).await? {
            return Ok(since);
        }
        let now = self.clock.now();
        key_rotation::begin(&mut conn, new_id(now), now).await?;
        tx.commit().await?;
        Ok(now)
    }

    async fn rotate_until_done(
        &self,
        tenant: TenantId,
        since: Millis,
        rotated: &mut Rotated,
    ) -> Result<(), VaultError> {
        loop {
            match self.step(tenant, since).await {
                Ok(Step::Made) => crash_point("data_key.made"),
                Ok(Step::Resealed(secrets)) => {
                    rotated.secrets += secrets;
                    crash_point("data_key.resealed");
                }
                Ok(Step::Met) => {}
                Ok(Step::Destroyed) => {
                    rotated.keys += 1;
                    crash_point("data_key.destroyed");
                }
                Ok(Step::Done) => return Ok(()),
                Err(VaultError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    rotated.failures.push(format!("tenant {tenant}: {error}"));
                    return Ok(());
                }
            }
        }
    }

    /// The next step of a tenant's rotation, after which its key is not older than `since`.
    pub async fn step(&self, tenant: TenantId, since: Millis) -> Result<Step, VaultError> {
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        let keys = tenant::keys(&mut conn, tenant).await?;
        let step = match &keys[..] {
            [] => Step::Done,
            [only] if only.created_at >= since => Step::Done,
            [_] => self.make(&mut conn, tenant, since).await?,
            [newest, ..] => match self.reseal(&mut conn, tenant, newest.id).await? {
                0 => self.destroy(&mut conn, tenant, newest.id).await?,
                secrets => Step::Resealed(secrets),
            },
        };
        if step != Step::Met {
            tx.commit().await?;
        }
        Ok(step)
    }

    async fn make(&self, conn: &mut Conn<'_>, tenant: TenantId, since: Millis) -> Result<Step, VaultError> {
        tenant::lock(conn, tenant).await?;
        // Once more, after the wait: another may have made one, or the tenant may be about to go.
        let keys = tenant::keys(conn, tenant).await?;
        let status = tenant::get(conn, tenant).await?.map(|tenant| tenant.status);
        let [only] = &keys[..] else { return Ok(Step::Met) };
        if only.created_at >= since || status == Some(TenantStatus::Deleting) {
            return Ok(Step::Done);
        }
        // The newest by its time, whatever the clock of who made the last one said.
        let now = Millis(self.clock.now().0.max(since.0).max(only.created_at.0 + 1));
        self.vault.create_key(conn, tenant, now).await?;
        Ok(Step::Made)
    }

    async fn reseal(&self, conn: &mut Conn<'_>, tenant: TenantId, newest: Uuid) -> Result<u64, VaultError> {
        let mut done = 0;
        for column in &COLUMNS {
            let envelopes = column.under_other(conn, tenant, newest, BATCH).await?;
            for (row, envelope) in envelopes {
                let fresh = self.vault.reseal(conn, &column.place(tenant, row), &envelope).await?;
                // Where it fails, somebody has just put something else there, under whichever key.
                column.replace(conn, tenant, row, &envelope, &fresh).await?;
                done += 1;
            }
            if done > 0 {
                return Ok(done);
            }
        }
        Ok(0)
    }

    async fn destroy(&self, conn: &mut Conn<'_>, tenant: TenantId, newest: Uuid) -> Result<Step, VaultError> {
        tenant::lock_keys_but(conn, tenant, newest).await?;
        // After the wait for whoever was sealing: what they have sealed is seen now.
        if is_any_left(conn, tenant, newest).await? {
            return Ok(Step::Met);
        }
        if tenant::delete_keys_but(conn, tenant, newest).await? == 0 {
            return Ok(Step::Met);
        }
        let who = audit::Who { tenant, actor: Actor::System, actor_id: None };
        let now = self.clock.now();
        audit::record(conn, who, now, "data_key.rotated", Some(newest.to_string()), serde_json::json!({})).await?;
        Ok(Step::Destroyed)
    }

    async fn rotate_people(&self, ring: &KeyRing, since: Millis, rotated: &mut Rotated) -> Result<(), VaultError> {
        let (since, mut after) = (first_id_of(since), Uuid::nil());
        loop {
            let mut tx = self.db.write(Scope::System).await?;
            let mut conn = tx.conn();
            let batch = second_factor::under_older_key(&mut conn, since, after, PAGE).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.person_id;
            for row in batch {
                let old = row.key_id;
                match with_new_key(ring, &row, new_id(self.clock.now())) {
                    // Where it is not there any more, its person has just begun anew.
                    Ok(fresh) if second_factor::reseal(&mut conn, old, &fresh).await? => {
                        rotated.keys += 1;
                        rotated.secrets += 1;
                    }
                    Ok(_) => {}
                    Err((person, error)) => rotated.failures.push(format!("person {person}: {error}")),
                }
            }
            tx.commit().await?;
        }
    }
}

async fn is_any_left(conn: &mut Conn<'_>, tenant: TenantId, newest: Uuid) -> Result<bool, VaultError> {
    for column in &COLUMNS {
        if !Column::under_other(column, conn, tenant, newest, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn with_new_key(ring: &KeyRing, row: &SecondFactor, id: Uuid) -> Result<SecondFactor, (Uuid, CryptoError)> {
    let person = row.person_id;
    let old = WrappedKey { master_key_id: row.master_key_id.clone(), bytes: row.wrapped.clone() };
    let opened = ring.unwrap(person, row.key_id, &old).and_then(|key| key.open_bytes(&place(person), &row.secret));
    let secret = opened.map_err(|error| (person, error))?;
    let key = DataKey::generate(id);
    let wrapped = ring.wrap(person, &key);
    Ok(SecondFactor {
        key_id: id,
        master_key_id: wrapped.master_key_id,
        wrapped: wrapped.bytes,
        secret: key.seal(&place(person), secret.expose_secret()),
        ..row.clone()
    })
}
