//! The tests themselves.

use switchboard_store::{
    Conn, Json, Millis, TenantId, bot,
    bot_test::{self, BotTest, Expected},
    knowledge, new_id,
};
use uuid::Uuid;

use super::TestError;
use crate::{bot::InvalidSetting, retrieval::normalise, tools::call_names};

/// Of one bot.
pub const MAX_TESTS: i64 = 200;
/// Of one test.
pub const MAX_TURNS: usize = 10;
/// Texts that must be in an answer, and as many that must not.
const MAX_TEXTS: usize = 10;
/// Tools that must be called, and as many that must not.
const MAX_TOOLS: usize = 10;

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
        for (field, names) in [("must_call", &self.expected.must_call), ("must_not_call", &self.expected.must_not_call)]
        {
            if names.len() > MAX_TOOLS {
                return error(field, "must be at most 10 tools");
            }
        }
        if self.expected.must_not_call.iter().any(|name| self.expected.must_call.contains(name)) {
            return error("must_not_call", "names a tool that must be called");
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
    let case = checked(conn, tenant, bot, case, &Expected::default()).await?;
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
    let before = test.expected.0.clone();
    let mut case = Case { name: test.name, turns: test.turns.0, expected: test.expected.0 };
    change(&mut case);
    let case = checked(conn, tenant, bot, case, &before).await?;
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

/// `before`: what was expected so far. What it was answered from or called may be gone; the test tells of it, and can still
/// be changed.
async fn checked(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    bot: Uuid,
    case: Case,
    before: &Expected,
) -> Result<Case, TestError> {
    case.check()?;
    if let Some(item) = case.expected.knowledge_item_id
        && before.knowledge_item_id != Some(item)
        && knowledge::get(conn, tenant, bot, item).await?.is_none()
    {
        return Err(
            InvalidSetting { field: "knowledge_item_id", message: "must be something that the bot knows" }.into()
        );
    }
    for (field, names, before) in [
        ("must_call", &case.expected.must_call, &before.must_call),
        ("must_not_call", &case.expected.must_not_call, &before.must_not_call),
    ] {
        let mut new = names.iter().filter(|name| !before.contains(name)).peekable();
        if new.peek().is_some() {
            let known = call_names(conn, tenant, bot).await?;
            if !new.all(|name| known.contains(name)) {
                let message = "must be tools of the bot, by the names that models call them";
                return Err(InvalidSetting { field, message }.into());
            }
        }
    }
    Ok(case.tidied())
}
