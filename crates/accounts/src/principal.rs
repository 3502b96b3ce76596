use switchboard_store::{Actor, Role, TenantId};
use uuid::Uuid;

use crate::{Error, Permission, Result};

/// Who asks, and for whom. Everything a request does starts from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    pub tenant: TenantId,
    pub role: Role,
    /// [`Actor::Person`] or [`Actor::ApiKey`].
    pub actor: Actor,
    /// With [`Actor::Person`].
    pub person: Option<Uuid>,
    /// With [`Actor::Person`].
    pub session: Option<Uuid>,
    /// With [`Actor::ApiKey`].
    pub api_key: Option<Uuid>,
}

impl Principal {
    pub(crate) const fn person(tenant: TenantId, role: Role, person: Uuid, session: Uuid) -> Self {
        Self { tenant, role, actor: Actor::Person, person: Some(person), session: Some(session), api_key: None }
    }

    pub(crate) const fn api_key(tenant: TenantId, role: Role, api_key: Uuid) -> Self {
        Self { tenant, role, actor: Actor::ApiKey, person: None, session: None, api_key: Some(api_key) }
    }

    /// The person's or the API key's id.
    pub fn actor_id(&self) -> Option<Uuid> {
        self.person.or(self.api_key)
    }

    pub fn may(&self, permission: Permission) -> bool {
        permission.held_by(self.role)
    }

    /// [`Error::Forbidden`] unless the role holds `permission`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }
}
