//! Tenants, people, roles, sessions, invitations, second factors, mails, API keys, audit.
//!
//! A browser holds a long-lived **session token** in a cookie and trades it for short-lived **access tokens** (JWT). A
//! program holds an **API key**. Each of the three leads to a [`Principal`]: who asks, for which tenant, in which role.
//! People may also sign in at an identity provider. What a role may do stands in one table, [`Permission::held_by`].
//!
//! A revoked session, a changed role and a suspended tenant take effect at once in the process that made the change,
//! and within [`STANDING_TTL`] in the others.

mod access_token;
mod accounts;
mod api_keys;
pub mod audit;
mod authenticate;
mod cache;
pub mod data_keys;
mod email;
mod email_verification;
mod error;
mod hasher;
mod impersonation;
mod invitations;
mod mail;
mod oidc;
mod own_tenants;
mod password;
mod password_policy;
mod people;
mod permission;
mod platform;
mod principal;
mod profile;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;
mod tenant_deletion;
mod tenant_export;
pub mod tenant_keys;
mod tenant_settings;
mod throttle;

pub use access_token::{ACCESS_TOKEN_LIFE, AccessToken};
pub use accounts::{Accounts, AccountsParts, PlatformSettings};
pub use api_keys::NewApiKey;
pub use authenticate::{Credential, STANDING_TTL};
pub use error::{Error, FieldError, Result};
pub use impersonation::{IMPERSONATION_LIFE, Impersonating, Visit};
pub use invitations::{Acceptor, INVITATION_LIFE, Invited, NewInvitation, Offer};
pub use mail::{MailFate, OutgoingMail};
pub use oidc::{
    Arrival, Departure, Identities, LinkedIdentity, OidcConfig, OidcEnd, OidcRefusal, OidcSignUp, TRIP_LIFE,
    Unavailable,
};
pub use own_tenants::OwnTenant;
pub use permission::{Permission, Permissions};
pub use platform::{PlatformAdmin, TenantDetail, USAGE_DAYS};
pub use principal::Principal;
pub use profile::ProfileChange;
pub use second_factor::{Enrolment, SecondFactorStatus};
pub use sessions::{Device, Me, SignedIn, TenantRef, User};
pub use sessions::{Refreshed, SESSION_LIFE};
pub use sign_in::{SecondStep, SignIn, SignInOutcome, Ticket};
pub use sign_up::{PreparedSignUp, SignUp};
pub use tenant_deletion::Requester;
pub use tenant_export::EXPORT_KEPT;
pub use tenant_settings::TenantChange;
