//! The data keys of all tenants and people, under the master keys of the key ring.

use switchboard_crypto::{CryptoError, KeyRing, WrappedKey};
use switchboard_store::{Conn, Db, Scope, VaultError, second_factor, tenant};

/// Data keys rewrapped in one transaction.
const BATCH: i64 = 200;

/// Whether every master key that the database relies on is in the ring and opens what it wrapped.
pub async fn check(conn: &mut Conn<'_>, ring: &KeyRing) -> Result<(), VaultError> {
    for master in tenant::master_keys_in_use(conn).await? {
        if let Some((owner, row)) = tenant::key_under_master(conn, &master).await? {
            let wrapped = WrappedKey { master_key_id: row.master_key_id, bytes: row.wrapped };
            ring.unwrap(owner.0, row.id, &wrapped)?;
        }
    }
    for master in second_factor::master_keys_in_use(conn).await? {
        if let Some(row) = second_factor::under_master(conn, &master).await? {
            let wrapped = WrappedKey { master_key_id: row.master_key_id, bytes: row.wrapped };
            ring.unwrap(row.person_id, row.key_id, &wrapped)?;
        }
    }
    Ok(())
}

/// Wraps all data keys with the ring's first master key and says how many that were. What is done stays done when it is
/// interrupted, and running it again goes on from there; the program may serve meanwhile.
pub async fn rotate(db: &Db, ring: &KeyRing) -> Result<u64, VaultError> {
    Ok(rotate_tenants(db, ring).await? + rotate_people(db, ring).await?)
}

async fn rotate_people(db: &Db, ring: &KeyRing) -> Result<u64, VaultError> {
    let mut done = 0;
    loop {
        let mut tx = db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let batch = second_factor::under_other_master(&mut conn, ring.current_id(), BATCH).await?;
        if batch.is_empty() {
            return Ok(done);
        }
        done += batch.len() as u64;
        for row in batch {
            let old = WrappedKey { master_key_id: row.master_key_id, bytes: row.wrapped };
            let new = rewrap(ring, row.person_id, row.key_id, &old)?;
            second_factor::rewrap(&mut conn, row.person_id, row.key_id, &new.master_key_id, &new.bytes).await?;
        }
        tx.commit().await?;
    }
}

async fn rotate_tenants(db: &Db, ring: &KeyRing) -> Result<u64, VaultError> {
    let mut done = 0;
    loop {
        let mut tx = db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let batch = tenant::keys_under_other_master(&mut conn, ring.current_id(), BATCH).await?;
        if batch.is_empty() {
            return Ok(done);
        }
        for (owner, id) in &batch {
            // Destroyed meanwhile, with its tenant.
            let Some(row) = tenant::key(&mut conn, *owner, *id).await? else { continue };
            let old = WrappedKey { master_key_id: row.master_key_id, bytes: row.wrapped };
            let new = rewrap(ring, owner.0, *id, &old)?;
            tenant::rewrap(&mut conn, *owner, *id, &new.master_key_id, &new.bytes).await?;
        }
        tx.commit().await?;
        done += batch.len() as u64;
    }
}

fn rewrap(ring: &KeyRing, owner: uuid::Uuid, id: uuid::Uuid, old: &WrappedKey) -> Result<WrappedKey, CryptoError> {
    Ok(ring.wrap(owner, &ring.unwrap(owner, id, old)?))
}
