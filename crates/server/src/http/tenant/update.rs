use actix_web::{
    patch,
    web::{Data, Json},
};
use serde::Deserialize;
use switchboard_accounts::{Permission, TenantChange};
use switchboard_store::ReadReceipts;
use utoipa::ToSchema;

use super::wire::TenantSettings;
use crate::http::{AppState, Authenticated, Problem, body::present};

#[derive(Deserialize, ToSchema)]
struct TenantPatch {
    /// 1 to 100 characters
    name: Option<String>,
    /// A minute to a year, in milliseconds; null: the AI never takes a conversation back by itself
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 60_000)]
    #[expect(clippy::option_option, reason = "left out, null and a value are three things")]
    auto_handback_ms: Option<Option<i64>>,
    /// A name of the IANA's database
    #[schema(example = "Europe/Istanbul")]
    time_zone: Option<String>,
    /// `none`, `read` or `typing`
    #[schema(value_type = Option<String>, example = "typing")]
    read_receipts: Option<ReadReceipts>,
}

/// Change the business's settings
///
/// What is left out stays as it is.
#[utoipa::path(tag = "tenant", request_body = TenantPatch,
    responses((status = 200, description = "The settings as they are now", body = TenantSettings)))]
#[patch("/api/tenant")]
pub(super) async fn update(
    state: Data<AppState>,
    who: Authenticated,
    Json(body): Json<TenantPatch>,
) -> Result<Json<TenantSettings>, Problem> {
    let principal = who.require(Permission::ManageTenant)?;
    let change = TenantChange {
        name: body.name,
        auto_handback_ms: body.auto_handback_ms,
        time_zone: body.time_zone,
        read_receipts: body.read_receipts,
    };
    let tenant = state.accounts.change_tenant(principal, change).await?;
    let can_translate = state.translations.can_translate(tenant.id).await?;
    Ok(Json(TenantSettings::new(tenant, can_translate)))
}
