use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_accounts::Permission;
use switchboard_onboarding::{GrantedNumber, GrantedWaba};
use switchboard_store::NumberStatus;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, Problem};

/// A WhatsApp account that a permission covers.
#[derive(Serialize, ToSchema)]
struct GrantedWabaBody {
    /// Meta's id
    waba_id: String,
    name: Option<String>,
    numbers: Vec<GrantedNumberBody>,
    /// Why its numbers could not be read; null while all is well
    problem: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct GrantedNumberBody {
    /// Meta's id
    phone_number_id: String,
    #[schema(example = "+1 555-078-3881")]
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`
    quality: Option<String>,
    /// It also lives in the WhatsApp Business app
    coexistence: bool,
    /// The number here, if it is or was connected
    number_id: Option<Uuid>,
    /// `pending`, `connected`, `reauth_required` or `disconnected`; null: it never was connected here
    #[schema(value_type = Option<String>, example = "connected")]
    status: Option<NumberStatus>,
}

impl From<GrantedWaba> for GrantedWabaBody {
    fn from(waba: GrantedWaba) -> Self {
        let GrantedWaba { waba_id, name, numbers, problem } = waba;
        Self { waba_id, name, numbers: numbers.into_iter().map(Into::into).collect(), problem }
    }
}

impl From<GrantedNumber> for GrantedNumberBody {
    fn from(number: GrantedNumber) -> Self {
        Self {
            phone_number_id: number.phone_number_id,
            display_phone_number: number.display_phone_number,
            verified_name: number.verified_name,
            quality: number.quality,
            coexistence: number.coexistence,
            number_id: number.number.map(|(id, _)| id),
            status: number.number.map(|(_, status)| status),
        }
    }
}

/// List what the permissions cover
///
/// Every account and number that was shared at Meta, connected or not, all on one page; accounts shared most recently come
/// first. Asks Meta each time.
#[utoipa::path(tag = "connection", responses(
    (status = 200, description = "The accounts", body = Page<GrantedWabaBody>),
    (status = 502, description = "`meta_refused`: Meta did not say", body = Problem,
        content_type = "application/problem+json"),
))]
#[get("/api/onboarding/whatsapp/granted")]
pub(super) async fn granted(state: Data<AppState>, who: Authenticated) -> Result<Json<Page<GrantedWabaBody>>, Problem> {
    let principal = who.require(Permission::ManageNumbers)?;
    let granted = state.onboarding.granted(principal.tenant).await?;
    Ok(Json(Page { items: granted.into_iter().map(Into::into).collect(), next_cursor: None }))
}
