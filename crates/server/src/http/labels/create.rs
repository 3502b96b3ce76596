use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use serde::Deserialize;
use switchboard_accounts::Permission;
use switchboard_inbox::labels;
use switchboard_store::{LabelColour, Scope, Signal};
use utoipa::ToSchema;

use super::wire::LabelBody;
use crate::http::{AppState, Authenticated, Problem, Valid};

#[derive(Deserialize, Validate, ToSchema)]
#[garde(allow_unvalidated)]
struct NewLabel {
    /// 1 to 40 characters; no two labels have the same
    #[schema(example = "Complaint")]
    name: String,
    /// `grey`, `red`, `yellow`, `green`, `teal`, `blue`, `pink` or `brown`
    #[schema(value_type = String, example = "red")]
    colour: LabelColour,
}

/// Make a label
#[utoipa::path(tag = "labels", request_body = NewLabel, responses(
    (status = 201, description = "The label", body = LabelBody),
    (status = 409, description = "`name_taken`; `too_many`: a business has at most 100", body = Problem,
        content_type = "application/problem+json"),
))]
#[post("/api/labels")]
pub(super) async fn create(
    state: Data<AppState>,
    who: Authenticated,
    Valid(body): Valid<NewLabel>,
) -> Result<HttpResponse, Problem> {
    let tenant = who.require(Permission::ManageInbox)?.tenant;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let label = labels::create(&mut tx.conn(), state.clock.now(), tenant, &body.name, body.colour).await?;
    tx.commit().await?;
    state.notifier.notify(Signal::Event);
    Ok(HttpResponse::Created().json(LabelBody::from(label)))
}
