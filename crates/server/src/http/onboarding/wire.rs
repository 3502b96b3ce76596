//! What the operations of this area take and answer.

use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_accounts::{Permission, Principal};
use switchboard_onboarding::{Caller, Finished, MetaSaid, Started, Status, StepStatus};
use switchboard_store::{Millis, Step, StepState, onboarding::Dialog};
use utoipa::ToSchema;

use crate::{
    config::MetaConfig,
    http::{AppState, Authenticated, Problem},
};

/// How far the connection is.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub(super) struct StatusBody {
    /// A number works
    connected: bool,
    /// `not_connected`, `connecting`, `failed`, `connected` or `reauth_required`
    #[schema(value_type = String, example = "connected")]
    status: &'static str,
    /// The number that works, or else the one being connected
    #[schema(example = "+1 555-078-3881")]
    phone_number: Option<String>,
    /// Meta sends messages here
    webhook_active: bool,
    /// Trying again may help
    can_retry: bool,
    /// The dialog ended well, its code was lost, and `recover` may find what it would have opened
    can_recover: bool,
    /// With which the dialog opens in a window of its own; null where it can only be gone to
    sdk: Option<SdkBody>,
    /// How Meta's dialog ended, as far as the browser said; null while it has not
    dialog: Option<DialogBody>,
    /// All seven, in order
    steps: Vec<StepBody>,
}

/// Meta's JavaScript SDK.
#[derive(Serialize, ToSchema)]
struct SdkBody {
    /// To load
    #[schema(example = "https://connect.facebook.net/en_US/sdk.js")]
    script: String,
    /// The only origin whose messages count. Null, while the dialog is Meta's: one whose scheme is `https` and whose host is
    /// `facebook.com` or ends with `.facebook.com`
    message_origin: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct StepBody {
    /// `oauth_started`, `oauth_completed`, `token_obtained`, `waba_linked`, `phone_verified`, `webhook_active` or `ready`
    #[schema(value_type = String, example = "phone_verified")]
    step: Step,
    /// `pending`, `running`, `done` or `failed`
    #[schema(value_type = String, example = "done")]
    state: StepState,
    /// RFC 3339; null while pending
    at: Option<String>,
    /// What happened and what to do, for people
    error: Option<String>,
    /// What Meta said, for its support
    meta: Option<MetaBody>,
}

#[derive(Serialize, ToSchema)]
struct MetaBody {
    code: Option<i64>,
    message: String,
    fbtrace_id: Option<String>,
}

impl StatusBody {
    pub(super) fn new(status: Status, meta: &MetaConfig) -> Self {
        // The SDK takes no permissions by name.
        let sdk = meta.sdk.as_ref().filter(|_| meta.config_id.is_some());
        Self {
            connected: status.connected,
            status: status.status.as_str(),
            phone_number: status.phone_number,
            webhook_active: status.webhook_active,
            can_retry: status.can_retry,
            can_recover: status.can_recover,
            sdk: sdk.map(|sdk| SdkBody { script: sdk.script(), message_origin: sdk.message_origin.clone() }),
            dialog: status.dialog.map(Into::into),
            steps: status.steps.into_iter().map(Into::into).collect(),
        }
    }
}

/// What the browser heard from Meta's dialog.
#[derive(Serialize, ToSchema)]
struct DialogBody {
    #[schema(example = "CANCEL")]
    event: Option<String>,
    /// RFC 3339
    at: Option<String>,
    /// Where it was left
    #[schema(example = "PHONE_NUMBER_SETUP")]
    current_step: Option<String>,
    /// What Meta showed; the two ids are for its support
    error_message: Option<String>,
    error_id: Option<String>,
    session_id: Option<String>,
}

impl From<Dialog> for DialogBody {
    fn from(dialog: Dialog) -> Self {
        let Dialog { event, at, current_step, error_message, error_id, session_id, .. } = dialog;
        Self { event, at: at.map(Millis::to_rfc3339), current_step, error_message, error_id, session_id }
    }
}

impl From<StepStatus> for StepBody {
    fn from(status: StepStatus) -> Self {
        let StepStatus { step, state, at, error, meta } = status;
        Self { step, state, at: at.map(Millis::to_rfc3339), error, meta: meta.map(Into::into) }
    }
}

impl From<MetaSaid> for MetaBody {
    fn from(said: MetaSaid) -> Self {
        Self { code: said.code, message: said.message, fbtrace_id: said.fbtrace_id }
    }
}

/// What Meta's dialog needs.
#[derive(Serialize, ToSchema)]
pub(super) struct StartedBody {
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

/// The person who connects a number; 403 for an API key, which cannot go through Meta's dialog.
pub(super) fn caller(who: &Authenticated) -> Result<Caller, Problem> {
    let principal: &Principal = who.require(Permission::ManageNumbers)?;
    let person = principal.person.ok_or_else(|| Problem::forbidden().detail("it takes a person, not an API key"))?;
    Ok(Caller { tenant: principal.tenant, person, session: principal.session })
}

/// How it stands now, or 422 with why it did not go on.
pub(super) async fn ended(state: &AppState, caller: Caller, how: Finished) -> Result<StatusBody, Problem> {
    match how {
        // Consent withheld is an answer like any other.
        Finished::Connected | Finished::Stopped { step: Step::OauthCompleted, .. } => {
            Ok(StatusBody::new(state.onboarding.status(caller.tenant).await?, &state.config.meta))
        }
        Finished::Stopped { error, .. } => Err(Problem::unprocessable("connection_stopped", error)),
    }
}
