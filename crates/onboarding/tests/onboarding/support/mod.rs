//! A tenant, a database, and Graph played by wiremock.

pub(crate) mod graph;

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use switchboard_crypto::{KeyRing, Place};
use switchboard_graph_client::{GraphClient, GraphConfig, http_client_builder};
use switchboard_onboarding::{
    Callback, Caller, Completion, Finished, Hints, Onboarding, OnboardingConfig, OnboardingError, Status,
};
use switchboard_store::{
    Clock as _, ManualClock, Millis, Notifier, ReadReceipts, Scope, Step, StepState, TenantId, TenantStatus, Vault,
    audit::{self, AuditEntry},
    bot::{self, Bot},
    new_id,
    number::{self, Number},
    tenant::{self, Tenant},
    waba::{self, Waba},
};
use switchboard_test_support::{Engine, TestDb, a_bot};
use url::Url;
use uuid::Uuid;
use wiremock::MockServer;

pub(crate) const REDIRECT_URI: &str = "https://app.example/api/onboarding/whatsapp/callback";
pub(crate) const APP_ID: &str = "670843887433847";

pub(crate) struct World {
    pub(crate) test: TestDb,
    pub(crate) meta: MockServer,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) notifier: Notifier,
    pub(crate) vault: Vault,
    pub(crate) onboarding: Onboarding,
    /// Somebody of the first tenant, which has one bot.
    pub(crate) owner: Caller,
    pub(crate) bot: Uuid,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let test = TestDb::new(engine).await;
        let meta = MockServer::start().await;
        let clock = ManualClock::at(Millis(1_795_300_000_000));
        let vault = Vault::new(KeyRing::parse("test:Tcx1V3bFRH9MEf0sGwZbJzGZOZqwbQXhkLsOzN7OZrA=").unwrap());
        let notifier = Notifier::default();
        let graph_config = GraphConfig::new(Url::parse(&meta.uri()).unwrap(), "v26.0", APP_ID, "an-app-secret".into());
        let onboarding = Onboarding::new(
            test.db.clone(),
            vault.clone(),
            clock.clone(),
            GraphClient::new(graph_config, http_client_builder().build().unwrap()),
            notifier.clone(),
            OnboardingConfig {
                dialog_base_url: Url::parse("https://www.facebook.com").unwrap(),
                graph_version: "v26.0".to_owned(),
                app_id: APP_ID.to_owned(),
                config_id: Some("1234".to_owned()),
                redirect_uri: REDIRECT_URI.to_owned(),
                webhook: switchboard_graph_client::WebhookOverride {
                    callback_uri: "https://app.example/webhooks/whatsapp".to_owned(),
                    verify_token: "a-verify-token".into(),
                },
                overrides_webhook: false,
                system_token: None,
            },
        );
        let (owner, bot) = tenant_with_bot(&test, &vault, clock.now()).await;
        Self { test, meta, clock, notifier, vault, onboarding, owner, bot }
    }

    /// Somebody of another tenant.
    pub(crate) async fn stranger(&self) -> Caller {
        tenant_with_bot(&self.test, &self.vault, self.clock.now()).await.0
    }

    pub(crate) async fn started(&self, caller: Caller) -> SecretString {
        self.onboarding.start(caller).await.unwrap().state
    }

    /// The dialog returns by redirect, with consent.
    pub(crate) async fn returns(&self, caller: Caller, state: &SecretString) -> Result<Finished, OnboardingError> {
        let code = Some("a-code".into());
        self.onboarding
            .callback(caller, Callback { state: state.clone(), code, error: None, error_description: None })
            .await
    }

    /// From the click to the end, by redirect.
    pub(crate) async fn connects(&self, caller: Caller) -> Finished {
        let state = self.started(caller).await;
        self.returns(caller, &state).await.unwrap()
    }

    /// From the click to the end, by the JavaScript SDK.
    pub(crate) async fn connects_by_script(&self, caller: Caller, hints: Hints) -> Finished {
        let state = self.started(caller).await;
        let (code, event) = (Some("a-code".into()), Some("FINISH".to_owned()));
        let data = json!({"waba_id": hints.waba_id, "phone_number_id": hints.phone_number_id});
        self.onboarding.complete(caller, Completion { state, code, event, data }).await.unwrap()
    }

    pub(crate) async fn status(&self, caller: Caller) -> Status {
        self.onboarding.status(caller.tenant).await.unwrap()
    }

    pub(crate) async fn numbers(&self, tenant: TenantId) -> Vec<Number> {
        let mut tx = self.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        number::list(&mut tx.conn(), tenant).await.unwrap()
    }

    pub(crate) async fn waba(&self, number: &Number, tenant: TenantId) -> Waba {
        let mut tx = self.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        waba::get(&mut tx.conn(), tenant, number.waba).await.unwrap().unwrap()
    }

    pub(crate) async fn token(&self, tenant: TenantId, waba: &Waba) -> String {
        let place = Place { tenant: tenant.0, table: "waba", column: "token", row: waba.id };
        self.opened(tenant, &place, waba.token.as_ref().unwrap()).await
    }

    pub(crate) async fn pin(&self, tenant: TenantId, number: &Number) -> String {
        let place = Place { tenant: tenant.0, table: "number", column: "pin", row: number.id };
        self.opened(tenant, &place, number.pin.as_ref().unwrap()).await
    }

    async fn opened(&self, tenant: TenantId, place: &Place, envelope: &[u8]) -> String {
        let mut tx = self.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        self.vault.open_text(&mut tx.conn(), place, envelope).await.unwrap().expose_secret().to_owned()
    }

    pub(crate) async fn audited(&self, tenant: TenantId) -> Vec<AuditEntry> {
        let mut tx = self.test.db.read(Scope::Tenant(tenant)).await.unwrap();
        audit::list(&mut tx.conn(), tenant, &audit::Filter::default(), None, 100).await.unwrap()
    }

    pub(crate) fn later(&self, by: Duration) {
        self.clock.advance(by);
    }
}

async fn tenant_with_bot(test: &TestDb, vault: &Vault, now: Millis) -> (Caller, Uuid) {
    let id = TenantId(new_id(now));
    let mut tx = test.db.write(Scope::Tenant(id)).await.unwrap();
    let row = Tenant {
        id,
        name: "Bakery".to_owned(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: now,
    };
    tenant::insert(&mut tx.conn(), &row).await.unwrap();
    vault.create_key(&mut tx.conn(), id, now).await.unwrap();
    let bot = Bot { max_wait_ms: 15_000, ..a_bot(id, now) };
    bot::insert(&mut tx.conn(), &bot).await.unwrap();
    tx.commit().await.unwrap();
    (Caller { tenant: id, person: new_id(now), session: Some(new_id(now)) }, bot.id)
}

/// The states of the seven steps, in order, by their first letters: `d`one, `f`ailed, `p`ending, `r`unning.
pub(crate) fn letters(status: &Status) -> String {
    let letter = |state: StepState| state.as_str().chars().next().unwrap();
    status.steps.iter().map(|step| letter(step.state)).collect()
}

pub(crate) fn stopped_in(finished: &Finished) -> (Step, &str) {
    match finished {
        Finished::Stopped { step, error } => (*step, error),
        Finished::Connected => panic!("the connection did not stop"),
    }
}
