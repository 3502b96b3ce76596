use secrecy::SecretString;
use switchboard_store::{
    Actor, Conn, Error as StoreError, Language, MailKind, ReadReceipts, Role, TenantId, TenantStatus, identity,
    identity::Identity, membership, membership::Membership, new_id, oidc, person, person::Person, tenant,
    tenant::Tenant,
};

use crate::{Accounts, Device, Error, FieldError, Result, SignedIn, audit, email, mail, password_policy};

/// In characters, for people's and tenants' names.
const NAME_CHARS: usize = 100;

/// Someone who wants an account, and a tenant of their own with it.
#[derive(Debug, Clone)]
pub struct SignUp {
    pub tenant_name: String,
    pub name: String,
    pub email: String,
    pub password: SecretString,
    /// Of mails and of the dashboard.
    pub language: Language,
    pub device: Device,
}

/// A sign-up that is valid and whose slow work is done.
#[derive(Debug)]
pub struct PreparedSignUp {
    pub(crate) tenant: Tenant,
    pub(crate) owner: Person,
    pub(crate) device: Device,
    /// Of a newcomer of the identity provider.
    pub(crate) identity: Option<FirstIdentity>,
}

/// Who an owner without a password is at the identity provider, and the ticket that says so.
#[derive(Debug)]
pub(crate) struct FirstIdentity {
    pub(crate) token_hash: [u8; 32],
    pub(crate) identity: Identity,
}

impl PreparedSignUp {
    /// The tenant that [`Accounts::sign_up`] will make.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant.id
    }
}

impl Accounts {
    /// Checks a sign-up and hashes its password: what takes long is over before the transaction begins.
    pub async fn prepare_sign_up(&self, sign_up: SignUp) -> Result<PreparedSignUp> {
        let (tenant_name, name, email) = check(&sign_up)?;
        let password_hash = self.hasher.hash(&sign_up.password).await?;
        let mut prepared = self.prepared(tenant_name, name, email, password_hash, sign_up.language);
        prepared.device = sign_up.device;
        Ok(prepared)
    }

    pub(crate) fn prepared(
        &self,
        tenant_name: String,
        name: String,
        email: String,
        password_hash: String,
        language: Language,
    ) -> PreparedSignUp {
        let now = self.now();
        let tenant = Tenant {
            id: TenantId(new_id(now)),
            name: tenant_name,
            status: TenantStatus::Active,
            auto_handback_ms: None,
            read_receipts: ReadReceipts::Typing,
            time_zone: "UTC".into(),
            created_at: now,
        };
        let owner =
            Person { id: new_id(now), email, name, password_hash, created_at: now, email_verified_at: None, language };
        PreparedSignUp { tenant, owner, device: Device::default(), identity: None }
    }

    /// Makes the tenant with its data key, its owner and a session. Runs in the caller's transaction (of
    /// [`Scope::System`](switchboard_store::Scope::System)), which adds whatever else a tenant begins with, and wakes the
    /// sender of mails after its commit.
    pub async fn sign_up(&self, conn: &mut Conn<'_>, prepared: PreparedSignUp) -> Result<SignedIn> {
        let PreparedSignUp { tenant, owner, device, identity } = prepared;
        let now = tenant.created_at;
        tenant::insert(conn, &tenant).await?;
        self.vault.create_key(conn, tenant.id, now).await?;
        person::insert(conn, &owner).await.map_err(|error| match error {
            StoreError::Duplicate { .. } => Error::EmailTaken,
            error => error.into(),
        })?;
        if let Some(FirstIdentity { token_hash, identity }) = identity {
            // Of two at once with one ticket, one is made.
            let is_first = oidc::delete_newcomer(conn, &token_hash).await?;
            if !is_first || !identity::insert(conn, &identity).await? {
                return Err(Error::TicketInvalid);
            }
        }
        if self.mail && owner.email_verified_at.is_none() {
            mail::queue(conn, MailKind::VerifyEmail, &owner.email, now).await?;
        }
        membership::insert(conn, tenant.id, owner.id, Role::Owner, now).await?;
        let who = audit::Who { tenant: tenant.id, actor: Actor::Person, actor_id: Some(owner.id) };
        let target = Some(tenant.id.to_string());
        audit::record(conn, who, now, "tenant.created", target, serde_json::json!({ "name": tenant.name })).await?;
        let membership = Membership {
            tenant_id: tenant.id,
            tenant_name: tenant.name,
            tenant_status: tenant.status,
            suspended_reason: None,
            role: Role::Owner,
            created_at: now,
        };
        self.open_session(conn, self.me_of(&owner, membership), &device, "sign_up", now).await
    }
}

/// All that is wrong, at once: tenant name, name and e-mail as they are stored, or the errors of every field.
fn check(sign_up: &SignUp) -> Result<(String, String, String)> {
    let tenant_name = check_name("tenant_name", &sign_up.tenant_name);
    let name = check_name("name", &sign_up.name);
    let email = email::parse(&sign_up.email);
    let known = |checked: &Result<String, FieldError>| checked.as_deref().unwrap_or_default().to_owned();
    let password = password_policy::check(&sign_up.password, &known(&email), &known(&name));
    match (tenant_name, name, email, password) {
        (Ok(tenant_name), Ok(name), Ok(email), Ok(())) => Ok((tenant_name, name, email)),
        (tenant_name, name, email, password) => Err(Error::Invalid(
            [tenant_name.err(), name.err(), email.err(), password.err()].into_iter().flatten().collect(),
        )),
    }
}

/// A name, trimmed.
pub(crate) fn check_name(field: &'static str, name: &str) -> Result<String, FieldError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(FieldError::new(field, "must not be empty")),
        1..=NAME_CHARS if !name.contains(char::is_control) => Ok(name.to_owned()),
        1..=NAME_CHARS => Err(FieldError::new(field, "must not contain control characters")),
        _ => Err(FieldError::new(field, "must have at most 100 characters")),
    }
}
