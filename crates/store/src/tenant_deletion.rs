//! Tenants on their way out: the key first, then everything else, a bounded number of rows at a time.
//!
//! Everything here needs [`Scope::System`](crate::Scope::System): people may work for other tenants, too, and what is
//! left to remember of a tenant is no tenant's.

use uuid::Uuid;

use crate::{
    Conn, Json, Millis, Result, TenantId,
    db::{Row, Sql, execute, expect_rows, fetch, statements},
    types::hex,
};

/// How far the deletion of a tenant is.
#[derive(Debug, Clone, PartialEq, Eq, Row)]
pub struct TenantDeletion {
    pub about_tenant: TenantId,
    pub about_name: String,
    /// `None`: Switchboard itself.
    pub requested_by: Option<Uuid>,
    pub requested_name: String,
    /// The data key is gone since then.
    pub requested_at: Millis,
    /// The table that is being emptied.
    pub step: String,
    pub rows_deleted: i64,
    /// `None`: not counted yet.
    pub rows_total: Option<i64>,
    pub completed_at: Option<Millis>,
}

statements! {
    INSERT = "INSERT INTO tenant_deletion (about_tenant, about_name, requested_by, requested_name, requested_at, step,
          rows_deleted)
        VALUES ($1, $2, $3, $4, $5, '', 0)";
    GET = "SELECT about_tenant, about_name, requested_by, requested_name, requested_at, step, rows_deleted, rows_total,
          completed_at
        FROM tenant_deletion WHERE about_tenant = $1";
    LIST = "SELECT about_tenant, about_name, requested_by, requested_name, requested_at, step, rows_deleted, rows_total,
          completed_at
        FROM tenant_deletion WHERE about_tenant < $1 ORDER BY about_tenant DESC LIMIT $2";
    PENDING_TENANTS = "SELECT about_tenant FROM tenant_deletion WHERE completed_at IS NULL ORDER BY requested_at";
    PENDING = "SELECT count(*) FROM tenant_deletion WHERE completed_at IS NULL";
    NEXT = {
        sqlite: "SELECT about_tenant, about_name, requested_by, requested_name, requested_at, step, rows_deleted,
                   rows_total, completed_at
                 FROM tenant_deletion WHERE completed_at IS NULL ORDER BY requested_at LIMIT 1",
        postgres: "SELECT about_tenant, about_name, requested_by, requested_name, requested_at, step, rows_deleted,
                   rows_total, completed_at
                 FROM tenant_deletion WHERE completed_at IS NULL ORDER BY requested_at LIMIT 1
                 FOR UPDATE SKIP LOCKED",
    };
    SET_TOTAL = "UPDATE tenant_deletion SET rows_total = $2 WHERE about_tenant = $1 AND rows_total IS NULL";
    PROGRESS = "UPDATE tenant_deletion SET step = $2, rows_deleted = rows_deleted + $3
        WHERE about_tenant = $1";
    COMPLETE = "UPDATE tenant_deletion SET step = '', completed_at = $2 WHERE about_tenant = $1";

    // What is secret, and what lets anybody in: at once.
    DESTROY_KEYS = "DELETE FROM tenant_key WHERE tenant_id = $1";
    DESTROY_TOKENS = "UPDATE waba SET token = NULL, status = 'disconnected', updated_at = $2 WHERE tenant_id = $1";
    DESTROY_PINS = "UPDATE number SET pin = NULL, status = 'disconnected', updated_at = $2 WHERE tenant_id = $1";
    DESTROY_MODEL_KEYS = "UPDATE model_server SET api_key = NULL, updated_at = $2 WHERE tenant_id = $1";
    DESTROY_TOOL_HEADERS = "UPDATE tool SET headers = NULL, updated_at = $2 WHERE tenant_id = $1";
    DESTROY_RUNS = "UPDATE onboarding SET token = NULL, expires_at = 0 WHERE tenant_id = $1";
    END_SESSIONS = "DELETE FROM session WHERE tenant_id = $1";
    END_INVITATIONS = "DELETE FROM invitation WHERE tenant_id = $1";
    END_KEYS = "UPDATE api_key SET revoked_at = $2 WHERE tenant_id = $1 AND revoked_at IS NULL";

    COUNT = "SELECT (SELECT count(*) FROM tenant_export_chunk WHERE tenant_id = $1)
          + (SELECT count(*) FROM tenant_export WHERE tenant_id = $1)
          + (SELECT count(*) FROM onboarding_step WHERE tenant_id = $1)
          + (SELECT count(*) FROM onboarding WHERE tenant_id = $1)
          + (SELECT count(*) FROM app_data_sync WHERE tenant_id = $1)
          + (SELECT count(*) FROM send_budget WHERE tenant_id = $1)
          + (SELECT count(*) FROM early_status WHERE tenant_id = $1)
          + (SELECT count(*) FROM outbox WHERE tenant_id = $1)
          + (SELECT count(*) FROM message_passage WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_replay_burst WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_replay WHERE tenant_id = $1)
          + (SELECT count(*) FROM transcript WHERE tenant_id = $1)
          + (SELECT count(*) FROM translation WHERE tenant_id = $1)
          + (SELECT count(*) FROM turn WHERE tenant_id = $1)
          + (SELECT count(*) FROM tool_call WHERE tenant_id = $1)
          + (SELECT count(*) FROM tool WHERE tenant_id = $1)
          + (SELECT count(*) FROM unanswered WHERE tenant_id = $1)
          + (SELECT count(*) FROM usage_slot WHERE tenant_id = $1)
          + (SELECT count(*) FROM media_upload WHERE tenant_id = $1)
          + (SELECT count(*) FROM media WHERE tenant_id = $1)
          + (SELECT count(*) FROM template WHERE tenant_id = $1)
          + (SELECT count(*) FROM message WHERE tenant_id = $1)
          + (SELECT count(*) FROM mention WHERE tenant_id = $1)
          + (SELECT count(*) FROM note WHERE tenant_id = $1)
          + (SELECT count(*) FROM conversation_label WHERE tenant_id = $1)
          + (SELECT count(*) FROM label WHERE tenant_id = $1)
          + (SELECT count(*) FROM saved_filter WHERE tenant_id = $1)
          + (SELECT count(*) FROM canned_reply WHERE tenant_id = $1)
          + (SELECT count(*) FROM search_document WHERE tenant = $1)
          + (SELECT count(*) FROM conversation_summary WHERE tenant_id = $1)
          + (SELECT count(*) FROM conversation WHERE tenant_id = $1)
          + (SELECT count(*) FROM contact WHERE tenant_id = $1)
          + (SELECT count(*) FROM contact_field WHERE tenant_id = $1)
          + (SELECT count(*) FROM number WHERE tenant_id = $1)
          + (SELECT count(*) FROM waba WHERE tenant_id = $1)
          + (SELECT count(*) FROM model_server WHERE tenant_id = $1)
          + (SELECT count(*) FROM model_use WHERE tenant_id = $1)
          + (SELECT count(*) FROM passage_vector WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_test_result WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_test_run WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_test WHERE tenant_id = $1)
          + (SELECT count(*) FROM crawl WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot_preparation WHERE tenant_id = $1)
          + (SELECT count(*) FROM knowledge_version WHERE tenant_id = $1)
          + (SELECT count(*) FROM knowledge WHERE tenant_id = $1)
          + (SELECT count(*) FROM bot WHERE tenant_id = $1)
          + (SELECT count(*) FROM webhook_leftover WHERE tenant_id = $1)
          + (SELECT count(*) FROM event WHERE tenant_id = $1)
          + (SELECT count(*) FROM mail WHERE tenant_id = $1)
          + (SELECT count(*) FROM invitation WHERE tenant_id = $1)
          + (SELECT count(*) FROM api_key WHERE tenant_id = $1)
          + (SELECT count(*) FROM impersonation WHERE tenant_id = $1)
          + (SELECT count(*) FROM audit WHERE tenant_id = $1)
          + (SELECT count(*) FROM session WHERE tenant_id = $1)
          + (SELECT count(*) FROM tenant_key WHERE tenant_id = $1)
          + (SELECT count(*) FROM membership WHERE tenant_id = $1)";
    ERASE_TENANT_EXPORT_CHUNK = {
        sqlite: "DELETE FROM tenant_export_chunk WHERE rowid IN (SELECT rowid FROM tenant_export_chunk WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM tenant_export_chunk WHERE ctid = ANY (ARRAY(SELECT ctid FROM tenant_export_chunk WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TENANT_EXPORT = {
        sqlite: "DELETE FROM tenant_export WHERE rowid IN (SELECT rowid FROM tenant_export WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM tenant_export WHERE ctid = ANY (ARRAY(SELECT ctid FROM tenant_export WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_ONBOARDING_STEP = {
        sqlite: "DELETE FROM onboarding_step WHERE rowid IN (SELECT rowid FROM onboarding_step WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM onboarding_step WHERE ctid = ANY (ARRAY(SELECT ctid FROM onboarding_step WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_ONBOARDING = {
        sqlite: "DELETE FROM onboarding WHERE rowid IN (SELECT rowid FROM onboarding WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM onboarding WHERE ctid = ANY (ARRAY(SELECT ctid FROM onboarding WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_APP_DATA_SYNC = {
        sqlite: "DELETE FROM app_data_sync WHERE rowid IN (SELECT rowid FROM app_data_sync WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM app_data_sync WHERE ctid = ANY (ARRAY(SELECT ctid FROM app_data_sync WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_SEND_BUDGET = {
        sqlite: "DELETE FROM send_budget WHERE rowid IN (SELECT rowid FROM send_budget WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM send_budget WHERE ctid = ANY (ARRAY(SELECT ctid FROM send_budget WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_EARLY_STATUS = {
        sqlite: "DELETE FROM early_status WHERE rowid IN (SELECT rowid FROM early_status WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM early_status WHERE ctid = ANY (ARRAY(SELECT ctid FROM early_status WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MEDIA_UPLOAD = {
        sqlite: "DELETE FROM media_upload WHERE rowid IN (SELECT rowid FROM media_upload WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM media_upload WHERE ctid = ANY (ARRAY(SELECT ctid FROM media_upload WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MEDIA = {
        sqlite: "DELETE FROM media WHERE rowid IN (SELECT rowid FROM media WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM media WHERE ctid = ANY (ARRAY(SELECT ctid FROM media WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MESSAGE_PASSAGE = {
        sqlite: "DELETE FROM message_passage WHERE rowid IN (SELECT rowid FROM message_passage WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM message_passage WHERE ctid = ANY (ARRAY(SELECT ctid FROM message_passage WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TRANSCRIPT = {
        sqlite: "DELETE FROM transcript WHERE rowid IN (SELECT rowid FROM transcript WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM transcript WHERE ctid = ANY (ARRAY(SELECT ctid FROM transcript WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TRANSLATION = {
        sqlite: "DELETE FROM translation WHERE rowid IN (SELECT rowid FROM translation WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM translation WHERE ctid = ANY (ARRAY(SELECT ctid FROM translation WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TOOL = {
        sqlite: "DELETE FROM tool WHERE rowid IN (SELECT rowid FROM tool WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM tool WHERE ctid = ANY (ARRAY(SELECT ctid FROM tool WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TOOL_CALL = {
        sqlite: "DELETE FROM tool_call WHERE rowid IN (SELECT rowid FROM tool_call WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM tool_call WHERE ctid = ANY (ARRAY(SELECT ctid FROM tool_call WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TURN = {
        sqlite: "DELETE FROM turn WHERE rowid IN (SELECT rowid FROM turn WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM turn WHERE ctid = ANY (ARRAY(SELECT ctid FROM turn WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_UNANSWERED = {
        sqlite: "DELETE FROM unanswered WHERE rowid IN (SELECT rowid FROM unanswered WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM unanswered WHERE ctid = ANY (ARRAY(SELECT ctid FROM unanswered WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_USAGE_SLOT = {
        sqlite: "DELETE FROM usage_slot WHERE rowid IN (SELECT rowid FROM usage_slot WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM usage_slot WHERE ctid = ANY (ARRAY(SELECT ctid FROM usage_slot WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TEMPLATE = {
        sqlite: "DELETE FROM template WHERE rowid IN (SELECT rowid FROM template WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM template WHERE ctid = ANY (ARRAY(SELECT ctid FROM template WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_OUTBOX = {
        sqlite: "DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM outbox WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MESSAGE = {
        sqlite: "DELETE FROM message WHERE rowid IN (SELECT rowid FROM message WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM message WHERE ctid = ANY (ARRAY(SELECT ctid FROM message WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MENTION = {
        sqlite: "DELETE FROM mention WHERE rowid IN (SELECT rowid FROM mention WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM mention WHERE ctid = ANY (ARRAY(SELECT ctid FROM mention WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_NOTE = {
        sqlite: "DELETE FROM note WHERE rowid IN (SELECT rowid FROM note WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM note WHERE ctid = ANY (ARRAY(SELECT ctid FROM note WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CONVERSATION_LABEL = {
        sqlite: "DELETE FROM conversation_label WHERE rowid IN (SELECT rowid FROM conversation_label WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM conversation_label WHERE ctid = ANY (ARRAY(SELECT ctid FROM conversation_label WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CONTACT_FIELD = {
        sqlite: "DELETE FROM contact_field WHERE rowid IN (SELECT rowid FROM contact_field WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM contact_field WHERE ctid = ANY (ARRAY(SELECT ctid FROM contact_field WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MODEL_SERVER = {
        sqlite: "DELETE FROM model_server WHERE rowid IN (SELECT rowid FROM model_server WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM model_server WHERE ctid = ANY (ARRAY(SELECT ctid FROM model_server WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MODEL_USE = {
        sqlite: "DELETE FROM model_use WHERE rowid IN (SELECT rowid FROM model_use WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM model_use WHERE ctid = ANY (ARRAY(SELECT ctid FROM model_use WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CONVERSATION_SUMMARY = {
        sqlite: "DELETE FROM conversation_summary WHERE rowid IN (SELECT rowid FROM conversation_summary WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM conversation_summary WHERE ctid = ANY (ARRAY(SELECT ctid FROM conversation_summary WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_PASSAGE_VECTOR = {
        sqlite: "DELETE FROM passage_vector WHERE rowid IN (SELECT rowid FROM passage_vector WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM passage_vector WHERE ctid = ANY (ARRAY(SELECT ctid FROM passage_vector WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_LABEL = {
        sqlite: "DELETE FROM label WHERE rowid IN (SELECT rowid FROM label WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM label WHERE ctid = ANY (ARRAY(SELECT ctid FROM label WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_SAVED_FILTER = {
        sqlite: "DELETE FROM saved_filter WHERE rowid IN (SELECT rowid FROM saved_filter WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM saved_filter WHERE ctid = ANY (ARRAY(SELECT ctid FROM saved_filter WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CANNED_REPLY = {
        sqlite: "DELETE FROM canned_reply WHERE rowid IN (SELECT rowid FROM canned_reply WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM canned_reply WHERE ctid = ANY (ARRAY(SELECT ctid FROM canned_reply WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_SEARCH_DOCUMENT = {
        sqlite: "DELETE FROM search_document WHERE rowid IN (SELECT rowid FROM search_document WHERE tenant = $1 LIMIT $2)",
        postgres: "DELETE FROM search_document WHERE ctid = ANY (ARRAY(SELECT ctid FROM search_document WHERE tenant = $1 LIMIT $2))",
    };
    ERASE_CONVERSATION = {
        sqlite: "DELETE FROM conversation WHERE rowid IN (SELECT rowid FROM conversation WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM conversation WHERE ctid = ANY (ARRAY(SELECT ctid FROM conversation WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CONTACT = {
        sqlite: "DELETE FROM contact WHERE rowid IN (SELECT rowid FROM contact WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM contact WHERE ctid = ANY (ARRAY(SELECT ctid FROM contact WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_NUMBER = {
        sqlite: "DELETE FROM number WHERE rowid IN (SELECT rowid FROM number WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM number WHERE ctid = ANY (ARRAY(SELECT ctid FROM number WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_WABA = {
        sqlite: "DELETE FROM waba WHERE rowid IN (SELECT rowid FROM waba WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM waba WHERE ctid = ANY (ARRAY(SELECT ctid FROM waba WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_REPLAY_BURST = {
        sqlite: "DELETE FROM bot_replay_burst WHERE rowid IN (SELECT rowid FROM bot_replay_burst WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_replay_burst WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_replay_burst WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_REPLAY = {
        sqlite: "DELETE FROM bot_replay WHERE rowid IN (SELECT rowid FROM bot_replay WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_replay WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_replay WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_TEST_RESULT = {
        sqlite: "DELETE FROM bot_test_result WHERE rowid IN (SELECT rowid FROM bot_test_result WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_test_result WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_test_result WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_TEST_RUN = {
        sqlite: "DELETE FROM bot_test_run WHERE rowid IN (SELECT rowid FROM bot_test_run WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_test_run WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_test_run WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_TEST = {
        sqlite: "DELETE FROM bot_test WHERE rowid IN (SELECT rowid FROM bot_test WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_test WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_test WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT_PREPARATION = {
        sqlite: "DELETE FROM bot_preparation WHERE rowid IN (SELECT rowid FROM bot_preparation WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot_preparation WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot_preparation WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_CRAWL = {
        sqlite: "DELETE FROM crawl WHERE rowid IN (SELECT rowid FROM crawl WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM crawl WHERE ctid = ANY (ARRAY(SELECT ctid FROM crawl WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_KNOWLEDGE_VERSION = {
        sqlite: "DELETE FROM knowledge_version WHERE rowid IN (SELECT rowid FROM knowledge_version WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM knowledge_version WHERE ctid = ANY (ARRAY(SELECT ctid FROM knowledge_version WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_KNOWLEDGE = {
        sqlite: "DELETE FROM knowledge WHERE rowid IN (SELECT rowid FROM knowledge WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM knowledge WHERE ctid = ANY (ARRAY(SELECT ctid FROM knowledge WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_BOT = {
        sqlite: "DELETE FROM bot WHERE rowid IN (SELECT rowid FROM bot WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM bot WHERE ctid = ANY (ARRAY(SELECT ctid FROM bot WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_WEBHOOK_LEFTOVER = {
        sqlite: "DELETE FROM webhook_leftover WHERE rowid IN (SELECT rowid FROM webhook_leftover WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM webhook_leftover WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook_leftover WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_EVENT = {
        sqlite: "DELETE FROM event WHERE rowid IN (SELECT rowid FROM event WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM event WHERE ctid = ANY (ARRAY(SELECT ctid FROM event WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MAIL = {
        sqlite: "DELETE FROM mail WHERE rowid IN (SELECT rowid FROM mail WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM mail WHERE ctid = ANY (ARRAY(SELECT ctid FROM mail WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_INVITATION = {
        sqlite: "DELETE FROM invitation WHERE rowid IN (SELECT rowid FROM invitation WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM invitation WHERE ctid = ANY (ARRAY(SELECT ctid FROM invitation WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_API_KEY = {
        sqlite: "DELETE FROM api_key WHERE rowid IN (SELECT rowid FROM api_key WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM api_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM api_key WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_IMPERSONATION = {
        sqlite: "DELETE FROM impersonation WHERE rowid IN (SELECT rowid FROM impersonation WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM impersonation WHERE ctid = ANY (ARRAY(SELECT ctid FROM impersonation WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_AUDIT = {
        sqlite: "DELETE FROM audit WHERE rowid IN (SELECT rowid FROM audit WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM audit WHERE ctid = ANY (ARRAY(SELECT ctid FROM audit WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_SESSION = {
        sqlite: "DELETE FROM session WHERE rowid IN (SELECT rowid FROM session WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM session WHERE ctid = ANY (ARRAY(SELECT ctid FROM session WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_TENANT_KEY = {
        sqlite: "DELETE FROM tenant_key WHERE rowid IN (SELECT rowid FROM tenant_key WHERE tenant_id = $1 LIMIT $2)",
        postgres: "DELETE FROM tenant_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM tenant_key WHERE tenant_id = $1 LIMIT $2))",
    };
    ERASE_MEMBERSHIP = {
        sqlite: "DELETE FROM membership WHERE rowid IN (SELECT rowid FROM membership WHERE tenant_id = $1 LIMIT $2)
                 RETURNING person_id",
        postgres: "DELETE FROM membership WHERE ctid = ANY (ARRAY(SELECT ctid FROM membership WHERE tenant_id = $1 LIMIT $2))
                 RETURNING person_id",
    };
    ERASE_TENANT = "DELETE FROM tenant WHERE id = $1";

    // Of these people, those who work for nobody.
    UNEMPLOYED = {
        sqlite: "SELECT p.id, p.email FROM jsonb_each($1) AS x JOIN person AS p ON p.id = unhex(x.value)
                 WHERE NOT EXISTS (SELECT 1 FROM membership AS m WHERE m.person_id = p.id)",
        postgres: "SELECT p.id, p.email FROM jsonb_array_elements_text($1) AS x (value) JOIN person AS p ON p.id = x.value::uuid
                 WHERE NOT EXISTS (SELECT 1 FROM membership AS m WHERE m.person_id = p.id) FOR UPDATE OF p",
    };
    ERASE_RECOVERY_CODES = "DELETE FROM recovery_code WHERE person_id = $1";
    ERASE_SECOND_FACTOR = "DELETE FROM second_factor WHERE person_id = $1";
    ERASE_TOKENS = "DELETE FROM person_token WHERE person_id = $1";
    ERASE_MAILS = "DELETE FROM mail WHERE recipient = $1 AND tenant_id IS NULL";
    ERASE_PERSON = "DELETE FROM person WHERE id = $1";
}

/// In which order the tables of a tenant are emptied: what refers goes before what it refers to. The people's places,
/// and the tenant itself, come after.
const TABLES: &[(&str, Sql)] = &[
    ("tenant_export_chunk", ERASE_TENANT_EXPORT_CHUNK),
    ("tenant_export", ERASE_TENANT_EXPORT),
    ("onboarding_step", ERASE_ONBOARDING_STEP),
    ("onboarding", ERASE_ONBOARDING),
    ("app_data_sync", ERASE_APP_DATA_SYNC),
    ("send_budget", ERASE_SEND_BUDGET),
    ("early_status", ERASE_EARLY_STATUS),
    ("outbox", ERASE_OUTBOX),
    ("message_passage", ERASE_MESSAGE_PASSAGE),
    ("bot_replay_burst", ERASE_BOT_REPLAY_BURST),
    ("bot_replay", ERASE_BOT_REPLAY),
    ("transcript", ERASE_TRANSCRIPT),
    ("translation", ERASE_TRANSLATION),
    ("tool_call", ERASE_TOOL_CALL),
    ("tool", ERASE_TOOL),
    ("turn", ERASE_TURN),
    ("unanswered", ERASE_UNANSWERED),
    ("usage_slot", ERASE_USAGE_SLOT),
    ("media_upload", ERASE_MEDIA_UPLOAD),
    ("media", ERASE_MEDIA),
    ("message", ERASE_MESSAGE),
    ("mention", ERASE_MENTION),
    ("note", ERASE_NOTE),
    ("conversation_label", ERASE_CONVERSATION_LABEL),
    ("label", ERASE_LABEL),
    ("saved_filter", ERASE_SAVED_FILTER),
    ("canned_reply", ERASE_CANNED_REPLY),
    ("search_document", ERASE_SEARCH_DOCUMENT),
    ("conversation_summary", ERASE_CONVERSATION_SUMMARY),
    ("conversation", ERASE_CONVERSATION),
    ("contact", ERASE_CONTACT),
    ("contact_field", ERASE_CONTACT_FIELD),
    ("number", ERASE_NUMBER),
    ("template", ERASE_TEMPLATE),
    ("waba", ERASE_WABA),
    ("model_server", ERASE_MODEL_SERVER),
    ("model_use", ERASE_MODEL_USE),
    ("passage_vector", ERASE_PASSAGE_VECTOR),
    ("bot_test_result", ERASE_BOT_TEST_RESULT),
    ("bot_test_run", ERASE_BOT_TEST_RUN),
    ("bot_test", ERASE_BOT_TEST),
    ("crawl", ERASE_CRAWL),
    ("bot_preparation", ERASE_BOT_PREPARATION),
    ("knowledge_version", ERASE_KNOWLEDGE_VERSION),
    ("knowledge", ERASE_KNOWLEDGE),
    ("bot", ERASE_BOT),
    ("webhook_leftover", ERASE_WEBHOOK_LEFTOVER),
    ("event", ERASE_EVENT),
    ("mail", ERASE_MAIL),
    ("invitation", ERASE_INVITATION),
    ("api_key", ERASE_API_KEY),
    ("impersonation", ERASE_IMPERSONATION),
    ("audit", ERASE_AUDIT),
    ("session", ERASE_SESSION),
    ("tenant_key", ERASE_TENANT_KEY),
];

/// Tables whose rows are about a megabyte each, and how many of those go at once.
const LARGE: &[&str] = &["tenant_export_chunk"];
const LARGE_AT_ONCE: i64 = 16;

/// The tables that are emptied.
#[cfg(test)]
pub(crate) fn emptied() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|(table, _)| *table).chain(std::iter::once("membership"))
}

/// Begins. Of two who begin at once, one gets [`Error::Duplicate`](crate::Error::Duplicate).
pub async fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    name: &str,
    requested_by: Option<Uuid>,
    requested_name: &str,
    now: Millis,
) -> Result<()> {
    execute!(conn, INSERT; tenant, name, requested_by, requested_name, now)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Option<TenantDeletion>> {
    fetch!(optional, conn, GET => TenantDeletion; tenant)
}

/// A page of deletions, that of the newest tenant first; `before`: the last tenant of the page before.
pub async fn list(conn: &mut Conn<'_>, before: Option<Uuid>, limit: i64) -> Result<Vec<TenantDeletion>> {
    fetch!(all, conn, LIST => TenantDeletion; before.unwrap_or(Uuid::max()), limit)
}

/// The tenants whose deletion is not over.
pub async fn pending(conn: &mut Conn<'_>) -> Result<Vec<TenantId>> {
    let pending = fetch!(all, conn, PENDING_TENANTS => (TenantId,);)?;
    Ok(pending.into_iter().map(|(tenant,)| tenant).collect())
}

/// Whether there is one that is not over.
pub async fn is_pending(conn: &mut Conn<'_>) -> Result<bool> {
    let (count,) = fetch!(one, conn, PENDING => (i64,);)?;
    Ok(count > 0)
}

/// The oldest that is not over and that nobody works on, which is the caller's until the transaction ends.
pub async fn next(conn: &mut Conn<'_>) -> Result<Option<TenantDeletion>> {
    fetch!(optional, conn, NEXT => TenantDeletion;)
}

/// Makes a tenant's secrets unreadable, its numbers nobody's, and ends what lets anybody in.
pub async fn destroy_secrets(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    execute!(conn, DESTROY_KEYS; tenant)?;
    execute!(conn, DESTROY_TOKENS; tenant, now)?;
    execute!(conn, DESTROY_PINS; tenant, now)?;
    execute!(conn, DESTROY_MODEL_KEYS; tenant, now)?;
    execute!(conn, DESTROY_TOOL_HEADERS; tenant, now)?;
    execute!(conn, DESTROY_RUNS; tenant)?;
    execute!(conn, END_SESSIONS; tenant)?;
    execute!(conn, END_INVITATIONS; tenant)?;
    execute!(conn, END_KEYS; tenant, now)?;
    Ok(())
}

/// Counts what there is to delete.
pub async fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<()> {
    let (rows,) = fetch!(one, conn, COUNT => (i64,); tenant)?;
    execute!(conn, SET_TOTAL; tenant, rows)?;
    Ok(())
}

/// Deletes at most `limit` rows of the tenant, of one table; what that was. `None`: there are none left.
pub async fn erase(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<Option<(&'static str, i64)>> {
    for (table, statement) in TABLES {
        let limit = if LARGE.contains(table) { limit.min(LARGE_AT_ONCE) } else { limit };
        let rows = execute!(conn, statement; tenant, limit)?;
        if rows > 0 {
            return Ok(Some((table, i64::try_from(rows).unwrap_or(i64::MAX))));
        }
    }
    let people = fetch!(all, conn, ERASE_MEMBERSHIP => (Uuid,); tenant, limit)?;
    if people.is_empty() {
        return Ok(None);
    }
    let ids: Vec<String> = people.iter().map(|(id,)| hex(*id)).collect();
    for (id, email) in fetch!(all, conn, UNEMPLOYED => (Uuid, String); Json(&ids))? {
        execute!(conn, ERASE_RECOVERY_CODES; id)?;
        execute!(conn, ERASE_SECOND_FACTOR; id)?;
        execute!(conn, ERASE_TOKENS; id)?;
        execute!(conn, ERASE_MAILS; &email)?;
        expect_rows("person", 1, execute!(conn, ERASE_PERSON; id)?)?;
    }
    Ok(Some(("membership", i64::try_from(people.len()).unwrap_or(i64::MAX))))
}

/// Notes how far it is.
pub async fn progress(conn: &mut Conn<'_>, tenant: TenantId, step: &str, rows: i64) -> Result<()> {
    expect_rows("tenant_deletion", 1, execute!(conn, PROGRESS; tenant, step, rows)?)
}

/// The last row goes, and with it what everything hung on. Fails as long as anything is left that refers to the tenant.
pub async fn complete(conn: &mut Conn<'_>, tenant: TenantId, now: Millis) -> Result<()> {
    execute!(conn, ERASE_TENANT; tenant)?;
    expect_rows("tenant_deletion", 1, execute!(conn, COMPLETE; tenant, now)?)
}
