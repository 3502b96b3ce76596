//! The HTTP interface as clients meet it: the real server, on both databases.

#![expect(clippy::unwrap_used, reason = "what a test relies on and does not find fails it")]

#[path = "../support/mod.rs"]
mod support;

mod api_keys;
mod audit;
mod bots;
mod canned_replies;
mod chain;
mod coexistence;
mod commands;
mod contacts;
mod conversations;
mod doctor;
mod documentation;
mod email_verification;
mod events;
mod handoffs;
mod health;
mod indexes;
mod invitations;
mod knowledge;
mod knowledge_versions;
mod labels;
mod leftovers;
mod limits;
mod mail;
mod messages;
mod more_numbers;
mod notes;
mod numbers;
mod oidc;
mod onboarding;
mod organising;
mod password;
mod people;
mod privacy;
mod probes;
mod problems;
mod saved_filters;
mod search;
mod second_factor;
mod sessions;
mod shutdown;
mod sign_in;
mod sign_up;
mod sources;
mod tenant;
mod webhooks;
mod workers;
