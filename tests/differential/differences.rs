//! Everything that we accept and the oracle refuses, with the reason why that is right.
//!
//! A difference only ever excuses a token with an honest signature: one by a key of the issuer over exactly the octets
//! that are there.

use serde_json::{Map, Value};

use crate::encoding::decoded;

pub(crate) struct Difference {
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    /// Judges by the header; each is about a member of it.
    applies: fn(&Map<String, Value>) -> bool,
}

pub(crate) const LISTED: &[Difference] = &[
    Difference {
        kind: "alg is Ed25519",
        reason: "RFC 9864 §2.2 registers that name for EdDSA on Ed25519; the oracle knows only the older name EdDSA",
        applies: |header| header.get("alg").is_some_and(|alg| alg == "Ed25519"),
    },
    Difference {
        kind: "a header member that means nothing here has a type that the oracle does not expect",
        reason: "keys, certificates and thumbprints that a token brings are never used, so their syntax is not judged \
                 (RFC 7515 §4: what is not understood is ignored); `url` and `nonce` belong to ACME",
        applies: |header| {
            let is_text = |name: &str| header.get(name).is_none_or(|value| value.is_string() || value.is_null());
            let texts = ["jku", "x5u", "x5t", "x5t#S256", "url", "nonce"].iter().all(|name| is_text(name));
            let is_list_of_text = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
            let chain = header.get("x5c").is_none_or(|value| value.is_null() || is_list_of_text(value));
            let key = header.get("jwk").is_none_or(|value| value.is_null() || value.is_object());
            !(texts && chain && key)
        },
    },
];

/// The place in [`LISTED`] of the difference that explains why we accept that token.
pub(crate) fn explaining(token: &str) -> Option<usize> {
    let header = decoded(token.split('.').next()?)?;
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    LISTED.iter().position(|difference| (difference.applies)(&header))
}
