//! Verification keys: JWK Sets (RFC 7517), PEM text, local secrets; and how an issuer's keys are fetched and kept.

mod attempt;
mod budget;
mod der;
mod discovery;
mod document;
mod export;
mod freshness;
mod http_date;
#[cfg(all(test, shuttle))]
mod interleavings;
mod jwk;
mod keeper;
mod key;
mod key_set;
mod kid_memory;
mod ledger;
mod location;
mod pem;
mod ready;
mod remote;
#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod scenarios;
mod schedule;
mod secret;
mod skipped;
mod snapshot;
mod source;
mod status;
mod sync;
mod wait;

pub use discovery::MetadataError;
pub use export::{ExportedKeys, ExportedKeysError};
pub use location::UrlError;
pub use ready::NotReady;
pub use skipped::{SkipReason, SkippedKey};
pub use status::{DocumentError, KeyState, KeyStatus, RefreshError};

pub(crate) use key::VerificationKey;
pub(crate) use key_set::{Candidates, KeyPolicy, KeySet, KeySetError, NoKey};
#[cfg(feature = "http-client")]
pub(crate) use location::is_loopback_url;
pub(crate) use location::{Location, check_url, unless_pasted, without_credentials};
pub(crate) use pem::from_pem;
pub(crate) use remote::Demand;
pub(crate) use secret::local_secret;
pub(crate) use source::KeySource;
pub(crate) use wait::{KeyWait, WaitOutcome};

#[cfg(feature = "__internals")]
pub(crate) use self::{
    attempt::{is_entity_tag, require_json},
    discovery::{jwks_uri, well_known_urls},
    freshness::{Caching, fresh_for},
    http_date::unix_seconds,
};
