//! Calls on a business portfolio.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::auth::{Caller, check_proof};
use super::page::page;
use super::params::Params;
use super::{Answer, GraphError};
use crate::sync::{lock, read};
use crate::world::World;

/// `GET /{business}/owned_whatsapp_business_accounts`: the business' own accounts.
pub(crate) async fn owned(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    let business = caller.business(&world, &path.id)?;
    let items = lock(&business.wabas)
        .iter()
        .filter(|waba| caller.token.opens_waba(&waba.id))
        .map(|waba| json!({"id": waba.id, "name": waba.name, "currency": "USD"}))
        .collect();
    list(&req, &world, items)
}

/// `GET /{business}/client_whatsapp_business_accounts`: accounts that were shared with the app.
/// Their ids are JSON numbers, as in Meta's example.
pub(crate) async fn client(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    if !caller.is_system() {
        caller.business(&world, &path.id)?;
    }
    let businesses = read(&world.directory).businesses().to_vec();
    let items = businesses
        .iter()
        .filter(|business| caller.token.opens_business(&business.id))
        .flat_map(|business| lock(&business.granted).clone())
        .filter(|id| caller.token.opens_waba(id))
        .filter_map(|id| world.waba(&id))
        .map(|waba| {
            let id: u64 = waba.id.parse().unwrap_or_default();
            json!({"id": id, "name": waba.name, "currency": "USD"})
        })
        .collect();
    list(&req, &world, items)
}

fn list(req: &HttpRequest, world: &World, items: Vec<Value>) -> Answer {
    let params = Params::of_query(req.query_string());
    let url = format!("{}{}", world.app.base_url(), req.path());
    Ok(HttpResponse::Ok().json(page(items, &params, &url)?))
}

/// `POST /{business}/system_user_access_tokens` with `fetch_only=true`: finds a lost token again.
pub(crate) async fn fetch_token(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    let params = Params::read(req.query_string(), &body);
    check_proof(&world, &caller.text, &params.required("appsecret_proof")?)?;
    if !caller.is_system() {
        return Err(GraphError::code(10, "Only a system user of the app may fetch tokens."));
    }
    if params.text("fetch_only").as_deref() != Some("true") {
        return Err(GraphError::plain(400, 100, "(#100) fetch_only must be true"));
    }
    let business = caller.business(&world, &path.id)?;
    let token = world
        .newest_business_token(&business.id)
        .ok_or_else(|| GraphError::plain(400, 100, "(#100) No token was granted to this app"))?;
    Ok(HttpResponse::Ok().json(json!({"access_token": token})))
}

/// The id in a path; the version beside it does not matter.
#[derive(serde::Deserialize)]
pub(crate) struct Ids {
    pub(crate) id: String,
}
