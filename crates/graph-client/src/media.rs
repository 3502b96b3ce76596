use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, multipart};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::{Host, Url};

use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::reply::{self, Body};
use crate::success::Success;

/// Where Meta serves media from, and so where a token may go.
const MEDIA_HOSTS: [&str; 3] = ["fbsbx.com", "whatsapp.net", "facebook.com"];

/// What Graph knows about a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MediaInfo {
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Valid for five minutes, and only with a token.
    #[serde(deserialize_with = "lenient::url")]
    pub url: Url,
    #[serde(default, deserialize_with = "lenient::optional")]
    pub mime_type: Option<String>,
    /// Hexadecimal here, base64 in webhooks.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub sha256: Option<String>,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::optional_number")]
    pub file_size: Option<i64>,
}

/// A file while it comes.
#[derive(Debug)]
pub struct Download {
    body: Body,
    pub content_type: Option<String>,
    /// How long nothing may come.
    longest_pause: Duration,
    token: SecretString,
}

impl Download {
    /// The next piece; `None` when all has come. More than was allowed is an error, whatever the server announced.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, GraphError> {
        let chunk = in_time(self.longest_pause, self.body.chunk()).await;
        chunk.map_err(|error| error.without(std::slice::from_ref(&self.token)))
    }
}

/// A file that is to be at Meta.
#[derive(Debug)]
pub struct Upload<'a> {
    pub name: &'a str,
    pub mime_type: &'a str,
    /// What comes need not be in memory as a whole.
    pub body: reqwest::Body,
    /// In bytes.
    pub length: u64,
}

#[derive(Deserialize)]
struct Uploaded {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
}

impl GraphClient {
    /// Uploads a file for messages of this number; its id is good for 30 days. Source: "Media".
    pub async fn upload_media(
        &self,
        phone_number_id: &str,
        file: Upload<'_>,
        token: &SecretString,
    ) -> Result<String, GraphError> {
        let timeout = self.config().media_timeout_of(file.length);
        let file = multipart::Part::stream_with_length(file.body, file.length)
            .file_name(file.name.to_owned())
            .mime_str(file.mime_type)
            .map_err(|_| GraphError::refused("the file's MIME type is malformed"))?;
        let form = multipart::Form::new().text("messaging_product", "whatsapp").part("file", file);
        let call = self.call(Method::POST, &[phone_number_id, "media"], token)?;
        let call = call.timeout(timeout).multipart(form);
        Ok(call.send::<Uploaded>().await?.id)
    }

    /// Where to download a file. With `phone_number_id`, only if the file belongs to that number.
    pub async fn media(
        &self,
        media_id: &str,
        phone_number_id: Option<&str>,
        token: &SecretString,
    ) -> Result<MediaInfo, GraphError> {
        let mut call = self.call(Method::GET, &[media_id], token)?;
        if let Some(id) = phone_number_id {
            call = call.query("phone_number_id", id);
        }
        call.send().await
    }

    /// Whether a file may be downloaded from there: it is Meta's, or the configured Graph's.
    pub fn is_media_address(&self, url: &Url) -> bool {
        may_have_the_token(url, &self.config().base_url)
    }

    /// Downloads from a URL of [`MediaInfo`]. 404 means that the URL has run out: ask for a new one.
    ///
    /// The token goes to Meta's hosts over HTTPS, or to the configured Graph, and nowhere else.
    pub async fn download_media(
        &self,
        url: &Url,
        max_bytes: usize,
        token: &SecretString,
    ) -> Result<Download, GraphError> {
        if !self.is_media_address(url) {
            return Err(GraphError::refused("media is not downloaded from this host"));
        }
        let longest_pause = self.config().media_timeout;
        let timeout = self.config().media_timeout_of(max_bytes as u64);
        let request = self.http().get(url.clone()).bearer_auth(token.expose_secret());
        let (client, request) = request.timeout(timeout).build_split();
        let opened = match request {
            Ok(request) => in_time(longest_pause, reply::open(&client, request, max_bytes)).await,
            Err(error) => Err(GraphError::transport(&error)),
        };
        let (content_type, body) = opened.map_err(|error| error.without(std::slice::from_ref(token)))?;
        Ok(Download { body, content_type, longest_pause, token: token.clone() })
    }

    pub async fn delete_media(
        &self,
        media_id: &str,
        phone_number_id: Option<&str>,
        token: &SecretString,
    ) -> Result<(), GraphError> {
        let mut call = self.call(Method::DELETE, &[media_id], token)?;
        if let Some(id) = phone_number_id {
            call = call.query("phone_number_id", id);
        }
        call.send::<Success>().await?.check()
    }
}

async fn in_time<T>(longest: Duration, what: impl Future<Output = Result<T, GraphError>>) -> Result<T, GraphError> {
    tokio::time::timeout(longest, what).await.unwrap_or_else(|_| Err(GraphError::timed_out()))
}

/// Webhooks and Graph name the URL; whoever could forge one would otherwise be handed a customer's token, or reach
/// servers inside our network.
fn may_have_the_token(url: &Url, graph: &Url) -> bool {
    if url.origin() == graph.origin() {
        return true;
    }
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    let is_metas = MEDIA_HOSTS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    url.scheme() == "https" && url.port().is_none() && is_metas
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{bearer_token, method, path, query_param};
    use wiremock::{Mock, ResponseTemplate};

    use super::*;
    use crate::error::Kind;
    use crate::testing::{Graph, client_with, client_with_media_timeout, token};

    #[test]
    fn the_token_goes_to_metas_hosts_and_to_graph_alone() {
        let graph: Url = "http://127.0.0.1:8090".parse().unwrap();
        let may = |url: &str| may_have_the_token(&url.parse().unwrap(), &graph);
        for url in [
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=133",
            "https://fbsbx.com/x",
            "https://mmg.whatsapp.net/x",
            "https://scontent.facebook.com/x",
            "http://127.0.0.1:8090/media/1",
        ] {
            assert!(may(url), "{url}");
        }
        for url in [
            "http://lookaside.fbsbx.com/x",
            "https://lookaside.fbsbx.com:8443/x",
            "https://evilfbsbx.com/x",
            "https://fbsbx.com.evil.example/x",
            "https://lookaside.fbsbx.com@evil.example/x",
            "https://evil.example/fbsbx.com",
            "http://127.0.0.1:8091/media/1",
            "https://127.0.0.1:8090/media/1",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
        ] {
            assert!(!may(url), "{url}");
        }
    }

    #[tokio::test]
    async fn a_file_is_uploaded_as_a_form() {
        let graph = Graph::start().await;
        graph.answer(200, json!({"id": 1_037_543_291_543_636_u64})).await;
        let file = Upload { name: "cat.png", mime_type: "image/png", body: "PNG".into(), length: 3 };
        let id = graph.client.upload_media("12", file, &token()).await.unwrap();
        assert_eq!(id, "1037543291543636");
        let request = &graph.requests().await[0];
        assert_eq!(request.url.path(), "/v26.0/12/media");
        let body = String::from_utf8_lossy(&request.body);
        for part in [
            "name=\"messaging_product\"\r\n\r\nwhatsapp",
            "name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png",
            "\r\n\r\nPNG\r\n",
        ] {
            assert!(body.contains(part), "{part:?} is not in {body:?}");
        }
    }

    #[tokio::test]
    async fn a_file_is_described_and_downloaded() {
        let graph = Graph::start().await;
        let url = format!("{}/files/7", graph.server.uri());
        Mock::given(path("/v26.0/7"))
            .and(query_param("phone_number_id", "12"))
            .respond_with(ResponseTemplate::new(200).set_body_json(
                json!({"messaging_product": "whatsapp", "url": url, "mime_type": "image/png", "sha256": "ab", "file_size": "3", "id": "7"}),
            ))
            .mount(&graph.server)
            .await;
        Mock::given(path("/files/7"))
            .and(bearer_token(token().expose_secret()))
            .respond_with(ResponseTemplate::new(200).set_body_raw("PNG", "image/png"))
            .mount(&graph.server)
            .await;
        let info = graph.client.media("7", Some("12"), &token()).await.unwrap();
        assert_eq!((info.file_size, info.sha256.as_deref()), (Some(3), Some("ab")));
        let mut download = graph.client.download_media(&info.url, 3, &token()).await.unwrap();
        assert_eq!(download.content_type.as_deref(), Some("image/png"));
        assert_eq!(download.chunk().await.unwrap().as_deref(), Some(&b"PNG"[..]));
        assert_eq!(download.chunk().await.unwrap(), None);
        let error = graph.client.download_media(&info.url, 2, &token()).await.unwrap_err();
        assert_eq!(error.message, "the answer is larger than 2 bytes");
    }

    #[tokio::test]
    async fn a_file_that_was_said_to_be_smaller_is_cut_off() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = crate::testing::client_at(&format!("http://{}", server.local_addr().unwrap()));
        let url = format!("http://{}/files/7", server.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let (mut peer, _) = server.accept().await.unwrap();
            let _ = peer.read(&mut [0; 4096]).await;
            // No length is announced, and it would never end.
            let _ = peer.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
            while peer.write_all(&[b'x'; 1000]).await.is_ok() {}
        });
        let mut download = graph.download_media(&url, 5000, &token()).await.unwrap();
        let mut size = 0;
        let error = loop {
            match download.chunk().await {
                Ok(chunk) => size += chunk.expect("it does not end").len(),
                Err(error) => break error,
            }
        };
        assert!(size <= 5000, "{size}");
        assert_eq!(error.message, "the answer is larger than 5000 bytes");
    }

    #[tokio::test]
    async fn a_large_file_has_the_time_that_its_size_takes() {
        const SIZE: usize = 4 * 1024 * 1024;
        let (graph, timeout) = (Graph::start().await, Duration::from_millis(50));
        let answer = ResponseTemplate::new(200).set_body_json(json!({"id": "7"}));
        graph.respond(answer.set_delay(timeout * 2)).await;
        let client = client_with_media_timeout(&graph.server.uri(), timeout);
        // The test may be as slow as it likes: a file of this size has a minute on top.
        let body = vec![0_u8; SIZE].into();
        let file = Upload { name: "cat.pdf", mime_type: "application/pdf", body, length: SIZE as u64 };
        assert_eq!(client.upload_media("12", file, &token()).await.unwrap(), "7");
    }

    #[tokio::test]
    async fn a_download_may_take_longer_than_it_may_stand_still() {
        const SIZE: usize = 4 * 1024 * 1024;
        let graph = Graph::start().await;
        graph.respond(ResponseTemplate::new(200).set_body_bytes(vec![0; SIZE])).await;
        let url = graph.server.uri().parse().unwrap();
        let timeout = Duration::from_secs(2);
        let client = client_with_media_timeout(&graph.server.uri(), timeout);
        let mut download = client.download_media(&url, SIZE, &token()).await.unwrap();
        let mut size = 0;
        while let Some(chunk) = download.chunk().await.unwrap() {
            if size == 0 {
                // Whoever stores it is slow, and not Meta.
                tokio::time::sleep(timeout).await;
            }
            size += chunk.len();
        }
        assert_eq!(size, SIZE);
    }

    #[tokio::test]
    async fn a_download_that_stands_still_is_given_up() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", server.local_addr().unwrap());
        let client = client_with_media_timeout(&base, Duration::from_millis(500));
        tokio::spawn(async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let (mut peer, _) = server.accept().await.unwrap();
            let _ = peer.read(&mut [0; 4096]).await;
            let _ = peer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nhalf").await;
            // Held open, and silent.
            std::future::pending::<()>().await;
        });
        // As a whole, it would have half an hour.
        let all = async {
            let mut download = client.download_media(&base.parse().unwrap(), 100 << 20, &token()).await?;
            while download.chunk().await?.is_some() {}
            Ok::<_, GraphError>(())
        };
        let error = all.await.unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (Kind::Transient, "Graph did not answer in time"));
    }

    #[tokio::test]
    async fn a_url_that_has_run_out_is_not_found() {
        let graph = Graph::start().await;
        graph.respond(ResponseTemplate::new(404)).await;
        let url = graph.server.uri().parse().unwrap();
        let error = graph.client.download_media(&url, 10, &token()).await.unwrap_err();
        assert_eq!((error.kind, error.http_status), (Kind::Request, Some(404)));
    }

    #[tokio::test]
    async fn another_host_is_not_asked() {
        let (graph, elsewhere) = (Graph::start().await, Graph::start().await);
        let url = elsewhere.server.uri().parse().unwrap();
        assert_eq!(graph.client.download_media(&url, 10, &token()).await.unwrap_err().kind, Kind::Request);
        assert!(elsewhere.requests().await.is_empty());
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let (graph, elsewhere) = (Graph::start().await, Graph::start().await);
        graph.respond(ResponseTemplate::new(302).insert_header("location", elsewhere.server.uri())).await;
        elsewhere.answer(200, json!({})).await;
        let url = graph.server.uri().parse().unwrap();
        assert_eq!(graph.client.download_media(&url, 10, &token()).await.unwrap_err().kind, Kind::Request);
        assert!(elsewhere.requests().await.is_empty());
    }

    #[tokio::test]
    async fn an_answer_that_came_by_a_redirect_is_refused_whatever_the_client() {
        let (graph, elsewhere) = (Graph::start().await, Graph::start().await);
        graph.respond(ResponseTemplate::new(302).insert_header("location", elsewhere.server.uri())).await;
        elsewhere.answer(200, json!({"id": "7", "url": "https://evil.example"})).await;
        let following = client_with(&graph.server.uri(), reqwest::Client::builder());
        assert_eq!(following.media("7", None, &token()).await.unwrap_err().kind, Kind::Request);
        assert!(elsewhere.requests().await.iter().all(|request| !request.headers.contains_key("authorization")));
    }

    #[tokio::test]
    async fn a_file_is_deleted() {
        let graph = Graph::start().await;
        Mock::given(method("DELETE"))
            .and(path("/v26.0/7"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"success": true})))
            .expect(1)
            .mount(&graph.server)
            .await;
        graph.client.delete_media("7", None, &token()).await.unwrap();
    }
}
