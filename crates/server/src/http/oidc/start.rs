use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{callback::to_sign_in, cookie};
use crate::http::{AppState, Problem};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StartQuery {
    /// A path of the dashboard to go to afterwards
    next: Option<String>,
}

/// Go to the identity provider to sign in
///
/// For browsers: a cookie ties the way back to this one.
#[utoipa::path(tag = "identities", security(()), params(StartQuery), responses(
    (status = 303, description = "To the provider; or to `/sign-in?oidc=unavailable`", headers(("Location" = String))),
    (status = 404, description = "`not_found`: there is no identity provider", body = Problem,
        content_type = "application/problem+json"),
))]
#[get("/api/auth/oidc/start")]
pub(super) async fn start(
    request: HttpRequest,
    state: Data<AppState>,
    query: Query<StartQuery>,
) -> Result<HttpResponse, Problem> {
    let browser = cookie::read(&request, &state.config);
    match state.accounts.oidc_depart(browser, query.into_inner().next).await? {
        Ok(departure) => Ok(HttpResponse::SeeOther()
            .cookie(cookie::set(&state.config, &departure.browser))
            .insert_header((header::LOCATION, departure.url.as_str()))
            .finish()),
        Err(error) => {
            tracing::error!(%error, "nobody can sign in at the identity provider");
            Ok(to_sign_in(&state.config, "unavailable", None, &[]))
        }
    }
}
