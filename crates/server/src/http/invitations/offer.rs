use actix_web::{
    post,
    web::{Data, Json},
};
use serde::{Deserialize, Serialize};
use switchboard_accounts::Offer;
use switchboard_store::Role;
use utoipa::ToSchema;

use crate::http::{AppState, Problem};

#[derive(Deserialize, ToSchema)]
struct OfferRequest {
    /// From the invitation's link
    #[schema(format = Password)]
    token: String,
}

/// What an invitation offers.
#[derive(Serialize, ToSchema)]
struct OfferBody {
    tenant_name: String,
    /// Who is invited
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// RFC 3339: until when it can be accepted
    expires_at: String,
    /// Whether the address has an account: then sign in with it to accept
    has_account: bool,
}

impl From<Offer> for OfferBody {
    fn from(offer: Offer) -> Self {
        let Offer { tenant_name, email, role, expires_at, has_account } = offer;
        Self { tenant_name, email, role, expires_at: expires_at.to_rfc3339(), has_account }
    }
}

/// Read an invitation by its link
#[utoipa::path(tag = "invitations", security(()), request_body = OfferRequest, responses(
    (status = 200, description = "What it offers", body = OfferBody),
    (status = 410, description = "`link_invalid`: used, revoked or too old", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/invitations/offer")]
pub(super) async fn read(state: Data<AppState>, Json(body): Json<OfferRequest>) -> Result<Json<OfferBody>, Problem> {
    Ok(Json(state.accounts.offer(&body.token.into()).await?.into()))
}
