use actix_web::{
    HttpResponse, get,
    http::header::ContentType,
    web::{Data, Query},
};
use serde::Deserialize;
use switchboard_webhook::handshake::answer;

use crate::http::{AppState, Problem};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct HandshakeQuery {
    /// `subscribe`
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    /// As it is entered in the Meta app's dashboard
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    /// To be sent back
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Prove to Meta that the address is ours
#[utoipa::path(tag = "webhooks", security(()), params(HandshakeQuery), responses(
    (status = 200, description = "The challenge", body = String, content_type = "text/plain"),
    (status = 403, description = "`forbidden`: the verify token is wrong", body = Problem,
        content_type = "application/problem+json"),
))]
#[get("/webhooks/whatsapp")]
pub(super) async fn handshake(state: Data<AppState>, query: Query<HandshakeQuery>) -> Result<HttpResponse, Problem> {
    let HandshakeQuery { mode, verify_token, challenge } = query.into_inner();
    let expected = &state.config.webhook.verify_token;
    let challenge = answer(mode.as_deref(), verify_token.as_deref(), challenge.as_deref(), expected);
    let challenge = challenge.ok_or_else(|| Problem::forbidden().detail("the verify token is wrong"))?;
    // Plain text: whoever asks chooses what it says.
    Ok(HttpResponse::Ok().insert_header(ContentType::plaintext()).body(challenge))
}
