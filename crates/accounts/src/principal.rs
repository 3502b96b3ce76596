use switchboard_store::{Actor, Role, TenantId, TenantStatus};
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
    /// Never [`TenantStatus::Deleting`]. In a suspended tenant people read, and nothing else.
    pub tenant_status: TenantStatus,
    /// A platform admin who acts in a tenant that is not theirs: the visit. They come without a session.
    pub impersonation: Option<Uuid>,
}

impl Principal {
    pub(crate) const fn person(
        tenant: TenantId,
        tenant_status: TenantStatus,
        role: Role,
        person: Uuid,
        session: Uuid,
    ) -> Self {
        Self {
            tenant,
            role,
            permissions: Permissions::ALL,
            actor: Actor::Person,
            person: Some(person),
            session: Some(session),
            api_key: None,
            tenant_status,
            impersonation: None,
        }
    }

    pub(crate) const fn impersonator(
        tenant: TenantId,
        tenant_status: TenantStatus,
        role: Role,
        person: Uuid,
        impersonation: Uuid,
    ) -> Self {
        Self {
            tenant,
            role,
            permissions: Permissions::ALL,
            actor: Actor::Person,
            person: Some(person),
            session: None,
            api_key: None,
            tenant_status,
            impersonation: Some(impersonation),
        }
    }

    pub(crate) const fn api_key(tenant: TenantId, role: Role, permissions: Permissions, api_key: Uuid) -> Self {
        Self {
            tenant,
            role,
            permissions,
            actor: Actor::ApiKey,
            person: None,
            session: None,
            api_key: Some(api_key),
            // No key of another is taken.
            tenant_status: TenantStatus::Active,
            impersonation: None,
        }
    }

    /// The person's or the API key's id.
    pub fn actor_id(&self) -> Option<Uuid> {
        self.person.or(self.api_key)
    }

    pub fn may(&self, permission: Permission) -> bool {
        permission.held_by(self.role) && self.permissions.contain(permission)
    }

    /// Whether `role` is stronger than the own: roles are ordered, the strongest first.
    pub(crate) fn is_outranked_by(&self, role: Role) -> bool {
        role < self.role
    }

    /// [`Error::Forbidden`] unless the role holds `permission`, and the key was given it.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }
}
