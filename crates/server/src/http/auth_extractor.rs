//! Who asks.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use secrecy::{ExposeSecret, SecretString};
use switchboard_accounts::{Credential, Error as AccountsError, Permission, PlatformAdmin, Principal};

use super::{AppState, client_address::client_address, guard, origin, problem::Problem, session_cookie};

/// An argument of every handler that is not for everybody: the request comes from this principal.
///
/// Takes, in this order, `X-API-Key`, `Authorization: Bearer` and the session's cookie; the first that is there must be
/// good. The cookie counts only where another site's page cannot have sent it: see [`origin::cookie_counts`].
#[derive(Debug, Clone, Copy)]
pub struct Authenticated(pub Principal);

impl Authenticated {
    /// The principal, if its role holds `permission`; 403 otherwise.
    pub fn require(&self, permission: Permission) -> Result<&Principal, Problem> {
        self.0.require(permission)?;
        Ok(&self.0)
    }
}

impl FromRequest for Authenticated {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let principal = authenticate(&request).await?;
            guard::admit(&request, &principal).await?;
            Ok(Self(principal))
        })
    }
}

/// An argument of every handler that is for whoever runs the installation: a person who is signed in, and whom the
/// settings name.
#[derive(Debug, Clone)]
pub struct ForPlatform(pub PlatformAdmin);

impl FromRequest for ForPlatform {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let principal = authenticate(&request).await?;
            let state = request.app_data::<Data<AppState>>().expect("every application has its state");
            Ok(Self(state.accounts.platform_admin(&principal).await?))
        })
    }
}

/// A credential as a request carries it.
pub(crate) enum Carried {
    ApiKey(SecretString),
    AccessToken(SecretString),
    SessionToken(SecretString),
}

impl Carried {
    pub(crate) fn by(request: &HttpRequest, state: &AppState) -> Option<Self> {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        if let Some(key) = text("x-api-key") {
            return Some(Self::ApiKey(key.trim().into()));
        }
        if let Some(value) = text(header::AUTHORIZATION.as_str()) {
            let (scheme, token) = value.trim().split_once(' ')?;
            return scheme.eq_ignore_ascii_case("bearer").then(|| Self::AccessToken(token.trim().into()));
        }
        let cookie = session_cookie::read(request, &state.config)?;
        origin::cookie_counts(request, &state.config.public_url).then_some(Self::SessionToken(cookie))
    }

    pub(crate) fn credential(&self) -> Credential<'_> {
        match self {
            Self::ApiKey(secret) => Credential::ApiKey(secret.expose_secret()),
            Self::AccessToken(secret) => Credential::AccessToken(secret.expose_secret()),
            Self::SessionToken(secret) => Credential::SessionToken(secret.expose_secret()),
        }
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Principal, Problem> {
    let state = request.app_data::<Data<AppState>>().expect("every application has its state");
    let carried = Carried::by(request, state).ok_or_else(Problem::unauthorized)?;
    match state.accounts.authenticate(carried.credential()).await {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            if let Some(limits) = &state.rate_limits {
                limits.count_principal(request, &principal)?;
            }
            Ok(principal)
        }
        Err(error) => {
            if let (AccountsError::Unauthenticated, Some(limits)) = (&error, &state.rate_limits) {
                limits.count_stranger(request, client_address(request, state.config.trusted_proxies))?;
            }
            Err(error.into())
        }
    }
}
