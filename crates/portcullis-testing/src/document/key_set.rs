//! Key sets that must replace nothing.

use serde_json::json;

use crate::issuer::TestIssuer;

/// What an endpoint may serve instead of a key set. None of it may replace the keys that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadKeySet {
    /// A web page (ATK-66).
    Html,
    /// Nothing (ATK-66).
    Empty,
    /// `{"keys":"x"}` (ATK-66).
    KeysString,
    /// `{"jwks":[]}` (RFC7517-5-a).
    KeysMissing,
    /// `{"keys":[]}`: well-formed, and no use to anybody.
    NoKeys,
    /// `keys` twice, the good one last (DEC-5).
    KeysTwice,
    /// The keys without the object around them (RFC7517-5-a).
    Array,
    /// The first half of the document (ATK-66).
    Truncated,
    /// Text after the document (ATK-66).
    TrailingText,
    /// Octets that are no UTF-8 (ATK-66).
    InvalidUtf8,
    /// The good keys, and a member of one mebibyte (ATK-65).
    Huge,
    /// The good keys after a hundred thousand others (ATK-65).
    ManyKeys,
    /// Arrays a hundred thousand deep (ATK-65).
    Deep,
}

impl BadKeySet {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Html,
        Self::Empty,
        Self::KeysString,
        Self::KeysMissing,
        Self::NoKeys,
        Self::KeysTwice,
        Self::Array,
        Self::Truncated,
        Self::TrailingText,
        Self::InvalidUtf8,
        Self::Huge,
        Self::ManyKeys,
        Self::Deep,
    ];

    /// The document, made from the issuer's good one.
    #[must_use]
    pub fn document(self, issuer: &TestIssuer) -> Vec<u8> {
        let good = issuer.jwks();
        let keys = issuer.published_jwks();
        match self {
            Self::Html => "<!doctype html><title>Sign in</title>".into(),
            Self::Empty => Vec::new(),
            Self::KeysString => r#"{"keys":"x"}"#.into(),
            Self::KeysMissing => r#"{"jwks":[]}"#.into(),
            Self::NoKeys => r#"{"keys":[]}"#.into(),
            Self::KeysTwice => good.replacen('{', r#"{"keys":[],"#, 1).into(),
            Self::Array => json!(keys).to_string().into(),
            Self::Truncated => good[..good.len() / 2].into(),
            Self::TrailingText => (good + "x").into(),
            Self::InvalidUtf8 => [b"{\"x\":\"\xff\",", &good.as_bytes()[1..]].concat(),
            Self::Huge => json!({ "padding": "x".repeat(1024 * 1024), "keys": keys }).to_string().into(),
            Self::ManyKeys => {
                let others = r#"{"kty":"x"},"#.repeat(100_000);
                good.replacen('[', &format!("[{others}"), 1).into()
            }
            Self::Deep => format!(r#"{{"keys":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000)).into(),
        }
    }
}
