//! What the operations of this area answer.

use serde::Serialize;
use serde_json::Value;
use switchboard_accounts::TenantDetail;
use switchboard_store::{
    Millis, NumberStatus, Role, TenantStatus,
    impersonation::Impersonation,
    membership::Member,
    number::Number,
    platform::{DayUsage, Overview},
    platform_audit::PlatformEntry,
    tenant_deletion::TenantDeletion,
};
use utoipa::ToSchema;
use uuid::Uuid;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A business, how large it is and how it is doing.
#[derive(Serialize, ToSchema)]
pub(super) struct TenantOverviewBody {
    id: Uuid,
    name: String,
    /// `active`, `suspended` or `deleting`
    #[schema(value_type = String, example = "active")]
    status: TenantStatus,
    /// RFC 3339
    suspended_at: Option<String>,
    /// As its people read it
    suspended_reason: Option<String>,
    /// RFC 3339
    created_at: String,
    people: i64,
    numbers: NumbersByHealth,
    conversations: i64,
    /// Messages of the last 30 days, in both directions
    messages: i64,
    /// When a message was last said, or somebody of it was last here; null: never. RFC 3339
    last_activity_at: Option<String>,
}

/// How many numbers are doing how.
#[derive(Serialize, ToSchema)]
struct NumbersByHealth {
    /// They work
    well: i64,
    /// They work, and have something to say
    warned: i64,
    /// They do not work until somebody does something
    down: i64,
}

impl From<Overview> for TenantOverviewBody {
    fn from(it: Overview) -> Self {
        Self {
            id: it.id.0,
            name: it.name,
            status: it.status,
            suspended_at: it.suspended_at.map(Millis::to_rfc3339),
            suspended_reason: it.suspended_reason,
            created_at: it.created_at.to_rfc3339(),
            people: it.people,
            numbers: NumbersByHealth { well: it.numbers_well, warned: it.numbers_warned, down: it.numbers_down },
            conversations: it.conversations,
            messages: it.messages,
            last_activity_at: it.last_message_at.max(it.last_seen_at).map(Millis::to_rfc3339),
        }
    }
}

/// A business in full.
#[derive(Serialize, ToSchema)]
pub(super) struct TenantDetailBody {
    #[serde(flatten)]
    overview: TenantOverviewBody,
    /// The last 30 days, the oldest first, also those on which nothing happened
    usage: Vec<DayBody>,
    connections: Vec<ConnectionBody>,
    /// Its people, at most a hundred
    team: Vec<TeamBody>,
    /// What was done to it from here, the newest first, at most a hundred
    audit: Vec<PlatformAuditBody>,
}

impl TenantDetailBody {
    pub(super) fn new(detail: TenantDetail, numbers: Vec<Number>) -> Self {
        Self {
            overview: detail.overview.into(),
            usage: detail.usage.into_iter().map(Into::into).collect(),
            connections: numbers.into_iter().map(Into::into).collect(),
            team: detail.people.into_iter().map(Into::into).collect(),
            audit: detail.entries.into_iter().map(Into::into).collect(),
        }
    }
}

/// What happened on one day.
#[derive(Serialize, ToSchema)]
struct DayBody {
    /// In UTC
    #[schema(example = "2026-01-31")]
    day: String,
    /// What customers said
    received: i64,
    by_ai: i64,
    /// In the dashboard, on the phone, or by the API
    by_people: i64,
    failed: i64,
}

impl From<DayUsage> for DayBody {
    fn from(it: DayUsage) -> Self {
        let day = Millis(it.day * DAY).to_rfc3339().chars().take("2026-01-31".len()).collect();
        Self { day, received: it.received, by_ai: it.by_ai, by_people: it.by_people, failed: it.failed }
    }
}

/// A number of a business.
#[derive(Serialize, ToSchema)]
struct ConnectionBody {
    id: Uuid,
    #[schema(example = "+1 555-078-3881")]
    display_phone_number: String,
    verified_name: Option<String>,
    /// `pending`, `connected`, `reauth_required` or `disconnected`
    #[schema(value_type = String, example = "connected")]
    status: NumberStatus,
    quality: Option<String>,
    /// What Meta told of
    problem: Option<String>,
    /// What the daily check found
    warning: Option<String>,
    /// RFC 3339, to the minute
    last_webhook_at: Option<String>,
}

impl From<Number> for ConnectionBody {
    fn from(it: Number) -> Self {
        Self {
            id: it.id,
            display_phone_number: it.display_phone_number,
            verified_name: it.verified_name,
            status: it.status,
            quality: it.quality,
            problem: it.problem,
            warning: it.warning,
            last_webhook_at: it.last_webhook_at.map(Millis::to_rfc3339),
        }
    }
}

/// Somebody who works for a business.
#[derive(Serialize, ToSchema)]
struct TeamBody {
    id: Uuid,
    name: String,
    email: String,
    /// `owner`, `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "owner")]
    role: Role,
    /// RFC 3339, about; null: not for a month
    last_seen_at: Option<String>,
}

impl From<Member> for TeamBody {
    fn from(it: Member) -> Self {
        let last_seen_at = it.last_seen_at.map(Millis::to_rfc3339);
        Self { id: it.person_id, name: it.name, email: it.email, role: it.role, last_seen_at }
    }
}

/// What whoever runs the installation did.
#[derive(Serialize, ToSchema)]
pub(super) struct PlatformAuditBody {
    id: Uuid,
    /// RFC 3339
    at: String,
    /// Null: Switchboard itself
    person_id: Option<Uuid>,
    person_name: String,
    /// `subject.verb`
    #[schema(example = "tenant.suspended")]
    action: String,
    tenant_id: Option<Uuid>,
    tenant_name: Option<String>,
    /// More, as the action has it
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<PlatformEntry> for PlatformAuditBody {
    fn from(it: PlatformEntry) -> Self {
        Self {
            id: it.id,
            at: it.at.to_rfc3339(),
            person_id: it.person_id,
            person_name: it.person_name,
            action: it.action,
            tenant_id: it.about_tenant.map(|tenant| tenant.0),
            tenant_name: it.about_name,
            detail: it.detail.0,
        }
    }
}

/// How far the deletion of a business is.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DeletionBody {
    tenant_id: Uuid,
    tenant_name: String,
    /// `running` or `done`
    #[schema(value_type = String, example = "running")]
    state: &'static str,
    requested_by: String,
    /// RFC 3339. Its secrets are unreadable since then
    requested_at: String,
    /// What is being deleted
    #[schema(example = "message")]
    step: String,
    rows_deleted: i64,
    /// Null: not counted yet
    rows_total: Option<i64>,
    /// RFC 3339
    completed_at: Option<String>,
}

impl From<TenantDeletion> for DeletionBody {
    fn from(it: TenantDeletion) -> Self {
        Self {
            tenant_id: it.about_tenant.0,
            tenant_name: it.about_name,
            state: if it.completed_at.is_some() { "done" } else { "running" },
            requested_by: it.requested_name,
            requested_at: it.requested_at.to_rfc3339(),
            step: it.step,
            rows_deleted: it.rows_deleted,
            rows_total: it.rows_total,
            completed_at: it.completed_at.map(Millis::to_rfc3339),
        }
    }
}

/// A platform admin in a business that is not theirs.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VisitBody {
    id: Uuid,
    /// Whose visit it is
    by: String,
    /// `admin`, `operator` or `viewer`
    #[schema(value_type = String, example = "viewer")]
    role: Role,
    reason: String,
    /// RFC 3339
    started_at: String,
    /// RFC 3339: it is not prolonged
    expires_at: String,
}

impl From<Impersonation> for VisitBody {
    fn from(it: Impersonation) -> Self {
        Self {
            id: it.id,
            by: it.person_name,
            role: it.role,
            reason: it.reason,
            started_at: it.started_at.to_rfc3339(),
            expires_at: it.expires_at.to_rfc3339(),
        }
    }
}
