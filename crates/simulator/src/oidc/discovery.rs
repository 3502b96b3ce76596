//! What the provider says of itself (`OpenID` Connect Discovery 1.0).

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::world::World;

pub(super) fn issuer(world: &World) -> String {
    format!("{}/oidc", world.app.base_url())
}

pub(super) async fn metadata(world: web::Data<World>) -> HttpResponse {
    let issuer = issuer(&world);
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "claims_supported": ["sub", "email", "email_verified", "name"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

pub(super) async fn jwks(world: web::Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"keys": [world.oidc_key.public()]}))
}
