use actix_web::{
    post,
    web::{Data, Json},
};

use super::wire::{PasswordBody, RecoveryCodesBody};
use crate::http::{AppState, Authenticated, Problem};

/// Get new recovery codes
///
/// Those of before stop working.
#[utoipa::path(tag = "second factor", request_body = PasswordBody, responses(
    (status = 200, description = "The codes, this once", body = RecoveryCodesBody),
    (status = 404, description = "`not_found`: the second factor is off", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "`wrong_password`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/second-factor/recovery-codes")]
pub(super) async fn renew(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<PasswordBody>,
) -> Result<Json<RecoveryCodesBody>, Problem> {
    Ok(Json(state.accounts.renew_recovery_codes(&principal, &body.password.into()).await?.into()))
}
