//! A key that a test can present.

use portcullis::api_key::{CreatedKey, KeyRecord};
use portcullis::defaults;

/// A key that was just made, in the clear.
#[derive(Debug)]
pub struct IssuedKey(CreatedKey);

impl IssuedKey {
    pub(super) fn new(created: CreatedKey) -> Self {
        Self(created)
    }

    /// The key, as a client sends it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.key.expose()
    }

    /// Its public id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.record.id
    }

    /// What was kept of it when it was made.
    #[must_use]
    pub fn record(&self) -> &KeyRecord {
        &self.0.record
    }

    /// Name and value of the default header field ([`defaults::KEY_HEADER`]): a request head of one line is
    /// `[key.field()]`.
    #[must_use]
    pub fn field(&self) -> (&'static str, &[u8]) {
        (defaults::KEY_HEADER, self.text().as_bytes())
    }
}
