//! What a bot is tried on in the background: a run of pieces that are thought about one by one. What is recorded stays
//! recorded: whoever takes a run up after a crash goes on where it ended.

use std::{fmt::Debug, future::Future, time::Duration};

use futures_util::{StreamExt, stream};
use switchboard_store::{
    Conn, DueWork, Result, Scope, Signal, Tx,
    bot_run::{self, ClaimedRun, RunKind},
    crash_point, hold,
};
use tokio_util::sync::CancellationToken;

use super::news::{self, STEPS};
use crate::turn::TurnParts;

/// Pieces of a run that are thought about at a time.
const AT_ONCE: usize = 4;
/// Without news, another takes the run up after this.
const LEASE: Duration = Duration::from_secs(15);
/// What is not done by then ends the process each time, or nearly: it is given up.
const TRIES: i64 = 5;

/// One kind of run. Cheap to clone.
pub(super) trait Trial: Clone + Debug + Send + Sync + 'static {
    const KIND: RunKind;
    /// That a run is asked for, or may begin.
    const SIGNAL: Signal;
    /// Where a test may end the process.
    const RECORDED: &'static str;
    type Piece: Send;
    type Recorded: Send + Sync;

    fn parts(&self) -> &TurnParts;

    /// What of a run is still to be thought about.
    fn waiting(conn: &mut Conn<'_>, run: &ClaimedRun) -> impl Future<Output = Result<Vec<Self::Piece>>> + Send;

    /// `None`: the bot is gone, and the run with it. `is_given_up`: it was tried too often.
    fn think(
        &self,
        run: &ClaimedRun,
        piece: Self::Piece,
        is_given_up: bool,
    ) -> impl Future<Output = Result<Option<Self::Recorded>>> + Send;

    fn record(
        conn: &mut Conn<'_>,
        run: &ClaimedRun,
        recorded: &Self::Recorded,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Works on runs of one kind. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Runs<T>(pub(super) T);

impl<T: Trial> DueWork for Runs<T> {
    type Claimed = ClaimedRun;

    async fn is_due(&self) -> Result<bool> {
        let parts = self.0.parts();
        let mut tx = parts.db.read(Scope::System).await?;
        bot_run::is_due(&mut tx.conn(), T::KIND, parts.clock.now()).await
    }

    /// The one that has waited longest.
    async fn claim(&self) -> Result<Option<ClaimedRun>> {
        let parts = self.0.parts();
        let now = parts.clock.now();
        let mut tx = parts.db.write(Scope::System).await?;
        let claimed = bot_run::claim(&mut tx.conn(), T::KIND, now, now + LEASE).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    async fn work(&self, run: &ClaimedRun, stop: &CancellationToken) -> Result<()> {
        let done = tokio::select! {
            done = self.go_through(run) => done,
            () = hold(LEASE, run.id, || self.keep(run)) => Ok(()),
            () = stop.cancelled() => self.give_back(run).await,
        };
        // Of one tenant, one is worked on at a time: its next is due now.
        self.0.parts().notifier.notify(T::SIGNAL);
        done
    }
}

impl<T: Trial> Runs<T> {
    /// `false`: somebody else has it, it is over, it is gone with its bot, or its tenant has been suspended.
    async fn keep(&self, run: &ClaimedRun) -> Result<bool> {
        let parts = self.0.parts();
        let mut tx = parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        let kept = bot_run::keep(&mut tx.conn(), T::KIND, run, parts.clock.now() + LEASE).await?;
        tx.commit().await?;
        Ok(kept)
    }

    async fn give_back(&self, run: &ClaimedRun) -> Result<()> {
        let parts = self.0.parts();
        let mut tx = parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        bot_run::give_back(&mut tx.conn(), T::KIND, run, parts.clock.now()).await?;
        tx.commit().await
    }

    async fn go_through(&self, run: &ClaimedRun) -> Result<()> {
        let parts = self.0.parts();
        let mut tx = parts.db.read(Scope::Tenant(run.tenant_id)).await?;
        let waiting = T::waiting(&mut tx.conn(), run).await?;
        drop(tx);
        self.tell(run).await?;
        let (mut done, of_a_step) = (0, waiting.len().div_ceil(STEPS).max(1));
        let is_given_up = run.tries > TRIES;
        let mut thoughts =
            stream::iter(waiting).map(|piece| self.0.think(run, piece, is_given_up)).buffer_unordered(AT_ONCE);
        while let Some(recorded) = thoughts.next().await {
            done += 1;
            let is_ours = match recorded? {
                Some(recorded) => self.record(run, &recorded, done % of_a_step == 0).await?,
                None => false,
            };
            if !is_ours {
                return Ok(());
            }
        }
        let mut tx = parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        bot_run::finish(&mut tx.conn(), T::KIND, run, parts.clock.now()).await?;
        self.told(tx, run).await
    }

    /// `false`: the run is to be let go, and the piece is to be thought about again.
    async fn record(&self, run: &ClaimedRun, recorded: &T::Recorded, is_told: bool) -> Result<bool> {
        let parts = self.0.parts();
        let mut tx = parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        let conn = &mut tx.conn();
        if !bot_run::keep(conn, T::KIND, run, parts.clock.now() + LEASE).await? {
            return Ok(false);
        }
        T::record(conn, run, recorded).await?;
        if is_told {
            self.told(tx, run).await?;
        } else {
            tx.commit().await?;
        }
        crash_point(T::RECORDED);
        Ok(true)
    }

    /// That it has begun.
    async fn tell(&self, run: &ClaimedRun) -> Result<()> {
        self.told(self.0.parts().db.write(Scope::Tenant(run.tenant_id)).await?, run).await
    }

    /// Commits what has changed of a run, and tells of it.
    async fn told(&self, mut tx: Tx, run: &ClaimedRun) -> Result<()> {
        let parts = self.0.parts();
        news::tell(&mut tx.conn(), parts.clock.now(), T::KIND, run.tenant_id, run.bot_id, run.id).await?;
        tx.commit().await?;
        parts.notifier.notify(Signal::Event);
        Ok(())
    }
}
