//! Conversations: one contact on one number.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Author, Conn, Control, ConversationState, Direction, Json, MessageStatus, Millis, Result, TenantId,
    db::{Row, execute, expect_rows, fetch, given, statements},
    tenant::ModelPolicy,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Row)]
pub struct Conversation {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub number_id: Uuid,
    pub contact_id: Uuid,
    pub control: Control,
    pub control_version: i64,
    pub control_reason: Option<String>,
    pub control_by: Option<Uuid>,
    pub control_at: Millis,
    pub handback_at: Option<Millis>,
    pub needs_person: bool,
    pub last_seq: i64,
    pub last_inbound_seq: i64,
    pub answered_seq: i64,
    pub last_inbound_at: Option<Millis>,
    pub last_message_at: Millis,
    pub last_message_id: Option<Uuid>,
    pub unread_count: i64,
    pub burst_started_at: Option<Millis>,
    pub turn_due_at: Option<Millis>,
    pub turn_attempts: i64,
    pub lease_owner: Option<Uuid>,
    pub lease_until: Millis,
    pub fence: i64,
    pub suggestion: Option<String>,
    pub pair_free_at: Millis,
    pub state: ConversationState,
    /// With [`ConversationState::Snoozed`].
    pub snoozed_until: Option<Millis>,
    /// A message did not get through, and no person has written since.
    pub send_failed: bool,
    pub assignee_id: Option<Uuid>,
    pub labels: Json<Vec<Uuid>>,
    pub created_at: Millis,
    pub updated_at: Millis,
}

/// Names a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Row)]
pub struct ConversationKey {
    pub tenant_id: TenantId,
    pub id: Uuid,
}

/// Names a conversation by who talks where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Row)]
pub struct PairKey {
    pub tenant_id: TenantId,
    pub number_id: Uuid,
    pub contact_id: Uuid,
}

/// A claimed turn: the conversation as it was when it was claimed. `fence` tells this holder from later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Row)]
pub struct Lease {
    pub tenant_id: TenantId,
    pub id: Uuid,
    pub number_id: Uuid,
    pub contact_id: Uuid,
    pub fence: i64,
    pub control_version: i64,
    pub last_inbound_seq: i64,
    pub answered_seq: i64,
    pub turn_attempts: i64,
}

/// What a turn begins with.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct TurnState {
    pub fence: i64,
    pub last_inbound_seq: i64,
    pub answered_seq: i64,
    pub tenant_name: String,
    pub tenant_active: bool,
    #[row(flatten)]
    pub models: ModelPolicy,
    /// In which the customer is to be answered, as the team has noted.
    pub contact_language: Option<String>,
    /// In which the customer was last seen to write.
    pub detected_language: Option<String>,
    pub labels: Json<Vec<Uuid>>,
}

/// A conversation as a list shows it.
#[derive(Debug, Clone, PartialEq, Row)]
pub struct Overview {
    #[row(flatten)]
    pub conversation: Conversation,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_user_id: Option<String>,
    pub contact_username: Option<String>,
    pub number_display: String,
    pub last_message_direction: Option<Direction>,
    pub last_message_author: Option<Author>,
    pub last_message_type: Option<String>,
    pub last_message_text: Option<String>,
    pub last_message_status: Option<MessageStatus>,
    pub last_message_created_at: Option<Millis>,
}

/// Which list of conversations. All but the first three and the last show open ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Whatever their state.
    #[default]
    All,
    Snoozed,
    Resolved,
    Open,
    /// Where this one is in control.
    Control(Control),
    Assigned(Uuid),
    /// With people, and nobody's.
    Unassigned,
    /// A customer waits for a person, or a person has to look.
    Waiting,
    /// Something did not get through.
    Failed,
    /// Where colleagues have named this person in notes, whatever the state.
    Mentioned(Uuid),
}

/// Which conversations of its view a list shows; `None` leaves a condition out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub view: View,
    pub label: Option<Uuid>,
    pub control: Option<Control>,
    pub number_id: Option<Uuid>,
    pub needs_person: Option<bool>,
}

/// How many conversations each view has, counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct Counts {
    pub ai: i64,
    pub human: i64,
    pub mine: i64,
    pub unassigned: i64,
    pub waiting: i64,
    pub failed: i64,
    pub snoozed: i64,
    pub resolved: i64,
    /// With notes that name the person and that they have not seen.
    pub mentions: i64,
}

/// Where a page begins: after the conversation with this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Row)]
pub struct Cursor {
    pub last_message_at: Millis,
    pub id: Uuid,
}

statements! {
    FIND = {
        sqlite: "SELECT c.tenant_id, c.number_id, c.contact_id, c.id FROM jsonb_each($1) AS x
                 JOIN conversation AS c ON c.tenant_id = unhex(x.value->>'tenant_id', '-')
                  AND c.number_id = unhex(x.value->>'number_id', '-') AND c.contact_id = unhex(x.value->>'contact_id', '-')",
        postgres: concat!("SELECT c.tenant_id, c.number_id, c.contact_id, c.id
                 FROM ", given!("tenant_id uuid, number_id uuid, contact_id uuid"), "
                 JOIN conversation AS c ON c.tenant_id = x.tenant_id AND c.number_id = x.number_id AND c.contact_id = x.contact_id"),
    };
    OF_CONTACT = "SELECT tenant_id, id FROM conversation WHERE tenant_id = $1 AND contact_id = $2";
    OF_CONTACTS = {
        sqlite: "SELECT c.last_message_at, c.id FROM jsonb_each($2) AS x
                 JOIN conversation AS c ON c.tenant_id = $1 AND c.contact_id = unhex(x.value, '-')
                 ORDER BY c.last_message_at DESC, c.id DESC LIMIT $3",
        postgres: "SELECT c.last_message_at, c.id FROM jsonb_array_elements_text($2) AS x
                 JOIN conversation AS c ON c.tenant_id = $1 AND c.contact_id = x::uuid
                 ORDER BY c.last_message_at DESC, c.id DESC LIMIT $3",
    };
    INSERT = {
        sqlite: "INSERT INTO conversation (tenant_id, id, number_id, contact_id, control, control_version, control_at, needs_person,
                   last_seq, last_inbound_seq, answered_seq, last_message_at, unread_count, turn_attempts, lease_until, fence,
                   pair_free_at, created_at, updated_at)
                 SELECT unhex(value->>'tenant_id', '-'), unhex(value->>'id', '-'), unhex(value->>'number_id', '-'),
                   unhex(value->>'contact_id', '-'), value->>'control', value->>'control_version', value->>'control_at',
                   value->>'needs_person', 0, 0, 0, value->>'last_message_at', 0, 0, 0, 0, 0, value->>'created_at', value->>'updated_at'
                 FROM jsonb_each($1) WHERE true
                 ON CONFLICT (tenant_id, number_id, contact_id) DO NOTHING",
        postgres: "INSERT INTO conversation (tenant_id, id, number_id, contact_id, control, control_version, control_at, needs_person,
                   last_seq, last_inbound_seq, answered_seq, last_message_at, unread_count, turn_attempts, lease_until, fence,
                   pair_free_at, created_at, updated_at)
                 SELECT tenant_id, id, number_id, contact_id, control, control_version, control_at, needs_person,
                   0, 0, 0, last_message_at, 0, 0, 0, 0, 0, created_at, updated_at
                 FROM jsonb_populate_recordset(NULL::conversation, $1)
                 ON CONFLICT (tenant_id, number_id, contact_id) DO NOTHING",
    };
    // In the order of their ids, so that two transactions that lock several never wait for each other in a circle.
    LOCK = {
        sqlite: "SELECT c.* FROM jsonb_each($1) AS x
                 JOIN conversation AS c ON c.tenant_id = unhex(x.value->>'tenant_id', '-') AND c.id = unhex(x.value->>'id', '-')",
        postgres: concat!("SELECT c.* FROM ", given!("tenant_id uuid, id uuid"), "
                 JOIN conversation AS c ON c.tenant_id = x.tenant_id AND c.id = x.id
                 ORDER BY c.tenant_id, c.id FOR UPDATE OF c"),
    };
    SAVE = {
        sqlite: "UPDATE conversation SET
                   control = x.value->>'control',
                   control_version = x.value->>'control_version', control_reason = x.value->>'control_reason',
                   control_by = unhex(x.value->>'control_by', '-'), control_at = x.value->>'control_at',
                   handback_at = x.value->>'handback_at', needs_person = x.value->>'needs_person',
                   last_seq = x.value->>'last_seq', last_inbound_seq = x.value->>'last_inbound_seq',
                   answered_seq = x.value->>'answered_seq', last_inbound_at = x.value->>'last_inbound_at',
                   last_message_at = x.value->>'last_message_at',
                   last_message_id = unhex(x.value->>'last_message_id', '-'), unread_count = x.value->>'unread_count',
                   burst_started_at = x.value->>'burst_started_at', turn_due_at = x.value->>'turn_due_at',
                   turn_attempts = x.value->>'turn_attempts', lease_owner = unhex(x.value->>'lease_owner', '-'),
                   lease_until = x.value->>'lease_until', fence = x.value->>'fence', suggestion = x.value->>'suggestion',
                   pair_free_at = x.value->>'pair_free_at', state = x.value->>'state',
                   snoozed_until = x.value->>'snoozed_until', send_failed = x.value->>'send_failed',
                   assignee_id = unhex(x.value->>'assignee_id', '-'), labels = x.value->'labels',
                   updated_at = x.value->>'updated_at'
                 FROM jsonb_each($1) AS x
                 WHERE conversation.tenant_id = unhex(x.value->>'tenant_id', '-') AND conversation.id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE conversation SET
                   control = x.control, control_version = x.control_version,
                   control_reason = x.control_reason, control_by = x.control_by, control_at = x.control_at,
                   handback_at = x.handback_at, needs_person = x.needs_person, last_seq = x.last_seq,
                   last_inbound_seq = x.last_inbound_seq, answered_seq = x.answered_seq, last_inbound_at = x.last_inbound_at,
                   last_message_at = x.last_message_at, last_message_id = x.last_message_id, unread_count = x.unread_count, burst_started_at = x.burst_started_at,
                   turn_due_at = x.turn_due_at, turn_attempts = x.turn_attempts, lease_owner = x.lease_owner,
                   lease_until = x.lease_until, fence = x.fence, suggestion = x.suggestion, pair_free_at = x.pair_free_at,
                   state = x.state, snoozed_until = x.snoozed_until, send_failed = x.send_failed,
                   assignee_id = x.assignee_id, labels = x.labels, updated_at = x.updated_at
                 FROM ", given!(like "conversation"), "
                 WHERE conversation.tenant_id = x.tenant_id AND conversation.id = x.id"),
    };
    SAVE_LABELLED = {
        sqlite: "UPDATE conversation_label SET state = x.value->>'state', last_message_at = x.value->>'last_message_at'
                 FROM jsonb_each($1) AS x
                 WHERE conversation_label.tenant_id = unhex(x.value->>'tenant_id', '-')
                   AND conversation_label.conversation_id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE conversation_label SET state = x.state, last_message_at = x.last_message_at
                 FROM ", given!("tenant_id uuid, id uuid, state text, last_message_at bigint"), "
                 WHERE conversation_label.tenant_id = x.tenant_id AND conversation_label.conversation_id = x.id"),
    };
    // On their own: SQLite writes every index of a column that is set anew, also where the column stays as it was.
    SET_CONTACT = "UPDATE conversation SET contact_id = $3 WHERE tenant_id = $1 AND id = $2";
    SAVE_PAIR_BUDGETS = {
        sqlite: "UPDATE conversation SET pair_free_at = x.value->>'pair_free_at'
                 FROM jsonb_each($1) AS x
                 WHERE conversation.tenant_id = unhex(x.value->>'tenant_id', '-') AND conversation.id = unhex(x.value->>'id', '-')",
        postgres: concat!("UPDATE conversation SET pair_free_at = x.pair_free_at
                 FROM ", given!("tenant_id uuid, id uuid, pair_free_at bigint"), "
                 WHERE conversation.tenant_id = x.tenant_id AND conversation.id = x.id"),
    };
    DELETE = "DELETE FROM conversation WHERE tenant_id = $1 AND id = $2";
    // The first due conversation of every tenant goes before the second of any: nobody starves behind a busy tenant.
    // $4 lists the tenants that have as many turns under way as one may have.
    CLAIM = {
        sqlite: "WITH ranked AS (
                   SELECT tenant_id, id, turn_due_at, row_number() OVER (PARTITION BY tenant_id ORDER BY turn_due_at) AS nth
                   FROM conversation
                   WHERE turn_due_at <= $1 AND lease_until <= $1
                     AND tenant_id NOT IN (SELECT unhex(value, '-') FROM jsonb_each($4))
                 ), picked AS MATERIALIZED (
                   SELECT tenant_id, id FROM ranked WHERE nth <= $5 ORDER BY nth, turn_due_at LIMIT $3
                 )
                 UPDATE conversation SET lease_owner = $2, lease_until = $6, fence = fence + 1
                 FROM picked WHERE conversation.tenant_id = picked.tenant_id AND conversation.id = picked.id
                 RETURNING conversation.tenant_id, conversation.id, conversation.number_id, conversation.contact_id,
                   conversation.fence, conversation.control_version, conversation.last_inbound_seq, conversation.answered_seq,
                   conversation.turn_attempts",
        postgres: "WITH ranked AS (
                   SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id ORDER BY turn_due_at) AS nth
                   FROM conversation
                   WHERE turn_due_at <= $1 AND lease_until <= $1
                     AND tenant_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($4))
                 ), picked AS MATERIALIZED (
                   SELECT c.tenant_id, c.id FROM conversation AS c
                   JOIN ranked ON ranked.tenant_id = c.tenant_id AND ranked.id = c.id
                   WHERE ranked.nth <= $5 AND c.turn_due_at <= $1 AND c.lease_until <= $1
                   ORDER BY ranked.nth, c.turn_due_at LIMIT $3
                   FOR UPDATE OF c SKIP LOCKED
                 )
                 UPDATE conversation SET lease_owner = $2, lease_until = $6, fence = fence + 1
                 FROM picked WHERE conversation.tenant_id = picked.tenant_id AND conversation.id = picked.id
                 RETURNING conversation.tenant_id, conversation.id, conversation.number_id, conversation.contact_id,
                   conversation.fence, conversation.control_version, conversation.last_inbound_seq, conversation.answered_seq,
                   conversation.turn_attempts",
    };
    // A turn that is finished is not leased any more, whoever still holds on to it: the next would wait for nothing.
    RENEW = {
        sqlite: "UPDATE conversation SET lease_until = $2
                 FROM jsonb_each($1) AS x
                 WHERE conversation.tenant_id = unhex(x.value->>'tenant_id', '-') AND conversation.id = unhex(x.value->>'id', '-')
                   AND conversation.fence = x.value->>'fence' AND conversation.lease_owner IS NOT NULL
                 RETURNING conversation.tenant_id, conversation.id",
        postgres: concat!("UPDATE conversation SET lease_until = $2
                 FROM ", given!("tenant_id uuid, id uuid, fence bigint"), "
                 WHERE conversation.tenant_id = x.tenant_id AND conversation.id = x.id AND conversation.fence = x.fence
                   AND conversation.lease_owner IS NOT NULL
                 RETURNING conversation.tenant_id, conversation.id"),
    };
    // By the index of what is due: those before it that are leased are few.
    NEXT_TURN = "SELECT turn_due_at FROM conversation WHERE turn_due_at IS NOT NULL AND lease_until <= $1
                 ORDER BY turn_due_at LIMIT 1";
    TURN_STATE = "SELECT c.fence, c.last_inbound_seq, c.answered_seq, t.name AS tenant_name, t.status = 'active' AS tenant_active, t.time_zone,
                    t.models_version, t.tokens_per_day, t.cost_per_day,
                    k.language AS contact_language, k.detected_language, c.labels
                  FROM conversation AS c
                  JOIN tenant AS t ON t.id = c.tenant_id
                  JOIN contact AS k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
                  WHERE c.tenant_id = $1 AND c.id = $2";
    // By the index of the lists; no more than the limit.
    WRITTEN_SINCE = "SELECT count(*) FROM (SELECT 1 FROM conversation
                       WHERE tenant_id = $1 AND state IN ('open', 'snoozed', 'resolved') AND control IN ('ai', 'human')
                         AND last_message_at >= $2 AND last_inbound_at >= $2 LIMIT $3) AS written";
    STOP_TURNS = "UPDATE conversation
                  SET turn_due_at = NULL, burst_started_at = NULL, turn_attempts = 0, needs_person = true, updated_at = $2
                  WHERE tenant_id = $1 AND turn_due_at IS NOT NULL";
    // What waits for an answer that a bot may still give.
    RESUME_TURNS = "UPDATE conversation
                    SET turn_due_at = $2, burst_started_at = $2, turn_attempts = 0, needs_person = false, updated_at = $2
                    WHERE tenant_id = $1 AND control = 'ai' AND last_inbound_seq > answered_seq AND last_inbound_at > $3
                      AND EXISTS (SELECT 1 FROM number AS n JOIN bot AS b ON b.tenant_id = n.tenant_id AND b.id = n.bot_id
                                  WHERE n.tenant_id = conversation.tenant_id AND n.id = conversation.number_id AND b.enabled)";
    DUE_HANDBACKS = "SELECT tenant_id, id FROM conversation WHERE handback_at <= $1 ORDER BY handback_at LIMIT $2";
    DUE_WAKES = "SELECT tenant_id, id FROM conversation WHERE snoozed_until <= $1 ORDER BY snoozed_until LIMIT $2";
    ASSIGNED_TO = "SELECT tenant_id, id FROM conversation WHERE tenant_id = $1 AND assignee_id = $2 AND state = 'open' LIMIT $3";
    DROP_ALL_LEASES = "UPDATE conversation SET lease_until = 0, lease_owner = NULL WHERE lease_until > 0";
    DROP_LEASES_OF = "UPDATE conversation SET lease_until = 0, lease_owner = NULL WHERE lease_owner = $1";
    GET = "SELECT c.*, COALESCE(k.own_name, k.name) AS contact_name, k.phone AS contact_phone, k.user_id AS contact_user_id,
             k.username AS contact_username, n.display_phone_number AS number_display,
             m.direction AS last_message_direction, m.author AS last_message_author,
             m.type AS last_message_type, m.text AS last_message_text, m.status AS last_message_status,
             m.created_at AS last_message_created_at
           FROM conversation AS c
           JOIN contact AS k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
           JOIN number AS n ON n.tenant_id = c.tenant_id AND n.id = c.number_id
           LEFT JOIN message AS m ON m.tenant_id = c.tenant_id AND m.id = c.last_message_id
           WHERE c.tenant_id = $1 AND c.id = $2";
    OVERVIEWS = {
        sqlite: "SELECT c.*, COALESCE(k.own_name, k.name) AS contact_name, k.phone AS contact_phone, k.user_id AS contact_user_id,
              k.username AS contact_username, n.display_phone_number AS number_display,
              m.direction AS last_message_direction, m.author AS last_message_author,
              m.type AS last_message_type, m.text AS last_message_text, m.status AS last_message_status,
              m.created_at AS last_message_created_at
            FROM jsonb_each($2) AS x
            JOIN conversation AS c ON c.tenant_id = $1 AND c.id = unhex(x.value, '-')
            JOIN contact AS k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
            JOIN number AS n ON n.tenant_id = c.tenant_id AND n.id = c.number_id
            LEFT JOIN message AS m ON m.tenant_id = c.tenant_id AND m.id = c.last_message_id
            ORDER BY c.last_message_at DESC, c.id DESC",
        postgres: "SELECT c.*, COALESCE(k.own_name, k.name) AS contact_name, k.phone AS contact_phone, k.user_id AS contact_user_id,
              k.username AS contact_username, n.display_phone_number AS number_display,
              m.direction AS last_message_direction, m.author AS last_message_author,
              m.type AS last_message_type, m.text AS last_message_text, m.status AS last_message_status,
              m.created_at AS last_message_created_at
            FROM jsonb_array_elements_text($2) AS x
            JOIN conversation AS c ON c.tenant_id = $1 AND c.id = x::uuid
            JOIN contact AS k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
            JOIN number AS n ON n.tenant_id = c.tenant_id AND n.id = c.number_id
            LEFT JOIN message AS m ON m.tenant_id = c.tenant_id AND m.id = c.last_message_id
            ORDER BY c.last_message_at DESC, c.id DESC",
    };
    // A page of a list is first found by an index alone that has it in order, one statement for each; the rows of those
    // on the page are then read by their ids. Nothing walks over conversations that another list holds.
    OF_STATE = "SELECT last_message_at, id FROM conversation
            WHERE tenant_id = $1 AND state = $7 AND control = $8 AND (last_message_at, id) < ($2, $3)
              AND number_id = COALESCE($4, number_id) AND needs_person = COALESCE($5, needs_person)
            ORDER BY last_message_at DESC, id DESC LIMIT $6";
    ASSIGNED = "SELECT last_message_at, id FROM conversation
            WHERE tenant_id = $1 AND state = 'open' AND assignee_id = $8 AND (last_message_at, id) < ($2, $3)
              AND number_id = COALESCE($4, number_id) AND needs_person = COALESCE($5, needs_person)
              AND control = COALESCE($7, control)
            ORDER BY last_message_at DESC, id DESC LIMIT $6";
    UNASSIGNED = "SELECT last_message_at, id FROM conversation
            WHERE tenant_id = $1 AND state = 'open' AND assignee_id IS NULL AND (control = 'human' OR needs_person)
              AND (last_message_at, id) < ($2, $3)
              AND number_id = COALESCE($4, number_id) AND needs_person = COALESCE($5, needs_person)
              AND control = COALESCE($7, control)
            ORDER BY last_message_at DESC, id DESC LIMIT $6";
    WAITING = "SELECT last_message_at, id FROM conversation
            WHERE tenant_id = $1 AND state = 'open'
              AND (needs_person OR (control = 'human' AND last_inbound_seq > answered_seq))
              AND (last_message_at, id) < ($2, $3)
              AND number_id = COALESCE($4, number_id) AND needs_person = COALESCE($5, needs_person)
              AND control = COALESCE($7, control)
            ORDER BY last_message_at DESC, id DESC LIMIT $6";
    FAILED = "SELECT last_message_at, id FROM conversation
            WHERE tenant_id = $1 AND state = 'open' AND send_failed AND (last_message_at, id) < ($2, $3)
              AND number_id = COALESCE($4, number_id) AND needs_person = COALESCE($5, needs_person)
              AND control = COALESCE($7, control)
            ORDER BY last_message_at DESC, id DESC LIMIT $6";
    // One person's, so few enough to be sorted.
    MENTIONED = "SELECT c.last_message_at, c.id
            FROM (SELECT DISTINCT conversation_id FROM mention WHERE tenant_id = $1 AND person_id = $8) AS x
            JOIN conversation AS c ON c.tenant_id = $1 AND c.id = x.conversation_id
            WHERE (c.last_message_at, c.id) < ($2, $3)
              AND c.number_id = COALESCE($4, c.number_id) AND c.needs_person = COALESCE($5, c.needs_person)
              AND c.control = COALESCE($7, c.control)
              AND (EXISTS (SELECT 1 FROM conversation_label AS l
                     WHERE l.tenant_id = $1 AND l.conversation_id = c.id AND l.label_id = $9) OR $9 IS NULL)
            ORDER BY c.last_message_at DESC, c.id DESC LIMIT $6";
    // A parameter that may be NULL is compared first: PostgreSQL takes its type from there.
    LABELLED = "SELECT l.last_message_at, l.conversation_id AS id
            FROM conversation_label AS l
            JOIN conversation AS c ON c.tenant_id = l.tenant_id AND c.id = l.conversation_id
            WHERE l.tenant_id = $1 AND l.label_id = $8 AND l.state = $9 AND (l.last_message_at, l.conversation_id) < ($2, $3)
              AND c.number_id = COALESCE($4, c.number_id) AND c.needs_person = COALESCE($5, c.needs_person)
              AND c.control = COALESCE($7, c.control)
              AND (c.assignee_id = $10 OR $10 IS NULL)
              AND (c.assignee_id IS NULL AND (c.control = 'human' OR c.needs_person) OR NOT $11)
              AND (c.needs_person OR (c.control = 'human' AND c.last_inbound_seq > c.answered_seq) OR NOT $12)
              AND (c.send_failed OR NOT $13)
            ORDER BY l.last_message_at DESC, l.conversation_id DESC LIMIT $6";
    COUNTS = "SELECT
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'open' AND control = 'ai' LIMIT $3) AS x) AS ai,
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'open' AND control = 'human' LIMIT $3) AS x) AS human,
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'open' AND assignee_id = $2 LIMIT $3) AS x) AS mine,
        (SELECT count(*) FROM (SELECT 1 FROM conversation WHERE tenant_id = $1 AND state = 'open'
           AND assignee_id IS NULL AND (control = 'human' OR needs_person) LIMIT $3) AS x) AS unassigned,
        (SELECT count(*) FROM (SELECT 1 FROM conversation WHERE tenant_id = $1 AND state = 'open'
           AND (needs_person OR (control = 'human' AND last_inbound_seq > answered_seq)) LIMIT $3) AS x) AS waiting,
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'open' AND send_failed LIMIT $3) AS x) AS failed,
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'snoozed' LIMIT $3) AS x) AS snoozed,
        (SELECT count(*) FROM (SELECT 1 FROM conversation
           WHERE tenant_id = $1 AND state = 'resolved' LIMIT $3) AS x) AS resolved,
        (SELECT count(*) FROM (SELECT DISTINCT conversation_id FROM mention
           WHERE tenant_id = $1 AND person_id = $2 AND read_at IS NULL LIMIT $3) AS x) AS mentions";
}

/// The conversations that exist for `pairs`, with their ids.
pub async fn find(conn: &mut Conn<'_>, pairs: &[PairKey]) -> Result<Vec<(PairKey, Uuid)>> {
    #[derive(Row)]
    struct Found {
        #[row(flatten)]
        pair: PairKey,
        id: Uuid,
    }
    let found = fetch!(all, conn, FIND => Found; Json(pairs))?;
    Ok(found.into_iter().map(|row| (row.pair, row.id)).collect())
}

pub async fn of_contact(conn: &mut Conn<'_>, tenant: TenantId, contact: Uuid) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, OF_CONTACT => ConversationKey; tenant, contact)
}

/// The conversations of some contacts, the one with the newest message first.
pub async fn of_contacts(conn: &mut Conn<'_>, tenant: TenantId, contacts: &[Uuid], limit: i64) -> Result<Vec<Uuid>> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let places = fetch!(all, conn, OF_CONTACTS => Cursor; tenant, Json(contacts), limit)?;
    Ok(places.into_iter().map(|place| place.id).collect())
}

/// Opens conversations. One that exists already is left as it is.
pub async fn insert(conn: &mut Conn<'_>, conversations: &[Conversation]) -> Result<()> {
    execute!(conn, INSERT; Json(conversations))?;
    Ok(())
}

/// Locks conversations until the transaction ends and returns them as they are then. What is decided about a
/// conversation is decided on this, in later statements.
pub async fn lock(conn: &mut Conn<'_>, keys: &[ConversationKey]) -> Result<Vec<Conversation>> {
    fetch!(all, conn, LOCK => Conversation; Json(keys))
}

/// Locks one conversation of a tenant.
pub async fn lock_one(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Conversation>> {
    Ok(lock(conn, &[ConversationKey { tenant_id: tenant, id }]).await?.pop())
}

/// Gives a conversation that this transaction has locked to another contact.
pub async fn set_contact(conn: &mut Conn<'_>, key: ConversationKey, contact: Uuid) -> Result<()> {
    expect_rows("conversation", 1, execute!(conn, SET_CONTACT; key.tenant_id, key.id, contact)?)
}

/// Stores what a send takes from the budget of each pair. The conversations must be locked.
pub async fn save_pair_budgets(conn: &mut Conn<'_>, conversations: &[Conversation]) -> Result<()> {
    #[derive(Serialize)]
    struct PairBudget {
        tenant_id: TenantId,
        id: Uuid,
        pair_free_at: Millis,
    }
    if conversations.is_empty() {
        return Ok(());
    }
    let budgets = conversations.iter().map(|row| PairBudget {
        tenant_id: row.tenant_id,
        id: row.id,
        pair_free_at: row.pair_free_at,
    });
    let rows = execute!(conn, SAVE_PAIR_BUDGETS; Json(budgets.collect::<Vec<_>>()))?;
    expect_rows("conversation", conversations.len() as u64, rows)
}

/// Stores conversations that this transaction has locked, all but their contact.
pub async fn save(conn: &mut Conn<'_>, conversations: &[Conversation]) -> Result<()> {
    if conversations.is_empty() {
        return Ok(());
    }
    expect_rows("conversation", conversations.len() as u64, execute!(conn, SAVE; Json(conversations))?)?;
    let labelled: Vec<_> = conversations.iter().filter(|row| !row.labels.is_empty()).collect();
    if !labelled.is_empty() {
        execute!(conn, SAVE_LABELLED; Json(labelled))?;
    }
    Ok(())
}

/// Deletes a conversation whose messages have been moved elsewhere.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<()> {
    expect_rows("conversation", 1, execute!(conn, DELETE; tenant, id)?)
}

/// How many turns to claim, and for whom not.
#[derive(Debug, Clone, Copy)]
pub struct ClaimTurns<'a> {
    pub owner: Uuid,
    pub now: Millis,
    pub lease_until: Millis,
    pub limit: i64,
    /// At most so many conversations of one tenant.
    pub per_tenant: i64,
    pub full_tenants: &'a [TenantId],
}

/// Takes a lease on conversations whose turn is due.
pub async fn claim_turns(conn: &mut Conn<'_>, claim: ClaimTurns<'_>) -> Result<Vec<Lease>> {
    fetch!(all, conn, CLAIM => Lease;
        claim.now, claim.owner, claim.limit, Json(claim.full_tenants), claim.per_tenant, claim.lease_until)
}

/// Prolongs leases; the ones that are still held.
pub async fn renew(conn: &mut Conn<'_>, leases: &[Lease], until: Millis) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, RENEW => ConversationKey; Json(leases), until)
}

/// When the next turn that nobody holds is due; it may lie in the past.
pub async fn next_turn(conn: &mut Conn<'_>, now: Millis) -> Result<Option<Millis>> {
    let next = fetch!(optional, conn, NEXT_TURN => (Millis,); now)?;
    Ok(next.map(|(at,)| at))
}

pub async fn turn_state(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<TurnState>> {
    fetch!(optional, conn, TURN_STATE => TurnState; tenant, id)
}

/// No turn of the tenant is due any more: people have to look at what waited for one.
pub async fn stop_turns(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<u64> {
    execute!(conn, STOP_TURNS; tenant, now)
}

/// Makes a turn due at once wherever a customer waits for an answer of the AI and has written after `since`.
pub async fn resume_turns(conn: &mut Conn<'_>, tenant: TenantId, since: Millis, now: Millis) -> Result<u64> {
    execute!(conn, RESUME_TURNS; tenant, now, since)
}

pub async fn due_handbacks(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, DUE_HANDBACKS => ConversationKey; now, limit)
}

/// Snoozed conversations whose time has come.
pub async fn due_wakes(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, DUE_WAKES => ConversationKey; now, limit)
}

/// Open conversations of a person.
pub async fn assigned_to(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    person: Uuid,
    limit: i64,
) -> Result<Vec<ConversationKey>> {
    fetch!(all, conn, ASSIGNED_TO => ConversationKey; tenant, person, limit)
}

/// Ends every lease. Only right when no other process can hold one: at the start of the one process on SQLite.
pub async fn drop_all_leases(conn: &mut Conn<'_>) -> Result<()> {
    execute!(conn, DROP_ALL_LEASES;)?;
    Ok(())
}

/// Ends the leases of a process that is shutting down.
pub async fn drop_leases_of(conn: &mut Conn<'_>, owner: Uuid) -> Result<()> {
    execute!(conn, DROP_LEASES_OF; owner)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId, id: Uuid) -> Result<Option<Overview>> {
    fetch!(optional, conn, GET => Overview; tenant, id)
}

/// The conversations of these ids that there are, the one with the newest message first.
pub async fn overviews(conn: &mut Conn<'_>, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Overview>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    fetch!(all, conn, OVERVIEWS => Overview; tenant, Json(ids))
}

/// A page of conversations, the one with the newest message first.
pub async fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: Filter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Overview>> {
    let after = after.unwrap_or(Cursor { last_message_at: Millis(i64::MAX), id: Uuid::max() });
    let mut places = match (filter.view, filter.label) {
        (View::Mentioned(person), label) => mentioned(conn, tenant, filter, after, limit, person, label).await?,
        (_, Some(label)) => labelled(conn, tenant, filter, after, limit, label).await?,
        (_, None) => of_view(conn, tenant, filter, after, limit).await?,
    };
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    overviews(conn, tenant, &places.into_iter().map(|place| place.id).collect::<Vec<_>>()).await
}

/// The states of a view's conversations.
fn states(view: View) -> &'static [ConversationState] {
    match view {
        View::All | View::Mentioned(_) => ConversationState::ALL,
        View::Snoozed => &[ConversationState::Snoozed],
        View::Resolved => &[ConversationState::Resolved],
        _ => &[ConversationState::Open],
    }
}

async fn of_view(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: Filter,
    Cursor { last_message_at, id }: Cursor,
    limit: i64,
) -> Result<Vec<Cursor>> {
    let Filter { view, control, number_id, needs_person, .. } = filter;
    match view {
        View::Assigned(person) => fetch!(all, conn, ASSIGNED => Cursor;
            tenant, last_message_at, id, number_id, needs_person, limit, control, person),
        View::Unassigned => fetch!(all, conn, UNASSIGNED => Cursor;
            tenant, last_message_at, id, number_id, needs_person, limit, control),
        View::Waiting => fetch!(all, conn, WAITING => Cursor;
            tenant, last_message_at, id, number_id, needs_person, limit, control),
        View::Failed => fetch!(all, conn, FAILED => Cursor;
            tenant, last_message_at, id, number_id, needs_person, limit, control),
        _ => {
            let mut places = Vec::new();
            for state in states(view) {
                for one in Control::ALL.iter().filter(|one| has_control(filter, **one)) {
                    places.extend(fetch!(all, conn, OF_STATE => Cursor;
                        tenant, last_message_at, id, number_id, needs_person, limit, *state, *one)?);
                }
            }
            Ok(places)
        }
    }
}

fn has_control(filter: Filter, control: Control) -> bool {
    let of_view = if let View::Control(wanted) = filter.view { wanted == control } else { true };
    of_view && filter.control.is_none_or(|wanted| wanted == control)
}

async fn labelled(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: Filter,
    Cursor { last_message_at, id }: Cursor,
    limit: i64,
    label: Uuid,
) -> Result<Vec<Cursor>> {
    let Filter { view, number_id, needs_person, .. } = filter;
    let of_view = if let View::Control(control) = view { Some(control) } else { None };
    if of_view.is_some_and(|control| !has_control(filter, control)) {
        return Ok(Vec::new());
    }
    let control = filter.control.or(of_view);
    let assignee = if let View::Assigned(person) = view { Some(person) } else { None };
    let mut places = Vec::new();
    for state in states(view) {
        places.extend(fetch!(all, conn, LABELLED => Cursor;
            tenant, last_message_at, id, number_id, needs_person, limit, control, label, *state, assignee,
            view == View::Unassigned, view == View::Waiting, view == View::Failed)?);
    }
    Ok(places)
}

async fn mentioned(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: Filter,
    Cursor { last_message_at, id }: Cursor,
    limit: i64,
    person: Uuid,
    label: Option<Uuid>,
) -> Result<Vec<Cursor>> {
    let Filter { control, number_id, needs_person, .. } = filter;
    fetch!(all, conn, MENTIONED => Cursor;
        tenant, last_message_at, id, number_id, needs_person, limit, control, person, label)
}

/// How many conversations each view has, counted up to `limit`. `person`: whose views.
pub async fn counts(conn: &mut Conn<'_>, tenant: TenantId, person: Uuid, limit: i64) -> Result<Counts> {
    fetch!(one, conn, COUNTS => Counts; tenant, person, limit)
}

/// In how many conversations customers have written since a moment, counted up to `limit`.
pub async fn written_since(conn: &mut Conn<'_>, tenant: TenantId, since: Millis, limit: i64) -> Result<i64> {
    let (count,) = fetch!(one, conn, WRITTEN_SINCE => (i64,); tenant, since, limit)?;
    Ok(count)
}
