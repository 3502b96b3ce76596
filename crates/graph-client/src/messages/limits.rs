//! Meta's limits, as checks. Source: the Cloud API's pages per message type.

use std::ops::RangeInclusive;

use thiserror::Error;
use url::Url;

pub(super) const TEXT: usize = 4096;
pub(super) const CAPTION: usize = 1024;
pub(super) const OPAQUE: usize = 512;
pub(super) const TEMPLATE_NAME: usize = 512;
pub(super) const INTERACTIVE_BODY: usize = 1024;
pub(super) const LIST_BODY: usize = 4096;
pub(super) const HEADER_OR_FOOTER: usize = 60;
pub(super) const BUTTONS: usize = 3;
/// Of a reply button, of a list's button and of a link's button.
pub(super) const BUTTON_TITLE: usize = 20;
pub(super) const BUTTON_ID: usize = 256;
pub(super) const SECTIONS: usize = 10;
/// Over all sections.
pub(super) const ROWS: usize = 10;
pub(super) const ROW_OR_SECTION_TITLE: usize = 24;
pub(super) const ROW_ID: usize = 200;
pub(super) const ROW_DESCRIPTION: usize = 72;

/// A message that Meta would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{field} {}", .rule.explain(*.limit, *.actual))]
pub struct Invalid {
    /// As in Meta's JSON: `text.body`.
    pub field: &'static str,
    pub rule: Rule,
    /// Characters or items; for [`Rule::Missing`] the least, else the most that is allowed.
    pub limit: usize,
    pub actual: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// More characters than allowed.
    TooLong,
    /// More items than allowed.
    TooMany,
    /// Empty, or fewer items than required.
    Missing,
    /// Not of the required form; the limit says nothing.
    Malformed,
}

impl Rule {
    fn explain(self, limit: usize, actual: usize) -> String {
        match self {
            Self::TooLong => format!("has {actual} characters; at most {limit} are allowed"),
            Self::TooMany => format!("has {actual} items; at most {limit} are allowed"),
            Self::Missing => "is missing".to_owned(),
            Self::Malformed => "is malformed".to_owned(),
        }
    }
}

pub(super) type Check = Result<(), Invalid>;

/// From one to `limit` characters.
pub(super) fn text(field: &'static str, text: &str, limit: usize) -> Check {
    if text.trim().is_empty() {
        return Err(Invalid { field, rule: Rule::Missing, limit: 1, actual: 0 });
    }
    optional_text(field, Some(text), limit)
}

/// Up to `limit` characters, if it is there at all.
pub(super) fn optional_text(field: &'static str, text: Option<&str>, limit: usize) -> Check {
    let actual = text.map_or(0, |text| text.chars().count());
    if actual > limit { Err(Invalid { field, rule: Rule::TooLong, limit, actual }) } else { Ok(()) }
}

pub(super) fn count(field: &'static str, actual: usize, allowed: RangeInclusive<usize>) -> Check {
    if actual < *allowed.start() {
        return Err(Invalid { field, rule: Rule::Missing, limit: *allowed.start(), actual });
    }
    if actual > *allowed.end() {
        return Err(Invalid { field, rule: Rule::TooMany, limit: *allowed.end(), actual });
    }
    Ok(())
}

/// An address that Meta or the customer's phone can open.
pub(super) fn link(field: &'static str, link: &str) -> Check {
    let is_web = Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    is_web.then_some(()).ok_or_else(|| malformed(field))
}

pub(super) fn malformed(field: &'static str) -> Invalid {
    Invalid { field, rule: Rule::Malformed, limit: 0, actual: 0 }
}
