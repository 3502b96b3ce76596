//! The measure of ingest: what the same route does when it verifies the signature and answers without storing.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::Context;
use switchboard_crypto::{AppSecrets, verify_signature};

use crate::{ingest::Messages, installation::APP_SECRET, load};

pub(crate) async fn serve() -> anyhow::Result<()> {
    let secrets = AppSecrets::parse(APP_SECRET)?;
    let server = HttpServer::new(move || {
        let secrets = secrets.clone();
        App::new().app_data(web::PayloadConfig::new(4 << 20)).route(
            "/webhooks/whatsapp",
            web::post().to(move |request: HttpRequest, body: web::Bytes| {
                let header = request.headers().get("x-hub-signature-256").and_then(|value| value.to_str().ok());
                let genuine = verify_signature(&secrets, header, &body).is_ok();
                std::future::ready(if genuine { HttpResponse::Ok() } else { HttpResponse::Unauthorized() }.finish())
            }),
        )
    })
    .bind("127.0.0.1:0")?;
    #[expect(clippy::print_stdout, reason = "the parent reads the address")]
    for address in server.addrs() {
        println!("{address}");
    }
    Ok(server.run().await?)
}

/// Acknowledgements a second.
pub(crate) async fn measure(duration: Duration) -> anyhow::Result<f64> {
    let mut child = Command::new(std::env::current_exe()?).arg("--bare-route").stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    let address: SocketAddr = line.trim().parse()?;
    let acks = load::closed(address, 64, duration, |worker| Messages::new(worker, vec!["1".into()])).await;
    child.kill()?;
    child.wait()?;
    Ok(acks?.per_second)
}
