//! Errors as the API tells them: `application/problem+json` (RFC 9457) with a stable `code`.

use std::{fmt, num::NonZeroU64, time::Duration};

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    error::{JsonPayloadError, PathError, PayloadError, QueryPayloadError},
    http::{StatusCode, header},
};
use serde::Serialize;
use switchboard_accounts::Error as AccountsError;
use switchboard_store::{Error as StoreError, MediaKind, VaultError};
use utoipa::ToSchema;

pub(super) const CONTENT_TYPE: &str = "application/problem+json";
/// How long a client waits before it tries something again that was not available.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(2);

/// What is wrong with one field of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name, with dots between levels.
    #[schema(example = "email")]
    pub field: String,
    #[schema(example = "is not an e-mail address")]
    pub message: String,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = u16, example = 404)]
    pub status: StatusCode,
    /// What programs decide on. It never changes its meaning.
    #[schema(value_type = String, example = "not_found")]
    pub code: &'static str,
    /// The same for every problem of this code.
    #[schema(value_type = String, example = "There is no such thing")]
    pub title: &'static str,
    /// What it was this time, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Field by field, when what was sent is invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// Seconds to wait before trying again; also the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// When the service window closed, with `window_closed`. RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub closed_at: Option<Box<str>>,
    /// In bytes: how large a file may be, with `media_too_large`; how large it is, with `range_not_satisfiable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub limit: Option<NonZeroU64>,
    /// As which type of message a file may be sent, with `media_too_large` and `media_unsupported`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub instead: Option<MediaKind>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code,
            title,
            detail: None,
            errors: None,
            retry_after: None,
            closed_at: None,
            limit: None,
            instead: None,
        }
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// In whole seconds, rounded up, at least one.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u32::MAX));
        self
    }

    /// 400: not JSON, not this shape, or a malformed query.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read").detail(detail)
    }

    /// 401: no credential, or none that is good.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Sign in first")
    }

    /// 403: the role may not do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Your role may not do this")
    }

    /// 403: who asks may do such a thing, and not this one.
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, "This may not be done").detail(detail)
    }

    /// 401: the password is right, and a code is to follow.
    pub fn second_factor_required() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "second_factor_required", "Enter the code of your authenticator app")
    }

    /// 404: also for what belongs to another tenant.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing")
    }

    /// 409: the state of things stands against it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "The state of things stands against it").detail(detail)
    }

    /// 413, where at most `limit` bytes are taken.
    pub fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request is too large")
            .detail(format!("at most {} KiB are taken here", limit / 1024))
    }

    /// 410: it was there.
    pub fn gone(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, code, "It is not there any more").detail(detail)
    }

    /// 416: a part is asked for that is beyond the end. `size`: in bytes.
    pub fn range_not_satisfiable(size: u64) -> Self {
        let status = StatusCode::RANGE_NOT_SATISFIABLE;
        Self {
            limit: NonZeroU64::new(size),
            ..Self::new(status, "range_not_satisfiable", "There are not so many bytes")
        }
    }

    /// 422: one field is invalid.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// 422: these fields are invalid.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail: Vec<String> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        let mut problem = Self::unprocessable("invalid", detail.join("; "));
        problem.errors = Some(errors);
        problem
    }

    /// 422: understood, and not possible.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "What was sent is not valid").detail(detail)
    }

    /// 429.
    pub fn too_many(wait: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests").retry_after(wait)
    }

    /// 503: trying again may help.
    pub fn unavailable(wait: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment").retry_after(wait)
    }

    /// 502: the identity provider does not answer.
    pub fn provider_unavailable() -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "provider_unavailable", "The identity provider does not answer")
    }

    /// 500: our fault. The log gets the reason; the client gets none, for it might hold what is not theirs to see.
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        response.insert_header((header::CONTENT_TYPE, CONTENT_TYPE));
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let (StatusCode::RANGE_NOT_SATISFIABLE, Some(size)) = (self.status, self.limit) {
            response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        // Not `json`, which would put its own content type in.
        response.body(serde_json::to_string(self).unwrap_or_default())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(%error, "the database is not available");
            return Self::unavailable(RETRY_UNAVAILABLE);
        }
        Self::internal(error)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            error => Self::internal(error),
        }
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Invalid(errors) => Self::invalid_fields(errors.into_iter().map(FieldError::from).collect()),
            AccountsError::EmailTaken => Self::conflict("email_taken", error.to_string()),
            AccountsError::WrongCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "The e-mail address or the password is wrong")
            }
            AccountsError::Throttled { retry_after } => Self::too_many(retry_after).detail("too many attempts"),
            AccountsError::Unauthenticated => Self::unauthorized().detail(error.to_string()),
            AccountsError::TenantSuspended => {
                Self::new(StatusCode::FORBIDDEN, "tenant_suspended", "The business is suspended")
                    .detail(error.to_string())
            }
            AccountsError::TenantDeleting => Self::conflict("tenant_deleting", error.to_string()),
            AccountsError::ExportRunning => Self::conflict("export_running", error.to_string()),
            AccountsError::ExportNotReady => Self::conflict("export_not_ready", error.to_string()),
            AccountsError::OwnTenant => Self::conflict("own_tenant", error.to_string()),
            AccountsError::NotPlatformAdmin | AccountsError::OwnerRequired => {
                Self::forbidden().detail(error.to_string())
            }
            AccountsError::SecondFactorNeeded => Self::refused("second_factor_needed", error.to_string()),
            AccountsError::Impersonating => Self::refused("impersonating", error.to_string()),
            AccountsError::WrongPassword => Self::unprocessable("wrong_password", error.to_string()),
            AccountsError::WrongCode => Self::unprocessable("wrong_code", error.to_string()),
            AccountsError::TicketInvalid => {
                Self::new(StatusCode::UNAUTHORIZED, "ticket_invalid", "Begin to sign in again")
            }
            AccountsError::LinkInvalid => {
                Self::new(StatusCode::GONE, "link_invalid", "The link has been used, or is too old")
            }
            AccountsError::MailOff => Self::conflict("mail_off", error.to_string()),
            AccountsError::AlreadyVerified => Self::conflict("already_verified", error.to_string()),
            AccountsError::LastOwner => Self::conflict("last_owner", error.to_string()),
            AccountsError::AlreadyInvited => Self::conflict("already_invited", error.to_string()),
            AccountsError::AlreadyMember => Self::conflict("already_member", error.to_string()),
            AccountsError::SignInFirst => Self::conflict("sign_in_first", error.to_string()),
            AccountsError::SecondFactorOn => Self::conflict("second_factor_on", error.to_string()),
            AccountsError::OnlyWayIn => Self::conflict("only_way_in", error.to_string()),
            AccountsError::NoPassword => Self::conflict("no_password", error.to_string()),
            AccountsError::PersonRequired => Self::forbidden().detail(error.to_string()),
            AccountsError::EmailUnverified => Self::refused("email_unverified", error.to_string()),
            AccountsError::RoleTooStrong => Self::refused("role_too_strong", error.to_string()),
            AccountsError::InvitedAnother => Self::refused("invited_another", error.to_string()),
            AccountsError::Forbidden(permission) => Self::forbidden().detail(format!("it takes {permission}")),
            AccountsError::NotFound(_) => Self::not_found().detail(error.to_string()),
            AccountsError::Store(error) => error.into(),
            AccountsError::Vault(error) => error.into(),
            AccountsError::Internal(_) => Self::internal(error),
        }
    }
}

impl From<switchboard_accounts::FieldError> for FieldError {
    fn from(error: switchboard_accounts::FieldError) -> Self {
        Self { field: error.field.to_owned(), message: error.message }
    }
}

impl From<garde::Report> for Problem {
    fn from(report: garde::Report) -> Self {
        let errors = report
            .iter()
            .map(|(path, error)| FieldError { field: path.to_string(), message: error.message().to_owned() });
        Self::invalid_fields(errors.collect())
    }
}

impl From<JsonPayloadError> for Problem {
    fn from(error: JsonPayloadError) -> Self {
        match &error {
            JsonPayloadError::OverflowKnownLength { limit, .. } | JsonPayloadError::Overflow { limit } => {
                Self::too_large(*limit)
            }
            // The end of a body whose length nobody had told.
            JsonPayloadError::Payload(PayloadError::Overflow) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request is too large")
            }
            JsonPayloadError::ContentType => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The request must be application/json")
            }
            _ => Self::malformed(error.to_string()),
        }
    }
}

impl From<QueryPayloadError> for Problem {
    fn from(error: QueryPayloadError) -> Self {
        Self::malformed(error.to_string())
    }
}

impl From<PathError> for Problem {
    /// An id that is no id names nothing.
    fn from(_: PathError) -> Self {
        Self::not_found()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_problem_is_problem_json_with_a_stable_code() {
        let response = Problem::too_many(Duration::from_millis(1500)).detail("slowly").error_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        assert_eq!(response.headers().get("retry-after").unwrap(), "2");
        let body: serde_json::Value = serde_json::from_slice(&to_bytes(response.into_body()).await.unwrap()).unwrap();
        let expected = serde_json::json!({ "status": 429, "code": "too_many_requests", "title": "Too many requests",
            "detail": "slowly", "retry_after": 2 });
        assert_eq!(body, expected);
    }

    #[actix_web::test]
    async fn our_own_fault_tells_nothing() {
        let response = Problem::internal("secret of the machine").error_response();
        let body = to_bytes(response.into_body()).await.unwrap();
        assert!(!String::from_utf8(body.to_vec()).unwrap().contains("secret"));
    }
}
