//! Permissions that people take back at Meta, data they have deleted, and the privacy policy.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_simulator::Simulator;
use switchboard_store::{Clock, SystemClock};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use url::Url;

use crate::support::{Answer, Owner, TestApp, meta};

const APP_SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const DEAUTHORIZE: &str = "/webhooks/meta/deauthorize";
const DELETE: &str = "/webhooks/meta/data-deletion";

fn signed_with(secret: &[u8], payload: &Value) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(payload.as_bytes());
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn now_s() -> i64 {
    SystemClock.now().0 / 1000
}

/// What Meta posts about this person.
fn about(user_id: &str, issued_at: i64) -> String {
    signed_with(APP_SECRET, &json!({ "user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": issued_at }))
}

async fn post(app: &TestApp, path: &str, signed_request: &str) -> Answer {
    let form = format!("signed_request={signed_request}");
    app.post(path).body("application/x-www-form-urlencoded", form).send().await
}

/// A business, and the id at Meta of who connected its number.
async fn connected(engine: Engine) -> (TestApp, Simulator, Owner, String) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    meta::connect(&app, &owner).await;
    let user_id = person(&app, &owner).await;
    (app, simulator, owner, user_id)
}

/// The id at Meta of who last connected the business's account.
async fn person(app: &TestApp, owner: &Owner) -> String {
    use switchboard_store::{Scope, TenantId, waba};
    let tenant = TenantId(owner.tenant_id.parse().unwrap());
    let mut tx = app.server.state().db.read(Scope::Tenant(tenant)).await.unwrap();
    waba::list(&mut tx.conn(), tenant).await.unwrap().remove(0).meta_user_id.unwrap_or_default()
}

async fn number(app: &TestApp, owner: &Owner) -> Value {
    app.get("/api/numbers").bearer(&owner.access_token).send().await.body["items"][0].clone()
}

#[rstest]
#[tokio::test]
async fn who_removes_the_app_ends_what_they_connected(#[values(Sqlite, Postgres)] engine: Engine) {
    let (app, _simulator, owner, user_id) = connected(engine).await;
    assert_eq!(post(&app, DEAUTHORIZE, &about("somebody else", now_s())).await.status, 200);
    assert_eq!(number(&app, &owner).await["status"], "connected");

    assert_eq!(post(&app, DEAUTHORIZE, &about(&user_id, now_s() + 1)).await.status, 200);

    let ended = number(&app, &owner).await;
    assert_eq!(ended["status"], "reauth_required");
    assert!(ended["problem"].as_str().unwrap().contains("removed Switchboard at Meta"), "{ended}");
    let audit = app.get("/api/audit").bearer(&owner.access_token).send().await;
    assert_eq!(audit.text("/items/0/action"), "waba.deauthorised", "{}", audit.raw);
}

#[rstest]
#[tokio::test]
async fn an_old_request_does_not_reach_what_was_granted_since(#[values(Sqlite, Postgres)] engine: Engine) {
    let (app, _simulator, owner, user_id) = connected(engine).await;
    let old = about(&user_id, now_s() - 60);
    for path in [DEAUTHORIZE, DELETE] {
        assert_eq!(post(&app, path, &old).await.status, 200);
    }
    assert_eq!(number(&app, &owner).await["status"], "connected");
    let expired =
        json!({ "user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": now_s(), "expires": now_s() - 1 });
    post(&app, DEAUTHORIZE, &signed_with(APP_SECRET, &expired)).await.assert_problem(400, "malformed");
}

#[rstest]
#[tokio::test]
async fn who_has_their_data_deleted_sees_that_it_is_done(#[values(Sqlite, Postgres)] engine: Engine) {
    let (app, _simulator, owner, user_id) = connected(engine).await;

    let deleted = post(&app, DELETE, &about(&user_id, now_s() + 1)).await;

    assert_eq!(deleted.status, 200, "{}", deleted.raw);
    assert_eq!(number(&app, &owner).await["status"], "reauth_required");
    assert_eq!(person(&app, &owner).await, "", "who it was is forgotten");
    let url = Url::parse(&deleted.text("/url")).unwrap();
    assert!(url.as_str().starts_with("http://localhost:8080/data-deletion?code="), "{url}");
    assert!(url.query().unwrap().ends_with(&deleted.text("/confirmation_code")));
    let page = app.get(&format!("{}?{}", url.path(), url.query().unwrap())).send().await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.raw.contains("It is done since") && page.raw.contains("1 WhatsApp account(s)"), "{}", page.raw);
    app.get("/data-deletion?code=made-up").send().await.assert_problem(404, "not_found");

    // The number can be connected again, by whoever.
    meta::connect(&app, &owner).await;
    assert_eq!(number(&app, &owner).await["status"], "connected");
}

#[rstest]
#[tokio::test]
async fn only_meta_takes_permissions_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let (app, _simulator, owner, user_id) = connected(engine).await;
    let payload = json!({ "user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": now_s() + 1 });
    let weak = json!({ "user_id": user_id, "algorithm": "none", "issued_at": now_s() + 1 });
    for path in [DEAUTHORIZE, DELETE] {
        for forged in [signed_with(b"another secret", &payload), signed_with(APP_SECRET, &weak), "a.b".to_owned()] {
            post(&app, path, &forged).await.assert_problem(401, "bad_signature");
        }
        let empty = app.post(path).body("application/x-www-form-urlencoded", "").send().await;
        empty.assert_problem(400, "malformed");
    }
    assert_eq!(number(&app, &owner).await["status"], "connected");
}

#[rstest]
#[tokio::test]
async fn the_privacy_policy_is_the_owners_to_write(#[values(Sqlite, Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let page = app.get("/privacy").send().await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.raw.contains("<h1>Privacy policy</h1>"), "{}", page.raw);

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "# Ours").unwrap();
    let path = file.path().to_owned();
    let clock = Arc::new(SystemClock);
    let app = TestApp::start_with(Sqlite, clock, move |settings| settings.privacy_page = Some(path)).await;
    assert!(app.get("/privacy").send().await.raw.contains("<h1>Ours</h1>"));
    std::fs::write(file.path(), "# Ours\n\n<b>changed</b>").unwrap();
    let changed = app.get("/privacy").send().await.raw;
    assert!(changed.contains("&lt;b&gt;changed"), "{changed}");
}
