use rstest::rstest;
use serde_json::json;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::meta;

#[rstest]
#[tokio::test]
async fn numbers_are_listed_read_and_given_to_a_bot(#[values(Sqlite, Postgres)] engine: Engine) {
    let simulator = meta::simulator().await;
    let app = meta::app(engine, &simulator).await;
    let owner = app.signup("Bakery").await;
    meta::connect(&app, &owner).await;

    let list = app.get("/api/numbers").bearer(&owner.access_token).send().await;
    assert_eq!((list.body["items"].as_array().map(Vec::len), &list.body["next_cursor"]), (Some(1), &json!(null)));
    let number = &list.body["items"][0];
    assert_eq!((&number["status"], &number["problem"]), (&json!("connected"), &json!(null)));
    assert!(number["phone_number_id"].is_string() && number["waba_id"].is_string(), "{number}");
    let path = format!("/api/numbers/{}", list.text("/items/0/id"));
    assert_eq!(app.get(&path).bearer(&owner.access_token).send().await.body, *number);

    for bot in [json!(null), number["bot_id"].clone()] {
        let changed = app.patch(&path).bearer(&owner.access_token).json(&json!({ "bot_id": bot })).send().await;
        assert_eq!((changed.status, &changed.body["bot_id"]), (200, &bot), "{}", changed.raw);
    }
    let unknown = json!({ "bot_id": list.text("/items/0/id") });
    let refused = app.patch(&path).bearer(&owner.access_token).json(&unknown).send().await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.invalid_fields(), ["bot_id"]);

    let viewer = app.api_key(&owner, "viewer").await;
    assert_eq!(app.get(&path).api_key(&viewer).send().await.status, 200);
    app.patch(&path).api_key(&viewer).json(&json!({})).send().await.assert_problem(403, "forbidden");
    let stranger = app.signup("Another bakery").await;
    app.get(&path).bearer(&stranger.access_token).send().await.assert_problem(404, "not_found");
    let theirs = app.patch(&path).bearer(&stranger.access_token).json(&json!({ "bot_id": null })).send().await;
    theirs.assert_problem(404, "not_found");
}
