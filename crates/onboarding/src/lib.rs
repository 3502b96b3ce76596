//! Connecting a number: Embedded Signup as a persisted state machine, and the life of tokens and numbers after it.
//!
//! A run goes through seven steps ([`Step`](switchboard_store::Step)), each of which is stored before and after its work
//! and never holds a transaction across a call to Meta. Whatever fails can be tried again from the step it failed in
//! ([`Onboarding::retry`]): each step may be repeated without harm.
//!
//! The `state` that Meta's dialog brings back is good once, for ten minutes, and only in the hands of the person, tenant
//! and session that began the run.

mod account_event;
mod account_problem;
mod app_data;
mod apply_account_event;
mod callback;
mod changes;
mod complete;
mod config;
mod connect;
mod consent;
mod context;
mod dialog;
mod disconnect;
mod doctor;
mod error;
mod examine;
mod failure;
mod granted;
mod health;
mod numbers;
mod reauth;
mod reconnected;
mod recover;
mod report;
mod retry;
mod run;
mod service;
mod start;
mod state;
mod status;
mod steps;
mod take_leave;
mod tokens;
mod withdrawn;

pub use account_event::AccountEvent;
pub use app_data::{contacts_told, history_told};
pub use apply_account_event::account_event;
pub use callback::Callback;
pub use changes::By;
pub use complete::Completion;
pub use config::OnboardingConfig;
pub use context::{Caller, Hints};
pub use doctor::{Check, Diagnosis, Verdict};
pub use error::OnboardingError;
pub use granted::{GrantedNumber, GrantedWaba};
pub use numbers::NumberError;
pub use reauth::reauth_required;
pub use run::Finished;
pub use service::Onboarding;
pub use start::Started;
pub use status::{ConnectionStatus, MetaSaid, Status, StepStatus};
