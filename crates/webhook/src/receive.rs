//! Receiving a delivery: verify the signature over the raw bytes, store the bytes, and only then say yes.
//!
//! Meta tries a delivery that was not answered with 200 again, for up to seven days. So whatever cannot be stored now is
//! refused, never dropped.

use bytes::Bytes;
use switchboard_crypto::{AppSecrets, SignatureError, verify_signature};
use switchboard_store::{
    Db, Durability, GroupCommit, Limits, Notifier, Rejected, SharedClock, Signal, crash_point, delivery,
};

/// With more waiting to be stored than `waiting`, Meta is asked to come back.
const LIMITS: Limits = Limits { committers: 4, batch: 64, waiting: 4096 };

/// Why a delivery was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Not from Meta, or not for this app. Answered with 401.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Too much is waiting. Answered with 503 and `Retry-After`.
    #[error("too many deliveries are waiting to be stored")]
    Full,
    /// Answered with 503.
    #[error("the delivery could not be stored: {0}")]
    NotStored(#[source] Rejected),
}

/// Takes deliveries. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Receiver {
    secrets: AppSecrets,
    notifier: Notifier,
    store: GroupCommit<Bytes, ()>,
}

impl Receiver {
    pub fn start(db: &Db, clock: SharedClock, notifier: Notifier, secrets: AppSecrets) -> Self {
        let store = GroupCommit::start(db, Durability::Flushed, LIMITS, move |conn, bodies: &[Bytes]| {
            let now = clock.now();
            Box::pin(async move {
                let bodies: Vec<&[u8]> = bodies.iter().map(AsRef::as_ref).collect();
                delivery::insert(conn, &bodies, now).await?;
                Ok(vec![(); bodies.len()])
            })
        });
        Self { secrets, notifier, store }
    }

    /// Returns once the delivery is durably stored. `signature`: the header `X-Hub-Signature-256`.
    pub async fn receive(&self, signature: Option<&str>, body: Bytes) -> Result<(), ReceiveError> {
        verify_signature(&self.secrets, signature, &body)?;
        match self.store.submit(body).await {
            Ok(()) => {
                crash_point("webhook.stored");
                self.notifier.notify(Signal::Delivery);
                Ok(())
            }
            Err(Rejected::Full) => Err(ReceiveError::Full),
            Err(rejected) => Err(ReceiveError::NotStored(rejected)),
        }
    }
}
