use actix_web::{
    HttpResponse, put,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct ChangePasswordBody {
    #[schema(format = Password)]
    current_password: String,
    /// 10 to 200 characters, and none of the commonest passwords
    #[schema(format = Password)]
    password: String,
}

/// Change your password
///
/// Ends all of your other sessions.
#[utoipa::path(tag = "password", request_body = ChangePasswordBody, responses(
    (status = 204, description = "Changed"),
    (status = 422, description = "`wrong_password`, or `invalid`: the new one cannot be taken", body = Problem,
        content_type = "application/problem+json"),
))]
#[put("/api/auth/password")]
pub(super) async fn change(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<ChangePasswordBody>,
) -> Result<HttpResponse, Problem> {
    let ChangePasswordBody { current_password, password } = body;
    state.accounts.change_password(&principal, &current_password.into(), &password.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
