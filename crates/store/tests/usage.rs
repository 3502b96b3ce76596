//! What is counted.

use rstest::rstest;
use switchboard_store::{
    Millis, Purpose, ReadReceipts, Scope, TenantId, TenantStatus,
    model_use::{self, ModelUse},
    tenant::{self, Tenant},
    usage::{self, Slot, Span},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    TestDb, run,
};
use uuid::Uuid;

/// In milliseconds.
const SLOT: i64 = 15 * 60 * 1000;

#[rstest]
#[tokio::test]
async fn service_messages_that_had_failed_when_they_were_counted_are_counted_with_the_others_now(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let test = TestDb::as_of(engine, 50).await;
    let id = |n: u128| match engine {
        Sqlite => format!("x'{n:032x}'"),
        Postgres => format!("'{}'", Uuid::from_u128(n)),
    };
    let no = if engine == Sqlite { "0" } else { "false" };
    let (tenant, number, contact, conversation) = (id(1), id(2), id(3), id(4));
    let message = |n: u128, kind: &str, status: &str, at: i64| {
        format!(
            "INSERT INTO message (tenant_id, id, conversation_id, number_id, seq, direction, author, type, wants_answer, status,
               created_at, updated_at)
             VALUES ({tenant}, {}, {conversation}, {number}, {n}, 'outbound', 'ai', '{kind}', {no}, '{status}', {at}, {at});",
            // Its time comes first, as of every id.
            id((u128::try_from(at).unwrap() << 80) | (7 << 76) | (2 << 62) | n)
        )
    };
    let rows = [
        format!("INSERT INTO tenant (id, name, status, created_at) VALUES ({tenant}, 'Bakery', 'active', 0);"),
        format!("INSERT INTO waba (tenant_id, id, waba_id, status, created_at, updated_at) VALUES ({tenant}, {tenant}, '1', 'connected', 0, 0);"),
        format!(
            "INSERT INTO number (tenant_id, id, waba_id, phone_number_id, display_phone_number, status, coexistence,
               messages_per_second, created_at, updated_at)
             VALUES ({tenant}, {number}, {tenant}, '2', '3', 'connected', {no}, 80, 0, 0);"
        ),
        format!("INSERT INTO contact (tenant_id, id, phone, created_at, updated_at) VALUES ({tenant}, {contact}, '905301234567', 0, 0);"),
        format!(
            "INSERT INTO conversation (tenant_id, id, number_id, contact_id, control, control_version, control_at, needs_person,
               last_seq, last_inbound_seq, answered_seq, last_message_at, unread_count, turn_attempts, lease_until, fence,
               pair_free_at, created_at, updated_at)
             VALUES ({tenant}, {conversation}, {number}, {contact}, 'ai', 1, 0, {no}, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
        ),
        message(5, "text", "failed", SLOT),
        message(6, "template", "failed", SLOT),
        message(7, "text", "delivered", SLOT),
        message(8, "text", "failed", 2 * SLOT),
        message(9, "reaction", "failed", SLOT),
        // The first quarter of an hour, as it was counted: without what had failed.
        format!(
            "INSERT INTO usage_slot (tenant_id, slot, number_id, received, by_ai, by_people, by_system, service, ai_replies,
               ai_reply_ms, people_replies, people_reply_ms, answered, handed_over, prompt_tokens, completion_tokens)
             VALUES ({tenant}, 1, {number}, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);"
        ),
    ];
    run(&test.db, &rows.concat()).await;
    test.db.migrate().await.unwrap();
    let tenant = TenantId(Uuid::from_u128(1));
    let mut tx = test.db.read(Scope::Tenant(tenant)).await.unwrap();
    let first = Slot::of(Millis(SLOT));
    let span = [Span { first, next: first.next() }];
    let counted = usage::sum(&mut tx.conn(), tenant, &span).await.unwrap();
    assert_eq!(counted.iter().map(|it| it.counts.service).collect::<Vec<_>>(), [2]);
    // A reaction is no service message, whether it got through or not.
    let failed = usage::failed(&mut tx.conn(), tenant, &span).await.unwrap();
    assert_eq!(failed.iter().map(|it| (it.failed, it.service)).collect::<Vec<_>>(), [(3, 1)]);
}

fn a_tenant(id: TenantId) -> Tenant {
    Tenant {
        id,
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        time_zone: "Europe/Istanbul".into(),
        read_receipts: ReadReceipts::Nothing,
        created_at: Millis(0),
    }
}

#[rstest]
#[tokio::test]
async fn what_one_tenant_has_used_beyond_measure_keeps_nobody_elses_from_being_counted(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let test = TestDb::new(engine).await;
    let (first, second) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
    let used = |tenant_id: TenantId, count: i64| ModelUse {
        tenant_id,
        day: "2026-11-26".into(),
        bot_id: Uuid::nil(),
        purpose: Purpose::Transcription,
        model: "whisper".into(),
        calls: 1,
        failures: 0,
        prompt_tokens: count,
        completion_tokens: count,
        cost_micros: Some(count),
    };
    let mut tx = test.db.write(Scope::System).await.unwrap();
    let conn = &mut tx.conn();
    for tenant in [first, second] {
        tenant::insert(conn, &a_tenant(tenant)).await.unwrap();
    }
    for count in [i64::MAX, 1] {
        model_use::add(conn, &[used(first, count), used(second, 1)]).await.unwrap();
    }
    let spent = model_use::spent(conn, first, "2026-11-26").await.unwrap();
    assert_eq!((spent.tokens, spent.cost_micros), (2_000_000_000_000_000, 1_000_000_000_000_000), "it ends there");
    let spent = model_use::spent(conn, second, "2026-11-26").await.unwrap();
    assert_eq!((spent.tokens, spent.cost_micros), (4, 2));
}
