//! What becomes of what was sent: forward only.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::{
    incoming::{Incoming, StatusUpdate},
    receive::Received,
};
use switchboard_store::{
    MessageStatus::{self, Delivered, Failed, Read, Sent},
    message::Message,
};
use switchboard_test_support::Engine;

use crate::support::{ANA, Answer, World, party};

async fn sent(world: &World) -> Message {
    world.says("hello").await;
    let message = world.send("good day").await.unwrap();
    world.drain().await;
    world.found(message.id).await
}

/// As Meta tells of a message that was sent without our id.
fn by_wamid(world: &World, wamid: &str, status: MessageStatus) -> Received {
    world.arrives(Incoming::Status(world.status_update(wamid, status, None)))
}

#[rstest]
#[tokio::test]
async fn read_delivered_and_sent_in_that_order_end_in_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] in_one_batch: bool,
) {
    let world = World::new(engine).await;
    let message = sent(&world).await;
    let updates = [Read, Delivered, Sent].map(|status| by_wamid(&world, "wamid.OUT0", status));
    if in_one_batch {
        world.receive(&updates).await;
    } else {
        for update in updates {
            world.receive(&[update]).await;
        }
    }
    assert_eq!(world.status_of(&message).await, Read);
}

#[rstest]
#[tokio::test]
async fn a_failure_after_the_delivery_is_ignored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let message = sent(&world).await;
    world.receive(&[by_wamid(&world, "wamid.OUT0", Delivered)]).await;
    world.receive(&[by_wamid(&world, "wamid.OUT0", Failed)]).await;
    let message = world.found(message.id).await;
    assert_eq!((message.status, message.error), (Delivered, None));
    assert!(!world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn a_failure_is_shown_with_metas_words_and_calls_people(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let message = sent(&world).await;
    world.receive(&[by_wamid(&world, "wamid.OUT0", Failed)]).await;
    let failed = world.found(message.id).await;
    let error = failed.error.unwrap().0;
    assert_eq!((failed.status, error["code"].as_i64()), (Failed, Some(131_026)));
    assert_eq!(error["details"], "No WhatsApp there.");
    assert!(world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn a_status_that_comes_before_the_answer_to_the_call_is_not_lost(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(true, false)] with_our_id: bool,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let message = world.send("good day").await.unwrap();
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    for status in [Delivered, Sent] {
        let update = world.status_update("wamid.OUT0", status, with_our_id.then_some(message.id));
        world.receive(&[world.arrives(Incoming::Status(update))]).await;
    }
    world.finish_sending(sending, 1).await;
    let message = world.found(message.id).await;
    assert_eq!((message.status, message.wamid.as_deref()), (Delivered, Some("wamid.OUT0")));
    assert_eq!(world.outbox().await, 0);
}

#[rstest]
#[tokio::test]
async fn a_failure_that_comes_before_the_answer_to_the_call_calls_people(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    let message = world.send("good day").await.unwrap();
    world.graph.answers([Answer::Held(&Answer::Accept)]);
    let sending = world.start_sending(1).await;
    world.receive(&[by_wamid(&world, "wamid.OUT0", Sent), by_wamid(&world, "wamid.OUT0", Failed)]).await;
    world.finish_sending(sending, 1).await;
    assert_eq!(world.status_of(&message).await, Failed);
    assert!(world.conversation().await.needs_person);
}

#[rstest]
#[tokio::test]
async fn a_status_of_a_message_that_was_given_back_is_still_heard(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    world.graph.answers([Answer::AcceptAndClose]);
    world.drain().await;
    world.take_over().await;
    world.passes(Duration::from_secs(31));
    world.drain().await;
    assert_eq!(world.status_of(&answer).await, MessageStatus::Cancelled);
    world.status(&answer, "wamid.OUT0", Read).await;
    assert_eq!(world.status_of(&answer).await, Read);
}

#[rstest]
#[tokio::test]
async fn a_status_of_nothing_we_know_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let message = sent(&world).await;
    let before = world.conversation().await;
    world.receive(&[by_wamid(&world, "wamid.ELSE", Read), by_wamid(&world, "wamid.IN0", Read)]).await;
    assert_eq!(world.status_of(&message).await, Sent);
    assert_eq!(world.thread().await[0].status, MessageStatus::Received);
    assert_eq!(world.conversation().await, before);
}

#[rstest]
#[tokio::test]
async fn a_status_tells_the_user_id_of_a_customer_known_by_phone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let message = sent(&world).await;
    let update = StatusUpdate {
        party: Some(party(Some(ANA), Some("US.1"))),
        ..world.status_update("wamid.OUT0", Delivered, Some(message.id))
    };
    world.receive(&[world.arrives(Incoming::Status(update))]).await;
    assert_eq!(world.contact(Some(ANA), None).await.unwrap().user_id.as_deref(), Some("US.1"));
    let nobody = StatusUpdate { party: Some(party(Some("15559999"), None)), ..world.status_update("w", Sent, None) };
    world.receive(&[world.arrives(Incoming::Status(nobody))]).await;
    assert!(world.contact(Some("15559999"), None).await.is_none(), "a status makes no contact");
}

#[rstest]
#[tokio::test]
async fn statuses_from_two_processes_at_once_never_go_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let other = world.test.open_again().await;
    world.says("hello").await;
    for n in 0..10 {
        let message = world.send(&format!("{n}")).await.unwrap();
        world.drain().await;
        let wamid = format!("wamid.OUT{n}");
        let (read, delivered) = ([by_wamid(&world, &wamid, Read)], [by_wamid(&world, &wamid, Delivered)]);
        let (here, there) =
            tokio::join!(world.try_receive(&world.test.db, &delivered), world.try_receive(&other, &read));
        here.and(there).unwrap();
        assert_eq!(world.status_of(&message).await, Read);
        world.passes(Duration::from_secs(1));
    }
}
