//! What a turn is thought from.

use std::time::Duration;

use switchboard_inbox::rules::TurnPolicy;
use switchboard_store::{
    Author, Direction, MessageStatus, Result, Scope, Zone, bot,
    conversation::{self, Lease},
    message::{self, Message},
    summary,
};

use super::{
    TurnParts,
    question::{Counts, Question, Said},
};

/// The newest messages a turn looks at.
const MESSAGES: i64 = 100;
/// So many messages there must be before what was said is looked for in short.
const SUMMARISED_FROM: usize = 10;
/// Over which the answers to one customer are counted.
const DAY: Duration = Duration::from_hours(24);

pub(super) struct Context {
    pub(super) question: Question,
    /// The newest message of the customer among what was read.
    pub(super) seen: i64,
    pub(super) policy: TurnPolicy,
}

/// What was found.
pub(super) enum Loaded {
    Ready(Box<Context>),
    /// No bot serves the number any more. `seen`: the newest message of the customer.
    Unserved {
        seen: i64,
    },
    /// The tenant may not work. `seen`: as above.
    Suspended {
        seen: i64,
    },
    /// Somebody else has the conversation.
    Lost,
}

impl Context {
    /// Reads everything in one snapshot.
    pub(super) async fn load(parts: &TurnParts, lease: Lease) -> Result<Loaded> {
        let tenant_id = lease.tenant_id;
        let mut tx = parts.db.read(Scope::Tenant(tenant_id)).await?;
        let conn = &mut tx.conn();
        let state = conversation::turn_state(conn, tenant_id, lease.id).await?;
        let Some(state) = state.filter(|state| state.fence == lease.fence) else { return Ok(Loaded::Lost) };
        if !state.tenant_active {
            return Ok(Loaded::Suspended { seen: state.last_inbound_seq });
        }
        let bot = bot::of_number(conn, tenant_id, lease.number_id).await?.filter(|bot| bot.enabled);
        let Some(bot) = bot else { return Ok(Loaded::Unserved { seen: state.last_inbound_seq }) };
        let index = parts.indexes.of(conn, &bot).await?;
        let (now, zone) = (parts.clock.now(), Zone::of(&state.models.time_zone));
        let models = parts.models.of(conn, tenant_id, &state.models).await?;
        parts.vectors.see_to(&models, bot.id, &index);
        let mut counts = Counts::of_day(conn, &bot, &models, &zone, now).await?;
        if bot.answers_per_customer.is_some() {
            counts.of_customer = message::answers_since(conn, tenant_id, lease.id, now - DAY).await?;
        }
        let mut messages = message::before(conn, tenant_id, lease.id, None, MESSAGES).await?;
        messages.reverse();
        let (pending, history) = messages
            .into_iter()
            .filter(is_said)
            .partition::<Vec<_>, _>(|message| message.wants_answer && message.seq > state.answered_seq);
        let policy = TurnPolicy {
            quiet: Duration::from_millis(bot.reply_delay_ms.unsigned_abs()),
            longest_wait: Duration::from_millis(bot.max_wait_ms.unsigned_abs()),
        };
        let summary = match history.len() + pending.len() {
            // Only a long conversation has one.
            0..SUMMARISED_FROM => None,
            _ => summary::get(conn, tenant_id, lease.id).await?,
        };
        let said = |messages: Vec<Message>| messages.into_iter().map(Said::from).collect();
        let question = Question {
            business: state.tenant_name,
            contact_language: state.contact_language,
            bot,
            models,
            vectors: parts.vectors.clone(),
            index,
            summary,
            history: said(history),
            pending: said(pending),
            now,
            zone,
            counts,
        };
        Ok(Loaded::Ready(Box::new(Self { question, seen: state.last_inbound_seq, policy })))
    }
}

/// What both sides have said to each other: not what was taken back, never left, or is not speech.
fn is_said(message: &Message) -> bool {
    let speech = !matches!(message.kind.as_str(), "reaction" | "edit" | "revoke" | "system");
    let left = !matches!(message.status, MessageStatus::Cancelled | MessageStatus::Failed);
    let by_us = message.direction == Direction::Outbound && message.author == Author::System;
    speech && left && !by_us && message.revoked_at.is_none()
}
