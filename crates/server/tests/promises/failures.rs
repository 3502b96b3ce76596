//! 8. Never into the void.

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    refuse_answers, run,
};

use crate::{
    tools,
    world::{Business, QUESTION, World, eventually, text_of},
};

const CUSTOMER: &str = "905301234567";
const HANDOFF: &str = "A colleague will answer you here shortly.";
const UNANSWERED: &str = "I don't have the answer to that. A colleague will reply to you here shortly.";

/// The conversation as people find it when the AI has given up, and what the customer was told.
async fn handed_over(world: &World, business: &Business) -> (Value, Vec<String>) {
    let conversation = world.conversation(business, CUSTOMER, |it| it["needs_person"] == true).await;
    let told = world.answers(business, CUSTOMER, 1).await;
    let listed = world.read(business, "/api/conversations?needs_person=true").await;
    assert_eq!(listed["items"][0]["id"], conversation["id"], "the inbox shows who waits for a person");
    (conversation, told)
}

#[rstest]
#[case::fails(json!("server_error"))]
#[case::says_nothing(json!("empty"))]
#[case::breaks_off(json!("garbage"))]
#[case::hangs_up(json!("timeout"))]
#[case::knows_no_key(json!("token_dead"))]
#[case::is_overloaded(json!("throttle_number"))]
#[tokio::test]
async fn a_model_that_gives_no_answer_is_replaced_by_people(
    #[case] kind: Value,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "model", "kind": kind, "hold_ms": 200 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let (conversation, told) = handed_over(&world, &business).await;
    assert_eq!((&conversation["control"], told), (&json!("human"), vec![HANDOFF.to_owned()]), "{conversation}");
    assert!(conversation["control_reason"].is_string(), "{conversation}");
}

#[rstest]
#[tokio::test]
async fn a_model_that_stumbles_once_is_asked_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "model", "kind": "server_error", "times": 1 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answered_once(&business, CUSTOMER).await;
    let conversation = world.conversation(&business, CUSTOMER, |_| true).await;
    assert_eq!((&conversation["control"], &conversation["needs_person"]), (&json!("ai"), &json!(false)));
}

#[rstest]
#[tokio::test]
async fn what_the_model_cannot_answer_goes_to_people(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, "I want to talk to a real person").await;
    let (conversation, told) = handed_over(&world, &business).await;
    assert_eq!(conversation["control"], "human");
    assert_eq!(told, [HANDOFF], "the customer hears nothing of the model's reasons");
}

#[rstest]
#[tokio::test]
async fn without_a_model_stored_answers_are_given_and_the_rest_is_handed_over(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start_with(engine, |settings| {
        settings.openai_base_url = None;
        settings.openai_api_key = None;
        settings.openai_model = None;
    })
    .await;
    let business = world.business("Bakery").await;
    world.says(&business, "905309999999", QUESTION).await;
    assert_eq!(world.answers(&business, "905309999999", 1).await, [business.answer.as_str()]);
    world.says(&business, CUSTOMER, "Do you repair bicycles?").await;
    let (conversation, told) = handed_over(&world, &business).await;
    assert_eq!((&conversation["control"], told), (&json!("human"), vec![UNANSWERED.to_owned()]));
    assert_eq!(world.prompts().await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn what_no_database_stores_in_an_answer_is_left_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let answer =
        json!({ "reply": "We\0 open at 7.\u{1}", "choices": ["Bre\0ad", "Cake"], "handoff": null }).to_string();
    world.fault(&json!({ "on": "model", "kind": { "says": answer }, "times": 1 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    eventually("an answer", async || world.sent(&business, CUSTOMER).await.pop()).await;
    let sent = world.sent(&business, CUSTOMER).await;
    assert_eq!(sent[0]["body"]["interactive"]["body"]["text"], "We open at 7.", "{sent:?}");
    assert!(!sent[0].to_string().contains("u0000"), "{sent:?}");

    let handed = json!({ "reply": "", "handoff": "a re\0fund" }).to_string();
    world.fault(&json!({ "on": "model", "kind": { "says": handed }, "times": 1 })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control_reason"], "a refund", "{conversation}");
}

#[rstest]
#[tokio::test]
async fn an_answer_that_cannot_be_stored_is_paid_for_three_times_at_most(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    refuse_answers(&world.app.server.state().db).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    let (conversation, told) = handed_over(&world, &business).await;
    assert_eq!((&conversation["control"], told), (&json!("human"), vec![HANDOFF.to_owned()]), "{conversation}");
    assert_eq!(conversation["control_reason"], "What the bot came to could not be stored.");
    assert_eq!(world.prompts().await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn a_call_that_cannot_be_recorded_is_not_made_and_wished_for_three_times_at_most(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = tools::start(engine).await;
    let business = world.business("Bakery").await;
    tools::give(&world, &business, &tools::find_order(&world)).await;
    let refuse = match engine {
        Sqlite => "CREATE TRIGGER no_calls BEFORE INSERT ON tool_call BEGIN SELECT RAISE(ABORT, 'refused'); END",
        Postgres => "ALTER TABLE tool_call ADD CONSTRAINT no_calls CHECK (name = '') NOT VALID",
    };
    run(&world.app.server.state().db, refuse).await;
    world.says(&business, CUSTOMER, tools::WHERE).await;
    let (conversation, told) = handed_over(&world, &business).await;
    assert_eq!((&conversation["control"], told), (&json!("human"), vec![HANDOFF.to_owned()]), "{conversation}");
    assert_eq!(conversation["control_reason"], "What the bot came to could not be stored.");
    assert_eq!(world.prompts().await.len(), 3);
    assert!(tools::asked(&world).await.is_empty(), "what is not recorded is not done");
}

#[rstest]
#[tokio::test]
async fn who_was_greeted_with_a_handover_is_not_greeted_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let set = async |settings: Value| {
        let path = format!("/api/bots/{}", business.bot);
        let changed = world.app.patch(&path).api_key(&business.key).json(&settings).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
    };
    set(json!({ "greeting": "Welcome to the Bakery!", "handoff_keywords": ["vegan"] })).await;
    world.says(&business, CUSTOMER, &format!("Something vegan, and: {QUESTION}")).await;
    let (_, told) = handed_over(&world, &business).await;
    assert_eq!(told, [format!("Welcome to the Bakery!\n\n{HANDOFF}")]);
    set(json!({ "handoff_keywords": [] })).await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/handback"), &json!({})).await;
    let told = eventually("the answer", async || {
        let sent: Vec<String> = world.sent(&business, CUSTOMER).await.iter().map(text_of).collect();
        sent.into_iter().find(|text| text.contains(&business.answer))
    })
    .await;
    assert!(!told.contains("Welcome"), "{told}");
}

#[rstest]
#[tokio::test]
async fn a_message_that_whatsapp_refuses_shows_why(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "messages", "kind": { "code": 131_026, "http_status": 400 }, "to": CUSTOMER })).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    let thread = world.thread(&business, CUSTOMER).await;
    let failed: Vec<_> = thread.iter().filter(|message| message["status"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{thread:?}");
    assert_eq!(failed[0]["error"]["code"], 131_026);
    assert!(world.sent(&business, CUSTOMER).await.iter().map(text_of).next().is_none());
}
