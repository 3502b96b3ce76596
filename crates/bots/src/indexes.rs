//! The indexes of what bots know, kept in memory while they are current.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use switchboard_store::{Conn, Error, Result, bot::Bot, knowledge};
use uuid::Uuid;

use crate::{knowledge::passages, retrieval::Index};

/// Passages kept indexed over all tenants, at most.
const MAX_PASSAGES: u64 = 200_000;
/// An index nobody has asked for this long is dropped.
const IDLE: Duration = Duration::from_mins(30);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Indexes {
    /// By bot, with the version of the knowledge it was built from.
    cache: Cache<Uuid, (i64, Arc<Index>)>,
}

impl Default for Indexes {
    fn default() -> Self {
        let weigh = |_: &Uuid, (_, index): &(i64, Arc<Index>)| u32::try_from(index.len()).unwrap_or(u32::MAX).max(1);
        Self { cache: Cache::builder().weigher(weigh).max_capacity(MAX_PASSAGES).time_to_idle(IDLE).build() }
    }
}

impl Indexes {
    /// The index of all that `bot` knows now: `bot` must have been read in the same transaction.
    pub async fn of(&self, conn: &mut Conn<'_>, bot: &Bot) -> Result<Arc<Index>> {
        if let Some((version, index)) = self.cache.get(&bot.id).await
            && version == bot.knowledge_version
        {
            return Ok(index);
        }
        let items = knowledge::all(conn, bot.tenant_id, bot.id).await?;
        // Seconds of work for a large knowledge: not on a thread that serves others.
        let build = tokio::task::spawn_blocking(move || Index::build(passages(items)));
        let index = Arc::new(build.await.map_err(|_| Error::Configuration("an index could not be built".into()))?);
        self.cache.insert(bot.id, (bot.knowledge_version, Arc::clone(&index))).await;
        Ok(index)
    }
}
