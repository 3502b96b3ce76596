use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use switchboard_store::Clock;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::support::line::{Line, customer_writes, delivery, eventually, number, posts};

async fn search(line: &Line, q: &str) -> Value {
    let answer = line.get(&format!("/api/search?{}", query(q))).send().await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.raw);
    answer.body
}

fn query(q: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish()
}

fn texts(found: &Value) -> Vec<String> {
    let hits = found["messages"].as_array().unwrap().iter();
    let text = |hit: &Value| {
        let pieces = hit["excerpt"].as_array().unwrap().iter();
        let marked = pieces.map(|piece| {
            let text = piece["text"].as_str().unwrap();
            if piece["hit"] == true { format!("[{text}]") } else { text.to_owned() }
        });
        marked.collect::<String>()
    };
    hits.map(text).collect()
}

fn phones(found: &Value) -> Vec<&str> {
    found["conversations"].as_array().unwrap().iter().map(|it| it["contact"]["phone"].as_str().unwrap()).collect()
}

/// What is said in three languages, and what finds it; the same on both engines.
const SAID: &[&str] = &[
    "Işıklı pasta İSTER misiniz?",
    "isterim, ısparta gülü de olsun",
    "هل عندكم كَعْكَة بالشوكولاتة؟",
    "I'd like two loaves, please",
    "Two LOAVES of rye",
    "Öğleden sonra 15:30'da gelirim",
    "price of #A-1024?",
];

const ASKED: &[(&str, &[&str])] = &[
    ("ister", &["[isterim], ısparta gülü de olsun", "Işıklı pasta [İSTER] misiniz?"]),
    ("ISIKLI", &["[Işıklı] pasta İSTER misiniz?"]),
    ("ısparta", &["isterim, [ısparta] gülü de olsun"]),
    ("كعكه", &["هل عندكم [كَعْكَة] بالشوكولاتة؟"]),
    ("loaves", &["Two [LOAVES] of rye", "I'd like two [loaves], please"]),
    ("two loa", &["[Two] [LOAVES] of rye", "I'd like [two] [loaves], please"]),
    ("loa two", &[]),
    ("rye loaves", &["Two [LOAVES] of [rye]"]),
    ("ogle 15", &[]),
    ("ogleden 30", &["[Öğleden] sonra 15:[30]'da gelirim"]),
    ("a-1024", &["price of #[A]-[1024]?"]),
    ("nothing of this", &[]),
    ("\" OR *", &[]),
    ("!?", &[]),
];

#[rstest]
#[tokio::test]
async fn what_was_said_is_found_however_it_is_spelt(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    for text in SAID {
        line.customer_writes("9051", text).await;
        line.clock.advance(Duration::from_secs(1));
    }
    for (asked, expected) in ASKED {
        assert_eq!(texts(&search(&line, asked).await), *expected, "{asked}");
    }
}

#[rstest]
#[tokio::test]
async fn customers_are_found_by_name_username_and_any_part_of_the_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.customer_writes("905301234567", "Hello").await;
    line.clock.advance(Duration::from_secs(1));
    line.customer_writes("905309999999", "Hello").await;
    for (asked, expected) in [
        ("customer 905301", vec!["905301234567"]),
        ("0530 123 45 67", vec!["905301234567"]),
        ("+90 (530) 123", vec!["905301234567"]),
        ("4567", vec!["905301234567"]),
        ("CUST", vec!["905309999999", "905301234567"]),
        ("nobody", vec![]),
    ] {
        assert_eq!(phones(&search(&line, asked).await), expected, "{asked}");
    }
    let hit = &search(&line, "hello").await["messages"][0];
    assert_eq!(
        (&hit["author"], &hit["conversation"]["contact"]["phone"]),
        (&json!("customer"), &json!("905309999999"))
    );
    for wrong in ["", &"x".repeat(201)] {
        line.get(&format!("/api/search?{}", query(wrong))).send().await.assert_problem(422, "invalid");
    }
}

#[rstest]
#[tokio::test]
async fn what_we_say_is_found_too_and_what_changes_is_found_as_it_is_now(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Do you have rye?").await;
    let sent = line.post(&format!("{path}/messages")).json(&json!({ "text": "We have spelt" })).send().await;
    assert_eq!(sent.status, 202, "{}", sent.raw);
    assert_eq!(texts(&search(&line, "spelt").await), ["We have [spelt]"]);
    let thread = line.read(&format!("{path}/messages")).await;
    let wamid = thread["items"][0]["wamid"].as_str().unwrap().to_owned();
    let change = async |kind: &str, body: Value| {
        let mut message = json!({ "from": "9051", "id": format!("wamid.{kind}"), "type": kind,
            "timestamp": (line.clock.now().0 / 1000).to_string() });
        message[kind] = body;
        let value = json!({ "messaging_product": "whatsapp", "contacts": [], "messages": [message],
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": line.number.phone_number_id } });
        assert_eq!(posts(&line.app, &delivery(&line.number.waba_id, "messages", &value)).await.status, 200);
    };
    let edited = json!({ "original_message_id": wamid, "message": { "type": "text", "text": { "body": "Do you have bagels?" } } });
    change("edit", edited).await;
    eventually(async || (texts(&search(&line, "bagels").await) == ["Do you have [bagels]?"]).then_some(())).await;
    assert_eq!(texts(&search(&line, "rye").await), Vec::<String>::new());
    change("revoke", json!({ "original_message_id": wamid })).await;
    eventually(async || texts(&search(&line, "bagels").await).is_empty().then_some(())).await;
}

#[rstest]
#[tokio::test]
async fn one_business_finds_nothing_of_another(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.customer_writes("9051", "Sourdough").await;
    let florist = number(&line.app, "Florist").await;
    customer_writes(&line.app, &florist, "9051", "Tulips").await;
    for (asked, messages) in [("tulips", 1), ("sourdough", 0)] {
        let found = line.app.get(&format!("/api/search?q={asked}")).api_key(&florist.key).send().await;
        assert_eq!(texts(&found.body).len(), messages, "{asked}: {}", found.raw);
    }
    let found = line.app.get("/api/search?q=9051").api_key(&florist.key).send().await;
    assert_eq!(found.body["conversations"].as_array().unwrap().len(), 1, "{}", found.raw);
}

#[rstest]
#[tokio::test]
async fn hits_come_a_page_at_a_time_and_lead_into_the_thread(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    // Otherwise its answers stand between the customer's messages.
    let path = format!("/api/numbers/{}", line.number.id);
    assert_eq!(line.patch(&path).json(&json!({ "bot_id": null })).send().await.status, 200);
    let mut path = String::new();
    for at in 0..35 {
        path = line.customer_writes("9051", &format!("Loaf {at}")).await;
        line.clock.advance(Duration::from_secs(1));
    }
    let first = search(&line, "loaf").await;
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = line.read(&format!("/api/search?q=loaf&cursor={cursor}")).await;
    let all: Vec<_> = texts(&first).into_iter().chain(texts(&rest)).collect();
    assert_eq!(all, (0..35).rev().map(|at| format!("[Loaf] {at}")).collect::<Vec<_>>());
    assert_eq!((&rest["next_cursor"], &rest["conversations"]), (&json!(null), &json!([])));

    let id = first["messages"][20]["message_id"].as_str().unwrap();
    let said = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let loaves = |range: std::ops::Range<usize>| range.map(|at| format!("Loaf {at}")).collect::<Vec<_>>();
    let around = line.read(&format!("{path}/messages?around={id}&limit=10")).await;
    assert_eq!(said(&around), loaves(9..20));
    let older =
        line.read(&format!("{path}/messages?cursor={}&limit=10", around["next_cursor"].as_str().unwrap())).await;
    assert_eq!((said(&older), &older["next_cursor"]), (loaves(0..9), &json!(null)));
    let newer =
        line.read(&format!("{path}/messages?after={}&limit=10", around["newer_cursor"].as_str().unwrap())).await;
    assert_eq!(said(&newer), loaves(20..30));
    let newest =
        line.read(&format!("{path}/messages?after={}&limit=10", newer["newer_cursor"].as_str().unwrap())).await;
    assert_eq!((said(&newest), &newest["newer_cursor"]), (loaves(30..35), &json!(null)));
    let nowhere = format!("{path}/messages?around={}", line.number.id);
    line.get(&nowhere).send().await.assert_problem(404, "not_found");
}
