//! `subscribed_apps`: whether a WABA's webhooks come to the app, and where to.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::Answer;
use super::auth::Caller;
use super::business::Ids;
use super::number::checked_override;
use super::params::Params;
use crate::sync::lock;
use crate::world::World;
use crate::world::tokens::MANAGEMENT;

/// `GET /{waba}/subscribed_apps`.
pub(crate) async fn list(world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    let waba = caller.waba(&world, &path.id)?;
    let state = lock(&waba.state);
    let mut data = Vec::new();
    if state.subscribed {
        let app = json!({
            "id": world.app.id,
            "link": format!("{}/", world.app.base_url()),
            "name": "Simulated app",
        });
        let mut item = json!({"whatsapp_business_api_data": app});
        if let Some(url) = &state.override_callback {
            item["override_callback_uri"] = json!(url);
        }
        data.push(item);
    }
    Ok(HttpResponse::Ok().json(json!({"data": data})))
}

/// `POST /{waba}/subscribed_apps`. Without a body it clears an override that was set before.
pub(crate) async fn subscribe(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::read(req.query_string(), &body);
    let url = params.text("override_callback_uri").unwrap_or_default();
    let token = params.text("verify_token").unwrap_or_default();
    let callback = checked_override(&world, &url, &token).await?;
    let mut state = lock(&waba.state);
    state.subscribed = true;
    state.override_callback = callback;
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// `DELETE /{waba}/subscribed_apps`.
pub(crate) async fn unsubscribe(world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let mut state = lock(&waba.state);
    state.subscribed = false;
    state.override_callback = None;
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}
