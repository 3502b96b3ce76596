//! One thing that happens, on one connection, in one transaction.

use std::time::Duration;

use proptest::test_runner::TestCaseError;
use switchboard_graph_client::MessageBody;
use switchboard_store::{
    Author, Conn, Control, Db, Error, MessageStatus, Result, Scope,
    conversation::{self, ClaimTurns, Lease},
    new_id,
};
use uuid::Uuid;

use super::{
    super::{
        LEASE,
        claim::{Claimed, HELD, claim},
        lapse::lapse,
        record::{Attempt, SendOutcome, record},
    },
    step::{Ends, Thinks},
    world::{Call, POLICY, Pair, Taken, World},
};
use crate::{
    Failure, control,
    incoming::{Body, Content, Incoming, Origin, Party, Said, StatusUpdate},
    receive::{Received, receive},
    send::{NewMessage, SendError, send},
    tool_calls::Deeds,
    turns::{self, Conclusion, Finished, Spent, Thought},
};

/// How long a turn's lease lasts here.
const TURN_LEASE: Duration = Duration::from_secs(15);

#[derive(Debug, Clone)]
pub(super) enum Job {
    Receive(Vec<Received>),
    ClaimTurns,
    RenewLease(Lease),
    FinishTurn { lease: Lease, looks_again: bool, comes_to: Thinks },
    TakeOver(Pair),
    HandBack(Pair),
    OperatorSends(Pair),
    ClaimSends { limit: i64 },
    LapseSends,
    SendEnds { call: Box<Call>, how: Ends },
    Status { taken: Taken, status: MessageStatus, with_our_id: bool, through: Pair, right_number: bool },
}

/// What came of it, and between which moments it happened.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) began: usize,
    pub(super) ended: usize,
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing an observer has to remember; also what was rolled back.
    Nothing,
    Told(Vec<Received>),
    TurnsClaimed(Vec<Lease>),
    TurnFinished {
        lease: Lease,
        seen: i64,
        answered: bool,
        finished: Finished,
    },
    PeopleInControl {
        conversation: Uuid,
        version: i64,
    },
    SendsClaimed(Vec<Claimed>),
    SendEnded {
        call: Box<Call>,
        how: Ends,
    },
    StatusTold {
        message: Uuid,
        settled: bool,
    },
}

/// Does it. Collisions that PostgreSQL answers with a rollback are tried again, as every caller does.
pub(super) async fn perform(world: &World, db: &Db, job: &mut Job, rolled_back: bool) -> Result<Done, TestCaseError> {
    let began = world.tick();
    for _ in 0..10 {
        match attempt(world, db, job, rolled_back).await {
            Ok(outcome) => {
                let outcome = if rolled_back { Outcome::Nothing } else { outcome };
                return Ok(Done { began, ended: world.tick(), outcome });
            }
            Err(error) if error.is_transient() => {}
            Err(error) => return Err(TestCaseError::fail(format!("{job:?}: {error}"))),
        }
    }
    Err(TestCaseError::fail(format!("{job:?} collides for ever")))
}

async fn attempt(world: &World, db: &Db, job: &Job, rolled_back: bool) -> Result<Outcome> {
    let scope = match job {
        Job::TakeOver(pair) | Job::HandBack(pair) | Job::OperatorSends(pair) => Scope::Tenant(pair.tenant),
        _ => Scope::System,
    };
    let mut tx = db.write(scope).await?;
    let outcome = run(world, &mut tx.conn(), job).await?;
    if !rolled_back {
        tx.commit().await?;
    }
    Ok(outcome)
}

async fn run(world: &World, conn: &mut Conn<'_>, job: &Job) -> Result<Outcome> {
    let now = world.now;
    match job {
        Job::Receive(batch) => {
            receive(conn, now, batch).await?;
            Ok(Outcome::Told(batch.clone()))
        }
        Job::ClaimTurns => world.claim_turns(conn).await,
        Job::RenewLease(lease) => {
            conversation::renew(conn, &[*lease], now + TURN_LEASE).await?;
            Ok(Outcome::Nothing)
        }
        Job::FinishTurn { lease, looks_again, comes_to } => {
            world.finish_turn(conn, *lease, *looks_again, *comes_to).await
        }
        Job::TakeOver(pair) => {
            let taken = control::take_over(conn, now, pair.tenant, pair.conversation, None).await?;
            Ok(in_control(taken.map(|taken| taken.conversation)))
        }
        Job::HandBack(pair) => {
            control::hand_back(conn, now, pair.tenant, pair.conversation, "operator").await?;
            Ok(Outcome::Nothing)
        }
        Job::OperatorSends(pair) => world.operator_sends(conn, *pair).await,
        Job::ClaimSends { limit } => {
            Ok(Outcome::SendsClaimed(claim(conn, now, new_id(now), LEASE, *limit).await?.claimed))
        }
        Job::LapseSends => {
            lapse(conn, now, 100).await?;
            Ok(Outcome::Nothing)
        }
        Job::SendEnds { call, how } => {
            record(conn, now, &[attempt_of(call, *how)]).await?;
            Ok(Outcome::SendEnded { call: call.clone(), how: *how })
        }
        Job::Status { taken, status, with_our_id, through, right_number } => {
            let message_id = with_our_id.then_some(taken.message);
            receive(conn, now, &[world.status(taken, *status, message_id, *through)]).await?;
            Ok(Outcome::StatusTold { message: taken.message, settled: *with_our_id && *right_number })
        }
    }
}

fn in_control(conversation: Option<conversation::Conversation>) -> Outcome {
    match conversation.filter(|row| row.control == Control::Human) {
        Some(row) => Outcome::PeopleInControl { conversation: row.id, version: row.control_version },
        None => Outcome::Nothing,
    }
}

fn attempt_of(call: &Call, how: Ends) -> Attempt {
    let (failure, after) = (Failure::of("It did not work."), Duration::from_secs(2));
    let row = &call.claimed.row;
    Attempt {
        tenant_id: row.tenant_id,
        message_id: row.message_id,
        number_id: row.number_id,
        number_of_try: row.attempts,
        outcome: match how {
            Ends::Sent => SendOutcome::Sent { wamid: call.wamid.clone() },
            Ends::Unknown { .. } | Ends::Vanished { .. } => SendOutcome::Unknown(failure),
            Ends::Retry => SendOutcome::Retry { failure, after },
            Ends::Paused => SendOutcome::Paused { after },
            Ends::Held => SendOutcome::Held { after: HELD },
            Ends::Failed => SendOutcome::Failed(failure),
        },
    }
}

impl World {
    pub(super) fn message(&self, pair: Pair) -> Received {
        let said = self.said(pair, "in");
        received(pair, Incoming::Message(said))
    }

    pub(super) fn echo(&self, pair: Pair) -> Received {
        let said = self.said(pair, "echo");
        received(pair, Incoming::Echo(said))
    }

    fn said(&self, pair: Pair, kind: &str) -> Said {
        let wamid = self.name(kind);
        let text = Some(format!("{} {wamid}", pair.mark));
        Said {
            wamid,
            party: Party { phone: Some(pair.phone.into()), ..Party::default() },
            said_at: self.now,
            origin: Origin::Live,
            group_id: None,
            reply_to: None,
            content: Content::Body(Body { kind: "text".into(), text, payload: None }),
        }
    }

    fn status(&self, taken: &Taken, status: MessageStatus, message_id: Option<Uuid>, through: Pair) -> Received {
        let wamid = taken.wamid.clone();
        received(
            through,
            Incoming::Status(StatusUpdate { wamid, status, at: self.now, message_id, party: None, error: None }),
        )
    }

    async fn claim_turns(&self, conn: &mut Conn<'_>) -> Result<Outcome> {
        let claim = ClaimTurns {
            owner: new_id(self.now),
            now: self.now,
            lease_until: self.now + TURN_LEASE,
            limit: 2,
            per_tenant: 2,
            full_tenants: &[],
        };
        Ok(Outcome::TurnsClaimed(turns::claim(conn, claim).await?))
    }

    async fn finish_turn(
        &self,
        conn: &mut Conn<'_>,
        lease: Lease,
        looks_again: bool,
        comes_to: Thinks,
    ) -> Result<Outcome> {
        let seen = if looks_again {
            let found = conversation::get(conn, lease.tenant_id, lease.id).await?;
            found.map_or(0, |found| found.conversation.last_inbound_seq)
        } else {
            lease.last_inbound_seq
        };
        let mark = self.pair_of(lease.id).mark;
        let conclusion = match comes_to {
            Thinks::Answer { parts } => {
                Conclusion::Answer((0..parts).map(|part| format!("{mark} answer {part}")).collect())
            }
            Thinks::HandOff => {
                Conclusion::HandOff { reason: "Too hard.".into(), say: vec![format!("{mark} handed off")] }
            }
            Thinks::TryAgain => Conclusion::TryAgain { after: Duration::from_secs(1) },
        };
        let thought = Thought {
            lease,
            seen,
            policy: POLICY,
            conclusion,
            sources: Vec::new(),
            read: Vec::new(),
            bot_id: None,
            spent: Spent::default(),
            asked: None,
            language: None,
            deeds: Deeds::default(),
        };
        let finished = turns::finish(conn, self.now, &[thought]).await?[0];
        Ok(Outcome::TurnFinished { lease, seen, answered: matches!(comes_to, Thinks::Answer { .. }), finished })
    }

    async fn operator_sends(&self, conn: &mut Conn<'_>, pair: Pair) -> Result<Outcome> {
        let new = NewMessage {
            tenant_id: pair.tenant,
            conversation_id: pair.conversation,
            author: Author::Operator,
            person_id: None,
            body: MessageBody::Text { body: format!("{} by hand", pair.mark), preview_url: false },
            reply_to: None,
            original: None,
            idempotency_key: None,
        };
        match send(conn, self.now, new).await {
            Ok(_) => {}
            Err(SendError::Store(error)) => return Err(error),
            Err(error) => return Err(Error::Configuration(error.to_string())),
        }
        let found = conversation::get(conn, pair.tenant, pair.conversation).await?;
        Ok(in_control(found.map(|found| found.conversation)))
    }
}

fn received(pair: Pair, incoming: Incoming) -> Received {
    Received { tenant_id: pair.tenant, number_id: pair.number, policy: Some(POLICY), auto_handback: None, incoming }
}
