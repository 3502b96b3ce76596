//! Delivery: what is in the outbox leaves, once, in order, within Meta's limits.
//!
//! * A message is marked `sending`, with a lease, in a committed transaction before the call to Meta is made. So after a
//!   crash nobody mistakes a message that may have left for one that has not: it becomes `unknown`, a status webhook that
//!   carries its id settles it, and only after a bounded wait is it sent again. That wait is the one place where a
//!   customer could be written to twice.
//! * The oldest message of a conversation holds back those behind it, whatever its state: one in flight at most.
//! * Control is checked in the transaction that marks the message, under the conversation's lock.

mod budget;
mod claim;
#[cfg(test)]
mod interleavings;
mod lapse;
mod record;

use std::{sync::Arc, time::Duration};

use switchboard_crypto::Place;
use switchboard_graph_client::{GraphClient, GraphError, Kind, OutgoingMessage, Recipient, Scope as Throttled};
use switchboard_store::{
    Db, Durability, GroupCommit, Limits, Notifier, Result, Round, Scope, SharedClock, Signal, TenantId, Vault,
    VaultError, crash_point, new_id, outbox,
};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use self::{
    claim::{Claimed, HELD, claim},
    lapse::lapse,
    record::{Attempt, SendOutcome, record},
};
use crate::Failure;

/// A send is over, one way or the other, before its lease: Graph's time-out is 10 s.
const LEASE: Duration = Duration::from_secs(20);
/// Calls to Meta at a time.
const CONCURRENT_SENDS: usize = 128;
const RECORDING: Limits = Limits { committers: 2, batch: 64, waiting: CONCURRENT_SENDS };
/// Without a wake-up, the outbox is looked at this often.
const POLL: Duration = Duration::from_secs(1);

/// Meta refused an account's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRefused {
    pub tenant_id: TenantId,
    /// Our id of the account.
    pub waba: Uuid,
    /// What happened, for people.
    pub reason: String,
}

/// What delivery works with.
#[derive(Debug, Clone)]
pub struct DeliveryParts {
    pub db: Db,
    pub clock: SharedClock,
    pub vault: Vault,
    pub graph: GraphClient,
    pub notifier: Notifier,
    /// Whoever looks after tokens hears here that one was refused.
    pub refused: mpsc::UnboundedSender<TokenRefused>,
}

/// Sends what is in the outbox. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delivery {
    parts: DeliveryParts,
    owner: Uuid,
    recorder: GroupCommit<Attempt, bool>,
    permits: Arc<Semaphore>,
    sends: TaskTracker,
}

impl Delivery {
    pub fn new(parts: DeliveryParts) -> Self {
        let clock = Arc::clone(&parts.clock);
        let recorder = GroupCommit::start(&parts.db, Durability::Soon, RECORDING, move |conn, attempts| {
            let now = clock.now();
            Box::pin(record(conn, now, attempts))
        });
        Self {
            owner: new_id(parts.clock.now()),
            recorder,
            permits: Arc::new(Semaphore::new(CONCURRENT_SENDS)),
            sends: TaskTracker::new(),
            parts,
        }
    }

    /// Sends until `stop`, then waits for the calls under way.
    pub async fn run(&self, stop: CancellationToken) {
        let lapsing = tokio::spawn(self.clone().lapse_now_and_then(stop.clone()));
        while !stop.is_cancelled() {
            let mut notified = std::pin::pin!(self.parts.notifier.notified(Signal::Outbox));
            // Before looking, so that what is queued while we look is not slept through.
            notified.as_mut().enable();
            let round = Round::begin();
            let wait = match self.tick().await {
                Ok(true) => {
                    round.rest().await;
                    continue;
                }
                Ok(false) => self.until_next().await,
                Err(error) => {
                    tracing::error!(error = %error, "the outbox could not be read");
                    POLL
                }
            };
            tokio::select! {
                () = notified => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
        self.sends.close();
        self.sends.wait().await;
        lapsing.abort();
    }

    /// Sends all that is due and waits until it has left: for tests, which move the time themselves.
    pub async fn drain(&self) -> Result<()> {
        loop {
            self.lapse().await?;
            let more = self.tick().await?;
            self.sends.close();
            self.sends.wait().await;
            self.sends.reopen();
            if !more {
                return Ok(());
            }
        }
    }

    /// Starts sending what is due; `true` if there may be more.
    async fn tick(&self) -> Result<bool> {
        let now = self.parts.clock.now();
        // Looked at first as a reader: there is mostly nothing, and writers wait for each other.
        let mut tx = self.parts.db.read(Scope::System).await?;
        if outbox::heads(&mut tx.conn(), now, 1).await?.is_empty() {
            return Ok(false);
        }
        drop(tx);
        // One permit at least: with all of them out there is nothing to do but wait for one.
        let Ok(first) = Arc::clone(&self.permits).acquire_owned().await else { return Ok(false) };
        let free = self.permits.available_permits() + 1;
        let mut tx = self.parts.db.write(Scope::System).await?;
        let limit = i64::try_from(free).unwrap_or(i64::MAX);
        let round = claim(&mut tx.conn(), now, self.owner, LEASE, limit).await?;
        tx.commit().await?;
        if !round.claimed.is_empty() {
            crash_point("delivery.claimed");
        }
        drop(first);
        if round.uploads {
            self.parts.notifier.notify(Signal::Media);
        }
        let busy = !round.claimed.is_empty() || round.settled;
        for claimed in round.claimed {
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { break };
            let delivery = self.clone();
            self.sends.spawn(async move {
                delivery.send(claimed).await;
                drop(permit);
            });
        }
        if busy {
            self.parts.notifier.notify(Signal::Event);
        }
        Ok(busy)
    }

    async fn lapse_now_and_then(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.lapse().await {
                tracing::error!(error = %error, "sends nobody heard of could not be looked at");
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn lapse(&self) -> Result<()> {
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.read(Scope::System).await?;
        let due = !outbox::lapsed(&mut tx.conn(), now, 1).await?.is_empty();
        drop(tx);
        if !due {
            return Ok(());
        }
        let mut tx = self.parts.db.write(Scope::System).await?;
        let lapsed = lapse(&mut tx.conn(), now, 256).await?;
        tx.commit().await?;
        metrics::counter!("switchboard_sends_lapsed_total").increment(lapsed as u64);
        self.parts.notifier.notify(Signal::Outbox);
        self.parts.notifier.notify(Signal::Event);
        Ok(())
    }

    async fn until_next(&self) -> Duration {
        let now = self.parts.clock.now();
        let next = async {
            let mut tx = self.parts.db.read(Scope::System).await?;
            outbox::next_due(&mut tx.conn(), now).await
        };
        match next.await {
            Ok(Some(at)) => at.saturating_since(now).clamp(Duration::from_millis(1), POLL),
            _ => POLL,
        }
    }

    /// One message: the call to Meta, and its record.
    async fn send(&self, claimed: Claimed) {
        let outcome = self.call(&claimed).await;
        crash_point("delivery.called");
        count(&outcome);
        let attempt = Attempt {
            tenant_id: claimed.row.tenant_id,
            message_id: claimed.row.message_id,
            number_id: claimed.row.number_id,
            number_of_try: claimed.row.attempts,
            outcome,
        };
        let recorded = self.recorder.submit_waiting(attempt).await;
        crash_point("delivery.recorded");
        match recorded {
            Ok(true) => self.parts.notifier.notify(Signal::Outbox),
            Ok(false) => {}
            // The lease lapses, the message becomes unknown, and a status webhook or time settles it.
            Err(error) => {
                tracing::error!(message.id = %claimed.row.message_id, error = %error, "a send could not be recorded");
            }
        }
        self.parts.notifier.notify(Signal::Event);
    }

    async fn call(&self, claimed: &Claimed) -> SendOutcome {
        let token = match self.token(claimed).await {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(waba.id = %claimed.waba, error = %error, "a token could not be read");
                return SendOutcome::Held { after: HELD };
            }
        };
        let message = OutgoingMessage {
            to: recipient(claimed),
            body: claimed.body.clone(),
            reply_to: claimed.reply_to.clone(),
            opaque: Some(claimed.row.message_id.to_string()),
        };
        match self.parts.graph.send(&claimed.phone_number_id, &message, &token).await {
            Ok(sent) => SendOutcome::Sent { wamid: sent.wamid },
            Err(error) => self.judge(claimed, &error),
        }
    }

    async fn token(&self, claimed: &Claimed) -> Result<secrecy::SecretString, VaultError> {
        let place = Place { tenant: claimed.row.tenant_id.0, table: "waba", column: "token", row: claimed.waba };
        self.parts.vault.open_text_at_hand(&self.parts.db, &place, &claimed.token).await
    }

    fn judge(&self, claimed: &Claimed, error: &GraphError) -> SendOutcome {
        let failure = Failure::from_graph(error);
        tracing::warn!(message.id = %claimed.row.message_id, attempt = claimed.row.attempts, error = %error, "a send failed");
        if error.outcome_unknown() {
            return SendOutcome::Unknown(failure);
        }
        let attempt = u32::try_from(claimed.row.attempts - 1).unwrap_or(0);
        let after = error.wait(attempt);
        match error.kind {
            Kind::Reauthorise => {
                let refused =
                    TokenRefused { tenant_id: claimed.row.tenant_id, waba: claimed.waba, reason: failure.message };
                // Nobody listens only when the process is going down; the next send tells again.
                let _ = self.parts.refused.send(refused);
                SendOutcome::Held { after: HELD }
            }
            Kind::Throttled(Throttled::Number | Throttled::App | Throttled::Waba) | Kind::Quality => {
                SendOutcome::Paused { after }
            }
            Kind::Throttled(Throttled::Pair | Throttled::Registration) | Kind::Transient => {
                SendOutcome::Retry { failure, after }
            }
            Kind::Permission | Kind::WindowClosed | Kind::Recipient | Kind::Request | Kind::Account => {
                SendOutcome::Failed(failure)
            }
        }
    }
}

fn recipient(claimed: &Claimed) -> Recipient {
    let contact = &claimed.contact;
    match (contact.phone.clone(), contact.user_id.clone()) {
        (Some(phone), _) => Recipient::Phone(phone),
        (None, user_id) => Recipient::UserId(user_id.unwrap_or_default()),
    }
}

fn count(outcome: &SendOutcome) {
    let outcome = match outcome {
        SendOutcome::Sent { .. } => "sent",
        SendOutcome::Unknown(_) => "unknown",
        SendOutcome::Retry { .. } => "retry",
        SendOutcome::Paused { .. } => "paused",
        SendOutcome::Held { .. } => "held",
        SendOutcome::Failed(_) => "failed",
    };
    metrics::counter!("switchboard_sends_total", "outcome" => outcome).increment(1);
}
