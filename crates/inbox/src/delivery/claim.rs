//! Claiming: what may leave now is marked as being sent, before anything is sent.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use switchboard_graph_client::MessageBody;
use switchboard_store::{
    Conn, Json, MessageStatus, Millis, NumberStatus, OutboxState, Result, TenantStatus,
    contact::{self, Contact},
    conversation::{self, Conversation, ConversationKey},
    event::{self, NewEvent},
    media_upload::{self, MediaUpload, UploadKey},
    message::{self, Message, MessageKey},
    outbox::{self, Head, OutboxRow},
    send_budget::{self, NumberKey, SendBudget},
};
use uuid::Uuid;

use super::budget::Rate;
use crate::{Failure, control, events, media::UPLOAD_LASTS, rules, window::window};

/// A message of a number that cannot send is looked at again after this; connecting the number again is quicker.
pub(super) const HELD: Duration = Duration::from_secs(30);

/// A message that is to be sent now, with what sending it needs.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) row: OutboxRow,
    pub(super) phone_number_id: String,
    pub(super) waba: Uuid,
    pub(super) token: Vec<u8>,
    pub(super) contact: Contact,
    pub(super) body: MessageBody,
    pub(super) reply_to: Option<String>,
}

/// What a round of claiming did.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) claimed: Vec<Claimed>,
    /// Some messages were failed or cancelled: what waited behind them may be looked at at once.
    pub(super) settled: bool,
    /// Files have to be uploaded first.
    pub(super) uploads: bool,
}

enum Verdict {
    Send,
    Postpone(Millis),
    /// Its file is not at Meta.
    Upload(UploadKey),
    Cancel,
    Fail(Failure),
}

pub(super) async fn claim(conn: &mut Conn<'_>, now: Millis, owner: Uuid, lease: Duration, limit: i64) -> Result<Round> {
    let heads = outbox::heads(conn, now, limit).await?;
    if heads.is_empty() {
        return Ok(Round::default());
    }
    let mut work = Work::lock(conn, heads, now).await?;
    let mut sending = Vec::new();
    for head in std::mem::take(&mut work.heads) {
        match work.judge(&head) {
            Verdict::Send => sending.push(head),
            Verdict::Postpone(until) => work.rows.push(OutboxRow { due_at: until, ..head.row }),
            // The upload lets it go as soon as it is there.
            Verdict::Upload(file) => {
                work.missing.push(file);
                work.rows.push(OutboxRow { due_at: now + HELD, ..head.row });
            }
            Verdict::Cancel => work.cancelled.push(head.row),
            Verdict::Fail(failure) => work.failed.push((head.row, failure)),
        }
    }
    work.save(conn, sending, owner, lease).await
}

struct Work {
    now: Millis,
    heads: Vec<Head>,
    conversations: HashMap<Uuid, Conversation>,
    messages: HashMap<Uuid, Message>,
    budgets: HashMap<Uuid, SendBudget>,
    /// Meta's ids of the files that are there.
    uploads: HashMap<UploadKey, String>,
    missing: Vec<UploadKey>,
    rows: Vec<OutboxRow>,
    cancelled: Vec<OutboxRow>,
    failed: Vec<(OutboxRow, Failure)>,
}

impl Work {
    /// Locks the conversations, then the budgets, and drops the heads that are no longer first and due.
    async fn lock(conn: &mut Conn<'_>, heads: Vec<Head>, now: Millis) -> Result<Self> {
        let keys: BTreeSet<_> =
            heads.iter().map(|h| ConversationKey { tenant_id: h.row.tenant_id, id: h.row.conversation_id }).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let conversations: HashMap<_, _> =
            conversation::lock(conn, &keys).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut first: HashMap<Uuid, OutboxRow> = HashMap::new();
        for row in outbox::of_conversations(conn, &keys).await? {
            first.entry(row.conversation_id).or_insert(row);
        }
        let heads: Vec<_> = heads
            .into_iter()
            .filter_map(|head| {
                let row = first.remove(&head.row.conversation_id)?;
                let still =
                    row.message_id == head.row.message_id && row.state == OutboxState::Queued && row.due_at <= now;
                still.then_some(Head { row, ..head })
            })
            .collect();
        let numbers: BTreeSet<_> =
            heads.iter().map(|h| NumberKey { tenant_id: h.row.tenant_id, number_id: h.row.number_id }).collect();
        let budgets = send_budget::lock(conn, &numbers.into_iter().collect::<Vec<_>>()).await?;
        let ids: Vec<_> = heads.iter().map(|h| key(&h.row)).collect();
        let messages = message::by_id(conn, &ids).await?;
        let files: BTreeSet<_> = messages.iter().filter_map(file_of).collect();
        let files: Vec<_> = files.into_iter().collect();
        let uploads = media_upload::find(conn, &files, now - UPLOAD_LASTS).await?.into_iter();
        Ok(Self {
            now,
            heads,
            conversations,
            messages: messages.into_iter().map(|message| (message.id, message)).collect(),
            budgets: budgets.into_iter().map(|budget| (budget.number_id, budget)).collect(),
            uploads: uploads.filter_map(|upload| Some((upload.key(), upload.meta_id?))).collect(),
            missing: Vec::new(),
            rows: Vec::new(),
            cancelled: Vec::new(),
            failed: Vec::new(),
        })
    }

    fn judge(&mut self, head: &Head) -> Verdict {
        let row = &head.row;
        let (Some(conversation), Some(message), Some(budget)) = (
            self.conversations.get_mut(&row.conversation_id),
            self.messages.get(&row.message_id),
            self.budgets.get_mut(&row.number_id),
        ) else {
            return Verdict::Postpone(self.now + HELD);
        };
        if !rules::may_leave(conversation, row.control_version) {
            return Verdict::Cancel;
        }
        // A suspended tenant's messages wait; it may be let work again within their window.
        if head.tenant_status != TenantStatus::Active {
            return Verdict::Postpone(self.now + HELD);
        }
        match head.number_status {
            NumberStatus::Connected => {}
            NumberStatus::Pending | NumberStatus::ReauthRequired => return Verdict::Postpone(self.now + HELD),
            NumberStatus::Disconnected => {
                return Verdict::Fail(Failure::of("The number is no longer connected. Connect it again to send."));
            }
        }
        if !window(conversation.last_inbound_at, self.now).open && message.kind != "template" {
            return Verdict::Fail(Failure::of(
                "The service window closed before the message could leave. Send a template instead.",
            ));
        }
        if let Some(file) = file_of(message).filter(|file| !self.uploads.contains_key(file)) {
            return Verdict::Upload(file);
        }
        if budget.paused_until > self.now {
            return Verdict::Postpone(budget.paused_until);
        }
        // The number first: what it refuses must not use up the pair's budget.
        let mut number_free_at = budget.next_free_at;
        if let Err(until) = Rate::per_second(head.messages_per_second).take(&mut number_free_at, self.now) {
            return Verdict::Postpone(until);
        }
        if let Err(until) = Rate::PAIR.take(&mut conversation.pair_free_at, self.now) {
            return Verdict::Postpone(until);
        }
        budget.next_free_at = number_free_at;
        Verdict::Send
    }

    async fn save(mut self, conn: &mut Conn<'_>, sending: Vec<Head>, owner: Uuid, lease: Duration) -> Result<Round> {
        let now = self.now;
        let mut told = Vec::new();
        let mut claimed = Vec::new();
        let contacts = self.contacts(conn, &sending).await?;
        for head in sending {
            let row = OutboxRow {
                state: OutboxState::Sending,
                due_at: now + lease,
                attempts: head.row.attempts + 1,
                lease_owner: Some(owner),
                ..head.row
            };
            match self.prepare(&row, head.phone_number_id, head.waba, head.token, &contacts) {
                Ok(ready) => {
                    self.rows.push(row);
                    claimed.push(ready);
                }
                Err(failure) => self.failed.push((row, failure)),
            }
        }
        let mut changed: Vec<Message> =
            claimed.iter().filter_map(|c| self.messages.get(&c.row.message_id)).cloned().collect();
        for message in &mut changed {
            message.status = MessageStatus::Sending;
            message.updated_at = now;
        }
        changed.extend(self.fail(&mut told));
        let settled = !self.failed.is_empty() || !self.cancelled.is_empty();
        let uploads = !self.missing.is_empty();
        self.missing.sort_unstable();
        self.missing.dedup();
        self.ask_for_uploads(conn).await?;
        self.cancel(conn, &mut told).await?;
        message::save(conn, &changed).await?;
        outbox::save(conn, &self.rows).await?;
        outbox::delete(conn, &self.failed.iter().map(|(row, _)| key(row)).collect::<Vec<_>>()).await?;
        let stopped = self.failed.iter().map(|(row, _)| row).chain(&self.cancelled);
        let stopped: BTreeSet<_> = stopped.map(|row| row.conversation_id).collect();
        let (stopped, others): (Vec<_>, Vec<_>) =
            self.conversations.into_values().partition(|row| stopped.contains(&row.id));
        conversation::save(conn, &stopped).await?;
        conversation::save_pair_budgets(conn, &others).await?;
        send_budget::save(conn, &self.budgets.into_values().collect::<Vec<_>>()).await?;
        event::insert(conn, &told).await?;
        Ok(Round { claimed, settled, uploads })
    }

    /// Has the missing files uploaded. One may have got there since it was looked for, and nobody will let its message go
    /// any more; from the asking on, whoever uploads waits for us.
    async fn ask_for_uploads(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let fresh = self.now - UPLOAD_LASTS;
        media_upload::ask(conn, &self.missing, self.now, fresh).await?;
        let there: Vec<_> =
            media_upload::find(conn, &self.missing, fresh).await?.iter().map(MediaUpload::key).collect();
        for row in &mut self.rows {
            let file = self.messages.get(&row.message_id).and_then(file_of);
            if file.is_some_and(|file| there.contains(&file)) {
                row.due_at = self.now;
            }
        }
        Ok(())
    }

    async fn contacts(&self, conn: &mut Conn<'_>, sending: &[Head]) -> Result<HashMap<Uuid, Contact>> {
        let keys: BTreeSet<_> = sending
            .iter()
            .filter_map(|head| self.conversations.get(&head.row.conversation_id))
            .map(|row| contact::Key { tenant_id: row.tenant_id, id: row.contact_id })
            .collect();
        let contacts = contact::by_id(conn, &keys.into_iter().collect::<Vec<_>>()).await?;
        Ok(contacts.into_iter().map(|contact| (contact.id, contact)).collect())
    }

    fn prepare(
        &self,
        row: &OutboxRow,
        phone_number_id: String,
        waba: Uuid,
        token: Option<Vec<u8>>,
        contacts: &HashMap<Uuid, Contact>,
    ) -> Result<Claimed, Failure> {
        let contact = self.conversations.get(&row.conversation_id).and_then(|c| contacts.get(&c.contact_id));
        let message = self.messages.get(&row.message_id);
        let mut body = message
            .and_then(|message| message.payload.as_ref())
            .and_then(|payload| serde_json::from_value::<MessageBody>(payload.0.clone()).ok());
        let file = message.and_then(file_of).and_then(|file| self.uploads.get(&file));
        if let (Some(body), Some(id)) = (&mut body, file) {
            body.set_media_id(id);
        }
        match (contact, body, token) {
            (Some(contact), Some(body), Some(token)) => Ok(Claimed {
                row: row.clone(),
                phone_number_id,
                waba,
                token,
                contact: contact.clone(),
                body,
                reply_to: message.and_then(|message| message.reply_to.clone()),
            }),
            (_, _, None) => Err(Failure::of("The number has no token. Connect it again to send.")),
            _ => Err(Failure::of("The stored message could not be read.")),
        }
    }

    /// Marks what cannot be sent, and calls a person.
    fn fail(&mut self, told: &mut Vec<NewEvent>) -> Vec<Message> {
        let mut failed = Vec::new();
        for (row, failure) in &self.failed {
            if let Some(message) = self.messages.get_mut(&row.message_id) {
                message.status = MessageStatus::Failed;
                message.error = Some(Json(failure.to_value()));
                message.updated_at = self.now;
                told.push(events::message_updated(message, self.now));
                failed.push(message.clone());
            }
            if let Some(conversation) = self.conversations.get_mut(&row.conversation_id) {
                rules::note_failure(conversation);
                conversation.updated_at = self.now;
                told.push(events::conversation_updated(conversation, self.now));
            }
        }
        failed
    }

    async fn cancel(&mut self, conn: &mut Conn<'_>, told: &mut Vec<NewEvent>) -> Result<()> {
        for row in &self.cancelled {
            if let Some(conversation) = self.conversations.get_mut(&row.conversation_id) {
                control::cancel(conn, conversation, &[key(row)], self.now).await?;
                told.push(events::conversation_updated(conversation, self.now));
            }
        }
        Ok(())
    }
}

/// What has to be at Meta before the message can leave.
fn file_of(message: &Message) -> Option<UploadKey> {
    let (tenant_id, number_id) = (message.tenant_id, message.number_id);
    message.media_id.map(|media_id| UploadKey { tenant_id, media_id, number_id })
}

fn key(row: &OutboxRow) -> MessageKey {
    MessageKey { tenant_id: row.tenant_id, id: row.message_id }
}
