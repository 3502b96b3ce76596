use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::SecondFactorStatus;
use utoipa::ToSchema;

use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
struct SecondFactorBody {
    /// Whether signing in takes a code
    enabled: bool,
    recovery_codes_left: i64,
}

/// Tell whether your second factor is on
#[utoipa::path(tag = "second factor", responses((status = 200, description = "How it is", body = SecondFactorBody)))]
#[get("/api/auth/second-factor")]
pub(super) async fn get(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<SecondFactorBody>, Problem> {
    let SecondFactorStatus { enabled, recovery_codes_left } = state.accounts.second_factor(&principal).await?;
    Ok(Json(SecondFactorBody { enabled, recovery_codes_left }))
}
