//! Passwords, hashed with Argon2id at OWASP's first recommendation for small memory: 19 MiB, two passes, one lane.
//! Source: OWASP Password Storage Cheat Sheet.
//!
//! Each call takes tens of milliseconds of processor time: run it on a blocking thread, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

const PARAMS: Params = match Params::new(19_456, 2, 1, Some(Params::DEFAULT_OUTPUT_LEN)) {
    Ok(params) => params,
    Err(_) => panic!("the parameters are within Argon2's bounds"),
};

/// What a password is worth against a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// `needs_rehash` when the hash was made with other parameters than today's: hash the password again and store it.
    Match { needs_rehash: bool },
    /// Also when the stored hash cannot be read.
    Mismatch,
}

/// The password could not be hashed: longer than Argon2 takes (4 GiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the password cannot be hashed")]
pub struct HashError;

/// A PHC string (`$argon2id$v=19$m=19456,t=2,p=1$…`) with a fresh salt.
pub fn hash(password: &SecretString) -> Result<String, HashError> {
    hash_with(&argon2(), password).map_err(|_| HashError)
}

/// Compares a password with a stored PHC string.
pub fn verify(password: &SecretString, phc: &str) -> Verdict {
    let Ok(stored) = PasswordHash::new(phc) else {
        return Verdict::Mismatch;
    };
    match argon2().verify_password(password.expose_secret().as_bytes(), &stored) {
        Ok(()) => Verdict::Match { needs_rehash: needs_rehash(&stored) },
        Err(_) => Verdict::Mismatch,
    }
}

/// Costs what [`verify`] costs. Call it when there is no account, or the time of the answer tells who has one.
pub fn verify_nothing(password: &SecretString) {
    const SALT: [u8; 16] = *b"no account here.";
    let hash: password_hash::Result<PasswordHash> =
        argon2().hash_password_with_salt(password.expose_secret().as_bytes(), &SALT);
    std::hint::black_box(hash.is_ok());
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}

fn hash_with(argon2: &Argon2<'_>, password: &SecretString) -> password_hash::Result<String> {
    let hash: PasswordHash = argon2.hash_password(password.expose_secret().as_bytes())?;
    Ok(hash.to_string())
}

fn needs_rehash(stored: &PasswordHash) -> bool {
    let same_algorithm = stored.algorithm.as_str() == Algorithm::Argon2id.as_str();
    let same_version = stored.version == Some(Version::V0x13.into());
    let same_params = Params::try_from(stored).is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (PARAMS.m_cost(), PARAMS.t_cost(), PARAMS.p_cost())
    });
    !(same_algorithm && same_version && same_params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> SecretString {
        text.into()
    }

    #[test]
    fn the_right_password_matches_and_a_wrong_one_does_not() {
        let phc = hash(&password("correct horse")).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(verify(&password("correct horse"), &phc), Verdict::Match { needs_rehash: false });
        assert_eq!(verify(&password("correct horse "), &phc), Verdict::Mismatch);
    }

    #[test]
    fn the_same_password_never_hashes_alike() {
        assert_ne!(hash(&password("x")).unwrap(), hash(&password("x")).unwrap());
    }

    #[test]
    fn a_hash_of_other_parameters_matches_and_asks_for_a_new_one() {
        for algorithm in [Algorithm::Argon2id, Algorithm::Argon2i] {
            let weaker = Argon2::new(algorithm, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
            let phc = hash_with(&weaker, &password("x")).unwrap();
            assert_eq!(verify(&password("x"), &phc), Verdict::Match { needs_rehash: true }, "{phc}");
            assert_eq!(verify(&password("y"), &phc), Verdict::Mismatch);
        }
    }

    #[test]
    fn an_unreadable_hash_matches_nothing() {
        for phc in ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuu"] {
            assert_eq!(verify(&password("plain"), phc), Verdict::Mismatch, "{phc:?}");
        }
    }

    #[test]
    fn an_unknown_account_costs_what_a_known_one_costs() {
        let phc = hash(&password("x")).unwrap();
        let fastest = |work: &dyn Fn()| {
            (0..5)
                .map(|_| {
                    let start = std::time::Instant::now();
                    work();
                    start.elapsed()
                })
                .min()
                .unwrap()
        };
        let known = fastest(&|| assert_eq!(verify(&password("y"), &phc), Verdict::Mismatch));
        let unknown = fastest(&|| verify_nothing(&password("y")));
        let ratio = unknown.as_secs_f64() / known.as_secs_f64();
        assert!((0.3..3.0).contains(&ratio), "{unknown:?} against {known:?}");
    }
}
