use std::future::Future;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

use crate::error::{GraphError, Kind};

/// When a failed call may be made again by the client itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Never,
    WhenTransient,
    /// A call that uses something up: again only when the first try cannot have been carried out.
    WhenTransientAndNotDone,
}

/// Three tries in all, within about a second of waiting; who needs more patience has a queue.
pub(crate) async fn run<T, F: Future<Output = Result<T, GraphError>>>(
    repeat: Repeat,
    attempt: impl FnMut() -> F,
) -> Result<T, GraphError> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(1))
        .with_max_times(2)
        .with_jitter();
    attempt.retry(pauses).when(|error| repeat.again_after(error)).await
}

impl Repeat {
    fn again_after(self, error: &GraphError) -> bool {
        error.kind == Kind::Transient
            && match self {
                Self::Never => false,
                Self::WhenTransient => true,
                Self::WhenTransientAndNotDone => !error.outcome_unknown(),
            }
    }
}
