//! The connection doctor: every link between a customer's phone and us, tried one by one.

mod installation;
mod traffic;
mod with_token;

use switchboard_graph_client::{GraphError, Kind};
use switchboard_store::{
    Scope, TenantId,
    number::{self, Number},
    waba,
};
use uuid::Uuid;

use crate::{Onboarding, OnboardingError, context::token_of_waba};

/// How a link of the chain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// Works, and will not for long or not for all.
    Warn,
    Fail,
    /// Could not be found out: what it depends on fails, or nothing has happened yet.
    Unknown,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `app`, `callback`, `app_webhooks`, `token`, `permissions`, `token_life`, `account`, `registered`, `quality`,
    /// `display_name`, `subscription`, `payment`, `last_webhook`, `last_send`.
    pub check: &'static str,
    pub verdict: Verdict,
    /// What was found, in words.
    pub reason: String,
    /// What to do about it; `None`: nothing.
    pub advice: Option<&'static str>,
}

impl Check {
    fn pass(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Pass, reason: reason.into(), advice: None }
    }

    fn warn(check: &'static str, reason: impl Into<String>, advice: &'static str) -> Self {
        Self { check, verdict: Verdict::Warn, reason: reason.into(), advice: Some(advice) }
    }

    fn fail(check: &'static str, reason: impl Into<String>, advice: &'static str) -> Self {
        Self { check, verdict: Verdict::Fail, reason: reason.into(), advice: Some(advice) }
    }

    fn unknown(check: &'static str, reason: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Unknown, reason: reason.into(), advice: None }
    }

    /// A call that did not succeed: a passing trouble of Meta's says nothing about the link.
    fn refused(check: &'static str, error: &GraphError, advice: &'static str) -> Self {
        match error.kind {
            Kind::Transient | Kind::Throttled(_) => Self::unknown(check, error.plain_reason()),
            _ => Self::fail(check, error.plain_reason(), advice),
        }
    }
}

/// All links of one number, in the order in which they depend on each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub number: Number,
    pub checks: Vec<Check>,
}

impl Diagnosis {
    /// Whether no link is broken.
    pub fn is_healthy(&self) -> bool {
        self.checks.iter().all(|check| check.verdict != Verdict::Fail)
    }
}

impl Onboarding {
    /// Tries every link of a number's connection. Changes nothing.
    ///
    /// # Errors
    /// [`OnboardingError::UnknownNumber`]. What Meta refuses is a finding, not an error.
    pub async fn diagnose(&self, tenant: TenantId, id: Uuid) -> Result<Diagnosis, OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let number = number::get(&mut tx.conn(), tenant, id).await?.ok_or(OnboardingError::UnknownNumber)?;
        let waba = waba::get(&mut tx.conn(), tenant, number.waba).await?.ok_or(OnboardingError::UnknownNumber)?;
        let last_send = number::last_send(&mut tx.conn(), tenant, id).await?;
        let token = match &waba.token {
            Some(envelope) => {
                Some(self.vault.open_text(&mut tx.conn(), &token_of_waba(tenant, waba.id), envelope).await?)
            }
            None => None,
        };
        drop(tx);
        let mut checks = self.installation_checks().await;
        match token {
            Some(token) => checks.extend(self.checks_with_token(&number, &token).await),
            None => checks.push(Check::fail(
                "token",
                "There is no permission for the WhatsApp account.",
                "Connect the number again.",
            )),
        }
        checks.extend(traffic::checks(&number, last_send.as_ref()));
        Ok(Diagnosis { number, checks })
    }

    /// All numbers that are not disconnected, whosever they are: for whoever runs the installation.
    pub async fn numbers_in_use(&self) -> Result<Vec<(TenantId, Uuid)>, OnboardingError> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(number::in_use(&mut tx.conn()).await?)
    }
}
