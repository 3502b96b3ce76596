//! Calls on a WhatsApp Business Account and its list of numbers.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::business::Ids;
use super::page::page;
use super::params::Params;
use super::{Answer, GraphError, fields, number};
use crate::sync::lock;
use crate::text::phone_digits;
use crate::world::World;
use crate::world::directory::Waba;
use crate::world::tokens::MANAGEMENT;

/// What `GET /{waba}` answers.
pub(crate) fn describe(waba: &Waba, params: &Params) -> Value {
    let object = json!({
        "id": waba.id,
        "name": waba.name,
        "currency": "USD",
        "timezone_id": "1",
        "message_template_namespace": format!("ns_{}", waba.id),
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "CLIENT_OWNED",
        "owner_business_info": {"id": waba.business_id},
    });
    let default = ["name", "currency", "timezone_id", "message_template_namespace"];
    fields::pick(object, params, &default)
}

/// `GET /{waba}/phone_numbers`.
pub(crate) async fn phone_numbers(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::of_query(req.query_string());
    let numbers = lock(&waba.numbers).clone();
    let items = numbers.iter().map(|it| number::describe(&world, it, &params)).collect();
    let url = format!("{}{}", world.app.base_url(), req.path());
    Ok(HttpResponse::Ok().json(page(items, &params, &url)?))
}

/// `POST /{waba}/phone_numbers` with `cc`, `phone_number`, `verified_name`: a new number, which
/// still has to be verified.
pub(crate) async fn add_phone_number(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::read(req.query_string(), &body);
    let (cc, local) = (params.required("cc")?, params.required("phone_number")?);
    let name = params.required("verified_name")?;
    let digits = if local.starts_with(&cc) { local } else { format!("{cc}{local}") };
    let digits = phone_digits(&digits).ok_or_else(|| GraphError::plain(400, 100, "(#100) Invalid phone number"))?;
    let number = world.add_number(&waba, &digits, &name);
    lock(&number.state).verified = false;
    Ok(HttpResponse::Ok().json(json!({"id": number.id})))
}
