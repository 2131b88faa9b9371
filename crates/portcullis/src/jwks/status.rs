//! What an operator can see of a source of keys.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::discovery::MetadataError;
use super::location::UrlError;
use super::skipped::SkippedKey;
use crate::fetch::FetchError;

/// One issuer's keys, as they are at this moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyStatus {
    /// The issuer the keys are for.
    pub issuer: String,
    /// Whether there are keys, and how good they are.
    pub state: KeyState,
    /// How many usable keys there are, served or not.
    pub keys: usize,
    /// The keys of the document that are not used, and why.
    pub skipped: Vec<SkippedKey>,
    /// How long ago the keys were fetched or last confirmed; `None` if there are none, or if they are fixed.
    pub age: Option<Duration>,
    /// When the keys were fetched or last confirmed, by the wall clock.
    pub last_success: Option<SystemTime>,
    /// Why the most recent refresh failed; `None` if it succeeded.
    pub last_error: Option<RefreshError>,
    /// Failed refreshes since the last one that succeeded.
    pub consecutive_failures: u32,
}

/// How good a source's keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyState {
    /// Nothing has been fetched yet; tokens are answered with 503.
    Waiting,
    /// Within their fresh time.
    Fresh,
    /// Past it because refreshes fail; still served.
    Stale,
    /// Past the bound on stale keys; tokens are answered with 503.
    Expired,
    /// Given in the configuration; never fetched.
    Fixed,
}

impl KeyState {
    /// The state in `snake_case`, for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Fixed => "fixed",
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a refresh failed. The keys held before it stay as they were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// The issuer's metadata could not be fetched or not be used.
    #[error("discovery: {0}")]
    Discovery(#[source] DocumentError),
    /// The key set could not be fetched or not be used.
    #[error("key set: {0}")]
    KeySet(#[source] DocumentError),
    /// Discovery and key set together took longer than twice the fetch timeout.
    #[error("the refresh took too long")]
    TookTooLong,
    /// The HTTP client panicked.
    #[error("the refresh was interrupted by a panic")]
    Interrupted,
}

/// What was wrong with one fetched document. Neither its content nor its URL is in the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// No request was sent.
    #[error("not fetched: {0}")]
    Url(#[from] UrlError),
    /// No complete answer came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Another HTTP status than 200. Redirects are not followed.
    #[error("status {0}")]
    Status(u16),
    /// `Content-Type` says that it is no JSON.
    #[error("content type is not JSON")]
    ContentType,
    /// The metadata is not to be used.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// No usable key can be read from the key set.
    #[error("{0}")]
    Keys(String),
}
