//! What a bot does with its tools in tests and replays is seen and can be expected, changes nothing, and whoever looks at a
//! run hears of it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::{
    bot_tests::{made, outcomes, path, report},
    replays::replayed,
    support::stream::EventStream,
    tools::{CANCEL, CUSTOMER, WHERE, asked, calls, cancel_order, find_order, give, start},
    world::{Business, QUESTION, World, eventually},
};

/// As somebody whom nobody knows may ask: a test has no customer.
fn find_any_order(world: &World) -> Value {
    let mut tool = find_order(world);
    tool["http"]["fixed"] = json!({});
    tool
}

async fn delete(world: &World, business: &Business, tool: &Value) {
    let path = path(business, &format!("tools/{}", tool["id"].as_str().expect("an id")));
    assert_eq!(world.app.delete(&path).api_key(&business.key).send().await.status, 204);
}

/// Whether nothing but reading was asked of the shop.
async fn only_reads(world: &World) -> bool {
    asked(world).await.iter().all(|request| request["method"] == "GET")
}

#[rstest]
#[tokio::test]
async fn a_test_expects_that_a_tool_is_called_or_is_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let find = give(&world, &business, &find_any_order(&world)).await;
    let cancel = give(&world, &business, &cancel_order(&world, false)).await;
    for test in [
        json!({ "name": "Found", "turns": [WHERE], "must_call": ["find_order"], "must_not_call": ["cancel_order"] }),
        json!({ "name": "Left out", "turns": [WHERE, CANCEL], "must_call": ["cancel_order"] }),
        json!({ "name": "Not called", "turns": [QUESTION], "must_call": ["find_order"] }),
        json!({ "name": "Called", "turns": [CANCEL], "must_not_call": ["cancel_order"] }),
    ] {
        made(&world, &business, test).await;
    }
    let first = report(&world, &business, json!({})).await;
    let expected = [("Found", "passed"), ("Left out", "passed"), ("Not called", "failed"), ("Called", "failed")];
    assert_eq!(outcomes(&first), expected, "{first}");
    let results = first["results"].as_array().expect("results");
    let failure = |at: usize| &results[at]["failures"];
    assert_eq!(failure(2), &json!([{ "kind": "not_called", "text": null, "item_id": null, "tool": "find_order" }]));
    assert_eq!(failure(3), &json!([{ "kind": "called", "text": null, "item_id": null, "tool": "cancel_order" }]));

    let call = |at: usize, line: usize| &results[at]["lines"][line]["calls"][0];
    let found = call(0, 0);
    assert_eq!((&found["name"], &found["state"]), (&json!("find_order"), &json!("done")));
    assert_eq!(found["arguments"], json!({ "order": "A-1042" }));
    assert!(found["result"].as_str().is_some_and(|text| text.contains("on its way")), "{found}");
    assert_eq!(results[0]["lines"][1]["calls"], json!([]), "an answer calls nothing");
    assert_eq!(call(1, 0)["name"], "find_order", "each message has what was done about it: {first}");
    assert_eq!((&call(1, 2)["name"], &call(1, 2)["state"]), (&json!("cancel_order"), &json!("left_out")));
    assert!(only_reads(&world).await, "nothing is changed");

    // One is deleted, the other off: what must be called cannot be, and what must not be is not.
    delete(&world, &business, &find).await;
    let mut off = cancel_order(&world, false);
    off["enabled"] = json!(false);
    off.as_object_mut().expect("an object").remove("headers");
    let one = path(&business, &format!("tools/{}", cancel["id"].as_str().expect("an id")));
    let stored = world.app.request(Method::PUT, &one).api_key(&business.key).json(&off).send().await;
    assert_eq!(stored.status, 200, "{}", stored.raw);
    let second = report(&world, &business, json!({})).await;
    let gone = |at: usize| {
        let failures = second["results"][at]["failures"].as_array().expect("failures");
        failures.iter().filter(|it| it["kind"] == "no_tool").map(|it| it["tool"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (gone(0), gone(1), gone(2)),
        (vec![json!("find_order")], vec![json!("cancel_order")], vec![json!("find_order")])
    );
    assert_eq!(second["results"][3]["outcome"], "passed", "{second}");
}

#[rstest]
#[tokio::test]
async fn what_is_expected_of_tools_is_of_the_bots(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let (business, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let find = give(&world, &business, &find_order(&world)).await;
    give(&world, &florist, &cancel_order(&world, false)).await;
    let (tests, key) = (path(&business, "tests"), business.key.as_str());
    let many = vec!["find_order"; 11];
    for (field, expected) in [
        ("must_call", json!({ "must_call": ["cancel_order"] })),
        ("must_call", json!({ "must_call": ["hand_over"] })),
        ("must_call", json!({ "must_call": many })),
        ("must_not_call", json!({ "must_not_call": ["find_order", "nothing"] })),
        ("must_not_call", json!({ "must_call": ["find_order"], "must_not_call": ["find_order"] })),
    ] {
        let mut test = json!({ "name": "A", "turns": [WHERE] });
        test.as_object_mut().expect("an object").extend(expected.as_object().expect("an object").clone());
        let answer = world.app.post(&tests).api_key(key).json(&test).send().await;
        answer.assert_problem(422, "invalid");
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.raw);
    }
    let test = json!({ "name": "A", "turns": [WHERE], "must_call": ["find_order", "set_label"] });
    let one = format!("{tests}/{}", made(&world, &business, test).await);
    let read = world.read(&business, &one).await;
    assert_eq!((&read["must_call"], &read["must_not_call"]), (&json!(["find_order", "set_label"]), &json!([])));
    delete(&world, &business, &find).await;
    let patch = async |body: Value| world.app.patch(&one).api_key(key).json(&body).send().await;
    assert_eq!(patch(json!({ "name": "B" })).await.status, 200, "what is gone is no reason to keep a test as it is");
    patch(json!({ "must_not_call": ["find_order"] })).await.assert_problem(422, "invalid");
    let patched = patch(json!({ "must_call": ["find_order"] })).await;
    assert_eq!(patched.body["must_call"], json!(["find_order"]), "{}", patched.raw);
    patch(json!({ "must_call": [] })).await.assert_problem(422, "invalid");
}

#[rstest]
#[tokio::test]
async fn what_every_bot_can_do_is_left_out_of_a_test_and_counts(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    world.act(&business, "/api/labels", &json!({ "name": "Complaint", "colour": "red" })).await;
    let bot = format!("/api/bots/{}", business.bot);
    let may = json!({ "abilities": ["set_label"] });
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&may).send().await.status, 200);
    let turns = ["Please put a complaint label on this conversation"];
    made(&world, &business, json!({ "name": "Label", "turns": turns, "must_call": ["set_label"] })).await;
    let labelled = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&labelled), [("Label", "passed")], "{labelled}");
    let call = &labelled["results"][0]["lines"][0]["calls"][0];
    assert_eq!((&call["name"], &call["state"]), (&json!("set_label"), &json!("left_out")), "{labelled}");
    let none = json!({ "abilities": [] });
    world.app.patch(&bot).api_key(&business.key).json(&none).send().await;
    let without = report(&world, &business, json!({})).await;
    assert_eq!(without["results"][0]["failures"][0]["kind"], "no_tool", "{without}");
}

#[rstest]
#[tokio::test]
async fn a_replay_shows_what_it_would_do_with_tools_and_does_only_what_reads(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    for text in [WHERE, CANCEL] {
        world.says(&business, CUSTOMER, text).await;
        eventually("people are called", async || {
            let thread = world.thread(&business, CUSTOMER).await;
            thread.iter().any(|it| it["direction"] == "outbound" && it["wamid"].is_string()).then_some(())
        })
        .await;
    }
    give(&world, &business, &find_order(&world)).await;
    give(&world, &business, &cancel_order(&world, false)).await;
    let results = replayed(&world, &business, json!({})).await;
    let called: Vec<_> = results.iter().flat_map(|it| it["calls"].as_array().expect("calls")).collect();
    assert!(called.iter().any(|call| call["name"] == "find_order" && call["state"] == "done"), "{results:?}");
    assert_eq!(results[0]["outcome"], "now_answered", "{results:?}");
    // Whose order it is comes from the conversation, as it does when a customer asks.
    assert_eq!(asked(&world).await[0]["query"], format!("phone={CUSTOMER}"));
    assert!(only_reads(&world).await, "nothing is changed");
    assert!(calls(&world, &business, CUSTOMER).await.is_empty(), "the conversation stays as it is");
}

/// What the stream tells of runs until `is_over`, as often as it did.
async fn heard(stream: &mut EventStream, mut is_over: impl AsyncFnMut() -> bool) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        heard.push(stream.next_of("bot_run.changed").await.data);
        if is_over().await {
            return heard;
        }
    }
}

#[rstest]
#[tokio::test]
async fn whoever_looks_at_a_run_hears_how_far_it_is_and_not_of_every_piece(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (business, florist) = (world.business("Bakery").await, world.business("Florist").await);
    for business in [&business, &florist] {
        for _ in 0..45 {
            made(&world, business, json!({ "name": "Hours", "turns": [QUESTION], "handoff": false })).await;
        }
    }
    let mut stream = world.app.get("/api/events").api_key(&business.key).stream().await;
    // A stream tells what comes once it has greeted.
    stream.next().await.expect("a greeting");
    world.act(&florist, &path(&florist, "tests/run"), &json!({})).await;
    let run = world.act(&business, &path(&business, "tests/run"), &json!({})).await;
    let one = path(&business, &format!("test-runs/{}", run["id"].as_str().expect("an id")));
    eventually("the run's end", async || (world.read(&business, &one).await["run"]["state"] == "done").then_some(()))
        .await;
    // What is told of the run comes before what is told of this.
    world.act(&business, "/api/labels", &json!({ "name": "Later", "colour": "red" })).await;
    let mut told = Vec::new();
    loop {
        let news = stream.next().await.expect("the stream goes on");
        match news.kind.as_str() {
            "bot_run.changed" => told.push(news.data),
            "labels.updated" => break,
            _ => {}
        }
    }
    let expected = json!({ "bot_id": business.bot, "run_id": run["id"], "of": "tests" });
    assert!(told.iter().all(|it| *it == expected), "of its own alone: {told:?}");
    assert!((4..=23).contains(&told.len()), "of 45 tests in at most 20 steps, its start and its end: {}", told.len());
}

#[rstest]
#[tokio::test]
async fn whoever_looks_at_replays_hears_of_one_that_is_stopped_and_deleted(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.settle(&business).await;
    let mut stream = world.app.get("/api/events").api_key(&business.key).stream().await;
    stream.next().await.expect("a greeting");
    world.delay(&json!({ "model_ms": 4_000 })).await;
    let replay = world.act(&business, &path(&business, "replay"), &json!({})).await;
    let one = path(&business, &format!("replays/{}", replay["id"].as_str().expect("an id")));
    let told = heard(&mut stream, async || world.read(&business, &one).await["state"] == "running").await;
    assert_eq!(told[0], json!({ "bot_id": business.bot, "run_id": replay["id"], "of": "replay" }));
    world.act(&business, &format!("{one}/stop"), &json!({})).await;
    heard(&mut stream, async || world.read(&business, &one).await["state"] == "stopped").await;
    assert_eq!(world.app.delete(&one).api_key(&business.key).send().await.status, 204);
    heard(&mut stream, async || world.app.get(&one).api_key(&business.key).send().await.status == 404).await;
    world.delay(&json!({ "model_ms": 0 })).await;
}
