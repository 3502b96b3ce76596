//! Starts the real server, on a database of the test's own, and speaks to it as clients do.

pub(crate) mod line;
pub(crate) mod mailbox;
pub(crate) mod meta;
pub(crate) mod stream;

use std::{net::SocketAddr, sync::Arc};

use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use switchboard_server::{
    config::{Config, LogFormat, Settings, Switch},
    serve::{ServeRole, Server},
};
use switchboard_store::{SharedClock, SystemClock};
use switchboard_test_support::{Engine, TestDb};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "a long password of one's own";
/// What the browser's address bar would show.
pub(crate) const PUBLIC_URL: &str = "http://localhost:8080";

/// A running server.
pub(crate) struct TestApp {
    // Before the database: it must be gone when that is dropped.
    pub(crate) server: Server,
    pub(crate) db: TestDb,
    /// Where files are kept, until the end.
    _files: tempfile::TempDir,
    client: reqwest::Client,
    address: SocketAddr,
}

/// Someone who has signed up, and what the server gave them.
#[derive(Clone)]
pub(crate) struct Owner {
    pub(crate) email: String,
    pub(crate) tenant_id: String,
    pub(crate) access_token: String,
    /// `name=value`, for the header `Cookie`.
    pub(crate) cookie: String,
}

impl TestApp {
    /// On the system's clock.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_at(engine, Arc::new(SystemClock)).await
    }

    pub(crate) async fn start_at(engine: Engine, clock: SharedClock) -> Self {
        Self::start_with(engine, clock, |_| {}).await
    }

    /// `change` has the last word on the settings.
    pub(crate) async fn start_with(engine: Engine, clock: SharedClock, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let db = TestDb::new(engine).await;
        let files = tempfile::tempdir().expect("a folder");
        let mut settings = settings(&db.url);
        settings.media_store = Some(format!("file://{}", files.path().display()));
        change(&mut settings);
        let mut config = Config::from_settings(&settings).expect("the test's configuration is good");
        config.program = env!("CARGO_BIN_EXE_switchboard").into();
        // Its future is large, and would be a part of that of each test.
        let server = Box::pin(Server::start(config, &[ServeRole::Api, ServeRole::Worker], clock));
        let server = server.await.expect("the server starts");
        let address = server.address().expect("the server listens");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { server, db, _files: files, client: client.build().expect("a client"), address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Call {
        Call(self.client.request(method, self.url(path)))
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.request(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Call {
        self.request(Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call {
        self.request(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.request(Method::DELETE, path)
    }

    /// Signs up a tenant of this name with an owner of its own.
    pub(crate) async fn signup(&self, tenant_name: &str) -> Owner {
        self.signup_as(tenant_name, &format!("owner-{}@example.com", Uuid::new_v4().simple())).await
    }

    pub(crate) async fn signup_as(&self, tenant_name: &str, email: &str) -> Owner {
        let body = json!({ "tenant_name": tenant_name, "name": "Ayşe Usta", "email": email, "password": PASSWORD });
        let answer = self.post("/api/auth/signup").json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Owner {
            email: email.to_owned(),
            tenant_id: answer.text("/tenant/id"),
            access_token: answer.text("/access_token"),
            cookie: answer.cookie(),
        }
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        self.post("/api/auth/login").json(&json!({ "email": email, "password": password })).send().await
    }

    /// The secret of a new API key of the owner's tenant.
    pub(crate) async fn api_key(&self, owner: &Owner, role: &str) -> String {
        let body = json!({ "name": format!("a {role}'s"), "role": role });
        let answer = self.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.text("/secret")
    }
}

/// A configuration that serves on any free port of loopback.
pub(crate) fn settings(database_url: &str) -> Settings {
    let some = |text: &str| Some(text.to_owned());
    Settings {
        bind: "127.0.0.1:0".parse().expect("an address"),
        database_url: database_url.into(),
        database_connections: 8,
        master_keys: Some("test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into()),
        jwt_secret: Some("n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC".into()),
        public_url: PUBLIC_URL.into(),
        meta_app_id: some("1234567890"),
        meta_app_secret: Some("0123456789abcdef0123456789abcdef".into()),
        meta_config_id: None,
        meta_redirect_uri: None,
        webhook_public_url: None,
        webhook_override: Switch::Off,
        meta_system_token: None,
        webhook_verify_token: Some("a-token-of-the-tests".into()),
        graph_api_version: "v26.0".into(),
        // Nobody listens there: a test that calls Meta by mistake fails at once.
        graph_api_base_url: "http://127.0.0.1:9".into(),
        meta_dialog_base_url: "http://127.0.0.1:9".into(),
        meta_sdk_base_url: None,
        openai_api_key: None,
        openai_base_url: None,
        openai_model: None,
        openai_models: None,
        openai_prompt_price: None,
        openai_completion_price: None,
        openai_embedding_model: None,
        openai_transcription_model: None,
        openai_transcription_price: None,
        openai_translation_model: None,
        fallback_openai_api_key: None,
        fallback_openai_base_url: None,
        fallback_openai_model: None,
        fallback_openai_prompt_price: None,
        fallback_openai_completion_price: None,
        translate_url: None,
        translate_api_key: None,
        smtp_url: None,
        privacy_page: None,
        oidc_issuer: None,
        oidc_client_id: None,
        oidc_client_secret: None,
        oidc_button_label: None,
        oidc_sign_up: Switch::On,
        smtp_from: None,
        platform_admins: None,
        platform_second_factor: Switch::Off,
        media_store: None,
        media_keep_days: None,
        private_pages: Switch::Off,
        private_models: Switch::Off,
        private_tools: Switch::Off,
        crawl_pause: 0,
        rate_limits: Switch::Off,
        trusted_proxies: 0,
        log: "info".into(),
        log_format: LogFormat::Text,
    }
}

/// A request being put together.
pub(crate) struct Call(RequestBuilder);

impl Call {
    pub(crate) fn bearer(self, access_token: &str) -> Self {
        Self(self.0.bearer_auth(access_token))
    }

    pub(crate) fn api_key(self, key: &str) -> Self {
        self.header("x-api-key", key)
    }

    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// A body as it is, with this content type.
    pub(crate) fn body(self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.header("content-type", content_type).body(body))
    }

    /// Reads the answer as server-sent events, while they come.
    pub(crate) async fn stream(self) -> stream::EventStream {
        stream::EventStream::new(self.0.send().await.expect("the server answers"))
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.0.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let raw = response.text().await.expect("the answer is text");
        let body = serde_json::from_str(&raw).unwrap_or(Value::Null);
        Answer { status, headers, raw, body }
    }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: String,
    /// Null when it is not JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// A string of the body, by JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let value = self.body.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no string at {pointer} of {}", self.raw)).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are ASCII"))
    }

    /// The cookie it sets, as `name=value`.
    pub(crate) fn cookie(&self) -> String {
        let set = self.header("set-cookie").expect("the answer sets a cookie");
        set.split(';').next().unwrap_or_default().to_owned()
    }

    /// Asserts that this is a whole problem of this status and code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.raw);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert!(self.body["title"].is_string(), "{}", self.raw);
    }

    /// The fields that a problem says are invalid.
    pub(crate) fn invalid_fields(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().expect("the problem lists fields");
        errors.iter().map(|error| error["field"].as_str().expect("a name").to_owned()).collect()
    }
}
