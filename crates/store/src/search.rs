//! Finding messages and contacts by words.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

/// What can be found, under the id of the message or the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    pub tenant: TenantId,
    pub id: Uuid,
    /// Words with a space between them.
    pub words: String,
}

/// Something found: its place in the order of finding, and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Row)]
pub struct Found {
    pub seq: i64,
    pub id: Uuid,
}

/// Found this often, something is common: the newest are near the end, and walking there from it is quicker than sorting
/// all there are.
const COMMON: i64 = 2_000;

statements! {
    PUT = {
        sqlite: "INSERT INTO search_document (tenant, id, words)
                 SELECT unhex(value->>'tenant', '-'), unhex(value->>'id', '-'), value->>'words' FROM jsonb_each($1) WHERE true
                 ON CONFLICT (tenant, id) DO UPDATE SET words = excluded.words",
        postgres: "INSERT INTO search_document (tenant, id, words)
                 SELECT (x->>'tenant')::uuid, (x->>'id')::uuid, array_to_tsvector(string_to_array(x->>'words', ' '))
                 FROM jsonb_array_elements($1) AS x
                 ON CONFLICT (tenant, id) DO UPDATE SET words = excluded.words",
    };
    REMOVE = {
        sqlite: "DELETE FROM search_document WHERE tenant = $1 AND id IN (SELECT unhex(value, '-') FROM jsonb_each($2))",
        postgres: "DELETE FROM search_document
                 WHERE tenant = $1 AND id IN (SELECT value::uuid FROM jsonb_array_elements_text($2))",
    };
    // The planner must not read the whole table, all tenants', because it takes something for common.
    WITHOUT = {
        sqlite: "SELECT $1",
        postgres: "SELECT set_config($1, 'off', true)",
    };
    // The query is written as SQLite has it; no word holds any character of its grammar.
    FIND = {
        sqlite: "SELECT d.seq, d.id FROM search_words AS w JOIN search_document AS d ON d.seq = w.rowid
                 WHERE search_words MATCH $1 AND w.rowid < $2 AND d.tenant = $4 ORDER BY w.rowid DESC LIMIT $3",
        postgres: "SELECT seq, id FROM search_document
                 WHERE words @@ CAST(replace(replace(replace(CAST($1 AS TEXT), ' AND ', ' & '), '\"*', '\":*'), '\"', '''') AS tsquery)
                   AND seq < $2 AND tenant::text = CAST($4 AS UUID)::text LIMIT $3",
    };
    WALK = {
        sqlite: "SELECT d.seq, d.id FROM search_words AS w JOIN search_document AS d ON d.seq = w.rowid
                 WHERE search_words MATCH $1 AND w.rowid < $2 AND d.tenant = $4 ORDER BY w.rowid DESC LIMIT $3",
        postgres: "SELECT seq, id FROM search_document
                 WHERE tenant = $4 AND seq < $2
                   AND words @@ CAST(replace(replace(replace(CAST($1 AS TEXT), ' AND ', ' & '), '\"*', '\":*'), '\"', '''') AS tsquery)
                 ORDER BY seq DESC LIMIT $3",
    };
}

/// Makes documents findable, by these words from now on.
pub async fn put(conn: &mut Conn<'_>, documents: &[Document]) -> Result<()> {
    if !documents.is_empty() {
        execute!(conn, PUT; Json(documents))?;
    }
    Ok(())
}

pub async fn remove(conn: &mut Conn<'_>, tenant: TenantId, ids: &[Uuid]) -> Result<()> {
    if !ids.is_empty() {
        execute!(conn, REMOVE; tenant, Json(ids))?;
    }
    Ok(())
}

/// What has all the words of `query` (`"word" AND "begin"*`), what became findable last first; `before`: the last place
/// of the page before.
pub async fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    query: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Found>> {
    let before = before.unwrap_or(i64::MAX);
    fetch!(one, conn, WITHOUT => (String,); "enable_seqscan")?;
    let mut found = fetch!(all, conn, FIND => Found; query, before, COMMON, tenant)?;
    if i64::try_from(found.len()).is_ok_and(|count| count < COMMON) {
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        return Ok(found);
    }
    fetch!(one, conn, WITHOUT => (String,); "enable_bitmapscan")?;
    fetch!(all, conn, WALK => Found; query, before, limit, tenant)
}
