//! 12. Tenants never see each other. For every endpoint by itself see `permissions`.

use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, text_of};

const CUSTOMER: &str = "905301234567";

/// What a business can read of its conversation with the customer.
async fn everything(world: &World, business: &Business) -> String {
    let conversations = world.conversations(business).await;
    let thread = world.thread(business, CUSTOMER).await;
    let sent: Vec<_> = world.sent(business, CUSTOMER).await.iter().map(text_of).collect();
    format!("{conversations:?} {thread:?} {sent:?} {:?}", world.leftovers(business).await)
}

#[rstest]
#[tokio::test]
async fn one_customer_of_two_businesses_is_two_customers(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let mut stream = world.app.get("/api/events").api_key(&florist.key).stream().await;
    stream.next().await.expect("a greeting");
    let (bread, tulips) = (format!("Sourdough! {QUESTION}"), format!("Tulips! {QUESTION}"));
    let (a, b) = tokio::join!(world.says(&bakery, CUSTOMER, &bread), world.says(&florist, CUSTOMER, &tulips));
    assert_eq!((&a["http_status"], &b["http_status"]), (&json!(200), &json!(200)));
    world.answered_once(&bakery, CUSTOMER).await;
    world.answered_once(&florist, CUSTOMER).await;
    let (of_bakery, of_florist) = (everything(&world, &bakery).await, everything(&world, &florist).await);
    assert!(of_bakery.contains("Sourdough") && of_florist.contains("Tulips"));
    for (text, foreign) in
        [(&of_bakery, "Tulips"), (&of_bakery, "Florist"), (&of_florist, "Sourdough"), (&of_florist, "Bakery")]
    {
        assert!(!text.contains(foreign), "{foreign} has crossed: {text}");
    }
    for prompt in world.prompts().await {
        assert!(!(prompt.contains("Sourdough") && prompt.contains("Florist")), "{prompt}");
        assert!(!(prompt.contains("Tulips") && prompt.contains("Bakery")), "{prompt}");
    }

    // Whatever was told live to the one, up to something that comes last, is its own.
    world.says(&florist, "905300000009", "Goodbye").await;
    let path = world.path(&florist, "905300000009").await;
    let own: Vec<_> = world.conversations(&florist).await.iter().map(|it| it["id"].clone()).collect();
    loop {
        let told = stream.next().await.expect("the stream goes on");
        let conversation = &told.data["conversation_id"];
        assert!(conversation.is_null() || own.contains(conversation), "{told:?}");
        if path.ends_with(conversation.as_str().unwrap_or("nothing")) {
            break;
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_status_through_another_ones_number_changes_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    world.sim(reqwest::Method::PUT, "/sim/statuses", &json!({ "mode": "manual" })).await;
    world.says(&bakery, CUSTOMER, QUESTION).await;
    world.answers(&bakery, CUSTOMER, 1).await;
    let wamid = world.sent(&bakery, CUSTOMER).await[0]["wamid"].clone();
    let message = world.thread(&bakery, CUSTOMER).await.pop().expect("an answer");
    let status = json!({ "id": wamid, "status": "read", "timestamp": crate::world::now_s().to_string(),
        "recipient_id": CUSTOMER, "biz_opaque_callback_data": message["id"] });
    let mut change = crate::world::change(&florist, &[]);
    change["value"]["messages"] = json!(null);
    change["value"]["statuses"] = json!([status]);
    let delivery = crate::world::webhook(&[crate::world::entry(&florist, &[change])]);
    assert_eq!(world.webhook(&delivery).await, 200);
    world.settle(&florist).await;
    world.settle(&bakery).await;
    let answer = world.thread(&bakery, CUSTOMER).await.pop().expect("an answer");
    assert_eq!(answer["status"], "sent", "{answer}");
}
