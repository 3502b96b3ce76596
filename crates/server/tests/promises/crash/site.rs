//! A business with a connected number, whose server may be started and killed as often as a test likes.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_simulator::{Simulator, SimulatorConfig};
use switchboard_store::{Millis, Result, Scope, TenantId, conversation, delivery, outbox};
use switchboard_test_support::{Engine, FreeAddress, TestDb};
use tokio::process::Command;

use super::process::{Process, eventually, switchboard};

const APP_ID: &str = "1234567890";
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
const VERIFY_TOKEN: &str = "a-token-of-the-tests";
const QUESTION: &str = "What are your opening hours?";
const ANSWER: &str = "From seven to eight.";
/// How long nothing more may come, once nothing is left to do.
const SETTLED: Duration = Duration::from_secs(1);

pub(super) struct Site {
    pub(super) db: TestDb,
    /// Where Meta posts to.
    at: FreeAddress,
    pub(super) phone_number_id: String,
    pub(super) waba_id: String,
    access_token: String,
    /// Where files are kept.
    files: tempfile::TempDir,
    simulator: Simulator,
    http: reqwest::Client,
}

/// What a customer's phone was told of a message.
pub(super) struct Wrote {
    wamid: String,
    /// `None`: nobody answered.
    pub(super) http_status: Option<u64>,
}

impl Site {
    /// A business whose bot waits so long for more messages. Nothing serves when this returns.
    pub(super) async fn start(engine: Engine, quiet: Duration) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let at = FreeAddress::take();
        let config = SimulatorConfig {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            app_id: APP_ID.into(),
            app_secret: APP_SECRET.into(),
            webhook_url: Some(format!("http://{}/webhooks/whatsapp", at.address)),
            verify_token: VERIFY_TOKEN.into(),
            graph_version: "v26.0".into(),
            config_id: None,
        };
        let mut site = Self {
            db: TestDb::unmigrated(engine).await,
            at,
            phone_number_id: String::new(),
            waba_id: String::new(),
            access_token: String::new(),
            files: tempfile::tempdir().expect("a folder"),
            simulator: Simulator::start(config).await.expect("the simulator starts"),
            http: reqwest::Client::builder().build().expect("a client"),
        };
        let server = site.serve().await;
        site.sim(Method::PUT, "/sim/webhook/retries", json!({ "retries": 12, "pause_ms": 200 })).await;
        site.connect(&server, quiet).await;
        let (status, _) = server.terminate().await;
        assert!(status.success(), "{status}");
        site
    }

    pub(super) async fn serve(&self) -> Process {
        self.serve_with(&[]).await
    }

    pub(super) async fn serve_with(&self, more: &[(&str, &str)]) -> Process {
        self.serve_at(self.at.address, more).await
    }

    /// Beside whoever serves where Meta posts to.
    pub(super) async fn serve_at(&self, address: SocketAddr, more: &[(&str, &str)]) -> Process {
        Process::start(self.serving(address, more), address).await
    }

    /// A process that finds at once what it dies at.
    pub(super) async fn serve_until_crash(&self, more: &[(&str, &str)]) {
        Process::launch(self.serving(self.at.address, more), self.at.address).crashed().await;
    }

    fn serving(&self, address: SocketAddr, more: &[(&str, &str)]) -> Command {
        let mut command = self.command("serve", more);
        command.env("SWITCHBOARD_BIND", address.to_string());
        command
    }

    /// The binary with all that it needs to know of this site.
    pub(super) fn command(&self, subcommand: &str, more: &[(&str, &str)]) -> Command {
        let mut command = switchboard();
        command.arg(subcommand).envs([
            ("PUBLIC_URL", format!("http://{}", self.at.address)),
            ("DATABASE_URL", self.db.url.clone()),
            ("DATABASE_CONNECTIONS", "8".to_owned()),
            ("SWITCHBOARD_MASTER_KEYS", "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
            ("JWT_SECRET", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC".to_owned()),
            ("META_APP_ID", APP_ID.to_owned()),
            ("META_APP_SECRET", APP_SECRET.to_owned()),
            ("WEBHOOK_VERIFY_TOKEN", VERIFY_TOKEN.to_owned()),
            ("GRAPH_API_BASE_URL", self.simulator.base_url()),
            ("META_DIALOG_BASE_URL", self.simulator.base_url()),
            ("OPENAI_API_KEY", "a-key-of-the-tests".to_owned()),
            ("OPENAI_BASE_URL", self.simulator.model_url()),
            ("OPENAI_MODEL", "simulated".to_owned()),
            ("MEDIA_STORE", format!("file://{}", self.files.path().display())),
            ("SWITCHBOARD_RATE_LIMITS", "off".to_owned()),
            ("SWITCHBOARD_LOG", "warn".to_owned()),
        ]);
        command.envs(more.iter().copied());
        command
    }

    async fn connect(&mut self, server: &Process, quiet: Duration) {
        let owner = json!({ "tenant_name": "Bakery", "name": "Ayşe Usta", "email": "owner@example.com",
            "password": "a long password of one's own" });
        let signed_up = self.call(server, Method::POST, "/api/auth/signup", owner).await;
        text(&signed_up, "/access_token").clone_into(&mut self.access_token);
        let bots = self.call(server, Method::GET, "/api/bots", Value::Null).await;
        let bot = format!("/api/bots/{}", text(&bots, "/items/0/id"));
        let delay = u64::try_from(quiet.as_millis()).expect("a short time");
        self.call(server, Method::PATCH, &bot, json!({ "reply_delay_ms": delay })).await;
        let item = json!({ "question": QUESTION, "answer": ANSWER });
        self.call(server, Method::POST, &format!("{bot}/knowledge"), item).await;

        let business = self.sim(Method::POST, "/sim/businesses", json!({ "name": "Bakery" })).await;
        text(&business, "/phone_number_id").clone_into(&mut self.phone_number_id);
        text(&business, "/waba_id").clone_into(&mut self.waba_id);
        let started = self.call(server, Method::POST, "/api/onboarding/whatsapp/start", json!({})).await;
        let dialog = url::Url::parse(text(&started, "/oauth_url")).expect("the dialog has a URL");
        let state = dialog.query_pairs().find(|(key, _)| key == "state").expect("it carries a state").1.into_owned();
        let code = self.sim(Method::POST, "/sim/codes", json!({ "waba_id": self.waba_id })).await;
        let complete = json!({ "code": text(&code, "/code"), "state": state, "waba_id": self.waba_id,
            "phone_number_id": self.phone_number_id, "event": "FINISH" });
        self.call(server, Method::POST, "/api/onboarding/whatsapp/complete", complete).await;
        let status = self.call(server, Method::GET, "/api/onboarding/whatsapp/status", Value::Null).await;
        assert_eq!(status["connected"], true, "{status}");
    }

    /// A customer asks; Meta delivers it, and goes on trying when that fails.
    pub(super) async fn asks(&self, customer: &str) -> Wrote {
        self.says(customer, QUESTION).await
    }

    pub(super) async fn says(&self, customer: &str, text: &str) -> Wrote {
        self.delivers(json!({ "phone_number_id": self.phone_number_id, "from": customer, "text": text })).await
    }

    /// Where the business's own server has something.
    pub(super) fn shop(&self, path: &str) -> String {
        format!("{}/shop{path}", self.simulator.base_url())
    }

    /// What that server was asked.
    pub(super) async fn shop_requests(&self) -> Vec<Value> {
        let answer = self.sim(Method::GET, "/sim/shop/requests", Value::Null).await;
        answer["items"].as_array().expect("a list").clone()
    }

    /// A customer sends a picture; Meta delivers the message.
    pub(super) async fn sends_picture(&self, customer: &str) {
        let file = json!({ "phone_number_id": self.phone_number_id, "mime_type": "image/png",
            "content": "iVBORw0KGgo=" });
        let file = self.sim(Method::POST, "/sim/files", file).await;
        let image = json!({ "id": file["id"], "sha256": file["sha256"], "mime_type": "image/png" });
        let raw = json!({ "type": "image", "image": image });
        self.delivers(json!({ "phone_number_id": self.phone_number_id, "from": customer, "raw": raw })).await;
    }

    pub(super) async fn sends_voice(&self, customer: &str) {
        let file = json!({ "phone_number_id": self.phone_number_id, "mime_type": "audio/ogg",
            "content": "T2dnUwACb3B1cw==" });
        let file = self.sim(Method::POST, "/sim/files", file).await;
        let voice = json!({ "id": file["id"], "sha256": file["sha256"], "mime_type": "audio/ogg", "voice": true });
        let raw = json!({ "type": "audio", "audio": voice });
        self.delivers(json!({ "phone_number_id": self.phone_number_id, "from": customer, "raw": raw })).await;
    }

    /// Meta delivers the same message again, until it is taken.
    pub(super) async fn redelivers(&self, customer: &str, wrote: &Wrote) {
        let again = json!({ "phone_number_id": self.phone_number_id, "from": customer, "text": QUESTION,
            "wamid": wrote.wamid });
        eventually("the message is taken", async || {
            (self.delivers(again.clone()).await.http_status == Some(200)).then_some(())
        })
        .await;
    }

    async fn delivers(&self, message: Value) -> Wrote {
        let answer = self.sim(Method::POST, "/sim/inbound", message).await;
        Wrote { wamid: text(&answer, "/wamid").to_owned(), http_status: answer["http_status"].as_u64() }
    }

    /// Messages that Meta has accepted, to this customer or to all.
    pub(super) async fn sent(&self, customer: Option<&str>) -> Vec<Value> {
        let to = customer.map(|customer| format!("&to={customer}")).unwrap_or_default();
        let path = format!("/sim/sent?phone_number_id={}{to}", self.phone_number_id);
        let answer = self.sim(Method::GET, &path, Value::Null).await;
        answer["items"].as_array().expect("a list").clone()
    }

    /// Waits until everybody is answered and nothing is left that could still be done, and proves that each got one
    /// answer, which arrived.
    pub(super) async fn each_is_answered_once(&self, server: &Process, customers: &[String]) {
        eventually("all are answered", async || {
            let sent = join_all(customers.iter().map(|customer| self.sent(Some(customer)))).await;
            sent.iter().all(|messages| !messages.is_empty()).then_some(())
        })
        .await;
        eventually("nothing is left to do", async || self.is_idle().await.then_some(())).await;
        let threads = eventually("all answers are delivered", async || {
            let threads = self.threads(server, customers).await;
            threads.iter().flatten().all(is_over).then_some(threads)
        })
        .await;
        tokio::time::sleep(SETTLED).await;
        for (customer, thread) in customers.iter().zip(threads) {
            let sent = self.sent(Some(customer)).await;
            assert_eq!(sent.len(), 1, "{customer} got {sent:?}");
            let said = text(&sent[0], "/body/text/body");
            assert!(said.contains(ANSWER), "{customer} was told {said}");
            let answers: Vec<_> = thread.iter().filter(|message| message["direction"] == "outbound").collect();
            assert_eq!(answers.len(), 1, "{thread:?}");
            assert_eq!((&answers[0]["wamid"], &answers[0]["author"]), (&sent[0]["wamid"], &json!("ai")));
        }
        assert!(self.is_idle().await, "something began anew");
    }

    /// Each customer's conversation, the oldest message first.
    pub(super) async fn threads(&self, server: &Process, customers: &[String]) -> Vec<Vec<Value>> {
        let list = self.call(server, Method::GET, "/api/conversations?limit=100", Value::Null).await;
        let conversations = list["items"].as_array().expect("a page");
        let of = async |customer: &String| {
            let mut its = conversations.iter().filter(|item| item["contact"]["phone"] == customer.as_str());
            let (Some(conversation), None) = (its.next(), its.next()) else { panic!("not one of {customer}: {list}") };
            let path = format!("/api/conversations/{}/messages", text(conversation, "/id"));
            let page = self.call(server, Method::GET, &path, Value::Null).await;
            page["items"].as_array().expect("a page").clone()
        };
        join_all(customers.iter().map(of)).await
    }

    /// No delivery, no turn and no message waits, now or for later: nothing can happen by itself any more.
    async fn is_idle(&self) -> bool {
        self.looks_idle().await.expect("the database can be read")
    }

    async fn looks_idle(&self) -> Result<bool> {
        let mut tx = self.db.db.read(Scope::System).await?;
        let conn = &mut tx.conn();
        Ok(delivery::pending(conn, 1).await?.is_empty()
            && conversation::next_turn(conn, Millis(i64::MAX)).await?.is_none()
            && outbox::next_due(conn, Millis(0)).await?.is_none())
    }

    pub(super) async fn call(&self, server: &Process, method: Method, path: &str, body: Value) -> Value {
        let request = self.http.request(method, format!("http://{}{path}", server.address));
        answer(path, request.bearer_auth(&self.access_token), body).await
    }

    pub(super) async fn tenant(&self, server: &Process) -> TenantId {
        let me = self.call(server, Method::GET, "/api/auth/me", Value::Null).await;
        TenantId(text(&me, "/tenant/id").parse().expect("a UUID"))
    }

    /// What the dashboard keeps open.
    pub(super) async fn follows_events(&self, server: &Process) -> reqwest::Response {
        let request = self.http.get(format!("http://{}/api/events", server.address));
        request.bearer_auth(&self.access_token).send().await.expect("the server answers")
    }

    /// A webhook that the test has written and signed: the answer's status.
    pub(super) async fn posts(&self, server: &Process, signature: &str, body: String) -> u16 {
        let request = self.http.post(format!("http://{}/webhooks/whatsapp", server.address));
        let request = request.header("x-hub-signature-256", signature).header("content-type", "application/json");
        request.body(body).send().await.expect("the server answers").status().as_u16()
    }

    pub(super) async fn sim(&self, method: Method, path: &str, body: Value) -> Value {
        answer(path, self.http.request(method, format!("{}{path}", self.simulator.base_url())), body).await
    }
}

/// Phone numbers of so many customers.
pub(super) fn customers(many: usize) -> Vec<String> {
    (0..many).map(|number| format!("90555000{number:04}")).collect()
}

fn is_over(message: &Value) -> bool {
    ["received", "delivered"].iter().any(|status| message["status"] == *status)
}

async fn answer(path: &str, request: reqwest::RequestBuilder, body: Value) -> Value {
    let request = if body.is_null() { request } else { request.json(&body) };
    let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let status = response.status();
    let raw = response.text().await.expect("the answer is text");
    assert!(status.is_success(), "{path} answered {status}: {raw}");
    serde_json::from_str(&raw).unwrap_or_default()
}

/// A string by JSON pointer.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no string at {pointer} of {value}"))
}
