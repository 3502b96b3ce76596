//! What is being translated in this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::Wanted;

/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashMap<Wanted, Weak<Turn<()>>>>>);

impl UnderWay {
    /// Returns once nobody else is at the same, and keeps others waiting while the guard lives.
    pub(super) async fn wait_for(&self, wanted: &Wanted) -> OwnedMutexGuard<()> {
        self.turn(wanted).lock_owned().await
    }

    fn turn(&self, wanted: &Wanted) -> Arc<Turn<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = all.get(wanted).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Turn::new(()));
        all.insert(wanted.clone(), Arc::downgrade(&turn));
        turn
    }
}
