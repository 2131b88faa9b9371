//! API keys and personal access tokens: made, kept, found, compared, and taken back.

mod base62;
mod digest;
mod format;
mod memory;
mod record;
mod store;

pub use digest::{DigestKey, DigestKeyError, KeyDigest};
pub use memory::MemoryKeyStore;
pub use record::{KeyKind, KeyRecord, KeyStanding, from_unix_milliseconds, unix_milliseconds, whole_milliseconds};
pub use store::{ApiKeyStore, KeyChange, KeyFilter, Lookup, StoreError, StoreFuture};
