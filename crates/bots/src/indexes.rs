//! The indexes of what bots know, kept in memory while they are current.

use std::{sync::Arc, time::Duration};

use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use switchboard_store::{Conn, Error, Result, bot::Bot, knowledge};
use uuid::Uuid;

use crate::{knowledge::passages, retrieval::Index};

/// Kilobytes of indexes that are kept over all tenants, at most: several of the largest that a bot may have.
const MOST: u64 = 512 * 1024;
/// An index nobody has asked for this long is dropped.
const IDLE: Duration = Duration::from_mins(30);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Indexes {
    /// By bot.
    cache: Cache<Uuid, Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    /// Of the knowledge that it was built from.
    version: i64,
    index: Arc<Index>,
    /// As it was weighed: its vectors come later.
    bytes: usize,
}

impl Default for Indexes {
    fn default() -> Self {
        let weigh = |_: &Uuid, kept: &Kept| u32::try_from(kept.bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Self { cache: Cache::builder().weigher(weigh).max_capacity(MOST).time_to_idle(IDLE).build() }
    }
}

impl Kept {
    fn new(version: i64, index: Arc<Index>) -> Self {
        let bytes = index.bytes();
        Self { version, index, bytes }
    }
}

impl Indexes {
    /// The index of all that `bot` knows now: `bot` must have been read in the same transaction. Of those who need the same
    /// one at once, one builds it.
    pub async fn of(&self, conn: &mut Conn<'_>, bot: &Bot) -> Result<Arc<Index>> {
        if let Some(kept) = self.cache.get(&bot.id).await
            && kept.version >= bot.knowledge_version
            && kept.bytes == kept.index.bytes()
        {
            return Ok(kept.index);
        }
        let renewed = self.cache.entry(bot.id).and_try_compute_with(async |kept| {
            // What is newer than the transaction is what the bot knows now, all the more.
            let kept = kept.map(moka::Entry::into_value).filter(|kept| kept.version >= bot.knowledge_version);
            let kept = match kept {
                Some(kept) => Kept::new(kept.version, kept.index),
                None => Kept::new(bot.knowledge_version, build(conn, bot).await?),
            };
            Ok::<_, Error>(Op::Put(kept))
        });
        match renewed.await? {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                Ok(entry.into_value().index)
            }
            CompResult::StillNone(_) | CompResult::Removed(_) => Err(not_built()),
        }
    }
}

async fn build(conn: &mut Conn<'_>, bot: &Bot) -> Result<Arc<Index>> {
    let items = knowledge::all(conn, bot.tenant_id, bot.id).await?;
    // Seconds of work for a large knowledge: not on a thread that serves others.
    let build = tokio::task::spawn_blocking(move || Index::build(passages(items)));
    Ok(Arc::new(build.await.map_err(|_| not_built())?))
}

fn not_built() -> Error {
    Error::Configuration("an index could not be built".into())
}
