//! Vectors of passages, so that no model is asked twice for the same text.

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

/// What a model made of a text.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct PassageVector {
    /// Of the text.
    pub digest: Uuid,
    /// A signed byte for each value.
    pub vector: Vec<u8>,
}

statements! {
    // Two that ask for the same text at once store the same; a model may have come to make others under its name.
    INSERT = "INSERT INTO passage_vector (tenant_id, model, digest, vector, used_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (tenant_id, model, digest) DO UPDATE SET vector = excluded.vector, used_at = excluded.used_at";
    OF = {
        sqlite: "SELECT v.digest, v.vector FROM jsonb_each($3) AS x
                 JOIN passage_vector AS v ON v.tenant_id = $1 AND v.model = $2 AND v.digest = unhex(x.value, '-')",
        postgres: "SELECT v.digest, v.vector FROM jsonb_array_elements_text($3) AS x (digest)
                 JOIN passage_vector AS v ON v.tenant_id = $1 AND v.model = $2 AND v.digest = x.digest::uuid",
    };
    TOUCH = {
        sqlite: "UPDATE passage_vector SET used_at = $4 WHERE tenant_id = $1 AND model = $2 AND used_at < $5
                   AND digest IN (SELECT unhex(value, '-') FROM jsonb_each($3))",
        postgres: "UPDATE passage_vector SET used_at = $4 WHERE tenant_id = $1 AND model = $2 AND used_at < $5
                   AND digest IN (SELECT digest::uuid FROM jsonb_array_elements_text($3) AS x (digest))",
    };
}

/// What is there already is replaced.
pub async fn store(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    model: &str,
    vectors: &[PassageVector],
    now: Millis,
) -> Result<()> {
    for PassageVector { digest, vector } in vectors {
        execute!(conn, INSERT; tenant, model, *digest, vector.as_slice(), now)?;
    }
    Ok(())
}

/// Those of these texts that are there.
pub async fn of(conn: &mut Conn<'_>, tenant: TenantId, model: &str, digests: &[Uuid]) -> Result<Vec<PassageVector>> {
    fetch!(all, conn, OF => PassageVector; tenant, model, Json(digests))
}

/// Notes that these are in use, where that was noted before `since`.
pub async fn touch(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    model: &str,
    digests: &[Uuid],
    now: Millis,
    since: Millis,
) -> Result<()> {
    execute!(conn, TOUCH; tenant, model, Json(digests), now, since)?;
    Ok(())
}
