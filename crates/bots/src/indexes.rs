//! The indexes of what bots know, kept in memory while they are current.

use std::{sync::Arc, time::Duration};

use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use switchboard_store::{
    Db, Error, Result, Scope, TenantId,
    bot::{self, Bot},
    knowledge,
};
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
    /// The index of all that `bot` knows now: `bot` must have been read in the same transaction. `None`: it is to be built
    /// ([`Self::build`]) and the bot to be read again.
    pub async fn of(&self, bot: &Bot) -> Option<Arc<Index>> {
        let kept = self.cache.get(&bot.id).await?;
        (kept.version >= bot.knowledge_version && kept.bytes == kept.index.bytes()).then_some(kept.index)
    }

    /// Builds the index of what `bot` knows, at least of what it knew when it was read; `None`: the bot is gone. Of those who
    /// need the same one at once, one builds it. To be called outside of any transaction: a large one takes seconds, in which
    /// whoever waits for it would keep a connection from everybody else.
    pub async fn build(&self, db: &Db, bot: &Bot) -> Result<Option<Arc<Index>>> {
        let renewed = self.cache.entry(bot.id).and_try_compute_with(async |kept| {
            let kept = kept.map(moka::Entry::into_value).filter(|kept| kept.version >= bot.knowledge_version);
            let kept = match kept {
                Some(kept) => Some(Kept::new(kept.version, kept.index)),
                None => build(db, bot.tenant_id, bot.id).await?,
            };
            // Without one, the bot is gone.
            Ok::<_, Error>(kept.map_or(Op::Remove, Op::Put))
        });
        Ok(match renewed.await? {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                Some(entry.into_value().index)
            }
            CompResult::StillNone(_) | CompResult::Removed(_) => None,
        })
    }
}

/// `None`: there is no such bot.
async fn build(db: &Db, tenant: TenantId, id: Uuid) -> Result<Option<Kept>> {
    let mut tx = db.read(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let Some(bot) = bot::get(conn, tenant, id).await? else { return Ok(None) };
    let items = knowledge::all(conn, tenant, id).await?;
    drop(tx);
    // Seconds of work for a large knowledge: not on a thread that serves others.
    let index = tokio::task::spawn_blocking(move || Index::build(passages(items))).await;
    let index = index.map_err(|_| Error::Configuration("an index could not be built".into()))?;
    Ok(Some(Kept::new(bot.knowledge_version, Arc::new(index))))
}
