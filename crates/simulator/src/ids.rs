//! Identifiers in the shapes Meta gives them.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use rand::distr::{Alphanumeric, SampleString as _};
use sha2::{Digest as _, Sha256};

/// Numeric ids: one counter, a leading part per kind so that a mix-up is seen at once.
#[derive(Debug, Default)]
pub(crate) struct Ids(AtomicU64);

impl Ids {
    fn next(&self, base: u64) -> String {
        (base + self.0.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    pub(crate) fn business(&self) -> String {
        self.next(2_329_417_000_000_000)
    }

    pub(crate) fn waba(&self) -> String {
        self.next(102_290_129_000_000)
    }

    pub(crate) fn number(&self) -> String {
        self.next(106_540_352_000_000)
    }

    pub(crate) fn media(&self) -> String {
        self.next(1_037_543_291_000_000)
    }

    pub(crate) fn template(&self) -> String {
        self.next(1_689_556_908_000_000)
    }

    pub(crate) fn user(&self) -> String {
        self.next(10_222_270_944_000_000)
    }
}

/// A message id. Real ones are base64 of a few length-prefixed fields: the other side's phone and
/// a random part; `phone` is empty for customers who hide theirs.
pub(crate) fn wamid(phone: &str) -> String {
    let mut random = [0_u8; 9];
    rand::rng().fill(&mut random);
    let mut bytes = vec![0x1c, 0x18, u8::try_from(phone.len()).unwrap_or(0)];
    bytes.extend_from_slice(phone.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x11, 0x18, 0x12]);
    bytes.extend_from_slice(hex::encode_upper(random).as_bytes());
    bytes.push(0);
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// A business token.
pub(crate) fn token() -> String {
    format!("EAA{}", Alphanumeric.sample_string(&mut rand::rng(), 80))
}

/// An authorisation code.
pub(crate) fn code() -> String {
    format!("AQ{}", Alphanumeric.sample_string(&mut rand::rng(), 60))
}

/// Ends every error of the Graph API; support staff would ask for it.
pub(crate) fn fbtrace() -> String {
    format!("A{}", Alphanumeric.sample_string(&mut rand::rng(), 22))
}

/// A name nobody can guess: of a dialog, of a media URL, of a request.
pub(crate) fn opaque() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 24)
}

/// Six digits, as a text message would bring them.
pub(crate) fn six_digits() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

/// The business-scoped user id of a phone: the same person has another one at another business.
pub(crate) fn user_id(business_id: &str, phone: &str) -> String {
    let digest = Sha256::digest(format!("{business_id}|{phone}"));
    let digits = digest.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(u64::from(*byte)));
    format!("US.1{digits:020}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wamid_of_an_eleven_digit_phone_starts_like_metas() {
        assert!(wamid("16505551234").starts_with("wamid.HBgLMTY1MDU1NTEyMzQV"));
    }

    #[test]
    fn a_customer_has_one_user_id_per_business() {
        assert_eq!(user_id("1", "905301112233"), user_id("1", "905301112233"));
        assert_ne!(user_id("1", "905301112233"), user_id("2", "905301112233"));
    }
}
