//! The worker of turns: claims conversations that are due, thinks, finishes.
//!
//! A conversation is claimed with a lease that is renewed while its turn is thought about, so that a worker which
//! vanishes is soon replaced and one which merely takes long is not. Where two have thought about the same burst, the
//! inbox lets one of them speak.

mod anger;
pub(crate) mod context;
mod in_language;
mod leases;
pub(crate) mod question;
pub(crate) mod rules;
mod sight;
mod summarise;
pub(crate) mod think;

use std::{sync::Arc, time::Duration};

use switchboard_inbox::{
    receipts::{Receipts, Shown},
    rules::TurnPolicy,
    tool_calls::Deeds,
    turns::{self, Conclusion, Finished, Spent, Thought},
};
use switchboard_store::{
    Db, Durability, GroupCommit, Limits, Millis, Notifier, Result, Round, Scope, SharedClock, Signal,
    conversation::{self, ClaimTurns, Lease},
    crash_point, new_id,
};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

pub(crate) use self::rules::{UNSURE, is_rule};
pub use self::sight::Sight;
use self::{
    context::{Context, Loaded},
    leases::Leases,
    question::Question,
    think::Thinking,
};
use crate::{indexes::Indexes, models::Models, tools::Tools, unanswered, vectors::VectorParts};

/// Turns thought about at a time; most of that time is spent waiting for the model.
const CONCURRENT_TURNS: usize = 256;
/// Of which one tenant may have so many: a quarter, so that a busy one does not starve the rest.
const PER_TENANT: usize = 64;
const FINISHING: Limits = Limits { committers: 2, batch: 64, waiting: CONCURRENT_TURNS };
const LEASE: Duration = Duration::from_secs(15);
/// Without a wake-up, the conversations are looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// A turn of a tenant that was suspended meanwhile is looked at again after this.
const SUSPENDED: Duration = Duration::from_mins(1);
/// A turn that waits for what a voice note says, or for a picture, is looked at again after this.
const INCOMPLETE: Duration = Duration::from_secs(1);
/// What a rule decides, or the knowledge answers, is there before; nobody need be shown that it is being written.
const MOMENT: Duration = Duration::from_millis(200);
/// What is due and locked is tried again after this.
const LOCKED: Duration = Duration::from_millis(5);

/// What turns work with.
#[derive(Debug, Clone)]
pub struct TurnParts {
    pub db: Db,
    pub clock: SharedClock,
    pub notifier: Notifier,
    /// Where a tenant has none for answering, its bots answer from their questions and answers, and hand over what
    /// matches none.
    pub models: Models,
    pub indexes: Indexes,
    pub vectors: VectorParts,
    pub tools: Tools,
    pub sight: Sight,
    pub receipts: Receipts,
}

/// Answers customers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Turns {
    parts: TurnParts,
    owner: Uuid,
    leases: Leases,
    finisher: GroupCommit<Thought, Finished>,
    permits: Arc<Semaphore>,
    thinking: TaskTracker,
}

impl Turns {
    pub fn new(parts: TurnParts) -> Self {
        let clock = Arc::clone(&parts.clock);
        let finisher = GroupCommit::start(&parts.db, Durability::Soon, FINISHING, move |conn, thoughts| {
            let now = clock.now();
            Box::pin(turns::finish(conn, now, thoughts))
        });
        Self {
            owner: new_id(parts.clock.now()),
            leases: Leases::default(),
            finisher,
            permits: Arc::new(Semaphore::new(CONCURRENT_TURNS)),
            thinking: TaskTracker::new(),
            parts,
        }
    }

    /// Answers until `stop`; then gives back what it holds, so that another process can go on at once.
    pub async fn run(&self, stop: CancellationToken) {
        let renewal =
            tokio::spawn(self.leases.clone().renew(self.parts.db.clone(), Arc::clone(&self.parts.clock), LEASE));
        while !stop.is_cancelled() {
            let mut notified = std::pin::pin!(self.parts.notifier.notified(Signal::Turn));
            // Before looking, so that what is scheduled while we look is not slept through.
            notified.as_mut().enable();
            let round = Round::begin();
            let wait = match self.tick(&stop).await {
                Ok(None) => {
                    round.rest().await;
                    continue;
                }
                Ok(Some(wait)) => wait,
                Err(error) => {
                    tracing::error!(error = %error, "due turns could not be claimed");
                    POLL
                }
            };
            tokio::select! {
                () = notified => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
        self.thinking.close();
        self.thinking.wait().await;
        renewal.abort();
        if let Err(error) = self.give_back().await {
            tracing::warn!(error = %error, "leases could not be given back; they lapse by themselves");
        }
    }

    /// Thinks all due turns to their end: for tests, which move the time themselves.
    pub async fn drain(&self) -> Result<()> {
        let stop = CancellationToken::new();
        while self.tick(&stop).await?.is_none() {
            self.thinking.close();
            self.thinking.wait().await;
            self.thinking.reopen();
        }
        Ok(())
    }

    /// Starts on what is due. `None`: there may be more; else how long there is nothing to do, unless something happens.
    async fn tick(&self, stop: &CancellationToken) -> Result<Option<Duration>> {
        let Ok(first) = Arc::clone(&self.permits).acquire_owned().await else { return Ok(Some(POLL)) };
        let free = self.permits.available_permits() + 1;
        drop(first);
        let now = self.parts.clock.now();
        // Looked at first as a reader: there is mostly nothing, and writers wait for each other.
        let wait = self.until_next(now).await?;
        if wait > Duration::ZERO {
            return Ok(Some(wait));
        }
        let full = self.leases.tenants_with(PER_TENANT);
        let claim = ClaimTurns {
            owner: self.owner,
            now,
            lease_until: now + LEASE,
            limit: i64::try_from(free).unwrap_or(i64::MAX),
            per_tenant: i64::try_from(PER_TENANT).unwrap_or(i64::MAX),
            full_tenants: &full,
        };
        let mut tx = self.parts.db.write_with(Scope::System, Durability::Soon).await?;
        let claimed = turns::claim(&mut tx.conn(), claim).await?;
        tx.commit().await?;
        if claimed.is_empty() {
            // All of it is of tenants with enough under way, until one of their turns ends and wakes us; or somebody has it
            // locked for a moment.
            return Ok(Some(if full.is_empty() { LOCKED } else { POLL }));
        }
        crash_point("turn.claimed");
        for lease in claimed {
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { break };
            let held = self.leases.hold(lease);
            let (turns, stop) = (self.clone(), stop.clone());
            self.thinking.spawn(async move {
                // What is cut short here is taken up by whoever claims the conversation next.
                let answered = tokio::select! {
                    answered = turns.turn(lease) => answered,
                    () = stop.cancelled() => None,
                    () = held.lost() => {
                        tracing::warn!(conversation.id = %lease.id, "a lease was lost");
                        None
                    }
                };
                drop(held);
                if let Some(question) = answered {
                    // What the customer writes now does not wait for it.
                    turns.parts.notifier.notify(Signal::Turn);
                    tokio::select! {
                        () = summarise::keep_up(&turns.parts, lease, &question) => {}
                        () = stop.cancelled() => {}
                    }
                }
                drop(permit);
                turns.parts.notifier.notify(Signal::Turn);
            });
        }
        Ok(None)
    }

    async fn until_next(&self, now: Millis) -> Result<Duration> {
        let mut tx = self.parts.db.read(Scope::System).await?;
        let next = conversation::next_turn(&mut tx.conn(), now).await?;
        Ok(next.map_or(POLL, |at| at.saturating_since(now).min(POLL)))
    }

    /// What was answered, if an answer has been queued and there may be something to put in short.
    async fn turn(&self, lease: Lease) -> Option<Question> {
        let (thought, context) = match self.think(lease).await {
            Ok(thought) => thought?,
            Err(error) => {
                // The lease lapses and the turn is taken again.
                tracing::error!(conversation.id = %lease.id, error = %error, "a turn could not be prepared");
                return None;
            }
        };
        let is_answered = matches!(thought.conclusion, Conclusion::Answer(_));
        let given_up = unfinished(&thought, context.as_ref().map(|context| &context.question));
        crash_point("turn.thought");
        metrics::counter!("switchboard_turns_total", "conclusion" => name(&thought.conclusion)).increment(1);
        match self.finisher.submit_waiting(thought).await {
            Ok(finished) => {
                crash_point("turn.finished");
                tracing::debug!(conversation.id = %lease.id, ?finished, "a turn is over");
                self.parts.notifier.notify(Signal::Outbox);
                self.parts.notifier.notify(Signal::Event);
                let answered = context.filter(|_| finished == Finished::Committed && is_answered);
                answered.map(|context| context.question).filter(summarise::may_be_behind)
            }
            Err(error) => {
                tracing::error!(conversation.id = %lease.id, error = %error, "a turn could not be finished");
                self.give_up(given_up).await;
                None
            }
        }
    }

    /// What cannot be stored counts as a try: else it would be thought, and paid for, anew for ever. Where this cannot be
    /// stored either, the lease lapses and the turn is taken again.
    async fn give_up(&self, given_up: Thought) {
        let id = given_up.lease.id;
        match self.finisher.submit_waiting(given_up).await {
            Ok(_) => {
                self.parts.notifier.notify(Signal::Outbox);
                self.parts.notifier.notify(Signal::Event);
            }
            Err(error) => tracing::error!(conversation.id = %id, error = %error, "a turn could not be given up"),
        }
    }

    async fn think(&self, lease: Lease) -> Result<Option<(Thought, Option<Box<Context>>)>> {
        match Context::load(&self.parts, lease).await? {
            Loaded::Lost => Ok(None),
            Loaded::Unserved { seen } => {
                let reason = "No bot serves the number any more.".into();
                let policy = TurnPolicy { quiet: Duration::ZERO, longest_wait: Duration::ZERO };
                let conclusion = Conclusion::HandOff { reason, say: Vec::new() };
                Ok(Some((unthought(lease, seen, policy, conclusion), None)))
            }
            // Claimed just before it was suspended. Resuming makes the turn due at once.
            Loaded::Suspended { seen } => {
                let policy = TurnPolicy { quiet: Duration::ZERO, longest_wait: Duration::ZERO };
                let conclusion = Conclusion::TryAgain { after: SUSPENDED };
                Ok(Some((unthought(lease, seen, policy, conclusion), None)))
            }
            Loaded::Incomplete { seen, policy } => {
                Ok(Some((unthought(lease, seen, policy, Conclusion::TryAgain { after: INCOMPLETE }), None)))
            }
            Loaded::Ready(mut context) => {
                let (question, thinking) = self.think_visibly(lease, &mut context.question).await;
                let asked = unanswered::asked(question, &thinking);
                let language =
                    think::heard(question).filter(|language| question.detected_language.as_ref() != Some(language));
                let thought = Thought {
                    lease,
                    seen: context.seen,
                    policy: context.policy,
                    conclusion: thinking.conclusion,
                    sources: thinking.sources,
                    read: thinking.found.iter().map(|hit| hit.passage.id).collect(),
                    bot_id: Some(question.bot.id),
                    spent: thinking.spent,
                    asked,
                    language: language.map(|language| language.code().to_owned()),
                    deeds: thinking.deeds,
                };
                Ok(Some((thought, Some(context))))
            }
        }
    }

    /// The customer sees that they were read and, where it takes a moment, that an answer is being written.
    async fn think_visibly<'a>(&self, lease: Lease, question: &'a mut Question) -> (&'a Question, Thinking<'a>) {
        let mut thinking = std::pin::pin!(async move {
            summarise::catch_up(&self.parts, lease, question).await;
            let question = &*question;
            (question, think::think(question, lease.turn_attempts).await)
        });
        let receipts = &self.parts.receipts;
        tokio::select! {
            biased;
            thought = &mut thinking => {
                receipts.show(lease.tenant_id, lease.id, Shown::Read);
                return thought;
            }
            () = tokio::time::sleep(MOMENT) => {}
        }
        tokio::select! {
            biased;
            thought = &mut thinking => thought,
            never = receipts.keep_typing(lease.tenant_id, lease.id) => match never {},
        }
    }

    async fn give_back(&self) -> Result<()> {
        let mut tx = self.parts.db.write(Scope::System).await?;
        conversation::drop_leases_of(&mut tx.conn(), self.owner).await?;
        tx.commit().await
    }
}

/// What was clear without thinking.
fn unthought(lease: Lease, seen: i64, policy: TurnPolicy, conclusion: Conclusion) -> Thought {
    let (sources, spent, deeds) = (Vec::new(), Spent::default(), Deeds::default());
    Thought {
        lease,
        seen,
        policy,
        conclusion,
        sources,
        read: Vec::new(),
        bot_id: None,
        spent,
        asked: None,
        language: None,
        deeds,
    }
}

/// What a turn comes to whose thought cannot be stored: with nothing of it but what it has cost.
fn unfinished(thought: &Thought, question: Option<&Question>) -> Thought {
    let conclusion = think::after_trouble(question, thought.lease.turn_attempts);
    let given_up = unthought(thought.lease, thought.seen, thought.policy, conclusion);
    Thought { bot_id: thought.bot_id, spent: thought.spent, ..given_up }
}

fn name(conclusion: &Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Answer(_) => "answer",
        Conclusion::Nothing => "nothing",
        Conclusion::HandOff { .. } => "handoff",
        Conclusion::TryAgain { .. } => "try_again",
    }
}
