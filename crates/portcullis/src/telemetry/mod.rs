//! Events and metrics: every target, field and name is in one of these files.
//!
//! Fields and labels come from closed lists, and none of them ever holds a token, a key, a claim, a URL or a
//! document. Without the features `tracing` and `metrics` all of it compiles to nothing.

#![cfg_attr(
    not(all(feature = "tracing", feature = "metrics")),
    allow(unused_variables, reason = "what an absent feature would report is passed all the same")
)]

mod api_keys;
mod auth;
mod jwks;
#[cfg(all(test, feature = "tracing"))]
pub(crate) mod recorded;
mod revocations;

pub(crate) use api_keys::{key_store_failed, keys_changed};
pub(crate) use auth::{authenticated, decided, layer_missing, logout_received, token_kept, token_looked_up, waived};
pub(crate) use jwks::{RefreshOutcome, key_skipped, keys_held, refresh_failed, refreshed, seeded, state_changed};
pub(crate) use revocations::{feed_changed, revocation_learnt, revocation_skipped, revocations_age, revoked};
