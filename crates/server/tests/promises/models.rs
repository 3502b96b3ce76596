//! A business's own models: who is asked, what is kept of it, and where it ends.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::{Settings, Switch};
use switchboard_store::{Scope, TenantId, bot};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";
const KEY: &str = "sk-0wn-s3cret";
/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/v1";

/// A world in which tenants may name servers of this machine.
async fn start(engine: Engine) -> World {
    World::start_with(engine, |settings: &mut Settings| settings.private_models = Switch::On).await
}

fn server(base_url: &str, model: &str) -> Value {
    json!({ "base_url": base_url, "api_key": KEY, "models": { "answering": model } })
}

async fn put(world: &World, business: &Business, place: &str, body: &Value) -> Value {
    let path = format!("/api/models/{place}");
    let answer = world.app.request(Method::PUT, &path).api_key(&business.key).json(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.raw);
    answer.body
}

/// The models that were asked for completions, in their order.
async fn asked(world: &World) -> Vec<String> {
    let requests = world.sim(Method::GET, "/sim/model/requests", &Value::Null).await;
    let items = requests["items"].as_array().expect("a list").clone();
    items.iter().map(|item| item["request"]["model"].as_str().expect("a model").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_business_has_its_own_server_asked_and_others_do_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let (business, other) = (world.business("Bakery").await, world.business("Dentist").await);
    let stored = put(&world, &business, "main", &server(&world.model_url(), "bakers-own")).await;
    assert_eq!((&stored["has_key"], &stored["models"]["answering"]), (&json!(true), &json!("bakers-own")));
    assert!(!stored.to_string().contains(KEY));
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    world.says(&other, CUSTOMER, QUESTION).await;
    world.answered_once(&other, CUSTOMER).await;
    let asked = asked(&world).await;
    // Each also settles with a customer of its own.
    assert_eq!(asked, ["bakers-own", "bakers-own", "simulated", "simulated"]);

    let read = world.read(&business, "/api/models").await;
    assert_eq!(read["main"]["models"]["answering"], "bakers-own", "{read}");
    assert_eq!((&read["fallback"], &read["installation"]["answering"]), (&Value::Null, &json!("simulated")), "{read}");
    assert!(!read.to_string().contains(KEY), "nobody reads a key");
    assert_eq!(world.read(&other, "/api/models").await["main"], Value::Null);

    // Taken away, the installation's is asked again.
    let gone = world.app.request(Method::DELETE, "/api/models/main").api_key(&business.key).send().await;
    assert_eq!(gone.status, 204, "{}", gone.raw);
    world.settle(&business).await;
    assert_eq!(self::asked(&world).await.last().map(String::as_str), Some("simulated"));
    let actions = world.read(&business, "/api/audit").await;
    let actions: Vec<_> = actions["items"].as_array().expect("a page").iter().map(|it| it["action"].clone()).collect();
    assert!(actions.contains(&json!("models.changed")) && actions.contains(&json!("models.removed")), "{actions:?}");
}

/// As a bot of an earlier version has it: nobody was asked whether it may.
async fn had_all_along(world: &World, business: &Business, model: &str) {
    let tenant = TenantId(business.owner.tenant_id.parse().expect("an id"));
    let mut tx = world.app.server.state().db.write(Scope::Tenant(tenant)).await.expect("a database");
    let id = business.bot.parse().expect("an id");
    let mut stored = bot::get(&mut tx.conn(), tenant, id).await.expect("a database").expect("a bot");
    stored.model = Some(model.to_owned());
    bot::update(&mut tx.conn(), &stored).await.expect("it is stored");
    tx.commit().await.expect("it is stored");
}

#[rstest]
#[tokio::test]
async fn at_the_cost_of_the_installation_a_bot_has_no_model_asked_but_those_it_offers(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start_with(engine, |settings| settings.openai_models = Some("dear, dearer".to_owned())).await;
    let business = world.business("Bakery").await;
    assert_eq!(world.read(&business, "/api/models").await["choices"], json!(["dear", "dearer"]));
    let path = format!("/api/bots/{}", business.bot);
    let settings = json!({ "name": "Night shift", "model": "dearest" });
    let trial = json!({ "message": QUESTION, "settings": { "model": "dearest" } });
    for call in [
        world.app.patch(&path).json(&settings),
        world.app.post("/api/bots").json(&settings),
        world.app.post(&format!("{path}/try")).json(&trial),
    ] {
        let refused = call.api_key(&business.key).send().await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.invalid_fields(), ["model"], "{}", refused.raw);
    }
    let patch = async |patch: Value| world.app.patch(&path).api_key(&business.key).json(&patch).send().await;
    assert_eq!(patch(json!({ "model": "dearer" })).await.status, 200);
    world.settle(&business).await;
    assert_eq!(asked(&world).await, ["dearer"], "and nobody was asked for what was refused");

    had_all_along(&world, &business, "dearest").await;
    world.settle(&business).await;
    assert_eq!(asked(&world).await.last().map(String::as_str), Some("simulated"));
    let other = patch(json!({ "enabled": true, "model": "dearest" })).await;
    assert_eq!(other.status, 200, "what stays as it is keeps nobody from changing the rest: {}", other.raw);
}

#[rstest]
#[tokio::test]
async fn at_a_server_of_the_businesss_own_a_bot_has_any_model_asked(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    put(&world, &business, "main", &server(&world.model_url(), "bakers-own")).await;
    let path = format!("/api/bots/{}", business.bot);
    let changed = world.app.patch(&path).api_key(&business.key).json(&json!({ "model": "dearest" })).send().await;
    assert_eq!(changed.status, 200, "{}", changed.raw);
    world.settle(&business).await;
    assert_eq!(asked(&world).await, ["dearest"]);
    // Its own gone, it is not asked of the installation's.
    world.app.request(Method::DELETE, "/api/models/main").api_key(&business.key).send().await;
    world.settle(&business).await;
    assert_eq!(asked(&world).await, ["dearest", "simulated"]);
}

#[rstest]
#[tokio::test]
async fn where_the_first_gives_no_answer_the_second_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    put(&world, &business, "main", &server(NOWHERE, "first")).await;
    put(&world, &business, "fallback", &server(&world.model_url(), "second")).await;
    // More than it takes for the first to be left alone.
    for customer in 0..7 {
        let customer = format!("90530123450{customer}");
        world.says(&business, &customer, QUESTION).await;
        world.answers(&business, &customer, 1).await;
    }
    assert_eq!(asked(&world).await, ["second"; 7], "nobody waits for people, and nobody else is asked");
    let read = world.read(&business, "/api/models").await;
    assert!(read["main"]["resting_until"].is_string(), "it is told that the first is left alone: {read}");
    assert_eq!(read["fallback"]["resting_until"], Value::Null, "{read}");
    let used = eventually("what was asked is counted", async || {
        let used = world.read(&business, "/api/models/usage").await;
        let items = used["items"].as_array().expect("a list").clone();
        let second = items.iter().find(|it| it["model"] == "second" && it["calls"] == 7)?.clone();
        Some((items.iter().find(|it| it["model"] == "first")?.clone(), second))
    })
    .await;
    assert_eq!(used.0["calls"], used.0["failures"], "{}", used.0);
    assert!((5..7).contains(&used.0["calls"].as_i64().expect("a count")), "it is left alone: {}", used.0);
    assert_eq!(
        (&used.1["failures"], &used.1["purpose"], &used.1["bot_id"]),
        (&json!(0), &json!("answering"), &json!(business.bot))
    );
    assert!(used.1["cost"].as_f64().expect("a cost") > 0.0, "{}", used.1);
}

#[rstest]
#[tokio::test]
async fn a_model_that_fails_keeps_nobody_from_another_of_its_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    put(&world, &business, "main", &server(&world.model_url(), "sound")).await;
    let outcome = async |model: &str| {
        let trial = json!({ "message": QUESTION, "settings": { "model": model } });
        world.act(&business, &format!("/api/bots/{}/try", business.bot), &trial).await["outcome"].clone()
    };
    world.fault(&json!({ "on": "model", "kind": "server_error", "times": 5 })).await;
    for _ in 0..5 {
        assert_eq!(outcome("broken").await, "failed");
    }
    assert_eq!(outcome("sound").await, "answer");
    assert_eq!(outcome("broken").await, "failed", "it is left alone all the same");
    assert_eq!(asked(&world).await, [&["broken"; 5][..], &["sound"]].concat());
    assert!(world.read(&business, "/api/models").await["main"]["resting_until"].is_string());
}

#[rstest]
#[tokio::test]
async fn a_budget_that_is_used_up_calls_people_until_the_next_day(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let budget = json!({ "tokens_per_day": 1, "cost_per_day": null });
    let answer = world.app.request(Method::PUT, "/api/models/budget").api_key(&business.key).json(&budget).send().await;
    assert_eq!((answer.status, &answer.body), (200, &budget), "{}", answer.raw);
    // The first of the day is answered: nothing has been used yet.
    world.says(&business, "905300000001", QUESTION).await;
    world.answers(&business, "905300000001", 1).await;
    eventually("what was asked is counted", async || {
        let used = world.read(&business, "/api/models/usage").await;
        (used["items"][0]["calls"] == 1).then_some(())
    })
    .await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control_reason"], "budget", "{conversation}");
    assert_eq!(asked(&world).await.len(), 1, "the model is not asked any more");

    // Of a bot alone, in money.
    let free = json!({ "tokens_per_day": null, "cost_per_day": null });
    world.app.request(Method::PUT, "/api/models/budget").api_key(&business.key).json(&free).send().await;
    let path = format!("/api/bots/{}", business.bot);
    let bot = world.app.patch(&path).api_key(&business.key).json(&json!({ "cost_per_day": 0.000_001 })).send().await;
    assert_eq!((bot.status, &bot.body["cost_per_day"]), (200, &json!(0.000_001)), "{}", bot.raw);
    world.says(&business, "905300000002", QUESTION).await;
    let conversation = world.conversation(&business, "905300000002", |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control_reason"], "budget", "{conversation}");
}

#[rstest]
#[tokio::test]
async fn a_key_goes_nowhere_but_where_it_was_entered_for(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    put(&world, &business, "main", &server(&world.model_url(), "m")).await;
    // Another model of the same server keeps the key.
    let renamed = json!({ "base_url": world.model_url(), "models": { "answering": "n" } });
    assert_eq!(put(&world, &business, "main", &renamed).await["has_key"], true);
    let elsewhere = json!({ "base_url": "http://127.0.0.1:9/v1", "models": { "answering": "n" } });
    for (method, path) in [(Method::PUT, "/api/models/main"), (Method::POST, "/api/models/main/check")] {
        let answer = world.app.request(method, path).api_key(&business.key).json(&elsewhere).send().await;
        answer.assert_problem(422, "invalid");
        assert_eq!(answer.body["errors"][0]["field"], "api_key", "{}", answer.raw);
    }
    let none = json!({ "base_url": world.model_url(), "api_key": null, "models": { "answering": "n" } });
    assert_eq!(put(&world, &business, "main", &none).await["has_key"], false);
}

#[rstest]
#[tokio::test]
async fn a_key_in_a_servers_address_is_shown_to_whoever_may_change_it_and_to_nobody_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let whole = format!("{}?key=s3cret", world.model_url());
    let stored = put(&world, &business, "main", &server(&whole, "m")).await;
    assert_eq!(stored["base_url"], whole);
    assert_eq!(world.read(&business, "/api/models").await["main"]["base_url"], whole);

    let shown = format!("{}?key=•••", world.model_url());
    for role in ["viewer", "operator"] {
        let key = world.app.api_key(&business.owner, role).await;
        let seen = world.app.get("/api/models").api_key(&key).send().await;
        assert_eq!((seen.status, &seen.body["main"]["base_url"]), (200, &json!(shown)), "{role}: {}", seen.raw);
        assert!(!seen.raw.contains("s3cret"), "{role}: {}", seen.raw);
    }
    let audit = world.read(&business, "/api/audit?action=models").await;
    let urls: Vec<_> = audit["items"].as_array().expect("a page").iter().map(|it| &it["detail"]["base_url"]).collect();
    assert_eq!(urls, [&json!(shown)], "{audit}");
}

#[rstest]
#[tokio::test]
async fn a_server_is_tried_out_before_it_is_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let check = async |body: &Value| world.act(&business, "/api/models/main/check", body).await;
    let mut all = server(&world.model_url(), "simulated");
    all["models"] = json!({ "answering": "a", "embedding": "e", "translation": "a" });
    let checked = check(&all).await;
    let purposes: Vec<_> = checked["models"].as_array().expect("a list").iter().map(|it| &it["purpose"]).collect();
    assert_eq!(purposes, ["answering", "embedding"], "a model is asked once: {checked}");
    assert!(checked["models"].as_array().expect("a list").iter().all(|it| it["problem"].is_null()), "{checked}");
    assert!(checked["offers"].as_array().is_some_and(|offers| !offers.is_empty()), "{checked}");
    assert_eq!(check(&server(NOWHERE, "m")).await["models"][0]["problem"], "unavailable");
    world.fault(&json!({ "on": "model", "kind": "token_dead" })).await;
    let refused = check(&all).await;
    assert_eq!((&refused["models"][0]["problem"], &refused["models"][0]["status"]), (&json!("refused"), &json!(401)));
    assert_eq!(world.read(&business, "/api/models").await["main"], Value::Null, "nothing is kept");
}

#[rstest]
#[case::no_address(json!({ "base_url": "models", "models": { "answering": "m" } }), "base_url")]
#[case::of_the_network(json!({ "base_url": "https://10.0.0.7/v1", "models": { "answering": "m" } }), "base_url")]
#[case::without_tls(json!({ "base_url": "http://models.example.com/v1", "models": { "answering": "m" } }), "base_url")]
#[case::no_model(json!({ "base_url": "https://models.example.com/v1", "models": { "answering": " " } }), "answering")]
#[case::no_key(json!({ "base_url": "https://models.example.com/v1", "api_key": "a b", "models": { "answering": "m" } }), "api_key")]
#[case::no_price(json!({ "base_url": "https://models.example.com/v1", "models": { "answering": "m" }, "prompt_price": -1 }), "prompt_price")]
#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason(#[case] body: Value, #[case] field: &str) {
    let world = World::start(Sqlite).await;
    let owner = world.app.signup("Bakery").await;
    let answer =
        world.app.request(Method::PUT, "/api/models/main").bearer(&owner.access_token).json(&body).send().await;
    answer.assert_problem(422, "invalid");
    assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.raw);
}

#[rstest]
#[tokio::test]
async fn a_name_that_leads_into_the_network_is_not_asked(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let url = world.model_url().replace("http://127.0.0.1", "https://localhost");
    put(&world, &business, "main", &server(&url, "m")).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control"], "human");
    assert_eq!(asked(&world).await, Vec::<String>::new(), "nor is the installation's, which was not chosen");
}
