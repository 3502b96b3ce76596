//! Calls on a bare id, which may be anything that has one.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::auth::Caller;
use super::business::Ids;
use super::params::Params;
use super::{Answer, GraphError, media, number, templates, waba};
use crate::world::World;

/// `GET /{id}`.
pub(crate) async fn get(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    let params = Params::of_query(req.query_string());
    if let Ok(it) = caller.number(&world, &path.id) {
        return Ok(HttpResponse::Ok().json(number::describe(&world, &it, &params)));
    }
    if let Ok(it) = caller.waba(&world, &path.id) {
        return Ok(HttpResponse::Ok().json(waba::describe(&it, &params)));
    }
    if let Ok(it) = caller.business(&world, &path.id) {
        return Ok(HttpResponse::Ok().json(json!({"id": it.id, "name": it.name})));
    }
    media::describe(&world, &caller, &path.id, &params)
}

/// `POST /{id}`: settings of a number, or changes of a template.
pub(crate) async fn post(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    let params = Params::read(req.query_string(), &body);
    if let Ok(it) = caller.number(&world, &path.id) {
        return number::update(&world, it, &params).await;
    }
    templates::edit(&world, &caller, &path.id, &params)
}

/// `DELETE /{id}`: only files can be deleted.
pub(crate) async fn delete(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    let params = Params::of_query(req.query_string());
    if world.number(&path.id).is_some() || world.waba(&path.id).is_some() {
        return Err(GraphError::plain(400, 100, "(#100) Unsupported delete request."));
    }
    media::delete(&world, &caller, &path.id, &params)
}
