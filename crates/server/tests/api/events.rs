use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use switchboard_server::events::{Beginning, EventHub, Feed};
use switchboard_store::{
    Clock, Db, Millis, Notifier, ReadReceipts, Scope, Signal, SystemClock, TenantId, TenantStatus,
    event::{self, NewEvent, Position},
    housekeeping, new_id,
    tenant::{self, Tenant},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    TestDb,
};
use tokio_util::sync::CancellationToken;

use crate::support::{
    TestApp,
    line::{Line, customer_writes, number},
    stream::EventStream,
};

async fn follow(line: &Line, last_event_id: Option<&str>) -> EventStream {
    let call = line.get("/api/events");
    let call = if let Some(id) = last_event_id { call.header("last-event-id", id) } else { call };
    call.stream().await
}

/// The texts' count is told by `message.created`; every message also updates its conversation.
async fn next_of(stream: &mut EventStream, kind: &str) -> crate::support::stream::Told {
    loop {
        let told = stream.next().await.expect("the stream goes on");
        if told.kind == kind {
            return told;
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_watcher_is_greeted_and_told_what_happens(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let mut stream = follow(&line, None).await;
    let header = |name: &str| stream.response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!(header("cache-control").as_deref(), Some("no-cache"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(stream.next().await.unwrap().kind, "hello");

    let path = line.customer_writes("9051", "Hello").await;
    let told = next_of(&mut stream, "message.created").await;
    assert!(path.ends_with(told.data["conversation_id"].as_str().unwrap()), "{told:?}");
    assert_eq!((&told.data["author"], &told.data["status"]), (&json!("customer"), &json!("received")));
    line.post(&format!("{path}/takeover")).send().await;
    let told = next_of(&mut stream, "conversation.updated").await;
    let told = if told.data["control"] == "ai" { next_of(&mut stream, "conversation.updated").await } else { told };
    assert_eq!(told.data["control"], "human");
}

#[rstest]
#[tokio::test]
async fn colleagues_are_told_who_types_and_what(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let path = line.customer_writes("9051", "Hello").await;
    let mut stream = follow(&line, None).await;
    let typing = format!("{path}/typing");
    let owner = &line.number.owner;
    let me = line.app.get("/api/auth/me").bearer(&owner.access_token).send().await;
    let types = async |path: &str, body| line.app.post(path).bearer(&owner.access_token).json(&body).send().await;
    assert_eq!(types(&typing, json!({ "writing": "note" })).await.status, 204);
    let told = next_of(&mut stream, "conversation.typing").await;
    let expected = json!({ "conversation_id": path.rsplit('/').next(), "person_id": me.text("/user/id"), "writing": "note",
        "until": (line.clock.now() + Duration::from_secs(8)).to_rfc3339() });
    assert_eq!(told.data, expected);

    types(&typing, json!({ "writing": "poem" })).await.assert_problem(400, "malformed");
    types(&format!("/api/conversations/{}/typing", new_id(line.clock.now())), json!({ "writing": "reply" }))
        .await
        .assert_problem(404, "not_found");
    line.post(&typing).json(&json!({ "writing": "reply" })).send().await.assert_problem(403, "forbidden");
}

#[rstest]
#[tokio::test]
async fn a_watcher_hears_of_its_tenant_alone(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let stranger = number(&line.app, "Florist").await;
    let mut stream = line.app.get("/api/events").api_key(&stranger.key).stream().await;
    stream.next().await.unwrap();
    line.customer_writes("9051", "Bread, please").await;
    let theirs = customer_writes(&line.app, &stranger, "9052", "Flowers, please").await;
    let told = stream.next().await.unwrap();
    assert!(
        theirs.ends_with(told.data["conversation_id"].as_str().unwrap()),
        "the first thing heard is its own: {told:?}"
    );
}

#[rstest]
#[tokio::test]
async fn a_watcher_that_comes_back_has_missed_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let mut stream = follow(&line, None).await;
    let hello = stream.next().await.unwrap();
    line.customer_writes("9051", "one").await;
    let first = next_of(&mut stream, "message.created").await;
    drop(stream);
    for text in ["two", "three"] {
        line.customer_writes("9051", text).await;
    }
    let mut resumed = follow(&line, Some(&first.id)).await;
    let mut expected =
        vec![next_of(&mut resumed, "message.created").await, next_of(&mut resumed, "message.created").await];
    line.customer_writes("9051", "four").await;
    expected.push(next_of(&mut resumed, "message.created").await);

    // From the greeting on, by the query this time: the same again, with the first before it.
    let mut all = line.get(&format!("/api/events?last_event_id={}", hello.id)).stream().await;
    expected.insert(0, first);
    for expected in expected {
        assert_eq!(next_of(&mut all, "message.created").await, expected);
    }
}

#[rstest]
#[tokio::test]
async fn a_watcher_that_was_away_too_long_begins_anew(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    line.customer_writes("9051", "one").await;
    let mut stream = follow(&line, None).await;
    let hello = stream.next().await.unwrap();
    for text in ["missed", "the newest, which stays"] {
        line.customer_writes("9051", text).await;
        next_of(&mut stream, "message.created").await;
    }
    let state = line.app.server.state();
    let mut tx = state.db.write(Scope::System).await.unwrap();
    let later = state.clock.now() + Duration::from_secs(1);
    housekeeping::sweep(&mut tx.conn(), later, Millis(0), Millis(0), Millis(0)).await.unwrap();
    tx.commit().await.unwrap();
    line.customer_writes("9051", "two").await;
    next_of(&mut stream, "message.created").await;
    for gone in [hello.id.as_str(), "nonsense", "9000000000-9000000000"] {
        let mut reset = follow(&line, Some(gone)).await;
        let told = reset.next().await.unwrap();
        assert_eq!(told.kind, "reset", "{gone}");
        let mut resumed = follow(&line, Some(&told.id)).await;
        line.customer_writes("9051", gone).await;
        for stream in [&mut reset, &mut resumed] {
            assert_eq!(next_of(stream, "message.created").await.data["author"], "customer");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_stream_ends_with_its_session(#[values(Sqlite, Postgres)] engine: Engine) {
    let line = Line::open(engine).await;
    let owner = &line.number.owner;
    let mut stream = line.app.get("/api/events").cookie(&owner.cookie).stream().await;
    assert_eq!(stream.next().await.unwrap().kind, "hello");
    let own_page = line.app.post("/api/auth/logout").cookie(&owner.cookie).header("sec-fetch-site", "same-origin");
    assert_eq!(own_page.send().await.status, 204);
    line.customer_writes("9051", "Hello").await;
    assert_eq!(stream.next().await, None, "nothing is told to someone who has left");
}

#[tokio::test]
async fn a_stream_ends_with_the_process() {
    let line = Line::open(Sqlite).await;
    let mut stream = follow(&line, None).await;
    stream.next().await.unwrap();
    let TestApp { server, db: _db, .. } = line.app;
    let (ended, ()) = tokio::join!(stream.next(), server.stop());
    assert_eq!(ended, None);
}

#[tokio::test]
async fn a_stream_is_for_those_who_may_read_and_its_credential_never_in_the_url() {
    let line = Line::open(Sqlite).await;
    let in_url = format!("/api/events?access_token={}", line.number.owner.access_token);
    line.app.get(&in_url).send().await.assert_problem(401, "unauthorized");
    let compressed = line.get("/api/events").header("accept-encoding", "gzip, br").stream().await;
    let encoding = compressed.response.headers().get("content-encoding");
    assert!(encoding.is_none_or(|encoding| encoding == "identity"), "{encoding:?}");
}

const MANY: i64 = 5_000;

#[rstest]
#[tokio::test]
async fn a_watcher_slower_than_the_events_still_gets_each_once_and_in_order(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let test = TestDb::new(engine).await;
    let (tenant, notifier) = (tenant(&test.db).await, Notifier::default());
    let hub = EventHub::open(test.db.clone(), notifier.clone()).await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (hub, stop) = (hub.clone(), stop.clone());
        async move { hub.run(stop).await }
    });
    let (mut feed, beginning) = Feed::open(hub, tenant, None).await.unwrap();
    assert_eq!(beginning, Beginning::Fresh(Position::default()));
    let writer = write_many(&test.db, tenant, &notifier);
    let reader = async {
        let mut numbers = Vec::new();
        while i64::try_from(numbers.len()).unwrap() < MANY {
            // Slow: more has happened each time than is kept for it.
            tokio::task::yield_now().await;
            for event in feed.next().await.unwrap() {
                let frame = std::str::from_utf8(&event.frame).unwrap().to_owned();
                let (_, data) = frame.trim_end().rsplit_once("data: ").unwrap();
                numbers.push(serde_json::from_str::<serde_json::Value>(data).unwrap()["n"].as_i64().unwrap());
            }
        }
        numbers
    };
    let (numbers, ()) = tokio::join!(reader, writer);
    assert!(numbers.into_iter().eq(0..MANY));
    stop.cancel();
    running.await.unwrap();
}

async fn tenant(db: &Db) -> TenantId {
    let now = SystemClock.now();
    let tenant = Tenant {
        id: TenantId(new_id(now)),
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: now,
    };
    let mut tx = db.write(Scope::System).await.unwrap();
    tenant::insert(&mut tx.conn(), &tenant).await.unwrap();
    tx.commit().await.unwrap();
    tenant.id
}

/// In bursts of more than a channel holds.
async fn write_many(db: &Db, tenant_id: TenantId, notifier: &Notifier) {
    for burst in 0..2 {
        let numbers = burst * MANY / 2..(burst + 1) * MANY / 2;
        let now = SystemClock.now();
        let events = numbers.map(|n| NewEvent { tenant_id, kind: "test", data: json!({ "n": n }), created_at: now });
        let mut tx = db.write(Scope::System).await.unwrap();
        event::insert(&mut tx.conn(), &events.collect::<Vec<_>>()).await.unwrap();
        tx.commit().await.unwrap();
        notifier.notify(Signal::Event);
    }
}
