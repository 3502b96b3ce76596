//! Signing ID tokens (ES256: RFC 7518, §3.4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey as Key};
use rand::RngExt as _;
use serde_json::{Value, json};

/// The provider's key, made anew at each start.
pub(crate) struct SigningKey {
    key: Key,
    /// Of nobody: signs what must not be believed.
    other: Key,
    id: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Self {
        Self { key: random_key(), other: random_key(), id: crate::ids::opaque() }
    }

    /// As the key set has it.
    pub(super) fn public(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&_>| bytes.map(|bytes: &p256::FieldBytes| URL_SAFE_NO_PAD.encode(bytes));
        json!({
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.id,
            "x": coordinate(point.x()),
            "y": coordinate(point.y()),
        })
    }

    /// A signed JWT; by a key that is not the provider's where `is_forged`.
    pub(super) fn sign(&self, claims: &Value, is_forged: bool) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.id});
        let text = format!("{}.{}", part(&header), part(claims));
        let key = if is_forged { &self.other } else { &self.key };
        let signature: Signature = key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// Nearly every number of 32 bytes is a key.
fn random_key() -> Key {
    loop {
        let bytes: [u8; 32] = rand::rng().random();
        if let Ok(key) = Key::from_slice(&bytes) {
            return key;
        }
    }
}
