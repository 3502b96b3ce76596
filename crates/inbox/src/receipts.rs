//! What customers see of what becomes of their messages: that they were read, and that an answer is being written.
//!
//! As well as it goes, and beside everything else: whoever asks for it does not wait, what fails is not tried again, and
//! under load it is left out. The next message says it anew.

use std::{
    collections::{HashMap, hash_map::Entry},
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use switchboard_graph_client::GraphClient;
use switchboard_store::{Db, ReadReceipts, Result, Scope, TenantId, Vault, receipt};
use tokio::{sync::Semaphore, time::Instant};
use uuid::Uuid;

use crate::access::Sealed;

/// Calls to Meta at a time; more are left out.
const AT_ONCE: usize = 64;
/// Meta shows that something is being written for 25 s, or until a message comes ("Typing indicators"): said again this
/// often, it is never gone in between.
const TYPING_AGAIN: Duration = Duration::from_secs(20);

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Read,
    /// And read.
    Typing,
}

/// Shows customers what their business would have them see. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Receipts {
    db: Db,
    vault: Vault,
    graph: GraphClient,
    permits: Arc<Semaphore>,
    /// Since when it is shown that a person writes, by conversation.
    typing: Arc<Mutex<HashMap<Uuid, Instant>>>,
}

impl Receipts {
    pub fn new(db: Db, vault: Vault, graph: GraphClient) -> Self {
        Self { db, vault, graph, permits: Arc::new(Semaphore::new(AT_ONCE)), typing: Arc::default() }
    }

    /// Shows it to the customer of a conversation, in the background.
    pub fn show(&self, tenant: TenantId, conversation: Uuid, shown: Shown) {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            return count("left_out");
        };
        let receipts = self.clone();
        tokio::spawn(async move {
            match receipts.tell(tenant, conversation, shown).await {
                Ok(outcome) => count(outcome),
                Err(error) => {
                    tracing::warn!(conversation.id = %conversation, error = %error, "a receipt could not be read");
                }
            }
            drop(permit);
        });
    }

    /// Shows that a person writes, who says so every few seconds: Meta is told when it would be gone.
    pub fn show_person_typing(&self, tenant: TenantId, conversation: Uuid) {
        let now = Instant::now();
        let mut typing = self.typing.lock().unwrap_or_else(PoisonError::into_inner);
        typing.retain(|_, since| now.duration_since(*since) < TYPING_AGAIN);
        if let Entry::Vacant(silent) = typing.entry(conversation) {
            silent.insert(now);
            self.show(tenant, conversation, Shown::Typing);
        }
    }

    /// Shows that an answer is being written, until it is dropped.
    pub async fn keep_typing(&self, tenant: TenantId, conversation: Uuid) -> Infallible {
        loop {
            self.show(tenant, conversation, Shown::Typing);
            tokio::time::sleep(TYPING_AGAIN).await;
        }
    }

    /// What came of it, for whoever watches.
    async fn tell(&self, tenant: TenantId, conversation: Uuid, shown: Shown) -> Result<&'static str> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let conn = &mut tx.conn();
        let newest = receipt::newest(conn, tenant, conversation).await?;
        let Some(newest) = newest.filter(|newest| newest.read_receipts != ReadReceipts::Nothing) else {
            return Ok("not_wanted");
        };
        let sealed = Sealed::of(conn, tenant, newest.number_id).await?;
        drop(tx);
        let Ok(sealed) = sealed else { return Ok("no_access") };
        let Ok(access) = sealed.open(&self.db, &self.vault).await else { return Ok("no_access") };
        let typing = shown == Shown::Typing && newest.read_receipts == ReadReceipts::Typing;
        let told = self.graph.mark_read(&access.phone_number_id, &newest.wamid, typing, &access.token).await;
        Ok(match told {
            Ok(()) => "shown",
            Err(error) => {
                // A token that no longer works is found by what must be sent.
                tracing::debug!(conversation.id = %conversation, error = %error, "Meta did not take a receipt");
                "refused"
            }
        })
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("switchboard_receipts_total", "outcome" => outcome).increment(1);
}
