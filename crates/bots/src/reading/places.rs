//! Whose document is read when: a tenant has one read at a time, so that the others are not kept waiting by it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_store::TenantId;
use tokio::sync::Semaphore;

/// Documents that a tenant may have read and waiting, and all may together: each is in memory meanwhile.
const OF_TENANT: usize = 3;
const OF_ALL: usize = 12;

#[derive(Debug)]
pub(super) struct Places {
    /// For those whose turn it is with their tenant.
    at_once: Semaphore,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
}

#[derive(Debug)]
struct Tenant {
    one: Arc<Semaphore>,
    /// Documents that are read or wait.
    documents: usize,
}

/// A document's place among those that are read or wait, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    places: Arc<Places>,
    tenant: TenantId,
    one: Arc<Semaphore>,
}

impl Places {
    pub(super) fn new(at_once: usize) -> Self {
        Self { at_once: Semaphore::new(at_once), tenants: Mutex::default() }
    }

    /// `None`: too many wait.
    pub(super) fn try_take(self: &Arc<Self>, tenant: TenantId) -> Option<Held> {
        let mut tenants = self.tenants();
        let all: usize = tenants.values().map(|it| it.documents).sum();
        let own = tenants.get(&tenant).map_or(0, |it| it.documents);
        (all < OF_ALL && own < OF_TENANT).then(|| self.add(&mut tenants, tenant))
    }

    /// However many wait: for whoever has few at a time.
    pub(super) fn take(self: &Arc<Self>, tenant: TenantId) -> Held {
        self.add(&mut self.tenants(), tenant)
    }

    fn add(self: &Arc<Self>, tenants: &mut HashMap<TenantId, Tenant>, tenant: TenantId) -> Held {
        let its = tenants.entry(tenant).or_insert_with(|| Tenant { one: Arc::new(Semaphore::new(1)), documents: 0 });
        its.documents += 1;
        Held { places: Arc::clone(self), tenant, one: Arc::clone(&its.one) }
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Tenant>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Does `work` when it is its turn.
    pub(super) async fn in_turn<T>(&self, work: impl Future<Output = T>) -> T {
        // Neither is ever closed.
        let _own = self.one.acquire().await;
        let _any = self.places.at_once.acquire().await;
        work.await
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut tenants = self.places.tenants();
        if let Some(its) = tenants.get_mut(&self.tenant) {
            its.documents -= 1;
            if its.documents == 0 {
                tenants.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use futures_util::FutureExt as _;
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> TenantId {
        TenantId(Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn a_tenant_with_many_documents_keeps_nobody_else_waiting() {
        let places = Arc::new(Places::new(2));
        let [first, second] = [(); 2].map(|()| places.take(tenant(1)));
        let mut reading = Box::pin(first.in_turn(std::future::pending::<()>()));
        assert!(reading.as_mut().now_or_never().is_none());
        let mut waiting = Box::pin(second.in_turn(ready(())));
        assert!(waiting.as_mut().now_or_never().is_none(), "one at a time");
        assert!(places.take(tenant(2)).in_turn(ready(())).now_or_never().is_some());
        drop(reading);
        assert!(waiting.now_or_never().is_some());
    }

    #[test]
    fn only_so_many_documents_wait() {
        let places = Arc::new(Places::new(2));
        let held: Vec<Held> = (0..=OF_TENANT).filter_map(|_| places.try_take(tenant(1))).collect();
        assert_eq!(held.len(), OF_TENANT);
        let others: Vec<Held> = (2..100).filter_map(|n| places.try_take(tenant(n))).collect();
        assert_eq!(held.len() + others.len(), OF_ALL);
        drop(held);
        assert!(places.try_take(tenant(1)).is_some());
        drop(others);
        assert!(places.tenants().is_empty(), "nothing is kept of who has gone");
    }
}
