use switchboard_store::{Actor, Role, TenantId};
use uuid::Uuid;

use crate::{Error, Permission, Permissions, Result};

/// Who asks, and for whom. Everything a request does starts from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal {
    pub tenant: TenantId,
    pub role: Role,
    /// What an API key was given of what its role holds; a person has all of that.
    pub permissions: Permissions,
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
        Self {
            tenant,
            role,
            permissions: Permissions::ALL,
            actor: Actor::Person,
            person: Some(person),
            session: Some(session),
            api_key: None,
        }
    }

    pub(crate) const fn api_key(tenant: TenantId, role: Role, permissions: Permissions, api_key: Uuid) -> Self {
        let api_key = Some(api_key);
        Self { tenant, role, permissions, actor: Actor::ApiKey, person: None, session: None, api_key }
    }

    /// The person's or the API key's id.
    pub fn actor_id(&self) -> Option<Uuid> {
        self.person.or(self.api_key)
    }

    pub fn may(&self, permission: Permission) -> bool {
        permission.held_by(self.role) && self.permissions.contain(permission)
    }

    /// [`Error::Forbidden`] unless the role holds `permission`, and the key was given it.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }
}
