//! What happened to lists of revoked tokens.

use std::fmt::Display;
use std::time::Duration;

use crate::revocation::FeedState;

/// Target of the event about tokens that are revoked. Field: `kind`.
#[cfg(feature = "tracing")]
const AUTH: &str = "portcullis::auth";
/// Target of the events about feeds. Fields: `outcome`, `age_seconds`, `error`.
#[cfg(feature = "tracing")]
const REVOCATIONS: &str = "portcullis::revocations";

/// Counter, by `kind` (`token`, `session`, `subject`, `client`, `key`).
#[cfg(feature = "metrics")]
const REVOCATIONS_TOTAL: &str = "portcullis_revocations_total";
/// Gauge: seconds since the list was in step with its source; moves on while it is not.
#[cfg(feature = "metrics")]
const AGE_SECONDS: &str = "portcullis_revocations_age_seconds";

/// Tokens were put on a list here. Neither whose nor which: who revoked them knows.
pub(crate) fn revoked(kind: &'static str) {
    revocation_learnt(kind);
    #[cfg(feature = "tracing")]
    tracing::info!(target: AUTH, kind, "tokens revoked");
}

/// The same by a feed. Whoever revoked them told it; a list that is read at the start is no news.
pub(crate) fn revocation_learnt(kind: &'static str) {
    #[cfg(feature = "metrics")]
    metrics::counter!(REVOCATIONS_TOTAL, "kind" => kind).increment(1);
}

/// Told again and again, so that the age is seen to grow.
pub(crate) fn revocations_age(age: Option<Duration>) {
    #[cfg(feature = "metrics")]
    if let Some(age) = age {
        metrics::gauge!(AGE_SECONDS).set(age.as_secs_f64());
    }
}

/// Once for each change of state.
pub(crate) fn feed_changed(state: FeedState, age: Option<Duration>, why: Option<&dyn Display>) {
    #[cfg(feature = "tracing")]
    {
        let (outcome, age_seconds) = (state.as_str(), age.map(|age| age.as_secs()));
        let error = why.map(tracing::field::display);
        match state {
            FeedState::InStep => {
                tracing::info!(target: REVOCATIONS, outcome, "revocations are in step");
            }
            FeedState::Behind => {
                tracing::warn!(target: REVOCATIONS, outcome, age_seconds, error, "revocations fell behind and still count");
            }
            FeedState::Unavailable => {
                tracing::error!(target: REVOCATIONS, outcome, age_seconds, error, "revocations are too old and callers are refused");
            }
        }
    }
}

/// An entry of the source is not used.
pub(crate) fn revocation_skipped(why: &dyn Display) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: REVOCATIONS, error = %why, "entry of the source skipped");
}
