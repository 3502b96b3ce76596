//! What the operations of this area take and answer.

use serde::{Deserialize, Serialize};
use switchboard_accounts::{Permission, Principal};
use switchboard_inbox::saved_filters::Keeper;
use switchboard_store::saved_filter::SavedFilter;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::conversations::list::ListView;

/// A list of conversations under a name.
#[derive(Serialize, ToSchema)]
pub(super) struct SavedFilterBody {
    id: Uuid,
    #[schema(example = "Open complaints")]
    name: String,
    /// Everybody's
    shared: bool,
    filter: FilterBody,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    updated_at: String,
}

/// What a list of conversations is picked by, as `GET /api/conversations` takes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct FilterBody {
    #[schema(value_type = Option<String>, example = "open")]
    view: Option<ListView>,
    number_id: Option<Uuid>,
    label_id: Option<Uuid>,
}

impl From<SavedFilter> for SavedFilterBody {
    fn from(kept: SavedFilter) -> Self {
        Self {
            id: kept.id,
            name: kept.name,
            shared: kept.person_id.is_none(),
            // What another version has kept and this one does not know is left out.
            filter: serde_json::from_value(kept.filter.0).unwrap_or_default(),
            created_at: kept.created_at.to_rfc3339(),
            updated_at: kept.updated_at.to_rfc3339(),
        }
    }
}

pub(super) fn keeper(principal: &Principal) -> Keeper {
    Keeper { tenant_id: principal.tenant, person: principal.person, may_share: principal.may(Permission::ManageInbox) }
}
