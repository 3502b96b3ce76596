//! Time, delays, faults and the webhook's address.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::error::ControlError;
use crate::world::World;
use crate::world::faults::Fault;
use crate::world::settings::{Delay, WindowMode};

/// `POST /sim/reset`: forgets everything but the webhook's address and the clock.
pub(crate) async fn reset(world: web::Data<World>) -> Answer {
    world.reset();
    Ok(HttpResponse::NoContent().finish())
}

/// How far the clock goes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance_ms: i64,
}

/// `POST /sim/clock` `{advance_ms}` → `{now_ms}`: moves the simulator's time, which codes, tokens,
/// windows and download URLs follow.
pub(crate) async fn advance_clock(world: web::Data<World>, body: web::Json<Advance>) -> Answer {
    if body.advance_ms < 0 {
        return Err(ControlError::bad("time does not go back"));
    }
    world.clock.advance(body.advance_ms);
    Ok(HttpResponse::Ok().json(json!({"now_ms": world.clock.now_ms()})))
}

/// The app's callback.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    url: String,
    verify_token: Option<String>,
}

/// `POST /sim/webhook` `{url, verify_token?}` → `{verified}`: does Meta's handshake, and sends
/// webhooks to this URL from then on if it succeeded.
pub(crate) async fn set_webhook(world: web::Data<World>, body: web::Json<Webhook>) -> Answer {
    let world = world.into_inner();
    let Webhook { url, verify_token } = body.into_inner();
    let verify_token = verify_token.unwrap_or_else(|| world.hooks.verify_token());
    let runtime = world.runtime.clone();
    let task = runtime.spawn(async move {
        let verified = world.hooks.handshake(&url, &verify_token).await;
        if verified {
            world.hooks.set_callback(url, verify_token);
        }
        verified
    });
    Ok(HttpResponse::Ok().json(json!({"verified": task.await.unwrap_or(false)})))
}

/// How refused webhooks are tried again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retries {
    retries: u32,
    /// Before the first of them; doubles from then on.
    pause_ms: u64,
}

/// `PUT /sim/webhook/retries` `{retries, pause_ms}`; at first 6 and 1000.
pub(crate) async fn set_retries(world: web::Data<World>, body: web::Json<Retries>) -> Answer {
    world.hooks.set_retries(body.retries, body.pause_ms);
    Ok(HttpResponse::NoContent().finish())
}

/// Delays in milliseconds; those that are absent stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the members say their unit on the wire")]
pub(crate) struct Delays {
    messages_ms: Option<u64>,
    model_ms: Option<u64>,
    sent_ms: Option<u64>,
    delivered_ms: Option<u64>,
    template_ms: Option<u64>,
}

/// `PUT /sim/delays` `{messages_ms?, model_ms?, sent_ms?, delivered_ms?, template_ms?}`: before a
/// message is accepted, before the model answers, from acceptance to `sent`, from there to
/// `delivered`, from a template's creation to its approval.
pub(crate) async fn set_delays(world: web::Data<World>, body: web::Json<Delays>) -> Answer {
    let all = [
        (Delay::Messages, body.messages_ms),
        (Delay::Model, body.model_ms),
        (Delay::Sent, body.sent_ms),
        (Delay::Delivered, body.delivered_ms),
        (Delay::Template, body.template_ms),
    ];
    for (delay, ms) in all {
        if let Some(ms) = ms {
            world.settings.set_delay(delay, ms);
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Whether the service window is kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Windows {
    mode: WindowMode,
}

/// `PUT /sim/windows` `{mode: "strict"|"open"}`: `open` accepts free-form messages to everybody
/// and marks unknown messages as read, for load generators that sign their own webhooks.
pub(crate) async fn set_windows(world: web::Data<World>, body: web::Json<Windows>) -> Answer {
    world.settings.set_window_mode(body.mode);
    Ok(HttpResponse::NoContent().finish())
}

/// How long new tokens live.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenLife {
    expires_in: Option<i64>,
}

/// `PUT /sim/tokens/life` `{expires_in}`: seconds that tokens of new codes live, told as
/// `expires_in`; `null` for ever, and then it is not told.
pub(crate) async fn set_token_life(world: web::Data<World>, body: web::Json<TokenLife>) -> Answer {
    world.settings.set_token_life_s(body.expires_in);
    Ok(HttpResponse::NoContent().finish())
}

/// `PUT /sim/faults` `{on, kind, times?, hold_ms?, phone_number_id?, to?}` adds a fault; the first
/// that applies happens. See [`FaultOn`] and [`FaultKind`] for what and where.
///
/// [`FaultOn`]: crate::world::faults::FaultOn
/// [`FaultKind`]: crate::world::faults::FaultKind
pub(crate) async fn add_fault(world: web::Data<World>, body: web::Json<Fault>) -> Answer {
    if body.times != Some(0) {
        world.faults.set(body.into_inner());
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /sim/faults` → `{items}`: those that can still happen.
pub(crate) async fn list_faults(world: web::Data<World>) -> Answer {
    Ok(HttpResponse::Ok().json(json!({"items": world.faults.list()})))
}

/// `DELETE /sim/faults`: all is well again.
pub(crate) async fn clear_faults(world: web::Data<World>) -> Answer {
    world.faults.clear();
    Ok(HttpResponse::NoContent().finish())
}
