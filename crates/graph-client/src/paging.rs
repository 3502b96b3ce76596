use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;

const PAGE_SIZE: &str = "100";
/// Far beyond what a WABA may hold; a list without end must not keep a worker for ever.
const MAX_PAGES: usize = 100;

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default, deserialize_with = "lenient::list")]
    data: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::optional")]
    paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
struct Paging {
    #[serde(default, deserialize_with = "lenient::optional")]
    cursors: Option<Cursors>,
    #[serde(default, deserialize_with = "lenient::optional")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Cursors {
    #[serde(default, deserialize_with = "lenient::optional_id")]
    after: Option<String>,
}

impl Paging {
    /// The cursor of the next page. There is one only if `next` is there: `cursors.after` stands on the last page too.
    /// `next` itself is never requested, since it may point anywhere; its cursor goes into a URL of our own.
    /// Source: Graph API, "Paginated Results".
    fn after(self) -> Option<String> {
        let next = Url::parse(&self.next?).ok()?;
        self.cursors
            .and_then(|cursors| cursors.after)
            .or_else(|| next.query_pairs().find(|(name, _)| name == "after").map(|(_, cursor)| cursor.into_owned()))
    }
}

impl GraphClient {
    /// All items of a list. Items that cannot be read are left out.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        token: &SecretString,
    ) -> Result<Vec<T>, GraphError> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut call = self.call(Method::GET, path, token)?.query("limit", PAGE_SIZE);
            for (name, value) in query {
                call = call.query(name, value);
            }
            if let Some(after) = &cursor {
                call = call.query("after", after);
            }
            let page: Page = call.send().await?;
            items.extend(page.data.into_iter().filter_map(|item| serde_json::from_value(item).ok()));
            let after = page.paging.and_then(Paging::after);
            if after.is_none() || after == cursor {
                return Ok(items);
            }
            cursor = after;
        }
        tracing::warn!(path = path.join("/"), MAX_PAGES, "a list of Graph was cut off");
        Ok(items)
    }
}
