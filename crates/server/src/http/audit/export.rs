use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Bytes, Data, Query},
};
use futures_util::{Stream, stream};
use serde::Deserialize;
use switchboard_accounts::{Error, Permission, Principal};
use switchboard_store::{audit::Filter, new_id};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{filter::FilterQuery, wire::AuditBody};
use crate::http::{AppState, Authenticated, Problem};

/// Entries read at a time: the log is never in memory as a whole.
const BATCH: usize = 500;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Csv,
    Jsonl,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `csv` (RFC 4180, with a header), or `jsonl`: a JSON object a line; `csv` unless given
    #[param(inline)]
    #[serde(default)]
    format: Format,
}

/// Export what was done
///
/// All of it, or what the filter says, newest first, as a file. In CSV, a text that a spreadsheet would take for a
/// formula begins with an apostrophe.
#[utoipa::path(tag = "audit", params(ExportQuery, FilterQuery), responses(
    (status = 200, description = "The file", content((String = "text/csv"), (String = "application/jsonl"))),
))]
#[get("/api/audit/export")]
pub(super) async fn export(
    state: Data<AppState>,
    who: Authenticated,
    query: Query<ExportQuery>,
    filter: Query<FilterQuery>,
) -> Result<HttpResponse, Problem> {
    let principal = *who.require(Permission::ViewAudit)?;
    let (format, filter) = (query.format, filter.filter()?);
    let (content_type, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "audit.csv"),
        Format::Jsonl => ("application/jsonl", "audit.jsonl"),
    };
    // What is written while the file is being read is not in it.
    let until = new_id(state.clock.now());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(pieces(state, principal, filter, format, until)))
}

/// The file, a batch of entries at a time. Where reading fails, the file ends without its last chunk: no client takes it
/// for whole.
fn pieces(
    state: Data<AppState>,
    principal: Principal,
    filter: Filter,
    format: Format,
    until: Uuid,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let header = (format == Format::Csv).then(|| Bytes::from_static(b"id,at,actor,actor_id,action,target,detail\r\n"));
    let rest = stream::try_unfold(Some(until), move |before| {
        let (state, filter) = (state.clone(), filter.clone());
        async move {
            let Some(before) = before else { return Ok(None) };
            let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
            let entries = state.accounts.audit(&principal, &filter, Some(before), limit).await?;
            let next = if entries.len() < BATCH { None } else { entries.last().map(|entry| entry.id) };
            let text: String = entries.into_iter().map(|entry| line(&entry.into(), format)).collect();
            Ok(Some((Bytes::from(text), next)))
        }
    });
    futures_util::StreamExt::chain(stream::iter(header.map(Ok)), rest)
}

fn line(entry: &AuditBody, format: Format) -> String {
    if format == Format::Jsonl {
        return format!("{}\n", serde_json::to_string(entry).unwrap_or_default());
    }
    let actor_id = entry.actor_id.map(|id| id.to_string()).unwrap_or_default();
    let detail = entry.detail.to_string();
    let target = entry.target.as_deref().unwrap_or_default();
    let id = entry.id.to_string();
    let fields = [&id, &entry.at, entry.actor.as_str(), &actor_id, &entry.action, target, &detail];
    format!("{}\r\n", fields.map(csv_field).join(","))
}

/// A field in quotes where it needs them. People's own words may be in it, and a spreadsheet must not run them.
fn csv_field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::csv_field;

    #[rstest]
    #[case("plain", "plain")]
    #[case("", "")]
    #[case("a,b", "\"a,b\"")]
    #[case("{\"a\":1}", "\"{\"\"a\"\":1}\"")]
    #[case("two\nlines", "\"two\nlines\"")]
    #[case("=1+1", "'=1+1")]
    #[case("@SUM(A1,B1)", "\"'@SUM(A1,B1)\"")]
    fn a_field_stays_one_field_and_never_becomes_a_formula(#[case] text: &str, #[case] written: &str) {
        assert_eq!(csv_field(text), written);
    }
}
