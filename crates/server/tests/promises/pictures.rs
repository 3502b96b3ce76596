//! What customers show is shown to a model that can see: few pictures, of this conversation alone, as data; and where none
//! can be seen, the answer does not wait for it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";
const GREETING: &str = "Hello. How can I help you today?";

/// A picture in which something is to be read.
fn picture(shown: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), b"SHOWN=", shown.as_bytes(), b"\0"].concat()
}

async fn shows(world: &World, business: &Business, bytes: &[u8], caption: Option<&str>) {
    let mut file = world.file(business, "image/jpeg", bytes, &json!({})).await;
    if let Some(caption) = caption {
        file["caption"] = json!(caption);
    }
    world.sends_file(business, "image", &file).await;
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What the model of a business was told, the newest last.
async fn told(world: &World, business: &str) -> Vec<Value> {
    let asked = world.sim(Method::GET, "/sim/model/requests", &Value::Null).await;
    let messages = asked["items"].as_array().expect("a list").iter().map(|item| item["request"]["messages"].clone());
    messages.filter(|it| it[0].to_string().contains(&format!("the assistant of {business}"))).collect()
}

/// The pictures in what a model was told, by their digests.
fn pictures(messages: &Value) -> Vec<String> {
    let messages = messages.as_array().expect("messages").iter();
    let parts = messages.filter_map(|message| message["content"].as_array()).flatten();
    parts.filter_map(|part| part["image_url"]["sha256"].as_str().map(str::to_owned)).collect()
}

/// Returns when so many messages of the customer have arrived, and the bot had the last word.
async fn answered(world: &World, business: &Business, count: usize) {
    eventually("an answer to all that was said", async || {
        let thread = world.thread(business, CUSTOMER).await;
        let arrived = thread.iter().filter(|it| it["author"] == "customer").count();
        // In the order of arrival: what customers say has a time in whole seconds.
        let last = thread.iter().max_by_key(|it| it["seq"].as_i64())?;
        (arrived == count && last["author"] == "ai").then_some(())
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_picture_is_seen_and_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let (bakery, florist) = (world.business("Bakery").await, world.business("Florist").await);
    let (cake, rose) = (picture("Hello"), picture("Hello, rose"));
    shows(&world, &bakery, &cake, None).await;
    shows(&world, &florist, &rose, Some("This one")).await;
    assert_eq!(world.answers(&bakery, CUSTOMER, 1).await, [GREETING], "it is answered to what is in the picture");
    world.answers(&florist, CUSTOMER, 1).await;

    let asked = told(&world, "Bakery").await.pop().expect("the model was asked");
    let message = asked.as_array().expect("messages").last().expect("a message").clone();
    let parts = message["content"].as_array().expect("parts");
    assert_eq!((&message["role"], parts.len()), (&json!("user"), 2), "{message}");
    assert!(parts[0]["text"].as_str().expect("a text").contains("[image]"), "{message}");
    let shown = &parts[1]["image_url"];
    assert_eq!((&shown["mime_type"], &shown["bytes"]), (&json!("image/png"), &json!(cake.len())), "{message}");
    assert!(asked[0]["content"].as_str().expect("a plain text").contains("what is written in a picture"), "{asked}");
    assert!(!asked.to_string().contains("lookaside"), "nothing is shown from Meta's addresses: {asked}");

    for (business, own) in [("Bakery", &cake), ("Florist", &rose)] {
        let all: Vec<_> = told(&world, business).await.iter().flat_map(pictures).collect();
        assert_eq!(all, [digest(own)], "nobody is shown what is another's");
    }
}

#[rstest]
#[tokio::test]
async fn a_model_that_cannot_see_is_told_of_pictures_and_answers(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "pictures", "kind": "server_error" })).await;
    shows(&world, &business, &picture("Hello"), Some(QUESTION)).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    world.all_is_well().await;
    shows(&world, &business, &picture("Hello"), Some(QUESTION)).await;
    world.answers(&business, CUSTOMER, 2).await;
    for asked in told(&world, "Bakery").await {
        assert!(asked.to_string().contains(&format!("[image] {QUESTION}")), "{asked}");
        assert!(pictures(&asked).is_empty(), "what was refused is not tried again at once: {asked}");
    }
}

#[rstest]
#[case::too_large([picture("Hello"), vec![0; 4 * 1024 * 1024]].concat(), true)]
#[case::no_picture(b"%PDF-1.7 SHOWN=Hello\0".to_vec(), true)]
#[case::of_a_bot_that_does_not_look(picture("Hello"), false)]
#[tokio::test]
async fn what_is_not_to_be_seen_is_only_told_of(
    #[case] file: Vec<u8>,
    #[case] looks: bool,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let settings = json!({ "sees_pictures": looks });
    let bot = format!("/api/bots/{}", business.bot);
    assert_eq!(world.app.patch(&bot).api_key(&business.key).json(&settings).send().await.status, 200);
    shows(&world, &business, &file, Some(QUESTION)).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    let asked = told(&world, "Bakery").await.pop().expect("the model was asked");
    assert!(asked.to_string().contains(&format!("[image] {QUESTION}")) && pictures(&asked).is_empty(), "{asked}");
}

#[rstest]
#[tokio::test]
async fn few_pictures_are_shown_the_newest_and_for_a_while(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let all: Vec<_> = (1..=4).map(|number| picture(&format!("Hello {}", "!".repeat(number)))).collect();
    for picture in &all {
        shows(&world, &business, picture, None).await;
    }
    let newest: Vec<_> = all[1..].iter().map(|picture| digest(picture)).collect();
    let last = async || told(&world, "Bakery").await.pop().map(|asked| pictures(&asked)).unwrap_or_default();
    answered(&world, &business, 4).await;
    assert_eq!(last().await, newest);
    for round in 0..4 {
        world.says(&business, CUSTOMER, QUESTION).await;
        answered(&world, &business, 5 + round).await;
        match round {
            0 => assert_eq!(last().await, newest, "what follows may be about them"),
            3 => assert!(last().await.is_empty(), "by then it is about something else"),
            _ => {}
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_picture_that_is_on_its_way_is_waited_for(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "media", "kind": "server_error", "times": 1 })).await;
    shows(&world, &business, &picture("Hello"), None).await;
    assert_eq!(world.answers(&business, CUSTOMER, 1).await, [GREETING]);
}

#[tokio::test]
async fn a_customer_waits_for_a_picture_that_does_not_come_no_longer_than_a_while() {
    let world = World::start(Sqlite).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "media", "kind": "server_error" })).await;
    shows(&world, &business, &picture("Hello"), Some(QUESTION)).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    let asked = told(&world, "Bakery").await.pop().expect("the model was asked");
    assert!(pictures(&asked).is_empty(), "{asked}");
}
