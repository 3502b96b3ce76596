//! Room for pictures while they are shown: bounded for all, and for each tenant.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use switchboard_store::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What all pictures that are being shown may take together, in KiB. Each is there about four times: as it is, and as it
/// travels.
const ALL: u32 = 32 * 1024;
/// Of which one tenant may have so much: who is shown many large ones leaves room for others.
pub(super) const SHARE: u32 = ALL / 4;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    all: Arc<Semaphore>,
    /// Of those who hold some, or wait for some.
    shares: Arc<Mutex<HashMap<TenantId, Arc<Semaphore>>>>,
}

/// Room that is taken; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Held {
    _share: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Default for Memory {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALL as usize)), shares: Arc::default() }
    }
}

impl Memory {
    /// `kib`: at most a [`SHARE`]. `None`: there is no room in time.
    pub(super) async fn take(&self, tenant: TenantId, kib: u32, within: Duration) -> Option<Held> {
        let share = self.share(tenant);
        let both = async {
            // One's own first: who waits for that stands in nobody's way.
            let share = share.acquire_many_owned(kib).await.ok()?;
            let all = Arc::clone(&self.all).acquire_many_owned(kib).await.ok()?;
            Some(Held { _share: share, _all: all })
        };
        tokio::time::timeout(within, both).await.ok().flatten()
    }

    fn share(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever holds or waits has a handle of its own.
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        Arc::clone(shares.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(SHARE as usize))))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    fn tenant(number: u128) -> TenantId {
        TenantId(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn nobody_takes_more_than_their_share_and_all_of_it_is_waited_for_only_so_long() {
        let memory = Memory::default();
        let one = memory.take(tenant(1), SHARE, SOON).await.expect("there is room");
        assert!(memory.take(tenant(1), 1, SOON).await.is_none(), "the share is taken");
        let mut others = Vec::new();
        for number in 2..=4 {
            others.push(memory.take(tenant(number), SHARE, SOON).await.expect("there is room for others"));
        }
        assert!(memory.take(tenant(5), 1, SOON).await.is_none(), "all of it is taken");
        drop(one);
        assert!(memory.take(tenant(5), SHARE, SOON).await.is_some(), "what is given back is there");
        assert!(memory.take(tenant(1), SHARE, SOON).await.is_some());
    }

    #[tokio::test]
    async fn whoever_holds_nothing_is_forgotten() {
        let memory = Memory::default();
        for number in 1..=100 {
            memory.take(tenant(number), 1, SOON).await.expect("there is room");
        }
        let held = memory.take(tenant(1), 1, SOON).await;
        memory.take(tenant(2), 1, SOON).await.expect("there is room");
        assert!(held.is_some() && memory.shares.lock().expect("it is free").len() == 2);
    }
}
