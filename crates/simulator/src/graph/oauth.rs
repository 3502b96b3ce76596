//! `oauth/access_token`: codes become tokens, tokens become longer-lived ones.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::params::Params;
use super::{Answer, GraphError};
use crate::sync::lock;
use crate::world::World;
use crate::world::codes::CodeRefused;

/// How long an exchanged token lives, in seconds (about 60 days).
const LONG_LIVED_S: i64 = 5_183_944;

/// `GET /oauth/access_token`, with a code or with `grant_type=fb_exchange_token`.
pub(crate) async fn access_token(req: HttpRequest, world: web::Data<World>, body: web::Bytes) -> Answer {
    let params = Params::read(req.query_string(), &body);
    check_app(&world, &params)?;
    match params.text("grant_type").as_deref() {
        Some("fb_exchange_token") => exchange_token(&world, &params),
        None | Some("authorization_code") => exchange_code(&world, &params),
        Some(_) => Err(GraphError::plain(400, 100, "Unsupported grant_type")),
    }
}

fn check_app(world: &World, params: &Params) -> Result<(), GraphError> {
    let client_id =
        params.text("client_id").ok_or_else(|| GraphError::plain(400, 101, "Missing client_id parameter."))?;
    if client_id != world.app.id {
        let message = "Error validating application. Cannot get application info due to a system error.";
        return Err(GraphError::plain(400, 101, message));
    }
    match params.text("client_secret") {
        None => Err(GraphError::plain(400, 1, "Missing client_secret parameter.")),
        Some(secret) if secret != world.app.secret => Err(GraphError::plain(400, 1, "Error validating client secret.")),
        Some(_) => Ok(()),
    }
}

fn exchange_code(world: &World, params: &Params) -> Answer {
    let code = params.required("code")?;
    let redirect_uri = params.text("redirect_uri");
    let outcome = lock(&world.codes).take(&code, redirect_uri.as_deref(), world.clock.now_ms());
    let granted = outcome.map_err(|refused| refusal(&refused))?;
    let life = world.settings.token_life_s();
    let token = world.issue_business_token(&granted.business_id, granted.scopes, life);
    let mut answer = json!({"access_token": token, "token_type": "bearer"});
    if let Some(seconds) = life {
        answer["expires_in"] = json!(seconds);
    }
    Ok(HttpResponse::Ok().json(answer))
}

fn refusal(refused: &CodeRefused) -> GraphError {
    let (subcode, message) = match refused {
        CodeRefused::Unknown => (36_009, "Invalid verification code format."),
        CodeRefused::Used => (36_009, "This authorization code has been used."),
        CodeRefused::Expired => (36_007, "This authorization code has expired."),
        CodeRefused::OtherRedirect => (
            36_008,
            "Error validating verification code. Please make sure your redirect_uri is identical \
             to the one you used in the OAuth dialog request",
        ),
    };
    GraphError::plain(400, 100, message).subcode(subcode)
}

fn exchange_token(world: &World, params: &Params) -> Answer {
    let text = params.required("fb_exchange_token")?;
    let token =
        world.token(&text).filter(|token| !token.is_revoked() && !token.is_expired(world.clock.now_s())).ok_or_else(
            || GraphError::plain(401, 190, "Error validating access token: Session has expired.").subcode(463),
        )?;
    let fresh = world.issue_token(token.kind.clone(), token.scopes.clone(), Some(LONG_LIVED_S));
    Ok(HttpResponse::Ok().json(json!({
        "access_token": fresh,
        "token_type": "bearer",
        "expires_in": LONG_LIVED_S,
    })))
}
