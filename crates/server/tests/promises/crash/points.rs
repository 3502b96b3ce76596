//! A crash at every point between the acknowledgement and the reply.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use switchboard_test_support::Engine;

use super::site::{Site, customers};

/// Each point, and how many messages Meta has accepted by then.
const POINTS: [(&str, usize); 9] = [
    ("webhook.stored", 0),
    ("dispatch.handled", 0),
    ("dispatch.committed", 0),
    ("turn.claimed", 0),
    ("turn.thought", 0),
    ("turn.finished", 0),
    ("delivery.claimed", 0),
    ("delivery.called", 1),
    ("delivery.recorded", 1),
];

/// All at once, because most of the time is spent waiting for leases to lapse.
#[rstest]
#[tokio::test]
async fn a_crash_at_any_point_between_ack_and_reply_still_gives_one_answer(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    join_all(POINTS.map(|(point, accepted)| crash_at(engine, point, accepted))).await;
}

async fn crash_at(engine: Engine, point: &str, accepted: usize) {
    let site = Site::start(engine, Duration::from_millis(300)).await;
    let doomed = site.serve_with(&[("SWITCHBOARD_CRASH_AT", point)]).await;
    let customers = customers(1);
    let wrote = site.asks(&customers[0]).await;
    if point == "webhook.stored" {
        assert_eq!(wrote.http_status, None, "it died before it could say that the message is stored");
    }
    doomed.crashed().await;
    assert_eq!(site.sent(None).await.len(), accepted, "accepted before the crash at {point}");

    let server = site.serve().await;
    site.redelivers(&customers[0], &wrote).await;
    site.each_is_answered_once(&server, &customers).await;
    let thread = site.threads(&server, &customers).await.remove(0);
    assert_eq!(thread.len(), 2, "{point}: a question and an answer, and not {thread:?}");
}

/// A process that dies while it fetches a customer's picture costs nothing but time.
#[rstest]
#[tokio::test]
async fn a_crash_while_a_file_is_fetched_loses_no_file(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    join_all(["media.claimed", "media.stored"].map(|point| crash_with_file(engine, point))).await;
}

async fn crash_with_file(engine: Engine, point: &str) {
    let site = Site::start(engine, Duration::from_millis(300)).await;
    let doomed = site.serve_with(&[("SWITCHBOARD_CRASH_AT", point)]).await;
    let customers = customers(1);
    site.sends_picture(&customers[0]).await;
    doomed.crashed().await;

    let server = site.serve().await;
    super::process::eventually("the picture is there", async || {
        let thread = site.threads(&server, &customers).await.remove(0);
        thread.iter().any(|message| message["media"]["state"] == "ready").then_some(())
    })
    .await;
}

/// A process that dies while somebody listens to a voice note leaves it to the next. Only where the lock file proves that it
/// is dead: elsewhere a lease of a minute and a half must lapse first.
#[tokio::test]
async fn a_crash_while_a_voice_note_is_listened_to_loses_nothing_of_it() {
    join_all(["transcript.claimed", "transcript.heard"].map(crash_with_voice)).await;
}

async fn crash_with_voice(point: &str) {
    let site = Site::start(Engine::Sqlite, Duration::from_millis(300)).await;
    let ear = ("OPENAI_TRANSCRIPTION_MODEL", "an-ear");
    let doomed = site.serve_with(&[ear, ("SWITCHBOARD_CRASH_AT", point)]).await;
    let customers = customers(1);
    site.sends_voice(&customers[0]).await;
    doomed.crashed().await;

    let server = site.serve_with(&[ear]).await;
    super::process::eventually("what is said is there", async || {
        let thread = site.threads(&server, &customers).await.remove(0);
        thread.iter().any(|message| message["transcript"]["state"] == "ready").then_some(())
    })
    .await;
}
