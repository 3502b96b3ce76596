//! Onboarding against Graph as wiremock plays it, on both engines.

#![expect(clippy::unwrap_used, reason = "what a test relies on and does not find fails it")]

mod connect;
mod state;
mod support;
mod tenants;
