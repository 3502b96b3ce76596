//! Calls on the app.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::auth::token_text;
use super::business::Ids;
use super::params::Params;
use super::{Answer, GraphError};
use crate::world::World;

/// What a dashboard is commonly subscribed to.
const FIELDS: [&str; 7] = [
    "messages",
    "account_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
];

/// `GET /{app}/subscriptions` with the app's token: where webhooks go, as the dashboard has it.
pub(crate) async fn subscriptions(req: HttpRequest, world: web::Data<World>, path: web::Path<Ids>) -> Answer {
    let params = Params::of_query(req.query_string());
    let own = format!("{}|{}", world.app.id, world.app.secret);
    if path.id != world.app.id || token_text(&req, &params) != Some(own) {
        return Err(GraphError::plain(403, 15, "This method must be called with an app access_token."));
    }
    let fields: Vec<_> = FIELDS.iter().map(|name| json!({"name": name, "version": world.app.graph_version})).collect();
    let subscription = world.hooks.url().map(
        |url| json!({"object": "whatsapp_business_account", "callback_url": url, "active": true, "fields": fields}),
    );
    Ok(HttpResponse::Ok().json(json!({"data": subscription.into_iter().collect::<Vec<_>>()})))
}
