//! What comes in: once, in order, and answered only where it may be.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::{
    incoming::{Body, Content, Incoming, Origin, Party, Said},
    receive::{Received, receive},
};
use switchboard_store::{Control, MessageStatus, Scope};
use switchboard_test_support::Engine;

use crate::support::{ANA, DAY, QUIET, World, body, party};

#[rstest]
#[tokio::test]
async fn a_message_that_stands_twice_in_a_batch_is_stored_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let message = world.message("hello");
    let outcome = world.receive(&[message.clone(), world.message("again"), message]).await;
    assert_eq!(outcome.new_messages, 2);
    assert_eq!(world.thread().await.len(), 2);
    assert_eq!(world.conversation().await.unread_count, 2);
}

#[rstest]
#[tokio::test]
async fn a_message_delivered_again_is_stored_once_and_answered_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let message = world.message("hello");
    world.receive(std::slice::from_ref(&message)).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.answer(lease, "good day").await;
    let before = world.conversation().await;

    let outcome = world.receive(&[message]).await;

    assert_eq!((outcome.new_messages, outcome.turns, outcome.events), (0, false, false));
    assert_eq!(world.conversation().await, before);
    world.passes(DAY);
    assert!(world.claim().await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_message_delivered_to_two_processes_at_once_is_stored_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("the conversation is open").await;
    let other = world.test.open_again().await;
    for text in ["one", "two", "three", "four"] {
        let batch = [world.message(text)];
        let (here, there) = tokio::join!(world.try_receive(&world.test.db, &batch), world.try_receive(&other, &batch));
        assert_eq!(here.unwrap().new_messages + there.unwrap().new_messages, 1, "{text}");
    }
    assert_eq!(world.thread().await.len(), 5);
    world.check().await;
}

/// The dispatcher tries a batch again that another process has spoilt.
#[rstest]
#[tokio::test]
async fn the_first_message_of_a_customer_delivered_to_two_processes_at_once_is_stored_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let other = world.test.open_again().await;
    let batch = [world.message("hello")];
    let outcomes = tokio::join!(world.try_receive(&world.test.db, &batch), world.try_receive(&other, &batch));
    assert!(outcomes.0.is_ok() || outcomes.1.is_ok());
    world.receive(&batch).await;
    assert_eq!(world.thread().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn messages_of_a_batch_keep_their_order_and_conversations_do_not_mix(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let ben = || party(Some("15550002"), None);
    let batch: Vec<_> = (0..20)
        .map(|n| if n % 2 == 0 { world.message(&format!("{n}")) } else { world.message_from(ben(), &format!("{n}")) })
        .collect();
    world.receive(&batch).await;
    let conversations = world.conversations(world.bakery.tenant).await;
    assert_eq!(conversations.len(), 2);
    for row in conversations {
        let numbers: Vec<i64> =
            world.thread_of(&row).await.iter().map(|message| message.text.as_ref().unwrap().parse().unwrap()).collect();
        assert_eq!(numbers.len(), 10);
        assert!(numbers.is_sorted() && numbers.iter().all(|n| n % 2 == numbers[0] % 2), "{numbers:?}");
        assert_eq!((row.last_seq, row.last_inbound_seq, row.unread_count), (10, 10, 10));
    }
}

fn what_no_ai_answers(world: &World) -> Vec<(&'static str, Received)> {
    let message = |said: Said| world.arrives(Incoming::Message(said));
    let hello = || world.said(body("hello"));
    let Content::Body(rendering) = body("?") else { unreachable!() };
    vec![
        ("history", message(Said { origin: Origin::History, ..hello() })),
        ("standby", message(Said { origin: Origin::Standby, ..hello() })),
        ("group", message(Said { group_id: Some("G1".into()), ..hello() })),
        ("stale", message(Said { said_at: world.earlier(DAY + Duration::from_secs(1)), ..hello() })),
        ("reaction", message(world.said(Content::Reaction { target: "wamid.X".into(), emoji: Some("👍".into()) }))),
        ("revoke", message(world.said(Content::Revoke { target: "wamid.X".into() }))),
        ("edit", message(world.said(Content::Edit { target: "wamid.X".into(), body: rendering.clone() }))),
        ("unsupported", message(world.said(Content::Unsupported(rendering.clone())))),
        ("system", message(world.said(Content::System { body: rendering, change: None }))),
        ("echo", world.echo("typed on the phone")),
    ]
}

#[rstest]
#[tokio::test]
async fn what_no_ai_may_answer_is_kept_and_makes_no_turn(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    for (nth, (kind, mut received)) in what_no_ai_answers(&world).into_iter().enumerate() {
        let phone = format!("1555100{nth}");
        if let Incoming::Message(said) | Incoming::Echo(said) = &mut received.incoming {
            said.party = Party { phone: Some(phone), ..Party::default() };
        }
        let outcome = world.receive(&[received]).await;
        assert_eq!((outcome.new_messages, outcome.turns), (1, false), "{kind}");
    }
    world.passes(QUIET * 100);
    assert!(world.claim().await.is_empty());
    for row in world.conversations(world.bakery.tenant).await {
        assert_eq!(world.thread_of(&row).await.len(), 1);
        assert_eq!(row.turn_due_at, None);
    }
}

/// The clocks of two replicas differ, and each reads its own before it waits for the other.
#[rstest]
#[tokio::test]
async fn what_comes_later_stands_later_whatever_the_clock_says(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("first").await;
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    receive(&mut tx.conn(), world.earlier(QUIET), &[world.message("second")]).await.unwrap();
    tx.commit().await.unwrap();
    let thread = world.as_read(&world.conversation().await).await;
    let said: Vec<_> = thread.iter().filter_map(|message| message.text.as_deref()).collect();
    assert_eq!(said, ["first", "second"]);
}

#[rstest]
#[tokio::test]
async fn media_of_the_past_take_the_place_that_was_kept_for_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let of_kind =
        |kind: &str, text: Option<&str>| Body { kind: kind.into(), text: text.map(Into::into), payload: None };
    let past = |content| Said { origin: Origin::History, said_at: world.earlier(DAY * 30), ..world.said(content) };
    let placeholder = past(Content::Unsupported(of_kind("media_placeholder", None)));
    let image = Said { content: Content::Body(of_kind("image", Some("Black Prince"))), ..placeholder.clone() };
    world.receive(&[world.arrives(Incoming::Message(placeholder))]).await;

    let outcome = world.receive(&[world.arrives(Incoming::Message(image.clone()))]).await;

    assert_eq!((outcome.new_messages, outcome.events), (0, true));
    let thread = world.thread().await;
    let shown: Vec<_> = thread.iter().map(|message| (message.kind.as_str(), message.text.as_deref())).collect();
    assert_eq!(shown, [("image", Some("Black Prince"))]);
    // What is in its place already is not replaced.
    let other = Said { content: Content::Body(of_kind("video", None)), ..image };
    world.receive(&[world.arrives(Incoming::Message(other))]).await;
    assert_eq!(world.thread().await[0].kind, "image");
}

#[rstest]
#[tokio::test]
async fn history_is_read_before_what_was_said_since_and_opens_no_window(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("now").await;
    let window = world.conversation().await.last_inbound_at;
    let past = Said { origin: Origin::History, said_at: world.earlier(DAY * 30), ..world.said(body("a month ago")) };
    let reply = Said { origin: Origin::History, said_at: world.earlier(DAY * 29), ..world.said(body("our reply")) };
    world.receive(&[world.arrives(Incoming::Message(past)), world.arrives(Incoming::Echo(reply))]).await;

    let row = world.conversation().await;
    let read: Vec<_> = world.as_read(&row).await.into_iter().map(|message| message.text.unwrap()).collect();
    assert_eq!(read, ["a month ago", "our reply", "now"]);
    assert_eq!(row.last_inbound_at, window);
    // The list goes on showing what is newest, and the past takes nothing over.
    assert_eq!(row.last_message_id, Some(world.thread().await[0].id));
    assert_eq!((row.control, row.unread_count), (Control::Ai, 1));
}

#[rstest]
#[tokio::test]
async fn a_customer_whose_number_has_no_bot_gets_people(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.receive(&[Received { policy: None, ..world.message("anybody there?") }]).await;
    let row = world.conversation().await;
    assert!(row.needs_person && row.turn_due_at.is_none());
}

#[rstest]
#[tokio::test]
async fn a_clock_of_metas_that_runs_ahead_does_not_lengthen_the_window(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let said = Said { said_at: world.now() + DAY, ..world.said(body("from tomorrow")) };
    world.receive(&[world.arrives(Incoming::Message(said))]).await;
    assert_eq!(world.conversation().await.last_inbound_at, Some(world.now()));
    assert_eq!(world.thread().await[0].status, MessageStatus::Received);
    assert_eq!(world.contact(Some(ANA), None).await.unwrap().phone.as_deref(), Some(ANA));
}
