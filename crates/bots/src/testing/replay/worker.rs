//! Thinking again about what customers said once.

use std::collections::HashSet;

use switchboard_inbox::turns::Conclusion;
use switchboard_store::{
    Author, Conn, Json, ReplayOutcome, Result, Scope, Signal,
    bot_replay::{self, OldSource, Past, Present, RecordedBurst, WaitingBurst},
    bot_run::{ClaimedRun, RunKind},
    conversation,
    message::{self, Cursor},
    message_passage,
    summary::{self, Summary},
};

use super::judge::{Now, has_other_sources, judge};
use crate::{
    bot::BotError,
    playground::{self, Tried},
    testing::{
        trial::Trial,
        worker::{BROKEN_OFF, millis, passage},
    },
    tools::Facts,
    turn::{
        TurnParts,
        context::{DAY, Files, MESSAGES, answers_to, calling_label, is_said, was_told},
        question::Question,
        rules,
    },
};

/// Replays of conversations.
#[derive(Debug, Clone)]
pub(in crate::testing) struct Replays {
    pub(in crate::testing) parts: TurnParts,
}

impl Trial for Replays {
    const KIND: RunKind = RunKind::Replay;
    const SIGNAL: Signal = Signal::Replay;
    const RECORDED: &'static str = "replay.recorded";
    type Piece = WaitingBurst;
    type Recorded = RecordedBurst;

    fn parts(&self) -> &TurnParts {
        &self.parts
    }

    async fn waiting(conn: &mut Conn<'_>, run: &ClaimedRun) -> Result<Vec<WaitingBurst>> {
        bot_replay::waiting(conn, run).await
    }

    async fn think(&self, run: &ClaimedRun, burst: WaitingBurst, is_given_up: bool) -> Result<Option<RecordedBurst>> {
        if is_given_up {
            return Ok(Some(unknown(burst.position, BROKEN_OFF.to_owned())));
        }
        let mut question = match playground::question(&self.parts, run.tenant_id, run.bot_id, |_| {}).await {
            Ok(question) => question,
            Err(BotError::Store(error)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let mut tx = self.parts.db.read(Scope::Tenant(run.tenant_id)).await?;
        let conn = &mut tx.conn();
        go_back(conn, run, &burst, &mut question).await?;
        let sources = sources(conn, run, &burst.past).await?;
        drop(tx);
        Ok(Some(recorded(&burst, playground::think_about(&question).await, sources)))
    }

    async fn record(conn: &mut Conn<'_>, run: &ClaimedRun, recorded: &RecordedBurst) -> Result<()> {
        bot_replay::record(conn, run, recorded).await
    }
}

/// Puts a bot before a conversation as it stood when the burst had been said.
async fn go_back(conn: &mut Conn<'_>, run: &ClaimedRun, burst: &WaitingBurst, question: &mut Question) -> Result<()> {
    let (tenant, conversation) = (run.tenant_id, burst.conversation_id);
    let after_it = Cursor { created_at: burst.created_at, seq: burst.seq + 1 };
    let mut messages = message::before(conn, tenant, conversation, Some(after_it), MESSAGES).await?;
    messages.reverse();
    question.now = burst.created_at;
    // How many it answered on that day tells of the day, and not of what it knows.
    question.counts.of_day = 0;
    question.was_told = was_told(&messages);
    let asked: HashSet<_> = burst.past.asked.iter().map(|asked| asked.message_id).collect();
    let (pending, history): (Vec<_>, Vec<_>) =
        messages.into_iter().filter(is_said).partition(|message| asked.contains(&message.id));
    let files = Files::of(conn, tenant, pending.iter().chain(&history)).await?;
    let sees = question.bot.sees_pictures;
    question.pending = pending.into_iter().map(|message| files.said(message, sees)).collect();
    question.history = history.into_iter().map(|message| files.said(message, sees)).collect();
    if let Some(row) = conversation::get(conn, tenant, conversation).await? {
        let contact = row.conversation.contact_id;
        question.tools.facts = Facts::of(conn, tenant, contact, conversation).await?;
        question.label = calling_label(conn, &question.bot, &row.conversation.labels).await?;
        let day_before = burst.created_at - DAY..burst.created_at;
        question.counts.of_customer = answers_to(conn, &question.bot, contact, day_before).await?;
    }
    let state = conversation::turn_state(conn, tenant, conversation).await?;
    question.contact_language = state.and_then(|state| state.contact_language);
    // What was put in short later tells of what was not said yet.
    let first = question.pending.first().map(|said| said.place);
    let was_there = |summary: &Summary| summary.told().is_some_and(|told| first.is_some_and(|first| told < first));
    question.summary = summary::get(conn, tenant, conversation).await?.filter(was_there);
    Ok(())
}

/// What the answer was written from then; it is kept with its first message.
async fn sources(conn: &mut Conn<'_>, run: &ClaimedRun, past: &Past) -> Result<Vec<OldSource>> {
    let Some(first) = past.answers.iter().find(|answer| answer.author == Author::Ai) else { return Ok(Vec::new()) };
    let passages = message_passage::of_message(conn, run.tenant_id, first.message_id).await?;
    Ok(passages.into_iter().map(|it| OldSource { item_id: it.item_id, title: it.title, text: it.text }).collect())
}

fn recorded(burst: &WaitingBurst, tried: Tried, sources_then: Vec<OldSource>) -> RecordedBurst {
    let (said, handed_over, reason) = match tried.conclusion {
        Conclusion::Answer(parts) => (parts.join("\n\n"), false, None),
        Conclusion::HandOff { reason, say } => (say.join("\n\n"), true, Some(reason)),
        Conclusion::Nothing | Conclusion::TryAgain { .. } => (String::new(), false, None),
    };
    // Nobody has thought: nothing is known of what the bot would say.
    let is_spent = reason.as_deref() == Some(rules::BUDGET);
    let is_unknown = tried.trouble.is_some() || is_spent || (said.is_empty() && !handed_over);
    let passages: Vec<_> = tried.found.into_iter().map(passage).collect();
    let outcome =
        if is_unknown { ReplayOutcome::Error } else { judge(&burst.past.answers, &Now { said: &said, handed_over }) };
    RecordedBurst {
        position: burst.position,
        outcome,
        present: Json(Present {
            said: if is_unknown { String::new() } else { said },
            handed_over: handed_over && !is_unknown,
            reason: tried.trouble.or(reason),
            other_sources: !is_unknown && has_other_sources(&sources_then, &passages),
            passages,
            sources_then,
            calls: tried.made,
        }),
        took_ms: millis(tried.took),
        prompt_tokens: tried.spent.prompt_tokens,
        completion_tokens: tried.spent.completion_tokens,
        cost_micros: tried.spent.cost_micros,
    }
}

/// Nothing is known of it.
fn unknown(position: i64, reason: String) -> RecordedBurst {
    RecordedBurst {
        position,
        outcome: ReplayOutcome::Error,
        present: Json(Present {
            said: String::new(),
            handed_over: false,
            reason: Some(reason),
            passages: Vec::new(),
            sources_then: Vec::new(),
            other_sources: false,
            calls: Vec::new(),
        }),
        took_ms: 0,
        prompt_tokens: None,
        completion_tokens: None,
        cost_micros: None,
    }
}
