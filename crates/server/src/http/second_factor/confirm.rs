use actix_web::{
    post,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::RecoveryCodesBody;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct CodeBody {
    /// Six digits of the authenticator app
    #[schema(format = Password, example = "123456")]
    code: String,
}

/// Turn your second factor on
///
/// From now on signing in takes a code.
#[utoipa::path(tag = "second factor", request_body = CodeBody, responses(
    (status = 200, description = "It is on; the recovery codes, this once", body = RecoveryCodesBody),
    (status = 404, description = "`not_found`: no enrolment has begun", body = Problem,
        content_type = "application/problem+json"),
    (status = 409, description = "`second_factor_on`: it is on already", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`wrong_code`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/second-factor/confirm")]
pub(super) async fn confirm(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<CodeBody>,
) -> Result<Json<RecoveryCodesBody>, Problem> {
    Ok(Json(state.accounts.confirm_second_factor(&principal, &body.code).await?.into()))
}
