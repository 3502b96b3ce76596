//! A turn: claim a conversation, think, finish.
//!
//! Claiming takes a lease, so that nobody holds a transaction open while a model thinks. A lease that is not renewed
//! lapses and another worker takes the turn. So two workers may think about one burst, but only one speaks: finishing
//! locks the conversation and checks the fence, the control and what the customer has said meanwhile, in the transaction
//! that queues the answer.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use serde_json::Value;
use switchboard_graph_client::{Button, Interactive, MessageBody, Row, Section};
use switchboard_store::{
    Author, Conn, Control, Millis, Result, TenantId, ToolCallState, TurnOutcome, UnansweredReason, contact,
    conversation::{self, ClaimTurns, Conversation, ConversationKey, Lease},
    event, knowledge, label,
    message::{self, Message},
    message_passage::{self, MessagePassage},
    new_id,
    outbox::{self, OutboxRow},
    tool_call::{self, ToolCall},
    turn::{self, Turn},
    unanswered::{self, NewUnanswered, Unanswered},
};
use uuid::Uuid;

use crate::{
    contact_details::{self, ContactError, Details},
    events,
    outbound::{self, Draft},
    rules::{self, TurnPolicy},
    search,
    tool_calls::{self, Choice, Deeds, Under},
    window::window,
};

/// Characters of a text with buttons under it (Cloud API, interactive reply buttons messages).
const BUTTONS_BODY: usize = 1_024;

/// What a worker came to, and under which lease.
#[derive(Debug, Clone, PartialEq)]
pub struct Thought {
    pub lease: Lease,
    /// The newest message of the customer it has seen.
    pub seen: i64,
    pub policy: TurnPolicy,
    pub conclusion: Conclusion,
    /// What of the knowledge an answer was written from, the best first.
    pub sources: Vec<Source>,
    /// The items of the knowledge that whoever thought it has read, also where nothing was written from them.
    pub read: Vec<Uuid>,
    /// Whose thought it is; `None`: no bot serves the number any more.
    pub bot_id: Option<Uuid>,
    pub spent: Spent,
    /// What it did not know, where people are called for that.
    pub asked: Option<Asked>,
    /// In which language the customer writes, an ISO 639-1 code, where that is not what is stored of them.
    pub language: Option<String>,
    pub deeds: Deeds,
}

/// What was asked and is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub question: String,
    /// An ISO 639-1 code; `None`: it cannot be told.
    pub language: Option<String>,
    pub reason: UnansweredReason,
    /// What the model said of it.
    pub detail: Option<String>,
}

/// What the model says that it used; `None` where it does not say, or was not asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub prompt_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    /// In millionths of a dollar.
    pub cost_micros: Option<i64>,
}

impl Spent {
    /// Of two questions to a model.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let sum = |a: Option<i64>, b: Option<i64>| [a, b].into_iter().flatten().reduce(i64::saturating_add);
        Self {
            prompt_tokens: sum(self.prompt_tokens, other.prompt_tokens),
            completion_tokens: sum(self.completion_tokens, other.completion_tokens),
            cost_micros: sum(self.cost_micros, other.cost_micros),
        }
    }
}

/// A passage of the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The knowledge item it is of.
    pub item_id: Uuid,
    /// The question it answers, if it does.
    pub title: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// The answer, in the parts it is sent in.
    Answer(Vec<String>),
    /// There was nothing to answer after all: it was revoked, say.
    Nothing,
    /// People must go on. `say` is told to the customer, in the parts it is sent in.
    HandOff { reason: String, say: Vec<String> },
    /// It failed for a passing reason and is tried again.
    TryAgain { after: Duration },
}

/// What became of a thought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// Done; if an answer was queued, it leaves now.
    Committed,
    /// A person took over meanwhile. The answer is kept as a suggestion.
    TakenOver,
    /// The customer has written more meanwhile, the conversation has changed, or what the answer is from is knowledge no
    /// longer: the turn is due again, unless people have answered.
    Again,
    /// The lease had ended, or somebody else has the turn.
    Lost,
}

/// Takes leases on conversations whose turn is due, fairly among the tenants.
pub async fn claim(conn: &mut Conn<'_>, claim: ClaimTurns<'_>) -> Result<Vec<Lease>> {
    conversation::claim_turns(conn, claim).await
}

/// Finishes a batch of turns in the caller's transaction; an outcome for each.
pub async fn finish(conn: &mut Conn<'_>, now: Millis, thoughts: &[Thought]) -> Result<Vec<Finished>> {
    let mut keys: Vec<_> =
        thoughts.iter().map(|t| ConversationKey { tenant_id: t.lease.tenant_id, id: t.lease.id }).collect();
    keys.sort_unstable();
    keys.dedup();
    let locked = conversation::lock(conn, &keys).await?;
    let known = known(conn, thoughts).await?;
    let mut rows: HashMap<Uuid, Conversation> = locked.into_iter().map(|row| (row.id, row)).collect();
    let mut queued = Queued::default();
    let mut finished = Vec::with_capacity(thoughts.len());
    for thought in thoughts {
        let queued_before = queued.messages.len();
        let (end, control) = match rows.get_mut(&thought.lease.id) {
            Some(row) => (conclude(row, thought, &known, &mut queued, now), row.control),
            None => (Finished::Lost, Control::Ai),
        };
        let first = queued.messages.get(queued_before).filter(|message| message.author == Author::Ai);
        let answer = first.map(|message| message.id);
        queued.turns.extend(outcome(thought, end, control).map(|outcome| row_of(thought, outcome, answer, now)));
        finished.push(end);
    }
    let held = thoughts.iter().zip(&finished).filter(|(_, finished)| **finished != Finished::Lost);
    let held: HashSet<_> = held.map(|(thought, _)| thought.lease.id).collect();
    let changed: Vec<_> = held.into_iter().filter_map(|id| rows.remove(&id)).collect();
    conversation::save(conn, &changed).await?;
    label::relink(conn, &changed.iter().filter(|row| queued.labelled.contains(&row.id)).collect::<Vec<_>>()).await?;
    queued.save(conn, now).await?;
    Ok(finished)
}

/// What thoughts have read, as far as it is still knowledge.
async fn known(conn: &mut Conn<'_>, thoughts: &[Thought]) -> Result<HashSet<knowledge::Key>> {
    let mut keys: Vec<_> = thoughts.iter().flat_map(read).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(knowledge::existing(conn, &keys).await?.into_iter().collect())
}

fn read(thought: &Thought) -> impl Iterator<Item = knowledge::Key> {
    let tenant_id = thought.lease.tenant_id;
    let sources = thought.sources.iter().map(|source| source.item_id);
    thought.read.iter().copied().chain(sources).map(move |id| knowledge::Key { tenant_id, id })
}

/// Messages to be queued, and what is told of them.
#[derive(Debug, Default)]
struct Queued {
    calls: Vec<ToolCall>,
    declined: Vec<ToolCall>,
    /// Conversations that are people's now.
    handed_over: Vec<ConversationKey>,
    /// Conversations that have other labels.
    labelled: HashSet<Uuid>,
    /// By contacts, what is to be written down of them.
    details: Vec<(TenantId, Uuid, BTreeMap<Uuid, Value>)>,
    /// By contacts, in which language they write.
    spoken: Vec<(TenantId, Uuid, String)>,
    /// Contacts that are asked for their number.
    asked_for_phone: Vec<(TenantId, Uuid)>,
    messages: Vec<Message>,
    passages: Vec<MessagePassage>,
    rows: Vec<OutboxRow>,
    turns: Vec<Turn>,
    unanswered: Vec<NewUnanswered>,
    events: Vec<event::NewEvent>,
}

impl Queued {
    fn push(&mut self, row: &Conversation, message: Message, now: Millis) {
        self.rows.push(outbound::row(row, &message, Some(row.control_version), now));
        self.messages.push(message);
    }

    fn push_sources(&mut self, message: &Message, sources: &[Source]) {
        self.passages.extend((0_i64..).zip(sources).map(|(position, source)| MessagePassage {
            tenant_id: message.tenant_id,
            message_id: message.id,
            position,
            item_id: source.item_id,
            title: source.title.clone(),
            text: source.text.clone(),
        }));
    }

    async fn save(mut self, conn: &mut Conn<'_>, now: Millis) -> Result<()> {
        message::insert(conn, &self.messages).await?;
        message_passage::insert(conn, &self.passages).await?;
        search::index_messages(conn, self.messages.iter()).await?;
        outbox::insert(conn, &self.rows).await?;
        turn::insert(conn, &self.turns).await?;
        unanswered::insert(conn, &self.unanswered).await?;
        tool_call::insert(conn, &self.calls).await?;
        for call in &self.declined {
            tool_call::update(conn, call).await?;
        }
        tool_calls::decline_waiting(conn, now, &self.handed_over).await?;
        let calls = self.calls.iter().chain(&self.declined);
        self.events.extend(calls.map(|call| events::tool_called(call, now)));
        for (tenant, contact, fields) in self.details {
            describe(conn, now, tenant, contact, fields).await?;
        }
        for (tenant, contact, language) in &self.spoken {
            contact::set_detected_language(conn, *tenant, *contact, language).await?;
        }
        for (tenant, contact) in self.asked_for_phone {
            contact::ask_phone(conn, tenant, contact, now).await?;
        }
        self.events.extend(self.messages.iter().map(|message| events::message_created(message, now)));
        event::insert(conn, &self.events).await
    }
}

/// A field that has gone meanwhile, or takes other values now, keeps nothing.
async fn describe(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    contact: Uuid,
    fields: BTreeMap<Uuid, Value>,
) -> Result<()> {
    let details = Details { fields, ..Details::default() };
    match contact_details::describe(conn, now, tenant, contact, details).await {
        Ok(_) => Ok(()),
        Err(ContactError::Store(error)) => Err(error),
        Err(error) => {
            tracing::info!(%error, contact.id = %contact, "what a bot would write down of a contact cannot be");
            Ok(())
        }
    }
}

/// What a turn came to; `None`: nothing that counts. `control`: whose the conversation is now.
fn outcome(thought: &Thought, end: Finished, control: Control) -> Option<TurnOutcome> {
    match (&thought.conclusion, end) {
        // Nobody thought: the tenant is suspended.
        (Conclusion::TryAgain { .. }, _) if thought.bot_id.is_none() => None,
        (Conclusion::Nothing, _) => None,
        (_, Finished::Lost | Finished::TakenOver | Finished::Again) => Some(TurnOutcome::Dropped),
        (Conclusion::TryAgain { .. }, Finished::Committed) => Some(TurnOutcome::Retried),
        (Conclusion::HandOff { .. }, Finished::Committed) => Some(TurnOutcome::HandedOver),
        (Conclusion::Answer(_), Finished::Committed) if control == Control::Human => Some(TurnOutcome::HandedOver),
        (Conclusion::Answer(_), Finished::Committed) => Some(TurnOutcome::Answered),
    }
}

/// `answer`: its first message.
fn row_of(thought: &Thought, outcome: TurnOutcome, answer: Option<Uuid>, now: Millis) -> Turn {
    Turn {
        tenant_id: thought.lease.tenant_id,
        id: new_id(now),
        bot_id: thought.bot_id,
        number_id: thought.lease.number_id,
        outcome,
        prompt_tokens: thought.spent.prompt_tokens,
        completion_tokens: thought.spent.completion_tokens,
        cost_micros: thought.spent.cost_micros,
        message_id: answer,
    }
}

fn conclude(
    row: &mut Conversation,
    thought: &Thought,
    known: &HashSet<knowledge::Key>,
    queued: &mut Queued,
    now: Millis,
) -> Finished {
    // No owner: this very lease has ended, as when a commit succeeded whose success was not heard of.
    if row.fence != thought.lease.fence || row.lease_owner.is_none() {
        return Finished::Lost;
    }
    row.lease_until = Millis(0);
    row.lease_owner = None;
    row.updated_at = now;
    let is_known = read(thought).all(|item| known.contains(&item));
    if row.control == Control::Human {
        if is_known {
            keep_as_suggestion(row, &thought.conclusion);
        }
        queued.events.push(events::conversation_updated(row, now));
        return Finished::TakenOver;
    }
    if row.control_version != thought.lease.control_version {
        // Taken over and handed back, or merged with another conversation, while the model was thinking.
        if rules::waiting(row) {
            row.turn_due_at.get_or_insert(now);
        }
        return Finished::Again;
    }
    if has_more_to_see(row, thought, now) {
        return Finished::Again;
    }
    if !is_known {
        // Deleted while the model was thinking. What is deleted is in no answer from then on.
        row.turn_due_at = Some(now);
        return Finished::Again;
    }
    let spoken = thought.language.clone().map(|language| (row.tenant_id, row.contact_id, language));
    queued.spoken.extend(spoken);
    match &thought.conclusion {
        Conclusion::TryAgain { after } => {
            // Where nobody has thought, nothing has failed.
            row.turn_attempts += i64::from(thought.bot_id.is_some());
            row.turn_due_at = Some(now + *after);
        }
        Conclusion::Nothing => settle_turn(row, thought, now),
        Conclusion::Answer(parts) if window(row.last_inbound_at, now).open => {
            settle_turn(row, thought, now);
            do_deeds(row, &thought.deeds, queued, now);
            for (part, text) in (0_i64..).zip(parts) {
                let is_last = usize::try_from(part).is_ok_and(|part| part + 1 == parts.len());
                let under = if is_last { &thought.deeds.under } else { &Under::Nothing };
                let body = said(text, under);
                if asks_for_phone(&body) {
                    queued.asked_for_phone.push((row.tenant_id, row.contact_id));
                }
                let message = answer(row, thought.seen, part, body, now);
                if part == 0 {
                    queued.push_sources(&message, &thought.sources);
                }
                queued.push(row, message, now);
            }
        }
        Conclusion::Answer(_) => {
            keep_as_suggestion(row, &thought.conclusion);
            hand_off(row, "The service window closed before the answer was ready.", queued, now);
        }
        Conclusion::HandOff { reason, say } => {
            do_deeds(row, &thought.deeds, queued, now);
            hand_off(row, reason, queued, now);
            queued.unanswered.extend(not_known(thought, now));
            let say = if window(row.last_inbound_at, now).open { say.as_slice() } else { &[] };
            for (part, text) in say.iter().enumerate() {
                let message = outbound::message(row, Draft::text(Author::System, text), now);
                if part == 0 {
                    queued.push_sources(&message, &thought.sources);
                }
                queued.push(row, message, now);
            }
        }
    }
    Finished::Committed
}

/// The customer has written since the worker looked, and there is still time to wait for an answer that saw it all.
fn has_more_to_see(row: &Conversation, thought: &Thought, now: Millis) -> bool {
    let started = row.burst_started_at.unwrap_or(now);
    row.last_inbound_seq > thought.seen && now < started + thought.policy.longest_wait
}

/// The burst is answered up to what was seen; what came after it is a burst of its own.
fn settle_turn(row: &mut Conversation, thought: &Thought, now: Millis) {
    row.answered_seq = row.answered_seq.max(thought.seen);
    let more = row.last_inbound_seq > thought.seen;
    rules::clear_turn(row);
    if more {
        rules::schedule_turn(row, thought.policy, now);
    }
}

fn hand_off(row: &mut Conversation, reason: &str, queued: &mut Queued, now: Millis) {
    rules::take_over(row, None, reason, now);
    rules::call_person(row);
    queued.handed_over.push(ConversationKey { tenant_id: row.tenant_id, id: row.id });
    queued.events.push(events::conversation_updated(row, now));
}

fn not_known(thought: &Thought, now: Millis) -> Option<NewUnanswered> {
    let (bot, asked) = (thought.bot_id?, thought.asked.as_ref()?);
    let unanswered = Unanswered {
        tenant_id: thought.lease.tenant_id,
        id: new_id(now),
        bot_id: bot,
        conversation_id: thought.lease.id,
        message_id: None,
        question: asked.question.clone(),
        language: asked.language.clone(),
        reason: asked.reason,
        detail: asked.detail.clone(),
        asked_at: now,
        resolution: None,
        resolved_at: None,
    };
    Some(NewUnanswered { unanswered, seq: thought.seen })
}

fn keep_as_suggestion(row: &mut Conversation, conclusion: &Conclusion) {
    if let Conclusion::Answer(parts) = conclusion {
        row.suggestion = Some(parts.join("\n\n"));
    }
}

fn do_deeds(row: &mut Conversation, deeds: &Deeds, queued: &mut Queued, now: Millis) {
    queued.calls.extend(deeds.calls.iter().cloned());
    let declined = |call: &ToolCall| ToolCall { state: ToolCallState::Declined, updated_at: now, ..call.clone() };
    queued.declined.extend(deeds.declined.iter().map(declined));
    if rules::add_labels(row, &deeds.labels) {
        queued.labelled.insert(row.id);
        queued.events.push(events::conversation_updated(row, now));
    }
    if !deeds.fields.is_empty() {
        queued.details.push((row.tenant_id, row.contact_id, deeds.fields.clone()));
    }
}

/// A text with something to press, where Meta takes it at this length.
fn said(text: &str, under: &Under) -> MessageBody {
    let interactive = match under {
        Under::Nothing => None,
        Under::Phone => Some(Interactive::RequestContactInfo { body: text.to_owned() }),
        Under::Choices { choices, .. } if choices.len() <= 3 && text.chars().count() <= BUTTONS_BODY => {
            let button = |choice: &Choice| Button { id: choice.id.clone(), title: choice.title.clone() };
            let buttons = choices.iter().map(button).collect();
            Some(Interactive::Buttons { header: None, body: text.to_owned(), footer: None, buttons })
        }
        Under::Choices { open, choices } => {
            let row = |choice: &Choice| Row { id: choice.id.clone(), title: choice.title.clone(), description: None };
            let sections = vec![Section { title: None, rows: choices.iter().map(row).collect() }];
            let (body, button) = (text.to_owned(), open.clone());
            Some(Interactive::List { header: None, body, footer: None, button, sections })
        }
    };
    let plain = || MessageBody::Text { body: text.to_owned(), preview_url: false };
    let body = interactive.map(|interactive| MessageBody::Interactive { interactive });
    body.filter(|body| body.validate().is_ok()).unwrap_or_else(plain)
}

fn asks_for_phone(body: &MessageBody) -> bool {
    matches!(body, MessageBody::Interactive { interactive: Interactive::RequestContactInfo { .. } })
}

fn answer(row: &mut Conversation, seen: i64, part: i64, body: MessageBody, now: Millis) -> Message {
    Message { answers_seq: Some(seen), part: Some(part), ..outbound::message(row, Draft::of(Author::Ai, body), now) }
}
