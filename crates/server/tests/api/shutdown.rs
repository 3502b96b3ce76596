use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rstest::rstest;
use switchboard_test_support::{Engine, FreeAddress, TestDb};

use crate::commands::switchboard;

/// Kills what a failing test leaves.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn is_ready(at: SocketAddr) -> bool {
    let answer = reqwest::get(format!("http://{at}/ready")).await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

#[rstest]
#[tokio::test]
async fn a_signal_ends_the_process_cleanly_within_ten_seconds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("TERM", "INT")] signal: &str,
) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (db, at) = (TestDb::unmigrated(engine).await, FreeAddress::take());
    let mut serve = switchboard(&db.url, &["serve"]);
    serve.env("SWITCHBOARD_BIND", at.address.to_string()).stderr(Stdio::null());
    let mut running = Running(serve.spawn().unwrap());
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_ready(at.address).await {
        assert!(Instant::now() < patience, "it never gets ready");
        assert_eq!(running.0.try_wait().unwrap(), None, "it ended by itself");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let started = Instant::now();
    let killed = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", running.0.id())).status().unwrap();
    assert!(killed.success());
    let status = running.0.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
