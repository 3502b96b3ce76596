//! An archive holds all that a tenant has, and nothing of another.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    time::Duration,
};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{
    Clock, ManualClock, SystemClock, TenantId,
    export_rows::{ExportKind, NOT_EXPORTED},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    rows_of,
};

use crate::{
    support::{Answer, Owner},
    world::{Business, QUESTION, World, change, entry, eventually, webhook},
};

const CUSTOMERS: [&str; 2] = ["905301234567", "905307654321"];

/// The files of an archive by name, each a list of JSON objects.
fn unpack(archive: Vec<u8>) -> BTreeMap<String, Vec<Value>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP");
    (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("it is text");
            let name = file.name().expect("a name").into_owned();
            let lines = text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line"));
            (name, lines.collect())
        })
        .collect()
}

async fn ready(world: &World, owner: &Owner) -> Value {
    eventually("an archive that is ready", async || {
        let list = world.app.get("/api/tenant/export").bearer(&owner.access_token).send().await;
        let newest = list.body["items"][0].clone();
        assert_ne!(newest["state"], "failed", "{newest}");
        (newest["state"] == "ready").then_some(newest)
    })
    .await
}

async fn ask(world: &World, owner: &Owner) -> Answer {
    world.app.post("/api/tenant/export").bearer(&owner.access_token).send().await
}

/// The status, and a body that is no text.
async fn fetch(world: &World, path: &str, owner: &Owner) -> (u16, Vec<u8>) {
    let client = reqwest::Client::builder().build().expect("a client");
    let request = client.get(world.app.url(path)).bearer_auth(&owner.access_token);
    let response = request.send().await.expect("the server answers");
    (response.status().as_u16(), response.bytes().await.expect("the answer arrives").to_vec())
}

async fn busy(world: &World, name: &str) -> Business {
    let business = world.business(name).await;
    for customer in CUSTOMERS {
        world.says(&business, customer, QUESTION).await;
        world.answers(&business, customer, 1).await;
        world.conversation(&business, customer, |it| it["last_message"]["status"] == "delivered").await;
    }
    let odd = json!({ "type": "tea_leaves", "from": CUSTOMERS[0], "id": "wamid.Odd", "timestamp": "1" });
    world.webhook(&webhook(&[entry(&business, &[change(&business, &[odd])])])).await;
    let unknown = json!({ "field": "tea_leaves", "value": { "say": "rain" } });
    world.webhook(&webhook(&[entry(&business, &[unknown])])).await;
    eventually("a leftover", async || world.leftovers(&business).await.pop()).await;
    world.act(&business, "/api/invitations", &json!({ "email": "guest@example.com", "role": "viewer" })).await;
    world.correct(&business).await;
    business
}

#[rstest]
#[tokio::test]
async fn an_archive_holds_every_row_of_the_tenant_and_nothing_of_another(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, florist) = (busy(&world, "Bakery").await, busy(&world, "Florist").await);
    assert_eq!(world.app.get("/api/tenant/export").api_key(&bakery.key).send().await.status, 403);
    let asked = ask(&world, &bakery.owner).await;
    assert_eq!((asked.status, asked.text("/state")), (202, "queued".into()), "{}", asked.raw);
    let export = ready(&world, &bakery.owner).await;
    assert_eq!(export["rows_done"], export["rows_total"], "{export}");

    let tenant = TenantId(bakery.owner.tenant_id.parse().expect("an id"));
    let mut rows = rows_of(&world.app.server.state().db, tenant).await;
    let path = format!("/api/tenant/export/{}/download", export["id"].as_str().expect("an id"));
    let (status, archive) = fetch(&world, &path, &bakery.owner).await;
    assert_eq!((status, Some(archive.len() as u64)), (200, export["bytes"].as_u64()));
    let files = unpack(archive);
    assert_eq!(files.len(), ExportKind::ALL.len());
    rows.insert("tenant".to_owned(), 1);
    for kind in ExportKind::ALL {
        let lines = &files[&format!("{}.jsonl", kind.as_str())];
        let expected = rows.remove(kind.table()).unwrap_or(0);
        assert_eq!(i64::try_from(lines.len()).ok(), Some(expected), "{}: {lines:?}", kind.as_str());
    }
    let left: Vec<_> = rows.keys().filter(|table| NOT_EXPORTED.iter().all(|(it, _)| it != table)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(files["messages.jsonl"].iter().any(|it| it["text"] == QUESTION), "what was said is in it");
    let earlier = &files["knowledge_versions.jsonl"][0];
    assert_eq!(earlier["content"], json!(bakery.answer), "{earlier}");
    assert!(files["tenant.jsonl"][0]["created_at"].as_str().is_some_and(|at| at.ends_with('Z')), "times are RFC 3339");

    let all = serde_json::to_string(&files).expect("JSON");
    for foreign in
        [&florist.owner.tenant_id, &florist.bot, &florist.phone_number_id, &florist.answer, &florist.owner.email]
    {
        assert!(!all.contains(foreign.as_str()), "{foreign} is another's");
    }
    for secret in ["hash", "\"token\"", "\"pin\"", "wrapped", &bakery.key, "argon2"] {
        assert!(!all.contains(secret), "{secret} is in it");
    }
    // Who works for another cannot fetch it.
    world.app.get(&path).bearer(&florist.owner.access_token).send().await.assert_problem(404, "not_found");
    let audit = world.app.get("/api/audit?action=tenant").bearer(&bakery.owner.access_token).send().await;
    let told: Vec<_> = audit.body["items"].as_array().expect("a page").iter().map(|it| it["action"].clone()).collect();
    assert_eq!(told, ["tenant.export_downloaded", "tenant.export_requested", "tenant.created"]);
}

#[rstest]
#[tokio::test]
async fn an_archive_goes_after_a_week(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let mut bakery = world.app.signup("Bakery").await;
    let asked = ask(&world, &bakery).await;
    let id = asked.text("/id");
    ready(&world, &bakery).await;
    clock.advance(Duration::from_hours(7 * 24 + 1));
    bakery.access_token = world.app.login(&bakery.email, crate::support::PASSWORD).await.text("/access_token");
    let path = format!("/api/tenant/export/{id}/download");
    let late = world.app.get(&path).bearer(&bakery.access_token).send().await;
    assert!(matches!(late.status, 404 | 409), "{}", late.raw);
    let tenant = TenantId(bakery.tenant_id.parse().expect("an id"));
    eventually("no archive", async || {
        let rows = rows_of(&world.app.server.state().db, tenant).await;
        (!rows.contains_key("tenant_export") && !rows.contains_key("tenant_export_chunk")).then_some(())
    })
    .await;
}
