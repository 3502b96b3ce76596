use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::LinkedIdentity;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// How you sign in.
#[derive(Serialize, ToSchema)]
struct IdentitiesBody {
    /// Whether you have a password
    has_password: bool,
    items: Vec<IdentityBody>,
}

/// An account at the identity provider that is linked with yours.
#[derive(Serialize, ToSchema)]
struct IdentityBody {
    id: Uuid,
    #[schema(example = "https://accounts.example.com")]
    issuer: String,
    /// As the provider told it last
    #[schema(example = "ayse@example.com")]
    email: Option<String>,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    last_used_at: String,
}

impl From<LinkedIdentity> for IdentityBody {
    fn from(it: LinkedIdentity) -> Self {
        let (created_at, last_used_at) = (it.created_at.to_rfc3339(), it.last_used_at.to_rfc3339());
        Self { id: it.id, issuer: it.issuer, email: it.email, created_at, last_used_at }
    }
}

/// List the accounts at the identity provider that are linked with yours
#[utoipa::path(tag = "identities", responses((status = 200, description = "Your ways in", body = IdentitiesBody)))]
#[get("/api/auth/identities")]
pub(super) async fn identities(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<IdentitiesBody>, Problem> {
    let found = state.accounts.identities(&principal).await?;
    let items = found.identities.into_iter().map(Into::into).collect();
    Ok(Json(IdentitiesBody { has_password: found.has_password, items }))
}
