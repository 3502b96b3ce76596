//! What one watcher sees.

use switchboard_store::{
    Result, Scope, TenantId,
    event::{self, Position},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{EventHub, LiveEvent};

/// Events read from the table at a time.
const PAGE: i64 = 500;

/// How a feed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// With what happens from here on.
    Fresh(Position),
    /// With what was missed.
    Resumed,
    /// Too much was missed to be told event by event; the watcher has to read everything anew. Goes on from here.
    Reset(Position),
}

/// The events of a tenant, each once, in order, without a gap.
#[derive(Debug)]
pub struct Feed {
    hub: EventHub,
    tenant: TenantId,
    live: Receiver<LiveEvent>,
    /// The last event that was told.
    told: Position,
    /// Some of what comes next has to be read from the table.
    behind: bool,
}

impl Feed {
    /// `last_told`: where the watcher left off, as it was told then; anything else counts as too long ago.
    pub async fn open(hub: EventHub, tenant: TenantId, last_told: Option<&str>) -> Result<(Self, Beginning)> {
        // Before reading where events stand: whatever shows after that is received.
        let live = hub.subscribe(tenant);
        let (newest, oldest) = extent(&hub).await?;
        let left_off = last_told.map(|text| text.parse().ok().filter(|at| is_kept(*at, oldest, newest)));
        let (beginning, told, behind) = match left_off {
            None => (Beginning::Fresh(newest), newest, false),
            Some(Some(at)) => (Beginning::Resumed, at, true),
            Some(None) => (Beginning::Reset(newest), newest, false),
        };
        Ok((Self { hub, tenant, live, told, behind }, beginning))
    }

    /// What comes next: one event, or many when the watcher is behind. Dropped while it waits, it has lost nothing.
    pub async fn next(&mut self) -> Result<Vec<LiveEvent>> {
        loop {
            if self.behind {
                let missed = self.missed().await?;
                if !missed.is_empty() {
                    return Ok(missed);
                }
            }
            match self.live.recv().await {
                // Told already when the watcher was behind.
                Ok(event) if event.position <= self.told => {}
                Ok(event) => {
                    self.told = event.position;
                    return Ok(vec![event]);
                }
                Err(RecvError::Lagged(_)) => self.behind = true,
                // The hub keeps the channel as long as somebody receives.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    async fn missed(&mut self) -> Result<Vec<LiveEvent>> {
        let mut tx = self.hub.db().read(Scope::Tenant(self.tenant)).await?;
        let events = event::of_tenant_after(&mut tx.conn(), self.tenant, self.told, PAGE).await?;
        self.behind = i64::try_from(events.len()).is_ok_and(|read| read == PAGE);
        if let Some(last) = events.last() {
            self.told = last.position;
        }
        Ok(events.iter().map(Into::into).collect())
    }
}

/// Where the events of all tenants end, and where they begin.
async fn extent(hub: &EventHub) -> Result<(Position, Option<Position>)> {
    let mut tx = hub.db().read(Scope::System).await?;
    let newest = event::newest(&mut tx.conn()).await?;
    Ok((newest, event::oldest(&mut tx.conn()).await?))
}

/// Whether all that came after `at` is still there. In doubt it is not: to read everything anew costs a moment, and an
/// event that was never told costs more.
fn is_kept(at: Position, oldest: Option<Position>, newest: Position) -> bool {
    // Ahead of everything: from another database, or from before this one was restored.
    if at > newest {
        return false;
    }
    match oldest {
        // The first event of all is there, so none was ever deleted.
        Some(oldest) if oldest.seq == 1 => true,
        Some(oldest) => at >= oldest,
        None => at == Position::default(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const fn at(seq: i64) -> Position {
        Position { tx: 7, seq }
    }

    #[rstest]
    #[case::the_oldest_that_is_kept(at(50), Some(at(50)), at(90), true)]
    #[case::one_that_is_deleted(at(49), Some(at(50)), at(90), false)]
    #[case::the_newest(at(90), Some(at(50)), at(90), true)]
    #[case::one_that_never_was(at(91), Some(at(50)), at(90), false)]
    #[case::nothing_was_ever_deleted(Position::default(), Some(at(1)), at(90), true)]
    #[case::nothing_ever_happened(Position::default(), None, Position::default(), true)]
    #[case::everything_is_deleted(at(90), None, Position::default(), false)]
    fn a_watcher_resumes_only_where_nothing_can_be_missing(
        #[case] told: Position,
        #[case] oldest: Option<Position>,
        #[case] newest: Position,
        #[case] kept: bool,
    ) {
        assert_eq!(is_kept(told, oldest, newest), kept);
    }
}
