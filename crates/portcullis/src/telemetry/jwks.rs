//! What happened to keys.

use std::sync::Arc;
use std::time::Duration;

use crate::jwks::{KeyState, RefreshError, SkippedKey};

/// Target of the events about keys. Fields: `issuer`, `outcome`, `keys`, `skipped`, `age_seconds`, `failures`, `error`.
#[cfg(feature = "tracing")]
const JWKS: &str = "portcullis::jwks";

/// Counter, by `issuer` and `outcome` (`changed`, `unchanged`, `not_modified`, `failed`).
#[cfg(feature = "metrics")]
const REFRESHES_TOTAL: &str = "portcullis_jwks_refreshes_total";
/// Gauge, by `issuer`: seconds since the keys were fetched or confirmed; moves on while refreshes fail.
#[cfg(feature = "metrics")]
const AGE_SECONDS: &str = "portcullis_jwks_age_seconds";
/// Gauge, by `issuer`: usable keys.
#[cfg(feature = "metrics")]
const KEYS: &str = "portcullis_jwks_keys";

/// How a refresh ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshOutcome {
    Changed,
    Unchanged,
    NotModified,
}

impl RefreshOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::NotModified => "not_modified",
        }
    }
}

/// `failures`: how many refreshes failed just before this one.
pub(crate) fn refreshed(issuer: &Arc<str>, outcome: RefreshOutcome, keys: usize, skipped: usize, failures: u32) {
    count_refresh(issuer, outcome.as_str());
    #[cfg(feature = "tracing")]
    {
        let (issuer, outcome_name) = (&**issuer, outcome.as_str());
        if failures > 0 {
            tracing::info!(target: JWKS, issuer, outcome = outcome_name, keys, skipped, failures, "key refresh recovered");
        } else if outcome == RefreshOutcome::Changed {
            tracing::info!(target: JWKS, issuer, outcome = outcome_name, keys, skipped, "keys changed");
        } else {
            tracing::debug!(target: JWKS, issuer, outcome = outcome_name, keys, skipped, "keys refreshed");
        }
    }
}

/// `age`: of the keys that stay in use, if there are any.
pub(crate) fn refresh_failed(issuer: &Arc<str>, failures: u32, age: Option<Duration>, error: &RefreshError) {
    count_refresh(issuer, "failed");
    #[cfg(feature = "tracing")]
    {
        let age_seconds = age.map(|age| age.as_secs());
        tracing::warn!(target: JWKS, issuer = &**issuer, outcome = "failed", failures, age_seconds, %error, "key refresh failed");
    }
}

/// A key of a document that just came is not used.
pub(crate) fn key_skipped(issuer: &Arc<str>, key: &SkippedKey) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: JWKS, issuer = &**issuer, error = %key, "key skipped");
}

/// Once for each change of state.
pub(crate) fn state_changed(issuer: &Arc<str>, was: KeyState, is: KeyState, age: Duration) {
    #[cfg(feature = "tracing")]
    {
        let (issuer, outcome, age_seconds) = (&**issuer, is.as_str(), age.as_secs());
        match (was, is) {
            (_, KeyState::Stale) => {
                tracing::warn!(target: JWKS, issuer, outcome, age_seconds, "keys are stale and still served");
            }
            (_, KeyState::Expired) => {
                tracing::error!(target: JWKS, issuer, outcome, age_seconds, "keys are too old and no longer served");
            }
            (KeyState::Stale | KeyState::Expired, KeyState::Fresh) => {
                tracing::info!(target: JWKS, issuer, outcome, age_seconds, "keys are fresh again");
            }
            _ => {}
        }
    }
}

/// Told again and again, so that the age is seen to grow.
pub(crate) fn keys_held(issuer: &Arc<str>, keys: usize, age: Duration) {
    #[cfg(feature = "metrics")]
    {
        metrics::gauge!(KEYS, "issuer" => Arc::clone(issuer)).set(keys as f64);
        metrics::gauge!(AGE_SECONDS, "issuer" => Arc::clone(issuer)).set(age.as_secs_f64());
    }
}

fn count_refresh(issuer: &Arc<str>, outcome: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(REFRESHES_TOTAL, "issuer" => Arc::clone(issuer), "outcome" => outcome).increment(1);
}

/// Keys of an earlier process were taken over, or left aside.
pub(crate) fn seeded(issuer: &str, used: bool) {
    #[cfg(feature = "tracing")]
    {
        let outcome = if used { "seeded" } else { "not_seeded" };
        tracing::debug!(target: JWKS, issuer, outcome, "keys of an earlier process");
    }
}
