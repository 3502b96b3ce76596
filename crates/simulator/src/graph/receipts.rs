//! `POST /{phone_number}/messages` with `status: "read"`: what the customer is shown of their messages.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{Answer, GraphError};
use crate::phone;
use crate::sync::lock;
use crate::world::World;
use crate::world::directory::Number;
use crate::world::settings::WindowMode;
use crate::world::threads::Side;

/// That it was read, and all before it; with a typing indicator, that an answer is being written. Kept for
/// `GET /sim/receipts`.
pub(super) fn show(world: &World, number: &Number, message: &Value) -> Answer {
    if message["status"] != "read" {
        let text = "(#100) Param status must be one of {READ}";
        return Err(GraphError::plain(400, 100, text));
    }
    let id = message["message_id"].as_str().ok_or_else(|| GraphError::required("message_id"))?;
    let typing = &message["typing_indicator"];
    if !typing.is_null() && typing["type"] != "text" {
        let text = "(#100) Param typing_indicator['type'] must be one of {TEXT}";
        return Err(GraphError::plain(400, 100, text));
    }
    let key = lock(&world.threads).of_inbound(id).filter(|key| key.number_id == number.id);
    let Some(key) = key else {
        if world.settings.window_mode() == WindowMode::Open {
            return Ok(HttpResponse::Ok().json(json!({"success": true})));
        }
        return Err(GraphError::invalid("message_id is not a message this number received."));
    };
    lock(&world.receipts).add(&number.id, id, !typing.is_null());
    let read = lock(&world.threads).read(&key, Side::Customer, Some(id));
    phone::publish_read(world, key.clone(), read);
    if !typing.is_null() {
        phone::publish_typing(world, key);
    }
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}
