//! `POST /{phone_number}/messages`: checks as Meta does, accepts, and lets the statuses follow.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde_json::{Map, Value, json};

use super::auth::Caller;
use super::business::Ids;
use super::watch::{answer_instead, window_closed};
use super::{Answer, GraphError, receipts, templates, validate};
use crate::connection::Wire;
use crate::phone;
use crate::sync::lock;
use crate::text::{is_user_id, phone_digits};
use crate::webhook::statuses;
use crate::world::World;
use crate::world::customers::Customer;
use crate::world::directory::Number;
use crate::world::faults::FaultOn;
use crate::world::ledger::Sent;
use crate::world::settings::{Delay, WindowMode};
use crate::world::threads::{Bubble, Progress, Side, ThreadKey};
use crate::world::tokens::MESSAGING;

/// Sends a message, or marks one as read.
pub(crate) async fn send(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> HttpResponse {
    let world = world.into_inner();
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let to = message["to"].as_str().or_else(|| message["recipient"].as_str());
    let is_receipt = !message["status"].is_null();
    let on = if is_receipt { FaultOn::Receipts } else { FaultOn::Messages };
    let fault = world.faults.take_for(on, Some(&path.id), to);
    if !is_receipt {
        world.settings.wait(Delay::Messages).await;
    }
    if let Some(fault) = &fault
        && let Some(answer) = answer_instead(&Wire::of(&req), fault).await
    {
        return answer;
    }
    let answer = handle(&world, &caller, &path.id, message);
    if fault.is_some() {
        Wire::of(&req).cut();
    }
    answer.unwrap_or_else(|error| error.error_response())
}

fn handle(world: &Arc<World>, caller: &Caller, number_id: &str, message: Value) -> Answer {
    caller.require_scope(MESSAGING)?;
    let number = caller.number(world, number_id)?;
    check_product(&message)?;
    if !lock(&number.state).registered {
        let details = "The phone number is not registered with the Cloud API.";
        return Err(GraphError::code(133_010, details));
    }
    if !message["status"].is_null() {
        return receipts::show(world, &number, &message);
    }
    let customer = recipient(world, &number, &message)?;
    validate::check(&message)?;
    check_memory(world, &number, &customer, &message)?;
    let sent = accept(world, &number, customer, message);
    Ok(HttpResponse::Ok().json(accepted_json(&sent)))
}

fn check_product(message: &Value) -> Result<(), GraphError> {
    match message["messaging_product"].as_str() {
        Some("whatsapp") => Ok(()),
        Some(_) => {
            let text = "(#100) Param messaging_product must be one of {WHATSAPP}";
            Err(GraphError::plain(400, 100, text))
        }
        None => Err(GraphError::required("messaging_product")),
    }
}

/// Who is written to: `to` wins over `recipient` when both are there.
fn recipient(world: &World, number: &Number, message: &Value) -> Result<Customer, GraphError> {
    if !matches!(message["recipient_type"].as_str(), None | Some("individual")) {
        let details = "recipient_type must be individual: the number is not enabled for groups.";
        return Err(GraphError::code(100, details));
    }
    match (message["to"].as_str(), message["recipient"].as_str()) {
        (Some(to), _) => {
            let digits =
                phone_digits(to).ok_or_else(|| GraphError::code(100, "The recipient is not a phone number."))?;
            if digits == number.digits {
                return Err(GraphError::code(131_021, "A number cannot write to itself."));
            }
            Ok(world.customer_by_phone(&number.business_id, &digits))
        }
        (None, Some(id)) if is_user_id(id) => world
            .customer_by_user_id(&number.business_id, id)
            .ok_or_else(|| GraphError::code(131_026, "No such user of this business is known.")),
        (None, Some(_)) => Err(GraphError::code(100, "The recipient is not a user id.")),
        (None, None) => Err(GraphError::required("to")),
    }
}

/// The checks that need to know what was before: media, templates, the service window.
fn check_memory(world: &World, number: &Number, customer: &Customer, message: &Value) -> Result<(), GraphError> {
    let kind = validate::kind(message);
    if kind == "template" {
        return templates::check_sendable(world, number, &message["template"]);
    }
    if let Some(id) = message[kind]["id"].as_str() {
        let known = lock(&world.media).get(id).is_some_and(|it| it.number_id == number.id);
        if !known {
            let details = format!("Media with the id {id} was not uploaded for this number.");
            return Err(GraphError::code(100, details));
        }
    }
    let key = ThreadKey { number_id: number.id.clone(), user_id: customer.user_id.clone() };
    let open = world.settings.window_mode() == WindowMode::Open
        || lock(&world.threads).window_is_open(&key, world.clock.now_ms());
    if open { Ok(()) } else { Err(window_closed()) }
}

/// Keeps the message, shows it on the phone, starts its statuses.
fn accept(world: &Arc<World>, number: &Number, customer: Customer, message: Value) -> Arc<Sent> {
    let visible = customer.phone.as_ref().filter(|_| !customer.hides_phone);
    let wamid = crate::ids::wamid(visible.map(String::as_str).unwrap_or_default());
    let rendered = templates::rendered(world, number, &message);
    let body = Arc::new(message);
    let at = world.clock.now_ms();
    let sent = lock(&world.ledger).accept(wamid, number.id.clone(), customer, at, body);
    let bubble = Bubble {
        id: sent.wamid.clone(),
        side: Side::Business,
        at,
        message: rendered.map_or_else(|| Arc::clone(&sent.body), Arc::new),
        progress: Progress::Sent,
    };
    let key = sent.thread_key();
    lock(&world.threads).add(&key, &sent.customer, bubble.clone());
    phone::publish_bubble(world, key, bubble);
    statuses::follow(world, Arc::clone(&sent));
    sent
}

/// The answer to an accepted message.
fn accepted_json(sent: &Sent) -> Value {
    let to = &sent.body["to"];
    let mut contact = Map::new();
    if to.is_null() {
        contact.insert("input".into(), sent.body["recipient"].clone());
        contact.insert("user_id".into(), json!(sent.customer.user_id));
    } else {
        contact.insert("input".into(), to.clone());
        contact.insert("wa_id".into(), json!(sent.customer.phone));
    }
    let mut message = json!({"id": sent.wamid});
    if validate::kind(&sent.body) == "template" {
        message["message_status"] = json!("accepted");
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
}
