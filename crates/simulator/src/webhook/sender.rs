//! Posting webhooks: the address, the handshake, the retries.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::statuses::Queues;
use super::wire;
use crate::config::{SimulatorConfig, SimulatorError};
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{Fault, FaultKind, FaultOn};

/// How many deliveries may wait for their next try; more are dropped.
const RETRYING_MAX: usize = 10_000;
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// The app's callback and what is on its way to it.
pub(crate) struct Hooks {
    client: reqwest::Client,
    callback: Mutex<Callback>,
    pub(crate) statuses: Queues,
    retries: AtomicU32,
    pause_ms: AtomicU64,
    retrying: AtomicUsize,
    dropped: AtomicU64,
}

#[derive(Clone)]
struct Callback {
    url: Option<String>,
    verify_token: String,
}

impl Hooks {
    pub(crate) fn new(config: &SimulatorConfig, statuses: Queues) -> Result<Self, SimulatorError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(SimulatorError::NoTlsProvider);
        }
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .user_agent("facebookexternalua")
            .build()
            .map_err(SimulatorError::Client)?;
        Ok(Self {
            client,
            callback: Mutex::new(Callback {
                url: config.webhook_url.clone(),
                verify_token: config.verify_token.clone(),
            }),
            statuses,
            retries: AtomicU32::new(6),
            pause_ms: AtomicU64::new(1000),
            retrying: AtomicUsize::new(0),
            dropped: AtomicU64::new(0),
        })
    }

    pub(crate) fn url(&self) -> Option<String> {
        lock(&self.callback).url.clone()
    }

    pub(crate) fn verify_token(&self) -> String {
        lock(&self.callback).verify_token.clone()
    }

    pub(crate) fn set_callback(&self, url: String, verify_token: String) {
        *lock(&self.callback) = Callback { url: Some(url), verify_token };
    }

    /// How often a refused delivery is tried again, and the pause before the first of those tries,
    /// which doubles from then on.
    pub(crate) fn set_retries(&self, retries: u32, pause_ms: u64) {
        self.retries.store(retries, Ordering::Relaxed);
        self.pause_ms.store(pause_ms, Ordering::Relaxed);
    }

    /// Deliveries that were given up.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(crate) fn give_up(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Meta's handshake: true when the receiver answered 200 with the challenge.
    pub(crate) async fn handshake(&self, url: &str, verify_token: &str) -> bool {
        let challenge = crate::ids::six_digits();
        let query =
            [("hub.mode", "subscribe"), ("hub.challenge", challenge.as_str()), ("hub.verify_token", verify_token)];
        let Ok(answer) = self.client.get(url).query(&query).send().await else {
            return false;
        };
        answer.status() == 200 && answer.text().await.is_ok_and(|body| body == challenge)
    }

    /// One try; the receiver's status, or `None` when there was no answer.
    pub(crate) async fn post(&self, url: &str, body: Vec<u8>, signature: &str) -> Option<u16> {
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("X-Hub-Signature-256", signature)
            .body(body);
        match request.send().await {
            Ok(answer) => Some(answer.status().as_u16()),
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "webhook not delivered");
                None
            }
        }
    }
}

/// A webhook that is ready to go.
#[derive(Clone)]
struct Parcel {
    url: String,
    body: String,
    signature: String,
}

/// Delivers a webhook to `url` and answers what the receiver said to the first try. Further tries
/// go on in the background. Nothing is sent, and `None` answered, when there is no `url`.
pub(crate) async fn deliver(world: &Arc<World>, url: Option<String>, value: &Value) -> Option<u16> {
    let body = wire::body(value);
    let signature = wire::signature(&world.app.secret, body.as_bytes());
    let mut parcel = Parcel { url: url?, body, signature };
    let fault = world.faults.take(FaultOn::Webhook);
    let copies = apply_fault(fault, &mut parcel).await;
    let world = Arc::clone(world);
    // The client lives in one runtime, wherever the handler that asks runs.
    let runtime = world.runtime.clone();
    let tries = async move {
        let mut answer = None;
        for _ in 0..copies {
            answer = first_try(&world, &parcel).await;
        }
        answer
    };
    runtime.spawn(tries).await.ok().flatten()
}

/// How many copies are to be sent after the fault had its way.
async fn apply_fault(fault: Option<Fault>, parcel: &mut Parcel) -> usize {
    let Some(fault) = fault else {
        return 1;
    };
    match fault.kind {
        FaultKind::Drop => return 0,
        FaultKind::Duplicate => return 2,
        FaultKind::BadSignature => {
            parcel.signature = wire::signature("another secret", parcel.body.as_bytes());
        }
        FaultKind::Timeout => tokio::time::sleep(Duration::from_millis(fault.hold_ms)).await,
        _ => {}
    }
    1
}

async fn first_try(world: &Arc<World>, parcel: &Parcel) -> Option<u16> {
    let answer = try_once(world, parcel).await;
    if answer != Some(200) {
        retry_later(world, parcel.clone());
    }
    answer
}

async fn try_once(world: &World, parcel: &Parcel) -> Option<u16> {
    world.hooks.post(&parcel.url, parcel.body.clone().into_bytes(), &parcel.signature).await
}

fn retry_later(world: &Arc<World>, parcel: Parcel) {
    let hooks = &world.hooks;
    if hooks.retries.load(Ordering::Relaxed) == 0 || hooks.retrying.fetch_add(1, Ordering::Relaxed) >= RETRYING_MAX {
        hooks.give_up();
        return;
    }
    let world = Arc::clone(world);
    let runtime = world.runtime.clone();
    runtime.spawn(async move {
        let stopping = world.stopping.clone();
        stopping.run_until_cancelled(retry(&world, &parcel)).await;
        world.hooks.retrying.fetch_sub(1, Ordering::Relaxed);
    });
}

async fn retry(world: &World, parcel: &Parcel) {
    let mut pause = Duration::from_millis(world.hooks.pause_ms.load(Ordering::Relaxed));
    for _ in 0..world.hooks.retries.load(Ordering::Relaxed) {
        tokio::time::sleep(pause).await;
        if try_once(world, parcel).await == Some(200) {
            return;
        }
        pause = (pause * 2).min(PAUSE_MAX);
    }
    world.hooks.give_up();
}

impl World {
    /// Where webhooks of a field go that belong to a WABA: nowhere unless the WABA is subscribed.
    pub(crate) fn waba_callback(&self, waba_id: &str) -> Option<String> {
        let waba = self.waba(waba_id)?;
        lock(&waba.state).subscribed.then(|| self.hooks.url()).flatten()
    }

    /// Where `messages` webhooks of a number go: the number's own callback before the WABA's,
    /// before the app's.
    pub(crate) fn messages_callback(&self, number_id: &str) -> Option<String> {
        let number = self.number(number_id)?;
        let waba = self.waba(&number.waba_id)?;
        let state = lock(&waba.state);
        if !state.subscribed {
            return None;
        }
        let own = lock(&number.state).override_callback.clone();
        own.or_else(|| state.override_callback.clone()).or_else(|| self.hooks.url())
    }
}
