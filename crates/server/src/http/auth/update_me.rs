use actix_web::{
    patch,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::ProfileChange;
use switchboard_store::Language;
use utoipa::ToSchema;

use super::{me::MeBody, wire::bodies};
use crate::http::{AppState, Authenticated, Problem};

#[derive(Deserialize, ToSchema)]
struct ProfilePatch {
    /// 1 to 100 characters
    name: Option<String>,
    /// `en`, `tr` or `ar`: of mails and of the dashboard
    #[schema(value_type = Option<String>, example = "tr")]
    language: Option<Language>,
}

/// Change your name or language
///
/// What is left out stays as it is. It counts in all of your businesses.
#[utoipa::path(tag = "auth", request_body = ProfilePatch,
    responses((status = 200, description = "You, as you are now", body = MeBody)))]
#[patch("/api/auth/me")]
pub(super) async fn update_me(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<ProfilePatch>,
) -> Result<Json<MeBody>, Problem> {
    let change = ProfileChange { name: body.name, language: body.language };
    let (user, tenant) = bodies(state.accounts.change_profile(&principal, change).await?);
    Ok(Json(MeBody { user: Some(user), tenant, role: principal.role, impersonation: None }))
}
