use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Shows that it is you.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordBody {
    #[schema(format = Password)]
    pub(super) password: String,
}

/// For when the app is lost.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryCodesBody {
    /// Each works once in place of a code. Shown this once
    #[schema(example = json!(["abcd-efgh-ijkl-mnop"]))]
    recovery_codes: Vec<String>,
}

impl From<Vec<SecretString>> for RecoveryCodesBody {
    fn from(codes: Vec<SecretString>) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.expose_secret().to_owned()).collect() }
    }
}
