//! Reading web pages. Whoever may teach a bot may name any address, so nothing is asked but the public internet: each name
//! is resolved here, every one of its addresses is looked at, and the connection goes to what was looked at, for the page
//! itself and for wherever it redirects.

mod address;
mod robots;
mod sitemap;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use moka::future::Cache;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION},
    redirect::Policy,
};
use switchboard_store::{PageProblem, TenantId};
use url::{Host, Position, Url};

pub(crate) use self::address::is_public;
use self::robots::Rules;
use crate::reading::{Document, Format, LARGEST, Reader, Unreadable};

/// How we call ourselves, and how a site's wishes may name us.
const AGENT: &str = "SwitchboardBot";
const USER_AGENT: &str = "SwitchboardBot/1.0 (reads pages for a business's own assistant)";
/// As a server calls a Word document.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Of a longer one, what comes first (RFC 9309, §2.5, asks for 500 KiB at least).
const LARGEST_ROBOTS: usize = 512 * 1024;
const MOST_REDIRECTS: usize = 5;
/// Until a page is here, redirects and a site's wishes included.
const PATIENCE: Duration = Duration::from_secs(20);
const CONNECTING: Duration = Duration::from_secs(5);

/// So long a site's wishes are not asked for again: it would be asked with every page of it.
const WISHES: Duration = Duration::from_mins(1);
/// A site that wishes for a longer pause would never be read to its end.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Bytes of wishes that are remembered, and what a site counts for however little it wishes.
const REMEMBERED: u64 = 32 * 1024 * 1024;
const LEAST_REMEMBERED: usize = 1024;
/// What a server may call an answer by. Longer names are not remembered.
const LONGEST_NAME: usize = 512;

/// Reads pages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Also those of private addresses: for an intranet, and for tests.
    private: bool,
    /// Between two requests to one site that wishes for none.
    pub pause: Duration,
    pub reader: Reader,
    /// Until an answer is here.
    patience: Duration,
    /// By origin.
    wishes: Cache<String, Arc<str>>,
}

/// A page to be read.
#[derive(Debug, Clone)]
pub struct Errand {
    /// For whom.
    pub tenant: TenantId,
    pub url: Url,
    /// As its server named what was read last: nothing is sent that is still the same.
    pub known: Names,
    /// Where its site is, if it is read for one: it must not lead to another.
    pub site: Option<Url>,
}

/// By what a server knows whether something has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What came of reading a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// Its server says that nothing has changed.
    Same,
    Said(Document, Names),
}

/// What came of asking for a page.
enum Fetched {
    Same,
    Came { format: Format, charset: Option<String>, bytes: Vec<u8>, names: Names },
}

/// What a site names in its sitemaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    pub pages: Vec<Url>,
    /// Of other sites, not to be read by programs, or too many.
    pub left_out: usize,
    /// Whether all of its sitemaps could be read.
    pub is_whole: bool,
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

/// Whom a page is asked of: its host, with the port where it is not the scheme's own.
pub fn host_of(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterPort]
}

/// Whether both are of one site, which may call itself with `www.` and without.
pub(crate) fn is_of_site(site: &Url, url: &Url) -> bool {
    let bare = |url: &Url| url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host).to_owned());
    is_plain(url) && url.port() == site.port() && bare(url) == bare(site)
}

impl Pages {
    pub fn new(private: bool, pause: Duration, reader: Reader) -> Self {
        let weigh =
            |_: &String, wishes: &Arc<str>| u32::try_from(wishes.len().max(LEAST_REMEMBERED)).unwrap_or(u32::MAX);
        let wishes = Cache::builder().weigher(weigh).max_capacity(REMEMBERED).time_to_live(WISHES).build();
        Self { private, pause, reader, patience: PATIENCE, wishes }
    }

    /// A site that takes a connection and then says nothing would be waited for, for ever.
    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, PageProblem>>) -> Result<T, PageProblem> {
        tokio::time::timeout(self.patience, asked).await.unwrap_or(Err(PageProblem::Timeout))
    }

    /// How long a site is to be left alone between two requests: as long as it wishes, or as we do anyway. Nothing is asked
    /// for it: its wishes were, a moment ago.
    pub async fn pause_of(&self, page: &Url) -> Duration {
        let wishes = self.wishes.get(&page.origin().ascii_serialization()).await.unwrap_or_default();
        self.pause.max(robots::delay(&wishes, AGENT).unwrap_or_default().min(LONGEST_PAUSE))
    }

    /// What has come is read when it is its turn: that others are before it is not the site's fault.
    pub async fn read(&self, errand: &Errand) -> Result<Read, PageProblem> {
        match self.in_time(self.follow(errand)).await? {
            Fetched::Same => Ok(Read::Same),
            Fetched::Came { format, charset, bytes, names } => {
                let place = self.reader.wait(errand.tenant);
                let document = place.read(format, bytes, charset.as_deref()).await.map_err(problem_of)?;
                Ok(Read::Said(document, names))
            }
        }
    }

    async fn follow(&self, errand: &Errand) -> Result<Fetched, PageProblem> {
        let mut url = errand.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            if errand.site.as_ref().is_some_and(|site| !is_of_site(site, &url)) {
                return Err(PageProblem::Elsewhere);
            }
            if !Rules::of(&self.wishes(&url).await?, AGENT).allow(&path_of(&url)) {
                return Err(PageProblem::Robots);
            }
            let response = self.get(&url, &errand.known).await?;
            if response.status() == StatusCode::NOT_MODIFIED && errand.known != Names::default() {
                return Ok(Fetched::Same);
            }
            let Some(next) = redirect(&url, &response)? else { return fetched(response).await };
            url = next;
        }
        Err(PageProblem::Unreachable)
    }

    /// What a site asks of programs. One that has no such file asks nothing.
    async fn wishes(&self, page: &Url) -> Result<Arc<str>, PageProblem> {
        let site = page.origin().ascii_serialization();
        if let Some(known) = self.wishes.get(&site).await {
            return Ok(known);
        }
        let wishes: Arc<str> = self.ask_site(page).await?.into();
        self.wishes.insert(site, Arc::clone(&wishes)).await;
        Ok(wishes)
    }

    async fn ask_site(&self, page: &Url) -> Result<String, PageProblem> {
        let mut url = page.join("/robots.txt").map_err(|_| PageProblem::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.get(&url, &Names::default()).await?;
            if let Some(next) = redirect(&url, &response)? {
                url = next;
                continue;
            }
            if response.status().is_client_error() {
                return Ok(String::new());
            }
            if !response.status().is_success() {
                return Err(PageProblem::Unreachable);
            }
            let (bytes, is_whole) = beginning(response, LARGEST_ROBOTS).await?;
            let mut wishes = String::from_utf8_lossy(&bytes).into_owned();
            if !is_whole {
                // Half a rule is another rule.
                wishes.truncate(wishes.rfind(['\n', '\r']).unwrap_or(0));
            }
            return Ok(wishes);
        }
        Err(PageProblem::Unreachable)
    }

    /// One request, to an address that was looked at.
    async fn get(&self, url: &Url, known: &Names) -> Result<Response, PageProblem> {
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
        let mut request =
            client.get(url.clone()).header(ACCEPT, "text/html, text/plain, text/markdown, application/pdf, */*;q=0.1");
        for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request
            .send()
            .await
            .map_err(|error| if error.is_timeout() { PageProblem::Timeout } else { PageProblem::Unreachable })
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
}

async fn fetched(response: Response) -> Result<Fetched, PageProblem> {
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
    let names = Names { etag: header(&response, &ETAG), last_modified: header(&response, &LAST_MODIFIED) };
    let (bytes, is_whole) = beginning(response, LARGEST).await?;
    if is_whole { Ok(Fetched::Came { format, charset, bytes, names }) } else { Err(PageProblem::TooLarge) }
}

fn problem_of(error: Unreadable) -> PageProblem {
    match error {
        Unreadable::TooLong | Unreadable::TooHard => PageProblem::TooLarge,
        Unreadable::Unsupported | Unreadable::Binary | Unreadable::Damaged | Unreadable::Locked => PageProblem::NotText,
        Unreadable::Empty => PageProblem::Empty,
    }
}

fn path_of(url: &Url) -> String {
    url[Position::BeforePath..Position::AfterQuery].to_owned()
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_NAME).then(|| value.to_owned())
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

/// What the body begins with, and whether that is all of it.
async fn beginning(mut response: Response, most: usize) -> Result<(Vec<u8>, bool), PageProblem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| PageProblem::Unreachable)? {
        let room = most - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((bytes, false));
        }
    }
    Ok((bytes, true))
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
        let pages = Pages::new(false, Duration::ZERO, Reader::new("nowhere".into()));
        let url = Url::parse(url).unwrap();
        assert_eq!(pages.tour(&url).await, Err(PageProblem::Address));
        let errand = Errand { tenant: TenantId(uuid::Uuid::nil()), url, known: Names::default(), site: None };
        assert_eq!(pages.read(&errand).await, Err(PageProblem::Address));
    }

    #[tokio::test]
    async fn a_site_that_takes_a_connection_and_says_nothing_is_not_waited_for() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/", silent.local_addr().unwrap())).unwrap();
        let patience = Duration::from_millis(1);
        let pages = Pages { patience, ..Pages::new(true, Duration::ZERO, Reader::new("nowhere".into())) };
        assert_eq!(pages.tour(&url).await, Err(PageProblem::Timeout));
        let errand = Errand { tenant: TenantId(uuid::Uuid::nil()), url, known: Names::default(), site: None };
        assert_eq!(pages.read(&errand).await, Err(PageProblem::Timeout));
    }

    #[rstest]
    #[case("https://example.com/a", true)]
    #[case("http://www.example.com/", true)]
    #[case("https://example.com:8443/", false)]
    #[case("https://shop.example.com/", false)]
    #[case("https://example.com.evil.net/", false)]
    #[case("https://user@example.com/", false)]
    #[case("ftp://example.com/", false)]
    fn a_site_is_its_host(#[case] url: &str, #[case] is_of: bool) {
        let site = Url::parse("https://www.example.com/").unwrap();
        assert_eq!(is_of_site(&site, &Url::parse(url).unwrap()), is_of);
    }
}
