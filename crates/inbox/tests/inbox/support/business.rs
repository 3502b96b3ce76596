//! A tenant with an account, a connected number and a bot, as onboarding leaves them.

use std::time::Duration;

use switchboard_crypto::Place;
use switchboard_inbox::rules::TurnPolicy;
use switchboard_store::{
    Db, Millis, NumberStatus, ReadReceipts, Scope, TenantId, TenantStatus, Vault,
    bot::{self, Bot},
    new_id,
    number::{self, NewNumber},
    tenant::{self, Tenant},
    waba,
};
use switchboard_test_support::a_bot;
use uuid::Uuid;

pub(crate) const QUIET: Duration = Duration::from_secs(2);
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(10);
pub(crate) const POLICY: TurnPolicy = TurnPolicy { quiet: QUIET, longest_wait: LONGEST_WAIT };

#[derive(Debug, Clone)]
pub(crate) struct Business {
    pub(crate) tenant: TenantId,
    pub(crate) waba: Uuid,
    pub(crate) bot: Uuid,
    pub(crate) number: Uuid,
    pub(crate) phone_number_id: String,
    /// What its number is called with Graph.
    pub(crate) token: String,
}

impl Business {
    /// `nth` tells it from the others: no two hold one number.
    pub(crate) async fn open(db: &Db, vault: &Vault, nth: usize, now: Millis) -> Self {
        let tenant_id = TenantId(new_id(now));
        let mut tx = db.write(Scope::Tenant(tenant_id)).await.unwrap();
        let conn = &mut tx.conn();
        let tenant = Tenant {
            id: tenant_id,
            name: format!("Bakery {nth}"),
            status: TenantStatus::Active,
            auto_handback_ms: None,
            read_receipts: ReadReceipts::Typing,
            time_zone: "UTC".into(),
            created_at: now,
        };
        tenant::insert(conn, &tenant).await.unwrap();
        vault.create_key(conn, tenant_id, now).await.unwrap();
        let bot = bot(tenant_id, now);
        bot::insert(conn, &bot).await.unwrap();
        let waba = waba::upsert(conn, tenant_id, new_id(now), &format!("90{nth}"), None, now).await.unwrap();
        let token = format!("token-{nth}");
        let place = Place { tenant: tenant_id.0, table: "waba", column: "token", row: waba };
        let envelope = vault.seal(conn, &place, token.as_bytes()).await.unwrap();
        waba::set_token(conn, tenant_id, waba, &envelope, None, None, now).await.unwrap();
        tx.commit().await.unwrap();
        let phone_number_id = format!("10{nth}");
        let mut business = Self { tenant: tenant_id, waba, bot: bot.id, number: Uuid::nil(), phone_number_id, token };
        business.number = business.connect_number(db, &business.phone_number_id, now).await;
        business
    }

    /// Another number of the same tenant.
    pub(crate) async fn with_number(&self, db: &Db, phone_number_id: &str, now: Millis) -> Self {
        let number = self.connect_number(db, phone_number_id, now).await;
        Self { number, phone_number_id: phone_number_id.to_owned(), ..self.clone() }
    }

    async fn connect_number(&self, db: &Db, phone_number_id: &str, now: Millis) -> Uuid {
        let mut tx = db.write(Scope::Tenant(self.tenant)).await.unwrap();
        let conn = &mut tx.conn();
        let new = NewNumber {
            waba: self.waba,
            phone_number_id,
            display_phone_number: phone_number_id,
            verified_name: None,
            quality: None,
            messaging_limit: None,
            coexistence: false,
            messages_per_second: 80,
        };
        let number = number::upsert(conn, self.tenant, new_id(now), &new, now).await.unwrap();
        number::set_status(conn, self.tenant, number, NumberStatus::Connected, None, now).await.unwrap();
        number::set_bot(conn, self.tenant, number, Some(self.bot), now).await.unwrap();
        tx.commit().await.unwrap();
        number
    }
}

fn bot(tenant_id: TenantId, now: Millis) -> Bot {
    let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap();
    Bot { reply_delay_ms: ms(QUIET), max_wait_ms: ms(LONGEST_WAIT), ..a_bot(tenant_id, now) }
}
