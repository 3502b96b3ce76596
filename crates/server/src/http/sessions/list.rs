use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use switchboard_store::session::OwnSession;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Page, Problem};

/// A session: a browser that stays signed in.
#[derive(Serialize, ToSchema)]
struct SessionBody {
    id: Uuid,
    /// Whether it is the one that asks
    current: bool,
    /// What the browser says of itself
    user_agent: Option<String>,
    /// Where it signed in from; of IPv6 the network
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// The business it is for
    tenant_name: String,
    /// RFC 3339
    created_at: String,
    /// RFC 3339
    last_used_at: String,
    /// RFC 3339
    expires_at: String,
}

impl SessionBody {
    fn new(own: OwnSession, current: Option<Uuid>) -> Self {
        let OwnSession { session, tenant_name } = own;
        Self {
            id: session.id,
            current: current == Some(session.id),
            user_agent: session.user_agent,
            address: session.address,
            tenant_name,
            created_at: session.created_at.to_rfc3339(),
            last_used_at: session.last_used_at.to_rfc3339(),
            expires_at: session.expires_at.to_rfc3339(),
        }
    }
}

/// List your sessions
///
/// In all of your businesses, the last used first, all on one page. An API key has none.
#[utoipa::path(tag = "sessions", responses((status = 200, description = "The sessions", body = Page<SessionBody>)))]
#[get("/api/auth/sessions")]
pub(super) async fn list(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
) -> Result<Json<Page<SessionBody>>, Problem> {
    let sessions = state.accounts.sessions(&principal).await?;
    let items = sessions.into_iter().map(|session| SessionBody::new(session, principal.session)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}
