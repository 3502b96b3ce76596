//! The daily check of every account: its token, what was granted, its numbers, its subscription. What can be mended is
//! mended; what cannot is told to people before it hurts.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use switchboard_graph_client::{GraphError, Kind, PhoneNumber, TokenInfo};
use switchboard_store::{
    Millis, NumberStatus, Scope, Signal, TenantId, Tx,
    number::{self, Number},
    waba::{self, Holder, Waba},
};

use crate::{
    By, Onboarding, OnboardingError, changes,
    context::token_of_waba,
    examine::{Examined, dead, troubles},
    reauth_required,
    steps::phone_verified::{messages_per_second, on_phone},
};

/// Accounts checked in one go, at most.
const BATCH: i64 = 16;
/// A check that came to no end is repeated then.
const AGAIN_AFTER: Duration = Duration::from_mins(10);
/// A token that ends sooner is renewed; where that cannot be done, people are told.
const RENEW_BEFORE: Duration = Duration::from_hours(10 * 24);

/// An account and the token in use for it.
struct Checked {
    tenant: TenantId,
    waba: Waba,
    token: SecretString,
}

/// A token took the place of one that was about to end.
struct Renewed {
    /// `None`: Meta gave no end.
    until: Option<Millis>,
}

impl Onboarding {
    /// Checks the accounts whose check is due; how many those were.
    pub async fn check_due(&self) -> Result<usize, OnboardingError> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::System).await?;
        let due = waba::claim_checks(&mut tx.conn(), now, now + AGAIN_AFTER, BATCH).await?;
        tx.commit().await?;
        for holder in &due {
            // The next account does not wait for this one's mending.
            if let Err(error) = self.check(*holder).await {
                tracing::error!(%error, tenant = %holder.tenant, waba.id = %holder.waba, "an account could not be checked");
            }
        }
        Ok(due.len())
    }

    async fn check(&self, Holder { tenant, waba }: Holder) -> Result<(), OnboardingError> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let Some(waba) = waba::get(&mut tx.conn(), tenant, waba).await? else { return Ok(()) };
        let Some(envelope) = &waba.token else { return Ok(()) };
        let token = self.vault.open_text(&mut tx.conn(), &token_of_waba(tenant, waba.id), envelope).await?;
        drop(tx);
        let checked = Checked { tenant, waba, token };
        let examined = self.examine(&checked.waba.waba_id, &checked.token).await;
        let info = match &examined.token {
            Ok(info) => info,
            Err(error) => {
                tracing::info!(%error, %tenant, waba_id = checked.waba.waba_id, "Meta did not answer a check; it is repeated");
                return Ok(());
            }
        };
        match lost_access(&examined, info, &self.config.app_id) {
            Some(problem) => self.lost(&checked, &problem).await,
            None => self.alive(&checked, &examined, info).await,
        }
    }

    async fn lost(&self, checked: &Checked, problem: &str) -> Result<(), OnboardingError> {
        let mut tx = self.db.write(Scope::Tenant(checked.tenant)).await?;
        reauth_required(&mut tx.conn(), checked.tenant, checked.waba.id, problem, self.clock.now()).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(())
    }

    async fn alive(&self, checked: &Checked, examined: &Examined, info: &TokenInfo) -> Result<(), OnboardingError> {
        let (now, mut of_all) = (self.clock.now(), Vec::new());
        let mut expires_at = info.expires_at.map(|seconds| Millis(seconds.saturating_mul(1000)));
        if let Some(end) = expires_at.filter(|end| *end <= now + RENEW_BEFORE) {
            match self.renewed(checked, end).await? {
                Some(renewed) => expires_at = renewed.until,
                None => of_all.push(format!(
                    "Access to WhatsApp ends on {}. Connect the number again before that.",
                    &end.to_rfc3339()[..10]
                )),
            }
        }
        of_all.extend(self.mended_subscription(checked, examined).await);
        if examined.waba.as_ref().is_ok_and(|waba| waba.account_review_status.as_deref() == Some("REJECTED")) {
            of_all.push("Meta has rejected the WhatsApp account. See WhatsApp Manager for the reason.".to_owned());
        }
        let limit = self.limit(checked, examined).await;
        let mut tx = self.db.write(Scope::Tenant(checked.tenant)).await?;
        waba::checked(&mut tx.conn(), checked.tenant, checked.waba.id, expires_at, &info.scopes, now).await?;
        if let Ok(listed) = &examined.numbers {
            self.note(&mut tx, checked, listed, limit.as_deref(), &of_all).await?;
        }
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(())
    }

    /// A token in the old one's place, if there is one. Meta documents the exchange for the tokens
    /// of people, and fetching for those of businesses.
    async fn renewed(&self, checked: &Checked, end: Millis) -> Result<Option<Renewed>, OnboardingError> {
        let mut candidates = Vec::new();
        match self.graph.exchange_long_lived(&checked.token).await {
            Ok(longer) => candidates.push(longer.token),
            Err(error) => tracing::info!(%error, tenant = %checked.tenant, "a token could not be exchanged"),
        }
        if let (Some(system_token), Some(business_id)) = (&self.config.system_token, &checked.waba.business_id) {
            match self.graph.fetch_system_user_token(business_id, system_token).await {
                Ok(fetched) => candidates.push(fetched.token),
                Err(error) => tracing::info!(%error, tenant = %checked.tenant, "a token could not be fetched"),
            }
        }
        for candidate in candidates {
            let Ok(info) = self.graph.debug_token(&candidate).await else { continue };
            let until = info.expires_at.map(|seconds| Millis(seconds.saturating_mul(1000)));
            let covered = info.waba_ids();
            let covers = covered.is_empty() || covered.contains(&checked.waba.waba_id.as_str());
            if dead(&info, &self.config.app_id).is_none() && covers && until.is_none_or(|until| until > end) {
                self.keep(checked, &candidate, until).await?;
                return Ok(Some(Renewed { until }));
            }
        }
        Ok(None)
    }

    async fn keep(
        &self,
        checked: &Checked,
        token: &SecretString,
        until: Option<Millis>,
    ) -> Result<(), OnboardingError> {
        let (tenant, id, now) = (checked.tenant, checked.waba.id, self.clock.now());
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        // Whoever has connected the account anew meanwhile brought a newer token.
        // Not by the envelope: a rotation of data keys changes that, and the token in it stays.
        let current = waba::get(&mut tx.conn(), tenant, id).await?;
        if current.is_none_or(|current| current.token.is_none() || current.consented_at != checked.waba.consented_at) {
            return Ok(());
        }
        let place = token_of_waba(tenant, id);
        let envelope = self.vault.seal(&mut tx.conn(), &place, token.expose_secret().as_bytes()).await?;
        waba::set_token(&mut tx.conn(), tenant, id, &envelope, until, None, now).await?;
        let detail = json!({"expires_at": until.map(Millis::to_rfc3339)});
        let target = id.to_string();
        changes::audited(&mut tx.conn(), tenant, By::SYSTEM, "waba.token_renewed", &target, detail, now).await?;
        Ok(tx.commit().await?)
    }

    /// Subscribes again where Meta sends messages elsewhere or nowhere; what to tell people if that fails.
    async fn mended_subscription(&self, checked: &Checked, examined: &Examined) -> Option<String> {
        let apps = examined.subscribed.as_ref().ok()?;
        if self.is_subscribed(apps) {
            return None;
        }
        let webhook = self.config.webhook_override();
        match self.graph.subscribe(&checked.waba.waba_id, &checked.token, webhook).await {
            Ok(()) => {
                tracing::warn!(tenant = %checked.tenant, waba_id = checked.waba.waba_id, "a lost subscription was made again");
                None
            }
            Err(error) => Some(format!("Meta does not send messages here any more. {}", error.plain_reason())),
        }
    }

    /// The portfolio's, so that any of its numbers tells.
    async fn limit(&self, checked: &Checked, examined: &Examined) -> Option<String> {
        let any = examined.numbers.as_ref().ok()?.first()?;
        self.graph.messaging_limit(&any.id, &checked.token).await.ok().flatten()
    }

    /// Stores what Meta says of each of our numbers, and tells people what is new.
    async fn note(
        &self,
        tx: &mut Tx,
        checked: &Checked,
        listed: &[PhoneNumber],
        limit: Option<&str>,
        of_all: &[String],
    ) -> Result<(), OnboardingError> {
        let (tenant, now) = (checked.tenant, self.clock.now());
        let ours = number::list(&mut tx.conn(), tenant).await?;
        let ours = ours.iter().filter(|number| number.waba == checked.waba.id && is_in_use(number));
        let mut changed = false;
        for ours in ours {
            let theirs = listed.iter().find(|it| it.id == ours.phone_number_id);
            if let Some(theirs) = theirs {
                store(tx, tenant, ours, theirs, limit, now).await?;
                changed |= theirs.quality_rating.is_some() && theirs.quality_rating != ours.quality;
            }
            let warning: Vec<_> = of_all.iter().cloned().chain(troubles(theirs)).collect();
            let warning = (!warning.is_empty()).then(|| warning.join(" "));
            if warning != ours.warning {
                number::set_warning(&mut tx.conn(), tenant, ours.id, warning.as_deref(), now).await?;
                let (target, detail) = (ours.id.to_string(), json!({"warning": warning}));
                changes::audited(&mut tx.conn(), tenant, By::SYSTEM, "number.checked", &target, detail, now).await?;
                changed = true;
            }
        }
        if changed {
            changes::numbers(&mut tx.conn(), tenant, now).await?;
        }
        Ok(())
    }
}

fn is_in_use(number: &Number) -> bool {
    matches!(number.status, NumberStatus::Connected | NumberStatus::ReauthRequired)
}

async fn store(
    tx: &mut Tx,
    tenant: TenantId,
    ours: &Number,
    theirs: &PhoneNumber,
    limit: Option<&str>,
    now: Millis,
) -> Result<(), OnboardingError> {
    let (name, rate) = (theirs.verified_name.as_deref(), messages_per_second(theirs));
    let on_phone = if theirs.is_on_biz_app.is_some() { on_phone(theirs) } else { ours.coexistence };
    number::set_traits(&mut tx.conn(), tenant, ours.id, name, on_phone, rate, now).await?;
    let quality = theirs.quality_rating.as_deref();
    Ok(number::set_health(&mut tx.conn(), tenant, ours.id, quality, limit, now).await?)
}

/// Why the account can no longer be used, if it cannot.
fn lost_access(examined: &Examined, info: &TokenInfo, app_id: &str) -> Option<String> {
    let refused = |error: &GraphError| error.kind == Kind::Reauthorise;
    dead(info, app_id).or_else(|| {
        let error = examined.numbers.as_ref().err().filter(|error| refused(error))?;
        Some(error.plain_reason().to_owned())
    })
}
