//! What keeps a bot from being changed, as problems.

use switchboard_bots::bot::{BotError, InvalidSetting};

use crate::http::Problem;

impl From<InvalidSetting> for Problem {
    fn from(error: InvalidSetting) -> Self {
        Self::invalid(error.field, error.message)
    }
}

impl From<BotError> for Problem {
    fn from(error: BotError) -> Self {
        match error {
            BotError::NotFound => Self::not_found(),
            BotError::Invalid(error) => error.into(),
            BotError::InUse(_) => Self::conflict("bot_in_use", error.to_string()),
            BotError::Store(error) => error.into(),
        }
    }
}
