//! Lists in pages with cursors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};

use super::GraphError;
use super::params::Params;

const DEFAULT_LIMIT: usize = 25;

/// One page of `items`, with the cursors around it. `url` is the list's own address.
pub(crate) fn page(items: Vec<Value>, params: &Params, url: &str) -> Result<Value, GraphError> {
    let limit = params.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(DEFAULT_LIMIT).clamp(1, 100);
    let start = match params.text("after") {
        Some(cursor) => position(&cursor)? + 1,
        None => 0,
    };
    let total = items.len();
    let data: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    if data.is_empty() {
        return Ok(json!({"data": []}));
    }
    let last = start + data.len() - 1;
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(last)}});
    if last + 1 < total {
        paging["next"] = json!(format!("{url}?limit={limit}&after={}", cursor(last)));
    }
    Ok(json!({"data": data, "paging": paging}))
}

fn cursor(position: usize) -> String {
    STANDARD_NO_PAD.encode(format!("at:{position}"))
}

fn position(cursor: &str) -> Result<usize, GraphError> {
    STANDARD_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok()?.strip_prefix("at:")?.parse().ok())
        .ok_or_else(|| GraphError::plain(400, 100, "(#100) Invalid cursors values"))
}
