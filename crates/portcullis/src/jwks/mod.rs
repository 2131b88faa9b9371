//! Verification keys: JWK Sets (RFC 7517), PEM text, local secrets.

mod der;
mod document;
mod jwk;
mod key;
mod key_set;
mod pem;
mod secret;
mod skipped;

pub use skipped::{SkipReason, SkippedKey};

pub(crate) use key::VerificationKey;
pub(crate) use key_set::{Candidates, KeyPolicy, KeySet, KeySetError, NoKey};
pub(crate) use pem::{PemError, from_pem};
pub(crate) use secret::{SecretError, local_secret};
