//! Recording: what became of an attempt to send.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use switchboard_store::{
    Conn, Json, MessageStatus, Millis, OutboxState, Result, TenantId,
    conversation::{self, Conversation, ConversationKey},
    early_status,
    event::{self, NewEvent},
    media_upload::{self, UploadKey},
    message::{self, Message, MessageKey, WamidKey},
    outbox::{self, OutboxRow},
    send_budget::{self, NumberKey},
};
use uuid::Uuid;

use crate::{Failure, events, rules, status};

/// How long a send whose outcome is unknown waits for a status webhook before it is tried again.
pub(super) const WAIT_FOR_STATUS: Duration = Duration::from_secs(30);

/// A message is given up after so many attempts.
pub(super) const MAX_ATTEMPTS: i64 = 8;

/// An attempt to send, over. `number_of_try` tells it from later ones of the same message.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) tenant_id: TenantId,
    pub(super) message_id: Uuid,
    pub(super) number_id: Uuid,
    pub(super) number_of_try: i64,
    pub(super) outcome: SendOutcome,
}

#[derive(Debug, Clone)]
pub(super) enum SendOutcome {
    Sent {
        wamid: String,
    },
    /// Meta may or may not have taken it.
    Unknown(Failure),
    /// It was not taken and may be tried again.
    Retry {
        failure: Failure,
        after: Duration,
    },
    /// The whole number has to wait; the message goes back to the queue without an attempt being counted.
    Paused {
        after: Duration,
    },
    /// The number's token was refused: the message waits for a new one.
    Held {
        after: Duration,
    },
    Failed(Failure),
}

/// Records a batch of attempts in the caller's transaction; for each, whether more waits in its conversation.
pub(super) async fn record(conn: &mut Conn<'_>, now: Millis, attempts: &[Attempt]) -> Result<Vec<bool>> {
    let ids: Vec<_> = attempts.iter().map(key).collect();
    // Where the messages are now: their contact may have been merged into another during the call.
    let conversations: BTreeSet<_> = message::by_id(conn, &ids).await?.iter().map(conversation_of).collect();
    let conversations: Vec<_> = conversations.into_iter().collect();
    let locked = conversation::lock(conn, &conversations).await?;
    let rows = outbox::of_conversations(conn, &conversations).await?;
    let messages = message::by_id(conn, &ids).await?;
    let mut work = Work {
        now,
        conversations: locked.into_iter().map(|row| (row.id, row)).collect(),
        rows: rows.into_iter().map(|row| (row.message_id, row)).collect(),
        messages: messages.into_iter().map(|message| (message.id, message)).collect(),
        requeued: Vec::new(),
        settled: Vec::new(),
        named: BTreeSet::new(),
        needs_person: BTreeSet::new(),
        events: Vec::new(),
    };
    work.apply_early_statuses(conn, attempts).await?;
    for attempt in attempts {
        work.apply(attempt);
    }
    work.show_reactions(conn, attempts).await?;
    work.forget_uploads(conn, attempts).await?;
    let more = attempts.iter().map(|attempt| work.has_more(attempt)).collect();
    work.save(conn).await?;
    pause_numbers(conn, now, attempts).await?;
    Ok(more)
}

struct Work {
    now: Millis,
    conversations: HashMap<Uuid, Conversation>,
    rows: HashMap<Uuid, OutboxRow>,
    messages: HashMap<Uuid, Message>,
    requeued: Vec<OutboxRow>,
    settled: Vec<MessageKey>,
    /// Messages whose id at Meta has become known.
    named: BTreeSet<Uuid>,
    needs_person: BTreeSet<Uuid>,
    events: Vec<NewEvent>,
}

impl Work {
    fn apply(&mut self, attempt: &Attempt) {
        // A status webhook may have settled it already, or a later attempt may be under way.
        let row = self.rows.get(&attempt.message_id).filter(|row| row.attempts == attempt.number_of_try).cloned();
        let row = row.filter(|row| row.state != OutboxState::Queued);
        match (&attempt.outcome, row) {
            // Also when its lease has lapsed and it waits to be sent again, or somebody is about to: it must not be.
            (SendOutcome::Sent { wamid }, _) => {
                self.learn_wamid(attempt, wamid);
                self.settle(attempt, MessageStatus::Sent, None);
            }
            (_, None) => {}
            (SendOutcome::Failed(failure), _) => self.settle(attempt, MessageStatus::Failed, Some(failure)),
            (SendOutcome::Unknown(failure), Some(row)) => {
                self.put_back(&row, OutboxState::Unknown, MessageStatus::Unknown, WAIT_FOR_STATUS, Some(failure));
            }
            (SendOutcome::Retry { failure, .. }, Some(row)) if row.attempts >= MAX_ATTEMPTS => {
                self.settle(attempt, MessageStatus::Failed, Some(failure));
            }
            (SendOutcome::Retry { failure, after }, Some(row)) => {
                self.put_back(&row, OutboxState::Queued, MessageStatus::Queued, *after, Some(failure));
            }
            (SendOutcome::Paused { after } | SendOutcome::Held { after }, Some(row)) => {
                let row = OutboxRow { attempts: row.attempts - 1, ..row };
                self.put_back(&row, OutboxState::Queued, MessageStatus::Queued, *after, None);
            }
        }
    }

    fn has_more(&self, attempt: &Attempt) -> bool {
        let conversation = self.messages.get(&attempt.message_id).map(|message| message.conversation_id);
        self.rows.values().any(|row| Some(row.conversation_id) == conversation)
    }

    fn learn_wamid(&mut self, attempt: &Attempt, wamid: &str) {
        if let Some(message) = self.messages.get_mut(&attempt.message_id).filter(|message| message.wamid.is_none()) {
            message.wamid = Some(wamid.to_owned());
            self.named.insert(attempt.message_id);
        }
    }

    fn settle(&mut self, attempt: &Attempt, status: MessageStatus, failure: Option<&Failure>) {
        // Another attempt of the same batch has nothing left to put back.
        self.rows.remove(&attempt.message_id);
        self.settled.push(key(attempt));
        self.change(attempt.message_id, status, failure);
        if status == MessageStatus::Failed {
            self.call_person(attempt.message_id);
        }
    }

    fn put_back(
        &mut self,
        row: &OutboxRow,
        state: OutboxState,
        status: MessageStatus,
        after: Duration,
        failure: Option<&Failure>,
    ) {
        if let Some(message) = self.messages.get_mut(&row.message_id) {
            message.status = status;
            message.error = failure.map(|failure| Json(failure.to_value()));
            message.updated_at = self.now;
            self.events.push(events::message_updated(message, self.now));
        }
        self.requeued.push(OutboxRow { state, due_at: self.now + after, lease_owner: None, ..row.clone() });
    }

    fn change(&mut self, id: Uuid, status: MessageStatus, failure: Option<&Failure>) {
        let Some(message) = self.messages.get_mut(&id) else { return };
        if status::moves_forward(message.status, status) {
            message.status = status;
            message.error = failure.map(|failure| Json(failure.to_value()));
        }
        message.updated_at = self.now;
        self.events.push(events::message_updated(message, self.now));
    }

    fn call_person(&mut self, message: Uuid) {
        self.needs_person.extend(self.messages.get(&message).map(|message| message.conversation_id));
    }

    /// A reaction that has left shows on the message it is about, if that is of the same conversation.
    async fn show_reactions(&mut self, conn: &mut Conn<'_>, attempts: &[Attempt]) -> Result<()> {
        let sent = attempts.iter().filter(|attempt| matches!(attempt.outcome, SendOutcome::Sent { .. }));
        let reactions: Vec<_> = sent
            .filter_map(|attempt| {
                let message = self.messages.get(&attempt.message_id).filter(|message| message.kind == "reaction")?;
                let payload = &message.payload.as_ref()?.0;
                let wamid = payload.get("message_id")?.as_str()?.to_owned();
                let emoji = payload.get("emoji").and_then(serde_json::Value::as_str).filter(|it| !it.is_empty());
                let key = WamidKey { tenant_id: attempt.tenant_id, number_id: attempt.number_id, wamid };
                Some((key, message.conversation_id, emoji.map(str::to_owned)))
            })
            .collect();
        let keys: Vec<_> = reactions.iter().map(|(key, ..)| key.clone()).collect();
        let targets = message::by_wamid(conn, &keys).await?;
        for (key, conversation, emoji) in reactions {
            let target = targets.iter().find(|target| {
                target.wamid.as_ref() == Some(&key.wamid)
                    && target.number_id == key.number_id
                    && target.conversation_id == conversation
            });
            let Some(target) = target else { continue };
            let target = self.messages.entry(target.id).or_insert_with(|| target.clone());
            target.own_reaction = emoji;
            target.updated_at = self.now;
            self.events.push(events::message_updated(target, self.now));
        }
        Ok(())
    }

    /// Whatever Meta had against a message with a file, it may have been the file: the next message uploads it anew.
    async fn forget_uploads(&self, conn: &mut Conn<'_>, attempts: &[Attempt]) -> Result<()> {
        for attempt in attempts.iter().filter(|attempt| matches!(attempt.outcome, SendOutcome::Failed(_))) {
            let file = self.messages.get(&attempt.message_id).and_then(|message| message.media_id);
            let Some(media_id) = file else { continue };
            let key = UploadKey { tenant_id: attempt.tenant_id, media_id, number_id: attempt.number_id };
            media_upload::forget(conn, key).await?;
        }
        Ok(())
    }

    /// Statuses that came before the answer to the call did.
    async fn apply_early_statuses(&mut self, conn: &mut Conn<'_>, attempts: &[Attempt]) -> Result<()> {
        let sent: HashMap<_, _> = attempts
            .iter()
            .filter_map(|attempt| match &attempt.outcome {
                SendOutcome::Sent { wamid } => Some((wamid.clone(), attempt)),
                _ => None,
            })
            .collect();
        let keys: Vec<_> = sent
            .iter()
            .map(|(wamid, a)| WamidKey { tenant_id: a.tenant_id, number_id: a.number_id, wamid: wamid.clone() })
            .collect();
        for early in early_status::take(conn, &keys).await? {
            let Some(attempt) = sent.get(&early.wamid) else { continue };
            let failure = early.error.as_ref().map(|error| Failure::from_webhook(&error.0));
            self.change(attempt.message_id, early.status, failure.as_ref());
            if early.status == MessageStatus::Failed {
                self.call_person(attempt.message_id);
            }
        }
        Ok(())
    }

    async fn save(mut self, conn: &mut Conn<'_>) -> Result<()> {
        let mut changed = Vec::new();
        for id in &self.needs_person {
            if let Some(mut row) = self.conversations.remove(id) {
                rules::note_failure(&mut row);
                row.updated_at = self.now;
                self.events.push(events::conversation_updated(&row, self.now));
                changed.push(row);
            }
        }
        conversation::save(conn, &changed).await?;
        let named = self.named.iter().filter_map(|id| self.messages.get(id));
        message::set_wamids(conn, &named.collect::<Vec<_>>()).await?;
        message::save(conn, &self.messages.into_values().collect::<Vec<_>>()).await?;
        outbox::save(conn, &self.requeued).await?;
        outbox::delete(conn, &self.settled).await?;
        event::insert(conn, &self.events).await
    }
}

/// A throttled number waits as a whole, and no other number does.
async fn pause_numbers(conn: &mut Conn<'_>, now: Millis, attempts: &[Attempt]) -> Result<()> {
    let mut until: HashMap<NumberKey, Millis> = HashMap::new();
    for attempt in attempts {
        if let SendOutcome::Paused { after } = attempt.outcome {
            let number = NumberKey { tenant_id: attempt.tenant_id, number_id: attempt.number_id };
            let at = until.entry(number).or_default();
            *at = (*at).max(now + after);
        }
    }
    let keys: BTreeSet<_> = until.keys().copied().collect();
    let mut budgets = send_budget::lock(conn, &keys.into_iter().collect::<Vec<_>>()).await?;
    for budget in &mut budgets {
        let number = NumberKey { tenant_id: budget.tenant_id, number_id: budget.number_id };
        budget.paused_until = budget.paused_until.max(until[&number]);
        outbox::postpone_number(conn, number.tenant_id, number.number_id, budget.paused_until).await?;
    }
    send_budget::save(conn, &budgets).await
}

fn conversation_of(message: &Message) -> ConversationKey {
    ConversationKey { tenant_id: message.tenant_id, id: message.conversation_id }
}

fn key(attempt: &Attempt) -> MessageKey {
    MessageKey { tenant_id: attempt.tenant_id, id: attempt.message_id }
}
