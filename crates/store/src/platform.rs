//! All tenants, as whoever runs the installation sees them. Everything here needs
//! [`Scope::System`](crate::Scope::System).

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId, TenantStatus,
    clock::first_id,
    db::{Row, fetch, statements},
    types::hex,
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A tenant, how large it is and how it is doing.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct Overview {
    pub id: TenantId,
    pub name: String,
    pub status: TenantStatus,
    pub suspended_at: Option<Millis>,
    pub suspended_reason: Option<String>,
    pub created_at: Millis,
    pub people: i64,
    /// Numbers that work and have nothing to say.
    pub numbers_well: i64,
    /// Numbers that work and have a problem or a warning.
    pub numbers_warned: i64,
    /// Numbers that do not work until somebody does something.
    pub numbers_down: i64,
    pub conversations: i64,
    /// Messages that have come in or been written since the moment asked for.
    pub messages: i64,
    pub last_message_at: Option<Millis>,
    pub last_seen_at: Option<Millis>,
}

/// What happened on one day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct DayUsage {
    /// Days since the Unix epoch.
    pub day: i64,
    pub received: i64,
    /// Of what the tenant said, by whom.
    pub by_ai: i64,
    pub by_people: i64,
    pub failed: i64,
}

/// Which tenants; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name, or of the e-mail address of one of its people.
    pub search: Option<String>,
    pub status: Option<TenantStatus>,
}

statements! {
    // Ids are UUIDv7: those from $5 on are of what has come since. By the primary key, no message is read.
    LIST = "SELECT t.id, t.name, t.status, t.suspended_at, t.suspended_reason, t.created_at,
          (SELECT count(*) FROM membership AS m WHERE m.tenant_id = t.id) AS people,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id AND n.status = 'connected'
             AND n.problem IS NULL AND n.warning IS NULL) AS numbers_well,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id AND n.status = 'connected'
             AND (n.problem IS NOT NULL OR n.warning IS NOT NULL)) AS numbers_warned,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id
             AND n.status IN ('pending', 'reauth_required')) AS numbers_down,
          (SELECT count(*) FROM conversation AS c WHERE c.tenant_id = t.id) AS conversations,
          (SELECT count(*) FROM message AS m WHERE m.tenant_id = t.id AND m.id >= $5) AS messages,
          (SELECT max(c.last_message_at) FROM conversation AS c WHERE c.tenant_id = t.id) AS last_message_at,
          (SELECT max(s.last_used_at) FROM session AS s WHERE s.tenant_id = t.id) AS last_seen_at
        FROM tenant AS t
        WHERE t.id < $1
          AND (lower(t.name) LIKE $2 ESCAPE '!' OR $2 IS NULL
            OR EXISTS (SELECT 1 FROM membership AS m JOIN person AS p ON p.id = m.person_id
                       WHERE m.tenant_id = t.id AND p.email LIKE $2 ESCAPE '!'))
          AND t.status = COALESCE($3, t.status)
        ORDER BY t.id DESC LIMIT $4";
    ONE = "SELECT t.id, t.name, t.status, t.suspended_at, t.suspended_reason, t.created_at,
          (SELECT count(*) FROM membership AS m WHERE m.tenant_id = t.id) AS people,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id AND n.status = 'connected'
             AND n.problem IS NULL AND n.warning IS NULL) AS numbers_well,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id AND n.status = 'connected'
             AND (n.problem IS NOT NULL OR n.warning IS NOT NULL)) AS numbers_warned,
          (SELECT count(*) FROM number AS n WHERE n.tenant_id = t.id
             AND n.status IN ('pending', 'reauth_required')) AS numbers_down,
          (SELECT count(*) FROM conversation AS c WHERE c.tenant_id = t.id) AS conversations,
          (SELECT count(*) FROM message AS m WHERE m.tenant_id = t.id AND m.id >= $2) AS messages,
          (SELECT max(c.last_message_at) FROM conversation AS c WHERE c.tenant_id = t.id) AS last_message_at,
          (SELECT max(s.last_used_at) FROM session AS s WHERE s.tenant_id = t.id) AS last_seen_at
        FROM tenant AS t WHERE t.id = $1";
    USAGE = {
        sqlite: "SELECT x.value->>'day' AS day,
                   count(m.id) FILTER (WHERE m.direction = 'inbound') AS received,
                   count(m.id) FILTER (WHERE m.author = 'ai') AS by_ai,
                   count(m.id) FILTER (WHERE m.author IN ('operator', 'phone', 'api')) AS by_people,
                   count(m.id) FILTER (WHERE m.status = 'failed') AS failed
                 FROM jsonb_each($2) AS x
                 LEFT JOIN message AS m ON m.tenant_id = $1
                   AND m.id >= unhex(x.value->>'first') AND m.id < unhex(x.value->>'next')
                 GROUP BY 1 ORDER BY 1",
        postgres: "SELECT x.day,
                   count(m.id) FILTER (WHERE m.direction = 'inbound') AS received,
                   count(m.id) FILTER (WHERE m.author = 'ai') AS by_ai,
                   count(m.id) FILTER (WHERE m.author IN ('operator', 'phone', 'api')) AS by_people,
                   count(m.id) FILTER (WHERE m.status = 'failed') AS failed
                 FROM jsonb_to_recordset($2) AS x (day bigint, first uuid, next uuid)
                 LEFT JOIN message AS m ON m.tenant_id = $1 AND m.id >= x.first AND m.id < x.next
                 GROUP BY 1 ORDER BY 1",
    };
}

/// A page of tenants, the newest first; `before`: the last id of the page before. Messages are counted from `since` on.
pub async fn list(
    conn: &mut Conn<'_>,
    filter: &Filter,
    before: Option<Uuid>,
    limit: i64,
    since: Millis,
) -> Result<Vec<Overview>> {
    let search = filter.search.as_deref().map(contains);
    fetch!(all, conn, LIST => Overview; before.unwrap_or(Uuid::max()), search, filter.status, limit, first_id(since))
}

/// Messages are counted from `since` on.
pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, since: Millis) -> Result<Option<Overview>> {
    fetch!(optional, conn, ONE => Overview; tenant, first_id(since))
}

/// A tenant's last `days` days, the one of `now` being the last of them; also those on which nothing happened.
pub async fn usage(conn: &mut Conn<'_>, tenant: TenantId, days: i64, now: Millis) -> Result<Vec<DayUsage>> {
    #[derive(Serialize)]
    struct Bounds {
        day: i64,
        first: String,
        next: String,
    }
    let today = now.0.div_euclid(DAY);
    let at = |day: i64| hex(first_id(Millis(day * DAY)));
    let bounds = (today - days + 1..=today).map(|day| Bounds { day, first: at(day), next: at(day + 1) });
    fetch!(all, conn, USAGE => DayUsage; tenant, Json(bounds.collect::<Vec<_>>()))
}

/// The pattern of what contains a text, whatever its case.
fn contains(text: &str) -> String {
    let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn what_is_searched_for_is_text_and_no_pattern() {
        assert_eq!(contains("Fırın"), "%fırın%");
        assert_eq!(contains("100%_!"), "%100!%!_!!%");
    }
}
