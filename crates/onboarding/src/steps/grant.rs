//! What a token is good for, by Meta's word.

use secrecy::SecretString;
use switchboard_graph_client::TokenInfo;

use crate::{context::Context, failure::StepError};

pub(crate) const NEEDED: [&str; 2] = ["whatsapp_business_management", "whatsapp_business_messaging"];

/// Asks Meta about the token and refuses one that is another app's, dead, or short of a permission.
pub(super) async fn inspected(context: &Context, token: &SecretString) -> Result<TokenInfo, StepError> {
    let info = context.service.graph.debug_token(token).await;
    let info = info.map_err(|error| StepError::meta("Meta did not say what the permission covers.", &error))?;
    if !info.is_valid {
        return Err(StepError::start_again());
    }
    if info.app_id.as_deref() != Some(context.service.config.app_id.as_str()) {
        return Err(StepError::told("Meta's permission is for another app than this one. Start the connection again."));
    }
    match NEEDED.iter().find(|scope| !info.has_scope(scope)) {
        None => Ok(info),
        Some(missing) => Err(StepError::told(format!(
            "The permission “{missing}” was not given. Start the connection again and leave all permissions on."
        ))),
    }
}
