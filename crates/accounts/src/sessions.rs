use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use switchboard_crypto::token;
use switchboard_store::{
    Actor, Conn, Language, Millis, Role, Scope, TenantId, TenantStatus,
    membership::Membership,
    new_id,
    person::Person,
    session,
    session::{OwnSession, Session},
};
use uuid::Uuid;

use crate::{
    AccessToken, Accounts, Error, Principal, Result,
    access_token::Claims,
    audit::{self, Who},
};

/// A session ends this long after it was last used.
pub const SESSION_LIFE: Duration = Duration::from_hours(30 * 24);
/// Longer user agents are cut.
const USER_AGENT_CHARS: usize = 300;

/// A person, as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// Always true where no mail is sent.
    pub email_verified: bool,
    pub language: Language,
    /// Runs the installation.
    pub platform_admin: bool,
}

/// What a session is opened with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    pub user_agent: Option<String>,
    /// Where it is.
    pub address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRef {
    pub id: TenantId,
    pub name: String,
    pub status: TenantStatus,
    /// With [`TenantStatus::Suspended`].
    pub suspended_reason: Option<String>,
}

/// A person, the tenant they act for, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    pub user: User,
    pub tenant: TenantRef,
    pub role: Role,
}

/// The outcome of signing up or in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub me: Me,
    pub access_token: AccessToken,
    /// For the browser's cookie.
    pub session_token: SecretString,
}

/// A new access token; the session lives on.
#[derive(Debug, Clone)]
pub struct Refreshed {
    pub me: Me,
    pub access_token: AccessToken,
}

impl Accounts {
    /// Trades the session token for an access token and moves the session's end.
    pub async fn refresh(&self, session_token: &SecretString) -> Result<Refreshed> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let session = session::by_token(&mut conn, &token::digest(session_token.expose_secret())).await?;
        let session = session.ok_or(Error::Unauthenticated)?;
        let alive = session.revoked_at.is_none() && session.expires_at > now;
        if !alive || !session::touch(&mut conn, session.tenant_id, session.id, now, now + SESSION_LIFE).await? {
            return Err(Error::Unauthenticated);
        }
        let me = self.find_me(&mut conn, session.tenant_id, session.person_id).await?;
        tx.commit().await?;
        let access_token = self.access_token(&me, session.id, now)?;
        Ok(Refreshed { me, access_token })
    }

    /// Ends the session of the token. Knowing nothing of the token is no error: what was wanted is true.
    pub async fn log_out(&self, session_token: &SecretString) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        if let Some(session) = session::by_token(&mut conn, &token::digest(session_token.expose_secret())).await? {
            if session::revoke(&mut conn, session.tenant_id, session.id, now).await? {
                note_end(&mut conn, session.tenant_id, session.person_id, session.id, "signed_out", now).await?;
            }
            tx.commit().await?;
            self.shared.standings.forget_session(session.id);
        }
        Ok(())
    }

    /// Ends the session a principal came with.
    pub async fn log_out_principal(&self, principal: &Principal) -> Result<()> {
        let (Some(person), Some(session)) = (principal.person, principal.session) else { return Ok(()) };
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        if session::revoke(&mut conn, principal.tenant, session, now).await? {
            note_end(&mut conn, principal.tenant, person, session, "signed_out", now).await?;
        }
        tx.commit().await?;
        self.shared.standings.forget_session(session);
        Ok(())
    }

    /// The person behind a principal; [`Error::NotFound`] for an API key, which is no person.
    pub async fn me(&self, principal: &Principal) -> Result<Me> {
        let person = principal.person.ok_or(Error::NotFound("person"))?;
        if principal.impersonation.is_some() {
            return self.visitor(principal).await;
        }
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        self.find_me(&mut tx.conn(), principal.tenant, person).await
    }

    /// The sessions that a person could use now, whatever the tenant, the last used first. An API key has none.
    pub async fn sessions(&self, principal: &Principal) -> Result<Vec<OwnSession>> {
        let Some(person) = principal.person else { return Ok(Vec::new()) };
        let mut tx = self.db.read(Scope::System).await?;
        Ok(session::everywhere(&mut tx.conn(), person, self.now()).await?)
    }

    /// Ends one of a person's own sessions.
    pub async fn end_session(&self, principal: &Principal, id: Uuid) -> Result<()> {
        let person = principal.person.ok_or(Error::NotFound("session"))?;
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let tenant = session::revoke_own(&mut conn, person, id, now).await?.ok_or(Error::NotFound("session"))?;
        note_end(&mut conn, tenant, person, id, "revoked", now).await?;
        tx.commit().await?;
        self.shared.standings.forget_session(id);
        Ok(())
    }

    /// Ends all of a person's sessions but the one they ask from.
    pub async fn end_other_sessions(&self, principal: &Principal) -> Result<()> {
        let person = principal.person.ok_or(Error::PersonRequired)?;
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let ended = session::revoke_all_but(&mut conn, person, principal.session, now).await?;
        let (target, detail) = (Some(person.to_string()), serde_json::json!({ "ended": ended.len() }));
        audit::record(&mut conn, principal.into(), now, "person.other_sessions_ended", target, detail).await?;
        tx.commit().await?;
        for id in ended {
            self.shared.standings.forget_session(id);
        }
        Ok(())
    }

    /// Part of the transaction that signs someone up or in. `how`: what they showed, for the tenant's audit log.
    pub(crate) async fn open_session(
        &self,
        conn: &mut Conn<'_>,
        me: Me,
        device: &Device,
        how: &str,
        now: Millis,
    ) -> Result<SignedIn> {
        let session = Session {
            tenant_id: me.tenant.id,
            id: new_id(now),
            person_id: me.user.id,
            user_agent: device.user_agent.as_ref().map(|text| text.chars().take(USER_AGENT_CHARS).collect()),
            address: device.address.clone(),
            created_at: now,
            last_used_at: now,
            expires_at: now + SESSION_LIFE,
            revoked_at: None,
        };
        let session_token = token::random_token();
        session::insert(conn, &session, &token::digest(session_token.expose_secret())).await?;
        let who = Who { tenant: me.tenant.id, actor: Actor::Person, actor_id: Some(me.user.id) };
        let detail = serde_json::json!({ "how": how, "address": session.address, "user_agent": session.user_agent });
        audit::record(conn, who, now, "session.opened", Some(session.id.to_string()), detail).await?;
        let access_token = self.access_token(&me, session.id, now)?;
        Ok(SignedIn { me, access_token, session_token })
    }

    fn access_token(&self, me: &Me, session: Uuid, now: Millis) -> Result<AccessToken> {
        let claims = Claims { person: me.user.id, tenant: me.tenant.id, session, role: me.role, impersonation: None };
        self.shared.tokens.mint(claims, now)
    }
}

impl Accounts {
    pub(crate) fn me_of(&self, person: &Person, membership: Membership) -> Me {
        let tenant = TenantRef {
            id: membership.tenant_id,
            name: membership.tenant_name,
            status: membership.tenant_status,
            suspended_reason: membership.suspended_reason,
        };
        Me { user: self.user_of(person), tenant, role: membership.role }
    }

    pub(crate) fn user_of(&self, person: &Person) -> User {
        User {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: self.is_verified(person),
            language: person.language,
            platform_admin: self.is_platform_admin(person),
        }
    }

    async fn find_me(&self, conn: &mut Conn<'_>, tenant: TenantId, person: Uuid) -> Result<Me> {
        let person = switchboard_store::person::get(conn, person).await?.ok_or(Error::Unauthenticated)?;
        let memberships = switchboard_store::membership::of_person(conn, person.id).await?;
        let membership = memberships.into_iter().find(|membership| membership.tenant_id == tenant);
        Ok(self.me_of(&person, membership.ok_or(Error::Unauthenticated)?))
    }
}

async fn note_end(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    person: Uuid,
    session: Uuid,
    how: &str,
    now: Millis,
) -> Result<()> {
    let who = Who { tenant, actor: Actor::Person, actor_id: Some(person) };
    let detail = serde_json::json!({ "how": how });
    Ok(audit::record(conn, who, now, "session.ended", Some(session.to_string()), detail).await?)
}
