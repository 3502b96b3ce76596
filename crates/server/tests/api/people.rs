use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine;

use crate::support::{Answer, Owner, PASSWORD, TestApp, mailbox::token_of};

struct Colleague {
    id: String,
    access_token: String,
    cookie: String,
}

async fn colleague(app: &TestApp, owner: &Owner, email: &str, role: &str) -> Colleague {
    let body = json!({ "email": email, "role": role });
    let invited = app.post("/api/invitations").bearer(&owner.access_token).json(&body).send().await;
    let token = token_of(&invited.text("/link"), "invitation");
    let body = json!({ "token": token, "name": "Colleague", "password": PASSWORD });
    let accepted = app.post("/api/invitations/accept").json(&body).send().await;
    assert_eq!(accepted.status, 200, "{}", accepted.raw);
    let (id, access_token) = (accepted.text("/user/id"), accepted.text("/access_token"));
    Colleague { id, access_token, cookie: accepted.cookie() }
}

async fn change(app: &TestApp, by: &str, id: &str, role: &str) -> Answer {
    app.patch(&format!("/api/people/{id}")).bearer(by).json(&json!({ "role": role })).send().await
}

async fn remove(app: &TestApp, by: &str, id: &str) -> Answer {
    app.delete(&format!("/api/people/{id}")).bearer(by).send().await
}

#[rstest]
#[tokio::test]
async fn a_changed_role_counts_at_once_and_whoever_is_removed_is_out(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let mehmet = colleague(&app, &owner, "mehmet@example.com", "operator").await;
    let read_audit = async || app.get("/api/audit").bearer(&mehmet.access_token).send().await;
    read_audit().await.assert_problem(403, "forbidden");
    let changed = change(&app, &owner.access_token, &mehmet.id, "admin").await;
    assert_eq!((changed.status, changed.text("/role")), (200, "admin".into()), "{}", changed.raw);
    assert_eq!(read_audit().await.status, 200);

    assert_eq!(remove(&app, &owner.access_token, &mehmet.id).await.status, 204);
    read_audit().await.assert_problem(401, "unauthorized");
    app.post("/api/auth/refresh").cookie(&mehmet.cookie).send().await.assert_problem(401, "unauthorized");
    app.login("mehmet@example.com", PASSWORD).await.assert_problem(401, "wrong_credentials");
    remove(&app, &owner.access_token, &mehmet.id).await.assert_problem(404, "not_found");
    let people = app.get("/api/people").bearer(&owner.access_token).send().await;
    assert_eq!(people.body["items"].as_array().unwrap().len(), 1, "{}", people.raw);
    let audit = app.get("/api/audit?action=person").bearer(&owner.access_token).send().await;
    assert_eq!((audit.text("/items/0/action"), audit.text("/items/0/target")), ("person.removed".into(), mehmet.id));
    assert_eq!(audit.body["items"][1]["detail"], json!({ "from": "operator", "to": "admin" }));
}

#[rstest]
#[tokio::test]
async fn the_last_owner_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let own = app.get("/api/auth/me").bearer(&owner.access_token).send().await.text("/user/id");
    change(&app, &owner.access_token, &own, "admin").await.assert_problem(409, "last_owner");
    remove(&app, &owner.access_token, &own).await.assert_problem(409, "last_owner");
    let second = colleague(&app, &owner, "second@example.com", "owner").await;

    // Both step down at once: one of them stays.
    let (first, other) = tokio::join!(
        change(&app, &owner.access_token, &own, "viewer"),
        change(&app, &second.access_token, &second.id, "viewer")
    );
    let mut statuses = [first.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", first.raw, other.raw);
}

#[rstest]
#[tokio::test]
async fn an_owners_place_is_for_owners_to_change(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let own = app.get("/api/auth/me").bearer(&owner.access_token).send().await.text("/user/id");
    let admin = colleague(&app, &owner, "admin@example.com", "admin").await;
    change(&app, &admin.access_token, &own, "viewer").await.assert_problem(403, "role_too_strong");
    remove(&app, &admin.access_token, &own).await.assert_problem(403, "role_too_strong");
    change(&app, &admin.access_token, &admin.id, "owner").await.assert_problem(403, "role_too_strong");
    assert_eq!(change(&app, &admin.access_token, &admin.id, "viewer").await.status, 200, "less is fine");
}

#[rstest]
#[tokio::test]
async fn people_are_listed_a_page_at_a_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    colleague(&app, &owner, "one@example.com", "viewer").await;
    colleague(&app, &owner, "two@example.com", "viewer").await;
    let first = app.get("/api/people?limit=2").bearer(&owner.access_token).send().await;
    let items = first.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["email"], &items[0]["role"]), (2, &json!(owner.email), &json!("owner")));
    assert!(items[0]["last_seen_at"].is_string(), "{}", first.raw);
    let cursor = first.text("/next_cursor");
    let second = app.get(&format!("/api/people?limit=2&cursor={cursor}")).bearer(&owner.access_token).send().await;
    assert_eq!((second.text("/items/0/email"), &second.body["next_cursor"]), ("two@example.com".into(), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn a_key_gives_nobody_more_than_it_was_given(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = TestApp::start(engine).await;
    let owner = app.signup("Bakery").await;
    let mehmet = colleague(&app, &owner, "mehmet@example.com", "viewer").await;
    let of_viewer = ["view_conversations", "view_bots", "view_numbers", "view_tenant"];
    let of_operator = ["reply", "take_control", "organise"];
    let admins_key = async |permissions: &[&str]| {
        let body = json!({ "name": "Directory", "role": "admin", "permissions": permissions });
        app.post("/api/api-keys").bearer(&owner.access_token).json(&body).send().await.text("/secret")
    };
    for (permissions, gives) in [
        (vec!["manage_people"], vec![]),
        ([&of_viewer[..], &["manage_people"]].concat(), vec!["viewer"]),
        ([&of_viewer[..], &of_operator, &["manage_people"]].concat(), vec!["viewer", "operator"]),
    ] {
        let key = admins_key(&permissions).await;
        for role in ["owner", "admin", "operator", "viewer"] {
            let email = format!("{role}-{}@example.com", permissions.len());
            let invited = json!({ "email": email, "role": role });
            let invited = app.post("/api/invitations").api_key(&key).json(&invited).send().await;
            let path = format!("/api/people/{}", mehmet.id);
            let changed = app.patch(&path).api_key(&key).json(&json!({ "role": role })).send().await;
            if gives.contains(&role) {
                assert_eq!((invited.status, changed.status), (201, 200), "{role}: {} {}", invited.raw, changed.raw);
            } else {
                invited.assert_problem(403, "role_too_strong");
                changed.assert_problem(403, "role_too_strong");
            }
        }
    }
    // Nor does it send again what somebody else has given.
    let body = json!({ "email": "ayse@example.com", "role": "admin" });
    let of_owner = app.post("/api/invitations").bearer(&owner.access_token).json(&body).send().await;
    let resend = format!("/api/invitations/{}/resend", of_owner.text("/id"));
    let key = admins_key(&["manage_people"]).await;
    app.post(&resend).api_key(&key).send().await.assert_problem(403, "role_too_strong");
    // All that an admin may is enough for another.
    let key = app.api_key(&owner, "admin").await;
    assert_eq!(app.post(&resend).api_key(&key).send().await.status, 200);
}
