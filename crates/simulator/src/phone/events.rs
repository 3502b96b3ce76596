//! A chat as server-sent events: first all of it, then what happens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::PhoneEvent;
use super::handlers::Chat;
use crate::sync::lock;
use crate::world::World;
use crate::world::threads::ThreadKey;

/// How often an idle stream says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Follower {
    world: Arc<World>,
    key: ThreadKey,
    events: Receiver<Arc<PhoneEvent>>,
    began: bool,
}

/// `GET /sim/phone/events?number=…&from=…`: `thread`, then `message`, `progress`, `typing`.
pub(super) async fn events(world: web::Data<World>, chat: web::Query<Chat>) -> HttpResponse {
    let world = world.into_inner();
    let Some(key) = chat.key(&world) else {
        return HttpResponse::NotFound().finish();
    };
    // Listening begins before the thread is read, so that nothing falls between.
    let events = world.phone.subscribe();
    let follower = Follower { world, key, events, began: false };
    let body = stream::unfold(follower, |mut follower| async move {
        let text = follower.next().await?;
        Some((Ok::<_, Infallible>(web::Bytes::from(text)), follower))
    });
    HttpResponse::Ok().content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store")).streaming(body)
}

impl Follower {
    /// The next piece of the stream; `None` when the simulator stops.
    async fn next(&mut self) -> Option<String> {
        if !self.began {
            self.began = true;
            return Some(self.thread());
        }
        let stopping = self.world.stopping.clone();
        stopping.run_until_cancelled(self.next_event()).await
    }

    async fn next_event(&mut self) -> String {
        loop {
            match tokio::time::timeout(KEEP_ALIVE, self.events.recv()).await {
                Err(_) => return ": still here\n\n".to_owned(),
                Ok(Ok(event)) if event.key == self.key => {
                    let (name, data) = event.kind.to_wire();
                    return wire(name, &data);
                }
                Ok(Ok(_)) => {}
                // Too many events for this page to follow: it gets the whole chat again.
                Ok(Err(RecvError::Lagged(_))) => return self.thread(),
                Ok(Err(RecvError::Closed)) => std::future::pending().await,
            }
        }
    }

    fn thread(&self) -> String {
        let messages = lock(&self.world.threads).bubbles(&self.key);
        wire("thread", &json!({"messages": messages}))
    }
}

fn wire(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
