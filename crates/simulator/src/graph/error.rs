//! Errors in Meta's exact shape (Cloud API, "Error codes"; Graph API, "Error handling").

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::ids;

/// An error as the Graph API answers it.
#[derive(Debug, Clone)]
pub(crate) struct GraphError {
    status: u16,
    kind: &'static str,
    code: i64,
    subcode: Option<i64>,
    message: String,
    details: Option<String>,
    retry_after_s: Option<u32>,
}

impl GraphError {
    /// A Cloud API error by its code, with the title and the HTTP status that belong to it.
    pub(crate) fn code(code: i64, details: impl Into<String>) -> Self {
        let (status, title) = known(code);
        Self {
            status,
            kind: "OAuthException",
            code,
            subcode: (code == 130_429).then_some(2_494_055),
            message: format!("(#{code}) {title}"),
            details: Some(details.into()),
            retry_after_s: None,
        }
    }

    /// A Graph error that has no `error_data`.
    pub(crate) fn plain(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: "OAuthException",
            code,
            subcode: None,
            message: message.into(),
            details: None,
            retry_after_s: None,
        }
    }

    pub(crate) fn subcode(mut self, subcode: i64) -> Self {
        self.subcode = Some(subcode);
        self
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn retry_after(mut self, seconds: Option<u32>) -> Self {
        self.retry_after_s = seconds;
        self
    }

    /// A parameter that must be there is not.
    pub(crate) fn required(parameter: &str) -> Self {
        Self::plain(400, 100, format!("(#100) The parameter {parameter} is required."))
    }

    /// A parameter that cannot be.
    pub(crate) fn invalid(details: impl Into<String>) -> Self {
        Self::code(131_009, details)
    }

    /// An id that is unknown, or that the token does not open: Meta does not tell which.
    pub(crate) fn unknown_id(id: &str) -> Self {
        let mut error = Self::plain(
            400,
            100,
            format!(
                "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due \
                 to missing permissions, or does not support this operation. Please read the \
                 Graph API documentation at https://developers.facebook.com/docs/graph-api"
            ),
        )
        .subcode(33);
        error.kind = "GraphMethodException";
        error
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::plain(400, 2500, format!("Unknown path components: /{path}"))
    }
}

/// HTTP status and title of a code.
fn known(code: i64) -> (u16, &'static str) {
    match code {
        0 => (401, "AuthException"),
        2 => (503, "Service temporarily unavailable"),
        3 => (500, "Capability or permissions issue"),
        4 => (400, "Application request limit reached"),
        10 => (403, "Application does not have permission for this action"),
        100 => (400, "Invalid parameter"),
        190 => (401, "Access token has expired"),
        200..=299 => (403, "Permission error"),
        368 => (403, "Temporarily blocked for policies violations"),
        80_007 => (400, "Rate limit issues"),
        130_429 => (400, "Rate limit hit"),
        130_472 => (400, "User's number is part of an experiment"),
        130_497 => (403, "Business account is restricted from messaging users in this country."),
        131_000 => (500, "Something went wrong"),
        131_005 => (403, "Access denied"),
        131_008 => (400, "Required parameter is missing"),
        131_009 => (400, "Parameter value is not valid"),
        131_016 => (500, "Service unavailable"),
        131_021 => (400, "Recipient cannot be sender"),
        131_026 => (400, "Message undeliverable"),
        131_031 => (403, "Account has been locked"),
        131_042 => (400, "Business eligibility payment issue"),
        131_047 => (400, "Re-engagement message"),
        131_048 => (400, "Spam rate limit hit"),
        131_051 => (400, "Unsupported message type"),
        131_053 => (400, "Media upload error"),
        131_056 => (400, "(Business Account, Consumer Account) pair rate limit hit"),
        131_057 => (500, "Account in maintenance mode"),
        132_000 => (400, "Number of parameters does not match the expected number of params"),
        132_001 => (404, "Template name does not exist in the translation"),
        132_015 => (400, "Template is paused"),
        133_005 => (400, "Two step verification PIN Mismatch"),
        133_006 => (400, "Phone number re-verification needed"),
        133_010 => (400, "Account not registered"),
        133_015 => (400, "Please wait a few minutes before attempting to register this phone number"),
        133_016 => (400, "Account register deregister rate limit exceeded"),
        2_593_107 => (400, "Synchronization request limit exceeded"),
        2_593_108 => (400, "Synchronization request made outside of allowed time window"),
        _ => (400, "Request failed"),
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl ResponseError for GraphError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": ids::fbtrace(),
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if matches!(self.code, 2 | 131_000 | 131_016 | 131_057) {
            error["is_transient"] = json!(true);
        }
        let mut answer = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after_s {
            answer.insert_header(("Retry-After", seconds.to_string()));
        }
        answer.json(json!({"error": error}))
    }
}
