//! A server, and around it everybody it deals with: Meta, the model, businesses and their customers.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_server::config::Settings;
use switchboard_simulator::Simulator;
use switchboard_store::{Scope, SharedClock, SystemClock, person};
use switchboard_test_support::Engine;
use url::Url;

use crate::support::{Owner, TestApp, meta};

/// Longer than anything should take, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(2);
/// What every bot of these tests is asked, and knows.
pub(crate) const QUESTION: &str = "What are your opening hours?";
/// Who runs the installation, once signed up.
const PLATFORM_ADMIN: &str = "ada@platform.example";
/// In milliseconds.
const REPLY_DELAY: u64 = 300;

pub(crate) struct World {
    pub(crate) app: TestApp,
    simulator: Simulator,
    http: reqwest::Client,
}

/// A tenant with a connected number.
pub(crate) struct Business {
    pub(crate) owner: Owner,
    /// An API key of the role admin.
    pub(crate) key: String,
    pub(crate) bot: String,
    pub(crate) waba_id: String,
    pub(crate) phone_number_id: String,
    /// What its bot answers to [`QUESTION`].
    pub(crate) answer: String,
}

impl World {
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| {}).await
    }

    /// `change` has the last word on the settings.
    pub(crate) async fn start_with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_at(engine, Arc::new(SystemClock), change).await
    }

    /// On a clock of the test's own.
    pub(crate) async fn start_at(engine: Engine, clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let simulator = meta::simulator().await;
        let settings = |settings: &mut Settings| {
            settings.graph_api_base_url = simulator.base_url();
            settings.meta_dialog_base_url = simulator.base_url();
            settings.openai_base_url = Some(simulator.model_url());
            settings.openai_api_key = Some("sk-a-key-of-the-tests".into());
            settings.openai_model = Some("simulated".to_owned());
            settings.platform_admins = Some(PLATFORM_ADMIN.to_owned());
            change(settings);
        };
        let app = TestApp::start_with(engine, clock, settings).await;
        let world = Self { app, simulator, http: reqwest::Client::builder().build().expect("a client") };
        let verified =
            world.sim(Method::POST, "/sim/webhook", &json!({ "url": world.app.url("/webhooks/whatsapp") })).await;
        assert_eq!(verified["verified"], true);
        world
    }

    /// Who runs the installation, with a business of their own.
    pub(crate) async fn platform_admin(&self) -> Owner {
        let admin = self.app.signup_as("Platform team", PLATFORM_ADMIN).await;
        self.confirm_platform_admin().await;
        admin
    }

    /// The address is proved to be its person's.
    pub(crate) async fn confirm_platform_admin(&self) {
        let state = self.app.server.state();
        let mut tx = state.db.write(Scope::System).await.expect("a transaction");
        let person = person::by_email(&mut tx.conn(), PLATFORM_ADMIN).await.expect("it reads").expect("a person");
        person::email_verified(&mut tx.conn(), person.id, state.clock.now()).await.expect("it is noted");
        tx.commit().await.expect("it is stored");
    }

    /// Where the model is.
    pub(crate) fn model_url(&self) -> String {
        self.simulator.model_url()
    }

    /// One of the simulator's controls.
    pub(crate) async fn sim(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.simulator.base_url());
        let request = self.http.request(method, url);
        let request = if body.is_null() { request } else { request.json(body) };
        let response = request.send().await.expect("the simulator answers");
        let status = response.status();
        let text = response.text().await.expect("the simulator answers with text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// What goes wrong from now on.
    pub(crate) async fn fault(&self, fault: &Value) {
        self.sim(Method::PUT, "/sim/faults", fault).await;
    }

    pub(crate) async fn all_is_well(&self) {
        self.sim(Method::DELETE, "/sim/faults", &Value::Null).await;
    }

    pub(crate) async fn delay(&self, delays: &Value) {
        self.sim(Method::PUT, "/sim/delays", delays).await;
    }

    /// Signs a business up, teaches its bot, and connects a number.
    pub(crate) async fn business(&self, name: &str) -> Business {
        let business = self.unconnected(name, &json!({})).await;
        self.connect(&business).await;
        business
    }

    /// As [`Self::business`], up to the connection. `number`: how the simulator is to make the number.
    pub(crate) async fn unconnected(&self, name: &str, number: &Value) -> Business {
        let owner = self.app.signup(name).await;
        let key = self.app.api_key(&owner, "admin").await;
        let bots = self.app.get("/api/bots").api_key(&key).send().await;
        let bot = bots.text("/items/0/id");
        let settings = json!({ "reply_delay_ms": REPLY_DELAY });
        let patched = self.app.patch(&format!("/api/bots/{bot}")).api_key(&key).json(&settings).send().await;
        assert_eq!(patched.status, 200, "{}", patched.raw);
        let answer = format!("{name} is open from eight to six.");
        let mut made = number.clone();
        made["name"] = json!(name);
        let made = self.sim(Method::POST, "/sim/businesses", &made).await;
        let text = |key: &str| made[key].as_str().expect("the simulator says").to_owned();
        let (waba_id, phone_number_id) = (text("waba_id"), text("phone_number_id"));
        let business = Business { owner, key, bot, waba_id, phone_number_id, answer };
        self.teach(&business, QUESTION, &business.answer).await;
        business
    }

    pub(crate) async fn teach(&self, business: &Business, question: &str, answer: &str) {
        let path = format!("/api/bots/{}/knowledge", business.bot);
        let item = json!({ "question": question, "answer": answer });
        let taught = self.app.post(&path).api_key(&business.key).json(&item).send().await;
        assert_eq!(taught.status, 201, "{}", taught.raw);
    }

    /// Corrects the first of what the bot knows, which leaves what it said before; the path of that.
    pub(crate) async fn correct(&self, business: &Business) -> String {
        let knowledge = format!("/api/bots/{}/knowledge", business.bot);
        let first = self.read(business, &knowledge).await["items"][0].clone();
        let item = format!("{knowledge}/{}", first["id"].as_str().expect("an id"));
        let correction = json!({ "answer": format!("{} Always.", first["answer"].as_str().expect("an answer")) });
        let corrected = self.app.patch(&item).api_key(&business.key).json(&correction).send().await;
        assert_eq!(corrected.body["version"], 2, "{}", corrected.raw);
        format!("{item}/versions/1")
    }

    /// Goes through Embedded Signup; again, for a number whose token has died.
    pub(crate) async fn connect(&self, business: &Business) {
        let token = &business.owner.access_token;
        let started = self.app.post("/api/onboarding/whatsapp/start").bearer(token).send().await;
        let dialog = Url::parse(&started.text("/oauth_url")).expect("the dialog has a URL");
        let of_dialog = meta::query(&dialog);
        let wanted = json!({ "waba_id": business.waba_id, "redirect_uri": of_dialog["redirect_uri"] });
        let code = self.sim(Method::POST, "/sim/codes", &wanted).await;
        let query = [("code", code["code"].as_str().expect("a code")), ("state", &of_dialog["state"])];
        let to = Url::parse_with_params("http://localhost/api/onboarding/whatsapp/callback", query).expect("a URL");
        let answer = meta::returns(&self.app, &business.owner, &to).await;
        assert_eq!(answer.header("location"), Some("http://localhost:8080/?connect=done"), "{}", answer.raw);
    }

    /// A customer writes; what the server said to Meta, and the message's id.
    pub(crate) async fn says(&self, business: &Business, from: &str, text: &str) -> Value {
        self.message(business, &json!({ "from": from, "text": text })).await
    }

    /// A customer's message, as the simulator's control takes it.
    pub(crate) async fn message(&self, business: &Business, message: &Value) -> Value {
        let mut message = message.clone();
        message["phone_number_id"] = json!(business.phone_number_id);
        self.sim(Method::POST, "/sim/inbound", &message).await
    }

    /// A signed webhook, written by hand; the server's status.
    pub(crate) async fn webhook(&self, body: &Value) -> Value {
        self.sim(Method::POST, "/sim/webhook/raw", &json!({ "body": body })).await["status"].clone()
    }

    /// The bodies of what left for this customer from this business, in order.
    pub(crate) async fn sent(&self, business: &Business, to: &str) -> Vec<Value> {
        let path = format!("/sim/sent?phone_number_id={}&to={to}", business.phone_number_id);
        self.items(&path).await
    }

    /// Everything that left from this business.
    pub(crate) async fn all_sent(&self, business: &Business) -> Vec<Value> {
        self.items(&format!("/sim/sent?phone_number_id={}", business.phone_number_id)).await
    }

    /// What the model was asked, as one text each.
    pub(crate) async fn prompts(&self) -> Vec<String> {
        let items = self.items("/sim/model/requests").await;
        items.iter().map(|item| item["request"]["messages"].to_string()).collect()
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        let answer = self.sim(Method::GET, path, &Value::Null).await;
        answer["items"].as_array().expect("a list").clone()
    }

    /// The texts that left for this customer, once there are as many.
    pub(crate) async fn answers(&self, business: &Business, to: &str, count: usize) -> Vec<String> {
        let what = format!("{count} answer(s) to {to}");
        eventually(&what, async || {
            let sent = self.sent(business, to).await;
            (sent.len() >= count).then(|| sent.iter().map(text_of).collect())
        })
        .await
    }

    /// Asserts that this customer gets exactly one answer, which is the bot's to [`QUESTION`].
    pub(crate) async fn answered_once(&self, business: &Business, customer: &str) {
        self.answers(business, customer, 1).await;
        self.settle(business).await;
        let sent: Vec<String> = self.sent(business, customer).await.iter().map(text_of).collect();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(sent[0].contains(&business.answer), "{sent:?}");
    }

    /// Returns when a customer who has never written has written now and been answered: what was to be said before has
    /// been said by then.
    pub(crate) async fn settle(&self, business: &Business) {
        let customer = format!("9055{:010}", uuid::Uuid::new_v4().as_u128() % 10_000_000_000);
        assert_eq!(self.says(business, &customer, QUESTION).await["http_status"], 200);
        self.answers(business, &customer, 1).await;
    }

    /// The answer to a `GET` of the business.
    pub(crate) async fn read(&self, business: &Business, path: &str) -> Value {
        let answer = self.app.get(path).api_key(&business.key).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.raw);
        answer.body
    }

    /// The answer to a `POST` of the business that must succeed.
    pub(crate) async fn act(&self, business: &Business, path: &str, body: &Value) -> Value {
        let answer = self.app.post(path).api_key(&business.key).json(body).send().await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.raw);
        answer.body
    }

    pub(crate) async fn conversations(&self, business: &Business) -> Vec<Value> {
        let list = self.read(business, "/api/conversations?limit=100").await;
        list["items"].as_array().expect("a page").clone()
    }

    /// The conversation with this customer, by phone or user id, once `is` holds of it.
    pub(crate) async fn conversation(&self, business: &Business, with: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually(&format!("a conversation with {with} that is as it should"), async || {
            let all = self.conversations(business).await;
            all.into_iter().find(|it| (it["contact"]["phone"] == with || it["contact"]["user_id"] == with) && is(it))
        })
        .await
    }

    /// The path of the conversation with this customer, once it shows.
    pub(crate) async fn path(&self, business: &Business, with: &str) -> String {
        let conversation = self.conversation(business, with, |_| true).await;
        format!("/api/conversations/{}", conversation["id"].as_str().expect("an id"))
    }

    /// The newest hundred messages of the thread with this customer, the oldest first.
    pub(crate) async fn thread(&self, business: &Business, with: &str) -> Vec<Value> {
        let path = self.path(business, with).await;
        let page = self.read(business, &format!("{path}/messages?limit=100")).await;
        page["items"].as_array().expect("a page").clone()
    }

    pub(crate) async fn leftovers(&self, business: &Business) -> Vec<Value> {
        let page = self.read(business, "/api/webhooks/leftovers").await;
        page["items"].as_array().expect("a page").clone()
    }
}

/// The text of what left.
pub(crate) fn text_of(sent: &Value) -> String {
    sent["body"]["text"]["body"].as_str().unwrap_or_default().to_owned()
}

/// What Meta says of a number's messages, as one change.
pub(crate) fn change(business: &Business, messages: &[Value]) -> Value {
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "902125550100", "phone_number_id": business.phone_number_id },
        "contacts": [],
        "messages": messages,
    });
    json!({ "field": "messages", "value": value })
}

pub(crate) fn entry(business: &Business, changes: &[Value]) -> Value {
    json!({ "id": business.waba_id, "time": now_s(), "changes": changes })
}

pub(crate) fn webhook(entries: &[Value]) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": entries })
}

/// A customer's text, said now.
pub(crate) fn text(from: &str, wamid: &str, text: &str) -> Value {
    json!({ "from": from, "id": wamid, "timestamp": now_s().to_string(), "type": "text", "text": { "body": text } })
}

/// Seconds since the epoch.
pub(crate) fn now_s() -> i64 {
    use switchboard_store::Clock;
    SystemClock.now().0 / 1000
}

/// Looks until there is something to see. `what`: what is missing if it never shows.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "there never is {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
