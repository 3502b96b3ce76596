//! How many voice notes of each tenant are being listened to here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_store::{Notifier, Signal, TenantId};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Shares {
    taken: Arc<Mutex<HashMap<TenantId, usize>>>,
    notifier: Notifier,
}

/// One that is being listened to; dropping it makes room.
#[derive(Debug)]
pub(super) struct Place {
    shares: Shares,
    tenant: TenantId,
}

impl Shares {
    pub(super) fn new(notifier: Notifier) -> Self {
        Self { taken: Arc::default(), notifier }
    }

    pub(super) fn take(&self, tenant: TenantId) -> Place {
        *self.lock().entry(tenant).or_default() += 1;
        Place { shares: self.clone(), tenant }
    }

    /// The tenants that have `most`.
    pub(super) fn full(&self, most: usize) -> Vec<TenantId> {
        self.lock().iter().filter(|(_, taken)| **taken >= most).map(|(tenant, _)| *tenant).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.shares.lock();
        if let Some(count) = taken.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.tenant);
            }
        }
        drop(taken);
        // What waited for it is looked for now.
        self.shares.notifier.notify(Signal::Transcript);
    }
}
