use secrecy::{ExposeSecret as _, SecretString};
use switchboard_crypto::Place;
use switchboard_store::{
    Scope, TenantId, Tx, VaultError,
    number::{self, Number},
    onboarding::{self, Dialog},
    waba,
};
use uuid::Uuid;

use crate::{Onboarding, consent::Code, failure::StepError};

/// On whose behalf a run is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub tenant: TenantId,
    pub person: Uuid,
    pub session: Option<Uuid>,
}

/// Which account and number are meant, by Meta's ids. Only hints, since a browser can say anything: each is checked against
/// what the token really opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    pub waba_id: Option<String>,
    pub phone_number_id: Option<String>,
}

/// What the steps of one run work with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) service: Onboarding,
    pub(crate) caller: Caller,
    /// The run.
    pub(crate) id: Uuid,
    /// There right after the dialog only.
    pub(crate) code: Option<Code>,
    /// What was chosen with this try. [`Context::wanted`] knows the rest.
    pub(crate) hints: Hints,
}

/// What a step is to settle on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) hints: Hints,
    /// What the browser heard.
    pub(crate) dialog: Dialog,
    /// The number that is to be authorised again: nothing else will do.
    pub(crate) reauthorises: Option<Number>,
}

impl Context {
    pub(crate) async fn write(&self) -> Result<Tx, switchboard_store::Error> {
        self.service.db.write(Scope::Tenant(self.caller.tenant)).await
    }

    pub(crate) async fn read(&self) -> Result<Tx, switchboard_store::Error> {
        self.service.db.read(Scope::Tenant(self.caller.tenant)).await
    }

    /// The run as it stands.
    pub(crate) async fn row(&self) -> Result<onboarding::Onboarding, StepError> {
        let mut tx = self.read().await?;
        let row = onboarding::get(&mut tx.conn(), self.caller.tenant, self.id).await?;
        row.ok_or_else(StepError::start_again)
    }

    /// What is wanted, as far as it is known by now: what the browser heard may have arrived after the code.
    pub(crate) async fn wanted(&self) -> Result<Wanted, StepError> {
        let row = self.row().await?;
        let dialog = row.dialog.map(|dialog| dialog.0).unwrap_or_default();
        let mut tx = self.read().await?;
        let reauthorises = match row.reauthorises {
            Some(id) => number::get(&mut tx.conn(), self.caller.tenant, id).await?,
            None => None,
        };
        let hints = Hints {
            waba_id: self.hints.waba_id.clone().or_else(|| dialog.waba_ids.first().cloned()),
            phone_number_id: self.hints.phone_number_id.clone().or_else(|| dialog.phone_number_id.clone()),
        };
        Ok(Wanted { hints, dialog, reauthorises })
    }

    /// The account the run has linked.
    pub(crate) async fn waba(&self) -> Result<waba::Waba, StepError> {
        let row = self.row().await?;
        let mut tx = self.read().await?;
        let linked = row.waba_id.ok_or_else(StepError::start_again)?;
        let waba = waba::get(&mut tx.conn(), self.caller.tenant, linked).await?;
        waba.ok_or_else(StepError::start_again)
    }

    /// The token, wherever it rests by now.
    pub(crate) async fn token(&self) -> Result<SecretString, StepError> {
        let row = self.row().await?;
        let (place, envelope) = if let Some(envelope) = row.token {
            (token_of_run(self.caller.tenant, self.id), Some(envelope))
        } else {
            let waba = self.waba().await?;
            (token_of_waba(self.caller.tenant, waba.id), waba.token)
        };
        let envelope = envelope.ok_or_else(StepError::start_again)?;
        let mut tx = self.read().await?;
        Ok(self.service.vault.open_text(&mut tx.conn(), &place, &envelope).await?)
    }

    pub(crate) async fn seal(&self, tx: &mut Tx, place: &Place, secret: &SecretString) -> Result<Vec<u8>, VaultError> {
        self.service.vault.seal(&mut tx.conn(), place, secret.expose_secret().as_bytes()).await
    }
}

pub(crate) fn token_of_run(tenant: TenantId, run: Uuid) -> Place {
    Place { tenant: tenant.0, table: "onboarding", column: "token", row: run }
}

pub(crate) fn token_of_waba(tenant: TenantId, waba: Uuid) -> Place {
    Place { tenant: tenant.0, table: "waba", column: "token", row: waba }
}

pub(crate) fn pin_of_number(tenant: TenantId, number: Uuid) -> Place {
    Place { tenant: tenant.0, table: "number", column: "pin", row: number }
}
