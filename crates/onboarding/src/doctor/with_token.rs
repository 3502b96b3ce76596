//! What Meta tells whoever has the account's token.

use std::time::Duration;

use secrecy::SecretString;
use switchboard_graph_client::{GraphError, PhoneNumber, TokenInfo, Waba};
use switchboard_store::{Millis, number::Number};

use super::Check;
use crate::{
    Onboarding,
    examine::{Examined, low_quality, name_refused, unregistered},
    steps::grant::NEEDED,
};

const CONNECT_AGAIN: &str = "Connect the number again.";
const IN_MANAGER: &str = "See WhatsApp Manager.";
/// A token that ends sooner is worth a warning.
const SOON: Duration = Duration::from_hours(10 * 24);

impl Onboarding {
    pub(super) async fn checks_with_token(&self, number: &Number, token: &SecretString) -> Vec<Check> {
        let examined = self.examine(&number.waba_id, token).await;
        let mut checks = self.token(&examined.token);
        checks.push(account(&examined.waba));
        checks.extend(of_number(&examined.numbers, number));
        checks.push(self.subscription(&examined));
        checks
    }

    fn token(&self, token: &Result<TokenInfo, GraphError>) -> Vec<Check> {
        let info = match token {
            Ok(info) if info.is_valid => info,
            Ok(_) => return vec![Check::fail("token", "WhatsApp no longer accepts our access.", CONNECT_AGAIN)],
            Err(error) => return vec![Check::refused("token", error, CONNECT_AGAIN)],
        };
        let valid = if info.app_id.as_deref() == Some(self.config.app_id.as_str()) {
            Check::pass("token", "WhatsApp accepts our access.")
        } else {
            Check::fail("token", "The access is for another Meta app than this one.", CONNECT_AGAIN)
        };
        vec![valid, permissions(info), life(info, self.clock.now())]
    }

    fn subscription(&self, examined: &Examined) -> Check {
        match &examined.subscribed {
            Ok(apps) if self.is_subscribed(apps) => Check::pass("subscription", "The account's messages come here."),
            Ok(_) => Check::fail("subscription", "The account's messages do not come here.", CONNECT_AGAIN),
            Err(error) => Check::refused("subscription", error, CONNECT_AGAIN),
        }
    }
}

fn permissions(info: &TokenInfo) -> Check {
    match NEEDED.iter().find(|scope| !info.has_scope(scope)) {
        None => Check::pass("permissions", "All permissions that are needed were given."),
        Some(missing) => Check::fail(
            "permissions",
            format!("The permission “{missing}” is missing."),
            "Connect the number again and leave all permissions on.",
        ),
    }
}

fn life(info: &TokenInfo, now: Millis) -> Check {
    let Some(end) = info.expires_at.map(|seconds| Millis(seconds.saturating_mul(1000))) else {
        return Check::pass("token_life", "The access does not end by itself.");
    };
    let told = format!("The access ends on {}.", &end.to_rfc3339()[..10]);
    if end <= now + SOON {
        Check::warn("token_life", told, "Connect the number again before that.")
    } else {
        Check::pass("token_life", told)
    }
}

fn account(waba: &Result<Waba, GraphError>) -> Check {
    match waba {
        Ok(waba) => match waba.account_review_status.as_deref() {
            Some("REJECTED") => Check::fail("account", "Meta has rejected the WhatsApp account.", IN_MANAGER),
            Some("PENDING") => Check::warn("account", "Meta is still reviewing the WhatsApp account.", IN_MANAGER),
            _ => Check::pass("account", "The WhatsApp account can be opened."),
        },
        Err(error) => Check::refused("account", error, CONNECT_AGAIN),
    }
}

fn of_number(listed: &Result<Vec<PhoneNumber>, GraphError>, number: &Number) -> Vec<Check> {
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => return vec![Check::refused("registered", error, CONNECT_AGAIN)],
    };
    let Some(found) = listed.iter().find(|it| it.id == number.phone_number_id) else {
        return vec![Check::fail("registered", "The WhatsApp account no longer has this number.", IN_MANAGER)];
    };
    let registered = match unregistered(found) {
        None => Check::pass("registered", "The number is registered at Meta."),
        Some(problem) => Check::fail("registered", problem, "Connect the number again, or see WhatsApp Manager."),
    };
    let quality = match (low_quality(found), found.quality_rating.as_deref()) {
        (Some(problem), _) => Check::warn("quality", problem, IN_MANAGER),
        (None, None | Some("UNKNOWN")) => Check::unknown("quality", "Meta does not rate the number's quality yet."),
        (None, Some(rating)) => Check::pass("quality", format!("Meta rates the number's quality {rating}.")),
    };
    let name = match name_refused(found) {
        None => Check::pass("display_name", "Meta has nothing against the display name."),
        Some(problem) => Check::warn("display_name", problem, IN_MANAGER),
    };
    vec![registered, quality, name]
}
