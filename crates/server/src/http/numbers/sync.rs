use actix_web::{
    get, post,
    web::{Data, Json, Path},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_store::{AppData, SyncState, app_data_sync::AppDataSync};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, Problem};

/// What is taken over from the WhatsApp Business app.
#[derive(Serialize, ToSchema)]
struct SyncBody {
    /// `contacts` or `history`
    #[schema(value_type = String, example = "history")]
    kind: AppData,
    /// `requesting`, `running`, `done`, `declined` (the business does not share it) or `failed`
    #[schema(value_type = String, example = "running")]
    state: SyncState,
    /// Of history: 0 is the last day, 1 are 90 days, 2 are 180 days
    phase: Option<i64>,
    /// Of the phase, in percent
    progress: Option<i64>,
    /// What happened and what to do, for people
    error: Option<String>,
    /// RFC 3339
    requested_at: String,
    /// RFC 3339
    updated_at: String,
}

impl From<AppDataSync> for SyncBody {
    fn from(sync: AppDataSync) -> Self {
        Self {
            kind: sync.kind,
            state: sync.state,
            phase: sync.phase,
            progress: sync.progress,
            error: sync.error,
            requested_at: sync.requested_at.to_rfc3339(),
            updated_at: sync.updated_at.to_rfc3339(),
        }
    }
}

fn page(all: Vec<AppDataSync>) -> Json<Page<SyncBody>> {
    Json(Page { items: all.into_iter().map(Into::into).collect(), next_cursor: None })
}

/// Tell how far contacts and history of the phone app have come
///
/// For a number that is also used in the WhatsApp Business app. They are asked for as soon as it is connected.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")),
    responses((status = 200, description = "Each kind that was asked for", body = Page<SyncBody>)))]
#[get("/api/numbers/{id}/sync")]
pub(super) async fn read(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<Page<SyncBody>>, Problem> {
    let principal = who.require(Permission::ViewNumbers)?;
    Ok(page(state.onboarding.app_data(principal.tenant, *id).await?))
}

/// Ask again for what failed
///
/// Meta gives each kind once, and within 24 hours of the connection only: what it has agreed to is not asked for again.
#[utoipa::path(tag = "numbers", params(("id" = Uuid, Path, description = "The number's id")), responses(
    (status = 200, description = "Each kind that was asked for", body = Page<SyncBody>),
    (status = 409, description = "`not_in_phone_app`: it is not connected, or not used there", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/numbers/{id}/sync")]
pub(super) async fn request(
    state: Data<AppState>,
    who: Authenticated,
    id: Path<Uuid>,
) -> Result<Json<Page<SyncBody>>, Problem> {
    let principal = who.require(Permission::ManageNumbers)?;
    Ok(page(state.onboarding.request_app_data(principal.tenant, *id).await?))
}
