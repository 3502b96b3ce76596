//! What keeps a connection from going on, as problems.

use std::time::Duration;

use actix_web::http::StatusCode;
use switchboard_onboarding::{NumberError, OnboardingError};

use crate::http::Problem;

/// How soon a step that somebody is at will be over, most likely.
const STEP_TAKES: Duration = Duration::from_secs(5);

impl From<OnboardingError> for Problem {
    fn from(error: OnboardingError) -> Self {
        let told = error.to_string();
        match error {
            OnboardingError::StateInvalid => Self::unprocessable("state_invalid", told),
            OnboardingError::StateExpired => Self::unprocessable("state_expired", told),
            OnboardingError::StateReplayed => Self::unprocessable("state_replayed", told),
            OnboardingError::StateNotYours => Self::unprocessable("state_not_yours", told),
            OnboardingError::RequestExpired => Self::malformed(told),
            OnboardingError::NotInPhoneApp => Self::conflict("not_in_phone_app", told),
            OnboardingError::UnknownNumber => Self::not_found(),
            OnboardingError::NothingToRetry => Self::conflict("nothing_to_retry", told),
            OnboardingError::NoSystemToken => Self::conflict("no_system_token", told),
            OnboardingError::NotRecoverable(_) => Self::conflict("not_recoverable", told),
            OnboardingError::NotGranted => Self::unprocessable("not_granted", told),
            OnboardingError::Meta(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "meta_refused", "Meta did not do it").detail(told)
            }
            OnboardingError::StartAgain => Self::conflict("start_again", told),
            OnboardingError::Busy => Self::conflict("busy", told).retry_after(STEP_TAKES),
            OnboardingError::Interrupted => Self::internal(told),
            OnboardingError::Store(error) => error.into(),
            OnboardingError::Vault(error) => error.into(),
        }
    }
}

impl From<NumberError> for Problem {
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::UnknownNumber => Self::not_found(),
            NumberError::UnknownBot => Self::invalid("bot_id", "is not a bot of this business"),
            NumberError::Store(error) => error.into(),
        }
    }
}
