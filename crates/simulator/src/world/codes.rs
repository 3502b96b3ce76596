//! Authorisation codes: 30 seconds, one use.

use std::collections::HashMap;

/// How long a code lives, in milliseconds (Embedded Signup, "Implementation").
pub(crate) const CODE_LIFE_MS: i64 = 30_000;

/// Codes that were handed out and what they are good for.
#[derive(Default)]
pub(crate) struct Codes(HashMap<String, Code>);

/// What a code is exchanged for.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) business_id: String,
    pub(crate) scopes: Vec<String>,
    /// Where the dialog sent the code; absent for codes of the JavaScript SDK.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) issued_at_ms: i64,
    pub(crate) used: bool,
}

/// Why a code opens nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    Unknown,
    Used,
    Expired,
    OtherRedirect,
}

impl Codes {
    pub(crate) fn insert(&mut self, text: String, code: Code) {
        let now = code.issued_at_ms;
        // Long-dead codes are only kept to tell "used" from "unknown".
        self.0.retain(|_, it| now - it.issued_at_ms < 20 * CODE_LIFE_MS);
        self.0.insert(text, code);
    }

    /// Takes a code. A wrong `redirect_uri` leaves it unused, as at Meta.
    pub(crate) fn take(&mut self, text: &str, redirect_uri: Option<&str>, now_ms: i64) -> Result<Code, CodeRefused> {
        let code = self.0.get_mut(text).ok_or(CodeRefused::Unknown)?;
        if code.used {
            return Err(CodeRefused::Used);
        }
        if now_ms - code.issued_at_ms >= CODE_LIFE_MS {
            return Err(CodeRefused::Expired);
        }
        let given = redirect_uri.filter(|uri| !uri.is_empty());
        if code.redirect_uri.as_deref() != given {
            return Err(CodeRefused::OtherRedirect);
        }
        code.used = true;
        Ok(code.clone())
    }
}
