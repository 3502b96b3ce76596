use secrecy::SecretString;

use crate::{
    Caller, Finished, Onboarding, OnboardingError,
    consent::{Code, Consent, Way},
};

/// What Meta's dialog puts into the redirect: `code`, or `error` and its company.
///
/// Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow.
#[derive(Debug)]
pub struct Callback {
    pub state: SecretString,
    pub code: Option<SecretString>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

impl Onboarding {
    /// The dialog has returned by redirect. Goes through the steps that follow; returns when they are done or one failed.
    ///
    /// # Errors
    /// The `State…` kinds of [`OnboardingError`]; what Meta refuses is [`Finished::Stopped`].
    pub async fn callback(&self, caller: Caller, callback: Callback) -> Result<Finished, OnboardingError> {
        let Callback { state, code, error, error_description } = callback;
        let consent = match (code, error) {
            (Some(code), None) => Consent::Given(Code { code, came_by: Way::Redirect }),
            (_, Some(error)) => Consent::Withheld(withheld(&error, error_description.as_deref())),
            (None, None) => {
                Consent::Withheld("Meta's answer came without a code. Start the connection again.".to_owned())
            }
        };
        self.consented(caller, &state, consent, None).await
    }
}

fn withheld(error: &str, description: Option<&str>) -> String {
    if error == "access_denied" {
        return "The dialog at Meta was closed before permission was given. Start again when you are ready.".to_owned();
    }
    // Meta's words reach a person's screen: short, in one line.
    let words: String = description.unwrap_or(error).chars().filter(|letter| !letter.is_control()).take(200).collect();
    format!("Meta did not give permission. It said: “{words}”. Start the connection again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_dialog_is_told_without_blame() {
        assert!(withheld("access_denied", Some("Permissions error")).starts_with("The dialog at Meta was closed"));
    }

    #[test]
    fn another_refusal_is_told_in_metas_words_on_one_short_line() {
        let told = withheld("server_error", Some(&format!("Try\n{}", "x".repeat(1000))));
        assert!(told.contains("“Tryxxx") && told.chars().count() < 300, "{told}");
    }
}
