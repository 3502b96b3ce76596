//! Every column that holds envelopes under a tenant's data key. The vault seals for none but these, so that a rotation of
//! data keys reaches all there is; a test compares the list with the schema.

use switchboard_crypto::Place;
use uuid::Uuid;

use crate::{
    Conn, Result, TenantId,
    db::{Sql, execute, fetch, statements},
};

/// One such column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub table: &'static str,
    pub column: &'static str,
    get: Sql,
    under_other: Sql,
    put: Sql,
}

/// All of them.
pub const COLUMNS: [Column; 5] = [
    Column {
        table: "model_server",
        column: "api_key",
        get: MODEL_KEY,
        under_other: MODEL_KEYS_UNDER_OTHER,
        put: PUT_MODEL_KEY,
    },
    Column {
        table: "tool",
        column: "headers",
        get: TOOL_HEADERS,
        under_other: TOOL_HEADERS_UNDER_OTHER,
        put: PUT_TOOL_HEADERS,
    },
    Column {
        table: "waba",
        column: "token",
        get: WABA_TOKEN,
        under_other: WABA_TOKENS_UNDER_OTHER,
        put: PUT_WABA_TOKEN,
    },
    Column {
        table: "number",
        column: "pin",
        get: NUMBER_PIN,
        under_other: NUMBER_PINS_UNDER_OTHER,
        put: PUT_NUMBER_PIN,
    },
    Column {
        table: "onboarding",
        column: "token",
        get: ONBOARDING_TOKEN,
        under_other: ONBOARDING_TOKENS_UNDER_OTHER,
        put: PUT_ONBOARDING_TOKEN,
    },
];

// An envelope's second to seventeenth byte are the id of its key. Of two that seal the same place at once, the one that
// changes something wins: a rotation puts its envelope only in place of the one that it opened.
statements! {
    MODEL_KEY = "SELECT api_key FROM model_server WHERE tenant_id = $1 AND id = $2 AND api_key IS NOT NULL";
    MODEL_KEYS_UNDER_OTHER = "SELECT id, api_key FROM model_server
        WHERE tenant_id = $1 AND api_key IS NOT NULL AND substr(api_key, 2, 16) <> $2 ORDER BY id LIMIT $3";
    PUT_MODEL_KEY = "UPDATE model_server SET api_key = $4 WHERE tenant_id = $1 AND id = $2 AND api_key = $3";
    TOOL_HEADERS = "SELECT headers FROM tool WHERE tenant_id = $1 AND id = $2 AND headers IS NOT NULL";
    TOOL_HEADERS_UNDER_OTHER = "SELECT id, headers FROM tool
        WHERE tenant_id = $1 AND headers IS NOT NULL AND substr(headers, 2, 16) <> $2 ORDER BY id LIMIT $3";
    PUT_TOOL_HEADERS = "UPDATE tool SET headers = $4 WHERE tenant_id = $1 AND id = $2 AND headers = $3";
    WABA_TOKEN = "SELECT token FROM waba WHERE tenant_id = $1 AND id = $2 AND token IS NOT NULL";
    WABA_TOKENS_UNDER_OTHER = "SELECT id, token FROM waba
        WHERE tenant_id = $1 AND token IS NOT NULL AND substr(token, 2, 16) <> $2 ORDER BY id LIMIT $3";
    PUT_WABA_TOKEN = "UPDATE waba SET token = $4 WHERE tenant_id = $1 AND id = $2 AND token = $3";
    NUMBER_PIN = "SELECT pin FROM number WHERE tenant_id = $1 AND id = $2 AND pin IS NOT NULL";
    NUMBER_PINS_UNDER_OTHER = "SELECT id, pin FROM number
        WHERE tenant_id = $1 AND pin IS NOT NULL AND substr(pin, 2, 16) <> $2 ORDER BY id LIMIT $3";
    PUT_NUMBER_PIN = "UPDATE number SET pin = $4 WHERE tenant_id = $1 AND id = $2 AND pin = $3";
    ONBOARDING_TOKEN = "SELECT token FROM onboarding WHERE tenant_id = $1 AND id = $2 AND token IS NOT NULL";
    ONBOARDING_TOKENS_UNDER_OTHER = "SELECT id, token FROM onboarding
        WHERE tenant_id = $1 AND token IS NOT NULL AND substr(token, 2, 16) <> $2 ORDER BY id LIMIT $3";
    PUT_ONBOARDING_TOKEN = "UPDATE onboarding SET token = $4 WHERE tenant_id = $1 AND id = $2 AND token = $3";
}

impl Column {
    /// The column that a place lies in.
    pub fn of(place: &Place) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| (column.table, column.column) == (place.table, place.column))
    }

    pub fn place(&self, tenant: TenantId, row: Uuid) -> Place {
        Place { tenant: tenant.0, table: self.table, column: self.column, row }
    }

    /// The envelope of one row, as it is now.
    pub async fn get(&self, conn: &mut Conn<'_>, tenant: TenantId, row: Uuid) -> Result<Option<Vec<u8>>> {
        let envelope = fetch!(optional, conn, self.get => (Vec<u8>,); tenant, row)?;
        Ok(envelope.map(|(envelope,)| envelope))
    }

    /// Rows and their envelopes that another data key than `key` sealed.
    pub async fn under_other(
        &self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        key: Uuid,
        limit: i64,
    ) -> Result<Vec<(Uuid, Vec<u8>)>> {
        fetch!(all, conn, self.under_other => (Uuid, Vec<u8>); tenant, key.as_bytes().as_slice(), limit)
    }

    /// Puts `new` in place of `old`; `false` when something else is there meanwhile.
    pub async fn replace(
        &self,
        conn: &mut Conn<'_>,
        tenant: TenantId,
        row: Uuid,
        old: &[u8],
        new: &[u8],
    ) -> Result<bool> {
        Ok(execute!(conn, self.put; tenant, row, old, new)? == 1)
    }
}
