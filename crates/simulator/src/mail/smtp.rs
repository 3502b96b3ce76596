//! As much of SMTP (RFC 5321) as it takes to be given a mail: no TLS, no authentication, loopback only.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::log::Envelope;
use crate::sync::lock;
use crate::world::World;

/// In bytes, of a whole mail and of one line.
const MAIL_MAX: usize = 1024 * 1024;
/// A client that says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// Takes mails on a free port of this address until the world stops; where.
pub(crate) fn listen(world: &Arc<World>, near: SocketAddr) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind((near.ip(), 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let listener = TcpListener::from_std(listener)?;
    let world = Arc::clone(world);
    world.runtime.clone().spawn(async move {
        let stopping = world.stopping.clone();
        tokio::select! {
            () = stopping.cancelled() => {}
            () = accept(&listener, &world) => {}
        }
    });
    Ok(address)
}

async fn accept(listener: &TcpListener, world: &Arc<World>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let world = Arc::clone(world);
                tokio::spawn(async move {
                    let stopping = world.stopping.clone();
                    tokio::select! {
                        () = stopping.cancelled() => {}
                        // A client that breaks off has taken its mail along.
                        _ = serve(stream, &world) => {}
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no mail can be taken at the moment");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, world: &World) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut envelope = Envelope::default();
    say(&mut stream, "220 simulator ESMTP").await?;
    while let Some(line) = next_line(&mut stream).await? {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut stream, "250-simulator\r\n250-8BITMIME\r\n250 SMTPUTF8").await?,
            "HELO" | "NOOP" => say(&mut stream, "250 OK").await?,
            "MAIL" => {
                envelope = Envelope { from: path(&line), to: Vec::new() };
                say(&mut stream, "250 OK").await?;
            }
            "RCPT" => {
                envelope.to.push(path(&line));
                say(&mut stream, "250 OK").await?;
            }
            "DATA" if envelope.to.is_empty() => say(&mut stream, "503 nobody is named").await?,
            "DATA" => take(&mut stream, std::mem::take(&mut envelope), world).await?,
            "RSET" => {
                envelope = Envelope::default();
                say(&mut stream, "250 OK").await?;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "502 not known here").await?,
        }
    }
    Ok(())
}

async fn take(stream: &mut BufReader<TcpStream>, envelope: Envelope, world: &World) -> io::Result<()> {
    say(stream, "354 go on").await?;
    let mut mail = Vec::new();
    while let Some(line) = next_line(stream).await? {
        if line == b".\r\n" {
            let refusal = lock(&world.mails).next_refusal();
            if let Some(code) = refusal {
                return say(stream, &format!("{code} refused on demand")).await;
            }
            lock(&world.mails).add(world.clock.now_ms(), envelope, &mail);
            return say(stream, "250 taken").await;
        }
        // A line that begins with a dot was given another (RFC 5321, §4.5.2).
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if mail.len() > MAIL_MAX {
            return say(stream, "552 too long").await;
        }
    }
    Ok(())
}

/// With its end; `None` when the client has gone.
async fn next_line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut bounded = AsyncReadExt::take(stream, MAIL_MAX as u64);
    tokio::time::timeout(PATIENCE, bounded.read_until(b'\n', &mut line)).await??;
    Ok((!line.is_empty()).then_some(line))
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> io::Result<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await
}

/// What stands in angle brackets: `MAIL FROM:<a@b.c> SIZE=1`.
fn path(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn an_address_is_read_from_its_brackets() {
        assert_eq!(path("RCPT TO:<ayse@example.com> NOTIFY=NEVER"), "ayse@example.com");
        assert_eq!(path("MAIL FROM:<>"), "");
    }
}
