//! A lean HTTP/1.1 client: the load generator shares the machine with what it measures.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use secrecy::SecretString;
use switchboard_crypto::sign;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::{installation::APP_SECRET, report::quantile};

/// Gives one body after the other.
pub(crate) trait Source: Send + 'static {
    fn next(&mut self) -> Vec<u8>;
}

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    secret: SecretString,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, secret: APP_SECRET.into(), buffer: vec![0; 4096] })
    }

    /// Posts a signed webhook and waits for its 200.
    pub(crate) async fn post(&mut self, body: &[u8]) -> anyhow::Result<()> {
        let signature = sign(&self.secret, body);
        let mut request = format!(
            "POST /webhooks/whatsapp HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             x-hub-signature-256: {signature}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        let mut read = 0;
        loop {
            let n = self.stream.read(&mut self.buffer[read..]).await?;
            if n == 0 {
                bail!("the server closed the connection");
            }
            read += n;
            // The answer has no body.
            if self.buffer[..read].ends_with(b"\r\n\r\n") {
                break;
            }
        }
        if !self.buffer.starts_with(b"HTTP/1.1 200") {
            bail!("{}", String::from_utf8_lossy(&self.buffer[..read.min(80)]));
        }
        Ok(())
    }
}

/// What a load of acknowledgements looked like.
pub(crate) struct Acks {
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Acks {
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    fn of(mut latencies: Vec<f64>, took: Duration) -> Self {
        latencies.sort_by(f64::total_cmp);
        Self {
            per_second: latencies.len() as f64 / took.as_secs_f64(),
            p50: quantile(&latencies, 0.5),
            p99: quantile(&latencies, 0.99),
        }
    }
}

/// As many as `connections` that each wait for their answer can get.
pub(crate) async fn closed<S: Source>(
    address: SocketAddr,
    connections: usize,
    duration: Duration,
    source: impl Fn(usize) -> S,
) -> anyhow::Result<Acks> {
    let mut workers = JoinSet::new();
    let started = Instant::now();
    for worker in 0..connections {
        let mut source = source(worker);
        workers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut latencies = Vec::new();
            while started.elapsed() < duration {
                let body = source.next();
                let sent = Instant::now();
                connection.post(&body).await?;
                latencies.push(sent.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(latencies)
        });
    }
    gather(workers, started).await
}

/// At a fixed rate, whatever the answers do. Latency counts from when a request was due.
pub(crate) async fn open<S: Source>(
    address: SocketAddr,
    per_second: u32,
    duration: Duration,
    source: impl Fn(usize) -> S,
) -> anyhow::Result<Acks> {
    const CONNECTIONS: u32 = 40;
    let mut workers = JoinSet::new();
    let started = Instant::now();
    for worker in 0..CONNECTIONS {
        let mut source = source(usize::try_from(worker)?);
        workers.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut latencies = Vec::new();
            let every = Duration::from_secs(1) * CONNECTIONS / per_second;
            let mut due = started + every * worker / CONNECTIONS;
            while due.duration_since(started) < duration {
                tokio::time::sleep_until(due.into()).await;
                connection.post(&source.next()).await?;
                latencies.push(due.elapsed().as_secs_f64() * 1e3);
                due += every;
            }
            anyhow::Ok(latencies)
        });
    }
    gather(workers, started).await
}

async fn gather(mut workers: JoinSet<anyhow::Result<Vec<f64>>>, started: Instant) -> anyhow::Result<Acks> {
    let mut latencies = Vec::new();
    while let Some(done) = workers.join_next().await {
        latencies.extend(done?.context("a connection")?);
    }
    Ok(Acks::of(latencies, started.elapsed()))
}
