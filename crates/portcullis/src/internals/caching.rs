//! What a key server's header fields say.

use std::time::{Duration, SystemTime};

use crate::fetch::FetchResponse;
use crate::jwks;

/// What a server said about caching its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caching(jwks::Caching);

impl Caching {
    /// Reads `Cache-Control`, `Expires` and `Date`.
    pub fn of(response: &FetchResponse, received: SystemTime) -> Self {
        Self(jwks::Caching::of(response, received))
    }

    /// What holds after a 304 that came with these fields.
    pub fn renewed_by(self, revalidation: Self) -> Self {
        Self(self.0.renewed_by(revalidation.0))
    }

    /// The fresh time left to a document of that `Age`.
    pub fn fresh_for(self, age: Option<&str>, configured: Duration) -> Duration {
        jwks::fresh_for(self.0, age, configured)
    }

    /// The document must not be written anywhere.
    pub fn no_store(self) -> bool {
        self.0.no_store
    }
}

/// Unix seconds of an HTTP date.
pub fn unix_seconds(date: &str) -> Option<i64> {
    jwks::unix_seconds(date)
}

/// Whether an entity tag is sent back.
pub fn is_entity_tag(etag: &str) -> bool {
    jwks::is_entity_tag(etag)
}

/// Whether the document is looked at, going by its `Content-Type`.
pub fn has_json_type(response: &FetchResponse) -> bool {
    jwks::require_json(response).is_ok()
}
