//! What Meta tells about accounts and numbers, applied to ours.

use serde_json::json;
use switchboard_store::{
    Conn, Millis, NumberStatus, Result, TenantId,
    number::{self, Number, same_number},
    waba::Holder,
};

use crate::{
    AccountEvent, By,
    account_problem::{Meaning, meaning},
    changes, reauth_required,
    reconnected::reconnected,
};

/// Applies an event to the account it is about, in the transaction of whoever dispatches it. Told twice, it changes
/// nothing the second time but `updated_at`.
pub async fn account_event(conn: &mut Conn<'_>, now: Millis, account: Holder, event: &AccountEvent) -> Result<()> {
    let numbers = concerned(conn, account, event).await?;
    let about = About { account, numbers, now };
    match event.field.as_str() {
        "phone_number_quality_update" => about.quality(conn, event).await?,
        "phone_number_name_update" => about.name(conn, event).await?,
        "account_update" => about.account(conn, event).await?,
        // Of no consequence for a number: told, that is all.
        _ => return changes::account(conn, account.tenant, event, now).await,
    }
    changes::account(conn, account.tenant, event, now).await?;
    changes::numbers(conn, account.tenant, now).await
}

/// Whom an event is about.
struct About {
    account: Holder,
    numbers: Concerned,
    now: Millis,
}

struct Concerned {
    /// The event names one number; otherwise it is about every number of the account.
    named: bool,
    numbers: Vec<Number>,
}

async fn concerned(conn: &mut Conn<'_>, account: Holder, event: &AccountEvent) -> Result<Concerned> {
    let mut numbers = number::list(conn, account.tenant).await?;
    numbers.retain(|number| number.waba == account.waba && number.status != NumberStatus::Disconnected);
    let named = event.display_phone_number.as_deref();
    let position =
        named.and_then(|named| numbers.iter().position(|number| same_number(&number.display_phone_number, named)));
    if let Some(position) = position {
        numbers = vec![numbers.swap_remove(position)];
    }
    Ok(Concerned { named: position.is_some(), numbers })
}

impl About {
    fn tenant(&self) -> TenantId {
        self.account.tenant
    }

    async fn account(&self, conn: &mut Conn<'_>, event: &AccountEvent) -> Result<()> {
        match meaning(event) {
            Meaning::Ended(problem) => self.ended(conn, problem).await,
            Meaning::Restored => {
                reconnected(conn, self.tenant(), self.account.waba, self.now).await?;
                self.problem(conn, None).await
            }
            Meaning::Cleared => self.problem(conn, None).await,
            Meaning::Problem(problem) => {
                self.problem(conn, Some(&problem)).await?;
                let detail = json!({"event": event.event, "problem": problem});
                let target = self.account.waba.to_string();
                changes::audited(conn, self.tenant(), By::SYSTEM, "waba.problem", &target, detail, self.now).await
            }
            Meaning::Nothing => Ok(()),
        }
    }

    async fn ended(&self, conn: &mut Conn<'_>, problem: &str) -> Result<()> {
        if !self.numbers.named {
            reauth_required(conn, self.tenant(), self.account.waba, problem, self.now).await?;
            return Ok(());
        }
        for number in &self.numbers.numbers {
            let (tenant, status) = (self.tenant(), NumberStatus::ReauthRequired);
            number::set_status(conn, tenant, number.id, status, Some(problem), self.now).await?;
            let detail = json!({"problem": problem});
            let target = number.id.to_string();
            changes::audited(conn, tenant, By::SYSTEM, "number.reauth_required", &target, detail, self.now).await?;
        }
        Ok(())
    }

    async fn quality(&self, conn: &mut Conn<'_>, event: &AccountEvent) -> Result<()> {
        let quality = match event.event.as_deref() {
            Some("FLAGGED") => Some("RED"),
            // A number is no longer flagged once its quality has been medium or better for a week.
            Some("UNFLAGGED") => Some("YELLOW"),
            _ => None,
        };
        let limit = event.current_limit.as_deref();
        for number in &self.numbers.numbers {
            number::set_health(conn, self.tenant(), number.id, quality, limit, self.now).await?;
        }
        Ok(())
    }

    async fn name(&self, conn: &mut Conn<'_>, event: &AccountEvent) -> Result<()> {
        // Without a number it names, nobody knows whose name it is.
        let (true, [number], Some(name)) =
            (self.numbers.named, self.numbers.numbers.as_slice(), event.requested_verified_name.as_deref())
        else {
            return Ok(());
        };
        match event.decision.as_deref() {
            Some("APPROVED") => number::set_verified_name(conn, self.tenant(), number.id, name, self.now).await,
            Some("REJECTED") => {
                let problem = format!(
                    "Meta did not accept “{name}” as the number's display name. Choose another in WhatsApp Manager."
                );
                self.problem(conn, Some(&problem)).await
            }
            _ => Ok(()),
        }
    }

    /// A number that waits for a new connection says that, whatever else there is to say.
    async fn problem(&self, conn: &mut Conn<'_>, problem: Option<&str>) -> Result<()> {
        let numbers = self.numbers.numbers.iter();
        for number in numbers.filter(|number| number.status != NumberStatus::ReauthRequired) {
            number::set_problem(conn, self.tenant(), number.id, problem, self.now).await?;
        }
        Ok(())
    }
}
