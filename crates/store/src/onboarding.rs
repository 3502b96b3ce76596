//! Runs of Embedded Signup and where each of them stands.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, Step, StepState, TenantId,
    db::{Row, execute, expect_rows, fetch, statements},
};

/// One run. Its id is made with [`new_id`](crate::new_id): the newest run has the greatest.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Onboarding {
    #[row(rename = "tenant_id")]
    pub tenant: TenantId,
    pub id: Uuid,
    pub person_id: Uuid,
    pub session_id: Option<Uuid>,
    pub redirect_uri: String,
    pub expires_at: Millis,
    pub consumed_at: Option<Millis>,
    /// Envelope of the token while nothing else owns it, for the place (`onboarding`, `token`, `id`).
    pub token: Option<Vec<u8>>,
    /// Our ids of what it has led to so far.
    pub waba_id: Option<Uuid>,
    pub number_id: Option<Uuid>,
    pub created_at: Millis,
    /// What the browser heard from Meta's dialog, if it said so.
    pub dialog: Option<Json<Dialog>>,
    /// Our id of the number that is to be authorised again; `None`: whichever is chosen.
    pub reauthorises: Option<Uuid>,
}

/// What a browser heard from Meta's dialog, with Meta's ids. A browser can say anything: hints, to be checked against what
/// the token really opens.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation, and errors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dialog {
    /// `FINISH`, `FINISH_ONLY_WABA`, `FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING`, `CANCEL`, `ERROR`, …
    pub event: Option<String>,
    /// When it was reported.
    pub at: Option<Millis>,
    /// Where it was left: `PHONE_NUMBER_SETUP`, …
    pub current_step: Option<String>,
    /// What Meta showed; the two ids are for its support.
    pub error_message: Option<String>,
    pub error_id: Option<String>,
    pub session_id: Option<String>,
    /// The account that was chosen first, then others that were shared. A report without any keeps what is known; so do
    /// the next two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waba_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// The portfolio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOnboarding<'a> {
    pub id: Uuid,
    pub person_id: Uuid,
    pub session_id: Option<Uuid>,
    /// SHA-256 of the state Meta's dialog brings back.
    pub state_hash: &'a [u8],
    pub redirect_uri: &'a str,
    pub created_at: Millis,
    pub expires_at: Millis,
    pub reauthorises: Option<Uuid>,
}

/// Who brings a state back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    pub person_id: Uuid,
    pub session_id: Option<Uuid>,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct StepRow {
    pub step: Step,
    pub state: StepState,
    pub at: Millis,
    pub attempts: i64,
    /// What a person reads.
    pub error: Option<String>,
    /// What Meta said.
    pub meta_code: Option<i64>,
    pub meta_message: Option<String>,
    pub fbtrace_id: Option<String>,
}

/// Why a step failed: for people, and in Meta's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failure<'a> {
    pub error: &'a str,
    pub meta_code: Option<i64>,
    pub meta_message: Option<&'a str>,
    pub fbtrace_id: Option<&'a str>,
}

statements! {
    INSERT = "INSERT INTO onboarding (tenant_id, id, person_id, session_id, state_hash, redirect_uri, created_at,
                expires_at, reauthorises)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    // One statement decides, so that of two that bring the same state back at once, one gets nothing.
    CONSUME = "UPDATE onboarding SET consumed_at = $5
               WHERE tenant_id = $1 AND state_hash = $2 AND person_id = $3
                 AND (session_id IS NULL OR session_id = $4) AND consumed_at IS NULL AND expires_at > $5
               RETURNING *";
    BY_STATE = "SELECT * FROM onboarding WHERE state_hash = $1";
    NAMED_ELSEWHERE = {
        sqlite: "SELECT count(*) FROM onboarding WHERE tenant_id <> $1 AND created_at >= $3
                   AND EXISTS (SELECT 1 FROM json_each(dialog, '$.waba_ids') WHERE value = $2)",
        postgres: "SELECT count(*) FROM onboarding WHERE tenant_id <> $1 AND created_at >= $3 AND dialog->'waba_ids' ? $2",
    };
    GET = "SELECT * FROM onboarding WHERE tenant_id = $1 AND id = $2";
    OF_BEARER = "SELECT * FROM onboarding
                 WHERE tenant_id = $1 AND state_hash = $2 AND person_id = $3 AND (session_id IS NULL OR session_id = $4)";
    // Both merge member by member.
    MERGE_DIALOG = {
        sqlite: "UPDATE onboarding SET dialog = json_patch(COALESCE(dialog, '{}'), $3) WHERE tenant_id = $1 AND id = $2",
        postgres: "UPDATE onboarding SET dialog = COALESCE(dialog, '{}'::jsonb) || $3 WHERE tenant_id = $1 AND id = $2",
    };
    NEWEST = "SELECT * FROM onboarding WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1";
    SET_TOKEN = "UPDATE onboarding SET token = $3 WHERE tenant_id = $1 AND id = $2";
    SET_WABA = "UPDATE onboarding SET waba_id = $3, token = NULL WHERE tenant_id = $1 AND id = $2";
    SET_NUMBER = "UPDATE onboarding SET number_id = $3 WHERE tenant_id = $1 AND id = $2";
    BEGIN_STEP = "INSERT INTO onboarding_step (tenant_id, onboarding_id, step, state, at, attempts)
                  VALUES ($1, $2, $3, 'running', $4, 1)
                  ON CONFLICT (tenant_id, onboarding_id, step) DO UPDATE
                    SET state = 'running', at = excluded.at, attempts = onboarding_step.attempts + 1, error = NULL,
                        meta_code = NULL, meta_message = NULL, fbtrace_id = NULL
                    WHERE onboarding_step.state IN ('pending', 'failed') OR
                      (onboarding_step.state = 'running' AND onboarding_step.at <= $5)";
    STEP_DONE = "INSERT INTO onboarding_step (tenant_id, onboarding_id, step, state, at, attempts)
                 VALUES ($1, $2, $3, 'done', $4, 1)
                 ON CONFLICT (tenant_id, onboarding_id, step) DO UPDATE SET state = 'done', at = excluded.at, error = NULL,
                   meta_code = NULL, meta_message = NULL, fbtrace_id = NULL";
    STEP_FAILED = "INSERT INTO onboarding_step
                     (tenant_id, onboarding_id, step, state, at, attempts, error, meta_code, meta_message, fbtrace_id)
                   VALUES ($1, $2, $3, 'failed', $4, 1, $5, $6, $7, $8)
                   ON CONFLICT (tenant_id, onboarding_id, step) DO UPDATE
                     SET state = 'failed', at = excluded.at, error = excluded.error, meta_code = excluded.meta_code,
                         meta_message = excluded.meta_message, fbtrace_id = excluded.fbtrace_id";
    STEPS = "SELECT step, state, at, attempts, error, meta_code, meta_message, fbtrace_id FROM onboarding_step
             WHERE tenant_id = $1 AND onboarding_id = $2";
}

pub async fn insert(conn: &mut Conn<'_>, tenant: TenantId, new: &NewOnboarding<'_>) -> Result<()> {
    execute!(conn, INSERT; tenant, new.id, new.person_id, new.session_id, new.state_hash, new.redirect_uri, new.created_at,
        new.expires_at, new.reauthorises)?;
    Ok(())
}

/// Uses a state up. `None`: it does not exist, is another's, is used up or is too old; [`by_state`] tells which. A state in
/// the wrong hands is not used up.
pub async fn consume(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    state_hash: &[u8],
    bearer: Bearer,
    now: Millis,
) -> Result<Option<Onboarding>> {
    fetch!(optional, conn, CONSUME => Onboarding; tenant, state_hash, bearer.person_id, bearer.session_id, now)
}

/// The run a state belongs to, whosever it is: needs [`Scope::System`](crate::Scope::System).
pub async fn by_state(conn: &mut Conn<'_>, state_hash: &[u8]) -> Result<Option<Onboarding>> {
    fetch!(optional, conn, BY_STATE => Onboarding; state_hash)
}

/// The run that the bearer began with this state, whether the state is used up by now or not.
pub async fn of_bearer(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    state_hash: &[u8],
    bearer: Bearer,
) -> Result<Option<Onboarding>> {
    fetch!(optional, conn, OF_BEARER => Onboarding; tenant, state_hash, bearer.person_id, bearer.session_id)
}

/// Whether the browser of another tenant's run that began since then named this account of Meta's. Needs
/// [`Scope::System`](crate::Scope::System).
pub async fn is_named_elsewhere(conn: &mut Conn<'_>, tenant: TenantId, waba_id: &str, since: Millis) -> Result<bool> {
    let (runs,) = fetch!(one, conn, NAMED_ELSEWHERE => (i64,); tenant, waba_id, since)?;
    Ok(runs > 0)
}

/// Adds what the browser heard to what it said before. Ids that are not said again stay.
pub async fn merge_dialog(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, dialog: &Dialog) -> Result<()> {
    expect_rows("onboarding", 1, execute!(conn, MERGE_DIALOG; tenant, id, Json(dialog))?)
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Onboarding>> {
    fetch!(optional, conn, GET => Onboarding; tenant, id)
}

pub async fn newest(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Option<Onboarding>> {
    fetch!(optional, conn, NEWEST => Onboarding; tenant)
}

pub async fn set_token(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, envelope: &[u8]) -> Result<()> {
    expect_rows("onboarding", 1, execute!(conn, SET_TOKEN; tenant, id, envelope)?)
}

/// The account is linked and owns the token from now on: this copy goes.
pub async fn set_waba(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, waba: Uuid) -> Result<()> {
    expect_rows("onboarding", 1, execute!(conn, SET_WABA; tenant, id, waba)?)
}

pub async fn set_number(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, number: Uuid) -> Result<()> {
    expect_rows("onboarding", 1, execute!(conn, SET_NUMBER; tenant, id, number)?)
}

/// Takes a step up. `false`: it is done, or somebody is at it; who has been at it for longer than `abandoned_after` is
/// taken to have died.
pub async fn begin_step(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    step: Step,
    now: Millis,
    abandoned_after: Duration,
) -> Result<bool> {
    Ok(execute!(conn, BEGIN_STEP; tenant, id, step, now, now - abandoned_after)? == 1)
}

pub async fn step_done(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, step: Step, now: Millis) -> Result<()> {
    expect_rows("onboarding_step", 1, execute!(conn, STEP_DONE; tenant, id, step, now)?)
}

pub async fn step_failed(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    step: Step,
    failure: &Failure<'_>,
    now: Millis,
) -> Result<()> {
    let touched = execute!(conn, STEP_FAILED; tenant, id, step, now, failure.error, failure.meta_code,
        failure.meta_message, failure.fbtrace_id)?;
    expect_rows("onboarding_step", 1, touched)
}

/// The steps taken up so far, in no order.
pub async fn steps(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Vec<StepRow>> {
    fetch!(all, conn, STEPS => StepRow; tenant, id)
}
