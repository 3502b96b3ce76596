//! The leases a process holds, and their renewal.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_store::{
    Db, Durability, Result, Scope, SharedClock, TenantId,
    conversation::{self, Lease},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Leases {
    held: Arc<Mutex<HashMap<Uuid, (Lease, CancellationToken)>>>,
}

/// A lease while it is held; dropping it lets go.
#[derive(Debug)]
pub(super) struct Held {
    leases: Leases,
    lease: Lease,
    lost: CancellationToken,
}

impl Held {
    /// Resolves when somebody else has the conversation.
    pub(super) async fn lost(&self) {
        self.lost.cancelled().await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.leases.lock();
        if held.get(&self.lease.id).is_some_and(|(lease, _)| lease.fence == self.lease.fence) {
            held.remove(&self.lease.id);
        }
    }
}

impl Leases {
    pub(super) fn hold(&self, lease: Lease) -> Held {
        let lost = CancellationToken::new();
        self.lock().insert(lease.id, (lease, lost.clone()));
        Held { leases: self.clone(), lease, lost }
    }

    /// The tenants with at least `most` turns under way here.
    pub(super) fn tenants_with(&self, most: usize) -> Vec<TenantId> {
        let mut counts: HashMap<TenantId, usize> = HashMap::new();
        for (lease, _) in self.lock().values() {
            *counts.entry(lease.tenant_id).or_default() += 1;
        }
        counts.into_iter().filter(|(_, count)| *count >= most).map(|(tenant, _)| tenant).collect()
    }

    /// Renews all leases at a third of their length, for ever. Those somebody else has taken are told that they are lost.
    pub(super) async fn renew(self, db: Db, clock: SharedClock, length: Duration) {
        loop {
            tokio::time::sleep(length / 3).await;
            let leases: Vec<Lease> = self.lock().values().map(|(lease, _)| *lease).collect();
            if leases.is_empty() {
                continue;
            }
            match renew(&db, &clock, length, &leases).await {
                Ok(kept) => self.forget_all_but(&leases, &kept),
                Err(error) => tracing::warn!(error = %error, "leases could not be renewed"),
            }
        }
    }

    fn forget_all_but(&self, asked: &[Lease], kept: &HashSet<Uuid>) {
        let held = self.lock();
        for lease in asked.iter().filter(|lease| !kept.contains(&lease.id)) {
            if let Some((current, lost)) = held.get(&lease.id)
                && current.fence == lease.fence
            {
                lost.cancel();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, (Lease, CancellationToken)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn renew(db: &Db, clock: &SharedClock, length: Duration, leases: &[Lease]) -> Result<HashSet<Uuid>> {
    let mut tx = db.write_with(Scope::System, Durability::Soon).await?;
    let kept = conversation::renew(&mut tx.conn(), leases, clock.now() + length).await?;
    tx.commit().await?;
    Ok(kept.into_iter().map(|key| key.id).collect())
}
