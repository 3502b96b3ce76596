use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rstest::rstest;
use switchboard_test_support::{Engine, TestDb};

use crate::commands::switchboard;

/// Kills what a failing test leaves.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("a port is free").port()
}

async fn is_ready(port: u16) -> bool {
    let answer = reqwest::get(format!("http://127.0.0.1:{port}/ready")).await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

#[rstest]
#[tokio::test]
async fn a_signal_ends_the_process_cleanly_within_ten_seconds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("TERM", "INT")] signal: &str,
) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (db, port) = (TestDb::unmigrated(engine).await, free_port());
    let mut serve = switchboard(&db.url, &["serve"]);
    serve.env("SWITCHBOARD_BIND", format!("127.0.0.1:{port}")).stderr(Stdio::null());
    let mut running = Running(serve.spawn().unwrap());
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_ready(port).await {
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
