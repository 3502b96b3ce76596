//! 13. Secrets stay secret.

use std::fmt::Write as _;

use std::{
    io::Write,
    process::Command,
    sync::{Mutex, PoisonError},
};

use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::json;
use switchboard_crypto::{KeyRing, Place};
use switchboard_server::{config::Switch, telemetry::log_filter};
use switchboard_store::{Scope, TenantId, Vault, number, waba};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World};

const CUSTOMER: &str = "905301234567";
/// The 32 bytes from 0 to 31, which `support::settings` configures.
const MASTER_KEY: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW_KEY: &str = "next:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

static LOGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps what is logged.
struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGS.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn keep_logs() {
    // A test before this one in the same process may have begun it.
    let filter = log_filter("debug,sqlx=debug").expect("a filter");
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Kept).try_init();
}

fn logs() -> String {
    String::from_utf8_lossy(&LOGS.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// The token and the PIN of the business's number, opened with these master keys.
async fn opened(world: &World, business: &Business, keys: &str) -> (String, String) {
    let vault = Vault::new(KeyRing::parse(keys).expect("master keys"));
    let tenant = TenantId(business.owner.tenant_id.parse().expect("an id"));
    let mut tx = world.app.server.state().db.read(Scope::Tenant(tenant)).await.expect("a transaction");
    let conn = &mut tx.conn();
    let number = number::list(conn, tenant).await.expect("numbers").remove(0);
    let token =
        waba::get(conn, tenant, number.waba).await.expect("it reads").expect("an account").token.expect("a token");
    let of_token = Place { tenant: tenant.0, table: "waba", column: "token", row: number.waba };
    let of_pin = Place { tenant: tenant.0, table: "number", column: "pin", row: number.id };
    let token = vault.open_text(conn, &of_token, &token).await.expect("the token opens");
    let pin = vault.open_text(conn, &of_pin, &number.pin.expect("a PIN")).await.expect("the PIN opens");
    (token.expose_secret().to_owned(), pin.expose_secret().to_owned())
}

/// All the bytes of the database. Of PostgreSQL, every row of every table as text, where bytes are in hexadecimal.
async fn dump(world: &World) -> Vec<u8> {
    if let Some(path) = world.app.db.url.strip_prefix("sqlite://") {
        let mut bytes = std::fs::read(path).expect("the database file");
        bytes.extend(std::fs::read(format!("{path}-wal")).expect("the log beside it"));
        return bytes;
    }
    switchboard_test_support::dump(&world.app.server.state().db).await
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    let hex = hex::encode(needle);
    [needle, hex.as_bytes()].iter().any(|needle| haystack.windows(needle.len()).any(|window| window == *needle))
}

/// What the API answers to whoever may see the most.
async fn answers(world: &World, business: &Business) -> String {
    let mut answers = String::new();
    let conversation = world.path(business, CUSTOMER).await;
    for path in [
        "/health",
        "/ready",
        "/metrics",
        "/api/auth/me",
        "/api/tenant",
        "/api/api-keys",
        "/api/audit",
        "/api/audit/export?format=jsonl",
        "/api/people",
        "/api/invitations",
        "/api/auth/sessions",
        "/api/auth/second-factor",
        "/api/numbers",
        "/api/onboarding/whatsapp/status",
        "/api/bots",
        "/api/conversations",
        "/api/webhooks/leftovers",
        &format!("/api/bots/{}/knowledge", business.bot),
        &conversation,
        &format!("{conversation}/messages"),
    ] {
        let answer = world.app.get(path).bearer(&business.owner.access_token).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.raw);
        answers.push_str(&answer.raw);
        write!(answers, "{:?}", answer.headers).expect("a string takes anything");
    }
    answers
}

#[rstest]
#[tokio::test]
async fn no_secret_is_anywhere_in_plaintext(#[values(Sqlite, Postgres)] engine: Engine) {
    keep_logs();
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    // Refusals are logged in more words than successes.
    world.fault(&json!({ "on": "messages", "kind": "token_dead", "times": 1 })).await;
    world.fault(&json!({ "on": "model", "kind": "token_dead", "times": 1 })).await;
    world.says(&business, "905300000002", QUESTION).await;
    world.conversation(&business, "905300000002", |it| it["needs_person"] == true).await;

    let (token, pin) = opened(&world, &business, MASTER_KEY).await;
    assert!(token.len() > 40 && pin.len() == 6);
    let (dump, logs, answers) = (dump(&world).await, logs(), answers(&world, &business).await);
    assert!(holds(&dump, business.answer.as_bytes()), "the search finds what is there");
    assert!(logs.contains("/webhooks/whatsapp") || logs.contains("webhook"), "the logs are there");
    let cookie = business.owner.cookie.split_once('=').expect("a cookie").1;
    let secrets = [
        ("token", token.as_str()),
        ("app secret", "0123456789abcdef0123456789abcdef"),
        ("master key", MASTER_KEY.trim_start_matches("test:")),
        ("signing secret", "n7vL2kq0Zr8TgYp4Xw6JmB1sQe5HdUaC"),
        ("model key", "sk-a-key-of-the-tests"),
        ("verify token", "a-token-of-the-tests"),
        ("password", crate::support::PASSWORD),
        ("API key", business.key.as_str()),
        ("refresh token", cookie),
        ("access token", business.owner.access_token.as_str()),
    ];
    for (name, secret) in secrets {
        assert!(!holds(&dump, secret.as_bytes()), "the {name} is in the database");
        assert!(!logs.contains(secret), "the {name} is in the logs");
        assert!(!answers.contains(secret), "the {name} is in an answer");
    }
    let raw_key: Vec<u8> = (0..32).collect();
    assert!(!holds(&dump, &raw_key), "the master key is in the database");
    // Six digits may be anywhere by chance; as a value of their own they are not.
    for place in [&logs, &answers] {
        assert!(!place.contains(&format!("\"{pin}\"")) && !place.contains(&format!("pin={pin}")), "the PIN is told");
    }
    assert!(!holds(&dump, format!("\"{pin}\"").as_bytes()) && !holds(&dump, format!(",{pin},").as_bytes()));
}

#[rstest]
#[tokio::test]
async fn a_key_in_the_address_of_an_mcp_server_is_not_logged(#[values(Sqlite, Postgres)] engine: Engine) {
    keep_logs();
    let world = World::start_with(engine, |settings| settings.private_tools = Switch::On).await;
    let business = world.unconnected("Bakery", &json!({})).await;
    // Nobody listens there.
    let tool = json!({ "name": "tables", "url": "http://127.0.0.1:9/mcp?key=s3cret-of-an-address",
        "mcp": { "timeout_ms": 5_000 } });
    let tools = format!("/api/bots/{}/tools", business.bot);
    let refused = world.app.post(&tools).api_key(&business.key).json(&tool).send().await;
    refused.assert_problem(409, "mcp_server_unusable");
    let logs = logs();
    assert!(logs.contains("an MCP server cannot be used"), "the logs are there");
    assert!(!logs.contains("s3cret-of-an-address"), "{logs}");
}

#[rstest]
#[tokio::test]
async fn master_keys_rotate_while_it_serves(#[values(Sqlite, Postgres)] engine: Engine) {
    let both = format!("{MASTER_KEY},{NEW_KEY}");
    let world = World::start_with(engine, |settings| settings.master_keys = Some(both.into())).await;
    let business = world.business("Bakery").await;
    let before = opened(&world, &business, MASTER_KEY).await;
    let rotated = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["keys", "rotate"])
        .env("DATABASE_URL", &world.app.db.url)
        .env("SWITCHBOARD_MASTER_KEYS", format!("{NEW_KEY},{MASTER_KEY}"))
        .output()
        .expect("the command runs");
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    let other = world.business("Florist").await;
    world.says(&other, CUSTOMER, QUESTION).await;
    world.answered_once(&other, CUSTOMER).await;
    assert_eq!(opened(&world, &business, NEW_KEY).await, before, "the new key alone opens what the old one sealed");
    assert_eq!(world.app.get("/ready").send().await.status, 200);
}
