//! What came back from Meta's dialog, by whichever way.

use secrecy::SecretString;
use switchboard_store::{
    Signal, Step, StepState,
    onboarding::{self, Dialog, Failure},
};
use uuid::Uuid;

use crate::{
    Caller, Finished, Hints, Onboarding, OnboardingError, changes,
    context::Context,
    state::{self, bearer},
};

#[derive(Debug)]
pub(crate) enum Consent {
    Given(Code),
    /// In words for people.
    Withheld(String),
}

/// A code good once and for 30 seconds.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) code: SecretString,
    pub(crate) came_by: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Meta compares the redirect URI.
    Redirect,
    /// The JavaScript SDK, which has no redirect URI.
    Script,
}

impl Onboarding {
    /// Uses the state up and, with consent, goes through the steps.
    pub(crate) async fn consented(
        &self,
        caller: Caller,
        state: &SecretString,
        consent: Consent,
        heard: Option<Dialog>,
    ) -> Result<Finished, OnboardingError> {
        let withheld = match &consent {
            Consent::Given(_) => None,
            Consent::Withheld(reason) => Some(reason.as_str()),
        };
        let id = self.used_up(caller, state, withheld, heard.as_ref()).await?;
        match consent {
            Consent::Withheld(error) => Ok(Finished::Stopped { step: Step::OauthCompleted, error }),
            Consent::Given(code) => {
                let context = Context { service: self.clone(), caller, id, code: Some(code), hints: Hints::default() };
                context.run_detached(Step::TokenObtained).await
            }
        }
    }

    /// The run whose state this was. What became of the dialog is stored in the same transaction, so that a state is
    /// never used up without a trace.
    async fn used_up(
        &self,
        caller: Caller,
        state: &SecretString,
        withheld: Option<&str>,
        heard: Option<&Dialog>,
    ) -> Result<Uuid, OnboardingError> {
        let Caller { tenant, .. } = caller;
        let (hash, now) = (state::hash(state), self.clock.now());
        let mut tx = self.db.write(switchboard_store::Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        let Some(run) = onboarding::consume(&mut conn, tenant, &hash, bearer(caller), now).await? else {
            drop(tx);
            return Err(self.why_refused(&hash, caller).await?);
        };
        if let Some(heard) = heard {
            onboarding::merge_dialog(&mut conn, tenant, run.id, heard).await?;
        }
        let (step, moved) =
            (Step::OauthCompleted, if withheld.is_some() { StepState::Failed } else { StepState::Done });
        match withheld {
            None => onboarding::step_done(&mut conn, tenant, run.id, step, now).await?,
            Some(error) => {
                let failure = Failure { error, ..Failure::default() };
                onboarding::step_failed(&mut conn, tenant, run.id, step, &failure, now).await?;
            }
        }
        changes::step(&mut conn, tenant, run.id, step, moved, withheld, now).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(run.id)
    }
}
