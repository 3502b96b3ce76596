use secrecy::{ExposeSecret as _, SecretString};
use switchboard_crypto::token;
use switchboard_store::{
    Scope, Signal, Step, StepState, new_id, number,
    onboarding::{self, NewOnboarding},
};
use url::Url;
use uuid::Uuid;

use crate::{Caller, Onboarding, OnboardingConfig, OnboardingError, changes, context::Context, state};

/// What is asked for by name when no configuration carries it.
const SCOPE: &str = "whatsapp_business_management,whatsapp_business_messaging";

/// What a browser needs for Meta's dialog.
#[derive(Debug)]
pub struct Started {
    /// Carries the state; for the redirect variant.
    pub oauth_url: SecretString,
    /// The rest is for the JavaScript SDK.
    pub app_id: String,
    pub config_id: Option<String>,
    pub graph_api_version: String,
    pub state: SecretString,
}

impl Onboarding {
    /// Begins a run and gives out its state.
    pub async fn start(&self, caller: Caller) -> Result<Started, OnboardingError> {
        self.begin(caller, None).await
    }

    /// The same for one number, by our id: its connection is renewed, and no other number is touched. What belongs to it
    /// (its bot, its conversations, what waits to leave) stays.
    ///
    /// # Errors
    /// [`OnboardingError::UnknownNumber`].
    pub async fn reauthorise(&self, caller: Caller, number: Uuid) -> Result<Started, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(caller.tenant)).await?;
        let known = number::get(&mut tx.conn(), caller.tenant, number).await?;
        drop(tx);
        known.ok_or(OnboardingError::UnknownNumber)?;
        self.begin(caller, Some(number)).await
    }

    async fn begin(&self, caller: Caller, reauthorises: Option<Uuid>) -> Result<Started, OnboardingError> {
        let state = token::random_token();
        let now = self.clock.now();
        let id = new_id(now);
        let new = NewOnboarding {
            id,
            person_id: caller.person,
            session_id: caller.session,
            state_hash: &state::hash(&state),
            redirect_uri: &self.config.redirect_uri,
            created_at: now,
            expires_at: now + state::VALID_FOR,
            reauthorises,
        };
        let context = Context { service: self.clone(), caller, id, code: None, hints: crate::Hints::default() };
        let mut tx = context.write().await?;
        onboarding::insert(&mut tx.conn(), caller.tenant, &new).await?;
        onboarding::step_done(&mut tx.conn(), caller.tenant, id, Step::OauthStarted, now).await?;
        changes::step(&mut tx.conn(), caller.tenant, id, Step::OauthStarted, StepState::Done, None, now).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(Started {
            oauth_url: oauth_url(&self.config, &state),
            app_id: self.config.app_id.clone(),
            config_id: self.config.config_id.clone(),
            graph_api_version: self.config.graph_version.clone(),
            state,
        })
    }
}

/// Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and, for `config_id` and
/// `override_default_response_type`, docs/facebook-login/facebook-login-for-business.
fn oauth_url(config: &OnboardingConfig, state: &SecretString) -> SecretString {
    let mut url = dialog(config);
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &config.app_id)
        .append_pair("redirect_uri", &config.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("state", state.expose_secret());
    match &config.config_id {
        Some(id) => query.append_pair("config_id", id).append_pair("override_default_response_type", "true"),
        None => query.append_pair("scope", SCOPE),
    };
    drop(query);
    String::from(url).into()
}

fn dialog(config: &OnboardingConfig) -> Url {
    let mut url = config.dialog_base_url.clone();
    let base = config.dialog_base_url.path().trim_end_matches('/');
    url.set_path(&format!("{base}/{}/dialog/oauth", config.graph_version));
    url
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn config(dialog_base_url: &str, config_id: Option<&str>) -> OnboardingConfig {
        OnboardingConfig {
            dialog_base_url: Url::parse(dialog_base_url).unwrap(),
            graph_version: "v26.0".to_owned(),
            app_id: "670843887433847".to_owned(),
            config_id: config_id.map(str::to_owned),
            redirect_uri: "https://app.example/api/onboarding/whatsapp/callback".to_owned(),
            webhook: switchboard_graph_client::WebhookOverride {
                callback_uri: "https://app.example/webhooks/whatsapp".to_owned(),
                verify_token: "a-verify-token".into(),
            },
            overrides_webhook: false,
            system_token: None,
        }
    }

    fn url(config: &OnboardingConfig) -> Url {
        Url::parse(oauth_url(config, &"a-state".into()).expose_secret()).unwrap()
    }

    #[test]
    fn the_dialog_is_asked_for_a_code_under_our_configuration() {
        let url = url(&config("https://www.facebook.com", Some("1234")));
        assert_eq!((url.host_str(), url.path()), (Some("www.facebook.com"), "/v26.0/dialog/oauth"));
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        let expected = [
            ("client_id", "670843887433847"),
            ("redirect_uri", "https://app.example/api/onboarding/whatsapp/callback"),
            ("response_type", "code"),
            ("state", "a-state"),
            ("config_id", "1234"),
            ("override_default_response_type", "true"),
        ];
        assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }

    #[test]
    fn without_a_configuration_permissions_are_asked_for_by_name() {
        let url = url(&config("http://127.0.0.1:9/meta/", None));
        assert_eq!(url.path(), "/meta/v26.0/dialog/oauth");
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["scope"], SCOPE);
        assert!(!query.contains_key("config_id") && !query.contains_key("override_default_response_type"));
    }
}
