//! A running Switchboard with connected numbers, and the simulator it talks to.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use switchboard_simulator::{Simulator, SimulatorConfig};
use switchboard_test_support::{Engine, TestDb, analyse};

pub(crate) const APP_SECRET: &str = "an-app-secret-for-the-benchmark";
const APP_ID: &str = "100000000000001";
const VERIFY_TOKEN: &str = "a-verify-token-for-the-benchmark";
const TENANTS: usize = 20;

pub(crate) struct Installation {
    pub(crate) engine: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) started_in: Duration,
    /// The `phone_number_id` of each tenant's number.
    pub(crate) numbers: Vec<String>,
    bots: Vec<(String, String)>,
    child: Child,
    simulator: Simulator,
    http: Client,
    database: Database,
}

/// What goes away with the installation.
enum Database {
    Sqlite { _folder: tempfile::TempDir },
    Postgres(TestDb),
}

impl Installation {
    pub(crate) async fn start(binary: &Path, engine: Engine) -> anyhow::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let simulator = Simulator::start(SimulatorConfig {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            app_id: APP_ID.into(),
            app_secret: APP_SECRET.into(),
            webhook_url: Some(format!("http://{address}/webhooks/whatsapp")),
            verify_token: VERIFY_TOKEN.into(),
            graph_version: "v26.0".into(),
            config_id: None,
        })
        .await?;
        let (url, database) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir()?;
                let url = format!("sqlite://{}", folder.path().join("bench.db").display());
                (url, Database::Sqlite { _folder: folder })
            }
            Engine::Postgres => {
                let database = TestDb::unmigrated(engine).await;
                (database.url.clone(), Database::Postgres(database))
            }
        };
        let begun = Instant::now();
        let child = command(binary, address, &url, &simulator).spawn().context("the binary does not start")?;
        let http = Client::builder().build()?;
        let mut installation = Self {
            engine: if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" },
            address,
            started_in: Duration::ZERO,
            numbers: Vec::new(),
            bots: Vec::new(),
            child,
            simulator,
            http,
            database,
        };
        installation.wait_until_ready().await?;
        installation.started_in = begun.elapsed();
        installation.sim(Method::PUT, "/sim/windows", json!({ "mode": "open" })).await?;
        for tenant in 0..TENANTS {
            installation.connect_tenant(tenant).await.context("a tenant cannot be connected")?;
        }
        Ok(installation)
    }

    /// Resident memory, in megabytes.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("no figure")?.parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Messages the simulator has accepted after its count `after`: count, receiver, when.
    pub(crate) async fn sent_after(&self, after: u64) -> anyhow::Result<Vec<(u64, String, u128)>> {
        let answer = self.sim(Method::GET, &format!("/sim/sent?after={after}"), Value::Null).await?;
        let items = answer["items"].as_array().context("no items")?;
        let read = |item: &Value| {
            let to = item["to"].as_str().unwrap_or_default().to_owned();
            (item["n"].as_u64().unwrap_or(0), to, u128::from(item["at"].as_u64().unwrap_or(0)))
        };
        Ok(items.iter().map(read).collect())
    }

    pub(crate) async fn switch_bots_off(&self) -> anyhow::Result<()> {
        for (token, bot) in &self.bots {
            self.api(Method::PATCH, &format!("/api/bots/{bot}"), token, json!({ "enabled": false })).await?;
        }
        Ok(())
    }

    /// Passes over the first minute of a new database, in which PostgreSQL knows nothing about its tables.
    pub(crate) async fn settle(&self) {
        if let Database::Postgres(database) = &self.database {
            analyse(&database.db).await;
        }
    }

    pub(crate) async fn stop(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.simulator.stop().await;
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let url = format!("http://{}/ready", self.address);
        for _ in 0..2_000 {
            if self.http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("it was not ready within ten seconds")
    }

    async fn connect_tenant(&mut self, index: usize) -> anyhow::Result<()> {
        let body = json!({
            "tenant_name": format!("Tenant {index}"), "name": "Owner",
            "email": format!("owner{index}@example.com"), "password": "a long password of one's own",
        });
        let signed_up = self.api(Method::POST, "/api/auth/signup", "", body).await?;
        let token = signed_up["access_token"].as_str().context("no token")?.to_owned();
        let bots = self.api(Method::GET, "/api/bots", &token, Value::Null).await?;
        let bot = bots["items"][0]["id"].as_str().context("no bot")?.to_owned();
        let settings = json!({ "reply_delay_ms": 0, "max_wait_ms": 0 });
        self.api(Method::PATCH, &format!("/api/bots/{bot}"), &token, settings).await?;
        let item = json!({ "question": "What are your opening hours?", "answer": "From seven to eight." });
        self.api(Method::POST, &format!("/api/bots/{bot}/knowledge"), &token, item).await?;
        let business = self.sim(Method::POST, "/sim/businesses", json!({ "name": format!("Tenant {index}") })).await?;
        self.connect_number(&token, &business).await?;
        self.numbers.push(business["phone_number_id"].as_str().context("no number")?.to_owned());
        self.bots.push((token, bot));
        Ok(())
    }

    async fn connect_number(&self, token: &str, business: &Value) -> anyhow::Result<()> {
        let started = self.api(Method::POST, "/api/onboarding/whatsapp/start", token, json!({})).await?;
        let oauth = reqwest::Url::parse(started["oauth_url"].as_str().context("no URL")?)?;
        let parameter =
            |name: &str| oauth.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let state = parameter("state").context("no state")?;
        let wanted = json!({ "waba_id": business["waba_id"], "redirect_uri": parameter("redirect_uri") });
        let code = self.sim(Method::POST, "/sim/codes", wanted).await?;
        let query = [("code", code["code"].as_str().unwrap_or_default()), ("state", &state)];
        let callback = reqwest::Url::parse_with_params("http://x/api/onboarding/whatsapp/callback", query)?;
        let path = format!("{}?{}", callback.path(), callback.query().unwrap_or_default());
        self.http.get(format!("http://{}{path}", self.address)).bearer_auth(token).send().await?;
        let status = self.api(Method::GET, "/api/onboarding/whatsapp/status", token, Value::Null).await?;
        if status["connected"] != json!(true) {
            bail!("not connected: {status}");
        }
        Ok(())
    }

    async fn api(&self, method: Method, path: &str, token: &str, body: Value) -> anyhow::Result<Value> {
        let mut request = self.http.request(method, format!("http://{}{path}", self.address));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        answer(path, request, body).await
    }

    async fn sim(&self, method: Method, path: &str, body: Value) -> anyhow::Result<Value> {
        answer(path, self.http.request(method, format!("{}{path}", self.simulator.base_url())), body).await
    }
}

async fn answer(path: &str, request: reqwest::RequestBuilder, body: Value) -> anyhow::Result<Value> {
    let request = if body.is_null() { request } else { request.json(&body) };
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{path} answered {status}: {text}");
    }
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

fn command(binary: &Path, address: SocketAddr, database_url: &str, simulator: &Simulator) -> Command {
    let mut command = Command::new(binary);
    command.arg("serve").stdout(Stdio::null());
    command.envs([
        ("SWITCHBOARD_BIND", address.to_string()),
        ("PUBLIC_URL", format!("http://{address}")),
        ("DATABASE_URL", database_url.to_owned()),
        ("SWITCHBOARD_MASTER_KEYS", "bench:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
        ("JWT_SECRET", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC".to_owned()),
        ("META_APP_ID", APP_ID.to_owned()),
        ("META_APP_SECRET", APP_SECRET.to_owned()),
        ("WEBHOOK_VERIFY_TOKEN", VERIFY_TOKEN.to_owned()),
        ("GRAPH_API_BASE_URL", simulator.base_url()),
        ("META_DIALOG_BASE_URL", simulator.base_url()),
        ("OPENAI_API_KEY", "bench".to_owned()),
        ("OPENAI_BASE_URL", simulator.model_url()),
        ("OPENAI_MODEL", "simulated".to_owned()),
        ("SWITCHBOARD_RATE_LIMITS", "off".to_owned()),
        ("SWITCHBOARD_LOG", "warn".to_owned()),
    ]);
    command
}

fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
