//! How far the tenant's connection is.

use std::time::Duration;

use switchboard_store::{
    Millis, NumberStatus, Scope, Step, StepState, TenantId,
    number::{self, Number},
    onboarding::{self, Dialog, StepRow},
};

use crate::{Onboarding, OnboardingError, dialog, retry::stopped_in, run::ABANDONED_AFTER};

/// How long a code of Meta's dialog is good.
const CODE_LIFE: Duration = Duration::from_secs(30);

/// The tenant's connection in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Nobody has begun.
    NotConnected,
    /// A run is under way: in the dialog, or in the steps after it.
    Connecting,
    /// The newest run stopped, and no number is connected.
    Failed,
    /// At least one number works.
    Connected,
    /// There are numbers, and none works before a person connects again.
    ReauthRequired,
}

impl ConnectionStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Connecting => "connecting",
            Self::Failed => "failed",
            Self::Connected => "connected",
            Self::ReauthRequired => "reauth_required",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Status {
    pub connected: bool,
    pub status: ConnectionStatus,
    /// Of the number that works, or else of the one being connected.
    pub phone_number: Option<String>,
    pub webhook_active: bool,
    /// [`Onboarding::retry`] may help.
    pub can_retry: bool,
    /// [`Onboarding::recover`] may help.
    pub can_recover: bool,
    /// How Meta's dialog ended, as far as the browser of the newest run said.
    pub dialog: Option<Dialog>,
    /// All seven, in order, of the newest run.
    pub steps: Vec<StepStatus>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStatus {
    pub step: Step,
    pub state: StepState,
    /// When it came into this state; `None` while pending.
    pub at: Option<Millis>,
    pub error: Option<String>,
    pub meta: Option<MetaSaid>,
}

/// For whoever asks Meta's support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaSaid {
    pub code: Option<i64>,
    pub message: String,
    pub fbtrace_id: Option<String>,
}

impl Onboarding {
    pub async fn status(&self, tenant: TenantId) -> Result<Status, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let numbers = number::list(&mut tx.conn(), tenant).await?;
        let newest = onboarding::newest(&mut tx.conn(), tenant).await?;
        let rows = match &newest {
            Some(run) => onboarding::steps(&mut tx.conn(), tenant, run.id).await?,
            None => Vec::new(),
        };
        let now = self.clock.now();
        let expired = newest.as_ref().is_some_and(|run| run.consumed_at.is_none() && run.expires_at <= now);
        let steps: Vec<_> = Step::ALL.iter().map(|step| step_status(*step, &rows, now)).collect();
        let works = numbers.iter().find(|number| number.status == NumberStatus::Connected);
        let chosen = newest.as_ref().and_then(|run| numbers.iter().find(|number| Some(number.id) == run.number_id));
        let has_token = newest.as_ref().is_some_and(|run| run.token.is_some() || run.waba_id.is_some());
        let stopped = steps.iter().any(|step| step.state == StepState::Failed);
        Ok(Status {
            connected: works.is_some(),
            status: in_one_word(&numbers, newest.is_some() && !expired, stopped),
            phone_number: works.or(chosen).map(|number| number.display_phone_number.clone()),
            webhook_active: works.is_some() || is_done(&rows, Step::WebhookActive),
            can_recover: self.config.system_token.is_some()
                && newest.as_ref().is_some_and(|run| has_lost_its_code(run, stopped, now)),
            dialog: newest.as_ref().and_then(|run| run.dialog.clone()).map(|dialog| dialog.0),
            can_retry: stopped && has_token && stopped_in(&rows).is_some(),
            steps,
        })
    }
}

/// The dialog ended well in the browser, and the code that it gave never became a token.
/// A code that is still good may be on its way.
fn has_lost_its_code(run: &onboarding::Onboarding, stopped: bool, now: Millis) -> bool {
    let Some(dialog) = run.dialog.as_ref().map(|dialog| &dialog.0) else { return false };
    let is_late = run.consumed_at.is_none() && dialog.at.is_some_and(|at| now.saturating_since(at) >= CODE_LIFE);
    run.token.is_none() && run.waba_id.is_none() && dialog::is_recoverable(dialog) && (stopped || is_late)
}

fn in_one_word(numbers: &[Number], begun: bool, stopped: bool) -> ConnectionStatus {
    let any = |status| numbers.iter().any(|number| number.status == status);
    if any(NumberStatus::Connected) {
        ConnectionStatus::Connected
    } else if any(NumberStatus::ReauthRequired) {
        ConnectionStatus::ReauthRequired
    } else if stopped {
        ConnectionStatus::Failed
    } else if begun {
        ConnectionStatus::Connecting
    } else {
        ConnectionStatus::NotConnected
    }
}

fn is_done(rows: &[StepRow], step: Step) -> bool {
    rows.iter().any(|row| row.step == step && row.state == StepState::Done)
}

fn step_status(step: Step, rows: &[StepRow], now: Millis) -> StepStatus {
    let Some(row) = rows.iter().find(|row| row.step == step) else {
        return StepStatus { step, state: StepState::Pending, at: None, error: None, meta: None };
    };
    if row.state == StepState::Running && now.saturating_since(row.at) >= ABANDONED_AFTER {
        let error = Some("The connection was interrupted on our side. Try again.".to_owned());
        return StepStatus { step, state: StepState::Failed, at: Some(row.at), error, meta: None };
    }
    let meta = row.meta_message.clone().map(|message| MetaSaid {
        code: row.meta_code,
        message,
        fbtrace_id: row.fbtrace_id.clone(),
    });
    StepStatus { step, state: row.state, at: Some(row.at), error: row.error.clone(), meta }
}
