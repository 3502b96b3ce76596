use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, customer_writes, number};

fn phones(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["contact"]["phone"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn a_conversation_tells_who_writes_where_and_how_it_stands(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("905301234567", "Merhaba").await;
    let conversation = line.read(&path).await;
    let expected = json!({
        "number": { "id": line.number.id, "display_phone_number": "+1 555-078-3881" },
        "control": "ai", "control_version": 1, "control_reason": null, "handback_at": null, "needs_person": false,
        "unread_count": 1, "suggestion": null,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(conversation[field], *value, "{field}");
    }
    let contact = &conversation["contact"];
    assert_eq!((&contact["phone"], &contact["name"]), (&json!("905301234567"), &json!("Customer 905301234567")));
    assert_eq!((&contact["user_id"], &contact["username"]), (&json!(null), &json!(null)));
    let last = &conversation["last_message"];
    assert_eq!(
        (&last["text"], &last["author"], &last["type"]),
        (&json!("Merhaba"), &json!("customer"), &json!("text"))
    );
    assert_eq!((&last["direction"], &last["status"]), (&json!("inbound"), &json!("received")));
    assert_eq!(conversation["window"]["open"], true);
    line.clock.advance(Duration::from_hours(25));
    let window = &line.read(&path).await["window"];
    assert!(window["open"] == false && window["closes_at"].is_string(), "{window}");
}

#[rstest]
#[tokio::test]
async fn conversations_come_a_page_at_a_time_the_newest_first(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    // Otherwise its answers move conversations up as the time goes on.
    let path = format!("/api/numbers/{}", line.number.id);
    assert_eq!(line.patch(&path).json(&json!({ "bot_id": null })).send().await.status, 200);
    for from in ["9051", "9052", "9053", "9054", "9055"] {
        line.customer_writes(from, "Hello").await;
        line.clock.advance(Duration::from_secs(1));
    }
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = line.read(&format!("/api/conversations?{query}")).await;
        seen.extend(phones(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["9055", "9054", "9053", "9052", "9051"]);
    line.customer_writes("9052", "Hello again").await;
    assert_eq!(phones(&line.read("/api/conversations?limit=1").await), ["9052"]);
}

#[rstest]
#[tokio::test]
async fn conversations_are_picked_by_control_number_and_need(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.customer_writes("9051", "Hello").await;
    let taken = line.customer_writes("9052", "Hello").await;
    line.post(&format!("{taken}/takeover")).send().await;
    for (query, expected) in [
        ("control=human", vec!["9052"]),
        ("control=ai", vec!["9051"]),
        ("needs_person=true", vec![]),
        ("control=human&needs_person=false", vec!["9052"]),
        ("number_id=00000000-0000-0000-0000-000000000000", vec![]),
    ] {
        assert_eq!(phones(&line.read(&format!("/api/conversations?{query}")).await), expected, "{query}");
    }
    let number = format!("/api/conversations?number_id={}", line.number.id);
    assert_eq!(phones(&line.read(&number).await).len(), 2);
}

#[rstest]
#[case("limit=0", 422, "invalid")]
#[case("limit=101", 422, "invalid")]
#[case("control=robot", 400, "malformed")]
#[case("needs_person=maybe", 400, "malformed")]
#[case("number_id=7", 400, "malformed")]
#[case("cursor=elsewhere", 400, "invalid_cursor")]
#[tokio::test]
async fn a_list_that_cannot_be_is_refused(#[case] query: &str, #[case] status: u16, #[case] code: &str) {
    let line = Line::open(Sqlite).await;
    line.get(&format!("/api/conversations?{query}")).send().await.assert_problem(status, code);
}

#[rstest]
#[tokio::test]
async fn a_thread_is_read_backwards_a_page_at_a_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let mut path = String::new();
    for text in ["one", "two", "three", "four", "five"] {
        path = line.customer_writes("9051", text).await;
        line.clock.advance(Duration::from_secs(1));
    }
    let (mut pages, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = line.read(&format!("{path}/messages?{query}")).await;
        let texts = page["items"].as_array().unwrap().iter();
        pages.push(texts.map(|message| message["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(pages, [vec!["four", "five"], vec!["two", "three"], vec!["one"]]);

    let page = line.read(&format!("{path}/messages")).await;
    let message = &page["items"][0];
    assert_eq!((&message["seq"], &message["status"], &message["error"]), (&json!(1), &json!("received"), &json!(null)));
    assert_eq!(message["reactions"], json!({ "customer": null, "own": null }));
    assert!(message["wamid"].is_string() && path.ends_with(message["conversation_id"].as_str().unwrap()), "{message}");
    line.get(&format!("{path}/messages?cursor=elsewhere")).send().await.assert_problem(400, "invalid_cursor");
    line.get(&format!("{path}/messages?limit=201")).send().await.assert_problem(422, "invalid");
}

#[rstest]
#[tokio::test]
async fn control_goes_to_people_and_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    for _ in 0..2 {
        let taken = line.post(&format!("{path}/takeover")).send().await;
        assert_eq!((taken.status, &taken.body["in_flight"]), (200, &json!(0)), "{}", taken.raw);
        assert_eq!(
            (&taken.body["control"], &taken.body["control_version"]),
            (&json!("human"), &json!(2)),
            "{}",
            taken.raw
        );
        assert!(taken.body["contact"].is_object() && taken.body["window"].is_object(), "{}", taken.raw);
    }
    let back = line.post(&format!("{path}/handback")).send().await;
    assert_eq!((back.status, &back.body["control"], &back.body["control_version"]), (200, &json!("ai"), &json!(3)));
    assert_eq!(back.body, line.read(&path).await);
}

#[rstest]
#[tokio::test]
async fn a_conversation_is_marked_as_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.customer_writes("9051", "Hello").await;
    let path = line.customer_writes("9051", "Hello?").await;
    assert_eq!(line.read(&path).await["unread_count"], 2);
    for _ in 0..2 {
        let read = line.post(&format!("{path}/read")).send().await;
        assert_eq!((read.status, &read.body["unread_count"]), (200, &json!(0)), "{}", read.raw);
    }
}

#[rstest]
#[tokio::test]
async fn a_conversation_is_its_tenants(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let stranger = number(&line.app, "Florist").await;
    let app = &line.app;
    for call in [
        app.get(&path),
        app.get(&format!("{path}/messages")),
        app.post(&format!("{path}/messages")).json(&json!({ "text": "Hello" })),
        app.post(&format!("{path}/takeover")),
        app.post(&format!("{path}/handback")),
        app.post(&format!("{path}/read")),
    ] {
        call.api_key(&stranger.key).send().await.assert_problem(404, "not_found");
    }
    // The same customer, with another business.
    let theirs = customer_writes(app, &stranger, "9051", "Flowers, please").await;
    assert_ne!(theirs, path);
    let list = app.get("/api/conversations").api_key(&stranger.key).send().await;
    assert_eq!((phones(&list.body), list.body["items"][0]["unread_count"].clone()), (vec!["9051"], json!(1)));
    assert_eq!(line.read(&path).await["control"], "ai");
}

#[rstest]
#[tokio::test]
async fn a_viewer_reads_and_does_nothing_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let viewer = line.app.api_key(&line.number.owner, "viewer").await;
    let app = &line.app;
    for read in ["/api/conversations".to_owned(), path.clone(), format!("{path}/messages")] {
        assert_eq!(app.get(&read).api_key(&viewer).send().await.status, 200);
        app.get(&read).send().await.assert_problem(401, "unauthorized");
    }
    for call in [
        app.post(&format!("{path}/messages")).json(&json!({ "text": "Hello" })),
        app.post(&format!("{path}/takeover")),
        app.post(&format!("{path}/handback")),
        app.post(&format!("{path}/read")),
    ] {
        call.api_key(&viewer).send().await.assert_problem(403, "forbidden");
    }
}
