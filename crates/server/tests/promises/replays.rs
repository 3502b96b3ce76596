//! What a bot would say today to what customers said once stands beside what they were told then, and nobody hears of it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const AYSE: &str = "905301234567";
const MEHMET: &str = "905301234568";
const BREAD: &str = "Do you have rye bread?";
const PERSON: &str = "I want to talk to a real person";

fn path(business: &Business, rest: &str) -> String {
    format!("/api/bots/{}/{rest}", business.bot)
}

async fn begun(world: &World, business: &Business, body: &Value) -> Value {
    let replay = world.act(business, &path(business, "replay"), body).await;
    assert_eq!(replay["state"], "queued", "{replay}");
    replay
}

async fn ended(world: &World, business: &Business, replay: &Value) -> Value {
    let path = path(business, &format!("replays/{}", replay["id"].as_str().expect("an id")));
    eventually("the replay's end", async || {
        let replay = world.read(business, &path).await;
        (replay["finished_at"].is_string()).then_some(replay)
    })
    .await
}

async fn results(world: &World, business: &Business, replay: &Value, query: &str) -> Vec<Value> {
    let id = replay["id"].as_str().expect("an id");
    let page = world.read(business, &path(business, &format!("replays/{id}/results?{query}"))).await;
    page["items"].as_array().expect("a page").clone()
}

/// Replays and returns the results.
pub(crate) async fn replayed(world: &World, business: &Business, body: Value) -> Vec<Value> {
    let replay = begun(world, business, &body).await;
    let replay = ended(world, business, &replay).await;
    assert_eq!(replay["state"], "done", "{replay}");
    results(world, business, &replay, "").await
}

/// The last message of what was said, and what came of it.
fn outcomes(results: &[Value]) -> Vec<(&str, &str)> {
    results.iter().filter_map(|it| Some((it["asked"].as_array()?.last()?.as_str()?, it["outcome"].as_str()?))).collect()
}

/// A customer writes and has been answered so often, as the thread shows it, too.
async fn asks(world: &World, business: &Business, customer: &str, text: &str, answers: usize) {
    world.says(business, customer, text).await;
    eventually("the answer in the thread", async || {
        let thread = world.thread(business, customer).await;
        let answered = thread.iter().filter(|it| it["direction"] == "outbound" && it["wamid"].is_string());
        (answered.count() >= answers).then_some(())
    })
    .await;
}

/// Everything that a replay must leave as it is.
async fn all_there_is(world: &World, business: &Business) -> Value {
    let mut threads = Vec::new();
    for conversation in world.conversations(business).await {
        let path = format!("/api/conversations/{}", conversation["id"].as_str().expect("an id"));
        threads.push(world.read(business, &path).await);
        threads.push(world.read(business, &format!("{path}/messages?limit=100")).await);
        let contact = conversation["contact"]["id"].as_str().expect("an id");
        threads.push(world.read(business, &format!("/api/contacts/{contact}")).await);
    }
    let unanswered = world.read(business, &path(business, "unanswered")).await;
    let usage = world.read(business, "/api/usage").await;
    json!([
        threads,
        unanswered,
        usage["items"][0]["answered"],
        usage["items"][0]["handed_over"],
        world.all_sent(business).await
    ])
}

#[rstest]
#[tokio::test]
async fn what_was_said_then_stands_beside_what_would_be_said_now(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, BREAD, "Rye bread costs 3 euros.").await;
    asks(&world, &business, AYSE, QUESTION, 1).await;
    asks(&world, &business, AYSE, BREAD, 2).await;
    asks(&world, &business, AYSE, "Do you fix cars?", 3).await;
    asks(&world, &business, MEHMET, PERSON, 1).await;
    let conversation = world.path(&business, MEHMET).await;
    world.act(&business, &format!("{conversation}/messages"), &json!({ "text": "Here I am." })).await;
    world.conversation(&business, MEHMET, |it| it["last_message"]["status"] == "delivered").await;
    world.conversation(&business, AYSE, |it| it["last_message"]["status"] == "delivered").await;

    // Today the hours are others, and the bot knows of cars.
    let known = world.read(&business, &path(&business, "knowledge")).await;
    let hours = known["items"].as_array().expect("items").iter().find(|it| it["question"] == QUESTION).expect("hours");
    let item = path(&business, &format!("knowledge/{}", hours["id"].as_str().expect("an id")));
    world.app.patch(&item).api_key(&business.key).json(&json!({ "answer": "From nine to five." })).send().await;
    world.teach(&business, "Do you fix cars?", "We fix cars on Mondays.").await;
    let before = all_there_is(&world, &business).await;
    let asked_before = world.prompts().await.len();

    let replay = begun(&world, &business, &json!({})).await;
    assert_eq!((&replay["conversations"], &replay["results"], &replay["left_out"]), (&json!(2), &json!(4), &json!(0)));
    let replay = ended(&world, &business, &replay).await;
    let all = results(&world, &business, &replay, "").await;
    let mut found = outcomes(&all);
    found.sort_unstable();
    assert_eq!(
        found,
        [("Do you fix cars?", "now_answered"), (BREAD, "same"), (PERSON, "same"), (QUESTION, "differs")],
        "{all:?}"
    );
    let of = |question: &str| all.iter().find(|it| it["asked"][0] == question).expect("it is there");
    let (hours, bread, cars, person) = (of(QUESTION), of(BREAD), of("Do you fix cars?"), of(PERSON));
    assert!(hours["answers"][0]["text"].as_str().expect("said").contains(&business.answer), "{hours}");
    assert!(hours["said"].as_str().expect("said").contains("From nine to five."), "{hours}");
    assert_eq!((&hours["answers"][0]["author"], &hours["handed_over_then"]), (&json!("ai"), &json!(false)));
    assert!(hours["sources_then"][0]["text"].as_str().expect("a source").contains("eight to six"), "{hours}");
    assert!(hours["passages"].as_array().expect("passages").iter().any(|it| it["used"] == true), "{hours}");
    assert_eq!(hours["other_sources"], false, "it is the same item, which reads otherwise: {hours}");
    assert!(bread["answers"][0]["text"].as_str().expect("said").contains("3 euros"), "{bread}");
    assert_eq!((&cars["handed_over_then"], &cars["handed_over"]), (&json!(true), &json!(false)), "{cars}");
    assert!(cars["said"].as_str().expect("said").contains("Mondays"), "{cars}");
    let authors: Vec<_> =
        person["answers"].as_array().expect("answers").iter().filter_map(|it| it["author"].as_str()).collect();
    assert_eq!((authors, &person["handed_over"]), (vec!["system", "api"], &json!(true)), "{person}");
    assert!(person["contact"].is_string() && person["said_at"].is_string(), "{person}");
    assert_eq!(person["conversation_id"], conversation.rsplit('/').next().expect("an id"));

    // What was really said is what it thinks from, not what it would have said before.
    let prompts = world.prompts().await.split_off(asked_before);
    let of_bread = prompts.iter().find(|it| it.contains(BREAD) && !it.contains("fix cars?")).expect("it was asked");
    assert!(of_bread.contains(&business.answer), "{of_bread}");

    assert_eq!(
        (&replay["same"], &replay["differs"], &replay["now_answered"], &replay["now_handed_over"], &replay["errors"]),
        (&json!(2), &json!(1), &json!(1), &json!(0), &json!(0))
    );
    let tokens: i64 = all.iter().filter_map(|it| it["prompt_tokens"].as_i64()).sum();
    assert_eq!(replay["prompt_tokens"], json!(tokens));
    assert!(replay["cost"].as_f64().expect("a cost") > 0.0, "{replay}");
    assert_eq!(all_there_is(&world, &business).await, before, "nothing is sent, written or counted as an answer");
    let audit = world.app.get("/api/audit?action=bot.replayed").api_key(&business.key).send().await;
    assert_eq!(audit.body["items"][0]["detail"], json!({ "replay_id": replay["id"], "conversations": 2 }));
}

#[rstest]
#[tokio::test]
async fn results_are_read_by_what_has_changed_and_page_by_page(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.teach(&business, BREAD, "Rye bread costs 3 euros.").await;
    for (n, question) in (1..).zip([QUESTION, BREAD, QUESTION]) {
        asks(&world, &business, AYSE, question, n).await;
    }
    let strict = json!({ "handoff_keywords": ["rye"] });
    let bot = format!("/api/bots/{}", business.bot);
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&strict).send().await.status, 200);
    world.teach(&business, "Are you open on holidays?", "No.").await;
    let replay = begun(&world, &business, &json!({})).await;
    let replay = ended(&world, &business, &replay).await;
    let read = async |query: &str| results(&world, &business, &replay, query).await;
    assert_eq!(outcomes(&read("outcome=now_handed_over").await), [(BREAD, "now_handed_over")]);
    let handed_over = read("outcome=changed").await;
    assert_eq!(handed_over.len(), 1, "{handed_over:?}");
    assert_eq!((&handed_over[0]["reason"], &handed_over[0]["handed_over"]), (&json!("keyword:rye"), &json!(true)));
    assert_eq!(outcomes(&read("outcome=same").await), [(QUESTION, "same"), (QUESTION, "same")]);
    assert_eq!(read("outcome=error").await, Vec::<Value>::new());
    let id = replay["id"].as_str().expect("an id");
    let first = world.read(&business, &path(&business, &format!("replays/{id}/results?limit=2"))).await;
    let positions = |page: &Value| -> Vec<i64> {
        page["items"].as_array().expect("a page").iter().filter_map(|it| it["position"].as_i64()).collect()
    };
    let next = first["next_cursor"].as_str().expect("there is more");
    let last = world.read(&business, &path(&business, &format!("replays/{id}/results?limit=2&cursor={next}"))).await;
    assert_eq!((positions(&first), positions(&last), &last["next_cursor"]), (vec![0, 1], vec![2], &Value::Null));
    for query in ["outcome=odd", "cursor=x", "limit=0"] {
        let answer = world
            .app
            .get(&path(&business, &format!("replays/{id}/results?{query}")))
            .api_key(&business.key)
            .send()
            .await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.raw);
    }
}

#[rstest]
#[tokio::test]
async fn conversations_are_chosen_by_their_ids_or_by_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (business, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let start =
        async |body: Value| world.app.post(&path(&business, "replay")).api_key(&business.key).json(&body).send().await;
    start(json!({})).await.assert_problem(409, "nothing_to_replay");
    asks(&world, &business, AYSE, QUESTION, 1).await;
    asks(&world, &business, MEHMET, QUESTION, 1).await;
    asks(&world, &florist, AYSE, "Tulips! What are your opening hours?", 1).await;
    let id_of = async |business: &Business, customer: &str| {
        let path = world.path(business, customer).await;
        path.rsplit('/').next().expect("an id").to_owned()
    };
    let (mine, foreign) = (id_of(&business, AYSE).await, id_of(&florist, AYSE).await);
    let chosen = replayed(&world, &business, json!({ "conversation_ids": [mine, mine] })).await;
    assert_eq!(chosen.iter().map(|it| &it["conversation_id"]).collect::<Vec<_>>(), [&json!(mine)]);
    let newest = replayed(&world, &business, json!({ "conversations": 1 })).await;
    assert_eq!(newest[0]["conversation_id"], id_of(&business, MEHMET).await);
    assert_eq!(newest.len(), 1);
    start(json!({ "conversation_ids": [mine, foreign] })).await.assert_problem(404, "not_found");
    start(json!({ "since": "2100-01-01T00:00:00Z" })).await.assert_problem(409, "nothing_to_replay");
    start(json!({ "until": "2020-01-01T00:00:00Z" })).await.assert_problem(409, "nothing_to_replay");
    let all =
        replayed(&world, &business, json!({ "since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z" })).await;
    assert_eq!(all.len(), 2, "another tenant's conversation is in nobody's replay: {all:?}");
    for prompt in world.prompts().await {
        assert!(!(prompt.contains("Tulips") && prompt.contains("Bakery")), "{prompt}");
    }
    let many: Vec<_> = (0..51).map(|_| uuid::Uuid::new_v4()).collect();
    for (field, body) in [
        ("conversations", json!({ "conversations": 0 })),
        ("conversations", json!({ "conversations": 51 })),
        ("conversation_ids", json!({ "conversation_ids": [] })),
        ("conversation_ids", json!({ "conversation_ids": many })),
        ("since", json!({ "since": "yesterday" })),
        ("until", json!({ "since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z" })),
    ] {
        let answer = start(body).await;
        answer.assert_problem(422, "invalid");
        assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.raw);
    }
}

#[rstest]
#[tokio::test]
async fn what_a_model_does_not_answer_or_may_not_be_asked_is_an_error(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    asks(&world, &business, AYSE, QUESTION, 1).await;
    world.fault(&json!({ "on": "model", "kind": "garbage", "times": 1 })).await;
    let garbage = replayed(&world, &business, json!({})).await;
    assert_eq!(outcomes(&garbage), [(QUESTION, "error")]);
    assert!(garbage[0]["reason"].is_string() && garbage[0]["said"].is_null(), "{garbage:?}");
    assert_eq!(garbage[0]["handed_over"], false, "nobody knows: {garbage:?}");
    let budget = json!({ "tokens_per_day": 1, "cost_per_day": null });
    world.app.request(Method::PUT, "/api/models/budget").api_key(&business.key).json(&budget).send().await;
    let asked = world.prompts().await.len();
    // What was asked is stored once a second.
    world.app.server.state().bots.models.store_use().await.expect("it is stored");
    let spent = replayed(&world, &business, json!({})).await;
    assert_eq!((outcomes(&spent), &spent[0]["reason"]), (vec![(QUESTION, "error")], &json!("budget")), "{spent:?}");
    assert_eq!(world.prompts().await.len(), asked, "the budget holds");
}

#[rstest]
#[tokio::test]
async fn a_conversation_whose_label_calls_people_is_handed_over_and_no_model_is_asked(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    asks(&world, &business, AYSE, QUESTION, 1).await;
    let label = world.act(&business, "/api/labels", &json!({ "name": "VIP", "colour": "red" })).await["id"].clone();
    let conversation = world.path(&business, AYSE).await;
    let bot = format!("/api/bots/{}", business.bot);
    for (path, change) in
        [(conversation, json!({ "add_labels": [label] })), (bot, json!({ "handoff_labels": [label] }))]
    {
        let changed = world.app.patch(&path).api_key(&business.key).json(&change).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
    }
    let asked = world.prompts().await.len();
    let all = replayed(&world, &business, json!({})).await;
    assert_eq!(
        (outcomes(&all), &all[0]["reason"]),
        (vec![(QUESTION, "now_handed_over")], &json!("label:VIP")),
        "{all:?}"
    );
    assert_eq!(world.prompts().await.len(), asked, "there was nothing to think about");
}

#[rstest]
#[tokio::test]
async fn one_replay_at_a_time_which_can_be_stopped_and_the_newest_ten_are_kept(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    for n in 1..=6 {
        asks(&world, &business, AYSE, QUESTION, n).await;
    }
    let start =
        async || world.app.post(&path(&business, "replay")).api_key(&business.key).json(&json!({})).send().await;
    world.delay(&json!({ "model_ms": 4_000 })).await;
    let first = start().await;
    assert_eq!(first.status, 202, "{}", first.raw);
    start().await.assert_problem(409, "run_under_way");
    let one = path(&business, &format!("replays/{}", first.text("/id")));
    eventually("it runs", async || (world.read(&business, &one).await["state"] == "running").then_some(())).await;
    let stopped = world.act(&business, &format!("{one}/stop"), &json!({})).await;
    assert_eq!((&stopped["state"], stopped["finished_at"].is_string()), (&json!("stopped"), true), "{stopped}");
    world.delay(&json!({ "model_ms": 0 })).await;
    let second = begun(&world, &business, &json!({})).await;
    let second = ended(&world, &business, &second).await;
    assert_eq!((&second["state"], &second["same"]), (&json!("done"), &json!(6)), "{second}");
    assert_eq!(world.read(&business, &one).await, stopped, "nothing more came of what was stopped");
    assert_eq!(world.act(&business, &format!("{one}/stop"), &json!({})).await, stopped, "it is over");

    let mut last = Value::Null;
    for _ in 0..9 {
        last = begun(&world, &business, &json!({})).await;
        last = ended(&world, &business, &last).await;
    }
    let ids = async || -> Vec<Value> {
        let list = world.read(&business, &path(&business, "replays")).await;
        list["items"].as_array().expect("replays").iter().map(|it| it["id"].clone()).collect()
    };
    let kept = ids().await;
    assert_eq!((kept.len(), &kept[0], &kept[9]), (10, &last["id"], &second["id"]), "the oldest is gone");

    // One that is under way ends with its deletion.
    world.delay(&json!({ "model_ms": 1000 })).await;
    let doomed = begun(&world, &business, &json!({})).await;
    let doomed = path(&business, &format!("replays/{}", doomed["id"].as_str().expect("an id")));
    assert_eq!(world.app.delete(&doomed).api_key(&business.key).send().await.status, 204);
    world.delay(&json!({ "model_ms": 0 })).await;
    world.app.get(&doomed).api_key(&business.key).send().await.assert_problem(404, "not_found");
    let after = begun(&world, &business, &json!({})).await;
    assert_eq!(ended(&world, &business, &after).await["same"], 6);
}

#[rstest]
#[tokio::test]
async fn a_replay_waits_while_its_business_is_suspended(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let admin = world.platform_admin().await;
    let on_platform = async |what: &str| {
        let path = format!("/api/platform/tenants/{}/{what}", business.owner.tenant_id);
        let body = json!({ "reason": "Unpaid" });
        let answer = world.app.post(&path).bearer(&admin.access_token).json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
    };
    for n in 1..=9 {
        asks(&world, &business, AYSE, QUESTION, n).await;
    }
    world.delay(&json!({ "model_ms": 4_000 })).await;
    let replay = begun(&world, &business, &json!({})).await;
    let one = path(&business, &format!("replays/{}", replay["id"].as_str().expect("an id")));
    eventually("it runs", async || (world.read(&business, &one).await["state"] == "running").then_some(())).await;
    let asked = world.prompts().await.len();
    on_platform("suspend").await;
    // What was being thought about is over when another business's bot has thought, which began later.
    let later = world.business("Florist").await;
    world.settle(&later).await;
    world.delay(&json!({ "model_ms": 0 })).await;
    let of_bakery = world.prompts().await.iter().skip(asked).filter(|it| it.contains("Bakery")).count();
    assert!(of_bakery <= 4, "{of_bakery}");
    // Keys are refused meanwhile, and people are not.
    let waiting = world.app.get(&one).bearer(&business.owner.access_token).send().await;
    let so_far = (&waiting.body["state"], &waiting.body["same"]);
    assert_eq!(so_far, (&json!("running"), &json!(0)), "{}", waiting.raw);
    on_platform("resume").await;
    assert_eq!(ended(&world, &business, &replay).await["same"], 9);
}
