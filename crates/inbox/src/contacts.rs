//! Who a webhook speaks of. A customer may be known by phone, by business-scoped user id, or both; each may change, and
//! two contacts may turn out to be one.

use std::collections::HashMap;

use switchboard_store::{
    Conn, Control, Json, Millis, Result, TenantId,
    contact::{self, Contact, ContactKey},
    conversation::{self, Conversation, ConversationKey, PairKey},
    label, message, new_id, note, outbox, summary, tool_call, unanswered,
};
use uuid::Uuid;

use crate::{
    contact_details,
    incoming::{IdentityChange, Party},
    search,
};

/// The contacts a batch concerns: loaded at once, changed in memory, saved at once.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    contacts: Vec<Entry>,
    by_phone: HashMap<(TenantId, String), usize>,
    by_user_id: HashMap<(TenantId, String), usize>,
    /// What a contact that is gone has become part of.
    merged_into: HashMap<Uuid, Uuid>,
    now: Millis,
}

#[derive(Debug)]
struct Entry {
    contact: Contact,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Stored,
    Changed,
    New,
    /// Merged into another and deleted.
    Gone,
}

impl Directory {
    pub(crate) async fn load(conn: &mut Conn<'_>, keys: &[ContactKey], now: Millis) -> Result<Self> {
        let mut directory = Self { now, ..Self::default() };
        if !keys.is_empty() {
            for contact in contact::find(conn, keys).await? {
                directory.add(contact, State::Stored);
            }
        }
        Ok(directory)
    }

    /// The contact of a party, made if there is none, with what the party tells written into it.
    pub(crate) async fn resolve(&mut self, conn: &mut Conn<'_>, tenant: TenantId, party: &Party) -> Result<Uuid> {
        let index = match (self.phone(tenant, party.phone.as_deref()), self.user(tenant, party.user_id.as_deref())) {
            (Some(a), Some(b)) if a != b => self.settle(conn, a, b).await?,
            (Some(index), _) | (None, Some(index)) => index,
            (None, None) => self.create(tenant, party),
        };
        self.learn(index, party);
        Ok(self.contacts[index].contact.id)
    }

    /// What has become of a contact that [`Directory::resolve`] named earlier: a later item may have merged it into another.
    pub(crate) fn current(&self, mut id: Uuid) -> Uuid {
        while let Some(into) = self.merged_into.get(&id) {
            id = *into;
        }
        id
    }

    /// Writes what a party tells into its contact, if there is one already.
    pub(crate) async fn enrich(&mut self, conn: &mut Conn<'_>, tenant: TenantId, party: &Party) -> Result<()> {
        let known = self.phone(tenant, party.phone.as_deref()).or(self.user(tenant, party.user_id.as_deref()));
        if known.is_some() {
            self.resolve(conn, tenant, party).await?;
        }
        Ok(())
    }

    /// A customer has another number or user id from now on; their contact. `party`: who the news names, which may be by
    /// what they had before.
    pub(crate) async fn change(
        &mut self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        change: &IdentityChange,
        party: &Party,
    ) -> Result<Uuid> {
        let now = changed(party, change);
        let previous = self
            .user(tenant, change.previous_user_id.as_deref())
            .or(self.phone(tenant, change.previous_phone.as_deref()));
        let Some(previous) = previous else { return self.resolve(conn, tenant, &now).await };
        for taken in [self.phone(tenant, now.phone.as_deref()), self.user(tenant, now.user_id.as_deref())] {
            if let Some(taken) = taken.filter(|taken| *taken != previous && self.contacts[*taken].state != State::Gone)
            {
                self.merge(conn, previous, taken).await?;
            }
        }
        self.learn(previous, &now);
        Ok(self.contacts[previous].contact.id)
    }

    pub(crate) async fn save(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let of = |state| {
            let entries = self.contacts.iter().filter(move |entry| entry.state == state);
            entries.map(|entry| entry.contact.clone()).collect::<Vec<_>>()
        };
        let (changed, new) = (of(State::Changed), of(State::New));
        if !changed.is_empty() {
            contact::save(conn, &changed).await?;
            search::index_contacts(conn, &changed).await?;
        }
        if !new.is_empty() {
            contact::insert(conn, &new).await?;
            search::index_contacts(conn, &new).await?;
        }
        for entry in &mut self.contacts {
            if entry.state != State::Gone {
                entry.state = State::Stored;
            }
        }
        Ok(())
    }

    fn phone(&self, tenant: TenantId, phone: Option<&str>) -> Option<usize> {
        self.by_phone.get(&(tenant, phone?.to_owned())).copied()
    }

    fn user(&self, tenant: TenantId, user_id: Option<&str>) -> Option<usize> {
        self.by_user_id.get(&(tenant, user_id?.to_owned())).copied()
    }

    fn create(&mut self, tenant: TenantId, party: &Party) -> usize {
        let contact = Contact {
            tenant_id: tenant,
            id: new_id(self.now),
            phone: party.phone.clone(),
            user_id: party.user_id.clone(),
            parent_user_id: None,
            username: None,
            name: None,
            own_name: None,
            language: None,
            detected_language: None,
            fields: Json::default(),
            given_phone: None,
            phone_asked_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        self.add(contact, State::New)
    }

    fn add(&mut self, contact: Contact, state: State) -> usize {
        let index = self.contacts.len();
        if let Some(phone) = &contact.phone {
            self.by_phone.insert((contact.tenant_id, phone.clone()), index);
        }
        if let Some(user_id) = &contact.user_id {
            self.by_user_id.insert((contact.tenant_id, user_id.clone()), index);
        }
        self.contacts.push(Entry { contact, state });
        index
    }

    /// The newest word wins: a party's phone and ids replace what was known. Names never vanish.
    fn learn(&mut self, index: usize, party: &Party) {
        let entry = &mut self.contacts[index];
        let before = entry.contact.clone();
        let contact = &mut entry.contact;
        if let Some(phone) = &party.phone {
            if let Some(old) = contact.phone.replace(phone.clone()) {
                self.by_phone.remove(&(contact.tenant_id, old));
            }
            self.by_phone.insert((contact.tenant_id, phone.clone()), index);
        }
        if let Some(user_id) = &party.user_id {
            if let Some(old) = contact.user_id.replace(user_id.clone()) {
                self.by_user_id.remove(&(contact.tenant_id, old));
            }
            self.by_user_id.insert((contact.tenant_id, user_id.clone()), index);
        }
        for (known, told) in [
            (&mut contact.parent_user_id, &party.parent_user_id),
            (&mut contact.username, &party.username),
            (&mut contact.name, &party.name),
        ] {
            if told.is_some() {
                known.clone_from(told);
            }
        }
        if *contact != before {
            contact.updated_at = self.now;
            if entry.state == State::Stored {
                entry.state = State::Changed;
            }
        }
    }

    /// A phone belongs to contact `a` and a user id to contact `b`, and a webhook says both are one person.
    async fn settle(&mut self, conn: &mut Conn<'_>, a: usize, b: usize) -> Result<usize> {
        let phone_of_another = self.contacts[a].contact.user_id.is_some() && self.contacts[b].contact.phone.is_some();
        if !phone_of_another {
            self.merge(conn, a, b).await?;
            return Ok(a);
        }
        // The number has changed hands: whoever held it is somebody else, and is known by the user id from now on.
        self.save(conn).await?;
        let old = &mut self.contacts[a].contact;
        if let Some(phone) = old.phone.take() {
            self.by_phone.remove(&(old.tenant_id, phone));
        }
        old.updated_at = self.now;
        contact::save(conn, std::slice::from_ref(old)).await?;
        search::index_contacts(conn, std::slice::from_ref(old)).await?;
        Ok(b)
    }

    /// Makes contact `gone` part of `kept`, with its conversations.
    async fn merge(&mut self, conn: &mut Conn<'_>, kept: usize, gone: usize) -> Result<()> {
        self.save(conn).await?;
        let (mut kept_contact, mut gone_contact) =
            (self.contacts[kept].contact.clone(), self.contacts[gone].contact.clone());
        contact_details::merge(conn, &mut kept_contact, &mut gone_contact).await?;
        self.contacts[kept].contact = kept_contact.clone();
        merge_conversations(conn, &kept_contact, &gone_contact, self.now).await?;
        contact::delete(conn, gone_contact.tenant_id, gone_contact.id).await?;
        search::forget(conn, gone_contact.tenant_id, gone_contact.id).await?;
        self.contacts[gone].state = State::Gone;
        self.merged_into.insert(gone_contact.id, kept_contact.id);
        for index in self.by_phone.values_mut().chain(self.by_user_id.values_mut()) {
            if *index == gone {
                *index = kept;
            }
        }
        let Contact { phone, user_id, parent_user_id, username, name, .. } = gone_contact;
        let contact = &kept_contact;
        self.learn(
            kept,
            &Party {
                phone: phone.filter(|_| contact.phone.is_none()),
                user_id: user_id.filter(|_| contact.user_id.is_none()),
                parent_user_id: parent_user_id.filter(|_| contact.parent_user_id.is_none()),
                username: username.filter(|_| contact.username.is_none()),
                name: name.filter(|_| contact.name.is_none()),
            },
        );
        Ok(())
    }
}

/// How a party is known after a change: what it had before is nobody's any more, or somebody else's.
fn changed(party: &Party, change: &IdentityChange) -> Party {
    let kept = |known: &Option<String>, previous: &Option<String>| known.clone().filter(|_| known != previous);
    let now = Party {
        phone: change.phone.clone().or_else(|| kept(&party.phone, &change.previous_phone)),
        user_id: change.user_id.clone().or_else(|| kept(&party.user_id, &change.previous_user_id)),
        parent_user_id: change.parent_user_id.clone(),
        ..party.clone()
    };
    if now.phone.is_none() && now.user_id.is_none() { party.clone() } else { now }
}

async fn merge_conversations(conn: &mut Conn<'_>, kept: &Contact, gone: &Contact, now: Millis) -> Result<()> {
    for key in conversation::of_contact(conn, gone.tenant_id, gone.id).await? {
        let Some(number) = conversation::get(conn, key.tenant_id, key.id).await?.map(|o| o.conversation.number_id)
        else {
            continue;
        };
        let pair = PairKey { tenant_id: kept.tenant_id, number_id: number, contact_id: kept.id };
        if let Some((_, twin)) = conversation::find(conn, &[pair]).await?.pop() {
            merge_conversation(conn, key, twin, now).await?;
        } else {
            conversation::lock(conn, &[key]).await?;
            conversation::set_contact(conn, key, kept.id).await?;
        }
    }
    Ok(())
}

/// Pours one conversation into another of the same number. What nobody has answered in either stays to be answered.
async fn merge_conversation(conn: &mut Conn<'_>, from: ConversationKey, to: Uuid, now: Millis) -> Result<()> {
    let to_key = ConversationKey { tenant_id: from.tenant_id, id: to };
    let mut locked = conversation::lock(conn, &[from, to_key]).await?;
    let Some(gone) = locked.iter().position(|c| c.id == from.id).map(|at| locked.swap_remove(at)) else {
        return Ok(());
    };
    let Some(mut kept) = locked.pop() else { return Ok(()) };
    let offset = kept.last_seq;
    combine(&mut kept, &gone, now);
    message::move_all(conn, from.tenant_id, gone.id, kept.id, offset, gone.answered_seq).await?;
    // What the AI has queued may still leave, unless people are in control now: then an older version holds it back.
    let version = kept.control_version - i64::from(kept.control == Control::Human);
    for source in [gone.id, kept.id] {
        outbox::move_all(conn, from.tenant_id, source, kept.id, version).await?;
    }
    note::move_all(conn, from.tenant_id, gone.id, kept.id).await?;
    unanswered::move_all(conn, from.tenant_id, gone.id, kept.id).await?;
    tool_call::move_all(conn, from.tenant_id, gone.id, kept.id, offset).await?;
    // What came from the other stands between what it tells of, and would count as told.
    summary::forget(conn, from.tenant_id, kept.id).await?;
    conversation::save(conn, std::slice::from_ref(&kept)).await?;
    label::relink(conn, &[&kept]).await?;
    conversation::delete(conn, from.tenant_id, gone.id).await
}

/// What the row says of two conversations that are one from now on.
fn combine(kept: &mut Conversation, gone: &Conversation, now: Millis) {
    let earlier = |a: Option<Millis>, b: Option<Millis>| [a, b].into_iter().flatten().min();
    let all_answered = kept.answered_seq >= kept.last_inbound_seq && gone.answered_seq >= gone.last_inbound_seq;
    if gone.last_inbound_seq > 0 {
        kept.last_inbound_seq = kept.last_seq + gone.last_inbound_seq;
    }
    if all_answered {
        kept.answered_seq = kept.last_inbound_seq;
    }
    if gone.last_message_at > kept.last_message_at {
        kept.last_message_at = gone.last_message_at;
        kept.last_message_id = gone.last_message_id;
    }
    kept.last_seq += gone.last_seq;
    kept.control_version = kept.control_version.max(gone.control_version) + 1;
    kept.last_inbound_at = kept.last_inbound_at.max(gone.last_inbound_at);
    kept.unread_count += gone.unread_count;
    kept.needs_person |= gone.needs_person;
    kept.send_failed |= gone.send_failed;
    kept.assignee_id = kept.assignee_id.or(gone.assignee_id);
    let more = gone.labels.iter().filter(|label| !kept.labels.contains(label)).copied().collect::<Vec<_>>();
    kept.labels.extend(more);
    // Nothing that is to be worked on is put aside by it.
    if (gone.state, gone.snoozed_until) < (kept.state, kept.snoozed_until) {
        kept.state = gone.state;
        kept.snoozed_until = gone.snoozed_until;
    }
    kept.suggestion = kept.suggestion.take().or_else(|| gone.suggestion.clone());
    kept.pair_free_at = kept.pair_free_at.max(gone.pair_free_at);
    kept.updated_at = now;
    if gone.control == Control::Human && kept.control == Control::Ai {
        kept.control = Control::Human;
        kept.control_at = now;
        kept.control_reason.clone_from(&gone.control_reason);
        kept.control_by = gone.control_by;
        kept.handback_at = gone.handback_at;
    }
    if kept.control == Control::Human {
        kept.turn_due_at = None;
        kept.burst_started_at = None;
    } else {
        kept.turn_due_at = earlier(kept.turn_due_at, gone.turn_due_at);
        kept.burst_started_at = earlier(kept.burst_started_at, gone.burst_started_at);
    }
}
