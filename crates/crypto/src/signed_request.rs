//! The `signed_request` of Meta's deauthorize and data-deletion callbacks: `base64url(signature).base64url(JSON)`.
//! Source: Meta, "Data Deletion Request Callback".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, de};
use thiserror::Error;

use crate::app_secrets::AppSecrets;
use crate::signature;

/// What Meta says in a signed request. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SignedRequest {
    /// The app-scoped id of the Facebook user who once logged in; not a WABA.
    #[serde(deserialize_with = "string_or_number")]
    pub user_id: String,
    pub issued_at: Option<i64>,
    /// `None` and `Some(0)` both mean that it does not expire.
    pub expires: Option<i64>,
    algorithm: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignedRequestError {
    #[error("the signed request is malformed")]
    Malformed,
    #[error("the signed request is not signed with HMAC-SHA256")]
    Algorithm,
    #[error("the signature of the signed request does not match")]
    Mismatch,
}

/// Verifies the signature, in constant time, against any of the secrets, before it reads the payload.
pub fn parse(secrets: &AppSecrets, text: &str) -> Result<SignedRequest, SignedRequestError> {
    let (encoded_signature, payload) = text.split_once('.').ok_or(SignedRequestError::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(encoded_signature).map_err(|_| SignedRequestError::Malformed)?;
    // The signature is of the encoded payload, not of the JSON inside.
    if !secrets.any(|secret| signature::matches(secret, payload.as_bytes(), &signature)) {
        return Err(SignedRequestError::Mismatch);
    }
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| SignedRequestError::Malformed)?;
    let request: SignedRequest = serde_json::from_slice(&json).map_err(|_| SignedRequestError::Malformed)?;
    if request.algorithm.eq_ignore_ascii_case("HMAC-SHA256") { Ok(request) } else { Err(SignedRequestError::Algorithm) }
}

fn string_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err(de::Error::custom("an id is a string or a number")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The vector of the crate facebook-signed-request (Apache-2.0 OR MIT).
    const VECTOR: &str = "Mf_s6nTb38UYqioBmPqu0Ewm9souPZB9I2fIGwV729U.eyJ1c2VyX2lkIjoiMCIsImFsZ29yaXRobSI6IkhNQUMtU0hBMjU2IiwiaXNzdWVkX2F0IjoxNjI0MjQ0MTU2fQ";

    fn secrets() -> AppSecrets {
        AppSecrets::parse("key").unwrap()
    }

    fn signed(json: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(json);
        let mac = hex::decode(&signature::sign(secrets().first(), payload.as_bytes())[7..]).unwrap();
        format!("{}.{payload}", URL_SAFE_NO_PAD.encode(mac))
    }

    #[test]
    fn the_published_vector_is_read() {
        let request = parse(&secrets(), VECTOR).unwrap();
        assert_eq!(request.user_id, "0");
        assert_eq!(request.issued_at, Some(1_624_244_156));
        assert_eq!(request.expires, None);
    }

    #[test]
    fn another_secret_does_not_verify() {
        let others = AppSecrets::parse("other,another").unwrap();
        assert_eq!(parse(&others, VECTOR), Err(SignedRequestError::Mismatch));
        assert!(parse(&AppSecrets::parse("other,key").unwrap(), VECTOR).is_ok());
    }

    #[test]
    fn another_algorithm_is_refused() {
        let request = signed(r#"{"user_id":"1","algorithm":"none","issued_at":1}"#);
        assert_eq!(parse(&secrets(), &request), Err(SignedRequestError::Algorithm));
    }

    #[test]
    fn a_numeric_user_id_is_read() {
        let request =
            signed(r#"{"user_id":218471,"algorithm":"HMAC-SHA256","issued_at":1291836800,"expires":1291840400}"#);
        let request = parse(&secrets(), &request).unwrap();
        assert_eq!((request.user_id.as_str(), request.expires), ("218471", Some(1_291_840_400)));
    }

    #[test]
    fn what_is_no_signed_request_is_malformed() {
        for text in ["", "a", "!.!", &VECTOR.replace("Mf_s6", "Mf/s6"), &signed("[]"), &signed("{}")] {
            assert_eq!(parse(&secrets(), text), Err(SignedRequestError::Malformed), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_verifies_nor_panics(text: String) {
            prop_assert!(parse(&secrets(), &text).is_err());
        }
    }
}
