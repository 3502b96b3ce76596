//! What a call to Meta for a number takes, where it is not delivery that makes it.

use secrecy::SecretString;
use switchboard_crypto::Place;
use switchboard_store::{
    Conn, Db, NumberStatus, Result, TenantId, Vault,
    number::{self, Credentials},
};
use uuid::Uuid;

pub(crate) struct Access {
    pub(crate) phone_number_id: String,
    pub(crate) waba: Uuid,
    pub(crate) token: SecretString,
}

/// Why there is no access.
pub(crate) enum NoAccess {
    /// The number is gone for good.
    Gone,
    /// It may come back.
    Held,
}

/// As it is stored.
pub(crate) struct Sealed {
    place: Place,
    phone_number_id: String,
    token: Vec<u8>,
}

impl Sealed {
    pub(crate) async fn of(
        conn: &mut Conn<'_>,
        tenant: TenantId,
        number: Uuid,
    ) -> Result<std::result::Result<Self, NoAccess>> {
        let credentials = number::credentials(conn, tenant, number).await?;
        let Some(Credentials { phone_number_id, status, waba, token, .. }) = credentials else {
            return Ok(Err(NoAccess::Gone));
        };
        Ok(match (status, token) {
            (NumberStatus::Disconnected, _) => Err(NoAccess::Gone),
            (NumberStatus::Pending | NumberStatus::ReauthRequired, _) | (_, None) => Err(NoAccess::Held),
            (NumberStatus::Connected, Some(token)) => {
                let place = Place { tenant: tenant.0, table: "waba", column: "token", row: waba };
                Ok(Self { place, phone_number_id, token })
            }
        })
    }

    pub(crate) async fn open(self, db: &Db, vault: &Vault) -> std::result::Result<Access, NoAccess> {
        let waba = self.place.row;
        match vault.open_text_at_hand(db, &self.place, &self.token).await {
            Ok(token) => Ok(Access { phone_number_id: self.phone_number_id, waba, token }),
            Err(error) => {
                tracing::error!(waba.id = %waba, error = %error, "a token could not be read");
                Err(NoAccess::Held)
            }
        }
    }
}
