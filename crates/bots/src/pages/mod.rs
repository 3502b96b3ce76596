//! Reading web pages. Whoever may teach a bot may name any address, so nothing is asked but the public internet: each name
//! is resolved here, every one of its addresses is looked at, and the connection goes to what was looked at, for the page
//! itself and for wherever it redirects.

mod address;
mod robots;

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
    redirect::Policy,
};
use switchboard_store::PageProblem;
use url::{Host, Url};

pub(crate) use self::address::is_public;
use crate::reading::{Document, Format, LARGEST, Reader, Unreadable};

/// How we call ourselves, and how a site's wishes may name us.
const AGENT: &str = "SwitchboardBot";
const USER_AGENT: &str = "SwitchboardBot/1.0 (reads pages for a business's own assistant)";
/// As a server calls a Word document.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const LARGEST_ROBOTS: usize = 256 * 1024;
const MOST_REDIRECTS: usize = 5;
/// For all of it, redirects and a site's wishes included.
const PATIENCE: Duration = Duration::from_secs(20);
const CONNECTING: Duration = Duration::from_secs(5);

/// Reads pages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Also those of private addresses: for an intranet, and for tests.
    pub private: bool,
    pub reader: Reader,
}

/// A page's address as people type it; `None`: it is none.
pub fn parse_url(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = Url::parse(text).or_else(|_| Url::parse(&format!("https://{text}"))).ok()?;
    is_plain(&url).then_some(url)
}

/// Of the web, and without a name and a password in it.
fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()
}

impl Pages {
    pub async fn read(&self, url: &Url) -> Result<Document, PageProblem> {
        tokio::time::timeout(PATIENCE, self.follow(url.clone())).await.unwrap_or(Err(PageProblem::Timeout))
    }

    async fn follow(&self, mut url: Url) -> Result<Document, PageProblem> {
        for _ in 0..=MOST_REDIRECTS {
            self.ask_site(&url).await?;
            let response = self.get(&url).await?;
            let Some(next) = redirect(&url, &response)? else { return self.document(response).await };
            url = next;
        }
        Err(PageProblem::Unreachable)
    }

    /// Whether the site wants to be read by programs. One that has no such file does not mind.
    async fn ask_site(&self, page: &Url) -> Result<(), PageProblem> {
        let mut url = page.join("/robots.txt").map_err(|_| PageProblem::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.get(&url).await?;
            if let Some(next) = redirect(&url, &response)? {
                url = next;
                continue;
            }
            if response.status().is_client_error() {
                return Ok(());
            }
            if !response.status().is_success() {
                return Err(PageProblem::Unreachable);
            }
            let text = match body(response, LARGEST_ROBOTS).await {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(PageProblem::TooLarge) => String::new(),
                Err(problem) => return Err(problem),
            };
            let path = page.query().map_or_else(|| page.path().to_owned(), |query| format!("{}?{query}", page.path()));
            return if robots::allows(&text, AGENT, &path) { Ok(()) } else { Err(PageProblem::Robots) };
        }
        Err(PageProblem::Unreachable)
    }

    /// One request, to an address that was looked at.
    async fn get(&self, url: &Url) -> Result<Response, PageProblem> {
        if !is_plain(url) {
            return Err(PageProblem::Address);
        }
        let mut client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .connect_timeout(CONNECTING)
            // A proxy of the machine's would resolve the name once more.
            .no_proxy();
        if let Some((name, addresses)) = self.resolve(url).await? {
            client = client.resolve_to_addrs(&name, &addresses);
        }
        let client = client.build().map_err(|_| PageProblem::Unreachable)?;
        let asked = client
            .get(url.clone())
            .header(ACCEPT, "text/html, text/plain, text/markdown, application/pdf, */*;q=0.1")
            .send()
            .await;
        asked.map_err(|error| if error.is_timeout() { PageProblem::Timeout } else { PageProblem::Unreachable })
    }

    /// The addresses behind a name; `None`: it is an address itself. Where one of them is not to be asked, none is.
    async fn resolve(&self, url: &Url) -> Result<Option<(String, Vec<SocketAddr>)>, PageProblem> {
        let may_ask = |address: IpAddr| self.private || is_public(address);
        let port = url.port_or_known_default().ok_or(PageProblem::Address)?;
        let name = match url.host().ok_or(PageProblem::Address)? {
            Host::Ipv4(address) => return may_ask(address.into()).then_some(None).ok_or(PageProblem::Address),
            Host::Ipv6(address) => return may_ask(address.into()).then_some(None).ok_or(PageProblem::Address),
            Host::Domain(name) => name.to_owned(),
        };
        let found = tokio::net::lookup_host((name.as_str(), port)).await.map_err(|_| PageProblem::Unreachable)?;
        let addresses: Vec<SocketAddr> = found.collect();
        if addresses.is_empty() {
            return Err(PageProblem::Unreachable);
        }
        if !addresses.iter().all(|address| may_ask(address.ip())) {
            return Err(PageProblem::Address);
        }
        Ok(Some((name, addresses)))
    }

    async fn document(&self, response: Response) -> Result<Document, PageProblem> {
        if !response.status().is_success() {
            return Err(PageProblem::Status);
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("text/html");
        let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        let format = match kind.trim().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => Format::Html,
            "text/markdown" => Format::Markdown,
            "text/csv" => Format::Csv,
            "text/plain" => Format::Text,
            "application/pdf" => Format::Pdf,
            DOCX => Format::Docx,
            _ => return Err(PageProblem::NotText),
        };
        let charset = parameters
            .split(';')
            .find_map(|it| it.trim().strip_prefix("charset="))
            .map(|it| it.trim_matches('"').to_owned());
        let bytes = body(response, LARGEST).await?;
        self.reader.read(format, bytes, charset.as_deref()).await.map_err(|error| match error {
            Unreadable::TooLong | Unreadable::TooHard => PageProblem::TooLarge,
            Unreadable::Unsupported | Unreadable::Binary | Unreadable::Damaged | Unreadable::Locked => {
                PageProblem::NotText
            }
            Unreadable::Empty => PageProblem::Empty,
        })
    }
}

/// Where an answer sends us; `None`: nowhere.
fn redirect(from: &Url, response: &Response) -> Result<Option<Url>, PageProblem> {
    let moved = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    if !moved {
        return Ok(None);
    }
    let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).ok_or(PageProblem::Unreachable)?;
    from.join(to).map(Some).map_err(|_| PageProblem::Address)
}

/// The body, unless there is more of it.
async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, PageProblem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| PageProblem::Unreachable)? {
        if bytes.len() + chunk.len() > most {
            return Err(PageProblem::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("example.com/about", Some("https://example.com/about"))]
    #[case(" http://example.com ", Some("http://example.com/"))]
    #[case("ftp://example.com", None)]
    #[case("file:///etc/passwd", None)]
    #[case("https://name:secret@example.com", None)]
    #[case("", None)]
    fn an_address_is_of_the_web(#[case] text: &str, #[case] url: Option<&str>) {
        assert_eq!(parse_url(text).as_ref().map(Url::as_str), url);
    }

    #[rstest]
    #[case("http://127.0.0.1:1/")]
    #[case("http://[::1]/")]
    #[case("http://2130706433/")]
    #[case("http://0x7f.1/")]
    #[case("http://localhost:1/")]
    #[case("http://169.254.169.254/latest/meta-data")]
    #[tokio::test]
    async fn no_machine_of_our_own_network_is_asked(#[case] url: &str) {
        assert_eq!(
            Pages { private: false, reader: Reader::new("nowhere".into()) }.read(&Url::parse(url).unwrap()).await,
            Err(PageProblem::Address)
        );
    }
}
