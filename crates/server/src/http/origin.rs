//! Whether a request comes from our own pages. A browser sends its cookies along with requests that other sites make;
//! only these headers, which a page cannot set, tell the difference (Fetch Metadata; RFC 6454).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode, header},
};
use url::{Origin, Url};

use super::problem::Problem;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// What the headers say about where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    Own,
    Other,
    /// Neither header is there: an old browser, or no browser at all.
    Unknown,
}

fn site(request: &HttpRequest, public_url: &Url) -> Site {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text(SEC_FETCH_SITE) {
        Some("same-origin") => return Site::Own,
        Some("none") | None => {}
        Some(_) => return Site::Other,
    }
    match text(header::ORIGIN.as_str()) {
        Some(origin) if is_origin_of(origin, public_url) => Site::Own,
        Some(_) => Site::Other,
        None => Site::Unknown,
    }
}

fn is_origin_of(origin: &str, public_url: &Url) -> bool {
    Url::parse(origin).is_ok_and(|url| url.origin() == public_url.origin() && matches!(url.origin(), Origin::Tuple(..)))
}

/// Whether the cookie may stand for its person: always to look, and for a change only when our own page asks for it.
pub(crate) fn cookie_counts(request: &HttpRequest, public_url: &Url) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) || site(request, public_url) == Site::Own
}

/// 403 when another site's page is asking. For refresh and logout, which programs without an origin may call too.
pub(crate) fn refuse_foreign(request: &HttpRequest, public_url: &Url) -> Result<(), Problem> {
    if site(request, public_url) == Site::Other {
        return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "Another site may not do this for you"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    const US: &str = "https://switchboard.example.com";

    #[rstest]
    #[case(&[], false, false)]
    #[case(&[("sec-fetch-site", "same-origin")], true, false)]
    #[case(&[("sec-fetch-site", "same-site")], false, true)]
    #[case(&[("sec-fetch-site", "cross-site")], false, true)]
    #[case(&[("sec-fetch-site", "cross-site"), ("origin", US)], false, true)]
    #[case(&[("sec-fetch-site", "none")], false, false)]
    #[case(&[("origin", US)], true, false)]
    #[case(&[("origin", "https://switchboard.example.com:444")], false, true)]
    #[case(&[("origin", "http://switchboard.example.com")], false, true)]
    #[case(&[("origin", "null")], false, true)]
    fn a_post_is_ours_only_with_proof(#[case] headers: &[(&str, &str)], #[case] counts: bool, #[case] foreign: bool) {
        let mut request = TestRequest::post();
        for header in headers {
            request = request.insert_header(*header);
        }
        let (request, us) = (request.to_http_request(), Url::parse(US).unwrap());
        assert_eq!(cookie_counts(&request, &us), counts);
        assert_eq!(refuse_foreign(&request, &us).is_err(), foreign);
    }

    #[test]
    fn looking_needs_no_proof() {
        let request = TestRequest::get().insert_header(("sec-fetch-site", "cross-site")).to_http_request();
        assert!(cookie_counts(&request, &Url::parse(US).unwrap()));
    }
}
