use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cookie;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct LinkBody {
    /// Yours, to show that it is you; left out by who has none
    #[schema(format = Password)]
    password: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct LinkStartedBody {
    /// Where to send the browser
    url: String,
}

/// Begin to link your account with one at the identity provider
///
/// A cookie comes with the answer: the same browser must come back. It ends at `/settings/security`.
#[utoipa::path(tag = "identities", request_body = LinkBody, responses(
    (status = 200, description = "Where to go", body = LinkStartedBody),
    (status = 404, description = "`not_found`: there is no identity provider", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`wrong_password`, or `invalid`: it is needed", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/oidc/link")]
pub(super) async fn link(
    request: HttpRequest,
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<LinkBody>,
) -> Result<HttpResponse, Problem> {
    let (browser, password) = (cookie::read(&request, &state.config), body.password.map(SecretString::from));
    match state.accounts.oidc_depart_to_link(&principal, password.as_ref(), browser).await? {
        Ok(departure) => Ok(HttpResponse::Ok()
            .cookie(cookie::set(&state.config, &departure.browser))
            .json(LinkStartedBody { url: departure.url.into() })),
        Err(error) => {
            tracing::error!(%error, "nobody can link an account at the identity provider");
            Err(Problem::provider_unavailable())
        }
    }
}
