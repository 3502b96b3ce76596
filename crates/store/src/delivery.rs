//! Raw webhook deliveries between their acknowledgement and their dispatch.

use crate::{
    Conn, Json, Millis, Result,
    db::{Row, execute, expect_rows, fetch, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Delivery {
    pub seq: i64,
    pub body: Vec<u8>,
    pub received_at: Millis,
    pub attempts: i64,
}

/// The number of PostgreSQL's advisory lock that makes one process at a time dispatch; of no further meaning.
const DISPATCH_LOCK: i64 = 0x5377_6974_6368;

statements! {
    // SQLite runs in the process, where a statement for each row costs no round trip.
    INSERT = {
        sqlite: "INSERT INTO webhook_delivery (body, received_at, attempts) VALUES ($1, $2, 0)",
        postgres: "INSERT INTO webhook_delivery (body, received_at, attempts)
                 SELECT body, $2, 0 FROM unnest($1::bytea[]) WITH ORDINALITY AS x (body, n) ORDER BY n",
    };
    // Never asked of SQLite, which has one process.
    TRY_LOCK = { sqlite: "SELECT 1 = 1 OR $1", postgres: "SELECT pg_try_advisory_xact_lock($1)" };
    PENDING = "SELECT seq, body, received_at, attempts FROM webhook_delivery ORDER BY seq LIMIT $1";
    DELETE = {
        sqlite: "DELETE FROM webhook_delivery WHERE seq IN (SELECT value FROM jsonb_each($1))",
        postgres: "DELETE FROM webhook_delivery WHERE seq IN (SELECT value::bigint FROM jsonb_array_elements_text($1))",
    };
    COUNT_ATTEMPT = "UPDATE webhook_delivery SET attempts = attempts + 1 WHERE seq = $1";
    BACKLOG = "SELECT count(*) FROM webhook_delivery";
}

/// Stores deliveries as they came. Their places in the order are given now.
pub async fn insert(conn: &mut Conn<'_>, bodies: &[&[u8]], received_at: Millis) -> Result<()> {
    let rows = match conn {
        Conn::Sqlite(c) => {
            let mut rows = 0;
            for body in bodies {
                rows += c.execute(INSERT.sqlite, &[body, &received_at])?;
            }
            rows
        }
        Conn::Postgres(c) => {
            sqlx::query(INSERT.postgres).bind(bodies).bind(received_at).execute(&mut **c).await?.rows_affected()
        }
    };
    expect_rows("webhook_delivery", bodies.len() as u64, rows)
}

/// Makes this transaction the only one that dispatches; `false` if another process is at it. Two of them would hand on
/// the messages of one conversation in either order.
pub async fn try_lock(conn: &mut Conn<'_>) -> Result<bool> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok(true);
    }
    let (locked,) = fetch!(one, conn, TRY_LOCK => (bool,); DISPATCH_LOCK)?;
    Ok(locked)
}

/// The oldest deliveries, in the order of their arrival.
pub async fn pending(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<Delivery>> {
    fetch!(all, conn, PENDING => Delivery; limit)
}

pub async fn delete(conn: &mut Conn<'_>, seqs: &[i64]) -> Result<()> {
    expect_rows("webhook_delivery", seqs.len() as u64, execute!(conn, DELETE; Json(seqs))?)
}

/// Notes that an attempt to dispatch a delivery has failed.
pub async fn count_attempt(conn: &mut Conn<'_>, seq: i64) -> Result<()> {
    expect_rows("webhook_delivery", 1, execute!(conn, COUNT_ATTEMPT; seq)?)
}

/// How many deliveries wait to be dispatched.
pub async fn backlog(conn: &mut Conn<'_>) -> Result<i64> {
    let (count,) = fetch!(one, conn, BACKLOG => (i64,);)?;
    Ok(count)
}
