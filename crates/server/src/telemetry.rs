//! Logs and metrics.

use std::sync::OnceLock;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogFormat;

/// In seconds, for everything measured in seconds: from below a millisecond to a slow model's minute.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Starts logging to standard error. `filter`: a level, or directives such as `info,sqlx=warn`.
pub fn start_logging(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let registry = tracing_subscriber::registry().with(log_filter(filter)?);
    let output = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Json => registry.with(output.json().flatten_event(true).with_span_list(false)).try_init(),
        LogFormat::Text => registry.with(output.compact()).try_init(),
    }
    .context("logging was started already")
}

/// What is logged of what is wished for.
pub fn log_filter(wished: &str) -> anyhow::Result<EnvFilter> {
    // sqlx passes every notice of PostgreSQL on as information; what is wished of it comes later and wins. rmcp writes whole
    // addresses of MCP servers into its errors, and with them the keys that businesses have in them: it comes last.
    EnvFilter::try_new(format!("sqlx=warn,{wished},rmcp=off")).context("SWITCHBOARD_LOG is not a filter")
}

/// Where metrics are collected and read. There is one for the process, however many servers a test starts in it.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)
        .context("the buckets of metrics are not usable")?
        .build_recorder();
    let handle = HANDLE.get_or_init(|| recorder.handle()).clone();
    // Another thread may have been first: then its recorder is the one that is read.
    let _ = metrics::set_global_recorder(recorder);
    Ok(handle)
}
