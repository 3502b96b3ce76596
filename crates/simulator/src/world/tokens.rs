//! Access tokens: what they open, until when, and whether they were revoked.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::World;
use crate::ids;
use crate::sync::{lock, read, write};

/// The permission to read and change accounts and numbers.
pub(crate) const MANAGEMENT: &str = "whatsapp_business_management";
/// The permission to send and receive messages.
pub(crate) const MESSAGING: &str = "whatsapp_business_messaging";

/// All tokens that were ever handed out, by their text.
#[derive(Default)]
pub(crate) struct Tokens(HashMap<String, Arc<Token>>);

/// One access token.
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) user_id: String,
    pub(crate) scopes: Vec<String>,
    /// Seconds since the epoch; never when absent.
    pub(crate) expires_at: Option<i64>,
    pub(crate) issued_at: i64,
    pub(crate) revoked: AtomicBool,
}

/// What a token is for.
#[derive(Clone)]
pub(crate) enum TokenKind {
    /// Opens the WABAs that one customer's business has shared, the most recent first.
    Business { business_id: String, wabas: Vec<String> },
    /// The app owner's own system user: opens everything that was shared with the app.
    System,
}

impl Token {
    pub(crate) fn is_expired(&self, now_s: i64) -> bool {
        self.expires_at.is_some_and(|at| at <= now_s)
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Relaxed)
    }

    pub(crate) fn opens_waba(&self, waba_id: &str) -> bool {
        match &self.kind {
            TokenKind::Business { wabas, .. } => wabas.iter().any(|id| id == waba_id),
            TokenKind::System => true,
        }
    }

    pub(crate) fn opens_business(&self, id: &str) -> bool {
        match &self.kind {
            TokenKind::Business { business_id, .. } => business_id == id,
            TokenKind::System => true,
        }
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|it| it == scope)
    }
}

impl World {
    pub(crate) fn token(&self, text: &str) -> Option<Arc<Token>> {
        read(&self.tokens).0.get(text).cloned()
    }

    /// A new token; `expires_in` in seconds.
    pub(crate) fn issue_token(&self, kind: TokenKind, scopes: Vec<String>, expires_in: Option<i64>) -> String {
        let now = self.clock.now_s();
        let text = ids::token();
        let token = Token {
            kind,
            user_id: self.ids.user(),
            scopes,
            expires_at: expires_in.map(|seconds| now + seconds),
            issued_at: now,
            revoked: AtomicBool::new(false),
        };
        write(&self.tokens).0.insert(text.clone(), Arc::new(token));
        text
    }

    /// A token for all that a business has shared with the app so far.
    pub(crate) fn issue_business_token(
        &self,
        business_id: &str,
        scopes: Vec<String>,
        expires_in: Option<i64>,
    ) -> String {
        let wabas = self.business(business_id).map(|business| lock(&business.granted).clone()).unwrap_or_default();
        let kind = TokenKind::Business { business_id: business_id.to_owned(), wabas };
        self.issue_token(kind, scopes, expires_in)
    }

    /// Revokes all tokens that `which` picks by text and token; answers how many.
    pub(crate) fn revoke_tokens(&self, which: impl Fn(&str, &Token) -> bool) -> usize {
        read(&self.tokens)
            .0
            .iter()
            .filter(|(text, token)| which(text, token))
            .map(|(_, token)| token.revoked.store(true, Ordering::Relaxed))
            .count()
    }

    /// The newest living token of a business, as `fetch_only` finds it.
    pub(crate) fn newest_business_token(&self, id: &str) -> Option<String> {
        let now = self.clock.now_s();
        read(&self.tokens)
            .0
            .iter()
            .filter(|(_, token)| {
                matches!(&token.kind, TokenKind::Business { business_id, .. } if business_id == id)
                    && !token.is_revoked()
                    && !token.is_expired(now)
            })
            .max_by_key(|(_, token)| token.issued_at)
            .map(|(text, _)| text.clone())
    }
}

/// Both permissions a business gives, and the one everybody has.
pub(crate) fn all_scopes() -> Vec<String> {
    [MANAGEMENT, MESSAGING, "public_profile"].map(str::to_owned).to_vec()
}
