//! What a business sets of its bot holds in every turn, and what it tries out is what it gets.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World};

const CUSTOMER: &str = "905301234567";

async fn tried(world: &World, business: &Business, body: &Value) -> Value {
    world.act(business, &format!("/api/bots/{}/try", business.bot), body).await
}

/// The prompt without the code that is new in each.
fn without_nonce(prompt: &str) -> String {
    let nonce = prompt.split("carry the code ").nth(1).expect("a prompt names its code");
    let nonce: String = nonce.chars().take_while(char::is_ascii_alphanumeric).collect();
    prompt.replace(&nonce, "n0nce")
}

#[rstest]
#[tokio::test]
async fn what_is_tried_out_is_what_a_customer_gets(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let would = tried(&world, &business, &json!({ "message": QUESTION })).await;
    assert_eq!(would["outcome"], "answer", "{would}");
    assert_eq!((&would["model"], &would["language"]), (&json!("simulated"), &json!("en")));
    assert!(would["prompt_tokens"].as_u64().expect("a count") > 50, "{would}");
    assert!(would["cost"].as_f64().expect("a cost") > 0.0, "{would}");
    assert_eq!((&would["passages"][0]["text"], &would["passages"][0]["used"]), (&json!(business.answer), &json!(true)));
    assert_eq!(world.conversations(&business).await, Vec::<Value>::new(), "nothing is stored");
    assert_eq!(world.all_sent(&business).await, Vec::<Value>::new(), "nothing is sent");

    world.says(&business, CUSTOMER, QUESTION).await;
    let got = world.answers(&business, CUSTOMER, 1).await;
    assert_eq!(would["texts"], json!(got));
    let prompts: Vec<_> = world.prompts().await.iter().map(|prompt| without_nonce(prompt)).collect();
    assert_eq!((prompts.len(), &prompts[0]), (2, &prompts[1]), "the same question in the same words");

    // What was sent is metered; what was tried is not.
    let usage = world.read(&business, "/api/usage").await;
    let today = &usage["items"][0];
    assert_eq!((&today["answered"], &today["prompt_tokens"]), (&json!(1), &would["prompt_tokens"]), "{usage}");
    assert_eq!(today["cost"], would["cost"], "{usage}");
}

#[rstest]
#[tokio::test]
async fn settings_and_a_past_are_tried_without_being_kept(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let before = world.read(&business, &format!("/api/bots/{}", business.bot)).await;
    let history = json!([
        { "author": "customer", "text": "Do you know Karabas?" },
        { "author": "bot", "text": "The neighbour's dog." },
    ]);
    let settings = json!({ "instructions": "Speak like a pirate.", "language": "tr", "name": "Rosa" });
    tried(&world, &business, &json!({ "message": QUESTION, "history": history, "settings": settings })).await;
    let prompt = world.prompts().await.into_iter().next().expect("the model was asked");
    for part in ["Karabas", "The neighbour's dog.", "Speak like a pirate.", "Always reply in Turkish.", "You are Rosa"]
    {
        assert!(prompt.contains(part), "{part} is not in {prompt}");
    }
    assert_eq!(world.read(&business, &format!("/api/bots/{}", business.bot)).await, before);
}

#[rstest]
#[tokio::test]
async fn a_bot_that_is_tried_hands_over_and_fails_as_it_would(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let handed = tried(&world, &business, &json!({ "message": "I want to talk to a real person" })).await;
    assert_eq!(handed["outcome"], "handoff", "{handed}");
    assert_eq!(handed["texts"], json!(["A colleague will answer you here shortly."]), "{handed}");
    assert!(handed["passages"].as_array().expect("a list").iter().all(|it| it["used"] == false), "{handed}");

    world.fault(&json!({ "on": "model", "kind": "garbage" })).await;
    let failed = tried(&world, &business, &json!({ "message": QUESTION })).await;
    assert_eq!((&failed["outcome"], &failed["texts"]), (&json!("failed"), &json!([])), "{failed}");
    assert!(failed["reason"].as_str().expect("why").contains("could not be read"), "{failed}");
}

#[rstest]
#[tokio::test]
async fn a_greeting_stands_above_the_first_answer_and_no_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let path = format!("/api/bots/{}", business.bot);
    let greeting = json!({ "greeting": "  Welcome to the bakery!  " });
    let changed = world.app.patch(&path).api_key(&business.key).json(&greeting).send().await;
    assert_eq!((changed.status, changed.text("/greeting")), (200, "Welcome to the bakery!".into()), "{}", changed.raw);
    for count in 1..=2 {
        world.says(&business, CUSTOMER, QUESTION).await;
        world.answers(&business, CUSTOMER, count).await;
    }
    let answers = world.answers(&business, CUSTOMER, 2).await;
    assert!(
        answers[0].starts_with("Welcome to the bakery!\n\n") && answers[0].contains(&business.answer),
        "{answers:?}"
    );
    assert!(!answers[1].contains("Welcome"), "{answers:?}");
    let prompts = world.prompts().await;
    let is_told: Vec<_> = prompts.iter().map(|prompt| prompt.contains("stands under a greeting")).collect();
    assert_eq!(is_told, [true, false]);
}

#[rstest]
#[tokio::test]
async fn a_conversation_with_a_label_that_calls_people_is_theirs(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let label = world.act(&business, "/api/labels", &json!({ "name": "VIP", "colour": "red" })).await["id"].clone();
    let path = format!("/api/bots/{}", business.bot);
    let labels = json!({ "handoff_labels": [label] });
    let changed = world.app.patch(&path).api_key(&business.key).json(&labels).send().await;
    assert_eq!(changed.status, 200, "{}", changed.raw);
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    let conversation = world.path(&business, CUSTOMER).await;
    let labelled = world.app.patch(&conversation).api_key(&business.key).json(&json!({ "add_labels": [label] }));
    let labelled = labelled.send().await;
    assert_eq!(labelled.status, 200, "{}", labelled.raw);
    world.says(&business, CUSTOMER, QUESTION).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["control"] == "human").await;
    assert_eq!(conversation["control_reason"], "label:VIP", "{conversation}");
    assert_eq!(world.prompts().await.len(), 1, "no model is asked");
}
