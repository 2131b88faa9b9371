//! A key in the open.

use std::fmt;

/// A key as its holder sends it. Shown once: nobody can get it from the store again.
pub struct ApiKey(String);

impl ApiKey {
    pub(super) fn new(key: String) -> Self {
        Self(key)
    }

    /// The text of the key: a secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}
