use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{
    Actor, Conn, Error as StoreError, Language, Millis, Role, Scope, Signal, TenantStatus, invitation,
    invitation::Invitation, membership, new_id, person, person::Person, tenant,
};
use uuid::Uuid;

use crate::{
    Accounts, Error, Principal, Result, SignedIn, audit, email, mail, password_policy, people::may_give,
    sessions::Device, sign_up::check_name,
};

/// How long an invitation can be accepted.
pub const INVITATION_LIFE: Duration = Duration::from_hours(7 * 24);

/// Who is to be invited.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub email: String,
    pub role: Role,
    /// Of the mail.
    pub language: Language,
}

/// An invitation that is on its way.
#[derive(Debug, Clone)]
pub struct Invited {
    pub invitation: Invitation,
    /// To hand over by other means, where no mail is sent. Shown once: only its digest is kept.
    pub link: Option<SecretString>,
}

/// What an invitation offers, to whoever has its link.
#[derive(Clone)]
pub struct Offer {
    pub tenant_name: String,
    pub email: String,
    pub role: Role,
    pub expires_at: Millis,
    /// Whether someone has an account with this address: they sign in to accept.
    pub has_account: bool,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Who accepts.
#[derive(Debug, Clone)]
pub enum Acceptor {
    /// Someone who is signed in. It must be the one who was invited.
    Account(Principal),
    /// Someone without an account, who gets one.
    Newcomer { name: String, password: SecretString },
}

impl Accounts {
    /// Invites someone to work for the tenant. Who invites must have proved their own address, and gives no role that may
    /// do more than they may.
    pub async fn invite(&self, principal: &Principal, new: NewInvitation) -> Result<Invited> {
        let email = email::parse(&new.email).map_err(|error| Error::Invalid(vec![error]))?;
        may_give(principal, new.role)?;
        self.require_verified(principal).await?;
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        refuse_member(&mut conn, principal, &email).await?;
        let invitation = build(principal, email, &new, now)?;
        invitation::insert(&mut conn, &invitation).await.map_err(|error| match error {
            StoreError::Duplicate { .. } => Error::AlreadyInvited,
            error => error.into(),
        })?;
        let link = self.send_out(&mut conn, &invitation, now).await?;
        let detail = serde_json::json!({ "email": invitation.email, "role": invitation.role });
        let target = Some(invitation.id.to_string());
        audit::record(&mut conn, principal.into(), now, "invitation.created", target, detail).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Mail);
        Ok(Invited { invitation, link })
    }

    /// Open invitations, newest first; `before`: the last id of the page before.
    pub async fn invitations(
        &self,
        principal: &Principal,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Invitation>> {
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        Ok(invitation::list(&mut tx.conn(), principal.tenant, before, limit).await?)
    }

    /// Sends an open invitation again; its time begins anew, and the link of before ends when the new one is made.
    pub async fn resend_invitation(&self, principal: &Principal, id: Uuid) -> Result<Invited> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let known = invitation::get(&mut conn, principal.tenant, id).await?.filter(Invitation::is_open);
        let known = known.ok_or(Error::NotFound("invitation"))?;
        may_give(principal, known.role)?;
        self.shared.by_mail.attempt(&known.email, now).map_err(Error::throttled)?;
        if !invitation::renew(&mut conn, principal.tenant, id, now + INVITATION_LIFE).await? {
            return Err(Error::NotFound("invitation"));
        }
        let link = self.send_out(&mut conn, &known, now).await?;
        let target = Some(id.to_string());
        audit::record(&mut conn, principal.into(), now, "invitation.resent", target, serde_json::json!({})).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Mail);
        let invitation = Invitation { expires_at: now + INVITATION_LIFE, send_error: None, ..known };
        Ok(Invited { invitation, link })
    }

    pub async fn revoke_invitation(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        if !invitation::revoke(&mut conn, principal.tenant, id, now).await? {
            return Err(Error::NotFound("invitation"));
        }
        let target = Some(id.to_string());
        audit::record(&mut conn, principal.into(), now, "invitation.revoked", target, serde_json::json!({})).await?;
        Ok(tx.commit().await?)
    }

    /// What the invitation of this token offers.
    pub async fn offer(&self, token: &SecretString) -> Result<Offer> {
        let mut tx = self.db.read(Scope::System).await?;
        let mut conn = tx.conn();
        let hash = token::digest(token.expose_secret());
        let it = invitation::by_token(&mut conn, &hash, self.now()).await?.ok_or(Error::LinkInvalid)?;
        let tenant = tenant::get(&mut conn, it.tenant_id).await?.ok_or(Error::LinkInvalid)?;
        let has_account = person::by_email(&mut conn, &it.email).await?.is_some();
        let (role, expires_at) = (it.role, it.expires_at);
        Ok(Offer { tenant_name: tenant.name, email: it.email, role, expires_at, has_account })
    }

    /// Makes whoever accepts one of the tenant's people, and signs them in to it.
    pub async fn accept_invitation(
        &self,
        token: &SecretString,
        acceptor: Acceptor,
        device: &Device,
    ) -> Result<SignedIn> {
        let hash = token::digest(token.expose_secret());
        let (newcomer, signed_in) = match acceptor {
            Acceptor::Account(principal) => (None, Some(self.own_person(&principal).await?)),
            Acceptor::Newcomer { name, password } => (Some(self.newcomer(&hash, &name, &password).await?), None),
        };
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let it = invitation::by_token(&mut conn, &hash, now).await?.ok_or(Error::LinkInvalid)?;
        let person = match (newcomer, signed_in) {
            (_, Some(person)) if person.email == it.email => person,
            (Some(person), None) => {
                person::insert(&mut conn, &person).await.map_err(|error| match error {
                    StoreError::Duplicate { .. } => Error::SignInFirst,
                    error => error.into(),
                })?;
                person
            }
            _ => return Err(Error::InvitedAnother),
        };
        if !invitation::accept(&mut conn, it.tenant_id, it.id, now).await? {
            return Err(Error::LinkInvalid);
        }
        let signed_in = self.join(&mut conn, &it, &person, device, now).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    async fn join(
        &self,
        conn: &mut Conn<'_>,
        it: &Invitation,
        person: &Person,
        device: &Device,
        now: Millis,
    ) -> Result<SignedIn> {
        membership::insert(conn, it.tenant_id, person.id, it.role, now).await.map_err(|error| match error {
            StoreError::Duplicate { .. } => Error::AlreadyMember,
            error => error.into(),
        })?;
        if it.sent_at.is_some() {
            // The link has come to the address, and to nowhere else.
            person::email_verified(conn, person.id, now).await?;
        }
        let who = audit::Who { tenant: it.tenant_id, actor: Actor::Person, actor_id: Some(person.id) };
        let detail = serde_json::json!({ "email": it.email, "role": it.role });
        audit::record(conn, who, now, "invitation.accepted", Some(it.id.to_string()), detail).await?;
        let memberships = membership::of_person(conn, person.id).await?;
        let membership = memberships.into_iter().find(|membership| membership.tenant_id == it.tenant_id);
        let membership = membership.ok_or(Error::Internal("a membership that was just made is not there"))?;
        if membership.tenant_status != TenantStatus::Active {
            return Err(Error::TenantSuspended);
        }
        let person = person::get(conn, person.id).await?.ok_or(Error::Unauthenticated)?;
        self.open_session(conn, self.me_of(&person, membership), device, "invitation", now).await
    }

    /// The account of someone who has none, with all slow work done.
    async fn newcomer(&self, hash: &[u8; 32], name: &str, password: &SecretString) -> Result<Person> {
        let now = self.now();
        let mut tx = self.db.read(Scope::System).await?;
        let mut conn = tx.conn();
        let it = invitation::by_token(&mut conn, hash, now).await?.ok_or(Error::LinkInvalid)?;
        if person::by_email(&mut conn, &it.email).await?.is_some() {
            return Err(Error::SignInFirst);
        }
        drop(tx);
        let checked = check_name("name", name);
        let known = checked.as_deref().unwrap_or_default().to_owned();
        let refused = password_policy::check(password, &it.email, &known).err();
        let errors: Vec<_> = checked.err().into_iter().chain(refused).collect();
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let password_hash = self.hasher.hash(password).await?;
        let (id, email, language) = (new_id(now), it.email, it.language);
        Ok(Person { id, email, name: known, password_hash, created_at: now, email_verified_at: None, language })
    }

    /// Queues its mail; where no mail is sent, its link.
    async fn send_out(&self, conn: &mut Conn<'_>, it: &Invitation, now: Millis) -> Result<Option<SecretString>> {
        if self.mail {
            mail::queue_invitation(conn, &it.email, it.tenant_id, it.id, now).await?;
            return Ok(None);
        }
        let token = fresh_token(conn, it).await?;
        Ok(Some(self.link("invitation", token.expose_secret()).into()))
    }
}

/// A new token for an open invitation; the one before ends.
pub(crate) async fn fresh_token(conn: &mut Conn<'_>, it: &Invitation) -> Result<SecretString> {
    let token = token::random_token();
    let hash = token::digest(token.expose_secret());
    if !invitation::set_token(conn, it.tenant_id, it.id, &hash).await? {
        return Err(Error::NotFound("invitation"));
    }
    Ok(token)
}

async fn refuse_member(conn: &mut Conn<'_>, principal: &Principal, email: &str) -> Result<()> {
    let Some(person) = person::by_email(conn, email).await? else { return Ok(()) };
    match membership::role(conn, principal.tenant, person.id).await? {
        Some(_) => Err(Error::AlreadyMember),
        None => Ok(()),
    }
}

fn build(principal: &Principal, email: String, new: &NewInvitation, now: Millis) -> Result<Invitation> {
    Ok(Invitation {
        tenant_id: principal.tenant,
        id: new_id(now),
        email,
        role: new.role,
        language: new.language,
        invited_by: principal.actor_id().ok_or(Error::Unauthenticated)?,
        created_at: now,
        expires_at: now + INVITATION_LIFE,
        sent_at: None,
        send_error: None,
        accepted_at: None,
        revoked_at: None,
    })
}
