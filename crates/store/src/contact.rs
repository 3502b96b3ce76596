//! Contacts: the customers of a tenant.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, given, statements},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Contact {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub parent_user_id: Option<String>,
    pub username: Option<String>,
    /// What WhatsApp says.
    pub name: Option<String>,
    /// What the team calls them.
    pub own_name: Option<String>,
    /// In which they are answered, an ISO 639-1 code; `None`: in which they write.
    pub language: Option<String>,
    /// In which they were last seen to write, an ISO 639-1 code; `None`: that could not be told yet.
    pub detected_language: Option<String>,
    /// What is in the tenant's [fields](crate::contact_field).
    pub fields: Json<BTreeMap<Uuid, Value>>,
    /// Digits only: the number they gave when the bot asked. Whose it is nobody has proved, so nobody is found by it.
    pub given_phone: Option<String>,
    /// Since when the bot waits to be given one.
    pub phone_asked_at: Option<Millis>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// What a contact may be found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactKey {
    pub tenant_id: TenantId,
    pub phone: Option<String>,
    pub user_id: Option<String>,
}

/// Names a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Key {
    pub tenant_id: TenantId,
    pub id: Uuid,
}

statements! {
    // Two joins and not one with OR: each of them uses its index.
    FIND = {
        sqlite: "SELECT c.* FROM jsonb_each($1) AS x
                 JOIN contact AS c ON c.tenant_id = unhex(x.value->>'tenant_id', '-') AND c.phone = x.value->>'phone'
                 UNION
                 SELECT c.* FROM jsonb_each($1) AS x
                 JOIN contact AS c ON c.tenant_id = unhex(x.value->>'tenant_id', '-') AND c.user_id = x.value->>'user_id'",
        postgres: concat!("SELECT c.* FROM ", given!("tenant_id uuid, phone text"), "
                 JOIN contact AS c ON c.tenant_id = x.tenant_id AND c.phone = x.phone
                 UNION
                 SELECT c.* FROM ", given!("tenant_id uuid, user_id text"), "
                 JOIN contact AS c ON c.tenant_id = x.tenant_id AND c.user_id = x.user_id"),
    };
    INSERT = {
        sqlite: "INSERT INTO contact (tenant_id, id, phone, user_id, parent_user_id, username, name, created_at, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), value->>'phone', value->>'user_id',
                        value->>'parent_user_id', value->>'username', value->>'name', value->>'created_at', value->>'updated_at'
                 FROM jsonb_each($1)",
        postgres: "INSERT INTO contact (tenant_id, id, phone, user_id, parent_user_id, username, name, created_at, updated_at)
                 SELECT tenant_id, id, phone, user_id, parent_user_id, username, name, created_at, updated_at
                 FROM jsonb_populate_recordset(NULL::contact, $1)",
    };
    SAVE = {
        sqlite: "UPDATE contact
                 SET phone = x.value->>'phone', user_id = x.value->>'user_id', parent_user_id = x.value->>'parent_user_id',
                     username = x.value->>'username', name = x.value->>'name', updated_at = x.value->>'updated_at'
                 FROM jsonb_each($1) AS x
                 WHERE contact.tenant_id = unhex(x.value->>'tenant_id', '-') AND contact.id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE contact
                 SET phone = x.phone, user_id = x.user_id, parent_user_id = x.parent_user_id,
                     username = x.username, name = x.name, updated_at = x.updated_at
                 FROM ", given!(like "contact"), "
                 WHERE contact.tenant_id = x.tenant_id AND contact.id = x.id"),
    };
    BY_ID = {
        sqlite: "SELECT c.* FROM jsonb_each($1) AS x
                 JOIN contact AS c ON c.tenant_id = unhex(x.value->>'tenant_id', '-') AND c.id = unhex(x.value->>'id', '-')",
        postgres: concat!("SELECT c.* FROM ", given!("tenant_id uuid, id uuid"), "
                 JOIN contact AS c ON c.tenant_id = x.tenant_id AND c.id = x.id"),
    };
    GET = "SELECT * FROM contact WHERE tenant_id = $1 AND id = $2";
    LOCK = {
        sqlite: "SELECT * FROM contact WHERE tenant_id = $1 AND id = $2",
        postgres: "SELECT * FROM contact WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
    };
    // Apart from SAVE: a message that tells a new name must not undo what a person writes at the same moment.
    DESCRIBE = "UPDATE contact SET own_name = $3, language = $4, fields = $5, given_phone = $6, phone_asked_at = $7, updated_at = $8
                WHERE tenant_id = $1 AND id = $2";
    ASK_PHONE = "UPDATE contact SET phone_asked_at = $3 WHERE tenant_id = $1 AND id = $2";
    // Only what was asked for, and one for each time it was.
    GIVE_PHONE = "UPDATE contact SET given_phone = $3, phone_asked_at = NULL, updated_at = $4
                  WHERE tenant_id = $1 AND id = $2 AND phone_asked_at IS NOT NULL RETURNING *";
    // Whoever finishes a turn has conversations locked, and who receives messages locks contacts first: this is worth no wait.
    DETECTED = {
        sqlite: "UPDATE contact SET detected_language = $3 WHERE tenant_id = $1 AND id = $2",
        postgres: "UPDATE contact SET detected_language = $3 WHERE (tenant_id, id) IN (
                     SELECT tenant_id, id FROM contact WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE SKIP LOCKED)",
    };
    DELETE = "DELETE FROM contact WHERE tenant_id = $1 AND id = $2";
}

/// The contacts that any of `keys` names by phone or by user id. For the dispatcher, which serves all tenants.
pub async fn find(conn: &mut Conn<'_>, keys: &[ContactKey]) -> Result<Vec<Contact>> {
    fetch!(all, conn, FIND => Contact; Json(keys))
}

pub async fn insert(conn: &mut Conn<'_>, contacts: &[Contact]) -> Result<()> {
    expect_rows("contact", contacts.len() as u64, execute!(conn, INSERT; Json(contacts))?)
}

/// Stores what WhatsApp tells of each of `contacts` now.
pub async fn save(conn: &mut Conn<'_>, contacts: &[Contact]) -> Result<()> {
    expect_rows("contact", contacts.len() as u64, execute!(conn, SAVE; Json(contacts))?)
}

pub async fn by_id(conn: &mut Conn<'_>, keys: &[Key]) -> Result<Vec<Contact>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, BY_ID => Contact; Json(keys))
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Contact>> {
    fetch!(optional, conn, GET => Contact; tenant, id)
}

/// A contact as nobody else changes it until this transaction ends.
pub async fn lock(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Contact>> {
    fetch!(optional, conn, LOCK => Contact; tenant, id)
}

/// Stores what the team knows of a contact.
pub async fn describe(conn: &mut Conn<'_>, contact: &Contact) -> Result<()> {
    let rows = execute!(conn, DESCRIBE; contact.tenant_id, contact.id, contact.own_name.as_deref(),
        contact.language.as_deref(), &contact.fields, contact.given_phone.as_deref(), contact.phone_asked_at,
        contact.updated_at)?;
    expect_rows("contact", 1, rows)
}

/// Stores in which language a contact writes. Nothing happens where there is none any more, or somebody else is changing it.
pub async fn set_detected_language(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, language: &str) -> Result<()> {
    execute!(conn, DETECTED; tenant, id, language)?;
    Ok(())
}

/// The bot asks a contact for a number.
pub async fn ask_phone(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid, now: Millis) -> Result<()> {
    expect_rows("contact", 1, execute!(conn, ASK_PHONE; tenant, id, now)?)
}

/// A contact gives a number, in digits; `None`: nobody has asked.
pub async fn give_phone(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: Uuid,
    phone: &str,
    now: Millis,
) -> Result<Option<Contact>> {
    fetch!(optional, conn, GIVE_PHONE => Contact; tenant, id, phone, now)
}

/// Deletes a contact that has no conversations left.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    expect_rows("contact", 1, execute!(conn, DELETE; tenant, id)?)
}
