//! `switchboard serve` in a process of its own.

use std::{
    net::SocketAddr,
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
    time::{Duration, Instant},
};

use tokio::process::{Child, Command};

/// Longer than anything should take, however busy the machine is.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);
/// How a process ends at its crash point.
pub(super) const SIGABRT: i32 = 6;

/// The binary with nothing in its environment.
pub(super) fn switchboard() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    // A failing test leaves nobody running.
    command.env_clear().kill_on_drop(true);
    command
}

/// A process that serves.
pub(super) struct Process {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Process {
    /// Returns at once: it may come to its crash point before it is ready.
    pub(super) fn launch(mut command: Command, address: SocketAddr) -> Self {
        Self { child: command.spawn().expect("the binary starts"), address }
    }

    /// Returns once it is ready.
    pub(super) async fn start(command: Command, address: SocketAddr) -> Self {
        let mut process = Self::launch(command, address);
        let client = reqwest::Client::builder().build().expect("a client");
        eventually("it is ready", async || {
            assert_eq!(process.child.try_wait().expect("it can be waited for"), None, "it ended by itself");
            let answer = client.get(format!("http://{address}/ready")).send().await;
            answer.is_ok_and(|answer| answer.status() == 200).then_some(())
        })
        .await;
        process
    }

    /// SIGTERM: how it ended, and how long that took.
    pub(super) async fn terminate(mut self) -> (ExitStatus, Duration) {
        let id = self.child.id().expect("it runs");
        let started = Instant::now();
        let told = std::process::Command::new("sh").arg("-c").arg(format!("kill -TERM {id}")).status();
        assert!(told.expect("a shell").success(), "it could not be told to end");
        (self.ended().await, started.elapsed())
    }

    /// SIGKILL.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Waits until it has died at its crash point.
    pub(super) async fn crashed(mut self) {
        assert_eq!(self.ended().await.signal(), Some(SIGABRT), "it dies at its crash point and not otherwise");
    }

    async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("the process ends").expect("it can be waited for")
    }
}

/// Looks until there is something to see.
pub(super) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < PATIENCE, "it never comes about that {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
