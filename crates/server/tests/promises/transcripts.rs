//! What customers say in voice notes is written down: for the team to read, for the search to find, for the bot to answer;
//! and where nobody can listen, nobody waits for it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_server::config::Switch;
use switchboard_store::{Clock as _, Scope, SystemClock, transcript};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    run,
};

use crate::world::{Business, QUESTION, World, eventually};

const CUSTOMER: &str = "905301234567";
const TURKISH: &str = "Pazar günü teslimat yapıyor musunuz?";

async fn listening(engine: Engine) -> World {
    World::start_with(engine, |settings| settings.openai_transcription_model = Some("an-ear".to_owned())).await
}

/// A recording as WhatsApp makes them: Opus in Ogg, so many seconds long.
fn recording(said: &str, seconds: u64) -> Vec<u8> {
    let page = |position: u64, body: &[u8]| {
        [b"OggS\0\x02".as_slice(), &(position * 48_000).to_le_bytes(), &[0; 14], body].concat()
    };
    let tags = format!("OpusTags\0SPOKEN={said}\0");
    [page(0, b"OpusHead\x01\x01"), page(0, tags.as_bytes()), page(seconds, b"sound")].concat()
}

async fn speaks(world: &World, business: &Business, from: &str, recording: &[u8]) {
    let file = json!({ "phone_number_id": business.phone_number_id, "mime_type": "audio/ogg; codecs=opus",
        "content": STANDARD.encode(recording) });
    let made = world.sim(Method::POST, "/sim/files", &file).await;
    let voice =
        json!({ "id": made["id"], "sha256": made["sha256"], "mime_type": "audio/ogg; codecs=opus", "voice": true });
    let raw = json!({ "type": "audio", "audio": voice });
    assert_eq!(world.message(business, &json!({ "from": from, "raw": raw })).await["http_status"], 200);
}

/// The voice note of the thread, once it is known what it says, or why that is not known.
async fn heard(world: &World, business: &Business) -> Value {
    eventually("a voice note that somebody has listened to", async || {
        let thread = world.thread(business, CUSTOMER).await;
        thread.into_iter().find(|it| it["type"] == "audio" && settled(it))
    })
    .await
}

fn settled(message: &Value) -> bool {
    message["transcript"]["state"].as_str().is_some_and(|state| state != "waiting")
}

fn path_of(message: &Value) -> String {
    let id = |key: &str| message[key].as_str().expect("an id").to_owned();
    format!("/api/conversations/{}/messages/{}", id("conversation_id"), id("id"))
}

async fn asked_of_the_ear(world: &World) -> usize {
    let asked = world.sim(Method::GET, "/sim/model/requests", &Value::Null).await;
    asked["items"].as_array().expect("a list").iter().filter(|it| it["request"]["model"] == "an-ear").count()
}

#[rstest]
#[tokio::test]
async fn a_voice_note_is_written_down_found_and_answered(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = listening(engine).await;
    let business = world.business("Bakery").await;
    // Longer than the bot's quiet period: it waits for what is said.
    world.delay(&json!({ "model_ms": 1200 })).await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    let message = heard(&world, &business).await;
    let transcript =
        json!({ "state": "ready", "text": QUESTION, "language": "en", "model": "an-ear", "problem": null });
    assert_eq!((&message["transcript"], &message["text"]), (&transcript, &Value::Null));
    assert_eq!(message["language"], "en");
    let prompts = world.prompts().await;
    let thoughts: Vec<_> = prompts.iter().filter(|prompt| prompt.contains("customer")).collect();
    assert_eq!(thoughts.len(), 1, "{thoughts:?}");
    assert!(thoughts[0].contains(QUESTION) && !thoughts[0].contains("[audio]"), "{}", thoughts[0]);
    assert_eq!(asked_of_the_ear(&world).await, 1);

    let found = world.read(&business, "/api/search?q=opening").await;
    let hit = &found["messages"][0];
    assert!(
        hit.to_string().contains("opening") && hit.to_string().contains(message["id"].as_str().unwrap()),
        "{found}"
    );
    let listening = counted(&world, &business).await;
    assert_eq!((&listening["model"], &listening["calls"]), (&json!("an-ear"), &json!(1)), "{listening}");
    assert!(listening["cost"].as_f64() > Some(0.0), "{listening}");
}

/// What was asked of models to hear, once it is counted.
async fn counted(world: &World, business: &Business) -> Value {
    eventually("what was asked is counted", async || {
        let used = world.read(business, "/api/models/usage").await["items"].clone();
        used.as_array()?.iter().find(|it| it["purpose"] == "transcription").cloned()
    })
    .await
}

#[rstest]
#[case::counts_seconds("whisper-1", false)]
#[case::counts_tokens("gpt-4o-transcribe", true)]
#[case::says_nothing("local-ear", false)]
#[tokio::test]
async fn a_voice_note_costs_what_its_minutes_do(
    #[case] model: &str,
    #[case] in_tokens: bool,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start_with(engine, |settings| {
        settings.openai_transcription_model = Some(model.to_owned());
        settings.openai_transcription_price = Some("0.006".to_owned());
    })
    .await;
    let business = world.business("Bakery").await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 30)).await;
    world.answers(&business, CUSTOMER, 1).await;
    let listening = counted(&world, &business).await;
    assert_eq!((&listening["cost"], &listening["bot_id"]), (&json!(0.003), &json!(business.bot)), "{listening}");
    assert_eq!(listening["prompt_tokens"].as_i64() > Some(0), in_tokens, "{listening}");
}

#[rstest]
#[tokio::test]
async fn what_a_bot_hears_uses_up_its_budget(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, |settings| {
        settings.openai_transcription_model = Some("whisper-1".to_owned());
        settings.openai_transcription_price = Some("0.006".to_owned());
    })
    .await;
    let business = world.business("Bakery").await;
    let path = format!("/api/bots/{}", business.bot);
    let bot = world.app.patch(&path).api_key(&business.key).json(&json!({ "cost_per_day": 0.003 })).send().await;
    assert_eq!(bot.status, 200, "{}", bot.raw);
    speaks(&world, &business, "905301234560", &recording(QUESTION, 30)).await;
    counted(&world, &business).await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 30)).await;
    let conversation = world.conversation(&business, CUSTOMER, |it| it["needs_person"] == true).await;
    assert_eq!(conversation["control_reason"], "budget", "{conversation}");
    assert_eq!(heard(&world, &business).await["transcript"]["problem"], "budget");
}

#[rstest]
#[tokio::test]
async fn a_business_names_what_a_minute_costs_at_its_own_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, |settings| settings.private_models = Switch::On).await;
    let business = world.business("Bakery").await;
    let mut server = json!({ "base_url": world.model_url(), "api_key": "sk-own",
        "models": { "transcription": "whisper-large" }, "minute_price": -1 });
    let put = async |server: &Value| {
        world.app.request(Method::PUT, "/api/models/main").api_key(&business.key).json(server).send().await
    };
    assert_eq!(put(&server).await.invalid_fields(), ["minute_price"]);
    server["minute_price"] = json!(0.06);
    let stored = put(&server).await;
    assert_eq!((stored.status, &stored.body["minute_price"]), (200, &json!(0.06)), "{}", stored.raw);
    server["minute_price"] = json!(0.6);
    put(&server).await;
    assert_eq!(world.read(&business, "/api/models").await["main"]["minute_price"], 0.6);
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 30)).await;
    assert_eq!(counted(&world, &business).await["cost"], 0.3);
}

#[rstest]
#[tokio::test]
async fn a_business_has_its_own_ear(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start_with(engine, |settings| settings.private_models = Switch::On).await;
    let business = world.business("Bakery").await;
    let server =
        json!({ "base_url": world.model_url(), "api_key": "sk-own", "models": { "transcription": "own-ear" } });
    let put = world.app.request(Method::PUT, "/api/models/main").api_key(&business.key).json(&server).send().await;
    assert_eq!(put.status, 200, "{}", put.raw);
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "the installation's model answers what it has heard: {answers:?}");
    assert_eq!(heard(&world, &business).await["transcript"]["model"], "own-ear");
}

#[rstest]
#[tokio::test]
async fn who_has_many_voice_notes_keeps_nobody_else_waiting(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = listening(engine).await;
    let (busy, other) = (world.business("Bakery").await, world.business("Florist").await);
    world.delay(&json!({ "model_ms": 2_000 })).await;
    for customer in 10..22 {
        speaks(&world, &busy, &format!("9055500020{customer}"), &recording(QUESTION, 4)).await;
    }
    eventually("somebody who listens", async || (asked_of_the_ear(&world).await >= 2).then_some(())).await;
    speaks(&world, &other, CUSTOMER, &recording(QUESTION, 4)).await;
    heard(&world, &other).await;
    let mut waiting = 0;
    for customer in 10..22 {
        let thread = world.thread(&busy, &format!("9055500020{customer}")).await;
        waiting += thread.iter().filter(|it| it["type"] == "audio" && !settled(it)).count();
    }
    assert!(waiting >= 4, "two at a time are listened to, and {waiting} of twelve wait");
    world.delay(&json!({ "model_ms": 0 })).await;
}

#[rstest]
#[tokio::test]
async fn what_somebody_listens_to_is_nobody_elses_for_as_long_as_they_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    heard(&world, &business).await;
    // At a time of the test's own, so that no worker looks.
    let (db, due) = (&world.app.server.state().db, SystemClock.now() + Duration::from_hours(1));
    let later = |seconds| due + Duration::from_secs(seconds);
    run(db, &format!("UPDATE transcript SET state = 'waiting', problem = NULL, due_at = {}", due.0)).await;
    let mut tx = db.write(Scope::System).await.expect("a transaction");
    let conn = &mut tx.conn();
    let first = transcript::claim(conn, due, later(30), &[]).await.expect("it reads").expect("it is due");
    assert!(transcript::keep(conn, &first, later(60)).await.expect("it is stored"));
    assert_eq!(transcript::claim(conn, later(31), later(90), &[]).await.expect("it reads"), None, "it was renewed");
    let full = [first.tenant_id];
    assert_eq!(transcript::due(conn, later(61), &full).await.expect("it reads"), 0);
    assert_eq!(transcript::claim(conn, later(61), later(90), &full).await.expect("it reads"), None);
    let second = transcript::claim(conn, later(61), later(90), &[]).await.expect("it reads");
    assert!(second.is_some(), "whoever had it is gone");
    assert!(!transcript::keep(conn, &first, later(120)).await.expect("it reads"), "somebody else has it");
    drop(tx);
}

#[rstest]
#[tokio::test]
async fn nobody_listens_beyond_the_budget(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = listening(engine).await;
    let business = world.business("Bakery").await;
    let budget = json!({ "tokens_per_day": 1, "cost_per_day": null });
    world.app.request(Method::PUT, "/api/models/budget").api_key(&business.key).json(&budget).send().await;
    world.settle(&business).await;
    eventually("what was asked is counted", async || {
        let used = world.read(&business, "/api/models/usage").await;
        used["items"].as_array().is_some_and(|items| !items.is_empty()).then_some(())
    })
    .await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    let message = heard(&world, &business).await;
    assert_eq!(message["transcript"]["problem"], "budget", "{message}");
    assert_eq!(asked_of_the_ear(&world).await, 0);
}

#[rstest]
#[tokio::test]
async fn what_is_said_is_translated_like_what_is_written(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = listening(engine).await;
    let business = world.business("Bakery").await;
    speaks(&world, &business, CUSTOMER, &recording(TURKISH, 4)).await;
    let message = heard(&world, &business).await;
    assert_eq!(message["language"], "tr");
    let translation = format!("{}/translation", path_of(&message));
    let translated = world.act(&business, &translation, &json!({ "language": "en" })).await;
    assert_eq!(translated["translation"]["text"], "Do you deliver on Sunday?");
}

#[rstest]
#[tokio::test]
async fn where_nobody_listens_nobody_waits(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    world.answers(&business, CUSTOMER, 1).await;
    let prompt = world.prompts().await.pop().expect("the model was asked");
    assert!(prompt.contains("[audio]") && !prompt.contains(QUESTION), "{prompt}");
    assert_eq!(heard(&world, &business).await["transcript"]["problem"], "not_set_up");
}

#[rstest]
#[case(json!("token_dead"), "refused")]
#[case(json!({ "code": 0, "http_status": 400 }), "refused")]
#[case(json!("empty"), "silent")]
#[tokio::test]
async fn what_cannot_be_heard_is_said_so_and_heard_again_on_demand(
    #[case] kind: Value,
    #[case] problem: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = listening(engine).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "transcriptions", "kind": kind, "times": 1 })).await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    let failed = heard(&world, &business).await;
    assert_eq!((&failed["transcript"]["state"], &failed["transcript"]["problem"]), (&json!("failed"), &json!(problem)));
    world.answers(&business, CUSTOMER, 1).await;
    let prompt = world.prompts().await.into_iter().find(|prompt| prompt.contains("customer"));
    assert!(prompt.expect("the model was asked").contains("[audio]"));

    let again = format!("{}/transcript", path_of(&failed));
    let asked = world.act(&business, &again, &Value::Null).await;
    assert_eq!(asked["state"], "waiting", "{asked}");
    let message = heard(&world, &business).await;
    assert_eq!(message["transcript"]["text"], QUESTION, "{message}");
    let twice = world.app.post(&again).api_key(&business.key).send().await;
    twice.assert_problem(409, "transcript_under_way");
    let written =
        world.thread(&business, CUSTOMER).await.into_iter().find(|it| it["type"] == "text").expect("an answer");
    let written = world.app.post(&format!("{}/transcript", path_of(&written))).api_key(&business.key).send().await;
    written.assert_problem(409, "no_voice");
}

#[rstest]
#[tokio::test]
async fn what_is_too_long_is_not_listened_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = listening(engine).await;
    let business = world.business("Bakery").await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 16 * 60)).await;
    assert_eq!(heard(&world, &business).await["transcript"]["problem"], "too_long");
    assert_eq!(asked_of_the_ear(&world).await, 0);
}

#[tokio::test]
async fn a_customer_waits_for_an_ear_that_fails_no_longer_than_a_while() {
    let world = listening(Sqlite).await;
    let business = world.business("Bakery").await;
    world.fault(&json!({ "on": "transcriptions", "kind": "server_error" })).await;
    speaks(&world, &business, CUSTOMER, &recording(QUESTION, 4)).await;
    // What else is said meanwhile waits with it, and is answered with it.
    world.says(&business, CUSTOMER, QUESTION).await;
    let answers = world.answers(&business, CUSTOMER, 1).await;
    assert!(answers[0].contains(&business.answer), "{answers:?}");
    let thread = world.thread(&business, CUSTOMER).await;
    assert_eq!(thread[0]["transcript"]["state"], "waiting", "it is tried again: {thread:?}");
}
