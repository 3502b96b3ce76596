use std::fmt;

use switchboard_store::Role;

/// Something a request may need. The unit in which endpoints ask; roles are never compared directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read conversations, messages and contacts, and follow live events.
    ViewConversations,
    /// Send messages.
    Reply,
    /// Take conversations over and hand them back.
    TakeControl,
    /// Assign, label, snooze and resolve conversations, and write notes to colleagues.
    Organise,
    /// Say which labels, fields of contacts and shared filters there are.
    ManageInbox,
    /// Read bots and their knowledge.
    ViewBots,
    ManageBots,
    /// Read numbers and the state of their connection.
    ViewNumbers,
    /// Connect numbers, assign bots to them, and replay what was received and not understood.
    ManageNumbers,
    /// Read the tenant's own settings.
    ViewTenant,
    ManageTenant,
    ManagePeople,
    ManageKeys,
    ViewAudit,
}

impl Permission {
    pub const ALL: [Self; 14] = [
        Self::ViewConversations,
        Self::Reply,
        Self::TakeControl,
        Self::Organise,
        Self::ManageInbox,
        Self::ViewBots,
        Self::ManageBots,
        Self::ViewNumbers,
        Self::ManageNumbers,
        Self::ViewTenant,
        Self::ManageTenant,
        Self::ManagePeople,
        Self::ManageKeys,
        Self::ViewAudit,
    ];

    /// The one table of who may do what.
    pub const fn held_by(self, role: Role) -> bool {
        use Role::{Admin, Operator, Owner, Viewer};
        match self {
            Self::ViewConversations | Self::ViewBots | Self::ViewNumbers | Self::ViewTenant => {
                matches!(role, Owner | Admin | Operator | Viewer)
            }
            Self::Reply | Self::TakeControl | Self::Organise => matches!(role, Owner | Admin | Operator),
            Self::ManageInbox
            | Self::ManageBots
            | Self::ManageNumbers
            | Self::ManageTenant
            | Self::ManagePeople
            | Self::ManageKeys
            | Self::ViewAudit => matches!(role, Owner | Admin),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ViewConversations => "view_conversations",
            Self::Reply => "reply",
            Self::TakeControl => "take_control",
            Self::Organise => "organise",
            Self::ManageInbox => "manage_inbox",
            Self::ViewBots => "view_bots",
            Self::ManageBots => "manage_bots",
            Self::ViewNumbers => "view_numbers",
            Self::ManageNumbers => "manage_numbers",
            Self::ViewTenant => "view_tenant",
            Self::ManageTenant => "manage_tenant",
            Self::ManagePeople => "manage_people",
            Self::ManageKeys => "manage_keys",
            Self::ViewAudit => "view_audit",
        }
    }
}

impl Permission {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u16);

impl Permissions {
    pub const ALL: Self = Self(u16::MAX);
    const NONE: Self = Self(0);

    /// As an API key's row names them; `None`: all. A name that means nothing to this version gives nothing.
    pub(crate) fn of_key(names: Option<&[String]>) -> Self {
        let Some(names) = names else { return Self::ALL };
        names.iter().filter_map(|name| Permission::parse(name)).fold(Self::NONE, |set, it| Self(set.0 | it.bit()))
    }

    pub const fn contain(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }
}

impl Permission {
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role) -> Vec<&'static str> {
        Permission::ALL.into_iter().filter(|permission| permission.held_by(role)).map(Permission::as_str).collect()
    }

    #[test]
    fn an_owner_and_an_admin_may_do_everything() {
        assert_eq!(held(Role::Owner).len(), Permission::ALL.len());
        assert_eq!(held(Role::Admin).len(), Permission::ALL.len());
    }

    #[test]
    fn an_operator_answers_customers_and_changes_no_settings() {
        let expected =
            ["view_conversations", "reply", "take_control", "organise", "view_bots", "view_numbers", "view_tenant"];
        assert_eq!(held(Role::Operator), expected);
    }

    #[test]
    fn a_viewer_only_looks() {
        assert_eq!(held(Role::Viewer), ["view_conversations", "view_bots", "view_numbers", "view_tenant"]);
    }

    #[test]
    fn a_set_contains_what_was_named_and_nothing_else() {
        let names = ["reply".to_owned(), "of_another_version".to_owned()];
        let set = Permissions::of_key(Some(&names));
        for permission in Permission::ALL {
            assert_eq!(set.contain(permission), permission == Permission::Reply, "{permission}");
            assert!(Permissions::of_key(None).contain(permission));
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
    }

    #[test]
    fn a_stronger_role_never_loses_a_permission() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(permission.held_by(pair[0]) || !permission.held_by(pair[1]), "{permission} {pair:?}");
            }
        }
    }
}
