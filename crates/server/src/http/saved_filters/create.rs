use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use serde::Deserialize;
use serde_json::json;
use switchboard_accounts::Permission;
use switchboard_inbox::saved_filters;
use switchboard_store::{Scope, Signal};
use utoipa::ToSchema;

use super::wire::{FilterBody, SavedFilterBody, keeper};
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct NewFilter {
    /// 1 to 60 characters
    #[schema(example = "Open complaints")]
    name: String,
    filter: FilterBody,
    /// For everybody, which needs the permission to manage the inbox; a program's always are
    #[serde(default)]
    shared: bool,
}

/// Keep a list of conversations under a name
///
/// For yourself, or for everybody.
#[utoipa::path(tag = "saved filters", request_body = NewFilter, responses(
    (status = 201, description = "The saved filter", body = SavedFilterBody),
    (status = 409, description = "`too_many`: a business has at most 1,000", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/saved-filters")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<NewFilter>,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ViewConversations)?;
    let (keeper, now) = (keeper(principal), state.clock.now());
    let mut tx = state.db.write(Scope::Tenant(principal.tenant)).await?;
    let filter = json!(body.filter);
    let kept = saved_filters::keep(&mut tx.conn(), now, keeper, &body.name, filter, body.shared).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Created().json(SavedFilterBody::from(kept)))
}
