//! Live events have no gap, whatever happens to the connection.

use rstest::rstest;
use serde_json::Value;
use switchboard_test_support::Engine::{self, Postgres, Sqlite};

use crate::{
    support::stream::{EventStream, Told},
    world::{Business, QUESTION, World, eventually},
};

const CUSTOMERS: usize = 10;
const ROUNDS: usize = 4;

fn customer(n: usize) -> String {
    format!("90530000{n:04}")
}

async fn follow(world: &World, business: &Business, after: &str) -> EventStream {
    world.app.get("/api/events").api_key(&business.key).header("last-event-id", after).stream().await
}

/// Listens until there are no more customers' messages to hear of, and loses the connection after every fifth event.
async fn hear_all(world: &World, business: &Business, from: &str) -> Vec<Told> {
    let (mut heard, mut last, mut created) = (Vec::new(), from.to_owned(), 0);
    while created < CUSTOMERS * ROUNDS {
        let mut stream = follow(world, business, &last).await;
        for _ in 0..6 {
            let told = stream.next().await.expect("the stream goes on");
            last.clone_from(&told.id);
            created += usize::from(told.kind == "message.created" && told.data["author"] == "customer");
            heard.push(told);
            if created == CUSTOMERS * ROUNDS {
                break;
            }
        }
    }
    heard.retain(|told| told.kind != "hello");
    heard
}

#[rstest]
#[tokio::test]
async fn a_watcher_that_loses_its_connection_again_and_again_misses_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let world = World::start(engine).await;
    let business = world.business("Bakery").await;
    let mut stream = world.app.get("/api/events").api_key(&business.key).stream().await;
    let hello = stream.next().await.expect("a greeting");
    assert_eq!(hello.kind, "hello");
    drop(stream);
    let write = async {
        for round in 0..ROUNDS {
            for n in 0..CUSTOMERS {
                let said = world.says(&business, &customer(n), &format!("{QUESTION} {round}")).await;
                assert_eq!(said["http_status"], 200);
            }
        }
    };
    let ((), heard) = tokio::join!(write, hear_all(&world, &business, &hello.id));

    // Once more in one go: the same events in the same order.
    let mut again = follow(&world, &business, &hello.id).await;
    for expected in &heard {
        let mut told = again.next().await.expect("the stream goes on");
        while told.kind == "hello" {
            told = again.next().await.expect("the stream goes on");
        }
        assert_eq!(&told, expected);
    }
    let mut created: Vec<&Value> = heard
        .iter()
        .filter(|told| told.kind == "message.created" && told.data["author"] == "customer")
        .map(|told| &told.data["message_id"])
        .collect();
    assert_eq!(created.len(), CUSTOMERS * ROUNDS);
    created.sort_by_key(ToString::to_string);
    created.dedup();
    assert_eq!(created.len(), CUSTOMERS * ROUNDS, "each is told once");
    eventually("all conversations", async || (world.conversations(&business).await.len() == CUSTOMERS).then_some(()))
        .await;
}
