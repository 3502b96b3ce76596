use secrecy::SecretString;
use thiserror::Error;

/// The Meta app's secret: one, or several while it is being rotated. The first signs, all of them verify.
#[derive(Debug, Clone)]
pub struct AppSecrets {
    /// Never empty.
    secrets: Vec<SecretString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the app secret is empty")]
pub struct AppSecretsError;

impl AppSecrets {
    /// Reads comma-separated secrets; space around each is dropped, an empty one is refused.
    pub fn parse(text: &str) -> Result<Self, AppSecretsError> {
        let secrets = text
            .split(',')
            .map(str::trim)
            .map(|secret| if secret.is_empty() { Err(AppSecretsError) } else { Ok(SecretString::from(secret)) })
            .collect::<Result<_, _>>()?;
        Ok(Self { secrets })
    }

    pub fn first(&self) -> &SecretString {
        self.secrets.first().expect("parse refuses an empty list")
    }

    /// Whether `matches` accepts any secret. All are tried, so that the time taken does not tell which one matched.
    pub(crate) fn any(&self, matches: impl Fn(&SecretString) -> bool) -> bool {
        self.secrets.iter().fold(false, |found, secret| matches(secret) | found)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn secrets_are_separated_by_commas() {
        let secrets = AppSecrets::parse(" new , old ").unwrap();
        assert_eq!(secrets.first().expose_secret(), "new");
        assert!(secrets.any(|secret| secret.expose_secret() == "old"));
        assert!(!secrets.any(|secret| secret.expose_secret() == "other"));
    }

    #[test]
    fn an_empty_secret_is_refused() {
        for text in ["", " ", "a,", ",a", "a,,b"] {
            assert_eq!(AppSecrets::parse(text).unwrap_err(), AppSecretsError, "{text:?}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        assert!(!format!("{:?}", AppSecrets::parse("hush").unwrap()).contains("hush"));
    }
}
