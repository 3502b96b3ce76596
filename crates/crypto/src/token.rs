//! Random tokens, and what is stored of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{additional_data, random};

/// What an API key starts with, so that people and secret scanners recognise one.
pub const API_KEY_PREFIX: &str = "sb_";

/// 32 random bytes as base64url without padding: 43 characters.
pub fn random_token() -> SecretString {
    encode("").into()
}

/// [`API_KEY_PREFIX`] and a random token: 46 characters.
pub fn api_key() -> SecretString {
    encode(API_KEY_PREFIX).into()
}

/// Six random decimal digits, each of the million equally likely: a number's two-step verification PIN.
pub fn random_pin() -> SecretString {
    format!("{:06}", random::system_rng().random_range(0..1_000_000_u32)).into()
}

/// 20 random bytes: an authenticator app's secret, as long as RFC 4226 (§4) recommends.
pub fn totp_secret() -> SecretSlice<u8> {
    random::bytes::<20>().to_vec().into()
}

/// 80 random bits in four groups of letters and digits that are not mistaken for each other, with dashes between.
pub fn recovery_code() -> SecretString {
    // RFC 4648's base32, in lower case.
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut rng = random::system_rng();
    let mut code = String::with_capacity(19);
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    }
    code.into()
}

/// SHA-256 of a token: what is stored, and looked up. A token of 256 random bits needs no salt and no slow hash.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 32 bytes that only who knows all of `secrets` can find, as base64url without padding. `what` keeps several of them apart.
pub fn derive(what: &str, secrets: &[&SecretString]) -> SecretString {
    let fields: Vec<&[u8]> =
        std::iter::once(what.as_bytes()).chain(secrets.iter().map(|it| it.expose_secret().as_bytes())).collect();
    let digest = Zeroizing::new(Sha256::digest(Zeroizing::new(additional_data::encode(&fields)).as_slice()).to_vec());
    URL_SAFE_NO_PAD.encode(&digest).into()
}

/// Compares without telling by its time where the two differ. The lengths are not hidden.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn encode(prefix: &str) -> String {
    let bytes = Zeroizing::new(random::bytes::<32>());
    // Sized at once: growing would leave pieces of the token in freed memory.
    let mut token = String::with_capacity(prefix.len() + 43);
    token.push_str(prefix);
    URL_SAFE_NO_PAD.encode_string(*bytes, &mut token);
    token
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn tokens_are_256_random_bits_in_url_safe_letters() {
        let tokens: HashSet<String> = (0..100).map(|_| random_token().expose_secret().to_owned()).collect();
        assert_eq!(tokens.len(), 100);
        for token in tokens {
            assert_eq!(URL_SAFE_NO_PAD.decode(&token).unwrap().len(), 32, "{token}");
        }
    }

    #[test]
    fn an_api_key_carries_its_prefix() {
        let key = api_key();
        let random = key.expose_secret().strip_prefix("sb_").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
    }

    #[test]
    fn pins_are_six_digits_that_differ_and_may_start_with_zero() {
        let pins: HashSet<String> = (0..1000).map(|_| random_pin().expose_secret().to_owned()).collect();
        assert!(pins.len() > 900, "{}", pins.len());
        assert!(pins.iter().all(|pin| pin.len() == 6 && pin.bytes().all(|digit| digit.is_ascii_digit())));
        assert!(pins.iter().any(|pin| pin.starts_with('0')));
    }

    #[test]
    fn recovery_codes_are_sixteen_letters_in_four_groups_that_differ() {
        let codes: HashSet<String> = (0..100).map(|_| recovery_code().expose_secret().to_owned()).collect();
        assert_eq!(codes.len(), 100);
        for code in codes {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.len(), 4, "{code}");
            let is_letter = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
            assert!(groups.iter().all(|group| group.len() == 4 && group.chars().all(is_letter)), "{code}");
        }
    }

    #[test]
    fn secrets_of_apps_are_160_random_bits() {
        assert_eq!(totp_secret().expose_secret().len(), 20);
        assert_ne!(totp_secret().expose_secret(), totp_secret().expose_secret());
    }

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hex::encode(digest("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn equality_in_constant_time_is_equality() {
        assert!(constant_time_eq(b"same", b"same"));
        assert!(!constant_time_eq(b"same", b"sane"));
        assert!(!constant_time_eq(b"same", b"sam"));
    }
}
