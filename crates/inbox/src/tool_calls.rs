//! What bots do with tools: begun only while the conversation is theirs, and kept for the team to see.
//!
//! A call is recorded before it is made. A turn that is thought about again, since a worker died or the customer wrote
//! meanwhile, finds it and does not make it twice.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use switchboard_store::{
    Conn, Control, Millis, Result, ToolCallState,
    conversation::{self, ConversationKey, Lease},
    event,
    tool_call::{self, ToolCall},
};
use uuid::Uuid;

use crate::events;

/// Why nothing came of a call that people came between.
const TAKEN_OVER: &str = "People took over before the customer had agreed. Nothing was done.";

/// Longer than any call may take, and the record of what came of it.
const LOST_AFTER: Duration = Duration::from_mins(5);

/// What a turn does besides answering: all of it in the transaction that queues the answer, or nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Deeds {
    /// Calls that are over with the turn, or that the customer is asked about.
    pub calls: Vec<ToolCall>,
    /// Calls that the customer was asked about and did not agree to.
    pub declined: Vec<ToolCall>,
    /// Labels to put on the conversation.
    pub labels: Vec<Uuid>,
    /// What to write down of the customer, by the ids of fields.
    pub fields: BTreeMap<Uuid, Value>,
    /// What stands under the answer.
    pub under: Under,
}

/// What the customer can press under an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Under {
    #[default]
    Nothing,
    /// Up to three are buttons, up to ten a list, which the button named `open` opens.
    Choices { open: String, choices: Vec<Choice> },
    /// A button that tells their phone number.
    Phone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Comes back with the customer's choice.
    pub id: String,
    pub title: String,
}

/// Records that a call is about to be made; `false`: it may not be, since the conversation is people's or another worker's.
/// `agreed`: it is recorded already, as one that waited for the customer.
pub async fn begin(conn: &mut Conn<'_>, now: Millis, lease: &Lease, call: &ToolCall, agreed: bool) -> Result<bool> {
    let row = conversation::lock_one(conn, lease.tenant_id, lease.id).await?;
    let is_ours = row.is_some_and(|row| {
        let is_held = row.fence == lease.fence && row.lease_owner.is_some();
        is_held && row.control == Control::Ai && row.control_version == lease.control_version
    });
    if !is_ours {
        return Ok(false);
    }
    let call = ToolCall { state: ToolCallState::Running, updated_at: now, ..call.clone() };
    if agreed {
        tool_call::run_agreed(conn, &call).await?;
    } else {
        tool_call::insert(conn, std::slice::from_ref(&call)).await?;
    }
    event::insert(conn, &[events::tool_called(&call, now)]).await?;
    Ok(true)
}

/// People have these conversations now: what a customer says to them is no yes to what the bot had asked.
pub(crate) async fn decline_waiting(conn: &mut Conn<'_>, now: Millis, keys: &[ConversationKey]) -> Result<()> {
    for key in keys {
        let declined = tool_call::decline_waiting(conn, *key, TAKEN_OVER, now).await?;
        event::insert(conn, &declined.iter().map(|call| events::tool_called(call, now)).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Whoever began them so long ago is gone, and may have been the last to think about their turn: it is known from now on that
/// nothing is known of them. How many there were.
pub async fn give_up_lost(conn: &mut Conn<'_>, now: Millis) -> Result<usize> {
    let lost = tool_call::give_up(conn, now - LOST_AFTER, now).await?;
    event::insert(conn, &lost.iter().map(|call| events::tool_called(call, now)).collect::<Vec<_>>()).await?;
    Ok(lost.len())
}

/// Records what has become of a call.
pub async fn end(conn: &mut Conn<'_>, now: Millis, call: &ToolCall) -> Result<()> {
    let call = tool_call::update(conn, call).await?;
    event::insert(conn, &[events::tool_called(&call, now)]).await
}
