//! What the configuration says of Meta, as the crates that speak to it take it.

use anyhow::Context;
use switchboard_graph_client::{GraphClient, GraphConfig, WebhookOverride, http_client_builder};
use switchboard_onboarding::OnboardingConfig;

use crate::config::{MetaConfig, WebhookConfig};

pub(crate) fn graph(meta: &MetaConfig) -> anyhow::Result<GraphClient> {
    let secret = meta.app_secrets.first().clone();
    let config = GraphConfig::new(meta.graph_base_url.clone(), &meta.graph_version, &meta.app_id, secret);
    let http = http_client_builder().build().context("the client for Graph cannot be built")?;
    Ok(GraphClient::new(config, http))
}

pub(crate) fn onboarding(meta: &MetaConfig, webhook: &WebhookConfig) -> OnboardingConfig {
    OnboardingConfig {
        dialog_base_url: meta.dialog_base_url.clone(),
        graph_version: meta.graph_version.clone(),
        app_id: meta.app_id.clone(),
        config_id: meta.config_id.clone(),
        redirect_uri: meta.redirect_uri.to_string(),
        webhook: WebhookOverride {
            callback_uri: webhook.public_url.to_string(),
            verify_token: webhook.verify_token.clone(),
        },
        overrides_webhook: webhook.is_override,
        system_token: meta.system_token.clone(),
    }
}
