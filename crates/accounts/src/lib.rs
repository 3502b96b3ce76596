//! Tenants, people, roles, sessions, API keys, audit.
//!
//! A browser holds a long-lived **session token** in a cookie and trades it for short-lived **access tokens** (JWT). A
//! program holds an **API key**. Each of the three leads to a [`Principal`]: who asks, for which tenant, in which role.
//! What a role may do stands in one table, [`Permission::held_by`].
//!
//! A revoked session, a changed role and a suspended tenant take effect at once in the process that made the change,
//! and within [`STANDING_TTL`] in the others.

mod access_token;
mod accounts;
mod api_keys;
pub mod audit;
mod authenticate;
mod cache;
mod email;
mod error;
mod hasher;
mod password_policy;
mod permission;
mod principal;
mod sessions;
mod sign_in;
mod sign_up;
pub mod tenant_keys;
mod tenant_settings;
mod throttle;

pub use access_token::{ACCESS_TOKEN_LIFE, AccessToken};
pub use accounts::Accounts;
pub use api_keys::NewApiKey;
pub use authenticate::{Credential, STANDING_TTL};
pub use error::{Error, FieldError, Result};
pub use permission::Permission;
pub use principal::Principal;
pub use sessions::{Me, SignedIn, TenantRef, User};
pub use sessions::{Refreshed, SESSION_LIFE};
pub use sign_in::SignIn;
pub use sign_up::{PreparedSignUp, SignUp};
pub use tenant_settings::TenantChange;
