use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, delivery, eventually, number, posts};

const PATH: &str = "/api/webhooks/leftovers";

async fn leftovers(line: &Line, count: usize) -> Vec<Value> {
    eventually(async || {
        let items = line.read(PATH).await["items"].as_array().expect("a page").clone();
        (items.len() == count).then_some(items)
    })
    .await
}

#[rstest]
#[tokio::test]
async fn what_nobody_understands_is_shown_and_replayed(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let body = delivery(&line.number.waba_id, "something_new", &json!({ "hello": "world" }));
    assert_eq!(posts(&line.app, &body).await.status, 200);
    let leftover = leftovers(&line, 1).await.remove(0);
    assert_eq!((&leftover["reason"], &leftover["replayed_at"]), (&json!("unknown_field"), &json!(null)));
    assert_eq!(leftover["body"]["entry"][0]["changes"][0]["value"], json!({ "hello": "world" }));
    assert!(leftover["detail"].is_string() && leftover["received_at"].is_string(), "{leftover}");

    let replay = format!("{PATH}/{}/replay", leftover["id"].as_str().unwrap());
    let replayed = line.post(&replay).send().await;
    assert_eq!(replayed.status, 202, "{}", replayed.raw);
    assert!(replayed.body["replayed_at"].is_string(), "{}", replayed.raw);
    // Nobody understands it this time either: it is kept once more, the newest first.
    let both = leftovers(&line, 2).await;
    assert_eq!((&both[1]["id"], &both[0]["body"]), (&leftover["id"], &leftover["body"]));
}

#[rstest]
#[tokio::test]
async fn leftovers_come_a_page_at_a_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    for n in 0..3 {
        posts(&line.app, &delivery(&line.number.waba_id, "something_new", &json!({ "n": n }))).await;
    }
    let all = leftovers(&line, 3).await;
    let first = line.read(&format!("{PATH}?limit=2")).await;
    let second = line.read(&format!("{PATH}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(first["items"], json!(all[..2]));
    assert_eq!((&second["items"], &second["next_cursor"]), (&json!(all[2..]), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn leftovers_are_for_those_who_manage_the_numbers(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    posts(&line.app, &delivery(&line.number.waba_id, "something_new", &json!({}))).await;
    let leftover = leftovers(&line, 1).await.remove(0);
    let replay = format!("{PATH}/{}/replay", leftover["id"].as_str().unwrap());

    let operator = line.app.api_key(&line.number.owner, "operator").await;
    line.app.get(PATH).api_key(&operator).send().await.assert_problem(403, "forbidden");
    line.app.post(&replay).api_key(&operator).send().await.assert_problem(403, "forbidden");
    line.app.get(PATH).send().await.assert_problem(401, "unauthorized");

    let stranger = number(&line.app, "Florist").await;
    assert_eq!(line.app.get(PATH).api_key(&stranger.key).send().await.body["items"], json!([]));
    line.app.post(&replay).api_key(&stranger.key).send().await.assert_problem(404, "not_found");
}
