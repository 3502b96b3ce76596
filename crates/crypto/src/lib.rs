//! Key ring, envelopes, signatures, tokens, password hashes. No I/O.
//!
//! How a secret rests: a **master key** of the [`KeyRing`] wraps one [`DataKey`] per tenant, and the data key seals each
//! secret into an envelope bound to its [`Place`]. Rotating a master key rewraps the data keys and touches no envelope;
//! destroying a tenant's wrapped key makes all of its envelopes unreadable.
//!
//! Randomness is the operating system's. Should it ever fail, these functions panic: going on without it would hand out
//! guessable secrets.

mod additional_data;
mod aead;
mod app_secrets;
mod envelope;
mod error;
mod key_ring;
pub mod password;
mod random;
pub mod signature;
pub mod signed_request;
pub mod token;

pub use app_secrets::{AppSecrets, AppSecretsError};
pub use envelope::{DataKey, Place, envelope_key_id};
pub use error::CryptoError;
pub use key_ring::{KeyRing, KeyRingError, WrappedKey};
pub use signature::{SignatureError, appsecret_proof, sign, verify_signature};
pub use signed_request::{SignedRequest, SignedRequestError};
