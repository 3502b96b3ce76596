//! An account or number that another tenant holds is not taken from it, and the attempt is on record.

use serde_json::json;
use switchboard_store::Error;

use crate::{By, changes, context::Context, failure::StepError};

/// What to tell of a failed `upsert`: a key that exists already is another tenant's, since one's own row is renewed.
pub(super) async fn held_elsewhere(context: &Context, error: Error, what: Held<'_>) -> StepError {
    if !matches!(error, Error::Duplicate { .. }) {
        return error.into();
    }
    let (action, id, told) = match what {
        Held::Waba(id) => (
            "waba.refused",
            id,
            "This account is connected to another Switchboard customer. It must be disconnected there first.",
        ),
        Held::Number(id) => (
            "number.refused",
            id,
            "This number is connected to another Switchboard customer. It must be disconnected there first.",
        ),
    };
    match audited(context, action, id).await {
        Ok(()) => StepError::told(told),
        Err(error) => error.into(),
    }
}

/// By Meta's id.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held<'a> {
    Waba(&'a str),
    Number(&'a str),
}

async fn audited(context: &Context, action: &str, id: &str) -> Result<(), Error> {
    let now = context.service.clock.now();
    let detail = json!({"onboarding_id": context.id, "reason": "held by another tenant"});
    let mut tx = context.write().await?;
    changes::audited(&mut tx.conn(), context.caller.tenant, By::person(context.caller.person), action, id, detail, now)
        .await?;
    tx.commit().await
}
