//! Registering a number with the Cloud API, and coexistence's one-time data.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::auth::Caller;
use super::business::Ids;
use super::params::Params;
use super::{Answer, GraphError};
use crate::sync::lock;
use crate::world::World;
use crate::world::directory::NumberState;
use crate::world::tokens::MANAGEMENT;

/// Registering and deregistering together may be tried this often ...
const ATTEMPTS: usize = 10;
/// ... within 72 hours, in milliseconds.
const ATTEMPTS_WITHIN_MS: i64 = 72 * 60 * 60 * 1000;

/// `POST /{phone_number}/register`. The first PIN becomes the number's; later ones must match.
pub(crate) async fn register(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let number = caller.number(&world, &path.id)?;
    let params = Params::read(req.query_string(), &body);
    check_product(&params)?;
    let pin = params.required("pin")?;
    check_pin_shape(&pin)?;
    let mut state = lock(&number.state);
    count_attempt(&mut state, world.clock.now_ms())?;
    if !state.verified {
        return Err(GraphError::code(133_006, "The phone number has to be verified first."));
    }
    if state.pin.as_ref().is_some_and(|set| *set != pin) {
        return Err(GraphError::code(133_005, "The PIN is not the one that was set."));
    }
    state.pin = Some(pin);
    state.registered = true;
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// `POST /{phone_number}/deregister`.
pub(crate) async fn deregister(world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let number = caller.number(&world, &path.id)?;
    let mut state = lock(&number.state);
    count_attempt(&mut state, world.clock.now_ms())?;
    if state.on_biz_app {
        let details = "A number in use with the WhatsApp Business app cannot be deregistered.";
        return Err(GraphError::code(100, details));
    }
    if !state.registered {
        return Err(GraphError::code(133_010, "The account does not exist on the Cloud API."));
    }
    state.registered = false;
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// `POST /{phone_number}/smb_app_data`: asks once for contacts, once for history.
pub(crate) async fn smb_app_data(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    let number = caller.number(&world, &path.id)?;
    let params = Params::read(req.query_string(), &body);
    check_product(&params)?;
    let kind = params.required("sync_type")?;
    if !matches!(kind.as_str(), "smb_app_state_sync" | "history") {
        return Err(GraphError::code(100, "sync_type must be smb_app_state_sync or history."));
    }
    let mut state = lock(&number.state);
    if !state.on_biz_app {
        let details = "The number is not in use with the WhatsApp Business app.";
        return Err(GraphError::code(100, details));
    }
    if !state.synced.insert(kind) {
        return Err(GraphError::code(2_593_107, "This data was already asked for."));
    }
    let answer = json!({"messaging_product": "whatsapp", "request_id": crate::ids::opaque()});
    Ok(HttpResponse::Ok().json(answer))
}

pub(crate) fn check_product(params: &Params) -> Result<(), GraphError> {
    if params.required("messaging_product")? == "whatsapp" {
        return Ok(());
    }
    let message = "(#100) Param messaging_product must be one of {WHATSAPP}";
    Err(GraphError::plain(400, 100, message))
}

pub(crate) fn check_pin_shape(pin: &str) -> Result<(), GraphError> {
    if pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    let message = "(#100) Param pin must be 6 characters long.";
    Err(GraphError::plain(400, 100, message))
}

fn count_attempt(state: &mut NumberState, now_ms: i64) -> Result<(), GraphError> {
    while state.attempts.front().is_some_and(|at| now_ms - at >= ATTEMPTS_WITHIN_MS) {
        state.attempts.pop_front();
    }
    if state.attempts.len() >= ATTEMPTS {
        let details = "Registration or deregistration was tried too often within 72 hours.";
        return Err(GraphError::code(133_016, details));
    }
    state.attempts.push_back(now_ms);
    Ok(())
}
