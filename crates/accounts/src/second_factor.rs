//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost.

use std::fmt;

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use switchboard_crypto::{CryptoError, DataKey, Place, WrappedKey, token};
use switchboard_store::{Conn, Millis, Scope, VaultError, new_id, person::Person, second_factor};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use crate::{Accounts, Error, Principal, Result, audit};

/// What the app shows beside the code.
const ISSUER: &str = "Switchboard";
/// Given out at a time.
const RECOVERY_CODES: usize = 10;

/// What an authenticator app is to be given.
#[derive(Clone)]
pub struct Enrolment {
    /// Base32, for typing in by hand.
    pub secret: SecretString,
    /// For a QR code.
    pub otpauth_url: SecretString,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolment").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorStatus {
    pub enabled: bool,
    pub recovery_codes_left: i64,
}

impl Accounts {
    pub async fn second_factor(&self, principal: &Principal) -> Result<SecondFactorStatus> {
        let person = principal.person.ok_or(Error::PersonRequired)?;
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let enabled = is_enabled(&mut conn, person).await?;
        let recovery_codes_left = if enabled { second_factor::codes_left(&mut conn, person).await? } else { 0 };
        Ok(SecondFactorStatus { enabled, recovery_codes_left })
    }

    /// Begins to set a second factor up. Nothing changes at the sign-in until it is confirmed.
    pub async fn enrol_second_factor(&self, principal: &Principal, password: &SecretString) -> Result<Enrolment> {
        let person = self.confirm_password(principal, password).await?;
        let now = self.now();
        let (secret, key) = (token::totp_secret(), DataKey::generate(new_id(now)));
        let wrapped = self.key_ring.wrap(person.id, &key);
        let row = second_factor::SecondFactor {
            person_id: person.id,
            key_id: key.id(),
            master_key_id: wrapped.master_key_id,
            wrapped: wrapped.bytes,
            secret: key.seal(&place(person.id), secret.expose_secret()),
            created_at: now,
            confirmed_at: None,
            last_step: 0,
        };
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        if !second_factor::put(&mut tx.conn(), &row).await? {
            return Err(Error::SecondFactorOn);
        }
        tx.commit().await?;
        let totp = totp(&person, &secret)?;
        let url = totp.to_url().map_err(|_| Error::Internal("the otpauth URL cannot be written"))?;
        Ok(Enrolment { secret: totp.secret().to_base32().into(), otpauth_url: url.into() })
    }

    /// Turns the second factor on, for someone whose app shows the right code. The recovery codes are shown this once.
    pub async fn confirm_second_factor(&self, principal: &Principal, code: &str) -> Result<Vec<SecretString>> {
        let person = self.own_person(principal).await?;
        let key = person.id.to_string();
        let now = self.now();
        self.shared.by_second_factor.attempt(&key, now).map_err(Error::throttled)?;
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        let row = second_factor::get(&mut conn, person.id).await?.ok_or(Error::NotFound("enrolment"))?;
        if row.confirmed_at.is_some() {
            return Err(Error::SecondFactorOn);
        }
        if !self.take_totp(&mut conn, &person, &row, code, now).await? {
            return Err(Error::WrongCode);
        }
        second_factor::confirm(&mut conn, person.id, now).await?;
        let codes = new_codes(&mut conn, person.id).await?;
        record(&mut conn, principal, "person.second_factor_enabled", now).await?;
        tx.commit().await?;
        self.shared.by_second_factor.clear(&key);
        Ok(codes)
    }

    /// Turns the second factor off, for someone who knows the password.
    pub async fn disable_second_factor(&self, principal: &Principal, password: &SecretString) -> Result<()> {
        let person = self.confirm_password(principal, password).await?;
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        if second_factor::delete(&mut conn, person.id).await? {
            record(&mut conn, principal, "person.second_factor_disabled", self.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// New recovery codes in place of all of before, for someone who knows the password.
    pub async fn renew_recovery_codes(
        &self,
        principal: &Principal,
        password: &SecretString,
    ) -> Result<Vec<SecretString>> {
        let person = self.confirm_password(principal, password).await?;
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        if !is_enabled(&mut conn, person.id).await? {
            return Err(Error::NotFound("second factor"));
        }
        let codes = new_codes(&mut conn, person.id).await?;
        record(&mut conn, principal, "person.recovery_codes_renewed", self.now()).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Whether `code` is one that the person's app shows now, or a recovery code; it works this once.
    pub(crate) async fn take_code(
        &self,
        conn: &mut Conn<'_>,
        person: &Person,
        code: &str,
        now: Millis,
    ) -> Result<bool> {
        let Some(row) = second_factor::get(conn, person.id).await? else { return Ok(false) };
        if self.take_totp(conn, person, &row, code, now).await? {
            return Ok(true);
        }
        let hash = token::digest(&normalised(code));
        Ok(second_factor::use_code(conn, person.id, &hash, now).await?)
    }

    async fn take_totp(
        &self,
        conn: &mut Conn<'_>,
        person: &Person,
        row: &second_factor::SecondFactor,
        code: &str,
        now: Millis,
    ) -> Result<bool> {
        let wrapped = WrappedKey { master_key_id: row.master_key_id.clone(), bytes: row.wrapped.clone() };
        let open = || -> Result<SecretSlice<u8>, CryptoError> {
            self.key_ring.unwrap(person.id, row.key_id, &wrapped)?.open_bytes(&place(person.id), &row.secret)
        };
        let totp = totp(person, &open().map_err(VaultError::from)?)?;
        let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let Some(step) = totp.check(&digits, seconds) else { return Ok(false) };
        Ok(second_factor::take_step(conn, person.id, i64::try_from(step).unwrap_or(i64::MAX)).await?)
    }
}

/// Whether signing in takes a code.
pub(crate) async fn is_enabled(conn: &mut Conn<'_>, person: Uuid) -> Result<bool> {
    let row = second_factor::get(conn, person).await?;
    Ok(row.is_some_and(|row| row.confirmed_at.is_some()))
}

/// A person stands in the tenant's place: their data key is their own.
pub(crate) fn place(person: Uuid) -> Place {
    Place { tenant: person, table: "second_factor", column: "secret", row: person }
}

/// SHA-1, six digits, thirty seconds: what every app knows. A code is taken one step early and late.
fn totp(person: &Person, secret: &SecretSlice<u8>) -> Result<Totp> {
    // The label of an otpauth URL has no colon but its own.
    let account = person.email.replace(':', "");
    Builder::new()
        .with_secret(Secret::from(secret.expose_secret()))
        .with_account_name(account)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|_| Error::Internal("the second factor's secret is not usable"))
}

async fn new_codes(conn: &mut Conn<'_>, person: Uuid) -> Result<Vec<SecretString>> {
    let codes: Vec<SecretString> = (0..RECOVERY_CODES).map(|_| token::recovery_code()).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| token::digest(&normalised(code.expose_secret()))).collect();
    second_factor::replace_codes(conn, person, &hashes).await?;
    Ok(codes)
}

/// As people type it: with or without dashes and spaces, in any case.
fn normalised(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

async fn record(conn: &mut Conn<'_>, principal: &Principal, action: &str, now: Millis) -> Result<()> {
    let target = principal.person.map(|person| person.to_string());
    Ok(audit::record(conn, principal.into(), now, action, target, serde_json::json!({})).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        assert_eq!(normalised(" ABCD-efgh ijkl-mnop"), "abcdefghijklmnop");
    }
}
