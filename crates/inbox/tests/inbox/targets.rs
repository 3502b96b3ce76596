//! Reactions, edits and revocations change what they speak of.

use rstest::rstest;
use serde_json::json;
use switchboard_inbox::{
    incoming::{Body, Content, Incoming, Origin, Party, Said},
    receive::Received,
    turns::{Conclusion, Finished},
};
use switchboard_test_support::Engine;

use crate::support::{QUIET, World, edit, party};

fn reaction(target: &str, emoji: Option<&str>) -> Content {
    Content::Reaction { target: target.to_owned(), emoji: emoji.map(Into::into) }
}

fn revoke(target: &str) -> Content {
    Content::Revoke { target: target.to_owned() }
}

fn by_ana(world: &World, content: Content) -> Received {
    world.arrives(Incoming::Message(world.said(content)))
}

fn by_phone(world: &World, content: Content) -> Received {
    world.arrives(Incoming::Echo(world.said(content)))
}

#[rstest]
#[tokio::test]
async fn a_reaction_shows_on_its_message_and_goes_away_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let question = world.says("hello").await;
    let answer = world.send("good day").await.unwrap();
    world.drain().await;
    let target = question.wamid.clone().unwrap();
    world
        .receive(&[by_ana(&world, reaction("wamid.OUT0", Some("👍"))), by_phone(&world, reaction(&target, Some("❤️")))])
        .await;
    assert_eq!(world.found(answer.id).await.customer_reaction.as_deref(), Some("👍"));
    assert_eq!(world.found(question.id).await.own_reaction.as_deref(), Some("❤️"));
    world.receive(&[by_ana(&world, reaction("wamid.OUT0", None))]).await;
    assert_eq!(world.found(answer.id).await.customer_reaction, None);
    // The list goes on showing what was said.
    assert_eq!(world.conversation().await.last_message_id, Some(answer.id));
}

#[rstest]
#[tokio::test]
async fn an_edit_changes_its_message_and_a_revocation_takes_it_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let question = world.says("two breds").await;
    let target = question.wamid.clone().unwrap();
    world.receive(&[by_ana(&world, edit(&target, "two breads"))]).await;
    let edited = world.found(question.id).await;
    assert_eq!((edited.text.as_deref(), edited.edited_at), (Some("two breads"), Some(world.now())));
    world.receive(&[by_ana(&world, revoke(&target))]).await;
    assert_eq!(world.found(question.id).await.revoked_at, Some(world.now()));
}

#[rstest]
#[tokio::test]
async fn nothing_of_an_edit_keeps_metas_address_of_a_file(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let image = json!({ "id": "1234567890", "caption": "A cake",
        "url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=133" });
    let body = || Body {
        kind: "image".into(),
        text: Some("A cake".into()),
        payload: Some(json!({ "image": image, "context": { "id": "M0" } })),
    };
    let picture = world.said(Content::Body(body()));
    let edit = Content::Edit { target: picture.wamid.clone(), body: body() };
    world.receive(&[world.arrives(Incoming::Message(picture)), by_ana(&world, edit)]).await;
    let thread = world.thread().await;
    assert_eq!(thread[1].payload.as_ref().unwrap()["message"]["image"]["caption"], "A cake");
    for message in &thread {
        assert!(!message.payload.as_ref().unwrap().to_string().contains("lookaside"), "{message:?}");
    }
}

#[rstest]
#[tokio::test]
async fn an_edit_of_a_message_in_the_same_batch_finds_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let message = world.message("two breds");
    let Incoming::Message(said) = &message.incoming else { unreachable!() };
    let correction = by_ana(&world, edit(&said.wamid, "two breads"));
    world.receive(&[message, correction]).await;
    assert_eq!(world.thread().await[0].text.as_deref(), Some("two breads"));
}

#[rstest]
#[tokio::test]
async fn nobody_changes_what_another_has_said(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let question = world.says("hello").await;
    let answer = world.send("good day").await.unwrap();
    world.drain().await;
    let asked = question.wamid.clone().unwrap();
    let ben: Party = party(Some("15550002"), None);
    let by_ben =
        |content: Content| world.arrives(Incoming::Message(Said { party: ben.clone(), ..world.said(content) }));
    let id = question.conversation_id;
    world
        .receive(&[
            by_ana(&world, edit("wamid.OUT0", "you owe me a cake")),
            by_ana(&world, revoke("wamid.OUT0")),
            by_phone(&world, edit(&asked, "nothing")),
            by_phone(&world, revoke(&asked)),
            by_ben(edit(&asked, "from Ben")),
            by_ben(revoke(&asked)),
            by_ben(reaction(&asked, Some("😡"))),
        ])
        .await;
    let rows = world.conversations(world.bakery.tenant).await;
    let thread = world.thread_of(rows.iter().find(|row| row.id == id).unwrap()).await;
    for (before, now) in [(&question, &thread[0]), (&answer, &thread[1])] {
        assert_eq!((&now.text, now.edited_at, now.revoked_at), (&before.text, None, None));
        assert_eq!(now.customer_reaction, None);
    }
}

#[rstest]
#[tokio::test]
async fn a_change_of_something_unknown_is_kept_and_asks_for_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let batch = [reaction("wamid.X", Some("👍")), edit("wamid.X", "?"), revoke("wamid.X")];
    world.receive(&batch.map(|content| by_ana(&world, content))).await;
    world.passes(QUIET);
    assert!(world.claim().await.is_empty());
    let kinds: Vec<_> = world.thread().await.into_iter().map(|message| message.kind).collect();
    assert_eq!(kinds, ["reaction", "edit", "revoke"]);
}

#[rstest]
#[tokio::test]
async fn what_is_edited_while_the_model_thinks_is_answered_as_it_reads_then(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let question = world.says("2 cakes for Friday").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    let outcome = world.receive(&[by_ana(&world, edit(question.wamid.as_ref().unwrap(), "20 cakes for Friday"))]).await;
    assert!(outcome.turns);

    assert_eq!(world.answer(lease, "2 cakes, noted").await, Finished::Again);

    assert_eq!(world.conversation().await.unread_count, 1, "nothing more is to be read");
    world.passes(QUIET);
    let lease = world.claim_one().await;
    assert_eq!(world.answer(lease, "20 cakes, noted").await, Finished::Committed);
    world.drain().await;
    assert_eq!(world.sent(), ["20 cakes, noted"]);
    // It is answered, and what is changed of it from now on is not asked again.
    world.receive(&[by_ana(&world, edit(question.wamid.as_ref().unwrap(), "20 cakes for Friday, please"))]).await;
    assert_eq!(world.conversation().await.turn_due_at, None);
}

#[rstest]
#[tokio::test]
async fn what_is_taken_back_while_the_model_thinks_is_not_answered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let question = world.says("2 cakes for Friday").await;
    world.passes(QUIET);
    let lease = world.claim_one().await;
    world.receive(&[by_ana(&world, revoke(question.wamid.as_ref().unwrap()))]).await;
    assert_eq!(world.answer(lease, "2 cakes, noted").await, Finished::Again);
    world.passes(QUIET);
    let lease = world.claim_one().await;
    assert_eq!(world.finish(lease, Conclusion::Nothing).await, Finished::Committed);
    let row = world.conversation().await;
    assert_eq!((row.turn_due_at, row.needs_person, world.outbox().await), (None, false, 0));
}

#[rstest]
#[case::by_people("people are in control")]
#[case::elsewhere("another responder handles it")]
#[tokio::test]
async fn a_change_of_what_no_bot_is_to_answer_makes_no_turn(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] why: &str,
) {
    let world = World::new(engine).await;
    let question = world.says("2 cakes for Friday").await;
    let mut said = world.said(edit(question.wamid.as_ref().unwrap(), "20 cakes for Friday"));
    if why.starts_with("people") {
        world.take_over().await;
    } else {
        said.origin = Origin::Standby;
    }
    let before = world.conversation().await;
    world.receive(&[world.arrives(Incoming::Message(said))]).await;
    let row = world.conversation().await;
    assert_eq!((row.turn_due_at, row.last_inbound_seq), (before.turn_due_at, before.last_inbound_seq), "{why}");
}
