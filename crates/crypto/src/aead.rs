//! AES-256-GCM with a random 96-bit nonce in front: `nonce (12) ‖ ciphertext ‖ tag (16)`.
//!
//! Random nonces are safe up to 2^32 messages under one key (NIST SP 800-38D, §8.3); a tenant's data key seals a handful
//! of secrets, a master key wraps one key per tenant.

use aes_gcm::aead::KeyInit as _;
use aes_gcm::{AeadInOut as _, Aes256Gcm, Nonce, Tag};
use zeroize::{Zeroize as _, Zeroizing};

use crate::random;

pub(crate) const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

pub(crate) type Key = Zeroizing<[u8; KEY_LEN]>;

/// Appends the encryption of `plaintext` to `out`.
pub(crate) fn encrypt_onto(out: &mut Vec<u8>, key: &Key, additional_data: &[u8], plaintext: &[u8]) {
    let nonce = Nonce::from(random::bytes::<NONCE_LEN>());
    out.reserve_exact(NONCE_LEN + plaintext.len() + TAG_LEN);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce, additional_data, out[start..].as_mut().into())
        .expect("only texts of more than 64 GiB are refused");
    out.extend_from_slice(&tag);
}

/// The plaintext in a vector without spare capacity, so that turning it into a boxed secret copies nothing.
/// `None` when it is too short or not authentic.
pub(crate) fn decrypt(key: &Key, additional_data: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG_LEN>()?;
    let mut buffer = ciphertext.to_vec();
    let opened = cipher(key).decrypt_inout_detached(
        &Nonce::from(*nonce),
        additional_data,
        buffer.as_mut_slice().into(),
        &Tag::from(*tag),
    );
    if opened.is_err() {
        buffer.zeroize();
        return None;
    }
    Some(buffer)
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new((&**key).into())
}
