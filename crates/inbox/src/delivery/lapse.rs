//! Lapsing: sends nobody has told the outcome of in time.

use std::collections::HashMap;

use switchboard_store::{
    Conn, Json, MessageStatus, Millis, OutboxState, Result,
    conversation::{self, Conversation},
    event::{self, NewEvent},
    message::{self, Message, MessageKey},
    outbox::{self, OutboxRow},
};
use uuid::Uuid;

use super::record::{MAX_ATTEMPTS, WAIT_FOR_STATUS};
use crate::{Failure, events, rules};

/// Sends whose worker vanished become unknown; those that waited long enough for a status go back to the queue, or are
/// given up after so many attempts: they may have left each time. How many there were.
pub(super) async fn lapse(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<usize> {
    let mut keys = outbox::lapsed(conn, now, limit).await?;
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(0);
    }
    let conversations = conversation::lock(conn, &keys).await?;
    let mut rows = outbox::of_conversations(conn, &keys).await?;
    rows.retain(|row| row.due_at <= now && row.state != OutboxState::Queued);
    let messages = message::by_id(conn, &rows.iter().map(key).collect::<Vec<_>>()).await?;
    let mut work = Work {
        now,
        conversations: conversations.into_iter().map(|row| (row.id, row)).collect(),
        messages: messages.into_iter().map(|message| (message.id, message)).collect(),
        waiting: Vec::new(),
        given_up: Vec::new(),
        needs_person: Vec::new(),
        events: Vec::new(),
    };
    for row in &rows {
        work.apply(row);
    }
    work.save(conn).await?;
    Ok(rows.len())
}

struct Work {
    now: Millis,
    conversations: HashMap<Uuid, Conversation>,
    messages: HashMap<Uuid, Message>,
    waiting: Vec<OutboxRow>,
    given_up: Vec<MessageKey>,
    needs_person: Vec<Conversation>,
    events: Vec<NewEvent>,
}

impl Work {
    fn apply(&mut self, row: &OutboxRow) {
        let (state, status, due_at) = match row.state {
            OutboxState::Sending => (OutboxState::Unknown, MessageStatus::Unknown, self.now + WAIT_FOR_STATUS),
            _ if row.attempts >= MAX_ATTEMPTS => return self.give_up(row),
            _ => (OutboxState::Queued, MessageStatus::Queued, self.now),
        };
        self.change(row, |message| message.status = status);
        self.waiting.push(OutboxRow { state, due_at, lease_owner: None, ..row.clone() });
    }

    fn give_up(&mut self, row: &OutboxRow) {
        let failure = Failure::of("WhatsApp did not say what became of the message.");
        self.change(row, |message| {
            message.status = MessageStatus::Failed;
            message.error = Some(Json(failure.to_value()));
        });
        if let Some(mut conversation) = self.conversations.remove(&row.conversation_id) {
            rules::note_failure(&mut conversation);
            conversation.updated_at = self.now;
            self.events.push(events::conversation_updated(&conversation, self.now));
            self.needs_person.push(conversation);
        }
        self.given_up.push(key(row));
    }

    fn change(&mut self, row: &OutboxRow, change: impl FnOnce(&mut Message)) {
        let Some(message) = self.messages.get_mut(&row.message_id) else { return };
        change(message);
        message.updated_at = self.now;
        self.events.push(events::message_updated(message, self.now));
    }

    async fn save(self, conn: &mut Conn<'_>) -> Result<()> {
        conversation::save(conn, &self.needs_person).await?;
        outbox::save(conn, &self.waiting).await?;
        outbox::delete(conn, &self.given_up).await?;
        message::save(conn, &self.messages.into_values().collect::<Vec<_>>()).await?;
        event::insert(conn, &self.events).await
    }
}

fn key(row: &OutboxRow) -> MessageKey {
    MessageKey { tenant_id: row.tenant_id, id: row.message_id }
}
