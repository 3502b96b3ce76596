//! What may happen to a conversation, as functions over its locked row. Nothing here touches the database.

use std::time::Duration;

use switchboard_store::{Control, ConversationState, Millis, conversation::Conversation};
use uuid::Uuid;

use crate::window::window;

/// When a bot answers a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnPolicy {
    /// The quiet period: so long after the last message.
    pub quiet: Duration,
    /// The cap: but never longer than this after the first.
    pub longest_wait: Duration,
}

/// Gives the next message its place in the order.
pub fn next_seq(conversation: &mut Conversation) -> i64 {
    conversation.last_seq += 1;
    conversation.last_seq
}

/// Something was said: the conversation moves up in the list, unless it was said before what is newest.
pub fn note_message(conversation: &mut Conversation, message_id: Uuid, said_at: Millis, now: Millis) {
    if conversation.last_message_id.is_none() || said_at >= conversation.last_message_at {
        conversation.last_message_at = said_at;
        conversation.last_message_id = Some(message_id);
    }
    conversation.updated_at = now;
}

/// When a message that is new now takes its place in the conversation. The clocks of two replicas differ, and so does how
/// long each waited for its turn; what comes later never stands before what came first.
pub fn after_the_last(conversation: &Conversation, now: Millis) -> Millis {
    now.max(conversation.last_message_at)
}

/// The customer said something that a turn has to answer, or changed it, unless a person is in control.
///
/// `policy`: of the bot that serves the number; `None` where none does or it is switched off, so that a person must.
pub fn note_question(conversation: &mut Conversation, seq: i64, policy: Option<TurnPolicy>, now: Millis) {
    conversation.last_inbound_seq = seq;
    // A burst keeps its failures: else a customer who goes on writing while the model fails would never get people.
    if conversation.burst_started_at.is_none() {
        conversation.turn_attempts = 0;
    }
    if conversation.control == Control::Human {
        return;
    }
    match policy {
        Some(policy) => schedule_turn(conversation, policy, now),
        None => call_person(conversation),
    }
}

/// A person has to look at it: whatever it was put aside for, it is open.
pub fn call_person(conversation: &mut Conversation) {
    conversation.needs_person = true;
    open(conversation);
}

/// Something did not get through.
pub fn note_failure(conversation: &mut Conversation) {
    conversation.send_failed = true;
    call_person(conversation);
}

/// Puts labels on it, each once; whether there is one that it did not have.
pub fn add_labels(conversation: &mut Conversation, labels: &[Uuid]) -> bool {
    let before = conversation.labels.len();
    for label in labels {
        if !conversation.labels.contains(label) {
            conversation.labels.push(*label);
        }
    }
    conversation.labels.len() > before
}

/// It is to be worked on.
pub fn open(conversation: &mut Conversation) {
    conversation.state = ConversationState::Open;
    conversation.snoozed_until = None;
}

/// The customer has written. What was snoozed is open again. What was resolved begins anew: the AI answers, as it did at
/// first, and what was left undone does not count any more.
///
/// `served`: a bot answers here. Call it before the question is noted.
pub fn customer_returns(conversation: &mut Conversation, served: bool, now: Millis) {
    if conversation.state == ConversationState::Resolved {
        conversation.answered_seq = conversation.last_inbound_seq;
        conversation.needs_person = false;
        conversation.send_failed = false;
        conversation.suggestion = None;
        if served && conversation.control == Control::Human {
            give_to_ai(conversation, "reopened", now);
        }
    }
    open(conversation);
}

/// Makes the turn due after the quiet period, but not later than the cap allows.
pub fn schedule_turn(conversation: &mut Conversation, policy: TurnPolicy, now: Millis) {
    let started = *conversation.burst_started_at.get_or_insert(now);
    conversation.turn_due_at = Some((now + policy.quiet).min(started + policy.longest_wait));
}

/// No turn is due any more.
pub fn clear_turn(conversation: &mut Conversation) {
    conversation.turn_due_at = None;
    conversation.burst_started_at = None;
    conversation.turn_attempts = 0;
}

/// Control goes to people. `true` if it was the AI's; whatever the AI has queued must then be taken out by the caller.
pub fn take_over(conversation: &mut Conversation, by: Option<Uuid>, reason: &str, now: Millis) -> bool {
    let changed = conversation.control == Control::Ai;
    if changed {
        conversation.control = Control::Human;
        conversation.control_version += 1;
        conversation.control_at = now;
    }
    conversation.control_by = by;
    conversation.assignee_id = conversation.assignee_id.or(by);
    conversation.control_reason = Some(reason.to_owned());
    conversation.updated_at = now;
    clear_turn(conversation);
    changed
}

/// A person wrote: whatever the customer had asked counts as answered, and the time to automatic handback starts anew.
pub fn note_person_wrote(conversation: &mut Conversation, auto_handback: Option<Duration>, now: Millis) {
    conversation.answered_seq = conversation.last_inbound_seq;
    conversation.unread_count = 0;
    conversation.needs_person = false;
    conversation.send_failed = false;
    conversation.suggestion = None;
    conversation.handback_at = auto_handback.map(|after| now + after);
    if conversation.state == ConversationState::Resolved {
        open(conversation);
    }
}

/// Control goes back to the AI, which answers at once what nobody has answered. `true` if it was with people.
pub fn hand_back(conversation: &mut Conversation, policy: Option<TurnPolicy>, reason: &str, now: Millis) -> bool {
    if conversation.control == Control::Ai {
        return false;
    }
    give_to_ai(conversation, reason, now);
    conversation.needs_person = false;
    conversation.suggestion = None;
    if conversation.state == ConversationState::Resolved {
        // Whoever resolved it left nothing to answer.
        conversation.answered_seq = conversation.last_inbound_seq;
    }
    if waiting(conversation) {
        // Where the AI may not answer any more, people must know: otherwise the question would end in silence.
        match policy.filter(|_| window(conversation.last_inbound_at, now).open) {
            Some(policy) => schedule_turn(conversation, TurnPolicy { quiet: Duration::ZERO, ..policy }, now),
            None => call_person(conversation),
        }
    }
    true
}

/// Whoever took it over has it no more; whom it was assigned to by somebody else keeps it.
fn give_to_ai(conversation: &mut Conversation, reason: &str, now: Millis) {
    if conversation.assignee_id == conversation.control_by {
        conversation.assignee_id = None;
    }
    conversation.control = Control::Ai;
    conversation.control_version += 1;
    conversation.control_reason = Some(reason.to_owned());
    conversation.control_by = None;
    conversation.control_at = now;
    conversation.handback_at = None;
    conversation.updated_at = now;
}

/// The customer has said something that nobody has answered.
pub fn waiting(conversation: &Conversation) -> bool {
    conversation.last_inbound_seq > conversation.answered_seq
}

/// Whether a message queued under `control_version` may leave: a person's always, the AI's only under the control it was
/// thought out under.
pub fn may_leave(conversation: &Conversation, control_version: Option<i64>) -> bool {
    control_version.is_none_or(|version| version == conversation.control_version)
}
