//! The tests themselves.

use switchboard_store::{
    Conn, Json, Millis, TenantId, bot,
    bot_test::{self, BotTest, Expected},
    knowledge, new_id,
};
use uuid::Uuid;

use super::TestError;
use crate::{bot::InvalidSetting, retrieval::normalise};

/// Of one bot.
pub const MAX_TESTS: i64 = 200;
/// Of one test.
pub const MAX_TURNS: usize = 10;
/// Texts that must be in an answer, and as many that must not.
const MAX_TEXTS: usize = 10;

/// What is written into a test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    pub name: String,
    pub turns: Vec<String>,
    pub expected: Expected,
}

impl Case {
    fn check(&self) -> Result<(), InvalidSetting> {
        let error = |field, message| Err(InvalidSetting { field, message });
        if self.name.trim().is_empty() || self.name.chars().count() > 100 {
            return error("name", "must have 1 to 100 characters");
        }
        let is_turn = |turn: &String| !turn.trim().is_empty() && turn.chars().count() <= 4_096;
        if !(1..=MAX_TURNS).contains(&self.turns.len()) || !self.turns.iter().all(is_turn) {
            return error("turns", "must be 1 to 10 messages of 1 to 4,096 characters");
        }
        // What is left of a text when texts are compared; of nothing but marks, nothing, which is in every answer.
        let is_text = |text: &String| !normalise(text).is_empty() && text.chars().count() <= 500;
        for (field, texts) in [("must_say", &self.expected.must_say), ("must_not_say", &self.expected.must_not_say)] {
            if texts.len() > MAX_TEXTS || !texts.iter().all(is_text) {
                return error(field, "must be at most 10 texts of 1 to 500 characters");
            }
        }
        if self.expected == Expected::default() {
            return error("must_say", "a test that expects nothing would always pass: say what must come of it");
        }
        Ok(())
    }

    /// As it is stored.
    fn tidied(self) -> Self {
        let trimmed = |texts: Vec<String>| texts.iter().map(|text| text.trim().to_owned()).collect();
        let expected = Expected {
            must_say: trimmed(self.expected.must_say),
            must_not_say: trimmed(self.expected.must_not_say),
            ..self.expected
        };
        Self { name: self.name.trim().to_owned(), turns: trimmed(self.turns), expected }
    }
}

pub async fn add(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    case: Case,
) -> Result<BotTest, TestError> {
    bot::get(conn, tenant, bot).await?.ok_or(TestError::NotFound)?;
    let case = checked(conn, tenant, bot, case).await?;
    if bot_test::count(conn, tenant, bot).await? >= MAX_TESTS {
        return Err(TestError::Full);
    }
    let test = BotTest {
        tenant_id: tenant,
        id: new_id(now),
        bot_id: bot,
        name: case.name,
        turns: Json(case.turns),
        expected: Json(case.expected),
        created_at: now,
        updated_at: now,
    };
    bot_test::insert(conn, &test).await?;
    Ok(test)
}

/// Changes a test. A run that is under way goes on with what it was.
pub async fn update(
    conn: &mut Conn<'_>,
    now: Millis,
    tenant: TenantId,
    bot: Uuid,
    id: Uuid,
    change: impl FnOnce(&mut Case),
) -> Result<BotTest, TestError> {
    let test = bot_test::get(conn, tenant, bot, id).await?.ok_or(TestError::NotFound)?;
    let before = test.expected.knowledge_item_id;
    let mut case = Case { name: test.name, turns: test.turns.0, expected: test.expected.0 };
    change(&mut case);
    let case = if case.expected.knowledge_item_id == before {
        // What it was answered from may be gone; the test tells of it, and can still be changed.
        case.check()?;
        case.tidied()
    } else {
        checked(conn, tenant, bot, case).await?
    };
    let test = BotTest {
        name: case.name,
        turns: Json(case.turns),
        expected: Json(case.expected),
        updated_at: now,
        ..BotTest { name: String::new(), turns: Json::default(), expected: Json::default(), ..test }
    };
    bot_test::update(conn, &test).await?;
    Ok(test)
}

/// What has come of it in runs stays with them.
pub async fn delete(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, id: Uuid) -> Result<(), TestError> {
    if bot_test::delete(conn, tenant, bot, id).await? { Ok(()) } else { Err(TestError::NotFound) }
}

async fn checked(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid, case: Case) -> Result<Case, TestError> {
    case.check()?;
    if let Some(item) = case.expected.knowledge_item_id
        && knowledge::get(conn, tenant, bot, item).await?.is_none()
    {
        return Err(
            InvalidSetting { field: "knowledge_item_id", message: "must be something that the bot knows" }.into()
        );
    }
    Ok(case.tidied())
}
