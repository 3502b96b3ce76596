use actix_web::{
    post,
    web::{Data, Json},
};
use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_onboarding::Started;
use utoipa::ToSchema;

use super::wire::caller;
use crate::http::{AppState, Authenticated, Problem};

#[derive(Serialize, ToSchema)]
struct StartedBody {
    /// Where to send the browser, for the redirect variant
    oauth_url: String,
    /// The rest is for the JavaScript SDK
    app_id: String,
    /// Null: permissions are asked for by name
    config_id: Option<String>,
    #[schema(example = "v26.0")]
    graph_api_version: String,
    /// To bring back with the code. Good once, for ten minutes, in this session
    state: String,
}

impl From<Started> for StartedBody {
    fn from(started: Started) -> Self {
        Self {
            oauth_url: started.oauth_url.expose_secret().to_owned(),
            app_id: started.app_id,
            config_id: started.config_id,
            graph_api_version: started.graph_api_version,
            state: started.state.expose_secret().to_owned(),
        }
    }
}

/// Begin to connect WhatsApp
///
/// Takes a person who is signed in: the answer of Meta's dialog must come back in the same session.
#[utoipa::path(tag = "connection", responses((status = 200, description = "What the dialog needs", body = StartedBody)))]
#[post("/api/onboarding/whatsapp/start")]
pub(super) async fn start(state: Data<AppState>, who: Authenticated) -> Result<Json<StartedBody>, Problem> {
    Ok(Json(state.onboarding.start(caller(&who)?).await?.into()))
}
