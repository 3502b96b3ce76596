use std::fmt;

use secrecy::{SecretSlice, SecretString};
use uuid::Uuid;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::CryptoError;
use crate::{additional_data, aead, random};

const VERSION: u8 = 1;
const HEADER_LEN: usize = 1 + 16;
const PURPOSE: &[u8] = b"switchboard envelope";

/// The one column of one row an envelope belongs to. An envelope copied to any other place does not open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub tenant: Uuid,
    pub table: &'static str,
    pub column: &'static str,
    pub row: Uuid,
}

/// A tenant's 256-bit key. It leaves memory zeroized, and the process only wrapped (see [`crate::KeyRing`]).
pub struct DataKey {
    id: Uuid,
    bytes: aead::Key,
}

impl DataKey {
    /// A fresh random key.
    pub fn generate(id: Uuid) -> Self {
        Self::from_parts(id, Zeroizing::new(random::bytes()))
    }

    pub(crate) fn from_parts(id: Uuid, bytes: aead::Key) -> Self {
        Self { id, bytes }
    }

    pub(crate) fn bytes(&self) -> &aead::Key {
        &self.bytes
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The envelope: `version (1) ‖ data key id (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`.
    pub fn seal(&self, place: &Place, plaintext: &[u8]) -> Vec<u8> {
        let mut envelope = vec![VERSION];
        envelope.extend_from_slice(self.id.as_bytes());
        aead::encrypt_onto(&mut envelope, &self.bytes, &self.bind(place), plaintext);
        envelope
    }

    pub fn open_bytes(&self, place: &Place, envelope: &[u8]) -> Result<SecretSlice<u8>, CryptoError> {
        self.open(place, envelope).map(SecretSlice::from)
    }

    /// [`CryptoError::Malformed`] also when what was sealed is not UTF-8.
    pub fn open_text(&self, place: &Place, envelope: &[u8]) -> Result<SecretString, CryptoError> {
        match String::from_utf8(self.open(place, envelope)?) {
            Ok(text) => Ok(text.into()),
            Err(not_text) => {
                not_text.into_bytes().zeroize();
                Err(CryptoError::Malformed)
            }
        }
    }

    fn open(&self, place: &Place, envelope: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let key_id = envelope_key_id(envelope).ok_or(CryptoError::Malformed)?;
        if key_id != self.id {
            return Err(CryptoError::Refused);
        }
        aead::decrypt(&self.bytes, &self.bind(place), &envelope[HEADER_LEN..]).ok_or(CryptoError::Refused)
    }

    /// The header is bound too, so that no byte of an envelope can change unnoticed.
    fn bind(&self, place: &Place) -> Vec<u8> {
        additional_data::encode(&[
            PURPOSE,
            &[VERSION],
            self.id.as_bytes(),
            place.tenant.as_bytes(),
            place.table.as_bytes(),
            place.column.as_bytes(),
            place.row.as_bytes(),
        ])
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Which data key opens this envelope. `None` when it is too short or of an unknown version.
pub fn envelope_key_id(envelope: &[u8]) -> Option<Uuid> {
    let (&version, rest) = envelope.split_first()?;
    let id = rest.first_chunk::<16>()?;
    (version == VERSION).then(|| Uuid::from_bytes(*id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::*;

    const PLACE: Place =
        Place { tenant: Uuid::from_u128(1), table: "number", column: "token", row: Uuid::from_u128(2) };

    fn key() -> DataKey {
        DataKey::generate(Uuid::from_u128(3))
    }

    #[test]
    fn a_sealed_secret_opens_in_its_place() {
        let key = key();
        let envelope = key.seal(&PLACE, "jeton secret é".as_bytes());
        assert_eq!(key.open_text(&PLACE, &envelope).unwrap().expose_secret(), "jeton secret é");
        assert_eq!(key.open_bytes(&PLACE, &envelope).unwrap().expose_secret(), "jeton secret é".as_bytes());
        assert_eq!(envelope.len(), 1 + 16 + 12 + "jeton secret é".len() + 16);
    }

    #[test]
    fn an_envelope_names_its_key() {
        assert_eq!(envelope_key_id(&key().seal(&PLACE, b"x")), Some(Uuid::from_u128(3)));
        assert_eq!(envelope_key_id(&[1; 16]), None);
        assert_eq!(envelope_key_id(&[2; 60]), None);
        assert_eq!(envelope_key_id(&[]), None);
    }

    #[test]
    fn an_envelope_opens_nowhere_else() {
        let key = key();
        let envelope = key.seal(&PLACE, b"secret");
        let elsewhere = [
            Place { tenant: Uuid::from_u128(9), ..PLACE },
            Place { table: "bot", ..PLACE },
            Place { column: "pin", ..PLACE },
            Place { row: Uuid::from_u128(9), ..PLACE },
            Place { table: "numbe", column: "rtoken", ..PLACE },
        ];
        for place in elsewhere {
            assert_eq!(key.open_bytes(&place, &envelope).unwrap_err(), CryptoError::Refused, "{place:?}");
        }
    }

    #[test]
    fn another_key_does_not_open_it_even_under_the_same_id() {
        let envelope = key().seal(&PLACE, b"secret");
        assert_eq!(key().open_bytes(&PLACE, &envelope).unwrap_err(), CryptoError::Refused);
        let other_id = DataKey::generate(Uuid::from_u128(4));
        assert_eq!(other_id.open_bytes(&PLACE, &envelope).unwrap_err(), CryptoError::Refused);
    }

    #[test]
    fn the_same_text_never_seals_alike() {
        let key = key();
        assert_ne!(key.seal(&PLACE, b"secret"), key.seal(&PLACE, b"secret"));
    }

    #[test]
    fn bytes_that_are_not_text_do_not_open_as_text() {
        let key = key();
        let envelope = key.seal(&PLACE, &[0xff, 0xfe]);
        assert_eq!(key.open_text(&PLACE, &envelope).unwrap_err(), CryptoError::Malformed);
    }

    #[test]
    fn a_key_does_not_show_in_debug() {
        let key = DataKey::from_parts(Uuid::nil(), Zeroizing::new([0xAB; 32]));
        assert_eq!(format!("{key:?}"), "DataKey { id: 00000000-0000-0000-0000-000000000000, .. }");
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_refused(plaintext: Vec<u8>, position: prop::sample::Index, bit in 0..8u8) {
            let key = key();
            let mut envelope = key.seal(&PLACE, &plaintext);
            envelope[position.index(plaintext.len() + 45)] ^= 1 << bit;
            prop_assert!(key.open_bytes(&PLACE, &envelope).is_err());
        }

        #[test]
        fn any_cut_is_refused(plaintext: Vec<u8>, keep: prop::sample::Index) {
            let key = key();
            let envelope = key.seal(&PLACE, &plaintext);
            prop_assert!(key.open_bytes(&PLACE, &envelope[..keep.index(envelope.len())]).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            prop_assert!(key().open_text(&PLACE, &bytes).is_err());
        }
    }
}
