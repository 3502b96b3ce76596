//! Everything the tenant's permissions cover, connected or not.

use secrecy::SecretString;
use switchboard_graph_client::PhoneNumber;
use switchboard_store::{
    NumberStatus, Scope, TenantId,
    number::{self, Number},
};
use uuid::Uuid;

use crate::{Onboarding, OnboardingError, steps::phone_verified::on_phone, tokens::unanswered};

/// A WhatsApp Business account that a permission covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedWaba {
    /// Meta's id.
    pub waba_id: String,
    pub name: Option<String>,
    pub numbers: Vec<GrantedNumber>,
    /// Why its numbers could not be read, in words.
    pub problem: Option<String>,
}

/// A number of such an account, as Meta describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedNumber {
    pub phone_number_id: String,
    pub display_phone_number: Option<String>,
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// It also lives in the WhatsApp Business app.
    pub coexistence: bool,
    /// Ours, where the tenant has or had it connected.
    pub number: Option<(Uuid, NumberStatus)>,
}

impl Onboarding {
    /// Asks Meta what the tenant's permissions cover; accounts shared most recently come first.
    ///
    /// # Errors
    /// [`OnboardingError::Meta`]: Meta did not say. An account that cannot be read says so itself.
    pub async fn granted(&self, tenant: TenantId) -> Result<Vec<GrantedWaba>, OnboardingError> {
        let mut covered: Vec<(String, SecretString)> = Vec::new();
        for held in self.held_tokens(tenant).await? {
            let info = self.graph.debug_token(&held.token).await.map_err(|error| unanswered(&error))?;
            for waba_id in held.covers(&info) {
                if info.is_valid && covered.iter().all(|(known, _)| *known != waba_id) {
                    covered.push((waba_id, held.token.clone()));
                }
            }
        }
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        let ours = number::list(&mut tx.conn(), tenant).await?;
        drop(tx);
        let mut granted = Vec::with_capacity(covered.len());
        for (waba_id, token) in covered {
            granted.push(self.describe(waba_id, &token, &ours).await);
        }
        Ok(granted)
    }

    async fn describe(&self, waba_id: String, token: &SecretString, ours: &[Number]) -> GrantedWaba {
        let waba = self.graph.waba(&waba_id, token).await;
        let (numbers, problem) = match self.graph.phone_numbers(&waba_id, token).await {
            Ok(numbers) => (numbers, None),
            Err(error) => (Vec::new(), Some(error.plain_reason().to_owned())),
        };
        let numbers = numbers.into_iter().map(|number| granted_number(number, ours)).collect();
        GrantedWaba { waba_id, name: waba.ok().and_then(|waba| waba.name), numbers, problem }
    }
}

fn granted_number(number: PhoneNumber, ours: &[Number]) -> GrantedNumber {
    let known = ours.iter().find(|known| known.phone_number_id == number.id);
    GrantedNumber {
        coexistence: on_phone(&number),
        number: known.map(|known| (known.id, known.status)),
        phone_number_id: number.id,
        display_phone_number: number.display_phone_number,
        verified_name: number.verified_name,
        quality: number.quality_rating,
    }
}
