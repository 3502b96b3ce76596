//! A running simulator, a receiver of webhooks, and short ways to call.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use switchboard_simulator::{Simulator, SimulatorConfig};
use tokio::sync::{Mutex, mpsc};

pub(crate) const APP_ID: &str = "670843887433847";
pub(crate) const APP_SECRET: &str = "app secret of the tests";
pub(crate) const VERIFY_TOKEN: &str = "verify token of the tests";
pub(crate) const REDIRECT: &str = "https://app.example/callback?a=b";

/// A simulator with a receiver.
pub(crate) struct Fixture {
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
    pub(crate) receiver: Receiver,
}

/// A business that is ready to send.
pub(crate) struct Business {
    pub(crate) id: String,
    pub(crate) waba_id: String,
    pub(crate) number_id: String,
    pub(crate) token: String,
}

pub(crate) async fn start() -> Fixture {
    start_with(|_| {}).await
}

pub(crate) async fn start_with(change: impl FnOnce(&mut SimulatorConfig)) -> Fixture {
    rustls::crypto::ring::default_provider().install_default().ok();
    let receiver = Receiver::start();
    let mut config = SimulatorConfig {
        bind: "127.0.0.1:0".parse().expect("an address"),
        app_id: APP_ID.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        webhook_url: Some(receiver.url.clone()),
        verify_token: VERIFY_TOKEN.to_owned(),
        graph_version: "v26.0".to_owned(),
        config_id: Some("1234".to_owned()),
    };
    change(&mut config);
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client");
    let fixture = Fixture { simulator, client, receiver };
    fixture.put("/sim/delays", json!({"sent_ms": 0, "delivered_ms": 0, "template_ms": 0})).await;
    fixture
}

impl Fixture {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    /// A call with a body; the status and the JSON of the answer.
    pub(crate) async fn call(&self, method: Method, path: &str, token: &str, body: Value) -> (StatusCode, Value) {
        let mut request = self.client.request(method, self.url(path));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (StatusCode, Value) {
        self.call(Method::GET, path, token, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, "", body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub(crate) async fn put(&self, path: &str, body: Value) {
        let (status, answer) = self.call(Method::PUT, path, "", body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
    }

    pub(crate) async fn graph(&self, path: &str, token: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, &format!("/v26.0{path}"), token, body).await
    }

    /// A registered and subscribed business.
    pub(crate) async fn business(&self) -> Business {
        let made = self.post("/sim/businesses", json!({"name": "Fırın", "registered": true, "subscribed": true})).await;
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        Business {
            id: text("business_id"),
            waba_id: text("waba_id"),
            number_id: text("phone_number_id"),
            token: text("access_token"),
        }
    }

    /// A customer writes, which opens the window; the message's id.
    pub(crate) async fn customer_writes(&self, business: &Business, from: &str, text: &str) -> String {
        let body = json!({"phone_number_id": business.number_id, "from": from, "name": "Ayşe", "text": text});
        let answer = self.post("/sim/inbound", body).await;
        assert_eq!(answer["http_status"], 200);
        self.receiver.next().await;
        answer["wamid"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn send(&self, business: &Business, body: Value) -> (StatusCode, Value) {
        let path = format!("/{}/messages", business.number_id);
        self.graph(&path, &business.token, body).await
    }
}

/// A text message to a customer.
pub(crate) fn text_to(to: &str, body: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}})
}

/// A webhook as it came.
pub(crate) struct Received {
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The `value` of the only change.
    pub(crate) fn value(&self) -> Value {
        self.json()["entry"][0]["changes"][0]["value"].clone()
    }
}

/// Takes webhooks and answers as it is told.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) answers: Arc<AtomicU16>,
    received: Mutex<mpsc::UnboundedReceiver<Received>>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Received>,
    answers: Arc<AtomicU16>,
}

impl Receiver {
    fn start() -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let answers = Arc::new(AtomicU16::new(200));
        let inbox = Inbox { sender, answers: Arc::clone(&answers) };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/webhook", listener.local_addr().expect("an address"));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(inbox.clone()))
                .route("/webhook", web::post().to(take))
                .route("/webhook", web::get().to(handshake))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("a server")
        .run();
        tokio::spawn(server);
        Self { url, answers, received: Mutex::new(received) }
    }

    pub(crate) async fn next(&self) -> Received {
        let mut received = self.received.lock().await;
        tokio::time::timeout(Duration::from_mins(1), received.recv())
            .await
            .expect("a webhook in time")
            .expect("a webhook")
    }

    /// Statuses of the next webhooks, until there are `count` of them.
    pub(crate) async fn statuses(&self, count: usize) -> Vec<Value> {
        let mut statuses = Vec::new();
        while statuses.len() < count {
            let value = self.next().await.value();
            statuses.extend(value["statuses"].as_array().expect("statuses").iter().cloned());
        }
        statuses
    }
}

async fn take(req: HttpRequest, inbox: web::Data<Inbox>, body: web::Bytes) -> HttpResponse {
    let signature = req.headers().get("X-Hub-Signature-256");
    let signature = signature.and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
    inbox.sender.send(Received { signature, body: body.to_vec() }).ok();
    let status = StatusCode::from_u16(inbox.answers.load(Ordering::Relaxed)).expect("a status");
    HttpResponse::build(actix_web::http::StatusCode::from_u16(status.as_u16()).expect("a status")).finish()
}

async fn handshake(query: web::Query<std::collections::HashMap<String, String>>) -> HttpResponse {
    if query.get("hub.verify_token").map(String::as_str) == Some(VERIFY_TOKEN) {
        return HttpResponse::Ok().body(query["hub.challenge"].clone());
    }
    HttpResponse::Forbidden().finish()
}
