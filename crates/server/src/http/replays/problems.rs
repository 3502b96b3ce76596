//! What keeps a replay from being made, as problems.

use switchboard_bots::testing::replay::ReplayError;

use crate::http::Problem;

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotFound => Self::not_found(),
            ReplayError::Invalid(error) => error.into(),
            ReplayError::NothingToReplay => Self::conflict("nothing_to_replay", error.to_string()),
            ReplayError::UnderWay => Self::conflict("run_under_way", error.to_string()),
            ReplayError::Store(error) => error.into(),
        }
    }
}
