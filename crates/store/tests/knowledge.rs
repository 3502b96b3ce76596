//! What bots know, and who makes it ready.

use rstest::rstest;
use switchboard_store::{
    Conn, Db, Error, KnowledgeKind, Millis, ReadReceipts, Scope, TenantId, TenantStatus, bot,
    knowledge::{self, Filter, Knowledge},
    new_id, preparation,
    tenant::{self, Tenant},
};
use switchboard_test_support::{
    Engine::{self, Postgres, Sqlite},
    TestDb, a_bot, an_item, run,
};
use uuid::Uuid;

const NOW: Millis = Millis(1_790_000_000_000);
const LATER: Millis = Millis(NOW.0 + 15_000);

async fn insert_tenant(conn: &mut Conn<'_>) -> TenantId {
    let tenant = Tenant {
        id: TenantId(new_id(NOW)),
        name: "Bakery".into(),
        status: TenantStatus::Active,
        auto_handback_ms: None,
        read_receipts: ReadReceipts::Typing,
        time_zone: "UTC".into(),
        created_at: NOW,
    };
    tenant::insert(conn, &tenant).await.expect("it works");
    tenant.id
}

/// Of one tenant, with as many bots whose knowledge is to be made ready, the first of them first.
async fn bots(db: &Db, due: &[Millis]) -> (TenantId, Vec<Uuid>) {
    let mut tx = db.write(Scope::System).await.expect("it works");
    let conn = &mut tx.conn();
    let tenant = insert_tenant(conn).await;
    let mut bots = Vec::new();
    for due in due {
        let bot = a_bot(tenant, NOW);
        bot::insert(conn, &bot).await.expect("it works");
        preparation::ask(conn, tenant, bot.id, *due).await.expect("it works");
        bots.push(bot.id);
    }
    tx.commit().await.expect("it works");
    (tenant, bots)
}

#[rstest]
#[tokio::test]
async fn a_tenant_has_the_knowledge_of_one_bot_made_ready_at_a_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let test = TestDb::new(engine).await;
    let (_, large) = bots(&test.db, &[Millis(1), Millis(2), Millis(3)]).await;
    let (_, small) = bots(&test.db, &[Millis(9)]).await;
    let claim = async || {
        let mut tx = test.db.write(Scope::System).await.unwrap();
        let conn = &mut tx.conn();
        let due = preparation::due(conn, NOW).await.unwrap();
        let claimed = preparation::claim(conn, NOW, LATER).await.unwrap();
        tx.commit().await.unwrap();
        (due, claimed)
    };
    let (due, first) = claim().await;
    let first = first.unwrap();
    assert_eq!((due, first.bot_id), (4, large[0]));
    let (due, second) = claim().await;
    assert_eq!((due, second.unwrap().bot_id), (1, small[0]), "those of others do not wait for it");
    assert_eq!(claim().await, (0, None), "nobody looks for what nobody may take up");

    // Given back, it is behind those that have waited meanwhile.
    let mut tx = test.db.write(Scope::System).await.unwrap();
    preparation::leave(&mut tx.conn(), &first, NOW, 0).await.unwrap();
    tx.commit().await.unwrap();
    let (due, third) = claim().await;
    assert_eq!((due, third.unwrap().bot_id), (3, large[1]));
}

#[rstest]
#[tokio::test]
async fn an_address_is_named_once_and_may_be_long(#[values(Sqlite, Postgres)] engine: Engine) {
    let test = TestDb::new(engine).await;
    let (tenant_id, bots) = bots(&test.db, &[NOW, NOW]).await;
    // Random, or the database would make it short.
    let source = format!("https://example.com/{}", (0..300).map(digest).collect::<String>());
    let page = |bot: Uuid, parent_id: Option<Uuid>| Knowledge {
        kind: KnowledgeKind::Page,
        source: Some(source.clone()),
        parent_id,
        ..an_item(tenant_id, bot, NOW)
    };
    let insert = async |page: Knowledge| {
        let mut tx = test.db.write(Scope::Tenant(tenant_id)).await.unwrap();
        let inserted = knowledge::insert(&mut tx.conn(), &page).await;
        if inserted.is_ok() {
            tx.commit().await.unwrap();
        }
        inserted
    };
    insert(page(bots[0], None)).await.unwrap();
    let again = insert(page(bots[0], None)).await;
    assert!(matches!(again, Err(Error::Duplicate { .. })), "{again:?}");
    insert(page(bots[0], Some(new_id(NOW)))).await.unwrap();
    insert(page(bots[1], None)).await.unwrap();
}

fn digest(n: u64) -> String {
    format!("{:016x}", (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[rstest]
#[tokio::test]
async fn what_was_known_before_is_counted_made_ready_and_named_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let test = TestDb::as_of(engine, 39).await;
    let id = |n: u128| match engine {
        Sqlite => format!("x'{n:032x}'"),
        Postgres => format!("'{}'", Uuid::from_u128(n)),
    };
    let (tenant, taught, new) = (id(1), id(2), id(3));
    let bot = |bot: &str, version: i64| {
        format!(
            "INSERT INTO bot (tenant_id, id, name, enabled, instructions, language, reply_delay_ms, max_wait_ms,
               knowledge_version, created_at, updated_at)
             VALUES ({tenant}, {bot}, 'Bot', {}, '', 'auto', 0, 0, {version}, 0, 0);",
            if engine == Sqlite { "1" } else { "true" }
        )
    };
    let item = |n: u128, kind: &str, content: &str, source: &str, parent: Option<u128>| {
        let (item, parent) = (id(n), parent.map_or_else(|| "NULL".to_owned(), id));
        format!(
            "INSERT INTO knowledge (tenant_id, id, bot_id, kind, title, content, source, parent_id, problem, created_at, updated_at)
             VALUES ({tenant}, {item}, {taught}, '{kind}', 'x', '{content}', '{source}', {parent}, 'robots', 0, 0);"
        )
    };
    let rows = [
        format!("INSERT INTO tenant (id, name, status, created_at) VALUES ({tenant}, 'Bakery', 'active', 0);"),
        bot(&taught, 1),
        bot(&new, 0),
        item(10, "page", "Şeker", "https://a.example/", None),
        item(11, "page", "twice", "https://a.example/", None),
        item(12, "site", "", "https://a.example/", None),
        item(13, "site", "", "https://a.example/", None),
        item(14, "page", "rye", "https://a.example/rye", Some(12)),
        item(15, "page", "rye", "https://a.example/rye", Some(13)),
        item(16, "text", "oats", "", None),
    ];
    run(&test.db, &rows.concat()).await;
    test.db.migrate().await.unwrap();
    let (tenant, [taught, new]) = (TenantId(Uuid::from_u128(1)), [2, 3].map(Uuid::from_u128));
    let mut tx = test.db.read(Scope::Tenant(tenant)).await.unwrap();
    let conn = &mut tx.conn();
    let left =
        knowledge::list(conn, tenant, taught, Filter { has_problem: true, ..Filter::default() }, None, 100, 1).await;
    let left: Vec<u128> = left.unwrap().iter().map(|it| it.item.id.as_u128()).collect();
    assert_eq!(left, [10, 12, 14, 16]);
    assert_eq!(knowledge::characters(conn, tenant, taught).await.unwrap(), 5 + 3 + 4);
    let asked = [preparation::is_asked(conn, tenant, taught).await, preparation::is_asked(conn, tenant, new).await];
    assert_eq!(asked.map(Result::unwrap), [true, false]);
}
