use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_store::TenantId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::{SignedInBody, device};
use crate::http::{AppState, Authenticated, Problem, session_cookie};

#[derive(Deserialize, ToSchema)]
struct SwitchBody {
    /// A business you work for
    tenant_id: Uuid,
}

/// Go on in another of your businesses
///
/// The session that asks ends, and one for the other business begins; its cookie comes with the answer.
#[utoipa::path(tag = "auth", request_body = SwitchBody, responses(
    (status = 200, description = "Signed in to it", body = SignedInBody),
    (status = 404, description = "`not_found`: you do not work for such a business", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/auth/switch")]
pub(super) async fn switch(
    request: HttpRequest,
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    Json(body): Json<SwitchBody>,
) -> Result<HttpResponse, Problem> {
    let (tenant, device) = (TenantId(body.tenant_id), device(&request, &state));
    let signed_in = state.accounts.switch_tenant(&principal, tenant, &device).await?;
    let cookie = session_cookie::set(&state.config, &signed_in.session_token);
    Ok(HttpResponse::Ok().cookie(cookie).json(SignedInBody::new(signed_in.me, &signed_in.access_token)))
}
