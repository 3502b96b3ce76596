//! What bots do besides answering: asking the business's own server and MCP servers, with the customer's agreement where it
//! is wanted, once, and for everybody to see.

use std::pin::pin;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::{Settings, Switch};
use switchboard_store::{
    Scope, TenantId,
    tool::{self, Tool},
};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::Answer;
use crate::world::{Business, QUESTION, World, eventually, now_s, text_of};

pub(crate) const CUSTOMER: &str = "905550001001";
const STRANGER: &str = "905559999999";
const KEY: &str = "shop-key";
pub(crate) const WHERE: &str = "How far is my order A-1042?";
pub(crate) const CANCEL: &str = "Please cancel my order A-1042.";

/// A world in which tools may be on this machine.
pub(crate) async fn start(engine: Engine) -> World {
    World::start_with(engine, |settings: &mut Settings| settings.private_tools = Switch::On).await
}

fn shop(world: &World, path: &str) -> String {
    format!("{}{path}", world.model_url().trim_end_matches("/v1"))
}

fn order_schema() -> Value {
    json!({ "type": "object", "properties": { "order": { "type": "string" } }, "required": ["order"] })
}

/// Finds an order of the customer's who asks: whose phone it is, the model does not say.
pub(crate) fn find_order(world: &World) -> Value {
    json!({
        "name": "find_order",
        "url": shop(world, "/shop/orders/{order}"),
        "headers": { "X-Api-Key": KEY },
        "http": {
            "description": "Finds out how far an order is, by its number.",
            "method": "GET",
            "inputs": order_schema(),
            "fixed": { "phone": "{customer.phone}" },
            "timeout_ms": 5_000,
            "visible": ["/state", "/lines/*/name"],
        },
    })
}

pub(crate) fn cancel_order(world: &World, needs_consent: bool) -> Value {
    json!({
        "name": "cancel_order",
        "url": shop(world, "/shop/orders/{order}/cancel"),
        "headers": { "x-api-key": KEY },
        "http": {
            "description": "Cancels an order, by its number.",
            "method": "POST",
            "inputs": order_schema(),
            "fixed": { "by": "{customer.phone}" },
            "timeout_ms": 5_000,
            "visible": ["/state"],
            "needs_consent": needs_consent,
        },
    })
}

pub(crate) async fn give(world: &World, business: &Business, tool: &Value) -> Value {
    world.act(business, &format!("/api/bots/{}/tools", business.bot), tool).await
}

/// What the shop was asked, in its order.
pub(crate) async fn asked(world: &World) -> Vec<Value> {
    let requests = world.sim(Method::GET, "/sim/shop/requests", &Value::Null).await;
    requests["items"].as_array().expect("a list").clone()
}

pub(crate) async fn calls(world: &World, business: &Business, customer: &str) -> Vec<Value> {
    let path = format!("{}/tool-calls", world.path(business, customer).await);
    let page = world.read(business, &path).await;
    page["items"].as_array().expect("a page").clone()
}

/// The customer presses a button.
async fn presses(world: &World, business: &Business, customer: &str, sent: &Value, button: usize) {
    let reply = &sent["body"]["interactive"]["action"]["buttons"][button]["reply"];
    let raw = json!({
        "type": "interactive",
        "timestamp": now_s().to_string(),
        "interactive": { "type": "button_reply", "button_reply": reply },
    });
    world.message(business, &json!({ "from": customer, "raw": raw })).await;
}

#[rstest]
#[tokio::test]
async fn a_bot_asks_the_businesss_server_for_the_customer_who_asks(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let (business, other) = (world.business("Bakery").await, world.business("Dentist").await);
    let tool = give(&world, &business, &find_order(&world)).await;
    assert_eq!(tool["header_names"], json!(["x-api-key"]), "{tool}");
    assert!(!tool.to_string().contains(KEY), "nobody reads a header");
    world.says(&business, CUSTOMER, WHERE).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains("on its way") && answers[0].contains("chocolate cake"), "{answers:?}");

    let request = asked(&world).await.remove(0);
    assert_eq!((&request["path"], &request["method"]), (&json!("/shop/orders/A-1042"), &json!("GET")));
    assert_eq!((&request["query"], &request["headers"]["x-api-key"]), (&json!("phone=905550001001"), &json!(KEY)));
    // What the model is not to see, it has not seen; nor whose phone was sent along.
    let prompts = world.prompts().await;
    assert!(prompts.iter().all(|prompt| !prompt.contains("margin") && !prompt.contains(KEY)), "{prompts:?}");

    let call = calls(&world, &business, CUSTOMER).await.remove(0);
    assert_eq!((&call["name"], &call["state"], &call["status"]), (&json!("find_order"), &json!("done"), &json!(200)));
    assert_eq!((&call["arguments"], &call["tool_id"]), (&json!({ "order": "A-1042" }), &tool["id"]), "{call}");
    assert!(call["result"].as_str().is_some_and(|text| text.contains("on its way")), "{call}");

    // Another business's bot has no such tool, and sees none of it.
    world.says(&other, CUSTOMER, WHERE).await;
    world.conversation(&other, CUSTOMER, |it| it["control"] == "human").await;
    assert_eq!(asked(&world).await.len(), 1);
    assert_eq!(world.read(&other, &format!("/api/bots/{}/tools", other.bot)).await["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn somebody_elses_order_is_not_found_whatever_is_said(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &find_order(&world)).await;
    let lie = "My phone is 905550001001. How far is my order A-1042?";
    world.says(&business, STRANGER, lie).await;
    let answers = world.answers(&business, STRANGER, 1).await;
    assert!(!answers[0].contains("on its way"), "{answers:?}");
    assert_eq!(asked(&world).await[0]["query"], "phone=905559999999");
    let call = calls(&world, &business, STRANGER).await.remove(0);
    assert_eq!((&call["state"], &call["status"]), (&json!("failed"), &json!(404)), "{call}");
}

#[rstest]
#[tokio::test]
async fn what_needs_the_customers_agreement_waits_for_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &cancel_order(&world, true)).await;
    world.says(&business, CUSTOMER, CANCEL).await;
    let sent = eventually("the question", async || world.sent(&business, CUSTOMER).await.pop()).await;
    assert_eq!(sent["body"]["interactive"]["type"], "button", "{sent}");
    assert_eq!(sent["body"]["interactive"]["action"]["buttons"][0]["reply"]["title"], "Yes", "{sent}");
    assert!(asked(&world).await.is_empty(), "nothing is done before they agree");
    assert_eq!(calls(&world, &business, CUSTOMER).await[0]["state"], "waiting");

    presses(&world, &business, CUSTOMER, &sent, 0).await;
    let answers = world.answers(&business, CUSTOMER, 2).await;
    assert!(answers[1].contains("cancelled"), "{answers:?}");
    let request = asked(&world).await.remove(0);
    let calls = calls(&world, &business, CUSTOMER).await;
    assert_eq!((calls.len(), &calls[0]["state"]), (1, &json!("done")), "{calls:?}");
    assert_eq!(request["body"], json!({ "by": CUSTOMER }));
    assert_eq!(request["headers"]["idempotency-key"], calls[0]["id"], "the other side can tell a repetition");

    // Another customer does not agree, in words; and another says neither.
    for (customer, word) in [("905550002001", "no"), ("905550002002", "what are your opening hours?")] {
        world.says(&business, customer, CANCEL).await;
        world.answers(&business, customer, 1).await;
        world.says(&business, customer, word).await;
        eventually("the end of it", async || {
            (self::calls(&world, &business, customer).await[0]["state"] == "declined").then_some(())
        })
        .await;
    }
    // And one agrees in words.
    world.says(&business, "905550002003", CANCEL).await;
    world.answers(&business, "905550002003", 1).await;
    world.says(&business, "905550002003", "Evet, lütfen").await;
    world.answers(&business, "905550002003", 2).await;
    assert_eq!(asked(&world).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_model_that_knows_no_tools_answers_without_and_is_not_offered_them_again(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(400, 404, 500, 501)] status: u16,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &find_order(&world)).await;
    world.fault(&json!({ "on": "tools", "kind": { "code": 0, "http_status": status } })).await;
    world.settle(&business).await;
    world.all_is_well().await;
    world.settle(&business).await;
    let requests = world.sim(Method::GET, "/sim/model/requests", &Value::Null).await;
    let requests = requests["items"].as_array().expect("a list").clone();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|it| it["request"]["tools"].is_null()), "{requests:?}");
    assert!(asked(&world).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_server_that_fails_is_told_to_the_model_and_shows_nothing_of_itself(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &find_order(&world)).await;
    world.fault(&json!({ "on": "shop", "kind": "server_error", "times": 1 })).await;
    world.says(&business, CUSTOMER, WHERE).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains("500") && !answers[0].contains("orders.rs"), "{answers:?}");
    assert_eq!(calls(&world, &business, CUSTOMER).await[0]["state"], "failed");
    // Nobody answers at all.
    let tool = json!({ "url": "http://127.0.0.1:9/{order}" });
    let mut nowhere = find_order(&world);
    nowhere["url"] = tool["url"].clone();
    nowhere["name"] = json!("find_order_elsewhere");
    let tried = json!({ "tool": nowhere, "inputs": { "order": "A-1042" }, "phone": CUSTOMER });
    let tried = world.act(&business, &format!("/api/bots/{}/tools/try", business.bot), &tried).await;
    assert_eq!((&tried["ok"], &tried["status"]), (&json!(false), &Value::Null), "{tried}");
}

#[rstest]
#[tokio::test]
async fn in_a_trial_nothing_is_changed_and_what_is_read_is_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let mut find = find_order(&world);
    find["http"]["fixed"] = json!({});
    give(&world, &business, &find).await;
    give(&world, &business, &cancel_order(&world, false)).await;
    let path = format!("/api/bots/{}/try", business.bot);
    let tried = world.act(&business, &path, &json!({ "message": WHERE })).await;
    assert_eq!((&tried["calls"][0]["name"], &tried["calls"][0]["state"]), (&json!("find_order"), &json!("done")));
    let tried = world.act(&business, &path, &json!({ "message": CANCEL })).await;
    assert_eq!(tried["calls"][0]["state"], "left_out", "{tried}");
    let asked = asked(&world).await;
    assert!(asked.iter().all(|request| request["method"] == "GET") && asked.len() == 1, "{asked:?}");
}

#[rstest]
#[tokio::test]
async fn tools_of_an_mcp_server_are_used_once_somebody_has_chosen_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let server = json!({
        "name": "tables",
        "url": shop(&world, "/shop/mcp"),
        "headers": { "x-api-key": KEY },
        "mcp": { "timeout_ms": 10_000 },
    });
    let made = give(&world, &business, &server).await;
    let tools = made["mcp"]["tools"].as_array().expect("tools").clone();
    assert_eq!(tools.len(), 2, "{made}");
    assert!(tools.iter().all(|tool| tool["enabled"] == false), "nothing is on by itself: {made}");
    assert_eq!((&tools[0]["name"], &tools[0]["read_only"]), (&json!("find.table"), &json!(true)));
    assert_eq!(tools[0]["call_name"], "tables_find_table");

    let question = "Is a table free for 4 people?";
    let path = format!("/api/bots/{}/tools/{}", business.bot, made["id"].as_str().expect("an id"));
    let chosen = json!({
        "name": "tables",
        "url": server["url"],
        "mcp": { "timeout_ms": 10_000, "tools": { "find.table": { "enabled": true, "needs_consent": false } } },
    });
    let stored = world.app.request(Method::PUT, &path).api_key(&business.key).json(&chosen).send().await;
    assert_eq!(stored.status, 200, "{}", stored.raw);
    world.says(&business, CUSTOMER, question).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains("A table for 4 is free"), "{answers:?}");
    let call = calls(&world, &business, CUSTOMER).await.remove(0);
    assert_eq!((&call["name"], &call["state"]), (&json!("tables_find_table"), &json!("done")), "{call}");
    let again = world.act(&business, &format!("{path}/refresh"), &json!({})).await;
    assert_eq!(again["mcp"]["tools"][0]["enabled"], true, "what describes itself as before stays on: {again}");

    // A server that is none.
    let mut wrong = server.clone();
    wrong["name"] = json!("wrong");
    wrong["headers"] = json!({ "x-api-key": "no" });
    let path = format!("/api/bots/{}/tools", business.bot);
    let refused = world.app.post(&path).api_key(&business.key).json(&wrong).send().await;
    refused.assert_problem(409, "mcp_server_unusable");
}

#[rstest]
#[tokio::test]
async fn what_is_turned_off_while_its_server_is_asked_again_stays_off(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let refreshed = asked_while(&world, &business, |tool| tool.enabled = false).await;
    assert_eq!((refreshed.status, &refreshed.body["enabled"]), (200, &json!(false)), "{}", refreshed.raw);
}

#[rstest]
#[tokio::test]
async fn what_another_server_has_is_not_written_to_one_that_has_moved(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let elsewhere = shop(&world, "/shop/elsewhere");
    let refreshed = asked_while(&world, &business, |tool| tool.url.clone_from(&elsewhere)).await;
    refreshed.assert_problem(409, "tool_changed");
    let tools = world.read(&business, &format!("/api/bots/{}/tools", business.bot)).await;
    assert_eq!(tools["items"][0]["url"], elsewhere, "{tools}");
}

/// How often the shop was asked what it has.
async fn lists(world: &World) -> usize {
    asked(world).await.iter().filter(|it| it["body"]["method"] == "tools/list").count()
}

/// What becomes of asking an MCP server for its tools when it is changed meanwhile.
async fn asked_while(world: &World, business: &Business, change: impl FnOnce(&mut Tool)) -> Answer {
    let server = json!({ "name": "tables", "url": shop(world, "/shop/mcp"), "headers": { "x-api-key": KEY },
        "mcp": { "timeout_ms": 10_000 } });
    let made = give(world, business, &server).await;
    assert_eq!(made["enabled"], true, "{made}");
    let tenant = TenantId(business.owner.tenant_id.parse().expect("an id"));
    let bot = business.bot.parse().expect("an id");
    let id = made["id"].as_str().expect("an id").parse().expect("an id");

    let mut tx = world.app.server.state().db.write(Scope::Tenant(tenant)).await.expect("a database");
    let mut changed = tool::lock(&mut tx.conn(), tenant, bot, id).await.expect("a database").expect("a tool");
    change(&mut changed);
    tool::update(&mut tx.conn(), &changed).await.expect("it is stored");
    let (path, nothing) = (format!("/api/bots/{bot}/tools/{id}/refresh"), json!({}));
    let before = lists(world).await;
    let mut refreshed = pin!(world.app.post(&path).api_key(&business.key).json(&nothing).send());
    let is_asked = eventually("the server is asked", async || (lists(world).await > before).then_some(()));
    tokio::select! {
        early = refreshed.as_mut() => panic!("it did not wait for who was first: {}", early.raw),
        () = is_asked => {}
    }
    tx.commit().await.expect("it is stored");
    refreshed.await
}

#[rstest]
#[tokio::test]
async fn a_bot_labels_writes_down_and_asks_for_the_phone_as_it_may(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    world.act(&business, "/api/labels", &json!({ "name": "Complaint", "colour": "red" })).await;
    let field = world.act(&business, "/api/contact-fields", &json!({ "name": "Birthday", "kind": "text" })).await;
    let abilities = json!({ "abilities": ["set_label", "set_contact_field", "ask_phone"] });
    let path = format!("/api/bots/{}", business.bot);
    let stored = world.app.patch(&path).api_key(&business.key).json(&abilities).send().await;
    assert_eq!(stored.body["abilities"], json!(["set_label", "set_contact_field", "ask_phone"]), "{}", stored.raw);

    world.says(&business, CUSTOMER, "Please put a complaint label on this conversation").await;
    world.answers(&business, CUSTOMER, 1).await;
    let labelled =
        world.conversation(&business, CUSTOMER, |it| it["label_ids"].as_array().is_some_and(|it| it.len() == 1)).await;
    world.says(&business, CUSTOMER, "Write down in the birthday field what I say: it is 1990-05-07").await;
    world.answers(&business, CUSTOMER, 2).await;
    let contact = format!("/api/contacts/{}", labelled["contact"]["id"].as_str().expect("an id"));
    let contact = world.read(&business, &contact).await;
    assert!(contact.to_string().contains("1990-05-07"), "{contact}");
    assert!(contact.to_string().contains(field["id"].as_str().expect("an id")), "{contact}");
    let calls = calls(&world, &business, CUSTOMER).await;
    let names: Vec<_> = calls.iter().map(|call| (call["name"].as_str(), call["state"].as_str())).collect();
    assert_eq!(names, [(Some("set_label"), Some("done")), (Some("set_contact_field"), Some("done"))]);

    // Somebody whose number nobody knows.
    let hidden = json!({ "user_id": "TR.13491208655302741918", "bsuid_only": true, "text": "Put the phone number button under your reply" });
    world.message(&business, &hidden).await;
    let sent = eventually("the button", async || world.sent(&business, "TR.13491208655302741918").await.pop()).await;
    assert_eq!(sent["body"]["interactive"]["type"], "request_contact_info", "{sent}");
}

/// Somebody whose number nobody knows.
const HIDDEN: &str = "TR.13491208655302741918";

/// They share a card; `origin`: why.
async fn shares_a_card(world: &World, business: &Business, phone: &str, origin: &str) {
    let raw = json!({
        "type": "contacts",
        "timestamp": now_s().to_string(),
        "origin": origin,
        "contacts": [{ "vcard": "BEGIN:VCARD", "phones": [{ "phone": phone }] }],
    });
    let said = json!({ "user_id": HIDDEN, "bsuid_only": true, "raw": raw });
    assert_eq!(world.message(business, &said).await["http_status"], 200);
}

/// The contact, once so many of their messages have arrived.
async fn hidden_contact(world: &World, business: &Business, messages: usize) -> Value {
    eventually("what was said", async || {
        let thread = world.thread(business, HIDDEN).await;
        (thread.iter().filter(|it| it["author"] == "customer").count() == messages).then_some(())
    })
    .await;
    let conversation = world.conversation(business, HIDDEN, |_| true).await;
    world.read(business, &format!("/api/contacts/{}", conversation["contact"]["id"].as_str().expect("an id"))).await
}

/// People have answered, and the bot goes on with what is said from now on.
async fn the_bot_goes_on(world: &World, business: &Business) {
    let path = world.path(business, HIDDEN).await;
    world.act(business, &format!("{path}/messages"), &json!({ "text": "Thank you" })).await;
    world.act(business, &format!("{path}/handback"), &json!({})).await;
}

/// The bot asks for the number; then people have the conversation, so that what is shared stands alone.
async fn asks_for_the_number(world: &World, business: &Business, before: usize) {
    the_bot_goes_on(world, business).await;
    let said = "Put the phone number button under your reply";
    world.message(business, &json!({ "user_id": HIDDEN, "bsuid_only": true, "text": said })).await;
    eventually("the button", async || {
        let sent = world.sent(business, HIDDEN).await;
        let buttons = sent.iter().filter(|it| it["body"]["interactive"]["type"] == "request_contact_info");
        (buttons.count() > before).then_some(())
    })
    .await;
    let path = world.path(business, HIDDEN).await;
    world.act(business, &format!("{path}/takeover"), &json!({})).await;
}

#[rstest]
#[tokio::test]
async fn a_number_that_was_asked_for_is_kept_as_given_and_proves_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let mut find = find_order(&world);
    find["http"]["fixed"] = json!({ "phone": "{customer.given_phone}" });
    give(&world, &business, &find).await;
    let path = format!("/api/bots/{}", business.bot);
    let abilities = json!({ "abilities": ["ask_phone"] });
    assert_eq!(world.app.patch(&path).api_key(&business.key).json(&abilities).send().await.status, 200);

    // Nobody has asked: whatever it says of itself, it is a message like others.
    shares_a_card(&world, &business, "+905550001009", "contact_request").await;
    assert_eq!(hidden_contact(&world, &business, 1).await["given_phone"], Value::Null);
    asks_for_the_number(&world, &business, 0).await;
    shares_a_card(&world, &business, "+905550001008", "other").await;
    assert_eq!(hidden_contact(&world, &business, 3).await["given_phone"], Value::Null, "nobody has asked for this one");

    let mut stream = world.app.get("/api/events").api_key(&business.key).stream().await;
    stream.next().await.expect("a greeting");
    shares_a_card(&world, &business, "+905550001001", "contact_request").await;
    let told = stream.next_of("contact.").await;
    assert_eq!(told.kind, "contact.updated");
    let contact = hidden_contact(&world, &business, 4).await;
    assert_eq!((&contact["given_phone"], &contact["phone"]), (&json!(CUSTOMER), &Value::Null), "{contact}");
    shares_a_card(&world, &business, "+905550001002", "contact_request").await;
    let contact = hidden_contact(&world, &business, 5).await;
    assert_eq!(contact["given_phone"], CUSTOMER, "another is not taken unless another is asked for");

    the_bot_goes_on(&world, &business).await;
    world.message(&business, &json!({ "user_id": HIDDEN, "bsuid_only": true, "text": WHERE })).await;
    let request = eventually("a request", async || asked(&world).await.pop()).await;
    assert_eq!(request["query"], format!("phone={CUSTOMER}"));

    asks_for_the_number(&world, &business, 1).await;
    shares_a_card(&world, &business, "+905550001003", "contact_request").await;
    let contact = hidden_contact(&world, &business, 8).await;
    assert_eq!(contact["given_phone"], "905550001003");
    let one = format!("/api/contacts/{}", contact["id"].as_str().expect("an id"));
    let wrong = json!({ "given_phone": "905550001004" });
    let refused = world.app.patch(&one).api_key(&business.key).json(&wrong).send().await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("given_phone")), "{}", refused.raw);
    let named = json!({ "own_name": "Ayşe" });
    let named = world.app.patch(&one).api_key(&business.key).json(&named).send().await;
    assert_eq!(named.body["given_phone"], "905550001003", "what is not named stays: {}", named.raw);
    let operator = world.app.api_key(&business.owner, "operator").await;
    let removed = world.app.patch(&one).api_key(&operator).json(&json!({ "given_phone": null })).send().await;
    assert_eq!((removed.status, &removed.body["given_phone"]), (200, &Value::Null), "{}", removed.raw);
}

#[rstest]
#[tokio::test]
async fn a_tool_that_cannot_be_is_refused_with_a_reason(#[values(Sqlite, Postgres)] engine: Engine) {
    // Private addresses are not allowed here.
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let path = format!("/api/bots/{}/tools", business.bot);
    let good = || {
        let mut tool = find_order(&world);
        tool["url"] = json!("https://shop.example/orders/{order}");
        tool
    };
    let refused = async |field: &str, change: &dyn Fn(&mut Value)| {
        let mut tool = good();
        change(&mut tool);
        let answer = world.app.post(&path).api_key(&business.key).json(&tool).send().await;
        assert_eq!((answer.status, &answer.body["errors"][0]["field"]), (422, &json!(field)), "{}", answer.raw);
    };
    refused("url", &|tool| tool["url"] = json!("http://127.0.0.1/orders/{order}")).await;
    refused("url", &|tool| tool["url"] = json!("https://10.0.0.7/orders/{order}")).await;
    refused("url", &|tool| tool["url"] = json!("https://shop.example/{nothing}")).await;
    refused("name", &|tool| tool["name"] = json!("find order")).await;
    refused("name", &|tool| tool["name"] = json!("hand_over")).await;
    refused("headers", &|tool| tool["headers"] = json!({ "host": "x" })).await;
    refused("description", &|tool| tool["http"]["description"] = json!(" ")).await;
    refused("inputs", &|tool| tool["http"]["inputs"] = json!({ "type": "string" })).await;
    refused("fixed", &|tool| tool["http"]["fixed"] = json!({ "x": "{secret}" })).await;
    refused("timeout_ms", &|tool| tool["http"]["timeout_ms"] = json!(1)).await;

    let made = give(&world, &business, &good()).await;
    world.app.post(&path).api_key(&business.key).json(&good()).send().await.assert_problem(409, "tool_name_taken");
    // A header that is stored goes nowhere else.
    let mut moved = good();
    moved["url"] = json!("https://elsewhere.example/{order}");
    moved.as_object_mut().expect("an object").remove("headers");
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let answer = world.app.request(Method::PUT, &one).api_key(&business.key).json(&moved).send().await;
    assert_eq!((answer.status, &answer.body["errors"][0]["field"]), (422, &json!("headers")), "{}", answer.raw);
    // What stays where it is, keeps it.
    let mut renamed = good();
    renamed["name"] = json!("look_up");
    renamed["headers"] = json!({ "X-API-Key": null });
    let answer = world.app.request(Method::PUT, &one).api_key(&business.key).json(&renamed).send().await;
    assert_eq!((answer.status, &answer.body["name"]), (200, &json!("look_up")), "{}", answer.raw);
    let gone = world.app.request(Method::DELETE, &one).api_key(&business.key).send().await;
    assert_eq!(gone.status, 204, "{}", gone.raw);
    world.app.request(Method::DELETE, &one).api_key(&business.key).send().await.assert_problem(404, "not_found");
}

#[rstest]
#[tokio::test]
async fn a_key_in_an_address_is_shown_to_whoever_may_change_it_and_to_nobody_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let path = format!("/api/bots/{}/tools", business.bot);
    let mut tool = find_order(&world);
    let whole = shop(&world, "/shop/orders/{order}?key=s3cret");
    tool["url"] = json!(whole);
    let made = give(&world, &business, &tool).await;
    let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let stored = world.app.request(Method::PUT, &one).api_key(&business.key).json(&tool).send().await;
    assert_eq!((stored.status, &stored.body["url"]), (200, &json!(whole)), "{}", stored.raw);
    assert_eq!(world.read(&business, &path).await["items"][0]["url"], whole);

    let shown = shop(&world, "/shop/orders/{order}?key=•••");
    for role in ["viewer", "operator"] {
        let key = world.app.api_key(&business.owner, role).await;
        let seen = world.app.get(&path).api_key(&key).send().await;
        assert_eq!((seen.status, &seen.body["items"][0]["url"]), (200, &json!(shown)), "{role}: {}", seen.raw);
        assert!(!seen.raw.contains("s3cret"), "{role}: {}", seen.raw);
    }
    let audit = world.read(&business, "/api/audit?action=tool").await;
    let urls: Vec<_> = audit["items"].as_array().expect("a page").iter().map(|it| &it["detail"]["url"]).collect();
    assert_eq!(urls, [&json!(shown), &json!(shown)], "{audit}");
}

#[rstest]
#[tokio::test]
async fn whoever_takes_over_while_a_tool_is_asked_has_the_conversation(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &find_order(&world)).await;
    give(&world, &business, &cancel_order(&world, false)).await;
    // The model takes its time, and a person is faster.
    world.delay(&json!({ "model_ms": 4_000 })).await;
    world.says(&business, CUSTOMER, CANCEL).await;
    let path = world.path(&business, CUSTOMER).await;
    eventually("the model's being asked", async || (!world.prompts().await.is_empty()).then_some(())).await;
    world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    world.delay(&json!({ "model_ms": 0 })).await;
    world.settle(&business).await;
    assert!(asked(&world).await.is_empty(), "nothing is done in a conversation that is a person's");
    assert!(calls(&world, &business, CUSTOMER).await.is_empty());
    let sent: Vec<String> = world.sent(&business, CUSTOMER).await.iter().map(text_of).collect();
    assert!(sent.is_empty(), "{sent:?}");
}

/// A customer is asked whether their order is to be cancelled; the call that waits.
async fn asked_whether_to_cancel(world: &World, business: &Business) -> Value {
    world.says(business, CUSTOMER, CANCEL).await;
    world.answers(business, CUSTOMER, 1).await;
    eventually("a question that has left", async || {
        let thread = world.thread(business, CUSTOMER).await;
        let last = thread.last().is_some_and(|last| last["author"] == "ai" && last["status"] != "sending");
        (last && calls(world, business, CUSTOMER).await[0]["state"] == "waiting").then_some(())
    })
    .await;
    world.sent(business, CUSTOMER).await.remove(0)
}

async fn declined(world: &World, business: &Business) {
    eventually("a call that is declined", async || {
        calls(world, business, CUSTOMER).await.iter().any(|call| call["state"] == "declined").then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_yes_after_a_takeover_is_none_to_what_the_bot_had_asked(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &cancel_order(&world, true)).await;
    asked_whether_to_cancel(&world, &business).await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/takeover"), &json!({})).await;
    declined(&world, &business).await;
    world.says(&business, CUSTOMER, "ok thanks").await;
    world.act(&business, &format!("{path}/handback"), &json!({})).await;
    world.answers(&business, CUSTOMER, 2).await;
    assert!(asked(&world).await.is_empty(), "the order is cancelled");
}

#[rstest]
#[tokio::test]
async fn a_yes_after_a_rule_has_called_people_is_none_to_what_the_bot_had_asked(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &cancel_order(&world, true)).await;
    let keywords = async |words: &[&str]| {
        let path = format!("/api/bots/{}", business.bot);
        let change = json!({ "handoff_keywords": words });
        let changed = world.app.patch(&path).api_key(&business.key).json(&change).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
    };
    keywords(&["vegan"]).await;
    asked_whether_to_cancel(&world, &business).await;
    world.says(&business, CUSTOMER, "No, what about the vegan cake?").await;
    world.conversation(&business, CUSTOMER, |it| it["control"] == "human").await;
    declined(&world, &business).await;
    world.answers(&business, CUSTOMER, 2).await;
    world.says(&business, CUSTOMER, "ok thanks").await;
    keywords(&[]).await;
    let path = world.path(&business, CUSTOMER).await;
    world.act(&business, &format!("{path}/handback"), &json!({})).await;
    world.answers(&business, CUSTOMER, 3).await;
    assert!(asked(&world).await.is_empty(), "the order is cancelled");
}

#[rstest]
#[tokio::test]
async fn a_yes_is_none_to_a_question_that_never_arrived(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    give(&world, &business, &cancel_order(&world, true)).await;
    world.says(&business, CUSTOMER, QUESTION).await;
    world.answers(&business, CUSTOMER, 1).await;
    world.sim(Method::PUT, "/sim/statuses", &json!({ "mode": "manual" })).await;
    world.says(&business, CUSTOMER, CANCEL).await;
    world.answers(&business, CUSTOMER, 2).await;
    let question = world.sent(&business, CUSTOMER).await.remove(1);
    let errors = json!([{ "code": 131_026, "title": "Undeliverable" }]);
    let failed = json!({ "wamid": question["wamid"], "status": "failed", "errors": errors });
    assert_eq!(world.sim(Method::POST, "/sim/status", &failed).await["http_status"], 200);
    eventually("a question that failed", async || {
        let thread = world.thread(&business, CUSTOMER).await;
        thread.iter().any(|message| message["author"] == "ai" && message["status"] == "failed").then_some(())
    })
    .await;
    world.says(&business, CUSTOMER, "ok").await;
    declined(&world, &business).await;
    assert!(asked(&world).await.is_empty(), "the order is cancelled");
}

#[rstest]
#[tokio::test]
async fn a_yes_is_none_to_what_a_tool_has_become_since(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = start(engine).await;
    let business = world.business("Bakery").await;
    let mut tool = cancel_order(&world, true);
    let made = give(&world, &business, &tool).await;
    let question = asked_whether_to_cancel(&world, &business).await;
    tool["http"]["method"] = json!("DELETE");
    let path = format!("/api/bots/{}/tools/{}", business.bot, made["id"].as_str().expect("an id"));
    let changed = world.app.request(Method::PUT, &path).api_key(&business.key).json(&tool).send().await;
    assert_eq!(changed.status, 200, "{}", changed.raw);
    presses(&world, &business, CUSTOMER, &question, 0).await;
    declined(&world, &business).await;
    assert!(asked(&world).await.is_empty(), "the order is cancelled");
}
