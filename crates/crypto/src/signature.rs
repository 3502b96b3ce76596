//! Signatures with the Meta app's secret: of webhooks (`X-Hub-Signature-256`) and of Graph calls (`appsecret_proof`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use thiserror::Error;

use crate::app_secrets::AppSecrets;

const PREFIX: &str = "sha256=";

/// Why a webhook's signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("the signature header is missing")]
    Missing,
    #[error("the signature header is not sha256= and 64 lower-case hexadecimal digits")]
    Malformed,
    #[error("the signature does not match the body")]
    Mismatch,
}

/// Verifies `X-Hub-Signature-256` over the raw bytes of the body, in constant time, against any of the secrets.
///
/// The body must be the bytes of the wire: Meta signs the escaped form (`\u00e4`) it sends, which parsing and
/// serialising again would lose. Source: Graph API webhooks, "Validating Payloads".
pub fn verify_signature(secrets: &AppSecrets, header: Option<&str>, body: &[u8]) -> Result<(), SignatureError> {
    let signature = parse_header(header.ok_or(SignatureError::Missing)?).ok_or(SignatureError::Malformed)?;
    if secrets.any(|secret| matches(secret, body, &signature)) { Ok(()) } else { Err(SignatureError::Mismatch) }
}

/// The value of `X-Hub-Signature-256` for a body.
pub fn sign(secret: &SecretString, body: &[u8]) -> String {
    format!("{PREFIX}{}", hex_mac(secret, body))
}

/// `hex(HMAC-SHA256(app secret, access token))`, which proves that a call with the token comes from the app's server.
/// Source: Graph API, "Secure Graph API Calls".
pub fn appsecret_proof(secret: &SecretString, token: &SecretString) -> String {
    hex_mac(secret, token.expose_secret().as_bytes())
}

/// Whether `signature` is the HMAC-SHA256 of `message`, in constant time.
pub(crate) fn matches(secret: &SecretString, message: &[u8], signature: &[u8]) -> bool {
    mac(secret, message).verify_slice(signature).is_ok()
}

fn parse_header(header: &str) -> Option<[u8; 32]> {
    let digits = header.strip_prefix(PREFIX)?;
    if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return None;
    }
    let mut signature = [0; 32];
    hex::decode_to_slice(digits, &mut signature).ok()?;
    Some(signature)
}

fn hex_mac(secret: &SecretString, message: &[u8]) -> String {
    hex::encode(mac(secret, message).finalize().into_bytes())
}

fn mac(secret: &SecretString, message: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The published vector of the same scheme: GitHub, "Validating webhook deliveries".
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn verify(secrets: &str, header: &str) -> Result<(), SignatureError> {
        verify_signature(&AppSecrets::parse(secrets).unwrap(), Some(header), BODY)
    }

    #[test]
    fn the_published_vector_verifies() {
        assert_eq!(sign(&SECRET.into(), BODY), SIGNATURE);
        assert_eq!(verify(SECRET, SIGNATURE), Ok(()));
    }

    #[test]
    fn any_secret_of_a_rotation_verifies() {
        assert_eq!(verify(&format!("new,{SECRET}"), SIGNATURE), Ok(()));
        assert_eq!(verify(&format!("{SECRET},old"), SIGNATURE), Ok(()));
        assert_eq!(verify("new,old", SIGNATURE), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_missing_header_is_missing() {
        let secrets = AppSecrets::parse(SECRET).unwrap();
        assert_eq!(verify_signature(&secrets, None, BODY), Err(SignatureError::Missing));
    }

    #[test]
    fn only_the_exact_form_is_taken() {
        let digits = &SIGNATURE[7..];
        let malformed = [
            String::new(),
            "sha256=".into(),
            digits.to_owned(),
            format!("sha256={}", digits.to_uppercase()),
            format!("SHA256={digits}"),
            format!("sha1={digits}"),
            format!("sha256={}", &digits[..63]),
            format!("sha256={}", &digits[..62]),
            format!("sha256={digits}0"),
            format!("sha256={digits}00"),
            format!("sha256= {digits}"),
            format!("{SIGNATURE} "),
            format!(" {SIGNATURE}"),
            format!("sha256=g{}", &digits[1..]),
        ];
        for header in malformed {
            assert_eq!(verify(SECRET, &header), Err(SignatureError::Malformed), "{header:?}");
        }
    }

    #[test]
    fn the_proof_is_the_hex_mac_of_the_token() {
        assert_eq!(appsecret_proof(&SECRET.into(), &"Hello, World!".into()), SIGNATURE[7..]);
    }

    proptest! {
        #[test]
        fn another_body_does_not_verify(body: Vec<u8>, position: prop::sample::Index, bit in 0..8u8) {
            let secrets = AppSecrets::parse(SECRET).unwrap();
            let header = sign(secrets.first(), &body);
            prop_assert_eq!(verify_signature(&secrets, Some(&header), &body), Ok(()));
            let mut altered = body.clone();
            altered.push(0);
            altered[position.index(body.len() + 1)] ^= 1 << bit;
            prop_assert_eq!(verify_signature(&secrets, Some(&header), &altered), Err(SignatureError::Mismatch));
        }

        #[test]
        fn arbitrary_headers_never_verify_nor_panic(header: String) {
            prop_assert!(verify(SECRET, &header).is_err());
        }
    }
}
