//! What was asked of models, counted in memory and stored now and then: a row for each answer would cost more than it
//! tells.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_inbox::turns::Spent;
use switchboard_store::{
    Db, Durability, Purpose, Result, Scope, TenantId,
    model_use::{self, ModelUse},
};
use uuid::Uuid;

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) tenant: TenantId,
    /// Of the business.
    pub(super) day: String,
    pub(super) bot: Uuid,
    pub(super) purpose: Purpose,
    pub(super) model: String,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) calls: i64,
    pub(super) failures: i64,
    pub(super) prompt_tokens: i64,
    pub(super) completion_tokens: i64,
    pub(super) cost_micros: Option<i64>,
}

impl Used {
    /// One request.
    pub(super) fn of(spent: Spent, failed: bool) -> Self {
        Self {
            calls: 1,
            failures: i64::from(failed),
            prompt_tokens: spent.prompt_tokens.unwrap_or(0),
            completion_tokens: spent.completion_tokens.unwrap_or(0),
            cost_micros: spent.cost_micros,
        }
    }

    fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.failures = self.failures.saturating_add(other.failures);
        self.prompt_tokens = self.prompt_tokens.saturating_add(other.prompt_tokens);
        self.completion_tokens = self.completion_tokens.saturating_add(other.completion_tokens);
        self.cost_micros = self.cost_micros.into_iter().chain(other.cost_micros).reduce(i64::saturating_add);
    }
}

/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    counted: Arc<Mutex<HashMap<Key, Used>>>,
}

impl Meter {
    pub(super) fn add(&self, key: Key, used: Used) {
        self.lock().entry(key).or_default().add(used);
    }

    /// What cannot be stored is counted again.
    pub(super) async fn store(&self, db: &Db) -> Result<()> {
        let taken = std::mem::take(&mut *self.lock());
        if taken.is_empty() {
            return Ok(());
        }
        // In one order: two processes that add to the same rows do not wait for each other in a circle.
        let mut rows: Vec<(Key, Used)> = taken.into_iter().collect();
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let stored = store(db, rows.iter().map(|(key, used)| row(key, *used)).collect()).await;
        if stored.is_err() {
            for (key, used) in rows {
                self.add(key, used);
            }
        }
        stored
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Used>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn store(db: &Db, rows: Vec<ModelUse>) -> Result<()> {
    let mut tx = db.write_with(Scope::System, Durability::Soon).await?;
    model_use::add(&mut tx.conn(), &rows).await?;
    tx.commit().await
}

fn row(key: &Key, used: Used) -> ModelUse {
    ModelUse {
        tenant_id: key.tenant,
        day: key.day.clone(),
        bot_id: key.bot,
        purpose: key.purpose,
        model: key.model.clone(),
        calls: used.calls,
        failures: used.failures,
        prompt_tokens: used.prompt_tokens,
        completion_tokens: used.completion_tokens,
        cost_micros: used.cost_micros,
    }
}
