//! Discovery documents that must not be used.

use serde_json::{Value, json};

use crate::issuer::TestIssuer;

/// A discovery document that must not be used: 503 at a cold start, and no change to what is held otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadDiscovery {
    /// `issuer` is somebody else (ATK-58).
    OtherIssuer,
    /// `issuer` differs by a slash (ATK-58).
    IssuerSlash,
    /// No `issuer` (RFC8414-3.3-a).
    IssuerMissing,
    /// `issuer` is an array (RFC8414-3.3-a).
    IssuerArray,
    /// `jwks_uri` on plain http, and not loopback (ATK-59).
    JwksUriHttp,
    /// `jwks_uri` is a file (ATK-59).
    JwksUriFile,
    /// `jwks_uri` is no URL (ATK-59).
    JwksUriRelative,
    /// No `jwks_uri` (RFC8414-2-b).
    JwksUriMissing,
    /// The document in an array (RFC8414-3.2-a).
    Array,
    /// A web page (RFC8414-3.2-a).
    Html,
    /// `issuer` twice, the right one last (DEC-5).
    IssuerTwice,
    /// The first half of the document (RFC8414-3.2-a).
    Truncated,
    /// Nothing (RFC8414-3.2-a).
    Empty,
}

impl BadDiscovery {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::OtherIssuer,
        Self::IssuerSlash,
        Self::IssuerMissing,
        Self::IssuerArray,
        Self::JwksUriHttp,
        Self::JwksUriFile,
        Self::JwksUriRelative,
        Self::JwksUriMissing,
        Self::Array,
        Self::Html,
        Self::IssuerTwice,
        Self::Truncated,
        Self::Empty,
    ];

    /// The document, made from the issuer's good one.
    #[must_use]
    pub fn document(self, issuer: &TestIssuer) -> String {
        let good = issuer.discovery();
        let with = |name: &str, value: Option<Value>| {
            let mut document: Value = serde_json::from_str(&good).unwrap_or_default();
            if let Some(members) = document.as_object_mut() {
                match value {
                    Some(value) => members.insert(name.into(), value),
                    None => members.remove(name),
                };
            }
            document.to_string()
        };
        match self {
            Self::OtherIssuer => with("issuer", Some("https://evil.test".into())),
            Self::IssuerSlash => {
                let url = issuer.url();
                with("issuer", Some(url.strip_suffix('/').map_or_else(|| format!("{url}/"), str::to_owned).into()))
            }
            Self::IssuerMissing => with("issuer", None),
            Self::IssuerArray => with("issuer", Some(json!([issuer.url()]))),
            Self::JwksUriHttp => with("jwks_uri", Some("http://issuer.test/jwks".into())),
            Self::JwksUriFile => with("jwks_uri", Some("file:///etc/jwks".into())),
            Self::JwksUriRelative => with("jwks_uri", Some("jwks".into())),
            Self::JwksUriMissing => with("jwks_uri", None),
            Self::Array => format!("[{good}]"),
            Self::Html => "<!doctype html><title>Sign in</title>".into(),
            Self::IssuerTwice => good.replacen('{', r#"{"issuer":"https://evil.test","#, 1),
            Self::Truncated => good[..good.len() / 2].into(),
            Self::Empty => String::new(),
        }
    }
}
