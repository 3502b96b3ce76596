//! Looking at what happened.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use crate::sync::{lock, read};
use crate::text::phone_digits;
use crate::world::World;
use crate::world::directory::{Business, Number, Waba};

/// How many messages one answer of `GET /sim/sent` holds.
const SENT_SHOWN: usize = 10_000;

/// `GET /sim/state` → the app, the webhook, all businesses with their WABAs and numbers, and
/// counts. Never a token, a PIN or a secret.
pub(crate) async fn state(world: web::Data<World>) -> Answer {
    let businesses = read(&world.directory).businesses().to_vec();
    let businesses: Vec<Value> = businesses.iter().map(|it| business(it)).collect();
    let accepted = lock(&world.ledger).accepted();
    Ok(HttpResponse::Ok().json(json!({
        "app_id": world.app.id,
        "config_id": world.app.config_id,
        "graph_version": world.app.graph_version,
        "webhook_url": world.hooks.url(),
        "now_ms": world.clock.now_ms(),
        "status_mode": world.settings.status_mode(),
        "window_mode": world.settings.window_mode(),
        "accepted_messages": accepted,
        "dropped_webhooks": world.hooks.dropped(),
        "businesses": businesses,
    })))
}

fn business(business: &Business) -> Value {
    let wabas: Vec<Value> = lock(&business.wabas).iter().map(|it| waba(it)).collect();
    let granted = lock(&business.granted).clone();
    json!({"id": business.id, "name": business.name, "granted": granted, "wabas": wabas})
}

fn waba(waba: &Waba) -> Value {
    let numbers: Vec<Value> = lock(&waba.numbers).iter().map(|it| number(it)).collect();
    let state = lock(&waba.state);
    json!({
        "id": waba.id,
        "name": waba.name,
        "subscribed": state.subscribed,
        "override_callback_uri": state.override_callback,
        "templates": state.templates.len(),
        "numbers": numbers,
    })
}

fn number(number: &Number) -> Value {
    let state = lock(&number.state);
    json!({
        "id": number.id,
        "display_phone_number": number.display(),
        "name": number.name,
        "registered": state.registered,
        "verified": state.verified,
        "has_pin": state.pin.is_some(),
        "coexistence": state.on_biz_app,
    })
}

/// Which messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentQuery {
    phone_number_id: Option<String>,
    /// A customer's phone or user id.
    to: Option<String>,
    /// Only those after this `n`.
    after: Option<u64>,
    limit: Option<usize>,
}

/// `GET /sim/sent?phone_number_id=&to=&after=&limit=` → `{items}`: accepted messages in order, each
/// `{n, wamid, phone_number_id, to, user_id, at, body}`; `at` in milliseconds, `n` counts from 1.
pub(crate) async fn sent(world: web::Data<World>, query: web::Query<SentQuery>) -> Answer {
    let to = query.to.as_ref().map(|to| phone_digits(to).unwrap_or_else(|| to.clone()));
    let after = query.after.unwrap_or(0);
    let found = lock(&world.ledger).find(query.phone_number_id.as_deref(), to.as_deref(), after);
    let limit = query.limit.unwrap_or(SENT_SHOWN);
    let items: Vec<Value> = found.iter().take(limit).map(|it| it.to_json()).collect();
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

/// Which calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallsQuery {
    /// Only those after this `n`.
    after: Option<u64>,
    /// A part of the path.
    path: Option<String>,
}

/// `GET /sim/calls?after=&path=` → `{items}`: calls to the Graph API, each
/// `{n, at, method, path, status}`.
pub(crate) async fn calls(world: web::Data<World>, query: web::Query<CallsQuery>) -> Answer {
    let path = query.path.as_deref().unwrap_or_default();
    let items = lock(&world.calls).find(query.after.unwrap_or(0), path);
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

/// `GET /sim/receipts` → `{items}`: what customers were shown of their messages, each `{number_id, message_id, typing}`.
pub(crate) async fn receipts(world: web::Data<World>) -> Answer {
    Ok(HttpResponse::Ok().json(json!({"items": lock(&world.receipts).all()})))
}

/// `GET /sim/shop/requests` → `{items}`: what the business's own server was asked, each
/// `{method, path, query, headers, body}`.
pub(crate) async fn shop(world: web::Data<World>) -> Answer {
    Ok(HttpResponse::Ok().json(json!({"items": lock(&world.shop).all()})))
}

/// Which prompts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptsQuery {
    /// Only those after this `n`.
    after: Option<u64>,
}

/// `GET /sim/model/requests?after=` → `{items}`: what the model was asked, each
/// `{n, at, request, answer}`.
pub(crate) async fn prompts(world: web::Data<World>, query: web::Query<PromptsQuery>) -> Answer {
    let items = lock(&world.prompts).find(query.after.unwrap_or(0));
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}
