//! What each item changes, in memory.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_store::{
    Author, Control, ConversationState, Direction, Json, MessageStatus, Millis, OutboxState,
    conversation::{Conversation, ConversationKey},
    early_status::EarlyStatus,
    message::{Message, MessageKey},
    new_id,
};
use uuid::Uuid;

use super::{Received, Work, pair, wamid_key};
use crate::{
    Failure, events,
    given_phone::{self, Given},
    incoming::{Body, Content, Incoming, Origin, Said, StatusUpdate},
    media, rules, status,
    window::SERVICE_WINDOW,
};

/// A webhook this late tells of the past: its message takes its place among the messages of its time.
const LATE: Duration = Duration::from_mins(2);
/// What Meta calls a message of a number's history whose media are told of later.
const MEDIA_PLACEHOLDER: &str = "media_placeholder";
/// Where the payload of an edited message has what it said before.
const EARLIER: &str = "earlier_versions";

impl Work {
    pub(super) fn apply(&mut self, item: &Received, contact: Option<Uuid>) {
        let conversation = pair(item, contact).and_then(|pair| self.by_pair.get(&pair).copied());
        match (&item.incoming, conversation) {
            (Incoming::Message(said), Some(conversation)) => self.said(item, said, conversation, Author::Customer),
            (Incoming::Echo(said), Some(conversation)) => self.said(item, said, conversation, Author::Phone),
            (Incoming::Status(update), _) => self.status(item, update),
            (Incoming::Message(_) | Incoming::Echo(_), None) | (Incoming::ContactName { .. }, _) => {}
        }
    }

    fn said(&mut self, item: &Received, said: &Said, conversation: Uuid, author: Author) {
        let known = self.by_wamid.get(&wamid_key(item.tenant_id, item.number_id, &said.wamid)).copied();
        if let Some(index) = known {
            return self.fill_in(index, said, conversation);
        }
        let Some(mut row) = self.conversations.get(&conversation).cloned() else { return };
        let mut message = new_message(&mut row, said, author, self.now);
        self.media.extend(media::take_in(&mut message, self.now));
        self.change_target(item, said, author, row.id);
        if counts_as_said(&said.content) {
            rules::note_message(&mut row, message.id, message.created_at, self.now);
        }
        let live = said.origin == Origin::Live && said.group_id.is_none();
        match (&said.content, author) {
            (Content::Body(_) | Content::Unsupported(_), Author::Customer) => {
                self.customer_said(item, said, &mut row, &message, live);
            }
            (Content::Body(_), _) if live => self.phone_said(item, &mut row),
            (Content::Edit { target, .. } | Content::Revoke { target }, Author::Customer) if live => {
                self.customer_changed(item, target, &mut row, message.seq);
            }
            _ => {}
        }
        self.events.push(events::message_created(&message, self.now));
        self.outcome.new_messages += 1;
        self.add_message(message, true);
        self.changed.insert(row.id);
        self.conversations.insert(row.id, row);
    }

    /// The history of a number tells of media first that there were some, and what they were in a later webhook with the
    /// same id. Anything else that is told again is passed over.
    fn fill_in(&mut self, index: usize, said: &Said, conversation: Uuid) {
        let known = &self.messages[index].message;
        let (Content::Body(body), Origin::History) = (&said.content, said.origin) else { return };
        if known.kind != MEDIA_PLACEHOLDER || known.conversation_id != conversation {
            return;
        }
        self.change_message(index, |message| {
            message.kind.clone_from(&body.kind);
            message.text.clone_from(&body.text);
            message.payload = body.payload.clone().map(Json);
        });
        let filled = media::take_in(&mut self.messages[index].message, self.now);
        self.media.extend(filled);
    }

    fn customer_said(&mut self, item: &Received, said: &Said, row: &mut Conversation, message: &Message, live: bool) {
        if said.group_id.is_none() {
            row.last_inbound_at = row.last_inbound_at.max(Some(said.said_at.min(self.now)));
        }
        if !live {
            return;
        }
        row.unread_count += 1;
        if row.state != ConversationState::Open {
            rules::customer_returns(row, item.policy.is_some(), self.now);
            self.events.push(events::conversation_updated(row, self.now));
        }
        if let Content::Body(body) = &said.content {
            let (tenant_id, contact_id) = (row.tenant_id, row.contact_id);
            self.given.extend(given_phone::on_card(body).map(|phone| Given { tenant_id, contact_id, phone }));
        }
        if message.wants_answer {
            self.asked(item, row, message.seq);
        }
    }

    fn asked(&mut self, item: &Received, row: &mut Conversation, seq: i64) {
        rules::note_question(row, seq, item.policy, self.now);
        self.outcome.turns |= row.turn_due_at.is_some();
    }

    /// What a turn is about to answer reads otherwise now, or is gone: an answer that has not seen it does not leave. What was
    /// answered before stays answered.
    fn customer_changed(&mut self, item: &Received, target: &str, row: &mut Conversation, seq: i64) {
        let target = self.target(item, target, row.id).map(|index| &self.messages[index].message);
        let is_awaited = target.is_some_and(|target| target.wants_answer && target.seq > row.answered_seq);
        if is_awaited && row.burst_started_at.is_some() {
            self.asked(item, row, seq);
        }
    }

    /// Somebody typed on the phone: a person has taken over.
    fn phone_said(&mut self, item: &Received, row: &mut Conversation) {
        if row.control == Control::Ai {
            rules::take_over(row, None, "phone", self.now);
            self.cancel_queued(row);
            self.taken_over.push(ConversationKey { tenant_id: row.tenant_id, id: row.id });
            self.events.push(events::conversation_updated(row, self.now));
        }
        rules::note_person_wrote(row, item.auto_handback, self.now);
    }

    fn cancel_queued(&mut self, row: &Conversation) {
        let queued: Vec<_> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| {
                waiting.conversation_id == row.id
                    && waiting.state == OutboxState::Queued
                    && waiting.control_version.is_some()
            })
            .map(|(key, _)| *key)
            .collect();
        for key in queued {
            self.waiting.remove(&key);
            self.settled.push(key);
            if let Some(index) = self.by_id.get(&key).copied() {
                self.change_message(index, |message| message.status = MessageStatus::Cancelled);
            }
        }
    }

    /// The message that another speaks of, if it is known and of this conversation: another one is not locked, and not theirs
    /// to change.
    fn target(&self, item: &Received, wamid: &str, conversation: Uuid) -> Option<usize> {
        let index = self.by_wamid.get(&wamid_key(item.tenant_id, item.number_id, wamid)).copied();
        index.filter(|index| self.messages[*index].message.conversation_id == conversation)
    }

    /// A reaction, an edit or a revocation changes the message it speaks of.
    fn change_target(&mut self, item: &Received, said: &Said, author: Author, conversation: Uuid) {
        let now = self.now;
        let (Content::Reaction { target, .. } | Content::Edit { target, .. } | Content::Revoke { target }) =
            &said.content
        else {
            return;
        };
        let Some(index) = self.target(item, target, conversation) else { return };
        let own = self.messages[index].message.direction == Direction::Outbound;
        let by_author = own == (author != Author::Customer);
        match &said.content {
            Content::Reaction { emoji, .. } => self.change_message(index, |message| {
                let reaction =
                    if author == Author::Customer { &mut message.customer_reaction } else { &mut message.own_reaction };
                reaction.clone_from(emoji);
            }),
            // Only who said something may change it.
            Content::Edit { body, .. } if by_author => self.change_message(index, |message| {
                let earlier = earlier_versions(message, now);
                message.text.clone_from(&body.text);
                message.payload = Some(Json(edited(message.payload.as_ref(), body.payload.as_ref(), earlier)));
                message.edited_at = Some(now);
            }),
            Content::Revoke { .. } if by_author => self.change_message(index, |message| message.revoked_at = Some(now)),
            _ => {}
        }
    }

    fn status(&mut self, item: &Received, update: &StatusUpdate) {
        let by_wamid = self.by_wamid.get(&wamid_key(item.tenant_id, item.number_id, &update.wamid));
        let by_id = update.message_id.and_then(|id| self.by_id.get(&MessageKey { tenant_id: item.tenant_id, id }));
        let index = by_wamid.or(by_id).copied().filter(|index| {
            let message = &self.messages[*index].message;
            message.number_id == item.number_id && message.direction == Direction::Outbound
        });
        let Some(index) = index else { return self.keep_for_later(item, update) };
        let now = self.now;
        let current = self.messages[index].message.clone();
        if current.wamid.is_none() {
            self.by_wamid.insert(wamid_key(item.tenant_id, item.number_id, &update.wamid), index);
            self.messages[index].named = true;
        }
        // Meta knows the message: whatever we were unsure of, it has been sent, and must not be sent again.
        let key = MessageKey { tenant_id: current.tenant_id, id: current.id };
        if self.waiting.remove(&key).is_some() {
            self.settled.push(key);
        }
        let forward = status::moves_forward(current.status, update.status);
        if !forward && current.wamid.is_some() {
            return;
        }
        self.change_message(index, |message| {
            message.wamid.get_or_insert_with(|| update.wamid.clone());
            if forward {
                message.status = update.status;
                message.error = update.error.as_ref().map(|error| Json(Failure::from_webhook(error).to_value()));
            }
            message.updated_at = now;
        });
        if forward && update.status == MessageStatus::Failed {
            self.needs_person(current.conversation_id);
        }
    }

    /// The status overtook the answer to the call: it waits for the message to get its wamid.
    fn keep_for_later(&mut self, item: &Received, update: &StatusUpdate) {
        let key = wamid_key(item.tenant_id, item.number_id, &update.wamid);
        let kept = self.early.get(&key);
        if kept.is_some_and(|kept| !status::moves_forward(kept.status, update.status)) {
            return;
        }
        let early = EarlyStatus {
            tenant_id: item.tenant_id,
            number_id: item.number_id,
            wamid: update.wamid.clone(),
            status: update.status,
            error: update.error.clone().map(Json),
            at: self.now,
        };
        self.early.insert(key, early);
    }

    fn needs_person(&mut self, conversation: Uuid) {
        let now = self.now;
        if let Some(row) = self.conversations.get_mut(&conversation) {
            rules::note_failure(row);
            row.updated_at = now;
            self.changed.insert(conversation);
            self.events.push(events::conversation_updated(row, now));
        }
    }

    fn change_message(&mut self, index: usize, change: impl FnOnce(&mut Message)) {
        let state = &mut self.messages[index];
        let (text, revoked_at) = (state.message.text.clone(), state.message.revoked_at);
        change(&mut state.message);
        state.reworded |= state.message.text != text || state.message.revoked_at != revoked_at;
        state.message.updated_at = self.now;
        state.changed = true;
        self.events.push(events::message_updated(&state.message, self.now));
    }
}

/// What a message has said before, the oldest first, and until when.
fn earlier_versions(message: &Message, now: Millis) -> Value {
    let known = message.payload.as_ref().and_then(|payload| payload.0.get(EARLIER)).and_then(Value::as_array);
    let mut earlier = known.cloned().unwrap_or_default();
    earlier.push(json!({ "text": message.text, "until": now.to_rfc3339() }));
    earlier.into()
}

/// The payload after an edit. Its file stays, which an edit does not change: only what is said of it.
fn edited(before: Option<&Json<Value>>, edit: Option<&Value>, earlier: Value) -> Value {
    let payload = edit.or(before.map(|before| &before.0)).cloned().unwrap_or_else(|| json!({}));
    let mut payload = without_addresses(payload);
    if let Some(members) = payload.as_object_mut() {
        members.insert(EARLIER.to_owned(), earlier);
    }
    payload
}

/// The payload without Meta's address of a file, which nobody is shown anything from.
fn without_addresses(mut payload: Value) -> Value {
    if let Some(members) = payload.as_object_mut() {
        for member in members.values_mut().filter_map(Value::as_object_mut) {
            member.remove("url");
        }
    }
    payload
}

/// Reactions, edits and revocations show on the message they speak of; the list goes on showing what was said.
fn counts_as_said(content: &Content) -> bool {
    matches!(content, Content::Body(_) | Content::Unsupported(_))
}

fn new_message(row: &mut Conversation, said: &Said, author: Author, now: Millis) -> Message {
    let (kind, text, payload) = stored_form(&said.content);
    let said_at = said.said_at.min(now);
    let late = said.origin == Origin::History || now.saturating_since(said_at) > LATE;
    let wants_answer = author == Author::Customer
        && said.origin == Origin::Live
        && said.group_id.is_none()
        && matches!(said.content, Content::Body(_))
        && said_at + SERVICE_WINDOW > now;
    Message {
        tenant_id: row.tenant_id,
        id: new_id(now),
        conversation_id: row.id,
        number_id: row.number_id,
        seq: rules::next_seq(row),
        direction: if author == Author::Customer { Direction::Inbound } else { Direction::Outbound },
        author,
        person_id: None,
        kind,
        text,
        payload: payload.map(Json),
        wants_answer,
        wamid: Some(said.wamid.clone()),
        reply_to: said.reply_to.clone(),
        status: if author == Author::Customer { MessageStatus::Received } else { MessageStatus::Sent },
        error: None,
        customer_reaction: None,
        own_reaction: None,
        edited_at: None,
        revoked_at: None,
        answers_seq: None,
        part: None,
        idempotency_key: None,
        media_id: None,
        created_at: if late { said_at } else { rules::after_the_last(row, now) },
        updated_at: now,
    }
}

fn stored_form(content: &Content) -> (String, Option<String>, Option<Value>) {
    let of_body = |body: &Body| (body.kind.clone(), body.text.clone(), body.payload.clone());
    match content {
        Content::Body(body) | Content::Unsupported(body) | Content::System { body, .. } => of_body(body),
        Content::Reaction { target, emoji } => {
            ("reaction".into(), emoji.clone(), Some(json!({ "message_id": target, "emoji": emoji })))
        }
        Content::Edit { target, body } => {
            let message = body.payload.clone().map(without_addresses);
            ("edit".into(), body.text.clone(), Some(json!({ "original_message_id": target, "message": message })))
        }
        Content::Revoke { target } => ("revoke".into(), None, Some(json!({ "original_message_id": target }))),
    }
}
