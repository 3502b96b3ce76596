//! Templates: read from Meta, kept true by its webhooks, and sent with all they ask for.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, World, eventually, now_s};

const CUSTOMER: &str = "905301234567";

impl World {
    async fn templates(&self, business: &Business) -> (String, Vec<Value>) {
        let numbers = self.read(business, "/api/numbers").await;
        let path = format!("/api/numbers/{}/templates", numbers["items"][0]["id"].as_str().expect("an id"));
        let list = self.read(business, &path).await;
        (path, list["items"].as_array().expect("templates").clone())
    }

    /// Until it holds of the template of this name.
    async fn template(&self, business: &Business, name: &str, is: impl Fn(&Value) -> bool) -> Value {
        eventually("a template that is as it should", async || {
            let (_, all) = self.templates(business).await;
            all.into_iter().find(|it| it["name"] == name && is(it))
        })
        .await
    }

    /// Made at Meta, by whom it does not matter.
    async fn makes_template(&self, business: &Business, template: &Value) -> String {
        let token = self.sim(Method::POST, "/sim/tokens", &json!({})).await;
        let path = format!("/v26.0/{}/message_templates", business.waba_id);
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let path = format!("{path}?access_token={token}");
        let made = self.sim(Method::POST, &path, template).await;
        made["id"].as_str().expect("an id").to_owned()
    }
}

#[rstest]
#[tokio::test]
async fn templates_are_read_from_meta_and_kept_true_by_its_webhooks(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let (path, known) = world.templates(&business).await;
    let names: Vec<_> = known.iter().map(|it| (it["name"].clone(), it["is_sendable"].clone())).collect();
    assert_eq!(names, [(json!("hello_world"), json!(true))]);

    let id = known[0]["id"].as_str().expect("an id");
    let review = json!({ "status": "PAUSED", "reason": "INCORRECT_CATEGORY" });
    world.sim(Method::PUT, &format!("/sim/templates/{id}"), &review).await;
    let paused = world.template(&business, "hello_world", |it| it["status"] == "PAUSED").await;
    assert_eq!((&paused["reason"], &paused["is_sendable"]), (&json!("INCORRECT_CATEGORY"), &json!(false)));
    world.says(&business, CUSTOMER, "Hello").await;
    let messages = format!("{}/messages", world.path(&business, CUSTOMER).await);
    let hello = json!({ "type": "template", "name": "hello_world", "language": "en_US" });
    let refused = world.app.post(&messages).api_key(&business.key).json(&hello).send().await;
    refused.assert_problem(422, "invalid_message");
    assert_eq!(refused.invalid_fields(), ["template"]);

    // Where Meta does not answer, what is known is shown; by hand, its refusal is.
    world.fault(&json!({ "on": "templates", "kind": { "code": 100, "http_status": 400 }, "times": 1 })).await;
    let sync = world.app.post(&format!("{path}/sync")).api_key(&business.key).send().await;
    sync.assert_problem(409, "meta_refused");
    assert_eq!(world.templates(&business).await.1.len(), 1);
    world.all_is_well().await;
    let review = json!({ "status": "APPROVED" });
    world.sim(Method::PUT, &format!("/sim/templates/{id}"), &review).await;
    world.template(&business, "hello_world", |it| it["is_sendable"] == true).await;
    world.act(&business, &messages, &hello).await;
}

#[rstest]
#[tokio::test]
async fn a_template_leaves_with_all_it_asks_for_when_the_window_is_closed(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let order = json!({ "name": "order_ready", "language": "en", "category": "UTILITY", "components": [
        { "type": "BODY", "text": "Hi {{1}}, your {{2}} is ready." },
        { "type": "FOOTER", "text": "The bakery" } ] });
    world.makes_template(&business, &order).await;
    let made = world.template(&business, "order_ready", |it| it["is_sendable"] == true).await;
    let asked: Vec<_> =
        made["parameters"].as_array().expect("parameters").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(asked, [json!("1"), json!("2")]);

    let old = json!({ "from": CUSTOMER, "text": "Tomorrow then", "timestamp": now_s() - 25 * 3_600 });
    world.message(&business, &old).await;
    let messages = format!("{}/messages", world.path(&business, CUSTOMER).await);
    let filled = |values: &[&str]| {
        let parameters: Vec<_> = values.iter().map(|it| json!({ "type": "text", "text": it })).collect();
        json!({ "type": "template", "name": "order_ready", "language": "en",
            "components": [{ "type": "body", "parameters": parameters }] })
    };
    for lacking in [filled(&["Deniz"]), filled(&["Deniz", " "]), filled(&["Deniz", "cake", "more"])] {
        let refused = world.app.post(&messages).api_key(&business.key).json(&lacking).send().await;
        refused.assert_problem(422, "invalid_message");
        assert_eq!(refused.invalid_fields(), ["components"], "{}", refused.raw);
    }
    let send = world.app.post(&messages).api_key(&business.key).header("idempotency-key", "once");
    let sent = send.json(&filled(&["Deniz", "cake"])).send().await;
    assert_eq!((sent.status, sent.text("/text")), (202, "Hi Deniz, your cake is ready.".to_owned()), "{}", sent.raw);
    assert_eq!(sent.text("/payload/rendered/footer"), "The bakery");
    let again = world.app.post(&messages).api_key(&business.key).header("idempotency-key", "once");
    assert_eq!(again.json(&filled(&["Deniz", "cake"])).send().await.text("/id"), sent.text("/id"));
    let left = eventually("it has left", async || world.sent(&business, CUSTOMER).await.pop()).await;
    let template = &left["body"]["template"];
    assert_eq!(
        (&template["name"], &template["components"][0]["parameters"][1]["text"]),
        (&json!("order_ready"), &json!("cake"))
    );
    assert!(template["rendered"].is_null(), "{template}");
}

#[rstest]
#[tokio::test]
async fn an_answer_of_the_ai_says_what_it_was_written_from(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.says(&business, CUSTOMER, crate::world::QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    let thread = world.thread(&business, CUSTOMER).await;
    let answer = thread.iter().find(|it| it["author"] == "ai").expect("an answer");
    assert_eq!(answer["passages"], 1, "{answer}");
    let path = format!(
        "{}/messages/{}/passages",
        world.path(&business, CUSTOMER).await,
        answer["id"].as_str().expect("an id")
    );
    let passages = world.read(&business, &path).await;
    let passage = &passages["items"][0];
    assert_eq!((&passage["title"], &passage["text"]), (&json!(crate::world::QUESTION), &json!(business.answer)));
    let question = thread.iter().find(|it| it["author"] == "customer").expect("a question");
    assert_eq!(question["passages"], 0);
}

#[rstest]
#[tokio::test]
async fn a_reaction_shows_on_its_message_and_leaves_the_ai_in_control(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let said = world.says(&business, CUSTOMER, crate::world::QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    let path = world.path(&business, CUSTOMER).await;
    let react = |emoji: &str| json!({ "type": "reaction", "message_id": said["wamid"], "emoji": emoji });
    world.act(&business, &format!("{path}/messages"), &react("👍")).await;
    let own = async |expected: Value| {
        eventually("the reaction shows", async || {
            let thread = world.thread(&business, CUSTOMER).await;
            thread.iter().any(|it| it["wamid"] == said["wamid"] && it["reactions"]["own"] == expected).then_some(())
        })
        .await;
    };
    own(json!("👍")).await;
    let conversation = world.read(&business, &path).await;
    assert_eq!((&conversation["control"], &conversation["last_message"]["author"]), (&json!("ai"), &json!("ai")));
    world.act(&business, &format!("{path}/messages"), &react("")).await;
    own(Value::Null).await;
}
