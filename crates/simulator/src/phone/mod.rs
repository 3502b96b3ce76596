//! The phone in the browser: what happens in a chat, live, and what its customer does.

mod events;
mod handlers;

use std::sync::Arc;

use actix_web::web;
use serde_json::{Value, json};

use crate::world::World;
use crate::world::threads::{Bubble, Progress, ThreadKey};

/// Something that happened in a chat.
pub(crate) struct PhoneEvent {
    pub(crate) key: ThreadKey,
    pub(crate) kind: PhoneEventKind,
}

/// What happened.
pub(crate) enum PhoneEventKind {
    Bubble(Bubble),
    Progress {
        ids: Vec<String>,
        progress: Progress,
    },
    /// The business is typing; the page stops showing it after 25 seconds or at the next message.
    Typing,
}

impl PhoneEventKind {
    /// The event's name and data on the wire.
    fn to_wire(&self) -> (&'static str, Value) {
        match self {
            Self::Bubble(bubble) => ("message", json!(bubble)),
            Self::Progress { ids, progress } => ("progress", json!({"ids": ids, "progress": progress})),
            Self::Typing => ("typing", json!({})),
        }
    }
}

/// `/sim/phone/…`, which the page calls.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/sim/phone/people", web::get().to(handlers::people))
        .route("/sim/phone/events", web::get().to(events::events))
        .route("/sim/phone/send", web::post().to(handlers::send))
        .route("/sim/phone/file", web::post().to(handlers::file))
        .route("/sim/phone/read", web::post().to(handlers::read))
        .route("/sim/phone/media/{id}", web::get().to(handlers::media));
}

pub(crate) fn publish_bubble(world: &World, key: ThreadKey, bubble: Bubble) {
    publish(world, key, PhoneEventKind::Bubble(bubble));
}

pub(crate) fn publish_progress(world: &World, key: ThreadKey, ids: Vec<String>, progress: Progress) {
    if !ids.is_empty() {
        publish(world, key, PhoneEventKind::Progress { ids, progress });
    }
}

/// Messages that were read, as `Threads::read` answers them.
pub(crate) fn publish_read(world: &World, key: ThreadKey, read: Vec<(String, Progress)>) {
    let ids = read.into_iter().map(|(id, _)| id).collect();
    publish_progress(world, key, ids, Progress::Read);
}

pub(crate) fn publish_typing(world: &World, key: ThreadKey) {
    publish(world, key, PhoneEventKind::Typing);
}

fn publish(world: &World, key: ThreadKey, kind: PhoneEventKind) {
    if world.phone.receiver_count() > 0 {
        // Nobody is left to listen, then: as good.
        world.phone.send(Arc::new(PhoneEvent { key, kind })).ok();
    }
}
