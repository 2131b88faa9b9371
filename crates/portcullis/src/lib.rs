#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod api_key;
mod authenticating;
mod authentication;
mod authenticator;
mod builder;
mod cache;
mod challenge;
mod claims;
pub mod clock;
mod config;
mod credential;
mod crypto;
pub mod defaults;
mod error;
pub mod fetch;
#[cfg(feature = "__internals")]
#[doc(hidden)]
pub mod internals;
mod issuer;
mod json;
mod jwks;
mod key_verification;
mod logout;
mod principal;
mod provider;
mod recall;
mod request;
mod requirement;
mod revocation;
mod scope;
mod telemetry;
mod token;
mod trusted;
mod verification;
mod within;

pub use authenticating::Authenticating;
pub use authentication::Authentication;
pub use authenticator::Authenticator;
pub use builder::AuthenticatorBuilder;
pub use cache::CacheStatus;
pub use challenge::{Refusal, RefusalBody};
pub use claims::RegisteredClaims;
pub use config::{ConfigError, ConfigProblem};
pub use crypto::CryptoBackend;
pub use error::{AuthError, Reason, Stage};
pub use issuer::Issuer;
pub use jwks::{
    DocumentError, ExportedKeys, ExportedKeysError, KeyState, KeyStatus, MetadataError, NotReady, RefreshError,
    SkipReason, SkippedKey, UrlError,
};
pub use logout::{BackChannelLogout, BackChannelLogoutBuilder, LoggedOut, LogoutAnswer, LogoutError};
pub use principal::{Caller, CallerKind, Principal, TrustedCaller};
pub use request::RequestHead;
pub use requirement::{Decision, Requirement};
pub use revocation::{
    AskedAt, FeedError, FeedState, FeedStatus, Outgoing, Revocation, RevocationError, RevocationFeed, RevocationKind,
    RevocationNumber, Revocations,
};
pub use scope::is_scope_token;
pub use token::{Algorithm, KeyKind};
