//! Whoever runs the installation: suspending, deleting and visiting tenants; and what no other tenant notices of it.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Clock, ManualClock, Scope, SystemClock, TenantId, preparation, tenant, tenant_deletion, waba};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    rows_of,
};

use crate::{
    support::{Answer, Owner, PASSWORD},
    world::{Business, QUESTION, World, change, entry, eventually, text, webhook},
};

const CUSTOMER: &str = "905301234567";
const OTHER: &str = "905307654321";

fn id_of(business: &Business) -> TenantId {
    TenantId(business.owner.tenant_id.parse().expect("an id"))
}

impl World {
    async fn as_admin(&self, admin: &Owner, tenant: &str, what: &str, body: &Value) -> Answer {
        self.app
            .post(&format!("/api/platform/tenants/{tenant}/{what}"))
            .bearer(&admin.access_token)
            .json(body)
            .send()
            .await
    }

    async fn deletes(&self, admin: &Owner, tenant: &str, name: &str) -> Answer {
        let path = format!("/api/platform/tenants/{tenant}");
        self.app.delete(&path).bearer(&admin.access_token).json(&json!({ "name": name })).send().await
    }

    /// Waits until nothing is left of a tenant; what the platform remembers of it.
    async fn gone(&self, admin: &Owner, tenant: &str) -> Value {
        let path = format!("/api/platform/tenants/{tenant}/deletion");
        eventually("a tenant that is gone", async || {
            let answer = self.app.get(&path).bearer(&admin.access_token).send().await;
            assert_eq!(answer.status, 200, "{}", answer.raw);
            (answer.body["state"] == "done").then_some(answer.body)
        })
        .await
    }

    async fn audit(&self, owner: &Owner, action: &str) -> Vec<Value> {
        let path = format!("/api/audit?action={action}");
        let page = self.app.get(&path).bearer(&owner.access_token).send().await;
        assert_eq!(page.status, 200, "{}", page.raw);
        page.body["items"].as_array().expect("a page").clone()
    }

    /// The owner's access token, of now.
    async fn signs_in(&self, owner: &mut Owner) -> Answer {
        let answer = self.app.login(&owner.email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
        owner.access_token = answer.text("/access_token");
        answer
    }
}

#[rstest]
#[tokio::test]
async fn a_suspended_tenant_reads_why_and_does_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (mut bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let admin = world.platform_admin().await;
    world.says(&bakery, CUSTOMER, QUESTION).await;
    world.answers(&bakery, CUSTOMER, 1).await;
    let path = world.path(&bakery, CUSTOMER).await;

    let reason = json!({ "reason": "The invoice of May is not paid." });
    let suspended = world.as_admin(&admin, &bakery.owner.tenant_id, "suspend", &reason).await;
    assert_eq!((suspended.status, suspended.text("/status")), (200, "suspended".into()), "{}", suspended.raw);

    // Its people sign in, read, and see why.
    let signed_in = world.signs_in(&mut bakery.owner).await;
    assert_eq!(signed_in.text("/tenant/status"), "suspended");
    assert_eq!(signed_in.text("/tenant/suspended_reason"), "The invoice of May is not paid.");
    let token = &bakery.owner.access_token;
    for path in ["/api/auth/me", "/api/conversations", &path, "/api/bots", "/api/audit"] {
        assert_eq!(world.app.get(path).bearer(token).send().await.status, 200, "{path}");
    }
    let hello = json!({ "text": "Hello" });
    for refused in [
        world.app.post(&format!("{path}/messages")).json(&hello),
        world.app.post(&format!("{path}/takeover")),
        world.app.patch("/api/tenant").json(&json!({ "name": "Renamed" })),
        world.app.post("/api/bots").json(&json!({ "name": "Another" })),
        world.app.post("/api/onboarding/whatsapp/start"),
        world.app.delete("/api/tenant").json(&json!({ "name": "Bakery", "password": PASSWORD })),
        world.app.get("/api/onboarding/whatsapp/callback"),
    ] {
        refused.bearer(token).send().await.assert_problem(403, "tenant_suspended");
    }
    // What is the person's own goes on; keys are refused.
    let renamed = world.app.patch("/api/auth/me").bearer(token).json(&json!({ "name": "Ayşe" })).send().await;
    assert_eq!(renamed.status, 200, "{}", renamed.raw);
    world.app.get("/api/bots").api_key(&bakery.key).send().await.assert_problem(403, "tenant_suspended");

    // What customers write is stored, and nobody is answered, here alone.
    assert_eq!(world.says(&bakery, OTHER, QUESTION).await["http_status"], 200);
    assert_eq!(world.says(&bakery, CUSTOMER, QUESTION).await["http_status"], 200);
    world.says(&florist, CUSTOMER, QUESTION).await;
    world.answered_once(&florist, CUSTOMER).await;
    let waiting = eventually("both conversations", async || {
        let list = world.app.get("/api/conversations").bearer(token).send().await;
        let items = list.body["items"].as_array().expect("a page").clone();
        (items.len() == 2 && items.iter().all(|it| it["last_message"]["direction"] == "inbound")).then_some(items)
    })
    .await;
    assert!(waiting.iter().all(|it| it["needs_person"] == true), "people have to look: {waiting:?}");
    assert_eq!(world.all_sent(&bakery).await.len(), 1, "only what was said before");

    // Let work again, it answers what waits.
    let resumed = world.as_admin(&admin, &bakery.owner.tenant_id, "resume", &json!({})).await;
    assert_eq!((resumed.status, resumed.text("/status")), (200, "active".into()), "{}", resumed.raw);
    world.answers(&bakery, OTHER, 1).await;
    world.answers(&bakery, CUSTOMER, 2).await;
    world.conversation(&bakery, OTHER, |it| it["needs_person"] == false).await;

    let told: Vec<_> = world.audit(&bakery.owner, "tenant").await.iter().map(|it| it["action"].clone()).collect();
    assert_eq!(told, ["tenant.resumed", "tenant.suspended", "tenant.created"]);
    assert_eq!(world.audit(&bakery.owner, "tenant.suspended").await[0]["detail"]["by"], "Ayşe Usta");
    let detail = world.app.get(&format!("/api/platform/tenants/{}", bakery.owner.tenant_id));
    let detail = detail.bearer(&admin.access_token).send().await;
    let told: Vec<_> = detail.body["audit"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    assert_eq!(told, ["tenant.resumed", "tenant.suspended"]);
}

#[rstest]
#[tokio::test]
async fn what_waited_too_long_is_for_people_when_a_tenant_works_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let bakery = world.business("Bakery").await;
    let mut admin = world.platform_admin().await;
    let reason = json!({ "reason": "A check." });
    world.as_admin(&admin, &bakery.owner.tenant_id, "suspend", &reason).await;
    // One of them wrote almost a day ago.
    let almost_a_day = SystemClock.now().0 / 1000 - 23 * 3600 - 1800;
    let long_ago = json!({ "from": CUSTOMER, "text": QUESTION, "timestamp": almost_a_day });
    assert_eq!(world.message(&bakery, &long_ago).await["http_status"], 200);
    assert_eq!(world.says(&bakery, OTHER, QUESTION).await["http_status"], 200);
    let token = bakery.owner.access_token.clone();
    eventually("both conversations", async || {
        let list = world.app.get("/api/conversations").bearer(&token).send().await;
        (list.body["items"].as_array().expect("a page").len() == 2).then_some(())
    })
    .await;
    clock.advance(Duration::from_hours(1));
    world.signs_in(&mut admin).await;
    let resumed = world.as_admin(&admin, &bakery.owner.tenant_id, "resume", &json!({})).await;
    assert_eq!(resumed.status, 200, "{}", resumed.raw);
    world.answers(&bakery, OTHER, 1).await;
    let left = world.conversation(&bakery, CUSTOMER, |_| true).await;
    assert_eq!((&left["needs_person"], &left["window"]["open"]), (&json!(true), &json!(false)), "{left}");
    assert!(world.sent(&bakery, CUSTOMER).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_deleted_tenant_leaves_nothing_and_others_keep_everything(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, mut florist) = (world.business("Bakery").await, world.business("Florist").await);
    let admin = world.platform_admin().await;
    for business in [&bakery, &florist] {
        world.says(business, CUSTOMER, QUESTION).await;
        world.answers(business, CUSTOMER, 1).await;
        world.conversation(business, CUSTOMER, |it| it["last_message"]["status"] == "delivered").await;
    }
    world.correct(&bakery).await;
    // The florist works for the bakery, too.
    let invitation = json!({ "email": florist.owner.email, "role": "admin" });
    let invited = world.act(&bakery, "/api/invitations", &invitation).await;
    let token = invited["link"].as_str().expect("a link").split_once("#token=").expect("a token").1;
    let accept = world.app.post("/api/invitations/accept").bearer(&florist.owner.access_token);
    let in_bakery = accept.json(&json!({ "token": token })).send().await;
    assert_eq!(in_bakery.text("/tenant/name"), "Bakery");
    let db = &world.app.server.state().db;
    // Both have been taught: what they know is made ready in the background.
    eventually("their knowledge is ready", async || {
        let mut tx = db.read(Scope::System).await.expect("a transaction");
        let soon = world.app.server.state().clock.now() + Duration::from_hours(1);
        (preparation::due(&mut tx.conn(), soon).await.expect("it reads") == 0).then_some(())
    })
    .await;
    // Counted in memory for up to a second.
    world.app.server.state().bots.models.store_use().await.expect("it is stored");
    let before = rows_of(db, id_of(&florist)).await;
    assert!(rows_of(db, id_of(&bakery)).await.len() >= 14, "there is a lot to delete");

    // It takes the name, and somebody who is not in it.
    let wrong = world.deletes(&admin, &bakery.owner.tenant_id, "Baker").await;
    assert_eq!(wrong.invalid_fields(), ["name"]);
    world.deletes(&admin, &admin.tenant_id, "Platform team").await.assert_problem(409, "own_tenant");
    let begun = world.deletes(&admin, &bakery.owner.tenant_id, "Bakery").await;
    assert_eq!((begun.status, begun.text("/state")), (202, "running".into()), "{}", begun.raw);

    // At once: the key is gone, and nobody gets in.
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    assert_eq!(tenant::newest_key(&mut tx.conn(), id_of(&bakery)).await.expect("it reads"), None);
    let accounts = waba::list(&mut tx.conn(), id_of(&bakery)).await.expect("it reads");
    assert!(accounts.iter().all(|account| account.token.is_none()), "no token is left");
    drop(tx);
    for answer in [
        world.app.get("/api/auth/me").bearer(&bakery.owner.access_token).send().await,
        world.app.get("/api/auth/me").bearer(&in_bakery.text("/access_token")).send().await,
        world.app.get("/api/bots").api_key(&bakery.key).send().await,
        world.app.post("/api/auth/refresh").cookie(&bakery.owner.cookie).send().await,
        world.app.login(&bakery.owner.email, PASSWORD).await,
    ] {
        assert_eq!(answer.status, 401, "{}", answer.raw);
    }
    let calls = world.sim(reqwest::Method::GET, "/sim/calls", &Value::Null).await;
    let calls = calls["items"].as_array().expect("calls");
    let leave = format!("/{}/subscribed_apps", bakery.waba_id);
    let told = calls
        .iter()
        .any(|it| it["method"] == "DELETE" && it["path"].as_str().is_some_and(|path| path.ends_with(&leave)));
    assert!(told, "Meta was told to send nothing more");

    // Soon: nothing is left, but what the platform remembers.
    let done = world.gone(&admin, &bakery.owner.tenant_id).await;
    assert_eq!(rows_of(db, id_of(&bakery)).await, std::collections::BTreeMap::new());
    let mut tx = db.read(Scope::System).await.expect("a transaction");
    assert_eq!(tenant::get(&mut tx.conn(), id_of(&bakery)).await.expect("it reads"), None);
    drop(tx);
    assert_eq!(done["rows_deleted"], done["rows_total"], "{done}");
    assert!(done["rows_deleted"].as_i64().is_some_and(|rows| rows > 30), "{done}");
    let audit = world.app.get("/api/platform/audit").bearer(&admin.access_token).send().await;
    let told: Vec<_> = audit.body["items"].as_array().expect("a page").iter().map(|it| it["action"].clone()).collect();
    assert_eq!(told, ["tenant.deleted", "tenant.deletion_started"]);
    assert_eq!(audit.body["items"][0]["tenant_name"], "Bakery");
    world
        .app
        .get(&format!("/api/platform/tenants/{}", bakery.owner.tenant_id))
        .bearer(&admin.access_token)
        .send()
        .await
        .assert_problem(404, "not_found");

    // Whoever worked for nobody else is gone, too: the address is free again.
    world.app.signup_as("Bakery anew", &bakery.owner.email).await;
    // The others keep everything, and go on. The florist's own session is one of the florist's business.
    let after = rows_of(db, id_of(&florist)).await;
    assert_eq!(after, before, "nothing of the other has changed");
    world.signs_in(&mut florist.owner).await;
    let workplaces = world.app.get("/api/auth/tenants").bearer(&florist.owner.access_token).send().await;
    assert_eq!(workplaces.body["items"].as_array().expect("a page").len(), 1, "{}", workplaces.raw);
    world.says(&florist, OTHER, QUESTION).await;
    world.answers(&florist, OTHER, 1).await;

    // What Meta still sends for the number is nobody's and is kept as such; another may connect it.
    let said = change(&bakery, &[text(OTHER, "wamid.OfNobody", QUESTION)]);
    assert_eq!(world.webhook(&webhook(&[entry(&bakery, &[said])])).await, 200);
    let state = world.app.server.state();
    eventually("a leftover of nobody's", async || {
        let mut tx = state.db.read(Scope::System).await.expect("a transaction");
        let kept = switchboard_store::leftover::unclaimed(&mut tx.conn(), None, 10).await.expect("it reads");
        kept.iter().any(|it| it.concerns.as_deref() == Some(&bakery.phone_number_id)).then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn an_owner_deletes_their_own_business_with_name_and_password(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let bakery = world.app.signup("Bakery").await;
    let delete = async |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password });
        world.app.delete("/api/tenant").bearer(&bakery.access_token).json(&body).send().await
    };
    assert_eq!(delete("Florist", PASSWORD).await.invalid_fields(), ["name"]);
    delete("Bakery", "another password").await.assert_problem(422, "wrong_password");
    let begun = delete("Bakery", PASSWORD).await;
    assert_eq!((begun.status, begun.text("/tenant_name")), (202, "Bakery".into()), "{}", begun.raw);
    assert_eq!(world.app.login(&bakery.email, PASSWORD).await.status, 401);
    let tenant = TenantId(bakery.tenant_id.parse().expect("an id"));
    let db = &world.app.server.state().db;
    eventually("a tenant that is gone", async || {
        let mut tx = db.read(Scope::System).await.expect("a transaction");
        let deletion = tenant_deletion::get(&mut tx.conn(), tenant).await.expect("it reads").expect("a deletion");
        deletion.completed_at
    })
    .await;
    assert!(rows_of(db, tenant).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_visit_is_written_down_on_both_sides_and_does_not_do_everything(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = ManualClock::at(SystemClock.now());
    let world = World::start_at(engine, clock.clone(), |_| {}).await;
    let bakery = world.app.signup("Bakery").await;
    let mut admin = world.platform_admin().await;
    let visit = async |admin: &Owner, body: Value| world.as_admin(admin, &bakery.tenant_id, "impersonate", &body).await;
    assert_eq!(visit(&admin, json!({ "reason": " " })).await.invalid_fields(), ["reason"]);
    assert_eq!(visit(&admin, json!({ "reason": "x", "role": "owner" })).await.invalid_fields(), ["role"]);

    // A viewer, unless more is asked for.
    let begun = visit(&admin, json!({ "reason": "Ticket 7: answers are missing." })).await;
    assert_eq!((begun.status, begun.text("/tenant_name")), (201, "Bakery".into()), "{}", begun.raw);
    let viewer = begun.text("/access_token");
    let me = world.app.get("/api/auth/me").bearer(&viewer).send().await;
    let seen = (me.text("/tenant/id"), me.text("/role"), me.text("/impersonation/by"), me.text("/user/email"));
    assert_eq!(seen, (bakery.tenant_id.clone(), "viewer".into(), "Ayşe Usta".into(), admin.email.clone()));
    assert_eq!(world.app.get("/api/bots").bearer(&viewer).send().await.status, 200);
    world
        .app
        .post("/api/bots")
        .bearer(&viewer)
        .json(&json!({ "name": "x" }))
        .send()
        .await
        .assert_problem(403, "forbidden");

    // An admin changes what is asked for, and not what is the tenant's own.
    let begun = visit(&admin, json!({ "reason": "Ticket 8", "role": "admin" })).await;
    let token = begun.text("/access_token");
    let made = world.app.post("/api/bots").bearer(&token).json(&json!({ "name": "Made by hand" })).send().await;
    assert_eq!(made.status, 201, "{}", made.raw);
    let no_id = uuid::Uuid::new_v4();
    for refused in [
        world.app.put("/api/auth/password").json(&json!({ "current_password": PASSWORD, "password": "another one" })),
        world.app.post("/api/auth/second-factor/enrol").json(&json!({ "password": PASSWORD })),
        world.app.get("/api/auth/sessions"),
        world.app.post("/api/auth/switch").json(&json!({ "tenant_id": admin.tenant_id })),
        world.app.post("/api/api-keys").json(&json!({ "name": "x", "role": "viewer" })),
        world.app.delete(&format!("/api/api-keys/{no_id}")),
        world.app.post("/api/invitations").json(&json!({ "email": "me@example.com", "role": "admin" })),
        world.app.delete(&format!("/api/people/{no_id}")),
        world.app.post("/api/onboarding/whatsapp/start"),
        world.app.delete(&format!("/api/numbers/{no_id}")),
        world.app.get("/api/audit/export"),
        world.app.get("/api/%61udit/export"),
        world.app.delete("/api/tenant").json(&json!({ "name": "Bakery", "password": PASSWORD })),
    ] {
        refused.bearer(&token).send().await.assert_problem(403, "impersonating");
    }
    world.app.get("/api/platform/tenants").bearer(&token).send().await.assert_problem(403, "forbidden");

    // The tenant reads who was there, why, and what they asked for.
    let started = world.audit(&bakery, "impersonation.started").await;
    assert_eq!(started.len(), 2);
    assert_eq!(started[1]["detail"]["reason"], "Ticket 7: answers are missing.");
    assert_eq!((&started[1]["detail"]["by"], &started[1]["detail"]["role"]), (&json!("Ayşe Usta"), &json!("viewer")));
    let requests = world.audit(&bakery, "impersonation.request").await;
    let paths: Vec<_> = requests.iter().rev().map(|it| it["detail"]["path"].as_str().expect("a path")).collect();
    assert_eq!(paths, ["/api/auth/me", "/api/bots", "/api/bots", "/api/bots"]);
    assert_eq!((&requests[0]["detail"]["method"], &requests[0]["detail"]["by"]), (&json!("POST"), &json!("Ayşe Usta")));

    // Ended by hand, it is over at once. There is no next token, by refresh or otherwise.
    let end = world.app.post("/api/platform/impersonation/end").bearer(&token).send().await;
    assert_eq!(end.status, 204, "{}", end.raw);
    assert_eq!(world.app.get("/api/bots").bearer(&token).send().await.status, 401);
    assert_eq!(world.app.get("/api/bots").bearer(&viewer).send().await.status, 200, "the other goes on");
    // And after an hour by itself.
    clock.advance(Duration::from_mins(59));
    assert_eq!(world.app.get("/api/bots").bearer(&viewer).send().await.status, 200);
    clock.advance(Duration::from_mins(1));
    assert_eq!(world.app.get("/api/bots").bearer(&viewer).send().await.status, 401);
    world.signs_in(&mut admin).await;
    let mut owner = bakery;
    world.signs_in(&mut owner).await;
    let ended = eventually("both ends", async || {
        let ended = world.audit(&owner, "impersonation.ended").await;
        (ended.len() == 2).then_some(ended)
    })
    .await;
    assert_eq!((&ended[0]["detail"]["how"], &ended[1]["detail"]["how"]), (&json!("time"), &json!("by_hand")));
    let audit = world.app.get("/api/platform/audit").bearer(&admin.access_token).send().await;
    let told: Vec<_> = audit.body["items"].as_array().expect("a page").iter().map(|it| it["action"].clone()).collect();
    let (started, ended) = ("impersonation.started", "impersonation.ended");
    assert_eq!(told, [ended, ended, started, started]);
    assert_eq!(audit.body["items"][0]["person_name"], "Ayşe Usta");
}

#[rstest]
#[tokio::test]
async fn a_visit_ends_with_the_admins_session(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let bakery = world.app.signup("Bakery").await;
    let admin = world.platform_admin().await;
    let begun = world.as_admin(&admin, &bakery.tenant_id, "impersonate", &json!({ "reason": "x" })).await;
    let token = begun.text("/access_token");
    assert_eq!(world.app.get("/api/bots").bearer(&token).send().await.status, 200);
    let out = world.app.post("/api/auth/logout").bearer(&admin.access_token).send().await;
    assert_eq!(out.status, 204, "{}", out.raw);
    assert_eq!(world.app.get("/api/bots").bearer(&token).send().await.status, 401);
    eventually("the end of the visit", async || {
        (world.audit(&bakery, "impersonation.ended").await.len() == 1).then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn the_platform_sees_how_tenants_are_doing(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let bakery = world.business("Corner Bakery").await;
    world.app.signup("100% Florist").await;
    let admin = world.platform_admin().await;
    world.says(&bakery, CUSTOMER, QUESTION).await;
    world.answers(&bakery, CUSTOMER, 1).await;
    let list = async |query: &str| {
        let page = world.app.get(&format!("/api/platform/tenants{query}")).bearer(&admin.access_token).send().await;
        assert_eq!(page.status, 200, "{}", page.raw);
        page.body
    };
    let names = |page: &Value| {
        let items = page["items"].as_array().expect("a page");
        items.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&list("").await), ["Platform team", "100% Florist", "Corner Bakery"]);
    let first = list("?limit=2").await;
    assert_eq!(names(&first), ["Platform team", "100% Florist"]);
    let next = first["next_cursor"].as_str().expect("there is more");
    assert_eq!(names(&list(&format!("?limit=2&cursor={next}")).await), ["Corner Bakery"]);
    for (query, expected) in [
        ("?search=BAKER", vec!["Corner Bakery"]),
        ("?search=0%25", vec!["100% Florist"]),
        ("?search=%25", vec!["100% Florist"]),
        ("?search=ada%40platform", vec!["Platform team"]),
        ("?status=suspended", vec![]),
        ("?status=active&search=flor", vec!["100% Florist"]),
    ] {
        assert_eq!(names(&list(query).await), expected, "{query}");
    }
    let one = &list("?search=corner").await["items"][0];
    let counts = (&one["people"], &one["conversations"], &one["messages"], &one["numbers"]["well"]);
    assert_eq!(counts, (&json!(1), &json!(1), &json!(2), &json!(1)), "{one}");
    assert!(one["last_activity_at"].is_string());

    let path = format!("/api/platform/tenants/{}", bakery.owner.tenant_id);
    let detail = world.app.get(&path).bearer(&admin.access_token).send().await;
    let usage = detail.body["usage"].as_array().expect("days");
    assert_eq!(usage.len(), 30);
    let total = |what: &str| usage.iter().map(|day| day[what].as_i64().expect("a count")).sum::<i64>();
    assert_eq!((total("received"), total("by_ai"), total("by_people"), total("failed")), (1, 1, 0, 0));
    assert_eq!(detail.text("/connections/0/status"), "connected");
    assert_eq!(detail.text("/team/0/email"), bakery.owner.email);
    assert!(!detail.raw.contains("opening hours"), "what is said is not the platform's business");
}

#[rstest]
#[tokio::test]
async fn whoever_runs_the_installation_has_proved_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let clock = Arc::new(SystemClock);
    let world = World::start_at(engine, clock, |settings| {
        settings.platform_second_factor = switchboard_server::config::Switch::On;
    })
    .await;
    // The name in the settings is not enough: whoever is first to take it would have it.
    let early = world.app.signup_as("Early", "Ada@Platform.example").await;
    world.app.get("/api/platform/tenants").bearer(&early.access_token).send().await.assert_problem(403, "forbidden");
    let me = world.app.get("/api/auth/me").bearer(&early.access_token).send().await;
    assert_eq!(me.body["user"]["platform_admin"], false);
    world.confirm_platform_admin().await;
    let me = world.app.get("/api/auth/me").bearer(&early.access_token).send().await;
    assert_eq!(me.body["user"]["platform_admin"], true);
    let refused = world.app.get("/api/platform/tenants").bearer(&early.access_token).send().await;
    refused.assert_problem(403, "second_factor_needed");
}
