use secrecy::SecretString;

use crate::{
    Caller, Finished, Hints, Onboarding, OnboardingError,
    consent::{Code, Consent, Way},
};

/// What the JavaScript SDK gave the browser: the code from `FB.login`, the rest from the dialog's messages.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation.
#[derive(Debug)]
pub struct Completion {
    pub state: SecretString,
    pub code: Option<SecretString>,
    /// `FINISH`, `FINISH_ONLY_WABA`, `FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING`, `CANCEL`, `ERROR`, …
    pub event: Option<String>,
    pub hints: Hints,
}

impl Onboarding {
    /// The dialog has ended in the browser. Goes through the steps that follow; returns when they are done or one failed.
    ///
    /// # Errors
    /// As [`Onboarding::callback`].
    pub async fn complete(&self, caller: Caller, completion: Completion) -> Result<Finished, OnboardingError> {
        let Completion { state, code, event, hints } = completion;
        // The code decides: closing the dialog on its last page is told as a cancel and gives a code all the same.
        let consent = match code {
            Some(code) => Consent::Given(Code { code, came_by: Way::Script }),
            None => Consent::Withheld(withheld(event.as_deref())),
        };
        self.consented(caller, &state, consent, hints).await
    }
}

fn withheld(event: Option<&str>) -> String {
    match event {
        Some("ERROR") => "The dialog at Meta ended with an error. Start the connection again.",
        _ => "The dialog at Meta was closed before permission was given. Start again when you are ready.",
    }
    .to_owned()
}
