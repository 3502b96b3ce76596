//! `debug_token`: what a token opens and until when.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::auth::token_text;
use super::params::Params;
use super::{Answer, GraphError};
use crate::sync::{lock, read};
use crate::world::World;
use crate::world::tokens::{MANAGEMENT, MESSAGING, Token, TokenKind};

/// `GET /debug_token?input_token=…`, asked with the app's token or any living one of the app.
pub(crate) async fn debug_token(req: HttpRequest, world: web::Data<World>) -> Answer {
    let params = Params::of_query(req.query_string());
    check_asker(&world, token_text(&req, &params).as_deref())?;
    let input = params.required("input_token")?;
    let data = match world.token(&input) {
        Some(token) => describe(&world, &token),
        None => unknown(),
    };
    Ok(HttpResponse::Ok().json(json!({"data": data})))
}

fn check_asker(world: &World, asker: Option<&str>) -> Result<(), GraphError> {
    let Some(asker) = asker else {
        let message = "(#100) You must provide an app access token, or a user access token that \
                       is an owner or developer of the app";
        return Err(GraphError::plain(400, 100, message));
    };
    let is_app = asker.split_once('|').is_some_and(|(id, secret)| id == world.app.id && secret == world.app.secret);
    let lives = || {
        let now = world.clock.now_s();
        world.token(asker).is_some_and(|it| !it.is_revoked() && !it.is_expired(now))
    };
    if is_app || lives() {
        return Ok(());
    }
    Err(GraphError::plain(401, 190, "Invalid OAuth access token."))
}

fn unknown() -> Value {
    json!({
        "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
        "is_valid": false,
        "scopes": [],
    })
}

fn describe(world: &World, token: &Token) -> Value {
    let targets = targets(world, token);
    let granular: Vec<Value> = [MANAGEMENT, MESSAGING]
        .iter()
        .filter(|scope| token.has_scope(scope))
        .map(|scope| json!({"scope": scope, "target_ids": targets}))
        .collect();
    let mut data = json!({
        "app_id": world.app.id,
        "application": "Simulated app",
        "type": if matches!(token.kind, TokenKind::System) { "SYSTEM_USER" } else { "USER" },
        "issued_at": token.issued_at,
        "expires_at": token.expires_at.unwrap_or(0),
        "data_access_expires_at": token.expires_at.unwrap_or(0),
        "is_valid": true,
        "scopes": token.scopes,
        "granular_scopes": granular,
        "user_id": token.user_id,
    });
    if let Some((subcode, message)) = dead(world, token) {
        data["is_valid"] = json!(false);
        data["error"] = json!({"code": 190, "message": message, "subcode": subcode});
    }
    data
}

fn dead(world: &World, token: &Token) -> Option<(i64, &'static str)> {
    if token.is_revoked() {
        return Some((458, "Error validating access token: The user has not authorized application."));
    }
    token.is_expired(world.clock.now_s()).then_some((463, "Error validating access token: Session has expired."))
}

/// The WABAs a token opens, those shared most recently first.
fn targets(world: &World, token: &Token) -> Vec<String> {
    match &token.kind {
        TokenKind::Business { wabas, .. } => wabas.clone(),
        TokenKind::System => read(&world.directory)
            .businesses()
            .iter()
            .rev()
            .flat_map(|business| lock(&business.granted).clone())
            .collect(),
    }
}
