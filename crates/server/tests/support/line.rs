//! A business with a connected number, without Meta: what Meta would post, the tests post.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_store::{
    Clock, ManualClock, Millis, NumberStatus, Scope, SystemClock, TenantId, bot, new_id,
    number::{self, NewNumber},
    waba,
};
use switchboard_test_support::Engine;
use uuid::Uuid;

use super::{Answer, Call, Owner, TestApp};

const APP_SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
/// Longer than anything should take, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server whose time stands still, and a business on it.
pub(crate) struct Line {
    pub(crate) app: TestApp,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) number: Number,
}

/// A business and its number.
pub(crate) struct Number {
    pub(crate) owner: Owner,
    /// Of the role admin. Unlike an access token it does not end as the tests move the clock.
    pub(crate) key: String,
    pub(crate) id: Uuid,
    pub(crate) phone_number_id: String,
    pub(crate) waba_id: String,
}

impl Line {
    pub(crate) async fn open(engine: Engine) -> Self {
        Self::open_at(engine, SystemClock.now()).await
    }

    /// At a moment of the test's own.
    pub(crate) async fn open_at(engine: Engine, now: Millis) -> Self {
        let clock = ManualClock::at(now);
        let app = TestApp::start_at(engine, clock.clone()).await;
        let number = number(&app, "Bakery").await;
        Self { app, clock, number }
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.app.get(path).api_key(&self.number.key)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.app.post(path).api_key(&self.number.key)
    }

    pub(crate) fn patch(&self, path: &str) -> Call {
        self.app.patch(path).api_key(&self.number.key)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.app.delete(path).api_key(&self.number.key)
    }

    pub(crate) async fn customer_writes(&self, from: &str, text: &str) -> String {
        customer_writes(&self.app, &self.number, from, text).await
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.raw);
        answer.body
    }
}

/// Signs a business up and gives it a connected number that its first bot serves.
pub(crate) async fn number(app: &TestApp, tenant_name: &str) -> Number {
    let owner = app.signup(tenant_name).await;
    let key = app.api_key(&owner, "admin").await;
    connected(app, owner, key).await
}

/// A connected number that the first bot of a business serves.
pub(crate) async fn connected(app: &TestApp, owner: Owner, key: String) -> Number {
    let state = app.server.state();
    let (now, tenant) = (state.clock.now(), TenantId(owner.tenant_id.parse().expect("an id")));
    let phone_number_id = Uuid::new_v4().simple().to_string();
    let waba_id = Uuid::new_v4().simple().to_string();
    let mut tx = state.db.write(Scope::Tenant(tenant)).await.expect("a transaction");
    let conn = &mut tx.conn();
    let waba = waba::upsert(conn, tenant, new_id(now), &waba_id, None, now).await.expect("a WABA");
    let new = NewNumber {
        waba,
        phone_number_id: &phone_number_id,
        display_phone_number: "+1 555-078-3881",
        verified_name: None,
        quality: None,
        messaging_limit: None,
        coexistence: false,
        messages_per_second: 80,
    };
    let id = number::upsert(conn, tenant, new_id(now), &new, now).await.expect("a number");
    number::set_status(conn, tenant, id, NumberStatus::Connected, None, now).await.expect("a status");
    let bot = bot::list(conn, tenant, None, 1).await.expect("bots").remove(0);
    number::set_bot(conn, tenant, id, Some(bot.id), now).await.expect("a bot");
    tx.commit().await.expect("the number is stored");
    Number { owner, key, id, phone_number_id, waba_id }
}

/// A customer writes; the path of the conversation once it shows there.
pub(crate) async fn customer_writes(app: &TestApp, number: &Number, from: &str, text: &str) -> String {
    let seconds = app.server.state().clock.now().0 / 1000;
    let wamid = format!("wamid.{}", Uuid::new_v4().simple());
    let message = json!({ "from": from, "id": wamid, "timestamp": seconds.to_string(), "type": "text",
        "text": { "body": text } });
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": number.phone_number_id },
        "contacts": [{ "profile": { "name": format!("Customer {from}") }, "wa_id": from }],
        "messages": [message],
    });
    assert_eq!(posts(app, &delivery(&number.waba_id, "messages", &value)).await.status, 200);
    eventually(async || {
        let list = app.get("/api/conversations?limit=100").api_key(&number.key).send().await;
        let items = list.body["items"].as_array().expect("a page").clone();
        let shown =
            items.into_iter().find(|item| item["contact"]["phone"] == from && item["last_message"]["text"] == text)?;
        Some(format!("/api/conversations/{}", shown["id"].as_str().expect("an id")))
    })
    .await
}

/// What Meta posts about one change.
pub(crate) fn delivery(waba_id: &str, field: &str, value: &Value) -> String {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": waba_id, "changes": [{ "field": field, "value": value }] }] })
        .to_string()
}

/// Posts it as Meta does, signed.
pub(crate) async fn posts(app: &TestApp, body: &str) -> Answer {
    let call = app.post("/webhooks/whatsapp").header("x-hub-signature-256", &signature(body.as_bytes()));
    call.body("application/json", body.to_owned()).send().await
}

pub(crate) fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET).expect("any length will do");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Looks until there is something to see.
pub(crate) async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "it never shows");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
