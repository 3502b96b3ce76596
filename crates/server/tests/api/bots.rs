use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, number};

async fn first_bot(line: &Line) -> String {
    let bots = line.read("/api/bots").await;
    format!("/api/bots/{}", bots["items"][0]["id"].as_str().unwrap())
}

#[rstest]
#[tokio::test]
async fn a_business_begins_with_a_bot_of_its_name(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let bots = line.read("/api/bots").await;
    let bot = &bots["items"][0];
    assert_eq!(
        (bots["items"].as_array().unwrap().len(), &bot["name"], &bot["enabled"]),
        (1, &json!("Bakery"), &json!(true))
    );
    assert_eq!(
        (&bot["language"], &bot["model"], &bot["handoff_message"]),
        (&json!("auto"), &json!(null), &json!(null))
    );
    assert_eq!(line.read(&first_bot(&line).await).await, *bot);
}

#[rstest]
#[tokio::test]
async fn a_bot_needs_only_a_name_and_changes_setting_by_setting(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    // Which models its bots have asked is the business's own affair then.
    let server = json!({ "base_url": "https://models.example.com/v1", "models": { "answering": "small" } });
    let put = line.app.request(Method::PUT, "/api/models/main").api_key(&line.number.key).json(&server).send().await;
    assert_eq!(put.status, 200, "{}", put.raw);
    let made = line.post("/api/bots").json(&json!({ "name": " Night shift ", "model": "big" })).send().await;
    assert_eq!((made.status, made.text("/name")), (201, "Night shift".into()), "{}", made.raw);
    let path = format!("/api/bots/{}", made.text("/id"));
    let mut expected = made.body.clone();
    for patch in [
        json!({ "enabled": false, "instructions": "Be brief." }),
        json!({ "model": null, "handoff_message": "" }),
        json!({ "reply_delay_ms": 500, "max_wait_ms": 4_000, "language": "tr", "name": "Gece" }),
        json!({ "handoff_message": null, "what_nobody_knows": 1 }),
        json!({ "tone": "formal", "closed_message": "Good night.", "handoff_keywords": ["refund", "iade et"] }),
        json!({ "hours": { "periods": [{ "day": 1, "from": "09:00", "to": "12:00" }, { "day": 1, "from": "13:00", "to": "02:00" }],
            "holidays": ["2026-12-25"] }, "hands_over_when_closed": true, "hands_over_when_angry": false }),
        json!({ "answers_per_customer": 5, "answers_per_day": 500, "handoff_confidence": 40, "handoff_repeats": 2 }),
        json!({ "hands_over_when_closed": false, "hours": null, "answers_per_day": null, "handoff_confidence": null }),
        json!({ "sees_pictures": false }),
        json!({ "greeting": "Welcome to the bakery!" }),
        json!({ "handoff_labels": ["018f0000-0000-7000-8000-000000000000"] }),
        json!({}),
    ] {
        let changed = line.patch(&path).json(&patch).send().await;
        assert_eq!(changed.status, 200, "{}", changed.raw);
        for (field, value) in patch.as_object().unwrap().iter().filter(|(field, _)| *field != "what_nobody_knows") {
            expected[field] = value.clone();
        }
        expected["updated_at"] = changed.body["updated_at"].clone();
        assert_eq!(changed.body, expected);
        assert_eq!(line.read(&path).await, expected);
    }
    assert_eq!(line.delete(&path).send().await.status, 204);
    line.get(&path).send().await.assert_problem(404, "not_found");
    line.delete(&path).send().await.assert_problem(404, "not_found");
}

#[rstest]
#[case(json!({ "name": " " }), 422, "invalid", "name")]
#[case(json!({ "name": "x", "language": "Turkish" }), 422, "invalid", "language")]
#[case(json!({ "name": "x", "reply_delay_ms": 60_001 }), 422, "invalid", "reply_delay_ms")]
#[case(json!({ "name": "x", "reply_delay_ms": 5, "max_wait_ms": 4 }), 422, "invalid", "max_wait_ms")]
#[case(json!({ "name": "x", "model": "" }), 422, "invalid", "model")]
#[case(json!({ "name": "x", "hours": { "periods": [{ "day": 1, "from": "9", "to": "12:00" }] } }), 422, "invalid", "hours")]
#[case(json!({ "name": "x", "hours": { "periods": [], "holidays": ["Christmas"] } }), 422, "invalid", "hours")]
#[case(json!({ "name": "x", "hands_over_when_closed": true }), 422, "invalid", "hands_over_when_closed")]
#[case(json!({ "name": "x", "closed_message": "x".repeat(1_001) }), 422, "invalid", "closed_message")]
#[case(json!({ "name": "x", "answers_per_customer": 0 }), 422, "invalid", "answers_per_customer")]
#[case(json!({ "name": "x", "answers_per_day": 100_001 }), 422, "invalid", "answers_per_day")]
#[case(json!({ "name": "x", "handoff_keywords": ["…"] }), 422, "invalid", "handoff_keywords")]
#[case(json!({ "name": "x", "handoff_confidence": 101 }), 422, "invalid", "handoff_confidence")]
#[case(json!({ "name": "x", "handoff_repeats": 0 }), 422, "invalid", "handoff_repeats")]
#[case(json!({ "name": "x", "tone": "rude" }), 400, "malformed", "")]
#[case(json!({ "enabled": true }), 400, "malformed", "")]
#[case(json!({ "name": "x", "enabled": "yes" }), 400, "malformed", "")]
#[case(json!({ "name": "x\0" }), 400, "malformed", "")]
#[tokio::test]
async fn a_bot_that_cannot_be_is_refused(
    #[case] body: Value,
    #[case] status: u16,
    #[case] code: &str,
    #[case] field: &str,
) {
    let line = Line::open(Sqlite).await;
    let answer = line.post("/api/bots").json(&body).send().await;
    answer.assert_problem(status, code);
    if status == 422 {
        assert_eq!(answer.invalid_fields(), [field]);
    }
}

#[rstest]
#[tokio::test]
async fn a_bot_that_serves_a_number_stays(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = first_bot(&line).await;
    line.delete(&path).send().await.assert_problem(409, "bot_in_use");
    let free = json!({ "bot_id": null });
    line.patch(&format!("/api/numbers/{}", line.number.id)).json(&free).send().await;
    assert_eq!(line.delete(&path).send().await.status, 204);
}

#[rstest]
#[tokio::test]
async fn a_bot_is_its_tenants_and_its_admins(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = first_bot(&line).await;
    let stranger = number(&line.app, "Florist").await;
    let app = &line.app;
    app.get(&path).api_key(&stranger.key).send().await.assert_problem(404, "not_found");
    app.patch(&path).api_key(&stranger.key).json(&json!({})).send().await.assert_problem(404, "not_found");
    app.delete(&path).api_key(&stranger.key).send().await.assert_problem(404, "not_found");

    let operator = app.api_key(&line.number.owner, "operator").await;
    assert_eq!(app.get(&path).api_key(&operator).send().await.status, 200);
    app.post("/api/bots")
        .api_key(&operator)
        .json(&json!({ "name": "x" }))
        .send()
        .await
        .assert_problem(403, "forbidden");
    app.patch(&path).api_key(&operator).json(&json!({})).send().await.assert_problem(403, "forbidden");
    app.delete(&path).api_key(&operator).send().await.assert_problem(403, "forbidden");
}

#[tokio::test]
async fn what_is_done_to_bots_is_written_down() {
    let line = Line::open(Sqlite).await;
    let made = line.post("/api/bots").json(&json!({ "name": "Night shift" })).send().await;
    let path = format!("/api/bots/{}", made.text("/id"));
    line.patch(&path).json(&json!({ "enabled": false })).send().await;
    line.delete(&path).send().await;
    let audit = line.read("/api/audit?limit=3").await;
    let actions: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["bot.deleted", "bot.changed", "bot.created"]);
    assert_eq!((&audit["items"][0]["target"], &audit["items"][2]["target"]), (&made.body["id"], &made.body["id"]));
}

/// A bot that knows when the shop opens, and where it is.
async fn taught(line: &Line) -> String {
    let path = first_bot(line).await;
    for (question, answer) in [("What time do you open?", "At eight."), ("Where is your shop?", "On Rose Street.")] {
        let item = json!({ "question": question, "answer": answer });
        assert_eq!(line.post(&format!("{path}/knowledge")).json(&item).send().await.status, 201);
    }
    path
}

#[rstest]
#[tokio::test]
async fn what_a_bot_would_find_is_shown_with_scores(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = taught(&line).await;
    let found = line.read(&format!("{path}/search?q=when%20do%20you%20open")).await;
    let first = &found["items"][0];
    assert_eq!(
        (&first["question"], &first["text"]),
        (&json!("What time do you open?"), &json!("At eight.")),
        "{found}"
    );
    assert_eq!(first["used"], true, "without a model it is the answer");
    assert!(first["score"].as_f64().unwrap() > 0.0, "{found}");
    assert!((0.5..=1.0).contains(&first["confidence"].as_f64().unwrap()), "{found}");
    for nothing in ["", "?q=", "?q=helicopter"] {
        assert_eq!(line.read(&format!("{path}/search{nothing}")).await["items"], json!([]), "{nothing}");
    }
    let long = line.get(&format!("{path}/search?q={}", "x".repeat(1_001))).send().await;
    assert_eq!(long.invalid_fields(), ["q"]);

    // Forgotten, it is found no more.
    let item = format!("{path}/knowledge/{}", first["item_id"].as_str().unwrap());
    assert_eq!(line.delete(&item).send().await.status, 204);
    let found = line.read(&format!("{path}/search?q=when%20do%20you%20open")).await;
    assert!(!found.to_string().contains("At eight."), "{found}");
}

#[rstest]
#[tokio::test]
async fn a_bot_without_a_model_is_tried_out_as_it_would_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = format!("{}/try", taught(&line).await);
    let tried = async |body: Value| {
        let answer = line.post(&path).json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.raw);
        answer.body
    };
    let answered = tried(json!({ "message": "when do you open?" })).await;
    assert_eq!((&answered["outcome"], &answered["texts"]), (&json!("answer"), &json!(["At eight."])), "{answered}");
    assert_eq!(
        (&answered["model"], &answered["prompt_tokens"], &answered["cost"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert!(answered["took_ms"].is_u64() && answered["reason"].is_null(), "{answered}");
    let used: Vec<_> = answered["passages"].as_array().unwrap().iter().filter(|it| it["used"] == true).collect();
    assert_eq!((used.len(), &used[0]["text"]), (1, &json!("At eight.")), "{answered}");

    let handed = tried(json!({ "message": "Do you sell helicopters, by any chance?" })).await;
    assert_eq!((&handed["outcome"], &handed["language"]), (&json!("handoff"), &json!("en")), "{handed}");
    let told = "I don't have the answer to that. A colleague will reply to you here shortly.";
    assert_eq!(handed["texts"], json!([told]), "{handed}");
    assert!(handed["reason"].is_string(), "{handed}");
    let words = json!({ "message": "Do you sell helicopters?", "settings": { "handoff_message": "Somebody comes." } });
    assert_eq!(tried(words).await["texts"], json!(["Somebody comes."]));
    assert_eq!(
        tried(json!({ "message": "Do you sell helicopters?" })).await["texts"],
        handed["texts"],
        "nothing was saved"
    );

    assert_eq!(line.read("/api/conversations").await["items"], json!([]));
}

#[rstest]
#[case(json!({ "message": "" }), 422, "message")]
#[case(json!({ "message": " \n" }), 422, "message")]
#[case(json!({ "message": "Hi", "history": [{ "author": "bot", "text": "x".repeat(4_097) }] }), 422, "history[0].text")]
#[case(json!({ "message": "Hi", "settings": { "language": "Turkish" } }), 422, "language")]
#[case(json!({ "message": "Hi", "history": [{ "author": "nobody", "text": "x" }] }), 400, "")]
#[case(json!({}), 400, "")]
#[tokio::test]
async fn what_cannot_be_tried_is_refused(#[case] body: Value, #[case] status: u16, #[case] field: &str) {
    let line = Line::open(Sqlite).await;
    let answer = line.post(&format!("{}/try", first_bot(&line).await)).json(&body).send().await;
    assert_eq!(answer.status, status, "{}", answer.raw);
    if status == 422 {
        assert_eq!(answer.invalid_fields(), [field]);
    }
}
