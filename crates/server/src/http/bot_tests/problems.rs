//! What keeps a test from being made or run, as problems.

use switchboard_bots::testing::TestError;

use crate::http::Problem;

impl From<TestError> for Problem {
    fn from(error: TestError) -> Self {
        match error {
            TestError::NotFound => Self::not_found(),
            TestError::Invalid(error) => error.into(),
            TestError::Full => Self::conflict("too_many", error.to_string()),
            TestError::NoTests => Self::conflict("no_tests", error.to_string()),
            TestError::UnderWay => Self::conflict("run_under_way", error.to_string()),
            TestError::Store(error) => error.into(),
        }
    }
}
