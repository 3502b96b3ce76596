//! Lists, a page at a time: `{"items": [...], "next_cursor": null}`.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problem::Problem;

/// Items of a page, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 50;

/// Which page, and how long.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before
    #[garde(skip)]
    pub cursor: Option<String>,
    /// Items in a page: 1 to 200, 50 unless given
    #[garde(inner(range(min = 1, max = 200)))]
    pub limit: Option<u16>,
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` to get the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl PageQuery {
    /// Checked: how many items are asked for.
    pub fn limit(&self) -> Result<i64, Problem> {
        self.validate()?;
        Ok(i64::from(self.limit.unwrap_or(DEFAULT_LIMIT)))
    }

    /// The cursor of a list in the order of its ids.
    pub fn id_cursor(&self) -> Result<Option<Uuid>, Problem> {
        let parse = |text: &str| Uuid::parse_str(text).map_err(|_| Problem::invalid("cursor", "is not a cursor"));
        self.cursor.as_deref().map(parse).transpose()
    }
}

impl<T> Page<T> {
    /// A list that is short enough for one page.
    pub fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next_cursor: None }
    }

    /// From rows of which one more was fetched than is shown, so that the last page knows that it is the last.
    pub fn from_rows<R>(mut rows: Vec<R>, limit: i64, cursor: impl Fn(&R) -> String, item: impl FnMut(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(cursor);
        Self { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: Vec<u8>) -> Page<u8> {
        Page::from_rows(rows, 2, ToString::to_string, |row| row)
    }

    #[test]
    fn only_a_page_with_more_behind_it_has_a_cursor() {
        let more = page(vec![1, 2, 3]);
        assert_eq!((more.items, more.next_cursor), (vec![1, 2], Some("2".into())));
        let last = page(vec![1, 2]);
        assert_eq!((last.items, last.next_cursor), (vec![1, 2], None));
        assert_eq!(page(vec![]).next_cursor, None);
    }
}
