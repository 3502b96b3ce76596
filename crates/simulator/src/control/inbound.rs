//! Messages of customers, and webhooks written by hand.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Answer;
use super::error::ControlError;
use crate::text::phone_digits;
use crate::webhook::inbound::{self, Inbound};
use crate::webhook::wire;
use crate::world::World;
use crate::world::customers::Introduction;

/// What a customer sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    phone_number_id: String,
    /// The customer's phone.
    from: Option<String>,
    /// The customer's BSUID; derived from the phone when absent.
    user_id: Option<String>,
    name: Option<String>,
    username: Option<String>,
    /// Only `text`, or absent; other types come as `raw`.
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<String>,
    /// A whole message object; `from`, `from_user_id`, `id` and `timestamp` are added where absent.
    raw: Option<Map<String, Value>>,
    wamid: Option<String>,
    /// Seconds since the epoch.
    timestamp: Option<i64>,
    /// How often the message is in the webhook.
    copies: Option<usize>,
    /// Keeps the phone from the business, as for users with a username.
    #[serde(default)]
    bsuid_only: bool,
}

/// `POST /sim/inbound` `{phone_number_id, from?, user_id?, name?, username?, type?, text | raw,
/// wamid?, timestamp?, copies?, bsuid_only?}` posts a signed `messages` webhook →
/// `{wamid, user_id, http_status}`, the receiver's status or `null` when there was no answer or
/// the WABA is not subscribed.
pub(crate) async fn inbound(world: web::Data<World>, body: web::Json<Message>) -> Answer {
    let world = world.into_inner();
    let said = body.into_inner();
    let number = world.number(&said.phone_number_id).ok_or_else(|| ControlError::unknown("number"))?;
    let phone = match &said.from {
        Some(from) => Some(phone_digits(from).ok_or_else(|| ControlError::bad("from is not a phone number"))?),
        None => None,
    };
    if phone.is_none() && said.user_id.is_none() {
        return Err(ControlError::bad("give from or user_id"));
    }
    let message = match (said.raw, said.text, said.kind.as_deref()) {
        (Some(raw), None, None) => raw,
        (None, Some(text), None | Some("text")) => {
            Map::from_iter([("type".to_owned(), json!("text")), ("text".to_owned(), json!({"body": text}))])
        }
        _ => return Err(ControlError::bad("give either text or raw")),
    };
    let raw_id = message.get("id").and_then(Value::as_str).map(str::to_owned);
    let inbound = Inbound {
        number,
        from: Introduction {
            phone,
            user_id: said.user_id,
            name: said.name,
            username: said.username,
            hides_phone: said.bsuid_only,
        },
        message,
        wamid: said.wamid.or(raw_id),
        timestamp_s: said.timestamp,
        copies: said.copies.unwrap_or(1).min(1000),
    };
    let delivered = inbound::receive(&world, inbound).await;
    Ok(HttpResponse::Ok().json(json!({
        "wamid": delivered.wamid,
        "user_id": delivered.user_id,
        "http_status": delivered.http_status,
    })))
}

/// A webhook written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raw {
    /// JSON is escaped and sent as Meta would; a string is sent byte for byte.
    body: Value,
    /// Instead of the right one; `""` sends none.
    signature: Option<String>,
}

/// `POST /sim/webhook/raw` `{body, signature?}` → `{status}`: one try, the receiver's status or
/// `null`. Messages inside of it open service windows, if its signature is the right one.
pub(crate) async fn raw(world: web::Data<World>, request: web::Json<Raw>) -> Answer {
    let world = world.into_inner();
    let url = world.hooks.url().ok_or_else(|| ControlError::bad("no webhook is set"))?;
    let Raw { body, signature } = request.into_inner();
    let text = match &body {
        Value::String(text) => text.clone(),
        body => wire::body(body),
    };
    let signature = signature.unwrap_or_else(|| {
        let webhook = serde_json::from_str(&text).unwrap_or_default();
        inbound::learn(&world, &webhook);
        wire::signature(&world.app.secret, text.as_bytes())
    });
    let runtime = world.runtime.clone();
    let post = async move { world.hooks.post(&url, text.into_bytes(), &signature).await };
    let status = runtime.spawn(post).await.ok().flatten();
    Ok(HttpResponse::Ok().json(json!({"status": status})))
}
