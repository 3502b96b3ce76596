//! Contacts and history of a number that is also used in the WhatsApp Business app: asked for once it is connected,
//! followed as they come.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use switchboard_graph_client::{GraphError, SyncType};
use switchboard_store::{
    AppData, Conn, Millis, NumberStatus, Result as Stored, Scope, Signal, SyncState, TenantId,
    app_data_sync::{self, AppDataSync, Outcome},
    number::{self, Number},
    waba,
};
use uuid::Uuid;

use crate::{Onboarding, OnboardingError, changes, context::token_of_waba};

const ASKED_BEFORE: i64 = 2_593_107;
const TOO_LATE: i64 = 2_593_108;
const NOT_SHARED: i64 = 2_593_109;
/// Who was about to ask Meta this long ago has died.
const ABANDONED_AFTER: Duration = Duration::from_mins(2);

impl Onboarding {
    /// How far contacts and history have come.
    ///
    /// # Errors
    /// [`OnboardingError::UnknownNumber`].
    pub async fn app_data(&self, tenant: TenantId, id: Uuid) -> Result<Vec<AppDataSync>, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        number::get(&mut tx.conn(), tenant, id).await?.ok_or(OnboardingError::UnknownNumber)?;
        Ok(app_data_sync::list(&mut tx.conn(), tenant, id).await?)
    }

    /// Asks Meta for whatever was not asked for, or failed. What Meta refuses is kept with the kind it refused.
    ///
    /// # Errors
    /// [`OnboardingError::UnknownNumber`]; [`OnboardingError::NotInPhoneApp`].
    pub async fn request_app_data(&self, tenant: TenantId, id: Uuid) -> Result<Vec<AppDataSync>, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let number = number::get(&mut tx.conn(), tenant, id).await?.ok_or(OnboardingError::UnknownNumber)?;
        if !number.coexistence || number.status != NumberStatus::Connected {
            return Err(OnboardingError::NotInPhoneApp);
        }
        let waba = waba::get(&mut tx.conn(), tenant, number.waba).await?.and_then(|waba| waba.token);
        let envelope = waba.ok_or(OnboardingError::NotGranted)?;
        let place = token_of_waba(tenant, number.waba);
        let token = self.vault.open_text(&mut tx.conn(), &place, &envelope).await?;
        drop(tx);
        // Contacts first, so that the history's people have names.
        for kind in [AppData::Contacts, AppData::History] {
            self.request(tenant, &number, kind, &token).await?;
        }
        self.notifier.notify(Signal::Event);
        self.app_data(tenant, id).await
    }

    async fn request(
        &self,
        tenant: TenantId,
        number: &Number,
        kind: AppData,
        token: &SecretString,
    ) -> Result<(), OnboardingError> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let ours = app_data_sync::begin(&mut tx.conn(), tenant, number.id, kind, now, ABANDONED_AFTER).await?;
        tx.commit().await?;
        if !ours {
            return Ok(());
        }
        let sync_type = match kind {
            AppData::Contacts => SyncType::SmbAppStateSync,
            AppData::History => SyncType::History,
        };
        let answer = self.graph.sync_app_data(&number.phone_number_id, sync_type, token).await;
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        // Data may have come before the answer did.
        if is_requesting(&mut tx.conn(), tenant, number.id, kind).await? {
            let now = self.clock.now();
            app_data_sync::set_outcome(&mut tx.conn(), tenant, number.id, kind, &outcome(&answer), now).await?;
            changes::numbers(&mut tx.conn(), tenant, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

async fn is_requesting(conn: &mut Conn<'_>, tenant: TenantId, number: Uuid, kind: AppData) -> Stored<bool> {
    let all = app_data_sync::list(conn, tenant, number).await?;
    Ok(all.iter().any(|sync| sync.kind == kind && sync.state == SyncState::Requesting))
}

fn outcome(answer: &Result<Option<String>, GraphError>) -> Outcome<'_> {
    let failed = |state, error| Outcome { state, request_id: None, error: Some(error) };
    match answer {
        Ok(request_id) => Outcome { state: SyncState::Running, request_id: request_id.as_deref(), error: None },
        Err(error) => match error.code {
            // By a try whose answer was lost, for nobody else has the token.
            Some(ASKED_BEFORE) => Outcome { state: SyncState::Running, request_id: None, error: None },
            Some(TOO_LATE) => failed(
                SyncState::Failed,
                "Meta gives this within 24 hours of the connection only. Disconnect the number in the WhatsApp Business app \
                 and connect it again.",
            ),
            Some(NOT_SHARED) => {
                failed(SyncState::Declined, "The business does not share this from its WhatsApp Business app.")
            }
            _ => failed(SyncState::Failed, error.plain_reason()),
        },
    }
}

/// Meta told how far the history is, or that the business does not share it; in the transaction of whoever dispatches it.
/// `true`: that is news.
pub async fn history_told(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    number: Uuid,
    told: &Value,
) -> Stored<bool> {
    let mut errors = told["errors"].as_array().into_iter().flatten();
    let declined = errors.any(|error| error["code"].as_i64() == Some(NOT_SHARED));
    let metadata = &told["metadata"];
    let news = if declined {
        decline(conn, now, tenant, number).await?
    } else if let (Some(phase), Some(progress)) = (metadata["phase"].as_i64(), metadata["progress"].as_i64()) {
        app_data_sync::advance(conn, tenant, number, phase, progress, now).await?
    } else {
        false
    };
    if news {
        changes::numbers(conn, tenant, now).await?;
    }
    Ok(news)
}

async fn decline(conn: &mut Conn<'_>, now: Millis, tenant: TenantId, number: Uuid) -> Stored<bool> {
    let asked = app_data_sync::list(conn, tenant, number).await?;
    if !asked.iter().any(|sync| sync.kind == AppData::History && sync.state != SyncState::Declined) {
        return Ok(false);
    }
    let error = Some("The business does not share its history from the WhatsApp Business app.");
    let declined = Outcome { state: SyncState::Declined, request_id: None, error };
    app_data_sync::set_outcome(conn, tenant, number, AppData::History, &declined, now).await?;
    Ok(true)
}

/// Names from the phone's address book have come. `true`: that is news.
pub async fn contacts_told(conn: &mut Conn<'_>, now: Millis, tenant: TenantId, number: Uuid) -> Stored<bool> {
    let news = app_data_sync::contacts_arrived(conn, tenant, number, now).await?;
    if news {
        changes::numbers(conn, tenant, now).await?;
    }
    Ok(news)
}
