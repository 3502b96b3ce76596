//! What arrived on the numbers, stored: a batch of any size in a fixed number of statements.
//!
//! The batch is one transaction of the caller's. Its steps: find or make the contacts; find or open the conversations;
//! lock them all; read the messages the batch speaks of; decide in memory, item by item in the order of arrival; save.

mod apply;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use switchboard_store::{
    Conn, Control, ConversationState, Json, Millis, Result, TenantId,
    contact::ContactKey,
    conversation::{self, Conversation, ConversationKey, PairKey},
    early_status::{self, EarlyStatus},
    event::{self, NewEvent},
    media::{self, Media},
    message::{self, Message, MessageKey, WamidKey},
    new_id,
    outbox::{self, OutboxRow},
};
use uuid::Uuid;

use crate::{
    contacts::Directory,
    given_phone::{self, Given},
    incoming::{Content, Incoming, Party, Said, StatusUpdate},
    rules::TurnPolicy,
    search, tool_calls,
};

/// Something that arrived, with the number it arrived on.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
    /// When the bot of the number answers; `None`: none does.
    pub policy: Option<TurnPolicy>,
    /// After how long the tenant wants conversations back with the AI.
    pub auto_handback: Option<Duration>,
    pub incoming: Incoming,
}

/// What a batch led to, so that the right workers are woken after the commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each wakes a worker of its own")]
pub struct Outcome {
    pub new_messages: usize,
    pub turns: bool,
    /// Something in the outbox was settled, and what waited behind it may go.
    pub outbox: bool,
    /// There are files to be fetched.
    pub media: bool,
    pub events: bool,
}

/// Stores a batch. What was stored before, or stands twice in the batch, is passed over.
pub async fn receive(conn: &mut Conn<'_>, now: Millis, batch: &[Received]) -> Result<Outcome> {
    let contacts = resolve_contacts(conn, now, batch).await?;
    let conversations = open_conversations(conn, now, batch, &contacts).await?;
    let mut work = Work::load(conn, now, batch, conversations).await?;
    for (item, contact) in batch.iter().zip(&contacts) {
        work.apply(item, *contact);
    }
    work.save(conn).await
}

fn party(item: &Received) -> Option<&Party> {
    match &item.incoming {
        Incoming::Message(said) | Incoming::Echo(said) => Some(&said.party),
        Incoming::ContactName { party } => Some(party),
        Incoming::Status(update) => update.party.as_ref(),
    }
}

/// The contact of each item that has one.
async fn resolve_contacts(conn: &mut Conn<'_>, now: Millis, batch: &[Received]) -> Result<Vec<Option<Uuid>>> {
    let mut directory = Directory::load(conn, &contact_keys(batch), now).await?;
    let mut contacts = Vec::with_capacity(batch.len());
    for item in batch {
        let tenant = item.tenant_id;
        contacts.push(match &item.incoming {
            Incoming::Message(Said { content: Content::System { change: Some(change), .. }, party, .. }) => {
                Some(directory.change(conn, tenant, change, party).await?)
            }
            Incoming::Message(said) | Incoming::Echo(said) => Some(directory.resolve(conn, tenant, &said.party).await?),
            Incoming::ContactName { party } | Incoming::Status(StatusUpdate { party: Some(party), .. }) => {
                directory.enrich(conn, tenant, party).await?;
                None
            }
            Incoming::Status(_) => None,
        });
    }
    directory.save(conn).await?;
    Ok(contacts.into_iter().map(|contact| contact.map(|id| directory.current(id))).collect())
}

fn contact_keys(batch: &[Received]) -> Vec<ContactKey> {
    let mut keys = Vec::with_capacity(batch.len());
    for item in batch {
        let mut add = |phone: &Option<String>, user_id: &Option<String>| {
            if phone.is_some() || user_id.is_some() {
                keys.push(ContactKey { tenant_id: item.tenant_id, phone: phone.clone(), user_id: user_id.clone() });
            }
        };
        if let Some(party) = party(item) {
            add(&party.phone, &party.user_id);
        }
        if let Incoming::Message(Said { content: Content::System { change: Some(change), .. }, .. }) = &item.incoming {
            add(&change.phone, &change.user_id);
            add(&change.previous_phone, &change.previous_user_id);
        }
    }
    keys
}

/// The conversation of each pair the batch concerns, opened where there was none.
async fn open_conversations(
    conn: &mut Conn<'_>,
    now: Millis,
    batch: &[Received],
    contacts: &[Option<Uuid>],
) -> Result<HashMap<PairKey, Uuid>> {
    let pairs: BTreeSet<PairKey> =
        batch.iter().zip(contacts).filter_map(|(item, contact)| pair(item, *contact)).collect();
    if pairs.is_empty() {
        return Ok(HashMap::new());
    }
    let pairs: Vec<_> = pairs.into_iter().collect();
    let mut known: HashMap<_, _> = conversation::find(conn, &pairs).await?.into_iter().collect();
    let missing: Vec<_> = pairs.into_iter().filter(|pair| !known.contains_key(pair)).collect();
    if !missing.is_empty() {
        let new: Vec<_> = missing.iter().map(|pair| new_conversation(*pair, now)).collect();
        conversation::insert(conn, &new).await?;
        // Asked again: another transaction may have opened one of them first.
        known.extend(conversation::find(conn, &missing).await?);
    }
    Ok(known)
}

fn pair(item: &Received, contact: Option<Uuid>) -> Option<PairKey> {
    Some(PairKey { tenant_id: item.tenant_id, number_id: item.number_id, contact_id: contact? })
}

fn new_conversation(pair: PairKey, now: Millis) -> Conversation {
    Conversation {
        tenant_id: pair.tenant_id,
        id: new_id(now),
        number_id: pair.number_id,
        contact_id: pair.contact_id,
        control: Control::Ai,
        control_version: 1,
        control_reason: None,
        control_by: None,
        control_at: now,
        handback_at: None,
        needs_person: false,
        last_seq: 0,
        last_inbound_seq: 0,
        answered_seq: 0,
        last_inbound_at: None,
        last_message_at: Millis(0),
        last_message_id: None,
        unread_count: 0,
        burst_started_at: None,
        turn_due_at: None,
        turn_attempts: 0,
        lease_owner: None,
        lease_until: Millis(0),
        fence: 0,
        suggestion: None,
        pair_free_at: Millis(0),
        state: ConversationState::Open,
        snoozed_until: None,
        send_failed: false,
        assignee_id: None,
        labels: Json(Vec::new()),
        created_at: now,
        updated_at: now,
    }
}

/// A batch's rows in memory between the locks and the save.
struct Work {
    now: Millis,
    by_pair: HashMap<PairKey, Uuid>,
    conversations: HashMap<Uuid, Conversation>,
    changed: HashSet<Uuid>,
    /// Stored messages the batch speaks of and new ones, by position; a message is found by its wamid or its id.
    messages: Vec<MessageState>,
    by_wamid: HashMap<WamidKey, usize>,
    by_id: HashMap<MessageKey, usize>,
    waiting: HashMap<MessageKey, OutboxRow>,
    settled: Vec<MessageKey>,
    early: HashMap<WamidKey, EarlyStatus>,
    /// Conversations that are people's now.
    taken_over: Vec<ConversationKey>,
    /// Files to be fetched.
    media: Vec<Media>,
    /// Numbers that customers give.
    given: Vec<Given>,
    events: Vec<NewEvent>,
    outcome: Outcome,
}

#[expect(clippy::struct_excessive_bools, reason = "each says that another statement has to store it")]
struct MessageState {
    message: Message,
    new: bool,
    changed: bool,
    /// It says something else than it did.
    reworded: bool,
    /// Meta's id of a message of ours has become known.
    named: bool,
}

impl Work {
    async fn load(
        conn: &mut Conn<'_>,
        now: Millis,
        batch: &[Received],
        by_pair: HashMap<PairKey, Uuid>,
    ) -> Result<Self> {
        let (wamids, ids) = message_keys(batch);
        let mut keys: BTreeSet<ConversationKey> =
            by_pair.iter().map(|(pair, id)| ConversationKey { tenant_id: pair.tenant_id, id: *id }).collect();
        if batch.iter().any(|item| matches!(item.incoming, Incoming::Status(_))) {
            // Read before the locks, to know what to lock; what they say is read again under the locks.
            for message in [message::by_wamid(conn, &wamids).await?, message::by_id(conn, &ids).await?].concat() {
                keys.insert(ConversationKey { tenant_id: message.tenant_id, id: message.conversation_id });
            }
        }
        let keys: Vec<_> = keys.into_iter().collect();
        let locked = if keys.is_empty() { Vec::new() } else { conversation::lock(conn, &keys).await? };
        let mut work = Self {
            now,
            by_pair,
            conversations: locked.into_iter().map(|c| (c.id, c)).collect(),
            changed: HashSet::new(),
            messages: Vec::new(),
            by_wamid: HashMap::new(),
            by_id: HashMap::new(),
            waiting: HashMap::new(),
            settled: Vec::new(),
            early: HashMap::new(),
            taken_over: Vec::new(),
            media: Vec::new(),
            given: Vec::new(),
            events: Vec::new(),
            outcome: Outcome::default(),
        };
        for message in [message::by_wamid(conn, &wamids).await?, message::by_id(conn, &ids).await?].concat() {
            work.add_message(message, false);
        }
        if batch.iter().any(|item| matches!(item.incoming, Incoming::Status(_) | Incoming::Echo(_))) {
            for row in outbox::of_conversations(conn, &keys).await? {
                work.waiting.insert(MessageKey { tenant_id: row.tenant_id, id: row.message_id }, row);
            }
            work.load_waiting_messages(conn).await?;
        }
        Ok(work)
    }

    /// An echo cancels what the AI has queued, so those messages must be at hand.
    async fn load_waiting_messages(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let missing: Vec<_> = self.waiting.keys().filter(|key| !self.by_id.contains_key(key)).copied().collect();
        for message in message::by_id(conn, &missing).await? {
            self.add_message(message, false);
        }
        Ok(())
    }

    fn add_message(&mut self, message: Message, new: bool) {
        let key = MessageKey { tenant_id: message.tenant_id, id: message.id };
        if self.by_id.contains_key(&key) {
            return;
        }
        let index = self.messages.len();
        self.by_id.insert(key, index);
        if let Some(wamid) = &message.wamid {
            self.by_wamid.insert(wamid_key(message.tenant_id, message.number_id, wamid), index);
        }
        self.messages.push(MessageState { message, new, changed: false, reworded: false, named: false });
    }

    async fn save(self, conn: &mut Conn<'_>) -> Result<Outcome> {
        let pick = |which: fn(&MessageState) -> bool| {
            self.messages.iter().filter(|state| which(state)).map(|state| state.message.clone()).collect::<Vec<_>>()
        };
        let changed: Vec<_> = self.changed.iter().filter_map(|id| self.conversations.get(id)).cloned().collect();
        message::insert(conn, &pick(|state| state.new)).await?;
        message::save(conn, &pick(|state| state.changed)).await?;
        let reworded = self.messages.iter().filter(|state| state.new || state.reworded).map(|state| &state.message);
        search::index_messages(conn, reworded).await?;
        let named = self.messages.iter().filter(|state| state.named).map(|state| &state.message);
        message::set_wamids(conn, &named.collect::<Vec<_>>()).await?;
        conversation::save(conn, &changed).await?;
        outbox::delete(conn, &self.settled).await?;
        tool_calls::decline_waiting(conn, self.now, &self.taken_over).await?;
        early_status::keep(conn, &self.early.into_values().collect::<Vec<_>>()).await?;
        media::insert(conn, &self.media).await?;
        given_phone::take(conn, self.now, &self.given).await?;
        event::insert(conn, &self.events).await?;
        Ok(Outcome {
            outbox: !self.settled.is_empty(),
            media: !self.media.is_empty(),
            events: !self.events.is_empty(),
            ..self.outcome
        })
    }
}

fn wamid_key(tenant_id: TenantId, number_id: Uuid, wamid: &str) -> WamidKey {
    WamidKey { tenant_id, number_id, wamid: wamid.to_owned() }
}

/// The messages a batch speaks of: its own, those it reacts to or changes, those whose status it tells.
fn message_keys(batch: &[Received]) -> (Vec<WamidKey>, Vec<MessageKey>) {
    let (mut wamids, mut ids) = (HashSet::new(), HashSet::new());
    for item in batch {
        let mut add = |wamid: &str| wamids.insert(wamid_key(item.tenant_id, item.number_id, wamid));
        match &item.incoming {
            Incoming::Message(said) | Incoming::Echo(said) => {
                add(&said.wamid);
                match &said.content {
                    Content::Reaction { target, .. } | Content::Edit { target, .. } | Content::Revoke { target } => {
                        add(target);
                    }
                    Content::Body(_) | Content::Unsupported(_) | Content::System { .. } => {}
                }
            }
            Incoming::Status(update) => {
                add(&update.wamid);
                ids.extend(update.message_id.map(|id| MessageKey { tenant_id: item.tenant_id, id }));
            }
            Incoming::ContactName { .. } => {}
        }
    }
    (wamids.into_iter().collect(), ids.into_iter().collect())
}
