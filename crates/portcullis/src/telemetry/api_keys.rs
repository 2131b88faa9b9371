//! What happened to API keys.

use crate::api_key::{AuditEvent, StoreError};

/// Target of the events about API keys. Fields: `action`, `environment`, `key` (its id), `kind`; `error`.
#[cfg(feature = "tracing")]
const API_KEYS: &str = "portcullis::api_keys";

/// Counter, by `action`: see [`AuditAction`](crate::api_key::AuditAction).
#[cfg(feature = "metrics")]
const KEY_CHANGES_TOTAL: &str = "portcullis_api_key_changes_total";
/// Counter, by `environment`: look-ups and writes that the store did not do.
#[cfg(feature = "metrics")]
const KEY_STORE_FAILURES_TOTAL: &str = "portcullis_api_key_store_failures_total";

/// Keys were changed, for good. Whose they are is personal data and goes to the audit only.
pub(crate) fn keys_changed(event: &AuditEvent) {
    #[cfg(feature = "metrics")]
    metrics::counter!(KEY_CHANGES_TOTAL, "action" => event.action.as_str()).increment(1);
    #[cfg(feature = "tracing")]
    tracing::info!(
        target: API_KEYS,
        action = event.action.as_str(),
        environment = &*event.environment,
        key = event.key.as_deref(),
        kind = event.kind.map(|kind| kind.as_str()),
        "API keys changed"
    );
}

/// The store or whoever knows owners did not answer, or with what cannot be understood. Counted each time.
pub(crate) fn key_store_failed(environment: &str, error: &StoreError, is_to_be_told: bool) {
    #[cfg(feature = "metrics")]
    metrics::counter!(KEY_STORE_FAILURES_TOTAL, "environment" => environment.to_owned()).increment(1);
    #[cfg(feature = "tracing")]
    if is_to_be_told {
        tracing::warn!(target: API_KEYS, environment, error = %error, "the key store did not answer");
    }
}
