//! Keys to carry over to the next start, so that it can verify before its first fetch.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

const VERSION: u32 = 1;

/// The public keys held at one moment, per issuer, with the time of their fetch.
///
/// Write [`to_json`](Self::to_json) to a file and hand it in at the next start: short-lived processes then verify
/// their first token without a fetch. The keys keep their age, are refreshed at once in the background, and are
/// ignored when they are older than stale keys may be.
///
/// Whoever can write that file decides which tokens are accepted, until the first fetch has succeeded: protect it
/// as you protect the configuration. Keys whose server said `no-store` are left out (RFC 9111 §5.2.2.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedKeys {
    version: u32,
    sources: Vec<SeededKeys>,
}

/// The keys of one issuer in an [`ExportedKeys`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeededKeys {
    pub(crate) issuer: String,
    /// The usable keys as a JWK Set.
    pub(crate) document: String,
    /// Unix seconds.
    pub(crate) fetched_at: u64,
    /// The URL they came from; an entity tag means something only there.
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
}

impl SeededKeys {
    pub(super) fn fetched_time(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.fetched_at))
    }
}

/// Why a text is not an [`ExportedKeys`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportedKeysError {
    /// Not the JSON that [`ExportedKeys::to_json`] writes.
    #[error("not exported keys")]
    Malformed,
    /// Written by another version of this library, in a form that this one does not read.
    #[error("exported keys of version {0}, which is not known here")]
    Version(u32),
}

impl ExportedKeys {
    pub(crate) fn new(sources: Vec<SeededKeys>) -> Self {
        Self { version: VERSION, sources }
    }

    /// As JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers serialize")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// The keys themselves are checked when they are handed in.
    ///
    /// # Errors
    ///
    /// [`ExportedKeysError`], if it is anything else.
    pub fn from_json(json: &str) -> Result<Self, ExportedKeysError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_str(json).map_err(|_| ExportedKeysError::Malformed)?;
        if version != VERSION {
            return Err(ExportedKeysError::Version(version));
        }
        serde_json::from_str(json).map_err(|_| ExportedKeysError::Malformed)
    }

    /// The issuers whose keys are in it.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.issuer.as_str())
    }

    pub(crate) fn of_issuer(&self, issuer: &str) -> Option<&SeededKeys> {
        self.sources.iter().find(|source| source.issuer == issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported() -> ExportedKeys {
        ExportedKeys::new(vec![SeededKeys {
            issuer: "https://login.example.com/".to_owned(),
            document: r#"{"keys":[]}"#.to_owned(),
            fetched_at: 1_800_000_000,
            url: "https://login.example.com/keys".to_owned(),
            etag: Some("\"1\"".to_owned()),
        }])
    }

    #[test]
    fn what_is_written_is_read_back() {
        let exported = exported();
        assert_eq!(ExportedKeys::from_json(&exported.to_json()), Ok(exported.clone()));
        assert_eq!(exported.issuers().collect::<Vec<_>>(), ["https://login.example.com/"]);
        assert!(exported.of_issuer("https://login.example.com").is_none(), "issuers are compared exactly");
    }

    #[test]
    fn other_versions_and_other_texts_are_refused() {
        let other = exported().to_json().replace("\"version\":1", "\"version\":2");
        assert_eq!(ExportedKeys::from_json(&other), Err(ExportedKeysError::Version(2)));
        for text in ["", "{}", "[]", r#"{"version":1}"#, r#"{"version":1,"sources":[{}]}"#] {
            assert_eq!(ExportedKeys::from_json(text), Err(ExportedKeysError::Malformed), "{text}");
        }
    }
}
