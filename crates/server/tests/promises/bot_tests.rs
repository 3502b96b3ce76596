//! What a business expects of its bot is tried after a change, and what has changed shows.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Clock, SystemClock, Zone};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

pub(crate) fn path(business: &Business, rest: &str) -> String {
    format!("/api/bots/{}/{rest}", business.bot)
}

pub(crate) async fn made(world: &World, business: &Business, test: Value) -> String {
    let made = world.act(business, &path(business, "tests"), &test).await;
    made["id"].as_str().expect("an id").to_owned()
}

/// Runs what `body` names and returns the report once the run is done.
pub(crate) async fn report(world: &World, business: &Business, body: Value) -> Value {
    let run = world.act(business, &path(business, "tests/run"), &body).await;
    assert_eq!(run["state"], "queued", "{run}");
    let path = path(business, &format!("test-runs/{}", run["id"].as_str().expect("an id")));
    eventually("the run's end", async || {
        let report = world.read(business, &path).await;
        (report["run"]["state"] == "done").then_some(report)
    })
    .await
}

pub(crate) fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let results = report["results"].as_array().expect("results");
    results.iter().filter_map(|it| Some((it["name"].as_str()?, it["outcome"].as_str()?))).collect()
}

async fn knowledge_id(world: &World, business: &Business) -> String {
    let known = world.read(business, &path(business, "knowledge")).await;
    known["items"][0]["id"].as_str().expect("an id").to_owned()
}

#[rstest]
#[tokio::test]
async fn a_run_tells_what_passed_what_failed_and_why(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, "Do you have rye bread?", "Rye bread costs 3 euros.").await;
    let hours = knowledge_id(&world, &business).await;
    let passing = json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["from EIGHT to six"], "must_not_say": ["rye"], "knowledge_item_id": hours, "handoff": false });
    let failing = json!({ "name": "Bread", "turns": ["Do you have rye bread?"], "must_say": ["4 euros", "3 EUROS"],
        "must_not_say": ["rye bread"], "handoff": true });
    let handing = json!({ "name": "A person", "turns": ["I want to talk to a real person"], "handoff": true,
        "knowledge_item_id": hours });
    for test in [passing, failing, handing] {
        made(&world, &business, test).await;
    }
    let report = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&report), [("Hours", "passed"), ("Bread", "failed"), ("A person", "failed")], "{report}");
    let [hours_result, bread, person] = [0, 1, 2].map(|at| &report["results"][at]);
    assert_eq!(hours_result["failures"], json!([]));
    assert!(hours_result["lines"][1]["text"].as_str().expect("said").contains(&business.answer), "{hours_result}");
    assert_eq!(hours_result["passages"][0]["item_id"], json!(hours), "{hours_result}");
    assert!(hours_result["passages"][0]["score"].as_f64().expect("a score") > 0.0, "{hours_result}");
    assert_eq!(
        bread["failures"],
        json!([
            { "kind": "not_said", "text": "4 euros", "item_id": null, "tool": null },
            { "kind": "said", "text": "rye bread", "item_id": null, "tool": null },
            { "kind": "not_handed_over", "text": null, "item_id": null, "tool": null },
        ])
    );
    assert_eq!(
        person["failures"],
        json!([{ "kind": "not_used", "text": null, "item_id": hours, "tool": null }]),
        "{person}"
    );
    assert_eq!((&person["handed_over"], &person["outcome_before"]), (&json!(true), &Value::Null), "{person}");

    let run = &report["run"];
    assert_eq!(
        (&run["tests"], &run["passed"], &run["failed"], &run["errors"]),
        (&json!(3), &json!(1), &json!(2), &json!(0))
    );
    let results = report["results"].as_array().expect("results");
    let tokens: i64 = results.iter().map(|it| it["prompt_tokens"].as_i64().expect("a count")).sum();
    assert_eq!(run["prompt_tokens"], json!(tokens));
    assert!(run["cost"].as_f64().expect("a cost") > 0.0 && run["finished_at"].is_string(), "{run}");
    assert_eq!(report["cost_difference"], Value::Null, "there was no run before");

    assert_eq!(world.conversations(&business).await, Vec::<Value>::new(), "nothing is stored");
    assert_eq!(world.all_sent(&business).await, Vec::<Value>::new(), "nothing is sent");
    let usage = world.read(&business, "/api/usage").await;
    assert_eq!(usage["items"][0]["answered"].as_i64().unwrap_or(0), 0, "what is tried is not metered: {usage}");
}

#[rstest]
#[tokio::test]
async fn what_has_changed_since_a_test_last_ran_is_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let hours = made(&world, &business, json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] })).await;
    made(&world, &business, json!({ "name": "Bread", "turns": ["Do you have rye bread?"], "must_say": ["3 euros"] }))
        .await;
    let first = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&first), [("Hours", "passed"), ("Bread", "failed")], "{first}");

    world.teach(&business, "Do you have rye bread?", "Rye bread costs 3 euros.").await;
    let item = path(&business, &format!("knowledge/{}", knowledge_id(&world, &business).await));
    let corrected = json!({ "answer": "From nine to five." });
    world.app.patch(&item).api_key(&business.key).json(&corrected).send().await;
    // A run of one between: what is compared with is the newest that has the test.
    let one = report(&world, &business, json!({ "test_id": hours })).await;
    assert_eq!(outcomes(&one), [("Hours", "failed")], "{one}");
    assert_eq!((&one["newly_failing"], &one["newly_passing"]), (&json!(1), &json!(0)), "{one}");
    let last = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&last), [("Hours", "failed"), ("Bread", "passed")], "{last}");
    assert_eq!((&last["newly_failing"], &last["newly_passing"]), (&json!(0), &json!(1)), "{last}");
    let [hours, bread] = [0, 1].map(|at| &last["results"][at]["outcome_before"]);
    assert_eq!((hours, bread), (&json!("failed"), &json!("failed")));
    assert!(last["cost_difference"].as_f64().expect("both cost something").abs() > 0.0, "{last}");
    let runs = world.read(&business, &path(&business, "test-runs")).await;
    let ids: Vec<_> = runs["items"].as_array().expect("runs").iter().map(|run| &run["id"]).collect();
    assert_eq!(ids, [&last["run"]["id"], &one["run"]["id"], &first["run"]["id"]], "the newest first");
}

#[rstest]
#[tokio::test]
async fn several_messages_are_one_conversation_that_people_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let test = json!({ "name": "Twice", "turns": [QUESTION, "Is the dog called Karabas?", "I want to talk to a real person",
        "Are you still there?"], "handoff": true });
    made(&world, &business, test).await;
    let report = report(&world, &business, json!({})).await;
    let lines = report["results"][0]["lines"].as_array().expect("lines");
    let customer: Vec<_> = lines.iter().filter(|line| line["author"] == "customer").map(|line| &line["text"]).collect();
    assert_eq!(customer[0], QUESTION, "{report}");
    assert!(!customer.iter().any(|text| *text == "Are you still there?"), "people have it by then: {report}");
    assert_eq!(report["results"][0]["handed_over"], json!(true), "{report}");
    let prompts = world.prompts().await;
    assert!(prompts[1].contains(QUESTION) && prompts[1].contains(&business.answer), "the past is told: {}", prompts[1]);
}

#[rstest]
#[case("garbage")]
#[case("empty")]
#[case("server_error")]
#[tokio::test]
async fn a_model_that_gives_no_answer_is_an_error_and_stops_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] kind: &str,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    for name in ["One", "Two", "Three"] {
        made(&world, &business, json!({ "name": name, "turns": [QUESTION], "must_say": ["eight"] })).await;
    }
    world.fault(&json!({ "on": "model", "kind": kind, "times": 1 })).await;
    let first = report(&world, &business, json!({})).await;
    let run = &first["run"];
    assert_eq!((&run["errors"], &run["passed"], &run["failed"]), (&json!(1), &json!(2), &json!(0)), "{first}");
    let results = first["results"].as_array().expect("results");
    let error = results.iter().find(|it| it["outcome"] == "error").expect("one");
    assert!(error["reason"].is_string() && error["failures"] == json!([]), "{error}");
    let second = report(&world, &business, json!({})).await;
    assert_eq!((&second["newly_passing"], &second["newly_failing"]), (&json!(1), &json!(0)), "{second}");
}

#[rstest]
#[tokio::test]
async fn a_test_passes_at_night_and_after_many_customers_as_it_does_by_day(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, "905301234567", QUESTION).await;
    world.answered_once(&business, "905301234567").await;
    // Open on one day, which is neither this nor the next.
    let today = Zone::of("UTC").local(SystemClock.now()).day.weekday();
    let hours = json!({ "periods": [{ "day": (today + 2) % 7 + 1, "from": "09:00", "to": "12:00" }], "holidays": [] });
    let settings = json!({ "hours": hours, "hands_over_when_closed": true, "answers_per_day": 1 });
    let bot = format!("/api/bots/{}", business.bot);
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&settings).send().await.status, 200);
    let asked = world.prompts().await.len();
    made(&world, &business, json!({ "name": "Hours", "turns": [QUESTION, QUESTION], "must_say": ["eight"] })).await;
    let report = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&report), [("Hours", "passed")], "{report}");
    let prompts = world.prompts().await.split_off(asked);
    assert!(prompts.iter().all(|prompt| prompt.contains("The business is open at this moment.")), "{prompts:?}");
    assert_eq!(prompts.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_run_asks_no_model_once_the_budget_is_spent_and_says_so(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    made(&world, &business, json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] })).await;
    made(&world, &business, json!({ "name": "A person", "turns": ["A real person, please"], "handoff": true })).await;
    let budget = json!({ "tokens_per_day": 1, "cost_per_day": null });
    world.app.request(Method::PUT, "/api/models/budget").api_key(&business.key).json(&budget).send().await;
    let first = report(&world, &business, json!({})).await;
    assert_eq!(first["results"][0]["outcome"], "passed", "{first}");
    // What the run itself has asked counts; it is stored once a second.
    world.app.server.state().bots.models.store_use().await.expect("it is stored");
    let asked = world.prompts().await.len();
    let spent = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&spent), [("Hours", "error"), ("A person", "error")], "{spent}");
    for result in spent["results"].as_array().expect("results") {
        assert_eq!((&result["reason"], &result["handed_over"]), (&json!("budget"), &json!(false)), "{result}");
    }
    assert_eq!(world.prompts().await.len(), asked, "the budget holds");
}

#[rstest]
#[tokio::test]
async fn one_run_at_a_time_and_the_newest_twenty_are_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let run = async |body: Value| {
        world.app.post(&path(&business, "tests/run")).api_key(&business.key).json(&body).send().await
    };
    run(json!({})).await.assert_problem(409, "no_tests");
    made(&world, &business, json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] })).await;
    run(json!({ "test_id": uuid::Uuid::new_v4() })).await.assert_problem(404, "not_found");
    let runs = world.read(&business, &path(&business, "test-runs")).await;
    assert_eq!(runs["items"], json!([]), "what could not begin has left nothing");

    world.delay(&json!({ "model_ms": 4_000 })).await;
    assert_eq!(run(json!({})).await.status, 202);
    run(json!({})).await.assert_problem(409, "run_under_way");
    world.delay(&json!({ "model_ms": 0 })).await;
    let mut last = Value::Null;
    for _ in 0..21 {
        last = eventually("the run before is over", async || {
            let begun = run(json!({})).await;
            (begun.status == 202).then_some(begun.body)
        })
        .await;
    }
    let runs = world.read(&business, &path(&business, "test-runs")).await;
    let runs = runs["items"].as_array().expect("runs");
    assert_eq!((runs.len(), &runs[0]["id"]), (20, &last["id"]));
}

#[rstest]
#[tokio::test]
async fn a_test_expects_something_and_is_changed_and_deleted(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let (tests, key) = (path(&business, "tests"), business.key.as_str());
    let long = "x".repeat(501);
    for (field, test) in [
        ("name", json!({ "name": " ", "turns": ["Hi"], "must_say": ["x"] })),
        ("turns", json!({ "name": "A", "turns": [], "must_say": ["x"] })),
        ("turns", json!({ "name": "A", "turns": ["Hi", " "], "must_say": ["x"] })),
        ("turns", json!({ "name": "A", "turns": vec!["Hi"; 11], "must_say": ["x"] })),
        ("must_say", json!({ "name": "A", "turns": ["Hi"], "must_say": [long] })),
        ("must_say", json!({ "name": "A", "turns": ["Hi"] })),
        ("must_not_say", json!({ "name": "A", "turns": ["Hi"], "must_not_say": [" "] })),
        ("knowledge_item_id", json!({ "name": "A", "turns": ["Hi"], "knowledge_item_id": uuid::Uuid::new_v4() })),
    ] {
        let answer = world.app.post(&tests).api_key(key).json(&test).send().await;
        answer.assert_problem(422, "invalid");
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.raw);
    }
    let item = knowledge_id(&world, &business).await;
    let test = json!({ "name": " Hours ", "turns": [QUESTION], "must_say": ["eight"], "knowledge_item_id": item,
        "handoff": false });
    let id = made(&world, &business, test).await;
    let one = format!("{tests}/{id}");
    let read = world.read(&business, &one).await;
    assert_eq!(
        (&read["name"], &read["knowledge_item_id"], &read["handoff"]),
        (&json!("Hours"), &json!(item), &json!(false))
    );
    let patch = async |body: Value| world.app.patch(&one).api_key(key).json(&body).send().await;
    let patched = patch(json!({ "knowledge_item_id": null, "handoff": null, "must_not_say": ["nine"] })).await;
    assert_eq!(patched.status, 200, "{}", patched.raw);
    assert_eq!((&patched.body["knowledge_item_id"], &patched.body["handoff"]), (&Value::Null, &Value::Null));
    assert_eq!((&patched.body["must_say"], &patched.body["turns"]), (&json!(["eight"]), &json!([QUESTION])));
    patch(json!({ "must_say": [], "must_not_say": [] })).await.assert_problem(422, "invalid");

    // A knowledge item that is gone is told of by the run, and the test can still be changed.
    patch(json!({ "knowledge_item_id": item })).await;
    world.app.delete(&path(&business, &format!("knowledge/{item}"))).api_key(key).send().await;
    assert_eq!(patch(json!({ "name": "Opening" })).await.status, 200);
    let report = report(&world, &business, json!({})).await;
    let failures = report["results"][0]["failures"].as_array().expect("failures");
    assert!(failures.contains(&json!({ "kind": "not_used", "text": null, "item_id": item, "tool": null })), "{report}");

    assert_eq!(world.app.delete(&one).api_key(key).send().await.status, 204);
    world.app.get(&one).api_key(key).send().await.assert_problem(404, "not_found");
    let kept = path(&business, &format!("test-runs/{}", report["run"]["id"].as_str().expect("an id")));
    assert_eq!(outcomes(&world.read(&business, &kept).await), [("Opening", "failed")], "what came of it stays");
}

#[rstest]
#[tokio::test]
async fn a_bot_has_at_most_two_hundred_tests(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let test = json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] });
    for _ in 0..200 {
        made(&world, &business, test.clone()).await;
    }
    let one_more = world.app.post(&path(&business, "tests")).api_key(&business.key).json(&test).send().await;
    one_more.assert_problem(409, "too_many");
    let page = world.read(&business, &path(&business, "tests?limit=200")).await;
    assert_eq!((page["items"].as_array().map(Vec::len), &page["next_cursor"]), (Some(200), &Value::Null));
}

#[rstest]
#[tokio::test]
async fn a_bot_that_is_deleted_takes_its_tests_and_a_run_with_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let another = world.act(&business, "/api/bots", &json!({ "name": "Rosa" })).await;
    let bot = another["id"].as_str().expect("an id");
    let test = json!({ "name": "Hours", "turns": [QUESTION], "handoff": true });
    world.act(&business, &format!("/api/bots/{bot}/tests"), &test).await;
    world.delay(&json!({ "model_ms": 1000 })).await;
    world.act(&business, &format!("/api/bots/{bot}/tests/run"), &json!({})).await;
    let gone = world.app.delete(&format!("/api/bots/{bot}")).api_key(&business.key).send().await;
    assert_eq!(gone.status, 204, "{}", gone.raw);
    world.delay(&json!({ "model_ms": 0 })).await;
    // The workers go on: another bot's run comes to its end.
    made(&world, &business, json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] })).await;
    assert_eq!(outcomes(&report(&world, &business, json!({})).await), [("Hours", "passed")]);
}

#[rstest]
#[tokio::test]
async fn a_run_waits_while_its_business_is_suspended(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let admin = world.platform_admin().await;
    let on_platform = async |what: &str| {
        let path = format!("/api/platform/tenants/{}/{what}", bakery.owner.tenant_id);
        let answer =
            world.app.post(&path).bearer(&admin.access_token).json(&json!({ "reason": "Unpaid" })).send().await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
    };
    for business in [&bakery, &florist] {
        made(&world, business, json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight"] })).await;
    }
    world.delay(&json!({ "model_ms": 4_000 })).await;
    world.act(&bakery, &path(&bakery, "tests/run"), &json!({})).await;
    let newest = async || world.read(&bakery, &path(&bakery, "test-runs")).await["items"][0].clone();
    eventually("it runs", async || (newest().await["state"] == "running").then_some(())).await;
    on_platform("suspend").await;
    // What the bakery's bot was thinking about is over when the florist's has thought, who began later.
    assert_eq!(outcomes(&report(&world, &florist, json!({})).await), [("Hours", "passed")]);
    world.delay(&json!({ "model_ms": 0 })).await;
    // Keys are refused meanwhile, and people are not.
    let owner = &bakery.owner.access_token;
    let runs = world.app.get(&path(&bakery, "test-runs")).bearer(owner).send().await;
    let run = &runs.body["items"][0];
    assert_eq!((&run["state"], &run["passed"]), (&json!("running"), &json!(0)), "{}", runs.raw);
    on_platform("resume").await;
    let run = eventually("it goes on", async || Some(newest().await).filter(|run| run["state"] == "done")).await;
    assert_eq!(run["passed"], json!(1), "{run}");
}

#[rstest]
#[tokio::test]
async fn a_bot_without_a_model_is_tested_on_its_stored_answers(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, |settings| {
        settings.openai_base_url = None;
        settings.openai_api_key = None;
        settings.openai_model = None;
    })
    .await;
    let business = world.business("Bakery").await;
    let item = knowledge_id(&world, &business).await;
    let known =
        json!({ "name": "Hours", "turns": [QUESTION], "must_say": ["eight to six"], "knowledge_item_id": item });
    made(&world, &business, known).await;
    made(&world, &business, json!({ "name": "Dogs", "turns": ["Do you sell dogs?"], "handoff": false })).await;
    let report = report(&world, &business, json!({})).await;
    assert_eq!(outcomes(&report), [("Hours", "passed"), ("Dogs", "failed")], "{report}");
    assert_eq!((&report["run"]["cost"], &report["run"]["prompt_tokens"]), (&Value::Null, &Value::Null));
    assert_eq!(report["results"][1]["failures"][0]["kind"], "handed_over", "{report}");
}
