use secrecy::SecretString;
use serde_json::Value;

use crate::{
    Caller, Finished, Onboarding, OnboardingError,
    consent::{Code, Consent, Way},
    dialog,
};

/// What the JavaScript SDK gave the browser: the code from `FB.login`, the rest from the dialog's message.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation.
#[derive(Debug)]
pub struct Completion {
    pub state: SecretString,
    pub code: Option<SecretString>,
    /// `FINISH`, `FINISH_ONLY_WABA`, `FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING`, `CANCEL`, `ERROR`, …
    pub event: Option<String>,
    /// `data` of the message, as it came.
    pub data: Value,
}

impl Onboarding {
    /// The dialog has ended in the browser. Goes through the steps that follow; returns when they are done or one failed.
    ///
    /// # Errors
    /// As [`Onboarding::callback`].
    pub async fn complete(&self, caller: Caller, completion: Completion) -> Result<Finished, OnboardingError> {
        let Completion { state, code, event, data } = completion;
        let heard = dialog::read(event.as_deref(), &data, self.clock.now());
        // The code decides: closing the dialog on its last page is told as a cancel and gives a code all the same.
        let consent = match code {
            Some(code) => Consent::Given(Code { code, came_by: Way::Script }),
            None => Consent::Withheld(dialog::withheld(&heard)),
        };
        let heard = (event.is_some() || !data.is_null()).then_some(heard);
        self.consented(caller, &state, consent, heard).await
    }
}
