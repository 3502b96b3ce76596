//! When a bot calls people by itself, as its business has set it: what the customer is told, once, and the team.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::Millis;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, connected, customer_writes, eventually};

const CUSTOMER: &str = "905301234567";
const ANOTHER: &str = "905301234568";
const THIRD: &str = "905301234569";
const QUESTION: &str = "What time do you open?";
const ANSWER: &str = "At eight.";
const SOON: &str = "A colleague will answer you here shortly.";
const QUIET: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// A line whose bot answers after a second, at seven in the morning of a Monday in Istanbul.
async fn line(engine: Engine, settings: Value) -> Line {
    let line = Line::open_at(engine, Millis::from_rfc3339("2026-03-02T04:00:00Z").unwrap()).await;
    let path = bot(&line).await;
    let item = json!({ "question": QUESTION, "answer": ANSWER });
    assert_eq!(line.post(&format!("{path}/knowledge")).json(&item).send().await.status, 201);
    let zone = line.patch("/api/tenant").json(&json!({ "time_zone": "Europe/Istanbul" })).send().await;
    assert_eq!((zone.status, zone.text("/time_zone")), (200, "Europe/Istanbul".into()), "{}", zone.raw);
    let mut changes = json!({ "reply_delay_ms": 1_000 });
    changes.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let set = line.patch(&path).json(&changes).send().await;
    assert_eq!(set.status, 200, "{}", set.raw);
    line
}

async fn bot(line: &Line) -> String {
    format!("/api/bots/{}", line.read("/api/bots").await["items"][0]["id"].as_str().unwrap())
}

/// A customer asks, and the quiet period passes.
async fn asks(line: &Line, from: &str, text: &str) -> String {
    let conversation = line.customer_writes(from, text).await;
    line.clock.advance(QUIET);
    conversation
}

/// What the business has said, by whom, once it has said so much.
async fn said(line: &Line, conversation: &str, count: usize) -> Vec<(String, String)> {
    eventually(async || {
        let messages = line.read(&format!("{conversation}/messages?limit=100")).await;
        let items = messages["items"].as_array().unwrap().iter().filter(|it| it["direction"] == "outbound");
        let text = |it: &Value, field: &str| it[field].as_str().unwrap().to_owned();
        let all: Vec<_> = items.map(|it| (text(it, "author"), text(it, "text"))).collect();
        (all.len() >= count).then_some(all)
    })
    .await
}

/// The reason for which people have the conversation, once they do.
async fn reason(line: &Line, conversation: &str) -> String {
    eventually(async || {
        let it = line.read(conversation).await;
        (it["control"] == "human").then(|| it["control_reason"].as_str().unwrap().to_owned())
    })
    .await
}

fn by_ai(text: &str) -> (String, String) {
    ("ai".into(), text.into())
}

fn by_system(text: &str) -> (String, String) {
    ("system".into(), text.into())
}

fn monday_morning() -> Value {
    json!({ "periods": [{ "day": 1, "from": "09:00", "to": "12:00" }, { "day": 1, "from": "13:00", "to": "18:00" }] })
}

#[rstest]
#[tokio::test]
async fn while_it_is_closed_people_are_called_and_the_customer_hears_once_when_they_are_back(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let line = line(engine, json!({ "hours": monday_morning(), "hands_over_when_closed": true })).await;
    let conversation = asks(&line, CUSTOMER, QUESTION).await;
    assert_eq!(reason(&line, &conversation).await, "closed");
    let told = "We are closed at the moment. A colleague will answer you here when we are back: 09:00.";
    assert_eq!(said(&line, &conversation, 1).await, [by_system(told)]);
    assert_eq!(line.read(&conversation).await["needs_person"], true);

    // Whatever else is asked until then: it has been said.
    asks(&line, CUSTOMER, "Hello? What time do you open?").await;
    let other = asks(&line, ANOTHER, QUESTION).await;
    said(&line, &other, 1).await;
    assert_eq!(said(&line, &conversation, 1).await, [by_system(told)]);

    // Ten in the morning: the bot answers what is given back to it.
    line.clock.advance(Duration::from_hours(3));
    assert_eq!(line.post(&format!("{conversation}/handback")).json(&json!({})).send().await.status, 200);
    assert_eq!(said(&line, &conversation, 2).await[1], by_ai(ANSWER));
    // Half past twelve: between two periods.
    line.clock.advance(Duration::from_mins(150));
    let noon = asks(&line, THIRD, QUESTION).await;
    assert_eq!(said(&line, &noon, 1).await, [by_system(&told.replace("09:00", "13:00"))]);
}

#[rstest]
#[tokio::test]
async fn a_bot_that_answers_at_night_says_when_people_are_back_where_it_calls_them(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let hours = json!({ "periods": [{ "day": 1, "from": "09:00", "to": "12:00" }, { "day": 3, "from": "09:00", "to": "12:00" }],
        "holidays": ["2026-03-02"] });
    let line = line(engine, json!({ "hours": hours })).await;
    let conversation = asks(&line, CUSTOMER, QUESTION).await;
    assert_eq!(said(&line, &conversation, 1).await, [by_ai(ANSWER)]);
    asks(&line, CUSTOMER, "Helikopter satıyor musunuz, lütfen söyler misiniz?").await;
    let told = "Şu anda kapalıyız. Açıldığımızda bir çalışma arkadaşımız size buradan yanıt verecek: Çarşamba 09:00.";
    assert_eq!(said(&line, &conversation, 2).await[1], by_system(told));

    let own = json!({ "closed_message": "Back on Wednesday." });
    assert_eq!(line.patch(&bot(&line).await).json(&own).send().await.status, 200);
    let other = asks(&line, ANOTHER, "Do you sell helicopters?").await;
    assert_eq!(said(&line, &other, 1).await, [by_system("Back on Wednesday.")]);
}

#[rstest]
#[case("I want my REFUND now", true)]
#[case("Ürünü İADE ETmek... iade et lütfen", true)]
#[case("refunds are a topic", false)]
#[case("我要人工客服", true)]
#[tokio::test]
async fn a_keyword_calls_people_in_whatever_letters_it_is_written(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] text: &str,
    #[case] calls: bool,
) {
    let line = line(engine, json!({ "handoff_keywords": ["refund", "iade et", "人工"] })).await;
    let conversation = asks(&line, CUSTOMER, text).await;
    let reason = reason(&line, &conversation).await;
    assert_eq!(reason.starts_with("keyword:"), calls, "{reason}");
}

#[rstest]
#[tokio::test]
async fn a_customer_gets_so_many_answers_a_day_and_then_people(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = line(engine, json!({ "answers_per_customer": 2 })).await;
    let conversation = asks(&line, CUSTOMER, QUESTION).await;
    said(&line, &conversation, 1).await;
    asks(&line, CUSTOMER, "What time do you open, please?").await;
    said(&line, &conversation, 2).await;
    asks(&line, CUSTOMER, "So what time do you open?").await;
    assert_eq!(reason(&line, &conversation).await, "customer_limit");
    assert_eq!(said(&line, &conversation, 3).await[2], by_system(SOON));
    // Another customer is another matter, and so is another day.
    let other = asks(&line, ANOTHER, QUESTION).await;
    assert_eq!(said(&line, &other, 1).await, [by_ai(ANSWER)]);
    line.clock.advance(DAY + QUIET);
    assert_eq!(line.post(&format!("{conversation}/handback")).json(&json!({})).send().await.status, 200);
    asks(&line, CUSTOMER, "And today, what time do you open?").await;
    assert_eq!(said(&line, &conversation, 4).await[3], by_ai(ANSWER));
}

#[rstest]
#[tokio::test]
async fn a_customer_who_writes_to_two_numbers_of_a_bot_gets_no_more_answers(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let line = line(engine, json!({ "answers_per_customer": 1 })).await;
    let conversation = asks(&line, CUSTOMER, QUESTION).await;
    said(&line, &conversation, 1).await;
    let second = connected(&line.app, line.number.owner.clone(), line.number.key.clone()).await;
    let other = customer_writes(&line.app, &second, CUSTOMER, "So what time do you open?").await;
    line.clock.advance(QUIET);
    assert_eq!(reason(&line, &other).await, "customer_limit");
}

#[rstest]
#[tokio::test]
async fn a_bot_gives_so_many_answers_on_a_day_of_its_business(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = line(engine, json!({ "answers_per_day": 1 })).await;
    let first = asks(&line, CUSTOMER, QUESTION).await;
    assert_eq!(said(&line, &first, 1).await, [by_ai(ANSWER)]);
    // Ten minutes before midnight in Istanbul.
    line.clock.advance(Duration::from_mins(16 * 60 + 50));
    let second = asks(&line, ANOTHER, QUESTION).await;
    assert_eq!(reason(&line, &second).await, "day_limit");
    assert_eq!(said(&line, &second, 1).await, [by_system(SOON)]);
    // Ten minutes after it.
    line.clock.advance(Duration::from_mins(20));
    let third = asks(&line, THIRD, QUESTION).await;
    assert_eq!(said(&line, &third, 1).await, [by_ai(ANSWER)]);
}

#[rstest]
#[case([QUESTION, "what time do you open??", "WHAT TIME DO YOU OPEN"])]
#[case(["你们几点开门", "你们几点开门？", "你们几点开门！"])]
#[tokio::test]
async fn who_asks_the_same_again_and_again_is_not_helped(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] texts: [&str; 3],
) {
    let line = line(engine, json!({ "handoff_repeats": 2 })).await;
    let item = json!({ "question": "你们几点开门", "answer": ANSWER });
    assert_eq!(line.post(&format!("{}/knowledge", bot(&line).await)).json(&item).send().await.status, 201);
    let conversation = asks(&line, CUSTOMER, texts[0]).await;
    said(&line, &conversation, 1).await;
    asks(&line, CUSTOMER, texts[1]).await;
    assert_eq!(said(&line, &conversation, 2).await[1], by_ai(ANSWER));
    asks(&line, CUSTOMER, texts[2]).await;
    assert_eq!(reason(&line, &conversation).await, "repeated");
    assert_eq!(said(&line, &conversation, 3).await[2].0, "system");
}

#[rstest]
#[tokio::test]
async fn what_is_known_is_told_in_as_many_messages_as_it_takes_and_people_are_called_for_the_rest(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let line = line(engine, json!({})).await;
    let path = bot(&line).await;
    let questions = ["Which cakes do you bake?", "Which breads do you have?"];
    for question in questions {
        let item = json!({ "question": question, "answer": format!("{question} {}", "Many. ".repeat(500)) });
        assert_eq!(line.post(&format!("{path}/knowledge")).json(&item).send().await.status, 201);
    }
    for question in questions {
        line.customer_writes(CUSTOMER, question).await;
    }
    let conversation = asks(&line, CUSTOMER, "Will it rain in Kathmandu?").await;
    reason(&line, &conversation).await;
    let said = said(&line, &conversation, 2).await;
    assert!(said.iter().all(|(_, text)| text.chars().count() <= 4_096), "{said:?}");
    let whole = said.iter().map(|(_, text)| text.as_str()).collect::<String>();
    assert!(questions.iter().all(|question| whole.contains(question)) && whole.ends_with(SOON), "{whole}");
}

#[rstest]
#[case(
    "Where is my order?! NOBODY ANSWERS ME",
    "We are sorry for the trouble. A colleague will answer you here shortly."
)]
#[case(
    "Saat kaçta açıyorsunuz? Bu ne rezalet!",
    "Yaşadığınız sorun için özür dileriz. Bir çalışma arkadaşımız kısa süre içinde size buradan yanıt verecek."
)]
#[case("وين طلبي؟؟؟", "نعتذر عما حدث. سيرد عليك أحد زملائنا هنا بعد قليل.")]
#[tokio::test]
async fn an_angry_customer_gets_people_and_an_apology(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] text: &str,
    #[case] told: &str,
) {
    let line = line(engine, json!({})).await;
    let conversation = asks(&line, CUSTOMER, text).await;
    assert_eq!(reason(&line, &conversation).await, "anger");
    assert_eq!(said(&line, &conversation, 1).await, [by_system(told)]);
    assert_eq!(line.read(&conversation).await["needs_person"], true);
    // They have been told.
    asks(&line, CUSTOMER, "THIS IS UNACCEPTABLE").await;
    let other = asks(&line, ANOTHER, QUESTION).await;
    assert_eq!(said(&line, &other, 1).await, [by_ai(ANSWER)]);
    assert_eq!(said(&line, &conversation, 1).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_business_may_have_its_bot_answer_angry_customers_too(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = line(engine, json!({ "hands_over_when_angry": false })).await;
    let conversation = asks(&line, CUSTOMER, "WHAT TIME DO YOU OPEN!!! 😡").await;
    assert_eq!(said(&line, &conversation, 1).await, [by_ai(ANSWER)]);
    let own = json!({ "hands_over_when_angry": true, "handoff_message": "Ayşe calls you." });
    assert_eq!(line.patch(&bot(&line).await).json(&own).send().await.status, 200);
    let other = asks(&line, ANOTHER, "WHAT TIME DO YOU OPEN!!! 😡").await;
    assert_eq!(said(&line, &other, 1).await, [by_system("Ayşe calls you.")]);
    assert_eq!(reason(&line, &other).await, "anger");
}

#[rstest]
#[tokio::test]
async fn what_the_knowledge_hardly_covers_is_for_people(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = line(engine, json!({ "handoff_confidence": 60 })).await;
    let sure = asks(&line, CUSTOMER, QUESTION).await;
    assert_eq!(said(&line, &sure, 1).await, [by_ai(ANSWER)]);
    let unsure = asks(&line, ANOTHER, "Do you open helicopter repair courses abroad?").await;
    assert_eq!(reason(&line, &unsure).await, "unsure");
    // A greeting asks nothing: it is no question of what is known.
    let greeting = asks(&line, THIRD, "Hello").await;
    assert_ne!(reason(&line, &greeting).await, "unsure");
}

#[rstest]
#[tokio::test]
async fn rules_are_tried_out_like_everything_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = line(engine, json!({})).await;
    let path = format!("{}/try", bot(&line).await);
    let body =
        json!({ "message": QUESTION, "settings": { "hours": monday_morning(), "hands_over_when_closed": true } });
    let tried = line.post(&path).json(&body).send().await;
    assert_eq!((tried.text("/outcome"), tried.text("/reason")), ("handoff".into(), "closed".into()), "{}", tried.raw);
    assert!(tried.text("/texts/0").ends_with("09:00."), "{}", tried.raw);
}

#[tokio::test]
async fn a_time_zone_is_one_or_is_refused() {
    let line = Line::open(Sqlite).await;
    assert_eq!(line.read("/api/tenant").await["time_zone"], "UTC");
    for wrong in ["", "Local", "Mars/Olympus", "+03:00"] {
        let refused = line.patch("/api/tenant").json(&json!({ "time_zone": wrong })).send().await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.invalid_fields(), ["time_zone"]);
    }
    let set = line.patch("/api/tenant").json(&json!({ "time_zone": "Asia/Riyadh" })).send().await;
    assert_eq!((set.status, line.read("/api/tenant").await["time_zone"].clone()), (200, json!("Asia/Riyadh")));
}
