//! An `OpenID` provider: one signs in to it by choosing who one is.
//!
//! Its client has the id and the secret of the Meta app. `sim_auto=continue|deny` on the authorisation URL answers at once,
//! as whoever `sim_sub`, `sim_email` and `sim_name` name, with what `sim_fault` names gone wrong.

mod authorize;
mod codes;
mod discovery;
mod keys;
mod pages;
mod people;
mod token;

use actix_web::web;

pub(crate) use codes::OidcCodes;
pub(crate) use keys::SigningKey;

/// All routes, below `/oidc`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/oidc/.well-known/openid-configuration", web::get().to(discovery::metadata))
        .route("/oidc/jwks", web::get().to(discovery::jwks))
        .route("/oidc/authorize", web::get().to(authorize::show))
        .route("/oidc/authorize", web::post().to(authorize::act))
        .route("/oidc/token", web::post().to(token::token))
        .route("/oidc/userinfo", web::get().to(token::userinfo));
}
