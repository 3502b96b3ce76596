//! A connection whose code was lost between Meta and us: the browser closed too early, or the exchange failed.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use switchboard_store::{
    Millis, Scope, Step, TenantId, leftover,
    onboarding::{self, Dialog},
};

use crate::{
    Caller, Finished, Hints, Onboarding, OnboardingError,
    context::{Context, token_of_run},
    tokens::unanswered,
};

/// Webhooks about one account that are looked through, at most.
const LOOKED_THROUGH: i64 = 50;
/// Another tenant's browser that named the account this long before the run began is a rival still.
const RIVALS_SINCE: Duration = Duration::from_hours(24);

impl Onboarding {
    /// Goes on with the tenant's newest run, whose dialog ended well in the browser and whose code never led to a token, by
    /// fetching the token that Meta keeps.
    ///
    /// The ids that the browser told prove nothing. They count only if Meta itself has said, since the run began, that this
    /// account of this portfolio was shared with the app, nobody holds the account, and no other tenant's browser names it.
    /// Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/hosted-es.
    ///
    /// # Errors
    /// [`OnboardingError::NoSystemToken`]; [`OnboardingError::NotRecoverable`]; [`OnboardingError::Meta`].
    pub async fn recover(&self, caller: Caller) -> Result<Finished, OnboardingError> {
        let system_token = self.config.system_token.as_ref().ok_or(OnboardingError::NoSystemToken)?;
        let run = self.lost_run(caller.tenant).await?;
        let dialog = run.dialog.map(|dialog| dialog.0).unwrap_or_default();
        let business_id = self.proved(caller.tenant, &dialog, run.created_at).await?;
        let fetched = self.graph.fetch_system_user_token(&business_id, system_token).await;
        let token = fetched.map_err(|error| unanswered(&error))?.token;
        let context = Context { service: self.clone(), caller, id: run.id, code: None, hints: Hints::default() };
        context.recovered(&token).await?;
        context.run_detached(Step::TokenObtained).await
    }

    async fn lost_run(&self, tenant: TenantId) -> Result<onboarding::Onboarding, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let newest = onboarding::newest(&mut tx.conn(), tenant).await?;
        newest
            .filter(|run| run.token.is_none() && run.waba_id.is_none())
            .ok_or(OnboardingError::NotRecoverable("there is no connection that lost its code"))
    }

    /// Meta's id of the portfolio that has shared the account with us.
    async fn proved(&self, tenant: TenantId, dialog: &Dialog, since: Millis) -> Result<String, OnboardingError> {
        let (Some(waba_id), Some(business_id)) = (dialog.waba_ids.first(), &dialog.business_id) else {
            let unknown = "the browser did not tell which account was shared: begin the connection again";
            return Err(OnboardingError::NotRecoverable(unknown));
        };
        let mut tx = self.db.read(Scope::System).await?;
        if onboarding::is_named_elsewhere(&mut tx.conn(), tenant, waba_id, since - RIVALS_SINCE).await? {
            let claimed = "another customer is connecting the same account: begin the connection again";
            return Err(OnboardingError::NotRecoverable(claimed));
        }
        let told = leftover::unclaimed_of(&mut tx.conn(), waba_id, since, LOOKED_THROUGH).await?;
        if told.iter().any(|leftover| tells_of_sharing(&leftover.body, waba_id, business_id)) {
            return Ok(business_id.clone());
        }
        let silent =
            "Meta has not said that the account was shared: try again in a minute, or begin the connection again";
        Err(OnboardingError::NotRecoverable(silent))
    }
}

/// Whether a delivery says that this portfolio shared this account.
fn tells_of_sharing(body: &[u8], waba_id: &str, business_id: &str) -> bool {
    let Ok(delivery) = serde_json::from_slice::<Value>(body) else { return false };
    let entries = delivery["entry"].as_array().into_iter().flatten();
    let changes = entries.flat_map(|entry| entry["changes"].as_array().into_iter().flatten());
    changes.map(|change| &change["value"]).any(|value| {
        let info = &value["waba_info"];
        matches!(value["event"].as_str(), Some("PARTNER_ADDED" | "PARTNER_APP_INSTALLED"))
            && info["waba_id"].as_str() == Some(waba_id)
            && info["owner_business_id"].as_str() == Some(business_id)
    })
}

impl Context {
    async fn recovered(&self, token: &SecretString) -> Result<(), OnboardingError> {
        let (tenant, now) = (self.caller.tenant, self.service.clock.now());
        let mut tx = self.write().await?;
        let envelope = self.seal(&mut tx, &token_of_run(tenant, self.id), token).await?;
        onboarding::set_token(&mut tx.conn(), tenant, self.id, &envelope).await?;
        onboarding::step_done(&mut tx.conn(), tenant, self.id, Step::OauthCompleted, now).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "1", "owner_business_id": "2"}}), true)]
    #[case(json!({"event": "PARTNER_REMOVED", "waba_info": {"waba_id": "1", "owner_business_id": "2"}}), false)]
    #[case(json!({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "1", "owner_business_id": "3"}}), false)]
    #[case(json!({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "4", "owner_business_id": "2"}}), false)]
    #[case(json!({"event": "PARTNER_ADDED"}), false)]
    fn only_metas_word_for_both_ids_proves_a_share(#[case] value: Value, #[case] expected: bool) {
        let body = json!({"entry": [{"id": "9", "changes": [{"field": "account_update", "value": value}]}]});
        assert_eq!(tells_of_sharing(body.to_string().as_bytes(), "1", "2"), expected);
    }
}
