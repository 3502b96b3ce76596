use actix_web::{
    HttpResponse, post,
    web::{Data, Json, Path},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_accounts::Visit;
use switchboard_store::{Role, TenantId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::VisitBody;
use crate::http::{AppState, ForPlatform, Problem};

#[derive(Deserialize, ToSchema)]
struct ImpersonateBody {
    /// Why: 1 to 500 characters. The business reads it in its audit log
    reason: String,
    /// `viewer` unless given, `operator` or `admin`
    #[schema(value_type = Option<String>, example = "viewer")]
    role: Option<Role>,
}

#[derive(Serialize, ToSchema)]
struct ImpersonatingBody {
    /// For `Authorization: Bearer`. Lasts as long as the visit; there is no next one
    access_token: String,
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// RFC 3339
    expires_at: String,
    tenant_id: Uuid,
    tenant_name: String,
    impersonation: VisitBody,
}

/// Act in a business
///
/// For an hour at most. The business's audit log says so, and tells of every request. What is the business's own is not
/// done in its name: passwords, keys, people, connections, exports, its deletion.
#[utoipa::path(tag = "platform", params(("id" = Uuid, Path)), request_body = ImpersonateBody, responses(
    (status = 201, description = "With what to act", body = ImpersonatingBody),
    (status = 409, description = "`tenant_deleting`", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/platform/tenants/{id}/impersonate")]
pub(super) async fn impersonate(
    state: Data<AppState>,
    ForPlatform(admin): ForPlatform,
    id: Path<Uuid>,
    Json(body): Json<ImpersonateBody>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { role: body.role.unwrap_or(Role::Viewer), reason: body.reason };
    let begun = state.accounts.impersonate(&admin, TenantId(*id), &visit).await?;
    Ok(HttpResponse::Created().json(ImpersonatingBody {
        access_token: begun.access_token.token.expose_secret().to_owned(),
        token_type: "Bearer",
        expires_at: begun.access_token.expires_at.to_rfc3339(),
        tenant_id: begun.tenant.id.0,
        tenant_name: begun.tenant.name,
        impersonation: begun.impersonation.into(),
    }))
}
