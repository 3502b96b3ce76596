use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::envelope::DataKey;
use crate::error::CryptoError;
use crate::{additional_data, aead};

const PURPOSE: &[u8] = b"switchboard data key";
const MAX_ID_LEN: usize = 32;

/// The master keys: the first wraps, all of them unwrap.
///
/// To rotate, put a new key in front, rewrap every [`WrappedKey`] that [`KeyRing::needs_rewrap`], then drop the old key.
pub struct KeyRing {
    /// Never empty, ids unique.
    keys: Vec<MasterKey>,
}

struct MasterKey {
    id: String,
    bytes: aead::Key,
}

/// A data key as it is stored: encrypted with the master key it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    pub master_key_id: String,
    /// `nonce (12) ‖ ciphertext (32) ‖ tag (16)`.
    pub bytes: Vec<u8>,
}

/// Why a key ring was refused. Never contains key material; entries count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyRingError {
    #[error("no master key is given")]
    Empty,
    #[error("master key number {0} is not of the form id:base64, with an id of up to 32 letters, digits, '_' and '-'")]
    Malformed(usize),
    #[error("master key {0:?} is not the base64 of 32 bytes")]
    NotAKey(String),
    #[error("master key {0:?} is one byte repeated; make one with `openssl rand -base64 32`")]
    Weak(String),
    #[error("there are two master keys with the id {0:?}")]
    Duplicate(String),
}

impl KeyRing {
    /// Reads `id:base64 of 32 bytes`, comma-separated; the standard and the URL-safe alphabet are both taken, with padding.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        if text.trim().is_empty() {
            return Err(KeyRingError::Empty);
        }
        let mut keys: Vec<MasterKey> = Vec::new();
        for (index, entry) in text.split(',').enumerate() {
            let key = MasterKey::parse(entry.trim(), index + 1)?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyRingError::Duplicate(key.id));
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// The id of the master key that wraps.
    pub fn current_id(&self) -> &str {
        &self.current().id
    }

    pub fn wrap(&self, tenant: Uuid, key: &DataKey) -> WrappedKey {
        let master = self.current();
        let mut bytes = Vec::new();
        aead::encrypt_onto(&mut bytes, &master.bytes, &master.bind(tenant, key.id()), &**key.bytes());
        WrappedKey { master_key_id: master.id.clone(), bytes }
    }

    pub fn unwrap(&self, tenant: Uuid, key_id: Uuid, wrapped: &WrappedKey) -> Result<DataKey, CryptoError> {
        let master = self
            .keys
            .iter()
            .find(|key| key.id == wrapped.master_key_id)
            .ok_or_else(|| CryptoError::UnknownMasterKey(wrapped.master_key_id.clone()))?;
        let bytes = aead::decrypt(&master.bytes, &master.bind(tenant, key_id), &wrapped.bytes)
            .map(Zeroizing::new)
            .ok_or(CryptoError::Refused)?;
        let bytes: [u8; aead::KEY_LEN] = bytes.as_slice().try_into().map_err(|_| CryptoError::Malformed)?;
        Ok(DataKey::from_parts(key_id, Zeroizing::new(bytes)))
    }

    /// Whether the key is still wrapped by a master key other than the first.
    pub fn needs_rewrap(&self, wrapped: &WrappedKey) -> bool {
        wrapped.master_key_id != self.current_id()
    }

    fn current(&self) -> &MasterKey {
        self.keys.first().expect("parse refuses an empty ring")
    }
}

impl MasterKey {
    fn parse(entry: &str, number: usize) -> Result<Self, KeyRingError> {
        let (id, encoded) =
            entry.split_once(':').filter(|(id, _)| is_valid_id(id)).ok_or(KeyRingError::Malformed(number))?;
        let decoded = STANDARD
            .decode(encoded)
            .or_else(|_| URL_SAFE.decode(encoded))
            .map(Zeroizing::new)
            .map_err(|_| KeyRingError::NotAKey(id.to_owned()))?;
        let bytes: [u8; aead::KEY_LEN] =
            decoded.as_slice().try_into().map_err(|_| KeyRingError::NotAKey(id.to_owned()))?;
        let bytes = Zeroizing::new(bytes);
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(KeyRingError::Weak(id.to_owned()));
        }
        Ok(Self { id: id.to_owned(), bytes })
    }

    /// A wrapped key opens for its tenant and its id only: swapping two rows must not swap two tenants' secrets.
    fn bind(&self, tenant: Uuid, key_id: Uuid) -> Vec<u8> {
        additional_data::encode(&[PURPOSE, tenant.as_bytes(), key_id.as_bytes(), self.id.as_bytes()])
    }
}

fn is_valid_id(id: &str) -> bool {
    (1..=MAX_ID_LEN).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.keys.iter().map(|key| key.id.as_str()).collect();
        f.debug_struct("KeyRing").field("ids", &ids).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Place;

    const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "/+7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u7d7u4=";
    const TENANT: Uuid = Uuid::from_u128(1);
    const KEY_ID: Uuid = Uuid::from_u128(2);

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(text).unwrap()
    }

    fn refusal(text: &str) -> KeyRingError {
        KeyRing::parse(text).unwrap_err()
    }

    #[test]
    fn the_first_key_wraps_and_all_keys_unwrap() {
        let before = ring(&format!("old:{OLD}"));
        let after = ring(&format!("new:{NEW}, old:{OLD}"));
        let key = DataKey::generate(KEY_ID);
        let wrapped = before.wrap(TENANT, &key);
        assert_eq!((before.current_id(), after.current_id()), ("old", "new"));
        assert!(!before.needs_rewrap(&wrapped));
        assert!(after.needs_rewrap(&wrapped));

        let rewrapped = after.wrap(TENANT, &after.unwrap(TENANT, KEY_ID, &wrapped).unwrap());
        assert!(!after.needs_rewrap(&rewrapped));
        let place = Place { tenant: TENANT, table: "number", column: "token", row: KEY_ID };
        let envelope = key.seal(&place, b"secret");
        let opened = ring(&format!("new:{NEW}")).unwrap(TENANT, KEY_ID, &rewrapped).unwrap();
        assert!(opened.open_bytes(&place, &envelope).is_ok());
    }

    #[test]
    fn a_wrapped_key_opens_for_its_tenant_and_id_only() {
        let ring = ring(&format!("a:{OLD},b:{OLD}"));
        let wrapped = ring.wrap(TENANT, &DataKey::generate(KEY_ID));
        let refused = |tenant, key_id, wrapped: &WrappedKey| ring.unwrap(tenant, key_id, wrapped).unwrap_err();
        assert_eq!(refused(Uuid::from_u128(9), KEY_ID, &wrapped), CryptoError::Refused);
        assert_eq!(refused(TENANT, Uuid::from_u128(9), &wrapped), CryptoError::Refused);
        let renamed = WrappedKey { master_key_id: "b".into(), ..wrapped };
        assert_eq!(refused(TENANT, KEY_ID, &renamed), CryptoError::Refused);
    }

    #[test]
    fn a_dropped_master_key_is_named() {
        let wrapped = ring(&format!("old:{OLD}")).wrap(TENANT, &DataKey::generate(KEY_ID));
        let error = ring(&format!("new:{NEW}")).unwrap(TENANT, KEY_ID, &wrapped).unwrap_err();
        assert_eq!(error, CryptoError::UnknownMasterKey("old".into()));
    }

    #[test]
    fn the_url_safe_alphabet_is_taken_too() {
        let url_safe = NEW.replace('/', "_").replace('+', "-");
        let key = DataKey::generate(KEY_ID);
        let wrapped = ring(&format!("k:{NEW}")).wrap(TENANT, &key);
        assert!(ring(&format!("k:{url_safe}")).unwrap(TENANT, KEY_ID, &wrapped).is_ok());
    }

    #[test]
    fn a_bad_ring_is_refused_with_its_reason() {
        assert_eq!(refusal(" "), KeyRingError::Empty);
        assert_eq!(refusal(OLD), KeyRingError::Malformed(1));
        assert_eq!(refusal(&format!(":{OLD}")), KeyRingError::Malformed(1));
        assert_eq!(refusal(&format!("a b:{OLD}")), KeyRingError::Malformed(1));
        assert_eq!(refusal(&format!("{}:{OLD}", "a".repeat(33))), KeyRingError::Malformed(1));
        assert_eq!(refusal(&format!("a:{OLD},")), KeyRingError::Malformed(2));
        assert_eq!(refusal("a:AAEC"), KeyRingError::NotAKey("a".into()));
        assert_eq!(refusal("a:!!!"), KeyRingError::NotAKey("a".into()));
        assert_eq!(refusal(&format!("a:{}=", "A".repeat(43))), KeyRingError::Weak("a".into()));
        assert_eq!(refusal(&format!("a:{OLD},a:{NEW}")), KeyRingError::Duplicate("a".into()));
    }

    #[test]
    fn a_ring_shows_its_ids_alone() {
        assert_eq!(format!("{:?}", ring(&format!("a:{OLD}"))), r#"KeyRing { ids: ["a"], .. }"#);
    }

    proptest! {
        #[test]
        fn any_flipped_bit_of_a_wrapped_key_is_refused(position in 0..60usize, bit in 0..8u8) {
            let ring = ring(&format!("a:{OLD}"));
            let mut wrapped = ring.wrap(TENANT, &DataKey::generate(KEY_ID));
            wrapped.bytes[position] ^= 1 << bit;
            prop_assert_eq!(ring.unwrap(TENANT, KEY_ID, &wrapped).unwrap_err(), CryptoError::Refused);
        }

        #[test]
        fn a_refusal_never_repeats_the_key(tail in "[A-Za-z0-9+/]{8,60}") {
            let message = refusal(&format!("a:!{tail}")).to_string();
            prop_assert!(!message.contains(&tail));
        }
    }
}
