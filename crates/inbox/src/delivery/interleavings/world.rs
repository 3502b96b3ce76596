//! Two businesses, three customers, and what an observer knows of them.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use proptest::{prelude::*, sample::Index};
use switchboard_store::{
    Db, MessageStatus, Millis, NumberStatus, ReadReceipts, Scope, TenantId, TenantStatus, bot,
    conversation::Lease,
    message::Message,
    new_id,
    number::{self, NewNumber},
    tenant::{self, Tenant},
    waba,
};
use switchboard_test_support::a_bot;
use uuid::Uuid;

use super::{
    super::claim::Claimed,
    check::Fate,
    perform::{Job, perform},
    step::{Ends, Round, Step, Thinks, What},
};
use crate::{receive::Received, rules::TurnPolicy};

pub(super) const POLICY: TurnPolicy =
    TurnPolicy { quiet: Duration::from_secs(2), longest_wait: Duration::from_secs(10) };
const START: Millis = Millis(1_795_300_000_000);

/// A customer and the number they write to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) tenant: TenantId,
    pub(super) number: Uuid,
    pub(super) phone: &'static str,
    /// Everything said in the tenant's conversations begins with it.
    pub(super) mark: &'static str,
    pub(super) conversation: Uuid,
}

/// A call to Graph that is under way.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) claimed: Claimed,
    pub(super) wamid: String,
    /// The how manieth claim of its message it belongs to.
    pub(super) claim: usize,
    /// A status has told that Graph took it, so it cannot end as if Graph had not.
    pub(super) taken: bool,
}

/// What Graph has taken.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) pair: Pair,
    pub(super) message: Uuid,
    pub(super) wamid: String,
}

pub(super) struct World {
    pub(super) replicas: [Db; 2],
    pub(super) now: Millis,
    pub(super) pairs: Vec<Pair>,
    pub(super) told: Vec<Received>,
    pub(super) leases: Vec<Lease>,
    pub(super) calls: Vec<Call>,
    pub(super) taken: Vec<Taken>,
    /// Takeovers that have returned: when, and the version they led to.
    pub(super) takeovers: HashMap<Uuid, Vec<(usize, i64)>>,
    pub(super) answered: HashMap<(Uuid, i64), usize>,
    pub(super) fates: HashMap<Uuid, Vec<Fate>>,
    /// Which message of a conversation was claimed for sending, one after the other.
    pub(super) claimed: Vec<(Uuid, Uuid)>,
    pub(super) messages: HashMap<Uuid, Message>,
    names: AtomicUsize,
    ticks: AtomicUsize,
}

impl World {
    pub(super) async fn new(replicas: [Db; 2]) -> Self {
        let mut world = Self {
            replicas,
            now: START,
            pairs: Vec::new(),
            told: Vec::new(),
            leases: Vec::new(),
            calls: Vec::new(),
            taken: Vec::new(),
            takeovers: HashMap::new(),
            answered: HashMap::new(),
            fates: HashMap::new(),
            claimed: Vec::new(),
            messages: HashMap::new(),
            names: AtomicUsize::new(0),
            ticks: AtomicUsize::new(0),
        };
        let (a, a_number) = business(&world.replicas[0]).await;
        let (b, b_number) = business(&world.replicas[0]).await;
        // The first customer writes to both businesses.
        for (tenant, number, phone, mark) in
            [(a, a_number, "15550001", "A"), (a, a_number, "15550002", "A"), (b, b_number, "15550001", "B")]
        {
            let pair = Pair { tenant, number, phone, mark, conversation: Uuid::nil() };
            world.open(pair).await;
        }
        world
    }

    /// The customer's first message, which opens the conversation.
    async fn open(&mut self, pair: Pair) {
        let db = self.replicas[0].clone();
        let mut job = Job::Receive(vec![self.message(pair)]);
        let done = perform(self, &db, &mut job, false).await.expect("a first message is stored");
        self.note(done).expect("a first message is only remembered");
        let mut tx = db.read(Scope::Tenant(pair.tenant)).await.unwrap();
        let filter = switchboard_store::conversation::Filter::default();
        let found = switchboard_store::conversation::list(&mut tx.conn(), pair.tenant, filter, None, 10).await.unwrap();
        let known: Vec<_> = self.pairs.iter().map(|pair| pair.conversation).collect();
        let new = found.into_iter().map(|overview| overview.conversation.id).find(|id| !known.contains(id)).unwrap();
        self.pairs.push(Pair { conversation: new, ..pair });
    }

    /// A name nobody has had yet.
    pub(super) fn name(&self, kind: &str) -> String {
        format!("{kind}{}", self.names.fetch_add(1, Ordering::SeqCst))
    }

    /// The next moment of the observer's clock, by which "before" and "after" are told where things happen at once.
    pub(super) fn tick(&self) -> usize {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn pair_of(&self, conversation: Uuid) -> Pair {
        *self.pairs.iter().find(|pair| pair.conversation == conversation).expect("a conversation of this world")
    }

    pub(super) async fn live(&mut self, round: &Round) -> Result<(), TestCaseError> {
        let prepared: Vec<_> = round.steps.iter().map(|step| self.prepare(step)).collect();
        let mut jobs: Vec<_> =
            prepared.into_iter().zip(&round.steps).filter_map(|(job, step)| Some((job?, step.rolled_back))).collect();
        let foreign = only_foreign_statuses(&jobs);
        let before = self.messages.clone();
        let this = &*self;
        let done = match jobs.as_mut_slice() {
            [(one, gone), (other, other_gone)] => {
                let (one, other) = tokio::join!(
                    perform(this, &this.replicas[0], one, *gone),
                    perform(this, &this.replicas[1], other, *other_gone)
                );
                vec![one, other]
            }
            [(one, gone)] => vec![perform(this, &this.replicas[0], one, *gone).await],
            _ => Vec::new(),
        };
        for done in done {
            self.note(done?)?;
        }
        self.check().await?;
        if foreign {
            prop_assert_eq!(&before, &self.messages, "a status through another number changed something");
        }
        self.now = self.now + round.then_passes;
        Ok(())
    }

    /// What a step means now; `None`: nothing.
    fn prepare(&mut self, step: &Step) -> Option<Job> {
        Some(match &step.what {
            What::Says { pair, messages } => {
                let pair = *pair.get(&self.pairs);
                Job::Receive((0..*messages).map(|_| self.message(pair)).collect())
            }
            What::SaysAgain { pick } => Job::Receive(vec![one(*pick, &self.told)?.clone()]),
            What::TypesOnPhone { pair } => Job::Receive(vec![self.echo(*pair.get(&self.pairs))]),
            What::ClaimTurns => Job::ClaimTurns,
            What::RenewLease { pick } => Job::RenewLease(*one(*pick, &self.leases)?),
            What::FinishTurn { pick, looks_again, comes_to } => {
                Job::FinishTurn { lease: *one(*pick, &self.leases)?, looks_again: *looks_again, comes_to: *comes_to }
            }
            What::ForgetTurn { pick } => {
                one(*pick, &self.leases)?;
                self.leases.swap_remove(pick.index(self.leases.len()));
                return None;
            }
            What::TakeOver { pair } => Job::TakeOver(*pair.get(&self.pairs)),
            What::HandBack { pair } => Job::HandBack(*pair.get(&self.pairs)),
            What::OperatorSends { pair } => Job::OperatorSends(*pair.get(&self.pairs)),
            What::ClaimSends { limit } => Job::ClaimSends { limit: *limit },
            What::LapseSends => Job::LapseSends,
            What::SendEnds { pick, how } => return self.prepare_end(*pick, *how),
            What::Status { pick, status, with_our_id, through } => {
                return self.prepare_status(*pick, *status, *with_our_id, *through);
            }
        })
    }

    fn prepare_end(&mut self, pick: Index, how: Ends) -> Option<Job> {
        one(pick, &self.calls)?;
        let call = self.calls.swap_remove(pick.index(self.calls.len()));
        let how = match how {
            Ends::Retry | Ends::Paused | Ends::Held | Ends::Failed if call.taken => Ends::Sent,
            Ends::Unknown { .. } if call.taken => Ends::Unknown { taken: true },
            how => how,
        };
        if matches!(how, Ends::Sent | Ends::Unknown { taken: true } | Ends::Vanished { taken: true }) && !call.taken {
            self.take(&call);
        }
        (!matches!(how, Ends::Vanished { .. })).then(|| Job::SendEnds { call: Box::new(call), how })
    }

    /// Graph has it.
    fn take(&mut self, call: &Call) {
        let row = &call.claimed.row;
        let pair = self.pair_of(row.conversation_id);
        self.taken.push(Taken { pair, message: row.message_id, wamid: call.wamid.clone() });
    }

    fn prepare_status(
        &mut self,
        pick: Index,
        status: MessageStatus,
        with_our_id: bool,
        through: Option<Index>,
    ) -> Option<Job> {
        // A call under way is taken now: its status overtakes its answer.
        if let Some(call) = one(pick, &self.calls).filter(|call| !call.taken).cloned() {
            self.take(&call);
            let at = pick.index(self.calls.len());
            self.calls[at].taken = true;
        }
        let taken = one(pick, &self.taken)?.clone();
        let through = through.map_or(taken.pair, |through| *through.get(&self.pairs));
        let right_number = through.number == taken.pair.number;
        Some(Job::Status { taken, status, with_our_id, through, right_number })
    }

    /// Time passes, workers live, Graph answers: until nothing is left to be done.
    pub(super) async fn come_to_rest(&mut self) -> Result<(), TestCaseError> {
        self.leases.clear();
        self.calls.clear();
        for _ in 0..200 {
            self.now = self.now + Duration::from_secs(31);
            self.do_now(Job::LapseSends).await?;
            self.do_now(Job::ClaimTurns).await?;
            for lease in std::mem::take(&mut self.leases) {
                self.do_now(Job::FinishTurn { lease, looks_again: true, comes_to: Thinks::Answer { parts: 1 } })
                    .await?;
            }
            self.do_now(Job::ClaimSends { limit: 100 }).await?;
            for call in std::mem::take(&mut self.calls) {
                self.take(&call);
                self.do_now(Job::SendEnds { call: Box::new(call), how: Ends::Sent }).await?;
            }
            if self.check().await? {
                return Ok(());
            }
        }
        Err(TestCaseError::fail("it never comes to rest"))
    }

    pub(super) async fn hand_everything_back(&mut self) -> Result<(), TestCaseError> {
        for pair in self.pairs.clone() {
            self.do_now(Job::HandBack(pair)).await?;
        }
        Ok(())
    }

    async fn do_now(&mut self, mut job: Job) -> Result<(), TestCaseError> {
        let done = perform(self, &self.replicas[0], &mut job, false).await?;
        self.note(done)
    }
}

/// Whether all that happens is a status that comes through the wrong number.
fn only_foreign_statuses(jobs: &[(Job, bool)]) -> bool {
    !jobs.is_empty() && jobs.iter().all(|(job, _)| matches!(job, Job::Status { right_number: false, .. }))
}

fn one<T>(pick: Index, of: &[T]) -> Option<&T> {
    (!of.is_empty()).then(|| pick.get(of))
}

/// A tenant with a connected number and a bot.
async fn business(db: &Db) -> (TenantId, Uuid) {
    let now = START;
    let tenant_id = TenantId(new_id(now));
    let unique = Uuid::new_v4().simple().to_string();
    let mut tx = db.write(Scope::Tenant(tenant_id)).await.unwrap();
    let conn = &mut tx.conn();
    let tenant = Tenant {
        id: tenant_id,
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: now,
    };
    tenant::insert(conn, &tenant).await.unwrap();
    let bot = a_bot(tenant_id, now);
    bot::insert(conn, &bot).await.unwrap();
    let waba = waba::upsert(conn, tenant_id, new_id(now), &unique, None, now).await.unwrap();
    // Nobody opens it: Graph is played without tokens here.
    waba::set_token(conn, tenant_id, waba, b"sealed", None, None, now).await.unwrap();
    let new = NewNumber {
        waba,
        phone_number_id: &unique,
        display_phone_number: &unique,
        verified_name: None,
        quality: None,
        messaging_limit: None,
        coexistence: false,
        messages_per_second: 80,
    };
    let number = number::upsert(conn, tenant_id, new_id(now), &new, now).await.unwrap();
    number::set_status(conn, tenant_id, number, NumberStatus::Connected, None, now).await.unwrap();
    number::set_bot(conn, tenant_id, number, Some(bot.id), now).await.unwrap();
    tx.commit().await.unwrap();
    (tenant_id, number)
}
