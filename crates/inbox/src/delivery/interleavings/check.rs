//! What must hold, whatever has happened.

use std::collections::{HashMap, HashSet};

use proptest::{prelude::*, test_runner::TestCaseError};
use switchboard_store::{
    Author, Control, MessageStatus, Millis, OutboxState, Scope,
    conversation::{self, Conversation, ConversationKey, Filter, Lease},
    message::{self, Message},
    outbox::{self, OutboxRow},
};
use uuid::Uuid;

use super::{
    super::{LEASE, claim::Claimed, record::WAIT_FOR_STATUS},
    perform::{Done, Outcome},
    step::Ends,
    world::{Call, World},
};
use crate::{
    incoming::{Content, Incoming},
    turns::Finished,
};

type Checked = Result<(), TestCaseError>;

/// What became of one claim of a message for sending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    claimed_at: Millis,
    known: Known,
}

#[derive(Debug, Clone, Copy)]
enum Known {
    /// Under way, or its worker has vanished.
    Nothing,
    /// May have been taken, as was found out then.
    Perhaps(Millis),
    /// Graph did not take it.
    NotTaken,
    /// Over, at that tick: it must never be claimed later.
    Over(usize),
}

/// What the database says of a conversation.
struct Found {
    row: Conversation,
    thread: Vec<Message>,
    waiting: Vec<OutboxRow>,
}

impl World {
    /// Remembers what was done, and checks what it may have done.
    pub(super) fn note(&mut self, done: Done) -> Checked {
        let Done { began, ended, outcome } = done;
        match outcome {
            Outcome::Nothing => Ok(()),
            Outcome::Told(batch) => {
                self.told.extend(batch);
                Ok(())
            }
            Outcome::TurnsClaimed(leases) => {
                self.leases.extend(leases);
                Ok(())
            }
            Outcome::PeopleInControl { conversation, version } => {
                self.takeovers.entry(conversation).or_default().push((ended, version));
                Ok(())
            }
            Outcome::TurnFinished { lease, seen, answered, finished } => {
                self.note_finished(began, lease, seen, answered, finished)
            }
            Outcome::SendsClaimed(claimed) => {
                claimed.into_iter().try_for_each(|claimed| self.note_claimed(began, claimed))
            }
            Outcome::SendEnded { call, how } => {
                self.note_end(ended, &call, how);
                Ok(())
            }
            Outcome::StatusTold { message, settled } => {
                if settled {
                    self.over(message, ended);
                }
                Ok(())
            }
        }
    }

    fn note_finished(&mut self, began: usize, lease: Lease, seen: i64, answered: bool, finished: Finished) -> Checked {
        if finished != Finished::Committed {
            return Ok(());
        }
        prop_assert!(
            !self.overtaken(lease.id, began, lease.control_version),
            "an answer of before the takeover is queued"
        );
        if answered {
            let answers = self.answered.entry((lease.id, seen)).or_default();
            *answers += 1;
            prop_assert!(*answers == 1, "two answers to {seen}");
        }
        Ok(())
    }

    /// Whether people had taken control before `began` from the AI that thought under `version`.
    fn overtaken(&self, conversation: Uuid, began: usize, version: i64) -> bool {
        let takeovers = self.takeovers.get(&conversation).into_iter().flatten();
        takeovers.into_iter().any(|(ended, led_to)| *ended < began && version < *led_to)
    }

    fn note_claimed(&mut self, began: usize, claimed: Claimed) -> Checked {
        let row = &claimed.row;
        let overtaken = row.control_version.is_some_and(|version| self.overtaken(row.conversation_id, began, version));
        prop_assert!(!overtaken, "an AI message of before the takeover leaves: {:?}", row);
        let fates = self.fates.entry(row.message_id).or_default();
        if let Some(before) = fates.last() {
            let may_go_again = match before.known {
                Known::Nothing => self.now >= before.claimed_at + LEASE + WAIT_FOR_STATUS,
                Known::Perhaps(since) => self.now >= since + WAIT_FOR_STATUS,
                Known::NotTaken => true,
                Known::Over(ended) => ended > began,
            };
            prop_assert!(may_go_again, "sent again at {:?} after {:?}: {:?}", self.now, before, row);
        }
        fates.push(Fate { claimed_at: self.now, known: Known::Nothing });
        let claim = fates.len() - 1;
        self.claimed.push((row.conversation_id, row.message_id));
        let wamid = self.name("out");
        self.calls.push(Call { claimed, wamid, claim, taken: false });
        Ok(())
    }

    fn note_end(&mut self, ended: usize, call: &Call, how: Ends) {
        let message = call.claimed.row.message_id;
        if matches!(how, Ends::Sent) {
            return self.over(message, ended);
        }
        let now = self.now;
        let Some(fates) = self.fates.get_mut(&message) else { return };
        let newest = fates.len() - 1;
        let fate = &mut fates[call.claim];
        // After its lease and the wait, somebody may have taken it up again, and what it says comes too late.
        let late = now >= fate.claimed_at + LEASE + WAIT_FOR_STATUS;
        fate.known = match (how, fate.known) {
            (_, Known::Over(at)) => Known::Over(at),
            (Ends::Retry | Ends::Paused | Ends::Held, _) => Known::NotTaken,
            (Ends::Failed, _) if late || newest > call.claim => Known::NotTaken,
            (Ends::Failed, _) => Known::Over(ended),
            _ if late => Known::Nothing,
            _ => Known::Perhaps(now),
        };
    }

    fn over(&mut self, message: Uuid, at: usize) {
        if let Some(fate) = self.fates.get_mut(&message).and_then(|fates| fates.last_mut()) {
            fate.known = Known::Over(at);
        }
    }

    /// Looks at everything; whether nothing is left to be done.
    pub(super) async fn check(&mut self) -> Result<bool, TestCaseError> {
        let found = self.look().await?;
        for found in &found {
            prop_assert!(seqs_are_dense(found), "seqs: {:?}", found.row);
            prop_assert!(is_cared_for(found), "silence: {:?}", found.row);
            let sending = found.waiting.iter().filter(|row| row.state == OutboxState::Sending).count();
            prop_assert!(sending <= 1, "{} messages of one conversation are being sent", sending);
            let pair = self.pair_of(found.row.id);
            let own = |message: &Message| {
                message.tenant_id == pair.tenant
                    && message.text.as_ref().is_some_and(|text| text.starts_with(pair.mark))
            };
            prop_assert!(found.thread.iter().all(own), "tenants meet");
        }
        self.once_in(&found)?;
        let at_rest = found.iter().all(|found| found.waiting.is_empty() && found.row.turn_due_at.is_none());
        let messages: HashMap<_, _> =
            found.into_iter().flat_map(|found| found.thread).map(|message| (message.id, message)).collect();
        for (id, before) in &self.messages {
            let now = messages.get(id).map(|message| message.status);
            prop_assert!(now.is_some_and(|now| may_become(before.status, now)), "{:?} became {:?}", before, now);
        }
        self.messages = messages;
        self.in_order()?;
        Ok(at_rest)
    }

    async fn look(&self) -> Result<Vec<Found>, TestCaseError> {
        let tenants: HashSet<_> = self.pairs.iter().map(|pair| pair.tenant).collect();
        let mut all = Vec::new();
        for tenant in tenants {
            let mut tx = self.replicas[0].read(Scope::Tenant(tenant)).await.unwrap();
            let conn = &mut tx.conn();
            let rows = conversation::list(conn, tenant, Filter::default(), None, 100).await.unwrap();
            for row in rows.into_iter().map(|overview| overview.conversation) {
                let mut thread = message::before(conn, tenant, row.id, None, 10_000).await.unwrap();
                thread.sort_by_key(|message| message.seq);
                let key = ConversationKey { tenant_id: tenant, id: row.id };
                let waiting = outbox::of_conversations(conn, &[key]).await.unwrap();
                all.push(Found { row, thread, waiting });
            }
        }
        prop_assert_eq!(all.len(), self.pairs.len());
        Ok(all)
    }

    /// All that was told is there, once.
    fn once_in(&self, found: &[Found]) -> Checked {
        let stored: Vec<_> = found
            .iter()
            .flat_map(|found| &found.thread)
            .filter(|message| matches!(message.author, Author::Customer | Author::Phone))
            .filter_map(|message| message.wamid.as_deref())
            .collect();
        let told: HashSet<_> = self
            .told
            .iter()
            .filter_map(|received| match &received.incoming {
                Incoming::Message(said) | Incoming::Echo(said) if matches!(said.content, Content::Body(_)) => {
                    Some(said.wamid.as_str())
                }
                _ => None,
            })
            .collect();
        prop_assert_eq!(stored.len(), told.len());
        prop_assert_eq!(stored.into_iter().collect::<HashSet<_>>(), told);
        Ok(())
    }

    /// Messages go to Graph in the order of their conversation.
    fn in_order(&self) -> Checked {
        let mut newest: HashMap<Uuid, i64> = HashMap::new();
        for (conversation, message) in &self.claimed {
            let seq = self.messages[message].seq;
            let before = newest.insert(*conversation, seq).unwrap_or(0);
            prop_assert!(before <= seq, "{} left after {}", seq, before);
        }
        Ok(())
    }

    /// In the end every question has been answered.
    pub(super) async fn everybody_was_served(&self) -> Checked {
        for Found { row, thread, .. } in self.look().await? {
            let last = thread.iter().filter(|message| message.wants_answer).map(|message| message.seq).max();
            prop_assert!(last.unwrap_or(0) <= row.answered_seq, "nobody answered: {:?}", row);
            for message in &thread {
                let settled =
                    !matches!(message.status, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::Unknown);
                prop_assert!(settled, "left behind: {:?}", message);
            }
        }
        Ok(())
    }
}

fn seqs_are_dense(found: &Found) -> bool {
    found.thread.iter().map(|message| message.seq).eq(1..=found.row.last_seq)
}

/// Unanswered, a customer has people or a turn.
fn is_cared_for(found: &Found) -> bool {
    let row = &found.row;
    let unanswered = found.thread.iter().any(|message| message.wants_answer && message.seq > row.answered_seq);
    !unanswered || row.control == Control::Human || row.turn_due_at.is_some()
}

/// A message's way: round and round until its fate is known, and then forward.
fn may_become(before: MessageStatus, now: MessageStatus) -> bool {
    use MessageStatus::{Cancelled, Delivered, Failed, Queued, Read, Received, Sending, Sent, Unknown};
    match before {
        Received | Read | Failed => now == before,
        Queued | Sending | Unknown => now != Received,
        Sent => matches!(now, Sent | Delivered | Read | Failed),
        Delivered => matches!(now, Delivered | Read),
        Cancelled => matches!(now, Cancelled | Sent | Delivered | Read | Failed),
    }
}
