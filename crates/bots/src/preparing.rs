//! Makes ready what bots know, in the background, when it has changed: texts are cut into pieces, and a tenant's model makes
//! vectors of what has none. Until then knowledge is found all the same: what is not cut is cut by whoever needs it, and
//! what has no vectors is found by its words.
//!
//! Each bot whose knowledge has changed is a row with a lease. What is stored stays stored: whoever takes it up after a
//! crash goes on from there.

use std::time::Duration;

use switchboard_store::{
    DueWork, Error, Purpose, Result, Scope, Signal, Workers, hold, knowledge,
    preparation::{self, Preparation},
};
use tokio_util::sync::CancellationToken;

use crate::{knowledge::passages, splitting::Splitter, turn::TurnParts, vectors::Made};

/// Bots at a time.
const AT_ONCE: usize = 2;
/// Without news, another takes it up after this.
const LEASE: Duration = Duration::from_secs(15);
/// Texts that are read to be cut together.
const TEXTS: i64 = 20;
/// How long a model that gives no vectors is left alone, and how much longer each time, up to [`LONGEST_REST`].
const REST: Duration = Duration::from_mins(1);
const LONGEST_REST: Duration = Duration::from_hours(1);

/// Prepares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Preparing {
    parts: TurnParts,
}

impl DueWork for Preparing {
    type Claimed = Preparation;

    async fn is_due(&self) -> Result<bool> {
        let mut tx = self.parts.db.read(Scope::System).await?;
        Ok(preparation::due(&mut tx.conn(), self.parts.clock.now()).await? > 0)
    }

    async fn claim(&self) -> Result<Option<Preparation>> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.write(Scope::System).await?;
        let claimed = preparation::claim(&mut tx.conn(), now, now + LEASE).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    async fn work(&self, claimed: &Preparation, stop: &CancellationToken) -> Result<()> {
        tokio::select! {
            made = self.prepare(claimed) => self.end(claimed, made?).await?,
            () = hold(LEASE, claimed.bot_id, || self.keep(claimed)) => {}
            () = stop.cancelled() => self.leave(claimed, Duration::ZERO, claimed.failures).await?,
        }
        // Of one tenant, the next may be made ready now.
        self.parts.notifier.notify(Signal::Knowledge);
        Ok(())
    }
}

impl Preparing {
    pub fn new(parts: TurnParts) -> Self {
        Self { parts }
    }

    /// Works until `stop`; what is under way then is given back.
    pub async fn run(&self, stop: CancellationToken) {
        Workers::new(self.clone(), self.parts.notifier.clone(), Signal::Knowledge, AT_ONCE).run(stop).await;
    }

    async fn prepare(&self, claimed: &Preparation) -> Result<Made> {
        while self.cut_some(claimed).await? {}
        let (tenant, bot) = (claimed.tenant_id, claimed.bot_id);
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let Some(models) = self.parts.models.of_tenant(conn, tenant).await? else { return Ok(Made::All) };
        if models.name(Purpose::Embedding).is_none() {
            return Ok(Made::All);
        }
        let items = knowledge::all(conn, tenant, bot).await?;
        drop(tx);
        let cut = tokio::task::spawn_blocking(move || passages(items));
        let passages = cut.await.map_err(|_| Error::Configuration("texts could not be cut".into()))?;
        self.parts.vectors.make(&models, bot, &passages).await
    }

    /// `false`: there was nothing to cut.
    async fn cut_some(&self, claimed: &Preparation) -> Result<bool> {
        let (tenant, bot) = (claimed.tenant_id, claimed.bot_id);
        let mut tx = self.parts.db.read(Scope::Tenant(tenant)).await?;
        let items = knowledge::uncut(&mut tx.conn(), tenant, bot, TEXTS).await?;
        drop(tx);
        if items.is_empty() {
            return Ok(false);
        }
        let cut = tokio::task::spawn_blocking(move || {
            let splitter = Splitter::default();
            let cut = items.into_iter().map(|item| (splitter.pieces(&item.content), item));
            cut.collect::<Vec<_>>()
        });
        let cut = cut.await.map_err(|_| Error::Configuration("a text could not be cut".into()))?;
        let mut tx = self.parts.db.write(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        for (pieces, item) in cut {
            // Only what is still the text that was cut.
            let current = knowledge::lock(conn, tenant, item.id).await?;
            if current.is_some_and(|current| current.content == item.content) {
                knowledge::set_pieces(conn, tenant, item.id, pieces).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn end(&self, claimed: &Preparation, made: Made) -> Result<()> {
        match made {
            Made::All => {
                let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
                let is_done = preparation::finish(&mut tx.conn(), claimed).await?;
                tx.commit().await?;
                if is_done { Ok(()) } else { self.leave(claimed, Duration::ZERO, 0).await }
            }
            // Behind those that have waited meanwhile.
            Made::More => self.leave(claimed, Duration::ZERO, 0).await,
            Made::Some => {
                let failures = claimed.failures + 1;
                self.leave(claimed, rest(failures), failures).await
            }
        }
    }

    async fn leave(&self, claimed: &Preparation, wait: Duration, failures: i64) -> Result<()> {
        let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
        preparation::leave(&mut tx.conn(), claimed, self.parts.clock.now() + wait, failures).await?;
        tx.commit().await
    }

    /// `false`: somebody else has it, it is gone with its bot, or its tenant has been suspended.
    async fn keep(&self, claimed: &Preparation) -> Result<bool> {
        let mut tx = self.parts.db.write(Scope::Tenant(claimed.tenant_id)).await?;
        let kept = preparation::keep(&mut tx.conn(), claimed, self.parts.clock.now() + LEASE).await?;
        tx.commit().await?;
        Ok(kept)
    }
}

fn rest(failures: i64) -> Duration {
    let doublings = u32::try_from((failures - 1).clamp(0, 10)).unwrap_or(0);
    (REST * 2_u32.pow(doublings)).min(LONGEST_REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_fails_is_left_alone_for_longer_each_time_up_to_an_hour() {
        let minutes: Vec<u64> = (1..=8).map(|failures| rest(failures).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(rest(i64::MAX), LONGEST_REST);
    }
}
