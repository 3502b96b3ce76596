use switchboard_store::{Scope, identity, identity::Identity, person};
use uuid::Uuid;

use super::sign_in::record;
use crate::{Accounts, Error, Principal, Result};

/// An identity at the provider with which a person signs in.
pub type LinkedIdentity = Identity;

/// The ways in that a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// The oldest first.
    pub identities: Vec<LinkedIdentity>,
    pub has_password: bool,
}

impl Accounts {
    /// Whether people can sign in at a provider.
    pub fn has_oidc(&self) -> bool {
        self.oidc.is_some()
    }

    pub async fn identities(&self, principal: &Principal) -> Result<Identities> {
        let person = self.own_person(principal).await?;
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        let identities = identity::of_person(&mut tx.conn(), person.id).await?;
        Ok(Identities { identities, has_password: person.has_password() })
    }

    /// Takes an identity off the person's account.
    ///
    /// # Errors
    /// [`Error::OnlyWayIn`]: there is no password and no other identity.
    pub async fn unlink_identity(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let own = principal.person.ok_or(Error::PersonRequired)?;
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        // Two at once must not each leave the other's.
        person::lock(&mut conn, own).await?;
        let person = person::get(&mut conn, own).await?.ok_or(Error::Unauthenticated)?;
        let identities = identity::of_person(&mut conn, own).await?;
        let gone = identities.iter().find(|identity| identity.id == id).ok_or(Error::NotFound("identity"))?;
        if identities.len() == 1 && !person.has_password() {
            return Err(Error::OnlyWayIn);
        }
        identity::delete(&mut conn, own, id).await?;
        record(&mut conn, own, "person.identity_unlinked", gone, now).await?;
        Ok(tx.commit().await?)
    }
}
