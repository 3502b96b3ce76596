//! What a bot could not answer is kept, with what asks the same together, until somebody teaches it or puts it away.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::Settings;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

fn without_model(settings: &mut Settings) {
    settings.openai_base_url = None;
    settings.openai_api_key = None;
    settings.openai_model = None;
}

fn path(business: &Business, rest: &str) -> String {
    format!("/api/bots/{}/unanswered{rest}", business.bot)
}

async fn open(world: &World, business: &Business) -> Vec<Value> {
    world.read(business, &path(business, "")).await["items"].as_array().expect("a list").clone()
}

/// Waits until so many questions are open, in however many groups.
async fn with(world: &World, business: &Business, questions: u64) -> Vec<Value> {
    eventually("the questions", async || {
        let groups = open(world, business).await;
        let count: u64 = groups.iter().filter_map(|group| group["count"].as_u64()).sum();
        (count == questions).then_some(groups)
    })
    .await
}

/// Asks, each as a customer of their own, and one after another.
async fn ask(world: &World, business: &Business, first: u64, questions: &[&str]) {
    for (n, question) in (first..).zip(questions) {
        let customer = format!("9053012345{n:02}");
        world.says(business, &customer, question).await;
        world.conversation(business, &customer, |it| it["control"] == "human").await;
    }
}

#[rstest]
#[tokio::test]
async fn what_asks_the_same_is_listed_together_and_is_taught_or_put_away(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, without_model).await;
    let business = world.business("Bakery").await;
    let asked = [
        "Do you have gluten free bread?",
        "Glütensiz ekmeğiniz var mı?",
        "Is your bread gluten-free?",
        "هل يمكنني إيقاف سيارتي؟",
        "glutensiz ekmek",
    ];
    ask(&world, &business, 10, &asked).await;
    world.says(&business, "905301234599", QUESTION).await;
    world.answers(&business, "905301234599", 1).await;
    let groups = with(&world, &business, 5).await;
    let all: Vec<_> =
        groups.iter().map(|it| (it["question"].as_str().unwrap(), it["count"].as_u64().unwrap())).collect();
    assert!(all.contains(&("Is your bread gluten-free?", 2)), "{all:?}");
    assert!(all.contains(&("glutensiz ekmek", 2)), "{all:?}");
    assert_eq!(all.last(), Some(&("هل يمكنني إيقاف سيارتي؟", 1)), "the most asked first");
    let english = groups.iter().find(|it| it["question"] == asked[2]).expect("it is there");
    assert_eq!((&english["languages"], &english["examples"][1]["reason"]), (&json!(["en"]), &json!("no_answer")));

    // An example leads to where it was asked.
    let example = &english["examples"][0];
    let conversation = format!("/api/conversations/{}", example["conversation_id"].as_str().expect("an id"));
    let around = format!("{conversation}/messages?around={}", example["message_id"].as_str().expect("an id"));
    let thread = world.read(&business, &around).await;
    assert!(thread["items"].as_array().expect("messages").iter().any(|it| it["text"] == asked[2]), "{thread}");

    // Putting away, and back.
    let settle =
        async |what: &str, body: Value| world.act(&business, &path(&business, what), &body).await["count"].clone();
    let parking = groups.last().expect("a group")["ids"].clone();
    assert_eq!(settle("/resolve", json!({ "ids": parking, "how": "dismissed" })).await, json!(1));
    assert_eq!(settle("/resolve", json!({ "ids": parking, "how": "taught" })).await, json!(0), "it is settled");
    assert_eq!(open(&world, &business).await.len(), groups.len() - 1);
    assert_eq!(settle("/reopen", json!({ "ids": parking })).await, json!(1));
    assert_eq!(open(&world, &business).await, groups);

    // Taught: who asks now is answered, and not listed.
    world.teach(&business, asked[2], "Only on Fridays.").await;
    assert_eq!(settle("/resolve", json!({ "ids": english["ids"], "how": "taught" })).await, json!(2));
    world.says(&business, "905301234577", asked[2]).await;
    let answers = world.answers(&business, "905301234577", 1).await;
    assert!(answers[0].contains("Only on Fridays."), "{answers:?}");
    assert_eq!(open(&world, &business).await.len(), groups.len() - 1);

    let key = business.key.as_str();
    for (body, status) in [
        (json!({ "ids": [], "how": "taught" }), 422),
        (json!({ "ids": vec![uuid::Uuid::nil(); 1_001], "how": "taught" }), 422),
        (json!({ "ids": [uuid::Uuid::nil()], "how": "forgotten" }), 400),
    ] {
        let answer = world.app.post(&path(&business, "/resolve")).api_key(key).json(&body).send().await;
        assert_eq!(answer.status, status, "{}", answer.raw);
    }
}

#[rstest]
#[tokio::test]
async fn only_what_is_not_known_is_listed(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let bot = format!("/api/bots/{}", business.bot);
    let patched = world.app.patch(&bot).api_key(&business.key).json(&json!({ "handoff_keywords": ["refund"] }));
    assert_eq!(patched.send().await.status, 200);
    // People are called for other reasons: they are wanted, a word calls them, the model is broken.
    ask(&world, &business, 10, &["I want to talk to a real person", "Where is my refund?"]).await;
    world.fault(&json!({ "on": "model", "kind": "garbage", "times": 3 })).await;
    ask(&world, &business, 12, &["Do you have parking spaces?"]).await;
    world.all_is_well().await;
    // This is not known, by the model and by the bot's own rule.
    ask(&world, &business, 13, &["Do you repair helicopters?"]).await;
    let unsure = world.app.patch(&bot).api_key(&business.key).json(&json!({ "handoff_confidence": 90 }));
    assert_eq!(unsure.send().await.status, 200);
    ask(&world, &business, 14, &["Do you sell submarines?"]).await;
    let groups = with(&world, &business, 2).await;
    let reasons: Vec<_> = groups.iter().map(|it| (&it["question"], &it["examples"][0]["reason"])).collect();
    assert_eq!(
        reasons,
        [
            (&json!("Do you sell submarines?"), &json!("unsure")),
            (&json!("Do you repair helicopters?"), &json!("model")),
        ]
    );
    assert!(groups[1]["examples"][0]["detail"].is_string(), "what the model said of it: {}", groups[1]);
}

#[rstest]
#[tokio::test]
async fn what_a_bot_could_not_answer_goes_with_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, without_model).await;
    let business = world.business("Bakery").await;
    ask(&world, &business, 10, &["Do you repair helicopters?"]).await;
    with(&world, &business, 1).await;
    let other = world.act(&business, "/api/bots", &json!({ "name": "Rosa" })).await;
    let numbers = world.read(&business, "/api/numbers").await;
    let number = format!("/api/numbers/{}", numbers["items"][0]["id"].as_str().expect("an id"));
    let moved = world.app.patch(&number).api_key(&business.key).json(&json!({ "bot_id": other["id"] })).send().await;
    assert_eq!(moved.status, 200, "{}", moved.raw);
    let gone = world.app.delete(&format!("/api/bots/{}", business.bot)).api_key(&business.key).send().await;
    assert_eq!(gone.status, 204, "{}", gone.raw);
    world.app.get(&path(&business, "")).api_key(&business.key).send().await.assert_problem(404, "not_found");
    let of_other = format!("/api/bots/{}/unanswered", other["id"].as_str().expect("an id"));
    assert_eq!(world.read(&business, &of_other).await["items"], json!([]));
}
