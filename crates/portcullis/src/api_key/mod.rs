//! API keys and personal access tokens: made, kept, found, compared, and taken back.
#![doc = include_str!("README.md")]

mod audit;
mod base62;
mod budget;
mod builder;
mod carried;
mod changes;
mod digest;
mod error;
mod flight;
mod foreign;
mod format;
mod keys;
mod known;
mod lookup;
mod making;
mod memory;
mod new_key;
mod outage;
mod owners;
mod policies;
mod record;
mod rights;
mod secret;
mod store;
mod under_way;
mod used;
mod verify;

pub use audit::{AuditAction, AuditEvent};
pub use builder::ApiKeysBuilder;
pub use digest::{DigestKey, DigestKeyError, KeyDigest};
pub use error::KeyError;
pub use foreign::ForeignFormat;
pub use keys::{ApiKeys, CreatedKey};
pub(crate) use known::KnownKey;
pub use memory::MemoryKeyStore;
pub use new_key::NewKey;
pub use owners::{KeyOwners, MemoryOwners};
pub use record::{KeyKind, KeyRecord, KeyStanding, from_unix_milliseconds, unix_milliseconds, whole_milliseconds};
pub use rights::Rights;
pub use secret::ApiKey;
pub use store::{ApiKeyStore, KeyChange, KeyFilter, Lookup, StoreError, StoreFuture};
pub(crate) use verify::Checked;

pub use crate::credential::{CookieDefence, CredentialKind, KeyPlace};
