//! The steps after consent, a file each. A step does its work with Meta and stores what came of it; it may be repeated
//! without harm. Where it stands is stored around it: see [`run`](crate::run).

mod choose;
pub(crate) mod grant;
pub(crate) mod phone_verified;
mod ready;
mod refused;
mod token_obtained;
mod waba_linked;
mod webhook_active;

use switchboard_store::Step;

use crate::{context::Context, failure::StepError};

pub(crate) async fn run(step: Step, context: &Context) -> Result<(), StepError> {
    match step {
        // Done by whoever holds the caller's request, in the transaction that uses the state up.
        Step::OauthStarted | Step::OauthCompleted => Ok(()),
        Step::TokenObtained => token_obtained::run(context).await,
        Step::WabaLinked => waba_linked::run(context).await,
        Step::PhoneVerified => phone_verified::run(context).await,
        Step::WebhookActive => webhook_active::run(context).await,
        Step::Ready => ready::run(context).await,
    }
}
