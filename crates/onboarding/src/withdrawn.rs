//! The person who gave a permission takes it back at Meta, or has their data deleted.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use switchboard_crypto::{SignedRequest, token};
use switchboard_store::{
    Millis, Scope, Signal, WabaStatus,
    deletion_request::{self, DeletionRequest},
    waba::{self, Holder},
};

use crate::{By, Onboarding, OnboardingError, changes, reauth_required};

const REMOVED: &str =
    "The person who connected the number has removed Switchboard at Meta. Connect the number again to go on.";
const DELETED: &str = "The person who connected the number had their data deleted at Meta, and the access with it. Connect the number again.";

impl Onboarding {
    /// The person of a verified request no longer lets the app in: every account whose token they granted before waits for
    /// a person to connect again. How many accounts that are.
    ///
    /// # Errors
    /// [`OnboardingError::RequestExpired`].
    pub async fn deauthorised(&self, request: &SignedRequest) -> Result<usize, OnboardingError> {
        let concerned = self.concerned(request).await?;
        for holder in &concerned {
            self.withdraw(*holder, REMOVED, false).await?;
        }
        self.notifier.notify(Signal::Event);
        Ok(concerned.len())
    }

    /// Deletes what is known of the person of a verified request: who they are at Meta, and the tokens they granted. The
    /// code shows the state of the request. Asked twice, there is nothing left to delete the second time.
    ///
    /// # Errors
    /// [`OnboardingError::RequestExpired`].
    pub async fn delete_person(&self, request: &SignedRequest) -> Result<SecretString, OnboardingError> {
        let requested_at = self.clock.now();
        let concerned = self.concerned(request).await?;
        for holder in &concerned {
            self.withdraw(*holder, DELETED, true).await?;
        }
        let code = token::random_token();
        let done = DeletionRequest {
            requested_at,
            completed_at: Some(self.clock.now()),
            accounts: i64::try_from(concerned.len()).unwrap_or(i64::MAX),
        };
        let mut tx = self.db.write(Scope::System).await?;
        deletion_request::insert(&mut tx.conn(), &token::digest(code.expose_secret()), &done).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(code)
    }

    /// How the request with this confirmation code stands; `None`: there is none.
    pub async fn deletion(&self, code: &str) -> Result<Option<DeletionRequest>, OnboardingError> {
        let mut tx = self.db.read(Scope::System).await?;
        Ok(deletion_request::get(&mut tx.conn(), &token::digest(code)).await?)
    }

    /// A request that somebody kept and posts again later does not reach what was granted since.
    async fn concerned(&self, request: &SignedRequest) -> Result<Vec<Holder>, OnboardingError> {
        let now = self.clock.now();
        let millis = |seconds: i64| Millis(seconds.saturating_mul(1000));
        if request.expires.is_some_and(|at| at != 0 && millis(at) <= now) {
            return Err(OnboardingError::RequestExpired);
        }
        // Meta's times are whole seconds.
        let until = request.issued_at.map_or(now, |at| millis(at) + Duration::from_millis(999));
        let mut tx = self.db.read(Scope::System).await?;
        Ok(waba::of_meta_user(&mut tx.conn(), &request.user_id, until).await?)
    }

    async fn withdraw(
        &self,
        Holder { tenant, waba }: Holder,
        problem: &str,
        forget: bool,
    ) -> Result<(), OnboardingError> {
        let now = self.clock.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let status = waba::get(&mut tx.conn(), tenant, waba).await?.map(|waba| waba.status);
        // A disconnected account may be another tenant's by now; only what is known of the person is left to go.
        if status != Some(WabaStatus::Disconnected) {
            reauth_required(&mut tx.conn(), tenant, waba, problem, now).await?;
        }
        if forget {
            waba::forget_person(&mut tx.conn(), tenant, waba, now).await?;
        }
        let (action, target) = (if forget { "waba.person_deleted" } else { "waba.deauthorised" }, waba.to_string());
        changes::audited(&mut tx.conn(), tenant, By::SYSTEM, action, &target, serde_json::json!({}), now).await?;
        Ok(tx.commit().await?)
    }
}
