//! What changed, in an order every reader can resume from.

use std::{fmt, str::FromStr};

use serde::Serialize;
use serde_json::Value;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, fetch, statements},
};

/// A change to be told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewEvent {
    pub tenant_id: TenantId,
    pub kind: &'static str,
    pub data: Value,
    pub created_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Row)]
pub struct Event {
    pub tenant_id: TenantId,
    #[row(flatten)]
    pub position: Position,
    pub kind: String,
    pub data: Json<Value>,
    pub created_at: Millis,
}

/// A place in the order of events: what `Last-Event-ID` carries. It is written `tx-seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Row)]
pub struct Position {
    pub tx: i64,
    pub seq: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.tx, self.seq)
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (tx, seq) = text.split_once('-').ok_or(())?;
        Ok(Self { tx: tx.parse().map_err(|_| ())?, seq: seq.parse().map_err(|_| ())? })
    }
}

statements! {
    INSERT = {
        sqlite: "INSERT INTO event (tenant_id, kind, data, created_at)
                 SELECT unhex(value->>'tenant_id', '-'), value->>'kind', value->'data', value->>'created_at'
                 FROM jsonb_each($1) ORDER BY key",
        postgres: "INSERT INTO event (tenant_id, kind, data, created_at)
                 SELECT (row->>'tenant_id')::uuid, row->>'kind', row->'data', (row->>'created_at')::bigint
                 FROM jsonb_array_elements($1) WITH ORDINALITY AS x (row, n) ORDER BY n",
    };
    // Below the oldest transaction still under way everything is settled: nothing can appear there any more.
    AFTER = {
        // `tx` is 0 throughout; comparing the pair would walk the whole table.
        sqlite: "SELECT tenant_id, tx, seq, kind, data, created_at FROM event WHERE seq > $2 AND tx >= $1 ORDER BY seq LIMIT $3",
        postgres: "SELECT tenant_id, tx, seq, kind, data, created_at FROM event
                 WHERE (tx, seq) > ($1, $2) AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY tx, seq LIMIT $3",
    };
    OF_TENANT_AFTER = {
        sqlite: "SELECT tenant_id, tx, seq, kind, data, created_at FROM event
                 WHERE tenant_id = $1 AND seq > $3 AND tx >= $2 ORDER BY seq LIMIT $4",
        postgres: "SELECT tenant_id, tx, seq, kind, data, created_at FROM event
                 WHERE tenant_id = $1 AND (tx, seq) > ($2, $3) AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY tx, seq LIMIT $4",
    };
    NEWEST = {
        sqlite: "SELECT tx, seq FROM event ORDER BY seq DESC LIMIT 1",
        postgres: "SELECT tx, seq FROM event WHERE tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY tx DESC, seq DESC LIMIT 1",
    };
    OLDEST = {
        sqlite: "SELECT tx, seq FROM event ORDER BY seq LIMIT 1",
        postgres: "SELECT tx, seq FROM event ORDER BY tx, seq LIMIT 1",
    };
}

pub async fn insert(conn: &mut Conn<'_>, events: &[NewEvent]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    execute!(conn, INSERT; Json(events))?;
    Ok(())
}

/// The settled events of all tenants after `position`, in order.
pub async fn after(conn: &mut Conn<'_>, position: Position, limit: i64) -> Result<Vec<Event>> {
    fetch!(all, conn, AFTER => Event; position.tx, position.seq, limit)
}

/// The settled events of a tenant after `position`, in order.
pub async fn of_tenant_after(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    position: Position,
    limit: i64,
) -> Result<Vec<Event>> {
    fetch!(all, conn, OF_TENANT_AFTER => Event; tenant, position.tx, position.seq, limit)
}

/// Where the settled events end.
pub async fn newest(conn: &mut Conn<'_>) -> Result<Position> {
    Ok(fetch!(optional, conn, NEWEST => Position;)?.unwrap_or_default())
}

/// Where the kept events begin: who resumes from before has missed some.
pub async fn oldest(conn: &mut Conn<'_>) -> Result<Option<Position>> {
    fetch!(optional, conn, OLDEST => Position;)
}
