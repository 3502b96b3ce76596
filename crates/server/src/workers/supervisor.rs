use std::{any::Any, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Watches over tasks that have to run as long as the process does. When one of them dies, the process fails: it must
/// not go on in silence with, say, nobody sending.
#[derive(Debug, Clone)]
pub(crate) struct Supervisor {
    tasks: TaskTracker,
    stop: CancellationToken,
    failed: CancellationToken,
}

impl Supervisor {
    /// `stop`: from when on tasks may end. `failed`: cancelled when one has ended before.
    pub(crate) fn new(stop: CancellationToken, failed: CancellationToken) -> Self {
        let tasks = TaskTracker::new();
        tasks.close();
        Self { tasks, stop, failed }
    }

    pub(crate) fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let (stop, failed) = (self.stop.clone(), self.failed.clone());
        self.tasks.spawn(async move {
            match AssertUnwindSafe(task).catch_unwind().await {
                Ok(()) if stop.is_cancelled() => return,
                Ok(()) => tracing::error!(worker = name, "a worker ended by itself"),
                Err(panic) => tracing::error!(worker = name, panic = message(&*panic), "a worker panicked"),
            }
            failed.cancel();
        });
    }

    /// Returns when all tasks have ended.
    pub(crate) async fn ended(&self) {
        self.tasks.wait().await;
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supervisor() -> Supervisor {
        Supervisor::new(CancellationToken::new(), CancellationToken::new())
    }

    #[tokio::test]
    async fn a_worker_that_panics_fails_the_process() {
        let supervisor = supervisor();
        supervisor.spawn("test", async { panic!("on purpose") });
        supervisor.ended().await;
        assert!(supervisor.failed.is_cancelled());
    }

    #[tokio::test]
    async fn a_worker_that_ends_too_early_fails_the_process() {
        let supervisor = supervisor();
        supervisor.spawn("test", async {});
        supervisor.ended().await;
        assert!(supervisor.failed.is_cancelled());
    }

    #[tokio::test]
    async fn a_worker_that_ends_when_it_should_is_no_failure() {
        let supervisor = supervisor();
        supervisor.spawn("test", supervisor.stop.clone().cancelled_owned());
        supervisor.stop.cancel();
        supervisor.ended().await;
        assert!(!supervisor.failed.is_cancelled());
    }
}
