//! A typed client of Meta's Graph API: OAuth, WABAs, numbers, messages, media, templates.
//!
//! * Tokens go out as `Authorization: Bearer` and nowhere else, except where Meta takes a token as a parameter only
//!   (`debug_token`, `fb_exchange_token`). URLs never reach an error, and tokens that Meta repeats in its messages are cut out.
//! * Errors are classed by what to do about them ([`Kind`]). A call that may have been carried out although it failed says
//!   so: [`GraphError::outcome_unknown`].
//! * Reading calls are repeated when a failure is transient, three tries in all. Calls that change something never are:
//!   Graph has no idempotency key.
//! * Whatever Meta may leave out, may be left out; ids may be strings or numbers; unknown fields are passed over.

mod app;
mod call;
mod client;
mod config;
mod error;
mod lenient;
mod media;
mod messages;
mod number;
mod oauth;
mod paging;
mod reply;
mod retry;
mod success;
mod templates;
#[cfg(test)]
mod testing;
mod token_info;
mod waba;

pub use app::AppSubscription;
pub use client::GraphClient;
pub use config::{GraphConfig, http_client_builder};
pub use error::{GraphError, Kind, Scope};
pub use media::{Download, MediaInfo, Upload};
pub use messages::{
    Button, Header, Interactive, Invalid, MediaRef, MessageBody, OutgoingMessage, Recipient, Row, Rule, Section, Sent,
};
pub use number::SyncType;
pub use oauth::AccessToken;
pub use templates::{CreatedTemplate, NewTemplate, ParameterFormat, Template, TemplateCategory};
pub use token_info::{GranularScope, TokenInfo};
pub use waba::{OwnerBusiness, PhoneNumber, SubscribedApp, Throughput, Waba, WebhookOverride};
