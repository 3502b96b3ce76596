//! Promise 12, who may do what, for every operation of the OpenAPI document: without a credential 401, with too weak a
//! role 403, with the ids of another tenant 404. An operation that is not listed here fails the test.

use std::fmt::Write as _;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_accounts::Permission;
use switchboard_server::http;
use switchboard_store::Role::{self, Admin, Operator, Viewer};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use uuid::Uuid;

use self::Needs::{Nothing, Person, Platform, Weakest};
use crate::{
    support::Call,
    world::{Business, QUESTION, World, entry, eventually, webhook},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// This role or a stronger one.
    Weakest(Role),
    /// This role or a stronger one of a person: an API key does not do.
    Person(Role),
    /// Who runs the installation, in person. The role does not matter.
    Platform,
}

/// Every operation, what it needs, and a body that it takes.
const OPERATIONS: &[(&str, Needs, &str)] = &[
    ("get /health", Nothing, ""),
    ("get /ready", Nothing, ""),
    ("get /metrics", Nothing, ""),
    ("get /webhooks/whatsapp", Nothing, ""),
    ("post /webhooks/whatsapp", Nothing, ""),
    ("post /webhooks/meta/deauthorize", Nothing, ""),
    ("post /webhooks/meta/data-deletion", Nothing, ""),
    ("get /data-deletion", Nothing, ""),
    ("get /privacy", Nothing, ""),
    ("post /api/auth/signup", Nothing, ""),
    ("post /api/auth/login", Nothing, ""),
    ("post /api/auth/refresh", Nothing, ""),
    ("post /api/auth/logout", Nothing, ""),
    ("get /api/auth/me", Weakest(Viewer), ""),
    ("patch /api/auth/me", Person(Viewer), r#"{"language":"tr"}"#),
    ("post /api/auth/login/second-factor", Nothing, ""),
    ("get /api/auth/methods", Nothing, ""),
    ("get /api/auth/oidc/start", Nothing, ""),
    ("get /api/auth/oidc/callback", Nothing, ""),
    ("post /api/auth/oidc/signup", Nothing, ""),
    ("post /api/auth/oidc/link", Person(Viewer), r#"{"password":"x"}"#),
    ("get /api/auth/identities", Person(Viewer), ""),
    ("delete /api/auth/identities/{id}", Person(Viewer), ""),
    ("post /api/auth/verify-email", Nothing, ""),
    ("post /api/auth/verify-email/resend", Person(Viewer), ""),
    ("post /api/auth/password/forgot", Nothing, ""),
    ("post /api/auth/password/reset", Nothing, ""),
    ("put /api/auth/password", Person(Viewer), r#"{"current_password":"x","password":"y"}"#),
    ("get /api/auth/second-factor", Person(Viewer), ""),
    ("post /api/auth/second-factor/enrol", Person(Viewer), r#"{"password":"x"}"#),
    ("post /api/auth/second-factor/confirm", Person(Viewer), r#"{"code":"000000"}"#),
    ("post /api/auth/second-factor/disable", Person(Viewer), r#"{"password":"x"}"#),
    ("post /api/auth/second-factor/recovery-codes", Person(Viewer), r#"{"password":"x"}"#),
    ("get /api/auth/tenants", Weakest(Viewer), ""),
    ("post /api/auth/switch", Person(Viewer), r#"{"tenant_id":"00000000-0000-0000-0000-000000000000"}"#),
    ("get /api/auth/sessions", Weakest(Viewer), ""),
    ("delete /api/auth/sessions", Person(Viewer), ""),
    ("delete /api/auth/sessions/{id}", Weakest(Viewer), ""),
    ("get /api/people", Weakest(Viewer), ""),
    ("patch /api/people/{id}", Weakest(Admin), r#"{"role":"viewer"}"#),
    ("delete /api/people/{id}", Weakest(Admin), ""),
    ("get /api/invitations", Weakest(Admin), ""),
    ("post /api/invitations", Weakest(Admin), r#"{"email":"somebody@example.com","role":"viewer"}"#),
    ("post /api/invitations/offer", Nothing, ""),
    ("post /api/invitations/accept", Nothing, ""),
    ("post /api/invitations/{id}/resend", Weakest(Admin), ""),
    ("delete /api/invitations/{id}", Weakest(Admin), ""),
    ("get /api/tenant", Weakest(Viewer), ""),
    ("delete /api/tenant", Person(Role::Owner), r#"{"name":"x","password":"y"}"#),
    ("get /api/tenant/export", Person(Role::Owner), ""),
    ("post /api/tenant/export", Person(Role::Owner), ""),
    ("get /api/tenant/export/{id}/download", Person(Role::Owner), ""),
    ("patch /api/tenant", Weakest(Admin), r#"{"name":"Renamed"}"#),
    ("get /api/overview", Weakest(Viewer), ""),
    ("get /api/usage", Weakest(Viewer), ""),
    ("get /api/api-keys", Weakest(Admin), ""),
    ("post /api/api-keys", Weakest(Admin), r#"{"name":"A key","role":"viewer"}"#),
    ("delete /api/api-keys/{id}", Weakest(Admin), ""),
    ("get /api/audit", Weakest(Admin), ""),
    ("get /api/audit/export", Weakest(Admin), ""),
    ("post /api/onboarding/whatsapp/start", Person(Admin), ""),
    ("get /api/onboarding/whatsapp/callback", Person(Admin), ""),
    ("post /api/onboarding/whatsapp/complete", Person(Admin), r#"{"code":"c","state":"s","event":"FINISH"}"#),
    ("post /api/onboarding/whatsapp/event", Person(Admin), r#"{"state":"s","event":"CANCEL"}"#),
    ("post /api/onboarding/whatsapp/retry", Person(Admin), "{}"),
    ("post /api/onboarding/whatsapp/recover", Person(Admin), ""),
    ("get /api/onboarding/whatsapp/granted", Weakest(Admin), ""),
    ("get /api/onboarding/whatsapp/status", Weakest(Viewer), ""),
    ("get /api/numbers", Weakest(Viewer), ""),
    ("post /api/numbers", Person(Admin), r#"{"waba_id":"1","phone_number_id":"2"}"#),
    ("get /api/numbers/{id}", Weakest(Viewer), ""),
    ("delete /api/numbers/{id}", Weakest(Admin), ""),
    ("get /api/numbers/{id}/doctor", Weakest(Admin), ""),
    ("get /api/numbers/{id}/sync", Weakest(Viewer), ""),
    ("get /api/numbers/{id}/templates", Weakest(Viewer), ""),
    ("post /api/numbers/{id}/templates/sync", Weakest(Operator), ""),
    ("post /api/numbers/{id}/sync", Weakest(Admin), ""),
    ("patch /api/numbers/{id}", Weakest(Admin), "{}"),
    ("post /api/numbers/{id}/reauthorise", Person(Admin), ""),
    ("get /api/bots", Weakest(Viewer), ""),
    ("post /api/bots", Weakest(Admin), r#"{"name":"Another"}"#),
    ("get /api/bots/{id}", Weakest(Viewer), ""),
    ("patch /api/bots/{id}", Weakest(Admin), r#"{"name":"Renamed"}"#),
    ("delete /api/bots/{id}", Weakest(Admin), ""),
    ("post /api/bots/{id}/try", Weakest(Admin), r#"{"message":"Hello"}"#),
    ("get /api/bots/{id}/search", Weakest(Viewer), ""),
    ("get /api/bots/{id}/knowledge", Weakest(Viewer), ""),
    ("post /api/bots/{id}/knowledge", Weakest(Admin), r#"{"question":"Why?","answer":"Because."}"#),
    ("post /api/bots/{id}/knowledge/files", Weakest(Admin), ""),
    ("post /api/bots/{id}/knowledge/pages", Weakest(Admin), r#"{"url":"http://127.0.0.1:9/"}"#),
    ("post /api/bots/{id}/knowledge/sites", Weakest(Admin), r#"{"url":"http://127.0.0.1:9/"}"#),
    ("post /api/bots/{id}/knowledge/{item_id}/refresh", Weakest(Admin), ""),
    ("get /api/bots/{id}/knowledge/{item_id}", Weakest(Viewer), ""),
    ("patch /api/bots/{id}/knowledge/{item_id}", Weakest(Admin), r#"{"answer":"Never."}"#),
    ("delete /api/bots/{id}/knowledge/{item_id}", Weakest(Admin), ""),
    ("get /api/bots/{id}/knowledge/{item_id}/versions", Weakest(Viewer), ""),
    ("get /api/bots/{id}/knowledge/{item_id}/versions/{number}", Weakest(Viewer), ""),
    ("post /api/bots/{id}/knowledge/{item_id}/versions/{number}/restore", Weakest(Admin), ""),
    ("get /api/models", Weakest(Viewer), ""),
    ("put /api/models/budget", Weakest(Admin), r#"{"tokens_per_day":1000}"#),
    ("get /api/models/usage", Weakest(Viewer), ""),
    (
        "put /api/models/{place}",
        Weakest(Admin),
        r#"{"base_url":"https://models.example.com/v1","models":{"answering":"m"}}"#,
    ),
    ("delete /api/models/{place}", Weakest(Admin), ""),
    ("post /api/models/{place}/check", Weakest(Admin), r#"{"base_url":"ftp://x","models":{}}"#),
    ("get /api/bots/{id}/tools", Weakest(Viewer), ""),
    ("post /api/bots/{id}/tools", Weakest(Admin), TOOL),
    ("post /api/bots/{id}/tools/try", Weakest(Admin), TRY_TOOL),
    ("put /api/bots/{id}/tools/{item_id}", Weakest(Admin), TOOL),
    ("delete /api/bots/{id}/tools/{item_id}", Weakest(Admin), ""),
    ("post /api/bots/{id}/tools/{item_id}/refresh", Weakest(Admin), ""),
    ("get /api/bots/{id}/unanswered", Weakest(Viewer), ""),
    (
        "post /api/bots/{id}/unanswered/resolve",
        Weakest(Admin),
        r#"{"ids":["018f0000-0000-7000-8000-000000000000"],"how":"taught"}"#,
    ),
    ("post /api/bots/{id}/unanswered/reopen", Weakest(Admin), r#"{"ids":["018f0000-0000-7000-8000-000000000000"]}"#),
    ("get /api/bots/{id}/tests", Weakest(Viewer), ""),
    ("post /api/bots/{id}/tests", Weakest(Admin), r#"{"name":"Hours","turns":["When?"],"must_say":["seven"]}"#),
    ("post /api/bots/{id}/tests/run", Weakest(Admin), "{}"),
    ("get /api/bots/{id}/tests/{item_id}", Weakest(Viewer), ""),
    ("patch /api/bots/{id}/tests/{item_id}", Weakest(Admin), r#"{"name":"Closing time"}"#),
    ("delete /api/bots/{id}/tests/{item_id}", Weakest(Admin), ""),
    ("get /api/bots/{id}/test-runs", Weakest(Viewer), ""),
    ("get /api/bots/{id}/test-runs/{item_id}", Weakest(Viewer), ""),
    ("post /api/bots/{id}/replay", Weakest(Admin), "{}"),
    ("get /api/bots/{id}/replays", Weakest(Viewer), ""),
    ("get /api/bots/{id}/replays/{item_id}", Weakest(Viewer), ""),
    ("get /api/bots/{id}/replays/{item_id}/results", Weakest(Viewer), ""),
    ("post /api/bots/{id}/replays/{item_id}/stop", Weakest(Admin), ""),
    ("delete /api/bots/{id}/replays/{item_id}", Weakest(Admin), ""),
    ("get /api/conversations", Weakest(Viewer), ""),
    ("patch /api/conversations", Weakest(Operator), r#"{"changes":[]}"#),
    ("get /api/conversations/counts", Weakest(Viewer), ""),
    ("get /api/conversations/{id}", Weakest(Viewer), ""),
    ("patch /api/conversations/{id}", Weakest(Operator), r#"{"state":"resolved"}"#),
    ("get /api/conversations/{id}/messages", Weakest(Viewer), ""),
    ("post /api/conversations/{id}/messages", Weakest(Operator), r#"{"text":"Hello"}"#),
    ("get /api/conversations/{id}/messages/{message_id}/passages", Weakest(Viewer), ""),
    ("get /api/conversations/{id}/tool-calls", Weakest(Viewer), ""),
    ("get /api/conversations/{id}/summary", Weakest(Viewer), ""),
    ("post /api/conversations/{id}/messages/{message_id}/translation", Weakest(Viewer), r#"{"language":"ar"}"#),
    ("post /api/conversations/{id}/messages/{message_id}/transcript", Weakest(Operator), ""),
    ("post /api/conversations/{id}/translation", Weakest(Operator), r#"{"text":"Hello","language":"tr"}"#),
    ("post /api/media", Weakest(Operator), ""),
    ("get /api/media/{id}", Weakest(Viewer), ""),
    ("delete /api/media/{id}", Weakest(Operator), ""),
    ("post /api/media/{id}/retry", Weakest(Operator), ""),
    ("post /api/conversations/{id}/read", Weakest(Operator), ""),
    ("post /api/conversations/{id}/typing", Person(Operator), r#"{"writing":"reply"}"#),
    ("post /api/conversations/{id}/takeover", Weakest(Operator), ""),
    ("post /api/conversations/{id}/handback", Weakest(Operator), ""),
    ("get /api/conversations/{id}/notes", Weakest(Viewer), ""),
    ("post /api/conversations/{id}/notes", Weakest(Operator), r#"{"text":"Mind the cake"}"#),
    ("put /api/conversations/{id}/notes/{item_id}", Weakest(Operator), r#"{"text":"Mind the bread"}"#),
    ("delete /api/conversations/{id}/notes/{item_id}", Weakest(Operator), ""),
    ("post /api/conversations/{id}/mentions/read", Person(Viewer), ""),
    ("get /api/labels", Weakest(Viewer), ""),
    ("post /api/labels", Weakest(Admin), r#"{"name":"Complaint","colour":"red"}"#),
    ("patch /api/labels/{id}", Weakest(Admin), r#"{"name":"Praise"}"#),
    ("delete /api/labels/{id}", Weakest(Admin), ""),
    ("get /api/contacts/{id}", Weakest(Viewer), ""),
    ("patch /api/contacts/{id}", Weakest(Operator), r#"{"own_name":"Ayşe"}"#),
    ("get /api/contact-fields", Weakest(Viewer), ""),
    ("post /api/contact-fields", Weakest(Admin), r#"{"name":"Birthday","kind":"date"}"#),
    ("patch /api/contact-fields/{id}", Weakest(Admin), r#"{"name":"Born"}"#),
    ("delete /api/contact-fields/{id}", Weakest(Admin), ""),
    ("get /api/search", Weakest(Viewer), ""),
    ("get /api/canned-replies", Weakest(Viewer), ""),
    ("post /api/canned-replies", Weakest(Operator), r#"{"shortcut":"hi","title":"Hello","text":"Hello there"}"#),
    ("patch /api/canned-replies/{id}", Weakest(Operator), r#"{"title":"Hi"}"#),
    ("delete /api/canned-replies/{id}", Weakest(Operator), ""),
    ("get /api/saved-filters", Weakest(Viewer), ""),
    ("post /api/saved-filters", Weakest(Admin), r#"{"name":"Ours","filter":{},"shared":true}"#),
    ("patch /api/saved-filters/{id}", Weakest(Viewer), r#"{"name":"Ours"}"#),
    ("delete /api/saved-filters/{id}", Weakest(Viewer), ""),
    ("get /api/events", Weakest(Viewer), ""),
    ("get /api/webhooks/leftovers", Weakest(Admin), ""),
    ("post /api/webhooks/leftovers/{id}/replay", Weakest(Admin), ""),
    ("get /api/platform/tenants", Platform, ""),
    ("get /api/platform/tenants/{id}", Platform, ""),
    ("delete /api/platform/tenants/{id}", Platform, r#"{"name":"x"}"#),
    ("post /api/platform/tenants/{id}/suspend", Platform, r#"{"reason":"x"}"#),
    ("post /api/platform/tenants/{id}/resume", Platform, ""),
    ("get /api/platform/tenants/{id}/deletion", Platform, ""),
    ("get /api/platform/deletions", Platform, ""),
    ("post /api/platform/tenants/{id}/impersonate", Platform, r#"{"reason":"x"}"#),
    // Whoever is on no visit has none to end: 404.
    ("post /api/platform/impersonation/end", Weakest(Viewer), ""),
    ("get /api/platform/audit", Platform, ""),
];

/// A number is nobody's id: everything has a first version, once it has been changed.
const FIRST: &str = "1";
const TOOL: &str = r#"{"name":"find_order","url":"https://shop.example/{order}","http":{"description":"Finds an order.",
    "method":"GET","inputs":{"type":"object","properties":{"order":{"type":"string"}},"required":["order"]},
    "timeout_ms":5000}}"#;
/// What is missing is seen before anything is asked.
const TRY_TOOL: &str = r#"{"tool":{"name":"find_order","url":"https://shop.example/{order}","http":{"description":"Finds.",
    "method":"GET","inputs":{"type":"object","properties":{"order":{"type":"string"}},"required":["order"]},
    "timeout_ms":5000}},"inputs":{}}"#;

/// The operations as the document has them, and whether they are for everybody.
fn documented() -> Vec<(String, bool)> {
    let document = serde_json::to_value(http::document()).expect("the document is JSON");
    let paths = document["paths"].as_object().expect("the document has paths").clone();
    let of_path = |(path, item): (String, Value)| {
        let methods = item.as_object().expect("a path has operations").clone();
        methods.into_iter().filter(|(method, _)| method != "parameters").map(move |(method, operation)| {
            let security = operation["security"].as_array().expect("it says").clone();
            let open = security.iter().any(|requirement| requirement == &json!({}));
            (format!("{method} {path}"), open)
        })
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[test]
fn every_operation_is_listed() {
    let mut documented = documented();
    let mut listed: Vec<_> =
        OPERATIONS.iter().map(|(name, needs, _)| ((*name).to_owned(), *needs == Nothing)).collect();
    documented.sort();
    listed.sort();
    assert_eq!(documented, listed, "an operation is missing here, or is open to everybody and should not be");
}

/// The table for people to read, made of what the tests above and below enforce.
fn table() -> String {
    let mark = |holds: bool| if holds { "yes" } else { "" };
    let mut text = String::from(
        "# Who may do what\n\n\
         The tests that enforce this table on every operation write it: see\n\
         `crates/server/tests/promises/permissions.rs`. Where a role is named, stronger ones may, too. A key has a role, and \
         may\nhave less than its role; \"a person\" means that no key does.\n\n\
         ## Permissions\n\n| permission | owner | admin | operator | viewer |\n|---|---|---|---|---|\n",
    );
    for permission in Permission::ALL {
        let [owner, admin, operator, viewer] =
            [Role::Owner, Admin, Operator, Viewer].map(|role| mark(permission.held_by(role)));
        let _ = writeln!(text, "| `{permission}` | {owner} | {admin} | {operator} | {viewer} |");
    }
    text.push_str("\n## Operations\n\n| operation | takes |\n|---|---|\n");
    let mut operations: Vec<_> = OPERATIONS
        .iter()
        .map(|(name, needs, _)| {
            let (method, path) = name.split_once(' ').expect("a method and a path");
            let takes = match needs {
                Nothing => "nobody in particular".to_owned(),
                Weakest(role) => role.to_string(),
                Person(role) => format!("{role}, a person"),
                Platform => "who runs the installation, a person".to_owned(),
            };
            (path, method.to_uppercase(), takes)
        })
        .collect();
    operations.sort();
    for (path, method, takes) in operations {
        let _ = writeln!(text, "| `{method} {path}` | {takes} |");
    }
    text
}

#[test]
fn the_written_table_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PERMISSIONS.md");
    let now = table();
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == now, "docs/PERMISSIONS.md is out of step: run this test with UPDATE_PERMISSIONS=1");
}

/// The request for an operation, with these ids in its path.
fn call(world: &World, name: &str, body: &str, ids: impl Fn(&str) -> String) -> Call {
    let (method, path) = name.split_once(' ').expect("a method and a path");
    let call = world.app.request(method.to_uppercase().parse().expect("a method"), &ids(path));
    if body.is_empty() { call } else { call.body("application/json", body.to_owned()) }
}

fn nobodys(path: &str) -> String {
    path.replace("{id}", &Uuid::new_v4().to_string())
        .replace("{place}", "main")
        .replace("{item_id}", &Uuid::new_v4().to_string())
        .replace("{message_id}", &Uuid::new_v4().to_string())
        .replace("{number}", FIRST)
}

#[rstest]
#[tokio::test]
async fn without_a_credential_nothing_is_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let protected = OPERATIONS.iter().filter(|(_, needs, _)| *needs != Nothing);
    for (name, _, body) in protected {
        let answer = call(&world, name, body, nobodys).send().await;
        assert_eq!((answer.status, &answer.body["code"]), (401, &json!("unauthorized")), "{name}: {}", answer.raw);
        for call in [
            call(&world, name, body, nobodys).bearer("eyJhbGciOiJIUzI1NiJ9.e30.x"),
            call(&world, name, body, nobodys).api_key("sb_of_nobody"),
            call(&world, name, body, nobodys).cookie("switchboard_refresh=of-nobody"),
        ] {
            assert_eq!(call.send().await.status, 401, "{name}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_role_does_what_it_may_and_no_more(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let owner = world.app.signup("Bakery").await;
    let mut keys = Vec::new();
    for (role, name) in [(Viewer, "viewer"), (Operator, "operator"), (Admin, "admin")] {
        keys.push((role, world.app.api_key(&owner, name).await));
    }
    let admin = world.platform_admin().await;
    // A key never runs the installation, whoever made it.
    let admins_key = world.app.api_key(&admin, "admin").await;
    for (name, needs, body) in OPERATIONS {
        let (weakest, in_person) = match *needs {
            Nothing => continue,
            Platform => {
                let admin_key = keys.last().expect("a key").1.as_str();
                for refused in [
                    call(&world, name, body, nobodys).bearer(&owner.access_token),
                    call(&world, name, body, nobodys).api_key(admin_key),
                    call(&world, name, body, nobodys).api_key(&admins_key),
                ] {
                    refused.send().await.assert_problem(403, "forbidden");
                }
                let answer = call(&world, name, body, nobodys).bearer(&admin.access_token).send().await;
                assert!(matches!(answer.status, 200 | 404), "{name}: {} {}", answer.status, answer.raw);
                continue;
            }
            Weakest(role) => (role, false),
            Person(role) => (role, true),
        };
        for (role, key) in &keys {
            let call = call(&world, name, body, nobodys).api_key(key);
            // A browser that comes back from Meta is shown the dashboard, which says that it did not work.
            if *name == "get /api/onboarding/whatsapp/callback" {
                let location = call.send().await;
                assert_eq!(
                    location.header("location"),
                    Some("http://localhost:8080/?connect=failed&reason=state_not_yours")
                );
                continue;
            }
            // A stream that is opened does not end.
            if *name == "get /api/events" {
                call.stream().await;
                continue;
            }
            let answer = call.send().await;
            let may = rank(*role) >= rank(weakest) && !in_person;
            assert_eq!(answer.status != 403, may, "{name} as {role:?}: {} {}", answer.status, answer.raw);
            assert_ne!(answer.status, 401, "{name} as {role:?}");
        }
        if in_person {
            let answer = call(&world, name, body, nobodys).bearer(&owner.access_token).send().await;
            assert!(!matches!(answer.status, 401 | 403), "{name}: {} {}", answer.status, answer.raw);
        }
    }
}

fn rank(role: Role) -> usize {
    let all = [Viewer, Operator, Admin, Role::Owner];
    all.iter().position(|it| *it == role).expect("a role")
}

/// One id of everything a business has.
struct Ids {
    bot: String,
    tool: String,
    item: String,
    bot_test: String,
    test_run: String,
    replay: String,
    conversation: String,
    number: String,
    api_key: String,
    leftover: String,
    person: String,
    session: String,
    invitation: String,
    export: String,
    message: String,
    media: String,
    note: String,
    label: String,
    contact: String,
    contact_field: String,
    canned_reply: String,
    saved_filter: String,
}

impl Ids {
    async fn of(world: &World, business: &Business) -> Self {
        world.says(business, "905301234567", QUESTION).await;
        world.answers(business, "905301234567", 1).await;
        let unknown = json!({ "field": "tea_leaves", "value": { "say": "rain" } });
        world.webhook(&webhook(&[entry(business, &[unknown])])).await;
        let leftover = eventually("a leftover", async || world.leftovers(business).await.pop()).await;
        let invited = json!({ "email": "colleague@example.com", "role": "viewer" });
        let invited = world.act(business, "/api/invitations", &invited).await;
        let export = world.app.post("/api/tenant/export").bearer(&business.owner.access_token).send().await;
        let media = world.uploaded(business, "cake.png", b"\x89PNG\r\n\x1a\n").await;
        let sessions = world.app.get("/api/auth/sessions").bearer(&business.owner.access_token).send().await;
        let first = async |path: &str| {
            let id = world.read(business, path).await["items"][0]["id"].clone();
            id.as_str().expect("an id").to_owned()
        };
        let made = async |path: &str, body: Value| {
            let id = world.act(business, path, &body).await["id"].clone();
            id.as_str().expect("an id").to_owned()
        };
        let test = json!({ "name": "Hours", "turns": ["When do you open?"], "must_say": ["seven"] });
        let bot_test = made(&format!("/api/bots/{}/tests", business.bot), test).await;
        let test_run = made(&format!("/api/bots/{}/tests/run", business.bot), json!({})).await;
        eventually("the run's end", async || {
            let run = world.read(business, &format!("/api/bots/{}/test-runs", business.bot)).await;
            (run["items"][0]["state"] == "done").then_some(())
        })
        .await;
        let replay = made(&format!("/api/bots/{}/replay", business.bot), json!({})).await;
        eventually("the replay's end", async || {
            let replays = world.read(business, &format!("/api/bots/{}/replays", business.bot)).await;
            (replays["items"][0]["state"] == "done").then_some(())
        })
        .await;
        world.correct(business).await;
        Self {
            bot: business.bot.clone(),
            tool: made(&format!("/api/bots/{}/tools", business.bot), serde_json::from_str(TOOL).expect("it is JSON"))
                .await,
            item: first(&format!("/api/bots/{}/knowledge", business.bot)).await,
            bot_test,
            test_run,
            replay,
            conversation: first("/api/conversations").await,
            number: first("/api/numbers").await,
            api_key: first("/api/api-keys").await,
            leftover: leftover["id"].as_str().expect("an id").to_owned(),
            person: first("/api/people").await,
            session: sessions.text("/items/0/id"),
            message: first(&format!("{}/messages", world.path(business, "905301234567").await)).await,
            media,
            invitation: invited["id"].as_str().expect("an id").to_owned(),
            export: export.text("/id"),
            note: made(&format!("{}/notes", world.path(business, "905301234567").await), json!({ "text": "Hush" }))
                .await,
            label: made("/api/labels", json!({ "name": "Complaint", "colour": "red" })).await,
            contact: world.read(business, &world.path(business, "905301234567").await).await["contact"]["id"]
                .as_str()
                .expect("an id")
                .to_owned(),
            contact_field: made("/api/contact-fields", json!({ "name": "Size", "kind": "text" })).await,
            canned_reply: made(
                "/api/canned-replies",
                json!({ "shortcut": "hours", "title": "Hours", "text": "From eight" }),
            )
            .await,
            saved_filter: made("/api/saved-filters", json!({ "name": "All", "filter": {}, "shared": true })).await,
        }
    }

    fn fill(&self, path: &str) -> String {
        let id = match path.split('/').nth(2) {
            Some("bots") => &self.bot,
            Some("conversations") => &self.conversation,
            Some("numbers") => &self.number,
            Some("api-keys") => &self.api_key,
            Some("webhooks") => &self.leftover,
            Some("people") => &self.person,
            Some("auth") => &self.session,
            Some("invitations") => &self.invitation,
            Some("tenant") => &self.export,
            Some("media") => &self.media,
            Some("labels") => &self.label,
            Some("contacts") => &self.contact,
            Some("contact-fields") => &self.contact_field,
            Some("canned-replies") => &self.canned_reply,
            Some("saved-filters") => &self.saved_filter,
            _ => panic!("{path}: whose id?"),
        };
        path.replace("{id}", id)
            .replace("{item_id}", self.item(path))
            .replace("{message_id}", &self.message)
            .replace("{number}", FIRST)
    }

    /// The id of what is within another thing.
    fn item(&self, path: &str) -> &str {
        let [notes, tests, runs, tools, replays] =
            ["/notes/", "/tests/", "/test-runs/", "/tools/", "/replays/"].map(|part| path.contains(part));
        if notes {
            &self.note
        } else if tools {
            &self.tool
        } else if tests {
            &self.bot_test
        } else if runs {
            &self.test_run
        } else if replays {
            &self.replay
        } else {
            &self.item
        }
    }
}

/// What the owner sees of everything, apart from when it was used.
async fn seen(world: &World, business: &Business, ids: &Ids) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/api/bots/{id}",
        "/api/bots/{id}/knowledge",
        "/api/bots/{id}/tests",
        "/api/bots/{id}/test-runs",
        "/api/conversations/{id}",
        "/api/conversations/{id}/messages",
        "/api/conversations/{id}/notes",
        "/api/labels",
        "/api/contacts/{id}",
        "/api/contact-fields",
        "/api/canned-replies",
        "/api/saved-filters",
        "/api/numbers/{id}",
        "/api/webhooks/leftovers",
        "/api/invitations",
        "/api/bots/{id}/replays",
        "/api/bots/{id}/tools",
        "/api/bots/{id}/knowledge/{item_id}/versions",
    ] {
        seen.push(world.read(business, &ids.fill(path)).await);
    }
    let keys = world.read(business, "/api/api-keys").await;
    let people = world.read(business, "/api/people").await;
    seen.extend(people["items"].as_array().expect("people").iter().map(|it| json!([it["id"], it["role"]])));
    seen.extend(keys["items"].as_array().expect("keys").iter().map(|key| key["id"].clone()));
    seen
}

#[rstest]
#[tokio::test]
async fn another_tenants_ids_are_nobodys(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (victim, intruder) = (world.business("Bakery").await, world.business("Intruder").await);
    let (ids, own) = (Ids::of(&world, &victim).await, Ids::of(&world, &intruder).await);
    world.conversation(&victim, "905301234567", |it| it["last_message"]["status"] == "delivered").await;
    let before = seen(&world, &victim, &ids).await;
    let mut walked = 0;
    // A place is nobody's id: whoever asks has two of their own.
    let has_ids = |name: &str| name.contains('{') && !name.contains("{place}");
    for (name, needs, body) in OPERATIONS.iter().filter(|(name, needs, _)| has_ids(name) && *needs != Platform) {
        let by_key = call(&world, name, body, |path| ids.fill(path)).api_key(&intruder.key);
        let by_key = (!matches!(needs, Person(_))).then_some(by_key);
        let by_person = call(&world, name, body, |path| ids.fill(path)).bearer(&intruder.owner.access_token);
        for call in std::iter::once(by_person).chain(by_key) {
            let answer = call.send().await;
            assert_eq!((answer.status, &answer.body["code"]), (404, &json!("not_found")), "{name}: {}", answer.raw);
        }
        // What is the intruder's own, with what is within the victim's.
        if name.contains("{item_id}") {
            let mixed = |path: &str| own.fill(&path.replace("{item_id}", ids.item(path)));
            let answer = call(&world, name, body, mixed).api_key(&intruder.key).send().await;
            assert_eq!(answer.status, 404, "{name}: {}", answer.raw);
        }
        walked += 1;
    }
    assert!(walked >= 22, "{walked}");
    assert_eq!(seen(&world, &victim, &ids).await, before, "nothing has changed for the victim");

    // Ids in bodies and in filters.
    let patch = world.app.patch(&own.fill("/api/numbers/{id}")).api_key(&intruder.key);
    let answer = patch.json(&json!({ "bot_id": ids.bot })).send().await;
    assert!(matches!(answer.status, 404 | 422), "{}", answer.raw);
    let quoted = before[5]["items"][0]["id"].clone();
    let send = world.app.post(&own.fill("/api/conversations/{id}/messages")).api_key(&intruder.key);
    send.json(&json!({ "text": "Hello", "reply_to": quoted })).send().await.assert_problem(422, "invalid_message");
    let label = json!({ "add_labels": [ids.label] });
    let patch = world.app.patch(&own.fill("/api/conversations/{id}")).api_key(&intruder.key);
    patch.json(&label).send().await.assert_problem(422, "invalid");
    let many = json!({ "changes": [{ "id": ids.conversation, "state": "resolved" }] });
    let many = world.app.patch("/api/conversations").api_key(&intruder.key).json(&many).send().await;
    assert_eq!((many.status, &many.body["items"]), (200, &json!([])));
    let labelled = world.read(&intruder, &format!("/api/conversations?label_id={}", ids.label)).await;
    assert_eq!(labelled["items"], json!([]));
    let around = format!("{}?around={}", own.fill("/api/conversations/{id}/messages"), before[5]["items"][0]["id"]);
    let around = world.app.get(&around.replace('"', "")).api_key(&intruder.key).send().await;
    around.assert_problem(404, "not_found");
    // The intruder has the same customer, who said the same; what is found is the intruder's.
    let found = world.read(&intruder, "/api/search?q=905301234567").await;
    assert_eq!(found["conversations"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["conversations"][0]["id"], own.conversation);
    assert_eq!(world.read(&intruder, "/api/search?q=Bakery").await["messages"], json!([]));
    let switch = world.app.post("/api/auth/switch").bearer(&intruder.owner.access_token);
    switch.json(&json!({ "tenant_id": victim.owner.tenant_id })).send().await.assert_problem(404, "not_found");
    let filtered = world.read(&intruder, &format!("/api/conversations?number_id={}", ids.number)).await;
    assert_eq!(filtered["items"], json!([]));
}
