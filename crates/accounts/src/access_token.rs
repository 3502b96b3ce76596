use std::{fmt, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_store::{Millis, Role, TenantId};
use uuid::Uuid;

use crate::{Error, Result};

/// How long an access token is taken.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_mins(10);
const ISSUER: &str = "switchboard";

/// A short-lived bearer token, minted from a session.
#[derive(Debug, Clone)]
pub struct AccessToken {
    pub token: SecretString,
    pub expires_at: Millis,
}

/// What an access token says (RFC 7519). The role is for the reader's convenience: what counts is the database's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) person: Uuid,
    pub(crate) tenant: TenantId,
    pub(crate) session: Uuid,
    pub(crate) role: Role,
    /// The visit of a platform admin to the tenant; the session is one of the admin's own tenant.
    pub(crate) impersonation: Option<Uuid>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    sub: Uuid,
    tid: Uuid,
    sid: Uuid,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imp: Option<Uuid>,
    /// Seconds since the Unix epoch.
    iat: i64,
    exp: i64,
}

/// Signs and checks access tokens (HMAC-SHA-256).
pub(crate) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}

impl AccessTokens {
    pub(crate) fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "exp"]);
        // Checked below, against the program's clock instead of the library's.
        validation.validate_exp = false;
        Self { encoding: EncodingKey::from_secret(secret), decoding: DecodingKey::from_secret(secret), validation }
    }

    /// One that is taken for as long as the others.
    pub(crate) fn mint(&self, claims: Claims, now: Millis) -> Result<AccessToken> {
        self.mint_for(claims, ACCESS_TOKEN_LIFE, now)
    }

    pub(crate) fn mint_for(&self, claims: Claims, life: Duration, now: Millis) -> Result<AccessToken> {
        let issued_at = now.0.div_euclid(1000);
        let expires_at = issued_at + i64::try_from(life.as_secs()).unwrap_or(i64::MAX);
        let wire = Wire {
            iss: ISSUER.into(),
            sub: claims.person,
            tid: claims.tenant.0,
            sid: claims.session,
            role: claims.role,
            imp: claims.impersonation,
            iat: issued_at,
            exp: expires_at,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &wire, &self.encoding)
            .map_err(|_| Error::Internal("the access token cannot be signed"))?;
        Ok(AccessToken { token: token.into(), expires_at: Millis(expires_at * 1000) })
    }

    pub(crate) fn verify(&self, token: &str, now: Millis) -> Result<Claims> {
        let wire = jsonwebtoken::decode::<Wire>(token, &self.decoding, &self.validation)
            .map_err(|_| Error::Unauthenticated)?
            .claims;
        if wire.exp.saturating_mul(1000) <= now.0 {
            return Err(Error::Unauthenticated);
        }
        Ok(Claims {
            person: wire.sub,
            tenant: TenantId(wire.tid),
            session: wire.sid,
            role: wire.role,
            impersonation: wire.imp,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_700_000_000_000);
    const CLAIMS: Claims = Claims {
        person: Uuid::from_u128(1),
        tenant: TenantId(Uuid::from_u128(2)),
        session: Uuid::from_u128(3),
        role: Role::Operator,
        impersonation: None,
    };

    fn tokens() -> AccessTokens {
        AccessTokens::new(&"a secret of at least thirty-two characters".into())
    }

    fn sign(header: &Header, claims: &serde_json::Value) -> String {
        jsonwebtoken::encode(header, claims, &tokens().encoding).unwrap()
    }

    fn wire() -> serde_json::Value {
        let (person, tenant, session) = (CLAIMS.person, CLAIMS.tenant.0, CLAIMS.session);
        serde_json::json!({ "iss": ISSUER, "sub": person, "tid": tenant, "sid": session, "role": "operator",
            "iat": NOW.0 / 1000, "exp": NOW.0 / 1000 + 60 })
    }

    #[test]
    fn a_minted_token_says_what_was_put_in_for_ten_minutes() {
        let token = tokens().mint(CLAIMS, NOW).unwrap();
        let text = token.token.expose_secret();
        assert_eq!(tokens().verify(text, NOW).unwrap(), CLAIMS);
        assert_eq!(tokens().verify(text, NOW + Duration::from_secs(599)).unwrap(), CLAIMS);
        assert!(tokens().verify(text, NOW + Duration::from_mins(10)).is_err());
        assert_eq!(token.expires_at, NOW + ACCESS_TOKEN_LIFE);
    }

    #[test]
    fn a_token_of_another_secret_algorithm_or_issuer_is_refused() {
        let hs256 = Header::new(Algorithm::HS256);
        assert!(tokens().verify(&sign(&hs256, &wire()), NOW).is_ok());
        let other = AccessTokens::new(&"another secret of at least thirty-two".into());
        assert!(other.verify(&sign(&hs256, &wire()), NOW).is_err());
        assert!(tokens().verify(&sign(&Header::new(Algorithm::HS512), &wire()), NOW).is_err());
        for (field, value) in
            [("iss", "somebody".into()), ("exp", serde_json::Value::Null), ("iss", serde_json::Value::Null)]
        {
            let mut claims = wire();
            claims[field] = value;
            assert!(tokens().verify(&sign(&hs256, &claims), NOW).is_err(), "{claims}");
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        // {"alg":"none","typ":"JWT"} and the claims of a token that is signed.
        let signed = sign(&Header::new(Algorithm::HS256), &wire());
        let claims = signed.split('.').nth(1).unwrap();
        assert!(tokens().verify(&format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."), NOW).is_err());
    }
}
