//! Which pages a site has, as it says itself (sitemaps.org): in files that `robots.txt` names, or where such a file usually is.
//! A file may name other files. Whoever writes it may mean us harm, so everything in it is counted.

use std::{
    collections::{HashSet, VecDeque},
    io::Read,
};

use flate2::read::MultiGzDecoder;
use quick_xml::{Reader, events::Event};
use switchboard_store::PageProblem;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    AGENT, MOST_REDIRECTS, Names, Pages, Tour, beginning, is_of_site, path_of, redirect,
    robots::{self, Rules},
};
use crate::reading::{LARGEST, xml_character};

/// Pages of one site.
pub(super) const MOST_PAGES: usize = 500;
/// Files that are read for one site.
const MOST_FILES: usize = 20;
/// How deep a file may lie that is named by files.
const DEEPEST: usize = 2;
/// Addresses that are looked at in one file (sitemaps.org allows as many).
const MOST_LOCATIONS: usize = 50_000;
/// How a packed file begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// In characters, as of a page that is named by hand.
const LONGEST_LOCATION: usize = 2_000;

impl Pages {
    /// Looks for the pages of a site. `site`: its address, or that of its sitemap; with a path, only pages below it count.
    pub async fn tour(&self, site: &Url) -> Result<Tour, PageProblem> {
        let wishes = self.in_time(self.wishes(site)).await?;
        let mut search = Search::new(site.clone(), &wishes);
        while let Some((url, depth)) = search.next_file() {
            tokio::time::sleep(self.pause_of(site).await).await;
            match self.in_time(self.sitemap(site, &url)).await {
                Ok(file) => search = self.in_time(search.taking(url, depth, file)).await?,
                Err(problem) => search.fail(problem),
            }
        }
        search.end()
    }

    async fn sitemap(&self, site: &Url, url: &Url) -> Result<File, PageProblem> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            if !is_of_site(site, &url) {
                return Err(PageProblem::Elsewhere);
            }
            let response = self.get(&url, &Names::default()).await?;
            if let Some(next) = redirect(&url, &response)? {
                url = next;
                continue;
            }
            if !response.status().is_success() {
                let is_missing = response.status().is_client_error();
                return Err(if is_missing { PageProblem::NoSitemap } else { PageProblem::Status });
            }
            // Of a file that is too large, what comes first.
            let (bytes, _) = beginning(response, LARGEST).await?;
            let parsed =
                tokio::task::spawn_blocking(move || File::parse(&String::from_utf8_lossy(&plain(bytes)))).await;
            return parsed.ok().flatten().ok_or(PageProblem::BadSitemap);
        }
        Err(PageProblem::Unreachable)
    }
}

/// What a file says that may be packed, whatever its name is (sitemaps.org allows gzip). Of one that is too large, or broken
/// off, what comes first.
fn plain(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(&GZIP) {
        return bytes;
    }
    let mut plain = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    // What was unpacked before an error is kept.
    let _ = MultiGzDecoder::new(bytes.as_slice()).take(most).read_to_end(&mut plain);
    plain
}

/// What was found so far, and where to look next.
struct Search {
    site: Url,
    rules: Rules,
    /// Files, and how deep they lie.
    files: VecDeque<(Url, usize)>,
    seen_files: HashSet<Url>,
    pages: Vec<Url>,
    seen_pages: HashSet<Url>,
    left_out: usize,
    forbidden: usize,
    /// Why a file could not be read, the first time.
    problem: Option<PageProblem>,
    is_whole: bool,
    /// Whether pages are missing for which there was room.
    has_gap: bool,
}

impl Search {
    fn new(site: Url, wishes: &str) -> Self {
        let mut search = Self {
            site,
            rules: Rules::of(wishes, AGENT),
            files: VecDeque::new(),
            seen_files: HashSet::new(),
            pages: Vec::new(),
            seen_pages: HashSet::new(),
            left_out: 0,
            forbidden: 0,
            problem: None,
            is_whole: true,
            has_gap: false,
        };
        if is_file(&search.site) {
            search.queue(search.site.clone(), 0);
            return search;
        }
        let of_site = |url: &str| search.site.join(url).ok().filter(|url| is_of_site(&search.site, url));
        let named: Vec<Url> = robots::sitemaps(wishes).filter_map(of_site).take(MOST_FILES).collect();
        for url in named {
            search.queue(url, 0);
        }
        if search.files.is_empty()
            && let Ok(usual) = search.site.join("/sitemap.xml")
        {
            search.queue(usual, 0);
        }
        search
    }

    fn queue(&mut self, url: Url, depth: usize) {
        if self.seen_files.contains(&url) {
            return;
        }
        if depth > DEEPEST || self.seen_files.len() >= MOST_FILES {
            self.is_whole = false;
            return;
        }
        self.seen_files.insert(url.clone());
        self.files.push_back((url, depth));
    }

    fn next_file(&mut self) -> Option<(Url, usize)> {
        // What more there is would be left out.
        if self.pages.len() >= MOST_PAGES {
            self.left_out += self.files.len();
            self.files.clear();
        }
        self.files.pop_front()
    }

    /// Aside: a site may have many rules, and name many addresses that are compared with each of them. Whoever does not wait
    /// for it ends it.
    async fn taking(mut self, from: Url, depth: usize, file: File) -> Result<Self, PageProblem> {
        let stop = CancellationToken::new();
        let is_over = stop.clone();
        let _guard = stop.drop_guard();
        let taken = tokio::task::spawn_blocking(move || {
            self.take(&from, depth, file, || is_over.is_cancelled());
            self
        });
        taken.await.map_err(|_| PageProblem::BadSitemap)
    }

    fn take(&mut self, from: &Url, depth: usize, file: File, is_over: impl Fn() -> bool) {
        self.is_whole &= file.is_whole;
        for location in file.locations {
            if is_over() {
                return;
            }
            let url = from.join(&location).ok().filter(|url| is_of_site(&self.site, url));
            match url {
                None => self.left_out += 1,
                Some(url) if file.is_index => self.queue(url, depth + 1),
                Some(url) => self.take_page(url),
            }
        }
        self.has_gap |= !file.is_whole && self.pages.len() < MOST_PAGES;
    }

    fn take_page(&mut self, mut url: Url) {
        url.set_fragment(None);
        if self.seen_pages.contains(&url) {
            return;
        }
        if self.pages.len() >= MOST_PAGES || !is_below(&self.site, &url) {
            self.left_out += 1;
            return;
        }
        if !self.rules.allow(&path_of(&url)) {
            self.left_out += 1;
            self.forbidden += 1;
            return;
        }
        self.seen_pages.insert(url.clone());
        self.pages.push(url);
    }

    fn fail(&mut self, problem: PageProblem) {
        self.has_gap = true;
        self.problem.get_or_insert(problem);
    }

    fn end(self) -> Result<Tour, PageProblem> {
        if self.pages.is_empty() {
            let none = if self.forbidden > 0 { PageProblem::Robots } else { PageProblem::NoSitemap };
            return Err(self.problem.unwrap_or(none));
        }
        // What is cut off of a site that is full is past what is read.
        let is_whole = !self.has_gap && (self.is_whole || self.pages.len() >= MOST_PAGES);
        Ok(Tour { pages: self.pages, left_out: self.left_out, is_whole })
    }
}

/// Whether an address is that of a sitemap, and not of a page.
fn is_file(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".xml", ".xml.gz"].iter().any(|ending| path.ends_with(ending))
}

/// Whether a page lies below the path that somebody has named.
fn is_below(site: &Url, page: &Url) -> bool {
    let path = site.path();
    let folder = if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
    is_file(site) || page.path() == path || page.path().starts_with(&folder)
}

/// What a sitemap says.
#[derive(Debug, Default, PartialEq, Eq)]
struct File {
    /// It names other sitemaps, and no pages.
    is_index: bool,
    locations: Vec<String>,
    /// Whether it is written as it should be up to its end.
    is_whole: bool,
}

impl File {
    /// Only addresses in their place are read, and no other names than XML's own are known. `None`: it is no sitemap.
    fn parse(xml: &str) -> Option<Self> {
        let mut reader = Reader::from_str(xml);
        let mut file = Self::default();
        let (mut is_sitemap, mut depth, mut location) = (false, 0_usize, None::<String>);
        while file.locations.len() < MOST_LOCATIONS {
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    depth += 1;
                    let name = tag.local_name();
                    if depth == 1 {
                        file.is_index = name.as_ref() == b"sitemapindex";
                        is_sitemap = file.is_index || name.as_ref() == b"urlset";
                    }
                    if !is_sitemap {
                        return None;
                    }
                    // One of a picture lies deeper.
                    location = (depth == 3 && name.as_ref() == b"loc").then(String::new);
                }
                Ok(Event::End(_)) => {
                    depth = depth.saturating_sub(1);
                    file.locations.extend(location.take().and_then(|text| address(&text)));
                }
                Ok(Event::Text(text)) => append(&mut location, text.decode().ok().as_deref()),
                Ok(Event::CData(text)) => append(&mut location, text.decode().ok().as_deref()),
                Ok(Event::GeneralRef(entity)) => {
                    append(&mut location, xml_character(&entity).map(String::from).as_deref());
                }
                Ok(Event::Eof) => {
                    file.is_whole = depth == 0;
                    break;
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        is_sitemap.then_some(file)
    }
}

fn append(location: &mut Option<String>, text: Option<&str>) {
    // One character more is too many, and stays so.
    if let (Some(location), Some(text)) = (location, text)
        && location.len() <= 4 * LONGEST_LOCATION
    {
        location.push_str(text);
    }
}

fn address(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=LONGEST_LOCATION).contains(&text.chars().count()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn locations(xml: &str) -> Vec<String> {
        File::parse(xml).unwrap().locations
    }

    #[test]
    fn addresses_are_read_in_their_place_alone() {
        let xml = r#"<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "b">]>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><loc>https://a.example/root</loc>
            <url><loc> https://a.example/?a=1&amp;b=&#50; </loc><lastmod>2026-01-01</lastmod>
              <image:image><image:loc>https://a.example/x.png</image:loc></image:image></url>
            <url><loc><![CDATA[https://a.example/c]]></loc></url><url><loc></loc></url><url/></urlset>"#;
        let file = File::parse(xml).unwrap();
        assert_eq!(file.locations, ["https://a.example/?a=1&b=2", "https://a.example/c"]);
        assert_eq!((file.is_index, file.is_whole), (false, true));
        let index = "<sm:sitemapindex><sm:sitemap><sm:loc>/a.xml</sm:loc></sm:sitemap></sm:sitemapindex>";
        assert_eq!(File::parse(index).map(|file| (file.is_index, file.locations)), Some((true, vec!["/a.xml".into()])));
    }

    #[rstest]
    #[case("<html><body><loc>https://a.example/</loc></body></html>")]
    #[case("not found")]
    #[case("")]
    fn what_is_no_sitemap_is_none(#[case] xml: &str) {
        assert_eq!(File::parse(xml), None);
    }

    #[test]
    fn what_is_cut_off_is_read_so_far_and_is_not_whole() {
        let cut = File::parse("<urlset><url><loc>/a</loc></url><url><loc>/b</lo").unwrap();
        assert_eq!((cut.locations, cut.is_whole), (vec!["/a".to_owned()], false));
        let long = format!("<urlset>{}</urlset>", "<url><loc>/a</loc></url>".repeat(MOST_LOCATIONS + 1));
        assert_eq!(File::parse(&long).map(|file| (file.locations.len(), file.is_whole)), Some((MOST_LOCATIONS, false)));
        let endless = format!("<urlset><url><loc>{}</loc></url></urlset>", "a".repeat(2_001));
        assert_eq!(locations(&endless), Vec::<String>::new());
    }

    #[test]
    fn a_packed_file_is_read_as_far_as_it_goes() {
        let packed = |text: &[u8]| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut gzip, text).unwrap();
            gzip.finish().unwrap()
        };
        let map = b"<urlset><url><loc>/a</loc></url></urlset>";
        assert_eq!(plain(map.to_vec()), map);
        assert_eq!(plain(packed(map)), map);
        let broken_off = packed(&map.repeat(1_000));
        assert!(plain(broken_off[..broken_off.len() - 8].to_vec()).starts_with(map));
        assert_eq!(plain(packed(&vec![b' '; LARGEST + 1])).len(), LARGEST);
        assert_eq!(plain(vec![0x1f, 0x8b, 0xff]), b"");
    }

    fn searched(site: &str, wishes: &str, pages: &[&str]) -> Result<Tour, PageProblem> {
        let site = Url::parse(site).unwrap();
        let mut search = Search::new(site, wishes);
        let (from, depth) = search.next_file().unwrap();
        let locations = pages.iter().map(|&page| page.to_owned()).collect();
        search.take(&from, depth, File { is_index: false, locations, is_whole: true }, || false);
        search.end()
    }

    #[rstest]
    #[case::all("https://a.example/", &["https://a.example/", "/help", "https://www.a.example/b#top"], 3, 0)]
    #[case::others("https://a.example/", &["https://b.example/", "https://a.example:444/", "file:///etc/passwd", "/"], 1, 3)]
    #[case::below("https://a.example/help", &["/help", "/help/a", "/helpers", "/"], 2, 2)]
    #[case::twice("https://a.example/", &["/a", "/a#b", "/a"], 1, 0)]
    #[case::forbidden("https://a.example/", &["/private/a", "/a"], 1, 1)]
    #[case::of_a_packed_file("https://a.example/maps/pages.xml.gz", &["/a", "/maps/b"], 2, 0)]
    #[case::of_a_file("https://a.example/maps/pages.xml", &["/a", "/maps/b"], 2, 0)]
    fn pages_of_the_site_count(
        #[case] site: &str,
        #[case] pages: &[&str],
        #[case] taken: usize,
        #[case] left_out: usize,
    ) {
        let tour = searched(site, "User-agent: *\nDisallow: /private", pages).unwrap();
        assert_eq!((tour.pages.len(), tour.left_out, tour.is_whole), (taken, left_out, true), "{tour:?}");
    }

    #[test]
    fn what_has_no_page_says_why() {
        assert_eq!(searched("https://a.example/", "", &[]), Err(PageProblem::NoSitemap));
        let wishes = "User-agent: *\nDisallow: /";
        assert_eq!(searched("https://a.example/", wishes, &["/a"]), Err(PageProblem::Robots));
    }

    #[test]
    fn files_that_name_each_other_come_to_an_end() {
        let site = Url::parse("https://a.example/").unwrap();
        let mut search = Search::new(site, "Sitemap: /0.xml\nSitemap: https://b.example/x.xml");
        let (mut files, mut deepest) = (0, 0);
        while let Some((url, depth)) = search.next_file() {
            (files, deepest) = (files + 1, deepest.max(depth));
            let locations = (0..100).map(|n| format!("/{}.xml", files * 100 + n)).chain(["/0.xml".into()]).collect();
            search.take(&url, depth, File { is_index: true, locations, is_whole: true }, || false);
        }
        assert_eq!(files, MOST_FILES);
        assert!(deepest <= DEEPEST);
        assert!(!search.is_whole);
    }

    #[test]
    fn a_site_has_so_many_pages_and_no_more() {
        let pages: Vec<String> = (0..MOST_PAGES + 7).map(|n| format!("/{n}")).collect();
        let tour = searched("https://a.example/", "", &pages.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert_eq!((tour.pages.len(), tour.left_out, tour.is_whole), (MOST_PAGES, 7, true));
    }

    #[test]
    fn what_there_is_no_room_for_is_compared_with_no_rule() {
        let site = Url::parse("https://a.example/").unwrap();
        let mut search = Search::new(site, "User-agent: *\nDisallow: /private");
        let (from, depth) = search.next_file().unwrap();
        let locations = (0..MOST_PAGES).map(|n| format!("/{n}")).chain(["/private".to_owned()]).collect();
        search.take(&from, depth, File { is_index: false, locations, is_whole: true }, || false);
        assert_eq!((search.pages.len(), search.left_out, search.forbidden), (MOST_PAGES, 1, 0));
    }

    #[test]
    fn whoever_does_not_wait_ends_the_comparing() {
        let mut search = Search::new(Url::parse("https://a.example/").unwrap(), "");
        let (from, depth) = search.next_file().unwrap();
        let looked = std::cell::Cell::new(0);
        let is_over = || looked.replace(looked.get() + 1) == 2;
        let locations = (0..100).map(|n| format!("/{n}")).collect();
        search.take(&from, depth, File { is_index: false, locations, is_whole: true }, is_over);
        assert_eq!(search.pages.len(), 2);
    }

    #[rstest]
    #[case::failed(None)]
    #[case::broken_off(Some(File { is_index: false, locations: vec!["/first".to_owned()], is_whole: false }))]
    fn a_site_is_not_whole_where_a_file_could_not_be_read_however_many_pages_the_next_has(#[case] first: Option<File>) {
        let site = Url::parse("https://a.example/").unwrap();
        let mut search = Search::new(site, "Sitemap: /1.xml\nSitemap: /2.xml");
        let (from, depth) = search.next_file().unwrap();
        match first {
            Some(file) => search.take(&from, depth, file, || false),
            None => search.fail(PageProblem::Timeout),
        }
        let (from, depth) = search.next_file().unwrap();
        let locations = (0..MOST_PAGES + 7).map(|n| format!("/{n}")).collect();
        search.take(&from, depth, File { is_index: false, locations, is_whole: true }, || false);
        let tour = search.end().unwrap();
        assert_eq!((tour.pages.len(), tour.is_whole), (MOST_PAGES, false));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(xml in "(<urlset>|<sitemapindex>|</?url>|</?loc>|<!\\[CDATA\\[|\\]\\]>|&[a-z#0-9]{0,4};|<|>|/|\\PC){0,50}") {
            File::parse(&xml);
        }
    }
}
