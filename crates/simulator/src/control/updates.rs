//! Webhooks that are not customers' messages: the account's, the phone app's, history.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::error::ControlError;
use crate::ids;
use crate::text::phone_digits;
use crate::webhook::{envelope, sender};
use crate::world::World;
use crate::world::directory::Number;

/// Messages of one `history` webhook.
const HISTORY_CHUNK: usize = 500;
/// Between two messages of history, in seconds.
const HISTORY_PACE_S: i64 = 60;

/// A raw change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// The WABA, or the partner's portfolio for `PARTNER_*`.
    entry_id: String,
    #[serde(default = "account_update_field")]
    field: String,
    value: Value,
}

fn account_update_field() -> String {
    "account_update".to_owned()
}

/// `POST /sim/account_update` `{entry_id, value}` → `{http_status}`: an `account_update` with that
/// value. It is sent whether or not a WABA is subscribed, as `PARTNER_*` events are.
pub(crate) async fn account_update(world: web::Data<World>, body: web::Json<Change>) -> Answer {
    change(world, body).await
}

/// `POST /sim/change` `{entry_id, field?, value}` → `{http_status}`: any field, sent as it is.
pub(crate) async fn change(world: web::Data<World>, body: web::Json<Change>) -> Answer {
    let world = world.into_inner();
    let Change { entry_id, field, value } = body.into_inner();
    let webhook = envelope::webhook(&entry_id, world.clock.now_s(), &field, &value);
    let http_status = sender::deliver(&world, world.hooks.url(), &webhook).await;
    Ok(HttpResponse::Ok().json(json!({"http_status": http_status})))
}

/// Something typed in the phone app.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Echo {
    phone_number_id: String,
    /// The customer's phone.
    to: String,
    text: Option<String>,
    /// A whole message object; ids and time are added where absent.
    raw: Option<Value>,
    wamid: Option<String>,
    timestamp: Option<i64>,
}

/// `POST /sim/echo` `{phone_number_id, to, text | raw, wamid?, timestamp?}` → `{wamid,
/// http_status}`: a `smb_message_echoes` webhook, as when a person types in the WhatsApp Business
/// app.
pub(crate) async fn echo(world: web::Data<World>, body: web::Json<Echo>) -> Answer {
    let world = world.into_inner();
    let said = body.into_inner();
    let number = world.number(&said.phone_number_id).ok_or_else(|| ControlError::unknown("number"))?;
    let to = phone_digits(&said.to).ok_or_else(|| ControlError::bad("to is not a phone number"))?;
    let mut message = match (said.raw, said.text) {
        (Some(raw), None) if raw.is_object() => raw,
        (None, Some(text)) => json!({"type": "text", "text": {"body": text}}),
        _ => return Err(ControlError::bad("give either text or raw")),
    };
    let wamid = said.wamid.unwrap_or_else(|| ids::wamid(&to));
    let at_s = said.timestamp.unwrap_or_else(|| world.clock.now_s());
    let user_id = world.customer_by_phone(&number.business_id, &to).user_id;
    for (name, value) in [
        ("from", json!(number.digits)),
        ("to", json!(to)),
        ("to_user_id", json!(user_id)),
        ("id", json!(wamid)),
        ("timestamp", json!(at_s.to_string())),
    ] {
        if message[name].is_null() {
            message[name] = value;
        }
    }
    let mut value = envelope::number_value(&number);
    value["message_echoes"] = json!([message]);
    let http_status = post(&world, &number, "smb_message_echoes", &value).await;
    Ok(HttpResponse::Ok().json(json!({"wamid": wamid, "http_status": http_status})))
}

/// A past to tell.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    phone_number_id: String,
    /// The customer of the thread.
    with: String,
    /// How many messages, half of them the customer's.
    count: usize,
    /// Of the newest message, in seconds since the epoch; now when absent.
    until: Option<i64>,
}

/// `POST /sim/history` `{phone_number_id, with, count, until?}` → `{messages, http_statuses}`:
/// `history` webhooks with that many old messages of one thread, 500 in each.
pub(crate) async fn history(world: web::Data<World>, body: web::Json<History>) -> Answer {
    let world = world.into_inner();
    let number = world.number(&body.phone_number_id).ok_or_else(|| ControlError::unknown("number"))?;
    let with = phone_digits(&body.with).ok_or_else(|| ControlError::bad("with is not a phone number"))?;
    let count = body.count.min(100_000);
    let until_s = body.until.unwrap_or_else(|| world.clock.now_s());
    let ages: Vec<usize> = (0..count).rev().collect();
    let mut http_statuses = Vec::new();
    for (at, chunk) in ages.chunks(HISTORY_CHUNK).enumerate() {
        let messages: Vec<Value> = chunk.iter().map(|age| old_message(&number, &with, *age, until_s)).collect();
        let progress = ((at + 1) * HISTORY_CHUNK * 100 / count.max(1)).min(100);
        let mut value = envelope::number_value(&number);
        value["history"] = json!([{
            "metadata": {"phase": 0, "chunk_order": at + 1, "progress": progress},
            "threads": [{"id": with, "messages": messages}],
        }]);
        http_statuses.push(post(&world, &number, "history", &value).await);
    }
    Ok(HttpResponse::Ok().json(json!({"messages": count, "http_statuses": http_statuses})))
}

fn old_message(number: &Number, with: &str, age: usize, until_s: i64) -> Value {
    let at_s = until_s - i64::try_from(age).unwrap_or(0) * HISTORY_PACE_S;
    let (from, text, status) = if age.is_multiple_of(2) {
        (with, format!("Old question {age}?"), "READ")
    } else {
        (number.digits.as_str(), format!("Old answer {age}."), "DELIVERED")
    };
    json!({
        "from": from,
        "id": ids::wamid(with),
        "timestamp": at_s.to_string(),
        "type": "text",
        "text": {"body": text},
        "history_context": {"status": status},
    })
}

async fn post(world: &Arc<World>, number: &Number, field: &str, value: &Value) -> Option<u16> {
    let webhook = envelope::webhook(&number.waba_id, world.clock.now_s(), field, value);
    sender::deliver(world, world.waba_callback(&number.waba_id), &webhook).await
}
