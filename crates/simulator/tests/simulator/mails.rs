use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::support::{Fixture, start};

const MAIL: &str = "Subject: Hello <b>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n..dots\r\nMerhaba\r\n";

/// Speaks SMTP line by line; the last answer.
async fn speak(fixture: &Fixture, lines: &[&str]) -> String {
    let address = fixture.simulator.smtp_url().replace("smtp://", "");
    let mut stream = BufReader::new(TcpStream::connect(address).await.expect("it listens"));
    let mut answer = String::new();
    stream.read_line(&mut answer).await.expect("a greeting");
    assert!(answer.starts_with("220 "), "{answer}");
    for line in lines {
        stream.write_all(line.as_bytes()).await.expect("it listens on");
        loop {
            answer.clear();
            stream.read_line(&mut answer).await.expect("an answer");
            if answer.as_bytes().get(3) == Some(&b' ') {
                break;
            }
        }
    }
    answer
}

/// Sends the mail; the answer to it.
async fn send(fixture: &Fixture) -> String {
    let mail = format!("{MAIL}.\r\n");
    let envelope = ["EHLO me\r\n", "MAIL FROM:<a@b.c> BODY=8BITMIME\r\n", "RCPT TO:<d@e.f>\r\n", "DATA\r\n", &mail];
    speak(fixture, &envelope).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_taken_can_be_read() {
    let fixture = start().await;
    assert!(send(&fixture).await.starts_with("250 "));
    let (_, list) = fixture.get("/sim/mails?to=d@e.f", "").await;
    let mail = &list["items"][0];
    assert_eq!((&mail["from"], &mail["to"], &mail["n"]), (&json!("a@b.c"), &json!(["d@e.f"]), &json!(1)));
    assert_eq!((&mail["subject"], &mail["text"]), (&json!("Hello <b>"), &json!(".dots\r\nMerhaba\r\n")));
    assert_eq!(fixture.get("/sim/mails?after=1", "").await.1["items"], json!([]));
    let page = fixture.client.get(fixture.url("/mails")).send().await.expect("a page").text().await.expect("a text");
    assert!(page.contains("Hello &lt;b&gt;") && page.contains("/mails/1"), "{page}");
    fixture.call(Method::POST, "/sim/reset", "", Value::Null).await;
    assert_eq!(fixture.get("/sim/mails", "").await.1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_refused_on_demand() {
    let fixture = start().await;
    fixture.put("/sim/mails/refusals", json!({"code": 451, "times": 1})).await;
    assert!(send(&fixture).await.starts_with("451 "));
    assert_eq!(fixture.get("/sim/mails", "").await.1["items"], json!([]));
    assert!(send(&fixture).await.starts_with("250 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_order_is_refused() {
    let fixture = start().await;
    assert!(speak(&fixture, &["DATA\r\n"]).await.starts_with("503 "));
    assert!(speak(&fixture, &["AUTH PLAIN x\r\n"]).await.starts_with("502 "));
    assert!(speak(&fixture, &["QUIT\r\n"]).await.starts_with("221 "));
}
