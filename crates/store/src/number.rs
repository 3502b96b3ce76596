//! WhatsApp business phone numbers: whose they are, which bot serves them, how they are doing.
//!
//! Two tenants never hold the same number at once: the index `number_meta_id` refuses the second with
//! [`Error::Duplicate`](crate::Error::Duplicate). A disconnected number is nobody's: it is not routed to.

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, MessageStatus, Millis, NumberStatus, Result, TenantId, WabaStatus,
    db::{Row, execute, expect_rows, fetch, given, statements},
    send_budget,
    types::hex,
};

/// How stale `last_webhook_at` may be. Writing it with every webhook would make the row of a busy number a bottleneck.
const WEBHOOK_SEEN_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Number {
    pub id: Uuid,
    /// Our id of the account it belongs to.
    pub waba: Uuid,
    /// Meta's id of the account.
    pub waba_id: String,
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// As Meta writes it, with spaces and dashes.
    pub display_phone_number: String,
    pub verified_name: Option<String>,
    pub status: NumberStatus,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// `TIER_250`, `TIER_2K`, … `TIER_UNLIMITED`.
    pub messaging_limit: Option<String>,
    pub coexistence: bool,
    pub messages_per_second: i64,
    pub bot_id: Option<Uuid>,
    /// Envelope of the two-step verification PIN, for the place (`number`, `pin`, `id`).
    pub pin: Option<Vec<u8>>,
    /// What Meta told of.
    pub problem: Option<String>,
    /// What the daily check found.
    pub warning: Option<String>,
    /// When it last came into service.
    pub connected_at: Option<Millis>,
    pub last_webhook_at: Option<Millis>,
    pub created_at: Millis,
}

/// A number as Meta describes it when it is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewNumber<'a> {
    /// Our id of the account it belongs to.
    pub waba: Uuid,
    pub phone_number_id: &'a str,
    pub display_phone_number: &'a str,
    /// `None` keeps what is known; so do the next two.
    pub verified_name: Option<&'a str>,
    pub quality: Option<&'a str>,
    pub messaging_limit: Option<&'a str>,
    pub coexistence: bool,
    pub messages_per_second: i64,
}

/// Where what arrives for a number goes.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Route {
    #[row(rename = "tenant_id")]
    pub tenant: TenantId,
    pub tenant_active: bool,
    /// After how long without a person writing conversations go back to the AI; `None`: never.
    pub auto_handback_ms: Option<i64>,
    pub number_id: Uuid,
    pub status: NumberStatus,
    pub display_phone_number: String,
    pub bot_id: Option<Uuid>,
    /// `false` also where no bot serves the number; the two times are 0 then.
    pub bot_enabled: bool,
    pub reply_delay_ms: i64,
    pub max_wait_ms: i64,
    pub last_webhook_at: Option<Millis>,
}

impl Route {
    /// Whether [`touch_webhook`] has something to remember.
    pub fn is_untouched(&self, now: Millis) -> bool {
        self.last_webhook_at.is_none_or(|at| at <= now - WEBHOOK_SEEN_EVERY)
    }
}

#[derive(Debug, Row)]
struct KeyedRoute {
    key: String,
    #[row(flatten)]
    route: Route,
}

/// How the newest message that left a number fared.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct LastSend {
    pub status: MessageStatus,
    /// With `failed`.
    pub error: Option<Json<serde_json::Value>>,
    #[row(rename = "created_at")]
    pub at: Millis,
}

/// What a call to Meta for a number needs.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Credentials {
    pub phone_number_id: String,
    pub status: NumberStatus,
    pub coexistence: bool,
    pub messages_per_second: i64,
    /// Our id of the account, which is also the row the token's envelope names.
    pub waba: Uuid,
    pub waba_status: WabaStatus,
    /// Envelope of the business token, for the place (`waba`, `token`, `waba`).
    pub token: Option<Vec<u8>>,
}

statements! {
    UPSERT = "INSERT INTO number (tenant_id, id, waba_id, phone_number_id, display_phone_number, verified_name, status,
                quality, messaging_limit, coexistence, messages_per_second, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10, $11, $11)
              ON CONFLICT (tenant_id, phone_number_id) DO UPDATE
                SET waba_id = excluded.waba_id, display_phone_number = excluded.display_phone_number,
                    verified_name = COALESCE(excluded.verified_name, number.verified_name),
                    status = CASE WHEN number.status = 'disconnected' THEN 'pending' ELSE number.status END,
                    quality = COALESCE(excluded.quality, number.quality),
                    messaging_limit = COALESCE(excluded.messaging_limit, number.messaging_limit),
                    coexistence = excluded.coexistence, messages_per_second = excluded.messages_per_second,
                    updated_at = excluded.updated_at
              RETURNING id";
    GET = "SELECT n.id, n.waba_id AS waba, w.waba_id, n.phone_number_id, n.display_phone_number, n.verified_name, n.status,
             n.quality, n.messaging_limit, n.coexistence, n.messages_per_second, n.bot_id, n.pin, n.problem,
             n.warning, n.connected_at, n.last_webhook_at, n.created_at
           FROM number AS n JOIN waba AS w ON w.tenant_id = n.tenant_id AND w.id = n.waba_id
           WHERE n.tenant_id = $1 AND n.id = $2";
    LIST = "SELECT n.id, n.waba_id AS waba, w.waba_id, n.phone_number_id, n.display_phone_number, n.verified_name, n.status,
              n.quality, n.messaging_limit, n.coexistence, n.messages_per_second, n.bot_id, n.pin, n.problem,
              n.warning, n.connected_at, n.last_webhook_at, n.created_at
            FROM number AS n JOIN waba AS w ON w.tenant_id = n.tenant_id AND w.id = n.waba_id
            WHERE n.tenant_id = $1 ORDER BY n.id";
    SET_BOT = "UPDATE number SET bot_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    SET_STATUS = "UPDATE number SET status = $3, problem = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2";
    SET_PROBLEM = "UPDATE number SET problem = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    SET_HEALTH = "UPDATE number SET quality = COALESCE($3, quality), messaging_limit = COALESCE($4, messaging_limit),
                    updated_at = $5 WHERE tenant_id = $1 AND id = $2";
    IN_SERVICE = "UPDATE number SET status = 'connected', problem = NULL, warning = NULL, connected_at = $3, updated_at = $3
                  WHERE tenant_id = $1 AND id = $2";
    SET_WARNING = "UPDATE number SET warning = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    SET_TRAITS = "UPDATE number SET verified_name = COALESCE($3, verified_name), coexistence = $4, messages_per_second = $5,
                    updated_at = $6 WHERE tenant_id = $1 AND id = $2";
    SET_VERIFIED_NAME = "UPDATE number SET verified_name = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    SET_PIN = "UPDATE number SET pin = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    REAUTH_REQUIRED = "UPDATE number SET status = 'reauth_required', problem = $3, updated_at = $4
                       WHERE tenant_id = $1 AND waba_id = $2 AND status = 'connected'";
    RECONNECTED = "UPDATE number SET status = 'connected', problem = NULL, updated_at = $3
                   WHERE tenant_id = $1 AND waba_id = $2 AND status = 'reauth_required'";
    CREDENTIALS = "SELECT n.phone_number_id, n.status, n.coexistence, n.messages_per_second, n.waba_id AS waba,
                     w.status AS waba_status, w.token
                   FROM number AS n JOIN waba AS w ON w.tenant_id = n.tenant_id AND w.id = n.waba_id
                   WHERE n.tenant_id = $1 AND n.id = $2";
    IN_USE = "SELECT tenant_id, id FROM number WHERE status <> 'disconnected' ORDER BY tenant_id, id";
    // Among the conversations that were busy last: a number may have millions of messages.
    LAST_SEND = "SELECT m.status, m.error, m.created_at
                 FROM (SELECT id FROM conversation WHERE tenant_id = $1 AND number_id = $2
                       ORDER BY last_message_at DESC LIMIT 50) AS c
                 JOIN message AS m ON m.tenant_id = $1 AND m.conversation_id = c.id
                 WHERE m.direction = 'outbound' AND m.status IN ('sent', 'delivered', 'read', 'failed')
                 ORDER BY m.created_at DESC LIMIT 1";
    ROUTES = {
        sqlite: "SELECT n.phone_number_id AS key, n.tenant_id, t.status = 'active' AS tenant_active, t.auto_handback_ms, n.id AS number_id,
                   n.status, n.display_phone_number, n.bot_id, COALESCE(b.enabled, false) AS bot_enabled,
                   COALESCE(b.reply_delay_ms, 0) AS reply_delay_ms, COALESCE(b.max_wait_ms, 0) AS max_wait_ms, n.last_webhook_at
                 FROM jsonb_each($1) AS x
                 JOIN number AS n ON n.phone_number_id = x.value AND n.status <> 'disconnected'
                 JOIN tenant AS t ON t.id = n.tenant_id
                 LEFT JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id",
        postgres: "SELECT n.phone_number_id AS key, n.tenant_id, t.status = 'active' AS tenant_active, t.auto_handback_ms, n.id AS number_id,
                     n.status, n.display_phone_number, n.bot_id, COALESCE(b.enabled, false) AS bot_enabled,
                     COALESCE(b.reply_delay_ms, 0) AS reply_delay_ms, COALESCE(b.max_wait_ms, 0) AS max_wait_ms, n.last_webhook_at
                   FROM jsonb_array_elements_text($1) AS x (value)
                   JOIN number AS n ON n.phone_number_id = x.value AND n.status <> 'disconnected'
                   JOIN tenant AS t ON t.id = n.tenant_id
                   LEFT JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id",
    };
    ROUTES_OF_WABAS = {
        sqlite: "SELECT w.waba_id AS key, n.tenant_id, t.status = 'active' AS tenant_active, t.auto_handback_ms, n.id AS number_id,
                   n.status, n.display_phone_number, n.bot_id, COALESCE(b.enabled, false) AS bot_enabled,
                   COALESCE(b.reply_delay_ms, 0) AS reply_delay_ms, COALESCE(b.max_wait_ms, 0) AS max_wait_ms, n.last_webhook_at
                 FROM jsonb_each($1) AS x
                 JOIN waba AS w ON w.waba_id = x.value AND w.status <> 'disconnected'
                 JOIN number AS n ON n.tenant_id = w.tenant_id AND n.waba_id = w.id AND n.status <> 'disconnected'
                 JOIN tenant AS t ON t.id = n.tenant_id
                 LEFT JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id
                 ORDER BY n.id",
        postgres: "SELECT w.waba_id AS key, n.tenant_id, t.status = 'active' AS tenant_active, t.auto_handback_ms, n.id AS number_id,
                     n.status, n.display_phone_number, n.bot_id, COALESCE(b.enabled, false) AS bot_enabled,
                     COALESCE(b.reply_delay_ms, 0) AS reply_delay_ms, COALESCE(b.max_wait_ms, 0) AS max_wait_ms, n.last_webhook_at
                   FROM jsonb_array_elements_text($1) AS x (value)
                   JOIN waba AS w ON w.waba_id = x.value AND w.status <> 'disconnected'
                   JOIN number AS n ON n.tenant_id = w.tenant_id AND n.waba_id = w.id AND n.status <> 'disconnected'
                   JOIN tenant AS t ON t.id = n.tenant_id
                   LEFT JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id
                   ORDER BY n.id",
    };
    TOUCH_WEBHOOK = {
        sqlite: "UPDATE number SET last_webhook_at = $2
                 WHERE (tenant_id, id) IN (SELECT unhex(value->>'tenant'), unhex(value->>'number') FROM jsonb_each($1))
                   AND (last_webhook_at IS NULL OR last_webhook_at <= $3)",
        // A row that another dispatcher is touching is touched: to wait for it would only invite a deadlock.
        postgres: concat!("UPDATE number SET last_webhook_at = $2
                   FROM (SELECT n.tenant_id, n.id FROM ", given!("tenant uuid, number uuid"), "
                         JOIN number AS n ON n.tenant_id = x.tenant AND n.id = x.number
                         WHERE n.last_webhook_at IS NULL OR n.last_webhook_at <= $3
                         FOR NO KEY UPDATE OF n SKIP LOCKED) AS stale
                   WHERE number.tenant_id = stale.tenant_id AND number.id = stale.id"),
    };
}

/// Makes the number the tenant's with a full send budget, `pending` until it has been registered, or renews what is known
/// of it; its id.
///
/// # Errors
/// [`Error::Duplicate`](crate::Error::Duplicate): another tenant holds the number.
pub async fn upsert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    new_id: Uuid,
    number: &NewNumber<'_>,
    now: Millis,
) -> Result<Uuid> {
    let (id,) = fetch!(one, conn, UPSERT => (Uuid,); tenant, new_id, number.waba, number.phone_number_id,
        number.display_phone_number, number.verified_name, number.quality, number.messaging_limit, number.coexistence,
        number.messages_per_second, now)?;
    send_budget::insert(conn, tenant, id).await?;
    Ok(id)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Number>> {
    fetch!(optional, conn, GET => Number; tenant, id)
}

/// All numbers of the tenant, oldest first.
pub async fn list(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<Number>> {
    fetch!(all, conn, LIST => Number; tenant)
}

/// Which bot serves the number; `None`: people alone do.
pub async fn set_bot(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, bot: Option<Uuid>, now: Millis) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_BOT; tenant, id, bot, now)?)
}

/// `problem`: what people must know or do, in words; `None` while all is well.
pub async fn set_status(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    status: NumberStatus,
    problem: Option<&str>,
    now: Millis,
) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_STATUS; tenant, id, status, problem, now)?)
}

/// Says what people must know or do about a number that works otherwise; `None` takes it back.
pub async fn set_problem(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    problem: Option<&str>,
    now: Millis,
) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_PROBLEM; tenant, id, problem, now)?)
}

/// The number works from now on, whatever was wrong before.
pub async fn set_in_service(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("number", 1, execute!(conn, IN_SERVICE; tenant, id, now)?)
}

/// What the daily check found; `None`: nothing. What Meta told of by itself stays.
pub async fn set_warning(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    warning: Option<&str>,
    now: Millis,
) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_WARNING; tenant, id, warning, now)?)
}

/// What Meta says of the number itself; `verified_name: None` keeps what is known.
pub async fn set_traits(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    verified_name: Option<&str>,
    coexistence: bool,
    messages_per_second: i64,
    now: Millis,
) -> Result<()> {
    let touched = execute!(conn, SET_TRAITS; tenant, id, verified_name, coexistence, messages_per_second, now)?;
    expect_rows("number", 1, touched)
}

/// How Meta rates the number and how much it may start by itself; `None` keeps what is known.
pub async fn set_health(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    quality: Option<&str>,
    messaging_limit: Option<&str>,
    now: Millis,
) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_HEALTH; tenant, id, quality, messaging_limit, now)?)
}

pub async fn set_verified_name(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, name: &str, now: Millis) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_VERIFIED_NAME; tenant, id, name, now)?)
}

pub async fn set_pin(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, envelope: &[u8], now: Millis) -> Result<()> {
    expect_rows("number", 1, execute!(conn, SET_PIN; tenant, id, envelope, now)?)
}

pub(crate) async fn reauth_required_of_waba(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    waba: Uuid,
    problem: &str,
    now: Millis,
) -> Result<u64> {
    execute!(conn, REAUTH_REQUIRED; tenant, waba, problem, now)
}

pub(crate) async fn reconnected_of_waba(conn: &mut Conn<'_>, tenant: TenantId, waba: Uuid, now: Millis) -> Result<u64> {
    execute!(conn, RECONNECTED; tenant, waba, now)
}

/// The newest message that left the number, as far as it did; `None`: none has.
pub async fn last_send(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<LastSend>> {
    fetch!(optional, conn, LAST_SEND => LastSend; tenant, id)
}

/// All numbers that are not disconnected, whosever they are. Needs [`Scope::System`](crate::Scope::System).
pub async fn in_use(conn: &mut Conn<'_>) -> Result<Vec<(TenantId, Uuid)>> {
    fetch!(all, conn, IN_USE => (TenantId, Uuid);)
}

/// What a call to Meta for this number needs.
pub async fn credentials(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Credentials>> {
    fetch!(optional, conn, CREDENTIALS => Credentials; tenant, id)
}

/// Where what arrives for these `phone_number_id`s goes; those nobody holds are left out. Before a tenant is known: needs
/// [`Scope::System`](crate::Scope::System), like the one below.
pub async fn routes(conn: &mut Conn<'_>, phone_number_ids: &[&str]) -> Result<Vec<(String, Route)>> {
    if phone_number_ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = fetch!(all, conn, ROUTES => KeyedRoute; Json(phone_number_ids))?;
    Ok(rows.into_iter().map(|row| (row.key, row.route)).collect())
}

/// The numbers of these accounts, each with Meta's id of its account, oldest first.
pub async fn routes_of_wabas(conn: &mut Conn<'_>, waba_ids: &[&str]) -> Result<Vec<(String, Route)>> {
    if waba_ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = fetch!(all, conn, ROUTES_OF_WABAS => KeyedRoute; Json(waba_ids))?;
    Ok(rows.into_iter().map(|row| (row.key, row.route)).collect())
}

/// Whether two spellings mean the same number: Meta writes `+1 555-078-3881` in one place and `15550783881` in another.
/// Nothing is the same as a spelling without digits.
pub fn same_number(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let one = digits(one);
    !one.is_empty() && one == digits(other)
}

/// Remembers that a webhook arrived for these numbers, to the minute. Needs [`Scope::System`](crate::Scope::System).
pub async fn touch_webhook(conn: &mut Conn<'_>, numbers: &[(TenantId, Uuid)], now: Millis) -> Result<()> {
    #[derive(Serialize)]
    struct Touched {
        tenant: String,
        number: String,
    }
    let touched: Vec<_> =
        numbers.iter().map(|(tenant, number)| Touched { tenant: hex(tenant.0), number: hex(*number) }).collect();
    execute!(conn, TOUCH_WEBHOOK; Json(touched), now, now - WEBHOOK_SEEN_EVERY)?;
    Ok(())
}
