use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::{Scope, TenantId, knowledge};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};
use uuid::Uuid;

use crate::support::line::{Line, eventually, number};

/// The path of what the first bot knows.
async fn path(line: &Line) -> String {
    let bots = line.read("/api/bots").await;
    format!("/api/bots/{}/knowledge", bots["items"][0]["id"].as_str().unwrap())
}

#[rstest]
#[case(json!({ "type": "qa", "question": "When do you open?", "answer": "At eight." }), "qa")]
#[case(json!({ "question": "When do you open?", "answer": "At eight." }), "qa")]
#[case(json!({ "type": "text", "title": "Delivery", "text": "Within Kadıköy." }), "text")]
#[case(json!({ "title": "Delivery", "text": "Within Kadıköy." }), "text")]
#[tokio::test]
async fn a_bot_learns_questions_and_texts(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] body: Value,
    #[case] kind: &str,
) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    let added = line.post(&path).json(&body).send().await;
    assert_eq!((added.status, added.text("/type")), (201, kind.to_owned()), "{}", added.raw);
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(added.body[field], *value);
    }
    assert_eq!(added.body.as_object().unwrap().len(), 10, "only the fields of its type: {}", added.raw);
    assert_eq!(line.read(&format!("{path}/{}", added.text("/id"))).await, added.body);
    assert_eq!(line.read(&path).await, json!({ "items": [added.body], "next_cursor": null }));
}

#[rstest]
#[tokio::test]
async fn what_a_bot_knows_is_corrected_and_forgotten(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    let added = line.post(&path).json(&json!({ "question": "Open?", "answer": "At eight." })).send().await;
    let item = format!("{path}/{}", added.text("/id"));
    let changed = line.patch(&item).json(&json!({ "answer": "At nine.", "title": "of another type" })).send().await;
    assert_eq!(
        (changed.text("/question"), changed.text("/answer")),
        ("Open?".into(), "At nine.".into()),
        "{}",
        changed.raw
    );
    let refused = line.patch(&item).json(&json!({ "type": "text" })).send().await;
    assert_eq!(refused.invalid_fields(), ["type"]);
    let refused = line.patch(&item).json(&json!({ "answer": " " })).send().await;
    assert_eq!(refused.invalid_fields(), ["answer"]);
    assert_eq!(line.read(&item).await, changed.body);
    assert_eq!(line.delete(&item).send().await.status, 204);
    for call in [line.get(&item), line.patch(&item).json(&json!({})), line.delete(&item)] {
        call.send().await.assert_problem(404, "not_found");
    }
}

#[rstest]
#[tokio::test]
async fn a_list_shows_what_long_texts_begin_with(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    let whole = format!("{}rye", "ş".repeat(500));
    let added = line.post(&path).json(&json!({ "title": "Long", "text": whole })).send().await;
    assert_eq!((added.status, added.text("/text")), (201, whole.clone()));
    for list in [path.clone(), format!("{path}?q=rye")] {
        let listed = line.read(&list).await["items"][0].clone();
        assert_eq!((&listed["text"], &listed["characters"]), (&json!("ş".repeat(400)), &json!(503)), "{list}");
    }
    let read = line.read(&format!("{path}/{}", added.text("/id"))).await;
    assert_eq!((&read["text"], &read["characters"]), (&json!(whole), &json!(503)));
}

#[rstest]
#[tokio::test]
async fn knowledge_comes_a_page_at_a_time_in_the_order_it_was_added(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    for n in 0..5 {
        line.post(&path).json(&json!({ "question": format!("Question {n}?"), "answer": "Yes." })).send().await;
    }
    let (mut questions, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = line.read(&format!("{path}?{query}")).await;
        let items = page["items"].as_array().unwrap().iter();
        questions.extend(items.map(|item| item["question"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(questions, ["Question 0?", "Question 1?", "Question 2?", "Question 3?", "Question 4?"]);
}

#[rstest]
#[case(json!({ "question": "Open?" }), "answer")]
#[case(json!({ "type": "qa", "answer": "At eight." }), "question")]
#[case(json!({ "text": "Within Kadıköy." }), "title")]
#[case(json!({ "title": "Delivery" }), "text")]
#[tokio::test]
async fn half_an_item_is_refused(#[case] body: Value, #[case] field: &str) {
    let line = Line::open(Sqlite).await;
    let refused = line.post(&path(&line).await).json(&body).send().await;
    refused.assert_problem(422, "invalid");
    assert_eq!(refused.invalid_fields(), [field]);
}

#[rstest]
#[tokio::test]
async fn what_a_bot_knows_is_its_tenants(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    let body = json!({ "question": "Open?", "answer": "At eight." });
    let added = line.post(&path).json(&body).send().await;
    let item = format!("{path}/{}", added.text("/id"));
    let stranger = number(&line.app, "Florist").await;
    let app = &line.app;
    for call in [
        app.get(&path),
        app.post(&path).json(&body),
        app.get(&item),
        app.patch(&item).json(&json!({})),
        app.delete(&item),
        app.get(&format!("/api/bots/{}/knowledge", Uuid::nil())),
    ] {
        call.api_key(&stranger.key).send().await.assert_problem(404, "not_found");
    }
    let operator = app.api_key(&line.number.owner, "operator").await;
    assert_eq!(app.get(&item).api_key(&operator).send().await.status, 200);
    app.post(&path).api_key(&operator).json(&body).send().await.assert_problem(403, "forbidden");
    app.delete(&item).api_key(&operator).send().await.assert_problem(403, "forbidden");
}

#[rstest]
#[tokio::test]
async fn a_long_text_is_cut_once_and_anew_when_it_says_something_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = path(&line).await;
    let section = |name: &str, word: &str| format!("# {name}\n\n{}", format!("We speak of {word} here. ").repeat(60));
    let text = format!("{}\n\n{}", section("Bread", "rye"), section("Cakes", "almonds"));
    let added = line.post(&path).json(&json!({ "title": "All", "text": text })).send().await;
    let (id, tenant) = (added.text("/id").parse().unwrap(), TenantId(line.number.owner.tenant_id.parse().unwrap()));
    let cut_into = async |pieces: usize| {
        line.clock.advance(Duration::from_secs(2));
        eventually(async || {
            let mut tx = line.app.server.state().db.read(Scope::Tenant(tenant)).await.unwrap();
            let item = knowledge::by_id(&mut tx.conn(), tenant, id).await.unwrap().unwrap();
            item.pieces.filter(|cut| cut.len() == pieces)
        })
        .await
    };
    let found = async || line.read(&format!("{}?q=almonds", path.replace("/knowledge", "/search"))).await;
    // Whoever asks before that finds the same.
    let before = found().await;
    let pieces = cut_into(2).await;
    assert!(text[pieces[1].clone()].starts_with("# Cakes\n"), "{pieces:?}");
    assert_eq!(found().await, before);
    assert!(before["items"][0]["text"].as_str().unwrap().starts_with("All\n# Cakes"), "{before}");
    let corrected = json!({ "text": "We sell no almonds." });
    line.patch(&format!("{path}/{id}")).json(&corrected).send().await;
    assert_eq!(found().await["items"][0]["text"], "All\nWe sell no almonds.");
    assert_eq!(cut_into(1).await[0], 0..corrected["text"].as_str().unwrap().len());
}
