//! Meta's limits, kept by us.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::incoming::{Incoming, Said};
use switchboard_store::MessageStatus;
use switchboard_test_support::Engine;

use crate::support::{Answer, Business, World, body, party};

const SECOND: Duration = Duration::from_secs(1);

#[rstest]
#[tokio::test]
async fn one_customer_gets_45_messages_at_once_and_then_one_in_six_seconds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("tell me a story").await;
    for n in 0..50 {
        world.send(&format!("{n}")).await.unwrap();
    }
    // The number's own limit lets them go within a second.
    for _ in 0..50 {
        world.drain().await;
        world.passes(Duration::from_millis(20));
    }
    assert_eq!(world.sent().len(), 45);
    for sent in 46..=50 {
        world.passes(SECOND * 6);
        world.drain().await;
        assert_eq!(world.sent().len(), sent);
    }
}

#[rstest]
#[tokio::test]
async fn a_number_sends_80_messages_a_second_from_all_processes_together(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let batch: Vec<_> =
        (0..120).map(|n| world.message_from(party(Some(&format!("1555{n:04}")), None), "hello")).collect();
    world.receive(&batch).await;
    for row in world.conversations(world.bakery.tenant).await {
        world.queue(world.operators_in(row.id, "hello")).await;
    }
    let other = world.another_delivery().await;
    for _ in 0..20 {
        world.delivery.drain().await.unwrap();
        other.drain().await.unwrap();
        world.passes(Duration::from_millis(50));
    }
    let in_a_second = world.sent().len();
    assert!((75..=88).contains(&in_a_second), "{in_a_second} messages in a second");
    for _ in 0..20 {
        world.delivery.drain().await.unwrap();
        world.passes(Duration::from_millis(50));
    }
    assert_eq!(world.sent().len(), 120);
}

#[rstest]
#[tokio::test]
async fn a_throttled_number_waits_and_no_other_does(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(130_429, 131_048)] code: i64,
) {
    let world = World::new(engine).await;
    let second = world.bakery.with_number(&world.test.db, "second", world.now()).await;
    world.graph.answers_number("101", Some(Answer::Refuse(400, code)));
    let customers = ["15550001", "15550002", "15550003"];
    for phone in customers {
        for number in [&world.bakery, &second] {
            let said = Said { party: party(Some(phone), None), ..world.said(body("hello")) };
            world.receive(&[number.receives(Incoming::Message(said))]).await;
        }
    }
    queue_one_in_each(&world, &world.bakery).await;
    world.drain().await;
    let calls = |id: &str| world.graph.calls().iter().filter(|call| call.phone_number_id == id).count();
    assert_eq!(calls("second"), customers.len());
    let tried = calls("101");
    assert!(tried >= 1);
    world.passes(Duration::from_millis(500));
    world.drain().await;
    assert_eq!(calls("101"), tried, "the number is left alone");

    // An answer that comes back is not an attempt of the message: nothing is given up.
    for _ in 0..20 {
        world.passes(Duration::from_hours(1) / 3);
        world.drain().await;
    }
    world.graph.answers_number("101", None);
    world.passes(Duration::from_hours(12));
    world.drain().await;
    assert_eq!((world.sent().len(), world.outbox().await), (6, 0));
}

async fn queue_one_in_each(world: &World, business: &Business) {
    for row in world.conversations(business.tenant).await {
        world.queue(world.operators_in(row.id, "hello")).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_throttled_pair_waits_and_the_number_does_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let slow = world.send("to Ana").await.unwrap();
    world.graph.answers([Answer::Refuse(400, 131_056)]);
    world.drain().await;
    world.receive(&[world.message_from(party(Some("15550002"), None), "hello")]).await;
    let rows = world.conversations(world.bakery.tenant).await;
    let ben = rows.iter().find(|row| row.id != slow.conversation_id).unwrap();
    world.queue(world.operators_in(ben.id, "to Ben")).await;
    world.drain().await;
    assert_eq!(world.sent(), ["to Ben"]);
    world.passes(SECOND * 10);
    world.drain().await;
    assert_eq!(world.sent(), ["to Ben", "to Ana"]);
}

#[rstest]
#[tokio::test]
async fn a_throttled_message_is_queued_and_not_failed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let message = world.send("hello").await.unwrap();
    world.graph.answers([Answer::Refuse(400, 130_429)]);
    world.drain().await;
    assert_eq!(world.status_of(&message).await, MessageStatus::Queued);
    assert!(!world.conversation().await.needs_person);
}
