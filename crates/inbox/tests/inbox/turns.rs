//! One answer for a burst, and never silence.

use std::time::Duration;

use rstest::rstest;
use switchboard_inbox::{
    incoming::Incoming,
    labels,
    tool_calls::Deeds,
    turns::{self, Asked, Conclusion, Finished, Spent, Thought},
};
use switchboard_store::{
    Author, Control, LabelColour, MessageStatus, Scope, UnansweredReason,
    conversation::{self, ClaimTurns},
    new_id, unanswered,
};
use switchboard_test_support::Engine;

use crate::support::{DAY, LEASE, LONGEST_WAIT, POLICY, QUIET, World, body, edit, party};

const SECOND: Duration = Duration::from_secs(1);

#[rstest]
#[tokio::test]
async fn who_is_done_with_a_turn_keeps_nobody_from_the_next(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("Are you open?").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "Yes.").await, Finished::Committed);
    // It still holds on to the lease, and renews it with all others.
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    let until = world.now() + Duration::from_mins(1);
    assert!(conversation::renew(&mut tx.conn(), &[lease], until).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    world.says("And tomorrow?").await;
    world.passes(QUIET);
    world.claim_one().await;
}

#[rstest]
#[tokio::test]
async fn a_turn_is_due_when_the_customer_has_been_quiet(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(SECOND);
    world.says("one more thing").await;
    assert_eq!(world.conversation().await.turn_due_at, Some(world.now() + QUIET));
    world.passes(Duration::from_millis(1_999));
    assert!(world.claim().await.is_empty());
    world.passes(Duration::from_millis(1));
    assert_eq!(world.claim_one().await.last_inbound_seq, 2);
}

#[rstest]
#[tokio::test]
async fn a_customer_who_never_stops_is_answered_all_the_same(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let started = world.now();
    for n in 0..=10 {
        world.says(&format!("{n}")).await;
        world.passes(SECOND);
    }
    assert_eq!(world.conversation().await.turn_due_at, Some(started + LONGEST_WAIT));
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "answer to all").await, Finished::Committed);
}

#[rstest]
#[tokio::test]
async fn what_arrives_while_the_model_thinks_is_answered_together_with_the_rest(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("two breads").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.passes(SECOND);
    world.says("no, three").await;

    assert_eq!(world.answer(lease, "two breads, then").await, Finished::Again);

    assert_eq!(world.outbox().await, 0);
    assert_eq!(world.conversation().await.turn_due_at, Some(world.now() + QUIET));
    world.passes(QUIET);
    let lease = world.claim_one().await;
    assert_eq!(lease.last_inbound_seq, 2);
    assert_eq!(world.answer(lease, "three breads, then").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["three breads, then"]);
}

#[rstest]
#[tokio::test]
async fn after_the_longest_wait_an_answer_leaves_and_what_it_did_not_see_is_a_burst_of_its_own(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("two breads").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.passes(Duration::from_secs(8));
    world.says("no, three").await;

    assert_eq!(world.answer(lease, "two breads, then").await, Finished::Committed);

    let row = world.conversation().await;
    assert_eq!((row.answered_seq, row.last_inbound_seq), (1, 2));
    assert_eq!(row.turn_due_at, Some(world.now() + QUIET));
    world.passes(QUIET);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "three, noted").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["two breads, then", "three, noted"]);
    assert_eq!(world.conversation().await.turn_due_at, None);
}

#[rstest]
#[tokio::test]
async fn a_turn_whose_lease_has_lapsed_goes_to_another_worker_and_one_of_the_two_speaks(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    let slow = world.claim_one().await;
    assert!(world.claim().await.is_empty(), "the turn is taken");
    world.passes(LEASE);
    let quick = world.claim_one().await;
    assert_eq!(world.answer(slow, "from the slow one").await, Finished::Lost);
    assert_eq!(world.answer(quick, "from the quick one").await, Finished::Committed);
    assert_eq!(world.answer(quick, "once more").await, Finished::Lost, "a turn is finished once");
    world.drain().await;
    assert_eq!(world.sent(), ["from the quick one"]);
}

#[rstest]
#[tokio::test]
async fn an_answer_in_parts_leaves_in_their_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("tell me everything").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let parts = ["first", "second", "third"].map(str::to_owned).to_vec();
    world.finish(lease, Conclusion::Answer(parts.clone())).await;
    world.drain().await;
    assert_eq!(world.sent(), parts);
}

#[rstest]
#[tokio::test]
async fn a_model_that_fails_is_asked_again_later(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(QUIET);
    for attempts in 0..3 {
        let lease = world.claim_one().await;
        assert_eq!(lease.turn_attempts, attempts);
        assert_eq!(world.finish(lease, Conclusion::TryAgain { after: SECOND }).await, Finished::Committed);
        assert!(world.claim().await.is_empty());
        world.passes(SECOND);
    }
    let lease = world.claim_one().await;
    world.answer(lease, "at last").await;
    assert_eq!(world.conversation().await.turn_attempts, 0);
}

#[rstest]
#[tokio::test]
async fn who_writes_on_while_the_model_fails_does_not_make_it_forget_how_often_it_has(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    for attempts in 0..3 {
        world.says("hello?").await;
        world.passes(Duration::from_secs(30));
        let lease = world.claim_one().await;
        assert_eq!(lease.turn_attempts, attempts);
        assert_eq!(world.finish(lease, Conclusion::TryAgain { after: SECOND }).await, Finished::Committed);
    }
    world.says("hello?").await;
    let lease = world.claim_one().await;
    world.answer(lease, "at last").await;
    // What is asked next has not failed yet.
    world.says("and tomorrow?").await;
    world.passes(QUIET);
    assert_eq!(world.claim_one().await.turn_attempts, 0);
}

#[rstest]
#[tokio::test]
async fn a_handoff_calls_people_and_tells_the_customer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("I want my money back").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let reason = "The customer is angry.".to_owned();
    world
        .finish(lease, Conclusion::HandOff { reason: reason.clone(), say: vec!["A colleague will write.".into()] })
        .await;
    world.drain().await;
    let row = world.conversation().await;
    assert_eq!((row.control, row.needs_person, row.control_reason), (Control::Human, true, Some(reason)));
    assert_eq!(world.sent(), ["A colleague will write."]);
    assert_eq!(world.thread().await.pop().unwrap().author, Author::System);
}

#[rstest]
#[tokio::test]
async fn an_answer_that_comes_after_the_window_has_closed_is_a_suggestion_and_calls_people(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.says("hello").await;
    world.passes(DAY);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "too late").await, Finished::Committed);
    let row = world.conversation().await;
    assert_eq!((row.control, row.needs_person), (Control::Human, true));
    assert_eq!(row.suggestion.as_deref(), Some("too late"));
    assert_eq!((world.outbox().await, world.thread().await.len()), (0, 1));
}

#[rstest]
#[tokio::test]
async fn turns_are_claimed_fairly_among_tenants(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let florist = world.another_business().await;
    let busy: Vec<_> =
        (0..30).map(|n| world.message_from(party(Some(&format!("1555200{n}")), None), "hello")).collect();
    world.receive(&busy).await;
    world.passes(SECOND);
    let said = world.said(body("one flower"));
    world.receive(&[florist.receives(Incoming::Message(said))]).await;
    world.passes(QUIET);
    let now = world.now();
    let claim =
        ClaimTurns { owner: new_id(now), now, lease_until: now + LEASE, limit: 4, per_tenant: 8, full_tenants: &[] };
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    let leases = turns::claim(&mut tx.conn(), claim).await.unwrap();
    assert_eq!(leases.len(), 4);
    assert!(leases.iter().any(|lease| lease.tenant_id == florist.tenant), "the florist waits behind the bakery");
}

#[rstest]
#[tokio::test]
async fn a_message_that_was_never_sent_stays_queued_until_it_is(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let answer = world.is_answered("hello", "good day").await;
    assert_eq!((answer.status, world.outbox().await), (MessageStatus::Queued, 1));
    world.drain().await;
    let sent = world.found(answer.id).await;
    assert_eq!((sent.status, world.outbox().await), (MessageStatus::Sent, 0));
    assert_eq!(sent.wamid.as_deref(), Some("wamid.OUT0"));
    let call = &world.graph.calls()[0];
    assert_eq!((call.token.as_str(), call.phone_number_id.as_str()), ("token-1", "101"));
    assert_eq!(call.body["biz_opaque_callback_data"], answer.id.to_string());
}

#[rstest]
#[case::handed_over(false, 1)]
#[case::taken_over_meanwhile(true, 0)]
#[tokio::test]
async fn what_is_not_known_is_written_down_when_people_are_called_for_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] is_taken_over: bool,
    #[case] written: usize,
) {
    let world = World::new(engine).await;
    let asked = world.says("Do you have glutn free bread?").await;
    let corrected = world.said(edit(asked.wamid.as_ref().unwrap(), "Do you have gluten free bread?"));
    world.receive(&[world.arrives(Incoming::Message(corrected))]).await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    if is_taken_over {
        world.take_over().await;
    }
    let bot = new_id(world.now());
    let not_known = Asked {
        question: "Do you have gluten free bread?".into(),
        language: Some("en".into()),
        reason: UnansweredReason::NoAnswer,
        detail: None,
    };
    let thought = Thought {
        lease,
        seen: lease.last_inbound_seq,
        policy: POLICY,
        conclusion: Conclusion::HandOff { reason: "No stored answer fits.".into(), say: Vec::new() },
        sources: Vec::new(),
        read: Vec::new(),
        bot_id: Some(bot),
        spent: Spent::default(),
        asked: Some(not_known),
        language: None,
        deeds: Deeds::default(),
    };
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    let conn = &mut tx.conn();
    turns::finish(conn, world.now(), &[thought]).await.unwrap();
    let open = unanswered::open(conn, lease.tenant_id, bot, 10).await.unwrap();
    assert_eq!(open.len(), written);
    for question in &open {
        assert_eq!((question.message_id, question.conversation_id), (Some(asked.id), asked.conversation_id));
        assert_eq!((question.language.as_deref(), question.asked_at), (Some("en"), world.now()));
    }
    // It goes with its time.
    assert_eq!(unanswered::delete_old(conn, world.now()).await.unwrap(), 0);
    let later = world.now() + SECOND;
    assert_eq!(unanswered::delete_old(conn, later).await.unwrap(), u64::try_from(written).unwrap());
    tx.commit().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_label_that_a_bot_sets_twice_is_there_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    world.says("This is a complaint.").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let mut tx = world.test.db.write(Scope::System).await.unwrap();
    let conn = &mut tx.conn();
    let made = labels::create(conn, world.now(), lease.tenant_id, "Complaint", LabelColour::Red).await.unwrap();
    let thought = Thought {
        lease,
        seen: lease.last_inbound_seq,
        policy: POLICY,
        conclusion: Conclusion::Answer(vec!["I am sorry.".into()]),
        sources: Vec::new(),
        read: Vec::new(),
        bot_id: None,
        spent: Spent::default(),
        asked: None,
        language: None,
        deeds: Deeds { labels: vec![made.id, made.id], ..Deeds::default() },
    };
    assert_eq!(turns::finish(conn, world.now(), &[thought]).await.unwrap(), [Finished::Committed]);
    tx.commit().await.unwrap();
    assert_eq!(world.conversation().await.labels.0, [made.id]);
}
