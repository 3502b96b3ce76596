//! Statuses of sent messages.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::error::ControlError;
use crate::sync::lock;
use crate::webhook::statuses;
use crate::world::World;
use crate::world::settings::StatusMode;

/// The course statuses take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mode {
    mode: StatusMode,
}

/// `PUT /sim/statuses` `{mode: "auto"|"manual"|"reversed"|"duplicate"}`, for messages accepted
/// from then on.
pub(crate) async fn set_mode(world: web::Data<World>, body: web::Json<Mode>) -> Answer {
    world.settings.set_status_mode(body.mode);
    Ok(HttpResponse::NoContent().finish())
}

/// One status.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusUpdate {
    wamid: String,
    status: String,
    /// Seconds since the epoch.
    timestamp: Option<i64>,
    /// For `failed`, as in a webhook: `[{"code": 131026, "title": "…"}]`.
    errors: Option<Value>,
}

/// `POST /sim/status` `{wamid, status, timestamp?, errors?}` posts one status webhook →
/// `{http_status}`.
pub(crate) async fn send(world: web::Data<World>, body: web::Json<StatusUpdate>) -> Answer {
    let world: Arc<World> = world.into_inner();
    let body = body.into_inner();
    let sent = lock(&world.ledger).by_wamid(&body.wamid).ok_or_else(|| ControlError::unknown("sent message"))?;
    let at_s = body.timestamp.unwrap_or_else(|| world.clock.now_s());
    let item = statuses::item(&world, &sent, &body.status, at_s, body.errors);
    let http_status = statuses::post_now(&world, item).await;
    statuses::progress(&world, &sent, &body.status);
    Ok(HttpResponse::Ok().json(json!({"http_status": http_status})))
}
