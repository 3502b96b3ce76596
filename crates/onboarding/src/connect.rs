//! Connecting one more number that a permission covers, without going through Meta's dialog again.

use secrecy::SecretString;
use switchboard_crypto::token;
use switchboard_store::{
    Signal, Step, new_id,
    onboarding::{self, Dialog, NewOnboarding},
};

use crate::{
    Caller, Finished, Hints, Onboarding, OnboardingError,
    context::{Context, token_of_run},
    state::{self, bearer},
};

/// What a run that needs no dialog has behind it.
const BEHIND: [Step; 3] = [Step::OauthStarted, Step::OauthCompleted, Step::TokenObtained];

impl Onboarding {
    /// Connects a number of an account, both by Meta's ids, with a permission that the tenant has given already. A run like
    /// any other: its steps are shown, and [`Onboarding::retry`] goes on with it.
    ///
    /// # Errors
    /// [`OnboardingError::NotGranted`]; [`OnboardingError::Meta`].
    pub async fn connect(
        &self,
        caller: Caller,
        waba_id: String,
        phone_number_id: String,
    ) -> Result<Finished, OnboardingError> {
        let token = self.token_covering(caller.tenant, &waba_id).await?;
        let hints = Hints { waba_id: Some(waba_id), phone_number_id: Some(phone_number_id) };
        let id = new_id(self.clock.now());
        let context = Context { service: self.clone(), caller, id, code: None, hints };
        context.begin_with(&token).await?;
        self.notifier.notify(Signal::Event);
        context.run_detached(Step::WabaLinked).await
    }
}

impl Context {
    async fn begin_with(&self, held: &SecretString) -> Result<(), OnboardingError> {
        let (tenant, now) = (self.caller.tenant, self.service.clock.now());
        // Nobody is told this state, and it is used up at once.
        let state_hash = state::hash(&token::random_token());
        let new = NewOnboarding {
            id: self.id,
            person_id: self.caller.person,
            session_id: self.caller.session,
            state_hash: &state_hash,
            redirect_uri: &self.service.config.redirect_uri,
            created_at: now,
            expires_at: now + state::VALID_FOR,
            reauthorises: None,
        };
        let choice = Dialog {
            waba_ids: self.hints.waba_id.iter().cloned().collect(),
            phone_number_id: self.hints.phone_number_id.clone(),
            ..Dialog::default()
        };
        let mut tx = self.write().await?;
        onboarding::insert(&mut tx.conn(), tenant, &new).await?;
        onboarding::consume(&mut tx.conn(), tenant, &state_hash, bearer(self.caller), now).await?;
        onboarding::merge_dialog(&mut tx.conn(), tenant, self.id, &choice).await?;
        for step in BEHIND {
            onboarding::step_done(&mut tx.conn(), tenant, self.id, step, now).await?;
        }
        let envelope = self.seal(&mut tx, &token_of_run(tenant, self.id), held).await?;
        onboarding::set_token(&mut tx.conn(), tenant, self.id, &envelope).await?;
        Ok(tx.commit().await?)
    }
}
