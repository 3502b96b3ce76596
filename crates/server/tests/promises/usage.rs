//! What is counted of a business, and that it stays the same however it is counted.

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_inbox::usage::roll_up;
use switchboard_store::{Clock, ManualClock, Millis};
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";
const ANOTHER: &str = "905301234568";
const FIGURES: [&str; 9] = [
    "conversations",
    "waiting",
    "received",
    "by_ai",
    "by_people",
    "failed",
    "answered",
    "handed_over",
    "people_wait_ms",
];
const NOTHING: [i64; 9] = [0, 0, 0, 0, 0, 0, 0, 0, -1];
const AN_EVENING: [i64; 9] = [2, 0, 2, 1, 1, 0, 1, 1, 62_000];

struct Kathmandu {
    world: World,
    clock: Arc<ManualClock>,
    business: Business,
}

impl Kathmandu {
    /// A business in Kathmandu, at ten to midnight there. Its bot answers after two seconds.
    async fn open(engine: Engine) -> Self {
        let clock = ManualClock::at(Millis::from_rfc3339("2026-03-02T18:05:00Z").expect("a time"));
        let world = World::start_at(engine, clock.clone(), |_| {}).await;
        let business = world.business("Bakery").await;
        let patch = async |path: &str, body: Value| {
            let answer = world.app.patch(path).api_key(&business.key).json(&body).send().await;
            assert_eq!(answer.status, 200, "{}", answer.raw);
        };
        patch(&format!("/api/bots/{}", business.bot), json!({ "reply_delay_ms": 2_000 })).await;
        patch("/api/tenant", json!({ "time_zone": "Asia/Kathmandu" })).await;
        Self { world, clock, business }
    }

    async fn asks(&self, from: &str, text: &str) {
        let seconds = (self.clock.now().0 / 1000).to_string();
        let raw = json!({ "timestamp": seconds, "type": "text", "text": { "body": text } });
        let told = self.world.message(&self.business, &json!({ "from": from, "raw": raw })).await;
        assert_eq!(told["http_status"], 200, "{told}");
        self.world.conversation(&self.business, from, |it| it["last_message"]["text"] == text).await;
    }

    /// One customer is answered by the AI after two seconds, another by people a minute after that.
    async fn an_evening(&self) {
        self.asks(CUSTOMER, QUESTION).await;
        self.asks(ANOTHER, "I want to talk to a real person").await;
        self.clock.advance(Duration::from_secs(2));
        self.world.answers(&self.business, CUSTOMER, 1).await;
        self.world.answers(&self.business, ANOTHER, 1).await;
        self.clock.advance(Duration::from_mins(1));
        let path = self.world.path(&self.business, ANOTHER).await;
        self.world.act(&self.business, &format!("{path}/messages"), &json!({ "text": "Here I am." })).await;
        self.world.answers(&self.business, ANOTHER, 2).await;
    }

    async fn read(&self, path: &str) -> Value {
        self.world.read(&self.business, path).await
    }

    async fn count_all(&self) {
        while roll_up(&self.world.app.server.state().db, self.clock.now()).await.expect("it counts") {}
    }
}

fn figures(overview: &Value) -> Vec<i64> {
    FIGURES.iter().map(|figure| overview[*figure].as_i64().unwrap_or(-1)).collect()
}

#[rstest]
#[tokio::test]
async fn what_has_happened_today_is_told_hour_by_hour(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = Kathmandu::open(engine).await;
    let nothing = it.read("/api/overview").await;
    assert_eq!(figures(&nothing), NOTHING, "{nothing}");
    it.an_evening().await;
    let today = it.read("/api/overview").await;
    assert_eq!(figures(&today), AN_EVENING, "{today}");
    assert_eq!((&today["ai_wait_ms"], &today["time_zone"]), (&json!(2_000), &json!("Asia/Kathmandu")));
    assert!(today["prompt_tokens"].as_i64() > Some(0) && today["cost"].as_f64() > Some(0.0), "{today}");
    let points = today["points"].as_array().unwrap();
    // The last hour of that day, which begins a quarter past the hour in UTC.
    let last = json!({ "from": "2026-03-02T17:15:00.000Z", "received": 2, "by_ai": 1, "by_people": 1, "handed_over": 1,
        "failed": 0 });
    assert_eq!((points.len(), &points[23]), (24, &last));

    // Counted once that time is over, and read from there, it is the same.
    it.clock.advance(Duration::from_mins(4));
    it.count_all().await;
    assert_eq!(figures(&it.read("/api/overview").await), AN_EVENING, "not over yet");
    it.clock.advance(Duration::from_mins(20));
    it.count_all().await;
    let today = it.read("/api/overview").await;
    assert_eq!(figures(&today), NOTHING, "midnight has passed: {today}");
    let week = it.read("/api/overview?range=7d").await;
    assert_eq!(figures(&week), AN_EVENING, "{week}");
    let points = week["points"].as_array().unwrap();
    assert_eq!((points.len(), &points[5]["received"], &points[6]["received"]), (7, &json!(2), &json!(0)));

    // The AI's answer, that people come, and theirs: of Meta's free messages of the month.
    let used = it.read("/api/usage").await;
    let used = used["service_messages"].as_array().expect("a list").clone();
    assert_eq!((used.len(), &used[0]["count"], &used[0]["free"]), (1, &json!(3), &json!(1_000)), "{used:?}");

    // What is counted and what is new add up.
    it.asks(CUSTOMER, "And tomorrow?").await;
    let month = it.read("/api/overview?range=30d").await;
    assert_eq!((&month["received"], &month["conversations"]), (&json!(3), &json!(2)), "{month}");
    let wrong = it.world.app.get("/api/overview?range=year").api_key(&it.business.key).send().await;
    wrong.assert_problem(422, "invalid");
}

#[rstest]
#[tokio::test]
async fn what_fails_is_told_however_late_that_turns_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = Kathmandu::open(engine).await;
    it.world.sim(Method::PUT, "/sim/statuses", &json!({ "mode": "manual" })).await;
    it.an_evening().await;
    it.clock.advance(Duration::from_mins(30));
    it.count_all().await;
    assert_eq!(it.read("/api/overview?range=7d").await["failed"], 0);
    let wamid = it.world.sent(&it.business, CUSTOMER).await[0]["wamid"].clone();
    let undeliverable = json!([{ "code": 131_026, "title": "Undeliverable" }]);
    let update = json!({ "wamid": wamid, "status": "failed", "errors": undeliverable });
    assert_eq!(it.world.sim(Method::POST, "/sim/status", &update).await["http_status"], 200);
    eventually("the failure is counted on its day", async || {
        let week = it.read("/api/overview?range=7d").await;
        (week["failed"] == 1 && week["points"][5]["failed"] == 1).then_some(())
    })
    .await;
    let used = it.read("/api/usage").await;
    assert_eq!(used["service_messages"][0]["count"], json!(2), "and takes none of the free ones: {used}");
}

#[rstest]
#[tokio::test]
async fn usage_is_told_day_by_day_and_number_by_number(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = Kathmandu::open(engine).await;
    it.an_evening().await;
    it.clock.advance(Duration::from_hours(24));
    it.count_all().await;
    it.asks(CUSTOMER, "Are you there?").await;
    let usage = it.read("/api/usage?days=7").await;
    let items = usage["items"].as_array().unwrap();
    let days: Vec<_> = items.iter().map(|it| it["day"].as_str().unwrap()).collect();
    assert_eq!(days, ["2026-03-03", "2026-03-02"], "the newest first: {usage}");
    let number = it.read("/api/numbers").await["items"][0]["id"].clone();
    let mut evening = items[1].clone();
    let fields = evening.as_object_mut().unwrap();
    let spent = ["prompt_tokens", "completion_tokens"].map(|tokens| fields.remove(tokens).unwrap().as_i64().unwrap());
    assert!(spent.iter().all(|tokens| *tokens > 0) && fields.remove("cost").unwrap().as_f64() > Some(0.0), "{usage}");
    let expected = json!({ "day": "2026-03-02", "number_id": number, "received": 2, "by_ai": 1, "by_people": 1,
        "by_system": 1, "failed": 0, "answered": 1, "handed_over": 1 });
    assert_eq!(evening, expected);
    assert_eq!(it.read("/api/usage?days=1").await["items"].as_array().unwrap().len(), 1);
    for days in ["0", "93"] {
        let wrong = it.world.app.get(&format!("/api/usage?days={days}")).api_key(&it.business.key).send().await;
        wrong.assert_problem(422, "invalid");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_counted_is_the_tenants_own(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = Kathmandu::open(engine).await;
    let florist = it.world.business("Florist").await;
    it.an_evening().await;
    for _ in 0..2 {
        let overview = it.world.read(&florist, "/api/overview?range=7d").await;
        assert_eq!(figures(&overview), NOTHING, "{overview}");
        assert_eq!(it.world.read(&florist, "/api/usage").await["items"], json!([]));
        it.clock.advance(Duration::from_mins(30));
        it.count_all().await;
    }
    assert_eq!(figures(&it.read("/api/overview?range=7d").await), AN_EVENING);
}
