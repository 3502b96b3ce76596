use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::Acceptor;
use utoipa::ToSchema;

use crate::http::{
    AppState, Authenticated, Problem,
    auth::wire::{SignedInBody, device},
    session_cookie,
};

#[derive(Deserialize, ToSchema)]
struct AcceptanceBody {
    /// From the invitation's link
    #[schema(format = Password)]
    token: String,
    /// Of whoever has no account yet: 1 to 100 characters
    name: Option<String>,
    /// Of whoever has no account yet: 10 to 200 characters, and none of the commonest passwords
    #[schema(format = Password)]
    password: Option<String>,
}

/// Accept an invitation
///
/// Whoever has an account signs in with it first, and sends the token alone. Whoever has none sends a name and a
/// password, and gets one. Either is signed in to the business that invited; the session's cookie comes with the answer.
#[utoipa::path(tag = "invitations", security((), ("access_token" = [])), request_body = AcceptanceBody, responses(
    (status = 200, description = "Accepted, and signed in", body = SignedInBody),
    (status = 403, description = "`invited_another`: the invitation is for another address than yours", body = Problem,
        content_type = "application/problem+json"),
    (status = 409, description = "`sign_in_first`: the address has an account; or `already_member`", body = Problem,
        content_type = "application/problem+json"),
    (status = 410, description = "`link_invalid`: used, revoked or too old", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/invitations/accept")]
pub(super) async fn accept(
    request: HttpRequest,
    state: Data<AppState>,
    who: Option<Authenticated>,
    Json(body): Json<AcceptanceBody>,
) -> Result<HttpResponse, Problem> {
    let AcceptanceBody { token, name, password } = body;
    let acceptor = match (who, name, password) {
        (_, Some(name), Some(password)) => Acceptor::Newcomer { name, password: password.into() },
        (Some(Authenticated(principal)), _, _) => Acceptor::Account(principal),
        (None, name, password) => {
            let (name, password) = (name.unwrap_or_default(), password.unwrap_or_default().into());
            Acceptor::Newcomer { name, password }
        }
    };
    let signed_in = state.accounts.accept_invitation(&token.into(), acceptor, &device(&request, &state)).await?;
    let cookie = session_cookie::set(&state.config, &signed_in.session_token);
    Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}
