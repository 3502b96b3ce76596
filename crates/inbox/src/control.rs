//! Takeover and handback.

use std::time::Duration;

use switchboard_store::{
    Conn, Control, Error, MessageStatus, Millis, OutboxState, Result, TenantId, TenantStatus, bot, conversation,
    conversation::{Conversation, ConversationKey},
    event,
    message::{self, Message, MessageKey},
    outbox, tenant,
};
use uuid::Uuid;

use crate::{
    events,
    rules::{self, TurnPolicy},
    tool_calls,
};

/// A conversation after a takeover.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenOver {
    pub conversation: Conversation,
    /// How many of the AI's messages were already on the wire: they can no longer be stopped.
    pub in_flight: usize,
}

/// A person takes a conversation over. Once the transaction has committed, nothing the AI had queued leaves; what it
/// would have said becomes a suggestion. `None`: there is no such conversation.
pub async fn take_over(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    by: Option<Uuid>,
) -> Result<Option<TakenOver>> {
    let Some(mut conversation) = conversation::lock_one(conn, tenant_id, id).await? else { return Ok(None) };
    let in_flight = stop_ai(conn, &mut conversation, by, "operator", now).await?;
    conversation.needs_person = false;
    rules::open(&mut conversation);
    conversation.handback_at = auto_handback(conn, tenant_id).await?.map(|after| now + after);
    conversation::save(conn, std::slice::from_ref(&conversation)).await?;
    event::insert(conn, &[events::conversation_updated(&conversation, now)]).await?;
    Ok(Some(TakenOver { conversation, in_flight }))
}

/// Gives a conversation back to the AI. `None`: there is no such conversation.
pub async fn hand_back(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant_id: TenantId,
    id: Uuid,
    reason: &str,
) -> Result<Option<Conversation>> {
    let Some(mut conversation) = conversation::lock_one(conn, tenant_id, id).await? else { return Ok(None) };
    let policy = turn_policy(conn, tenant_id, conversation.number_id).await?;
    if rules::hand_back(&mut conversation, policy, reason, now) {
        conversation::save(conn, std::slice::from_ref(&conversation)).await?;
        event::insert(conn, &[events::conversation_updated(&conversation, now)]).await?;
    }
    Ok(Some(conversation))
}

/// Hands back one conversation whose time with people is over, unless somebody wrote meanwhile.
pub async fn hand_back_if_due(conn: &mut Conn<'_>, now: Millis, key: ConversationKey) -> Result<bool> {
    let Some(conversation) = conversation::lock_one(conn, key.tenant_id, key.id).await? else { return Ok(false) };
    if conversation.control == Control::Human && conversation.handback_at.is_some_and(|at| at <= now) {
        hand_back(conn, now, key.tenant_id, key.id, "timeout").await?;
        return Ok(true);
    }
    Ok(false)
}

/// Marks a conversation as read by the team; whether something in it was unread. `None`: there is no such conversation.
pub async fn mark_read(conn: &mut Conn<'_>, now: Millis, tenant_id: TenantId, id: Uuid) -> Result<Option<bool>> {
    let Some(mut conversation) = conversation::lock_one(conn, tenant_id, id).await? else { return Ok(None) };
    let is_unread = conversation.unread_count > 0;
    if is_unread {
        conversation.unread_count = 0;
        conversation.updated_at = now;
        conversation::save(conn, std::slice::from_ref(&conversation)).await?;
        event::insert(conn, &[events::conversation_updated(&conversation, now)]).await?;
    }
    Ok(Some(is_unread))
}

/// Takes control of a locked conversation and cancels what the AI has queued or asked in it; how much is on the wire already.
/// The caller saves the conversation and tells of it.
pub(crate) async fn stop_ai(
    conn: &mut Conn<'_>,
    conversation: &mut Conversation,
    by: Option<Uuid>,
    reason: &str,
    now: Millis,
) -> Result<usize> {
    let changed = rules::take_over(conversation, by, reason, now);
    let key = ConversationKey { tenant_id: conversation.tenant_id, id: conversation.id };
    if changed {
        tool_calls::decline_waiting(conn, now, &[key]).await?;
    }
    let waiting = outbox::of_conversations(conn, &[key]).await?;
    let (queued, on_the_wire): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .filter(|row| row.control_version.is_some())
        .partition(|row| row.state == OutboxState::Queued);
    if changed && !queued.is_empty() {
        let keys: Vec<_> =
            queued.iter().map(|row| MessageKey { tenant_id: row.tenant_id, id: row.message_id }).collect();
        cancel(conn, conversation, &keys, now).await?;
    }
    Ok(on_the_wire.len())
}

/// Takes messages of the AI out of the queue for good and keeps their text as the conversation's suggestion.
pub(crate) async fn cancel(
    conn: &mut Conn<'_>,
    conversation: &mut Conversation,
    keys: &[MessageKey],
    now: Millis,
) -> Result<()> {
    outbox::delete(conn, keys).await?;
    let mut messages = message::by_id(conn, keys).await?;
    messages.sort_by_key(|message| message.seq);
    for message in &mut messages {
        message.status = MessageStatus::Cancelled;
        message.updated_at = now;
    }
    conversation.suggestion = suggestion(&messages).or(conversation.suggestion.take());
    message::save(conn, &messages).await?;
    let told: Vec<_> = messages.iter().map(|message| events::message_updated(message, now)).collect();
    event::insert(conn, &told).await
}

/// What the AI would have said. What Switchboard itself says on a handoff is no suggestion.
fn suggestion(messages: &[Message]) -> Option<String> {
    let texts: Vec<_> = messages
        .iter()
        .filter(|message| message.author == switchboard_store::Author::Ai)
        .filter_map(|message| message.text.as_deref())
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// After how long without a person writing the tenant wants conversations back with the AI.
pub(crate) async fn auto_handback(conn: &mut Conn<'_>, tenant_id: TenantId) -> Result<Option<Duration>> {
    let tenant =
        tenant::get(conn, tenant_id).await?.ok_or(Error::RowCount { table: "tenant", expected: 1, actual: 0 })?;
    Ok(tenant.auto_handback_ms.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis))
}

/// When the bot of a number answers; `None`: none does. The bots of a suspended tenant do not.
pub(crate) async fn turn_policy(conn: &mut Conn<'_>, tenant_id: TenantId, number: Uuid) -> Result<Option<TurnPolicy>> {
    if tenant::get(conn, tenant_id).await?.is_none_or(|tenant| tenant.status != TenantStatus::Active) {
        return Ok(None);
    }
    let bot = bot::of_number(conn, tenant_id, number).await?;
    Ok(bot.filter(|bot| bot.enabled).map(|bot| TurnPolicy {
        quiet: Duration::from_millis(bot.reply_delay_ms.unsigned_abs()),
        longest_wait: Duration::from_millis(bot.max_wait_ms.unsigned_abs()),
    }))
}
