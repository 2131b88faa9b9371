//! portcullis
#![forbid(unsafe_code)]

pub mod clock;
#[allow(dead_code, reason = "not every part of the crate uses it yet")]
mod crypto;
pub mod defaults;
pub mod fetch;
#[allow(dead_code, unused_imports, reason = "not every part of the crate uses it yet")]
mod jwks;
mod request;
mod telemetry;
mod token;

pub use crypto::CryptoBackend;
pub use jwks::{
    DocumentError, ExportedKeys, ExportedKeysError, KeyState, KeyStatus, MetadataError, RefreshError, SkipReason,
    SkippedKey, UrlError,
};
pub use request::RequestHead;
pub use token::{Algorithm, KeyKind};
