use actix_web::{
    get,
    web::{Data, Json},
};
use switchboard_accounts::Permission;
use switchboard_store::{Scope, label};

use super::wire::LabelBody;
use crate::http::{AppState, Authenticated, Page, Problem};

/// List the labels
///
/// By name, all on one page.
#[utoipa::path(tag = "labels", responses((status = 200, description = "The labels", body = Page<LabelBody>)))]
#[get("/api/labels")]
pub(super) async fn list(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<LabelBody>>, Problem> {
    let tenant = who.require(Permission::ViewConversations)?.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    let labels = label::all(&mut tx.conn(), tenant).await?;
    Ok(Json(Page::whole(labels.into_iter().map(Into::into))))
}
