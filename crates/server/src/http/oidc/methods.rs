use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::AppState;

/// How one signs in here, besides by e-mail address and password.
#[derive(Serialize, ToSchema)]
struct MethodsBody {
    /// Null: there is no identity provider
    oidc: Option<OidcBody>,
}

#[derive(Serialize, ToSchema)]
struct OidcBody {
    /// For the button that leads to `/api/auth/oidc/start`
    #[schema(example = "Sign in with Example")]
    label: String,
}

/// Tell how one signs in here
#[utoipa::path(tag = "identities", security(()), responses((status = 200, description = "The ways in", body = MethodsBody)))]
#[get("/api/auth/methods")]
pub(super) async fn methods(state: Data<AppState>) -> Json<MethodsBody> {
    let oidc = state.config.oidc.as_ref().map(|oidc| OidcBody { label: oidc.button_label.clone() });
    Json(MethodsBody { oidc })
}
