//! The provider: what it says of itself, and who it says somebody is.

use std::{
    pin::Pin,
    sync::{Arc, PoisonError},
    time::Duration,
};

use chrono::DateTime;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    SubjectIdentifier, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreIdToken,
        CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use secrecy::{ExposeSecret, SecretString};
use switchboard_store::Millis;
use url::Url;

use super::{Oidc, trip::Trip};

/// How long it is believed what the provider said of itself, unless something does not fit.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// In bytes. No provider says more at once.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// What a provider says that is in trouble itself (RFC 6749, §4.1.2.1).
const IN_TROUBLE: [&str; 2] = ["server_error", "temporarily_unavailable"];
/// RFC 7518, §3.1, and RFC 8037.
const SIGNED_BY_THE_PROVIDER: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
];

/// The provider cannot be reached, or does not make sense. For the log.
#[derive(Debug, thiserror::Error)]
#[error("the identity provider: {0}")]
pub struct Unavailable(String);

/// Why nobody was identified.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotIdentified {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// For the log; it holds no secret.
    #[error("what the identity provider says does not hold: {0}")]
    Refused(String),
}

/// Who the provider says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identified {
    pub(super) subject: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
}

type Answering = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

/// What the provider said of itself, and when.
#[derive(Debug, Clone)]
pub(super) struct Known {
    metadata: Arc<CoreProviderMetadata>,
    at: Millis,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Oidc {
    /// Where a browser goes to sign in.
    pub(super) async fn authorize_url(
        &self,
        trip: &Trip<'_>,
        state: &SecretString,
        now: Millis,
    ) -> Result<Url, Unavailable> {
        let client = self.client(&*self.metadata(now).await?);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(trip));
        let (state, nonce) = (state.expose_secret().to_owned(), trip.nonce().expose_secret().to_owned());
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        Ok(request.url().0)
    }

    /// Trades the code, and checks everything about the token that comes of it.
    pub(super) async fn identify(
        &self,
        trip: &Trip<'_>,
        code: &SecretString,
        now: Millis,
    ) -> Result<Identified, NotIdentified> {
        let metadata = self.metadata(now).await?;
        let mut client = self.client(&metadata);
        let http = self.http();
        let code = AuthorizationCode::new(code.expose_secret().to_owned());
        let request = client.exchange_code(code).map_err(|error| Unavailable(error.to_string()))?;
        let exchanged = request.set_pkce_verifier(verifier(trip)).request_async(&http).await;
        let tokens = exchanged.map_err(judge)?;
        let id_token = tokens.id_token().ok_or_else(|| NotIdentified::Refused("there is no ID token".into()))?;
        let claims = match check(&client, id_token, trip, now) {
            // It may have exchanged its keys since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                client = self.client(&*self.metadata_anew(now).await?);
                check(&client, id_token, trip, now).cloned()
            }
            checked => checked.cloned(),
        };
        let claims = claims.map_err(|error| NotIdentified::Refused(error.to_string()))?;
        check_access_token(&client, id_token, &tokens, &claims)?;
        let told = Identified {
            subject: claims.subject().as_str().to_owned(),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.as_str().to_owned()),
            email: claims.email().map(|email| email.as_str().to_owned()),
            email_verified: claims.email_verified().unwrap_or(false),
        };
        if told.email.is_some() { Ok(told) } else { self.described(&client, &tokens, told).await }
    }

    /// Some providers tell no address in their tokens: they are asked for it.
    async fn described(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        told: Identified,
    ) -> Result<Identified, NotIdentified> {
        let subject = Some(SubjectIdentifier::new(told.subject.clone()));
        let Ok(request) = client.user_info(tokens.access_token().clone(), subject) else { return Ok(told) };
        let asked: Result<CoreUserInfoClaims, _> = request.request_async(&self.http()).await;
        let claims = asked.map_err(|error| NotIdentified::Refused(error.to_string()))?;
        Ok(Identified {
            name: told.name.or_else(|| claims.name()?.get(None).map(|name| name.as_str().to_owned())),
            email: claims.email().map(|email| email.as_str().to_owned()),
            email_verified: claims.email_verified().unwrap_or(false),
            ..told
        })
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let config = &self.config;
        let secret = ClientSecret::new(config.client_secret.expose_secret().to_owned());
        let client =
            CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(config.client_id.clone()), Some(secret));
        // Basic, unless the provider takes the other way alone.
        let takes = metadata.token_endpoint_auth_methods_supported();
        let is_post_only = takes.is_some_and(|methods| !methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = client.set_auth_type(if is_post_only { AuthType::RequestBody } else { AuthType::BasicAuth });
        client.set_redirect_uri(RedirectUrl::from_url(config.redirect_uri.clone()))
    }

    /// What the provider said of itself, if that is not long ago; else it is asked.
    pub(super) async fn metadata(&self, now: Millis) -> Result<Arc<CoreProviderMetadata>, Unavailable> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known.filter(|known| now.saturating_since(known.at) < KNOWN_FOR) {
            Some(known) => Ok(known.metadata),
            None => self.metadata_anew(now).await,
        }
    }

    async fn metadata_anew(&self, now: Millis) -> Result<Arc<CoreProviderMetadata>, Unavailable> {
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|error| Unavailable(error.to_string()))?;
        let asked = CoreProviderMetadata::discover_async(issuer, &self.http()).await;
        let metadata = Arc::new(asked.map_err(|error| Unavailable(with_causes(&error)))?);
        let known = Known { metadata: Arc::clone(&metadata), at: now };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }

    /// Our own client, as the library wants it.
    fn http(&self) -> impl Fn(HttpRequest) -> Answering + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { send(&http, request).await })
        }
    }
}

fn verifier(trip: &Trip<'_>) -> PkceCodeVerifier {
    PkceCodeVerifier::new(trip.verifier().expose_secret().to_owned())
}

/// Issuer, audience, signature, time and nonce.
fn check<'a>(
    client: &Client,
    id_token: &'a CoreIdToken,
    trip: &Trip<'_>,
    now: Millis,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    let nonce = Nonce::new(trip.nonce().expose_secret().to_owned());
    let verifier = client
        .id_token_verifier()
        // Whatever the provider says it may use: nothing that is signed with a shared secret, or with none.
        .set_allowed_algs(SIGNED_BY_THE_PROVIDER)
        .set_time_fn(move || DateTime::from_timestamp_millis(now.0).unwrap_or(DateTime::UNIX_EPOCH));
    id_token.claims(&verifier, &nonce)
}

/// Where the token says which access token it is for, that must be the one that came with it.
fn check_access_token(
    client: &Client,
    id_token: &CoreIdToken,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> Result<(), NotIdentified> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let refused = |error: String| NotIdentified::Refused(error);
    let verifier = client.id_token_verifier();
    let algorithm = id_token.signing_alg().map_err(|error| refused(error.to_string()))?;
    let key = id_token.signing_key(&verifier).map_err(|error| refused(error.to_string()))?;
    let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
    if actual.map_err(|error| refused(error.to_string()))? == *expected {
        Ok(())
    } else {
        Err(refused("the access token is another than the ID token's".into()))
    }
}

/// A refusal is the provider's word; everything else is trouble on the way, or there.
fn judge(error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>) -> NotIdentified {
    match error {
        RequestTokenError::ServerResponse(said) if !IN_TROUBLE.contains(&said.error().as_ref()) => {
            NotIdentified::Refused("it does not take the code".into())
        }
        error => NotIdentified::Unavailable(Unavailable(with_causes(&error))),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Why the provider did not answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Without its address, whose query may hold secrets.
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer is malformed")]
    Malformed,
}

async fn send(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let failed = |error: reqwest::Error| HttpError::Request(error.without_url());
    let request = reqwest::Request::try_from(request).map_err(failed)?;
    let mut answer = http.execute(request).await.map_err(failed)?;
    let mut response = http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(HttpError::TooLong);
        }
    }
    response.body(body).map_err(|_| HttpError::Malformed)
}
