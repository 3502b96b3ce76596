//! A world in which stories happen: a database, a clock that stands still, a business, and Meta.

pub(crate) mod business;
pub(crate) mod graph;
mod incoming;
mod invariants;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use switchboard_crypto::KeyRing;
use switchboard_graph_client::{GraphClient, GraphConfig, MessageBody, http_client_builder};
use switchboard_inbox::{
    control::{self, TakenOver},
    delivery::{Delivery, DeliveryParts, TokenRefused},
    receive::{Outcome, Received, receive},
    send::{NewMessage, SendError, send},
    tool_calls::Deeds,
    turns::{self, Conclusion, Finished, Spent, Thought},
};
use switchboard_store::{
    Author, Clock as _, Db, ManualClock, MessageStatus, Millis, Notifier, Result, Scope, TenantId, Vault,
    contact::{self, Contact, ContactKey},
    conversation::{self, ClaimTurns, Conversation, Filter, Lease},
    message::{self, Message},
    new_id, outbox, tenant,
};
use switchboard_test_support::{Engine, TestDb};
use tokio::{sync::mpsc, task::JoinHandle};
use url::Url;
use uuid::Uuid;

pub(crate) use self::{
    business::{Business, LONGEST_WAIT, POLICY, QUIET},
    graph::{Answer, Graph},
    incoming::{ANA, body, edit, party},
};

pub(crate) const LEASE: Duration = Duration::from_secs(15);
pub(crate) const DAY: Duration = Duration::from_hours(24);

pub(crate) struct World {
    pub(crate) test: TestDb,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) vault: Vault,
    pub(crate) graph: Graph,
    pub(crate) delivery: Delivery,
    pub(crate) refused: Mutex<mpsc::UnboundedReceiver<TokenRefused>>,
    /// The business of most stories.
    pub(crate) bakery: Business,
    businesses: AtomicUsize,
    wamids: AtomicUsize,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let test = TestDb::new(engine).await;
        let clock = ManualClock::at(Millis(1_795_300_000_000));
        let vault = Vault::new(KeyRing::parse("test:Tcx1V3bFRH9MEf0sGwZbJzGZOZqwbQXhkLsOzN7OZrA=").unwrap());
        let graph = Graph::start().await;
        let (refuse, refused) = mpsc::unbounded_channel();
        let delivery = delivery(&test.db, &clock, &vault, &graph, refuse);
        let bakery = Business::open(&test.db, &vault, 1, clock.now()).await;
        Self {
            test,
            clock,
            vault,
            graph,
            delivery,
            refused: Mutex::new(refused),
            bakery,
            businesses: AtomicUsize::new(1),
            wamids: AtomicUsize::new(0),
        }
    }

    pub(crate) async fn another_business(&self) -> Business {
        let nth = self.businesses.fetch_add(1, Ordering::Relaxed) + 1;
        Business::open(&self.test.db, &self.vault, nth, self.now()).await
    }

    /// Delivery of another process on the same database.
    pub(crate) async fn another_delivery(&self) -> Delivery {
        let (refuse, _) = mpsc::unbounded_channel();
        delivery(&self.test.open_again().await, &self.clock, &self.vault, &self.graph, refuse)
    }

    pub(crate) async fn auto_handback(&self, after: Duration) {
        let mut tx = self.test.db.write(Scope::Tenant(self.bakery.tenant)).await.unwrap();
        let after = i64::try_from(after.as_millis()).ok();
        tenant::set_auto_handback(&mut tx.conn(), self.bakery.tenant, after).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    pub(crate) fn passes(&self, time: Duration) {
        self.clock.advance(time);
    }

    // What arrives.

    pub(crate) async fn receive(&self, batch: &[Received]) -> Outcome {
        let outcome = self.try_receive(&self.test.db, batch).await.unwrap();
        self.check().await;
        outcome
    }

    pub(crate) async fn try_receive(&self, db: &Db, batch: &[Received]) -> Result<Outcome> {
        let mut tx = db.write(Scope::System).await?;
        let outcome = receive(&mut tx.conn(), self.now(), batch).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Ana writes to the bakery, now; the message as it was stored.
    pub(crate) async fn says(&self, text: &str) -> Message {
        self.receive(&[self.message(text)]).await;
        self.thread().await.pop().unwrap()
    }

    // What people and the AI do.

    pub(crate) async fn take_over(&self) -> TakenOver {
        let taken = self.take_over_unchecked().await;
        self.check().await;
        taken
    }

    /// For stories in which several things happen at once: the checks would see the middle of them.
    pub(crate) async fn take_over_unchecked(&self) -> TakenOver {
        let id = self.conversation().await.id;
        let mut tx = self.test.db.write(Scope::Tenant(self.bakery.tenant)).await.unwrap();
        let by = Some(new_id(self.now()));
        let taken = control::take_over(&mut tx.conn(), self.now(), self.bakery.tenant, id, by).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        taken
    }

    pub(crate) async fn hand_back(&self) -> Conversation {
        let id = self.conversation().await.id;
        let mut tx = self.test.db.write(Scope::Tenant(self.bakery.tenant)).await.unwrap();
        let row = control::hand_back(&mut tx.conn(), self.now(), self.bakery.tenant, id, "operator").await.unwrap();
        tx.commit().await.unwrap();
        self.check().await;
        row.unwrap()
    }

    /// Hands back what is due, as the worker does; how many conversations that were.
    pub(crate) async fn hand_back_what_is_due(&self) -> usize {
        let mut tx = self.test.db.write(Scope::System).await.unwrap();
        let due = conversation::due_handbacks(&mut tx.conn(), self.now(), 100).await.unwrap();
        let mut handed_back = 0;
        for key in due {
            handed_back += usize::from(control::hand_back_if_due(&mut tx.conn(), self.now(), key).await.unwrap());
        }
        tx.commit().await.unwrap();
        self.check().await;
        handed_back
    }

    /// An operator writes to Ana.
    pub(crate) async fn send(&self, text: &str) -> Result<Message, SendError> {
        self.send_message(self.operators(text).await).await
    }

    pub(crate) async fn operators(&self, text: &str) -> NewMessage {
        self.operators_in(self.conversation().await.id, text)
    }

    pub(crate) fn operators_in(&self, conversation_id: Uuid, text: &str) -> NewMessage {
        NewMessage {
            tenant_id: self.bakery.tenant,
            conversation_id,
            author: Author::Operator,
            person_id: Some(new_id(self.now())),
            body: MessageBody::Text { body: text.to_owned(), preview_url: false },
            reply_to: None,
            original: None,
            idempotency_key: None,
        }
    }

    pub(crate) async fn send_message(&self, new: NewMessage) -> Result<Message, SendError> {
        let message = self.queue_message(new).await?;
        self.check().await;
        Ok(message)
    }

    /// Without the checks, which read everything: for stories with many conversations.
    pub(crate) async fn queue(&self, new: NewMessage) -> Message {
        self.queue_message(new).await.unwrap()
    }

    async fn queue_message(&self, new: NewMessage) -> Result<Message, SendError> {
        let mut tx = self.test.db.write(Scope::Tenant(new.tenant_id)).await?;
        let message = send(&mut tx.conn(), self.now(), new).await?;
        tx.commit().await?;
        Ok(message)
    }

    /// A worker takes the turns that are due.
    pub(crate) async fn claim(&self) -> Vec<Lease> {
        let claim = ClaimTurns {
            owner: new_id(self.now()),
            now: self.now(),
            lease_until: self.now() + LEASE,
            limit: 100,
            per_tenant: 100,
            full_tenants: &[],
        };
        let mut tx = self.test.db.write(Scope::System).await.unwrap();
        let leases = turns::claim(&mut tx.conn(), claim).await.unwrap();
        tx.commit().await.unwrap();
        leases
    }

    /// A worker takes the only turn that is due.
    pub(crate) async fn claim_one(&self) -> Lease {
        let leases = self.claim().await;
        assert_eq!(leases.len(), 1, "one turn is due");
        leases[0]
    }

    pub(crate) async fn finish(&self, lease: Lease, conclusion: Conclusion) -> Finished {
        let finished = self.finish_unchecked(lease, conclusion).await;
        self.check().await;
        finished
    }

    pub(crate) async fn finish_unchecked(&self, lease: Lease, conclusion: Conclusion) -> Finished {
        let thought = Thought {
            lease,
            seen: lease.last_inbound_seq,
            policy: POLICY,
            conclusion,
            sources: Vec::new(),
            read: Vec::new(),
            bot_id: Some(new_id(self.now())),
            spent: Spent::default(),
            asked: None,
            language: None,
            deeds: Deeds::default(),
        };
        let mut tx = self.test.db.write(Scope::System).await.unwrap();
        let finished = turns::finish(&mut tx.conn(), self.now(), &[thought]).await.unwrap();
        tx.commit().await.unwrap();
        finished[0]
    }

    pub(crate) async fn answer(&self, lease: Lease, text: &str) -> Finished {
        self.finish(lease, Conclusion::Answer(vec![text.to_owned()])).await
    }

    /// Ana asks, and the AI's answer is queued.
    pub(crate) async fn is_answered(&self, question: &str, answer: &str) -> Message {
        self.says(question).await;
        self.passes(QUIET);
        let lease = self.claim_one().await;
        assert_eq!(self.answer(lease, answer).await, Finished::Committed);
        self.thread().await.pop().unwrap()
    }

    // What leaves.

    /// Sends what is due.
    pub(crate) async fn drain(&self) {
        self.delivery.drain().await.unwrap();
        self.check().await;
    }

    /// Starts to send what is due and returns when `calls` calls in all have arrived at Graph, where they are held.
    pub(crate) async fn start_sending(&self, calls: usize) -> JoinHandle<Result<()>> {
        let delivery = self.delivery.clone();
        let sending = tokio::spawn(async move { delivery.drain().await });
        self.graph.arrived(calls).await;
        sending
    }

    /// Lets `calls` held calls be answered, and waits until that is recorded.
    pub(crate) async fn finish_sending(&self, sending: JoinHandle<Result<()>>, calls: usize) {
        for _ in 0..calls {
            self.graph.release();
        }
        sending.await.unwrap().unwrap();
        self.check().await;
    }

    /// The texts Graph has taken, in their order.
    pub(crate) fn sent(&self) -> Vec<String> {
        let calls = self.graph.calls();
        calls.iter().filter(|call| call.accepted).map(|call| call.text().to_owned()).collect()
    }

    pub(crate) async fn outbox(&self) -> i64 {
        let mut tx = self.test.db.read(Scope::System).await.unwrap();
        outbox::backlog(&mut tx.conn()).await.unwrap()
    }

    /// The number can send again.
    pub(crate) async fn release_number(&self) {
        let mut tx = self.test.db.write(Scope::Tenant(self.bakery.tenant)).await.unwrap();
        let now = self.now();
        outbox::release_number(&mut tx.conn(), self.bakery.tenant, self.bakery.number, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    // What is to be seen.

    /// Ana's conversation, the only one of the bakery.
    pub(crate) async fn conversation(&self) -> Conversation {
        let mut all = self.conversations(self.bakery.tenant).await;
        assert_eq!(all.len(), 1, "the bakery has one conversation");
        all.remove(0)
    }

    pub(crate) async fn conversations(&self, tenant: TenantId) -> Vec<Conversation> {
        let mut tx = self.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        let found = conversation::list(&mut tx.conn(), tenant, Filter::default(), None, 1_000).await.unwrap();
        found.into_iter().map(|overview| overview.conversation).collect()
    }

    /// All messages with Ana in the order of their arrival.
    pub(crate) async fn thread(&self) -> Vec<Message> {
        self.thread_of(&self.conversation().await).await
    }

    pub(crate) async fn thread_of(&self, row: &Conversation) -> Vec<Message> {
        let mut messages = self.as_read(row).await;
        messages.sort_by_key(|message| message.seq);
        messages
    }

    /// In the order in which people read them.
    pub(crate) async fn as_read(&self, row: &Conversation) -> Vec<Message> {
        let mut tx = self.test.db.read(Scope::Tenant(row.tenant_id)).await.unwrap();
        let mut messages = message::before(&mut tx.conn(), row.tenant_id, row.id, None, 10_000).await.unwrap();
        messages.reverse();
        messages
    }

    pub(crate) async fn found(&self, id: Uuid) -> Message {
        self.thread().await.into_iter().find(|message| message.id == id).unwrap()
    }

    pub(crate) async fn status_of(&self, message: &Message) -> MessageStatus {
        self.found(message.id).await.status
    }

    pub(crate) async fn contact(&self, phone: Option<&str>, user_id: Option<&str>) -> Option<Contact> {
        let tenant_id = self.bakery.tenant;
        let key = ContactKey { tenant_id, phone: phone.map(Into::into), user_id: user_id.map(Into::into) };
        let mut tx = self.test.db.read(Scope::Tenant(tenant_id)).await.unwrap();
        let mut found = contact::find(&mut tx.conn(), &[key]).await.unwrap();
        assert!(found.len() <= 1, "they are one contact");
        found.pop()
    }
}

fn delivery(
    db: &Db,
    clock: &Arc<ManualClock>,
    vault: &Vault,
    graph: &Graph,
    refused: mpsc::UnboundedSender<TokenRefused>,
) -> Delivery {
    let config = GraphConfig::new(Url::parse(&graph.url).unwrap(), "v26.0", "670843887433847", "an-app-secret".into());
    Delivery::new(DeliveryParts {
        db: db.clone(),
        clock: clock.clone(),
        vault: vault.clone(),
        graph: GraphClient::new(config, http_client_builder().build().unwrap()),
        notifier: Notifier::default(),
        refused,
    })
}
