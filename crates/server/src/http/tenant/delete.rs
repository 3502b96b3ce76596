use actix_web::{
    HttpResponse, delete,
    web::{Data, Json},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{AppState, Authenticated, Problem, platform::DeletionBody};

#[derive(Deserialize, ToSchema)]
struct DeleteOwnTenantBody {
    /// The name of the business, typed in
    name: String,
    /// Your own
    #[schema(format = Password)]
    password: String,
}

/// Delete the business
///
/// An owner's alone. Everybody who works for it is signed out at once, its secrets are unreadable from then on, and
/// everything else follows in the background. There is no way back.
#[utoipa::path(tag = "tenant", request_body = DeleteOwnTenantBody, responses(
    (status = 202, description = "Begun", body = DeletionBody),
    (status = 422, description = "`wrong_password`, or `invalid`: the name is another", body = Problem,
        content_type = "application/problem+json"),
))]
#[delete("/api/tenant")]
pub(super) async fn delete(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<DeleteOwnTenantBody>,
) -> Result<HttpResponse, Problem> {
    let DeleteOwnTenantBody { name, password } = body;
    let by = state.accounts.may_delete_own(&principal, &name, &password.into()).await?;
    state.onboarding.take_leave(principal.tenant).await;
    let deletion = state.accounts.delete_tenant(principal.tenant, &by).await?;
    Ok(HttpResponse::Accepted().json(DeletionBody::from(deletion)))
}
