//! The text of a JWK Set (RFC 7517 §5), in and out.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jwks::key::PublicKey;
use crate::jwks::{KeySetError, VerificationKey};
use crate::token::{Algorithm, KeyKind};

/// The elements of the `keys` array, each one JSON value.
pub(super) fn elements(document: &[u8]) -> Result<Vec<&RawValue>, KeySetError> {
    let text = std::str::from_utf8(document).map_err(|_| KeySetError::NotUtf8)?;
    let not_json = |_: serde_json::Error| KeySetError::NotJson;
    let whole: &RawValue = serde_json::from_str(text).map_err(not_json)?;
    if !whole.get().starts_with('{') {
        return Err(KeySetError::NotAnObject);
    }
    let members: SetMembers<'_> = serde_json::from_str(whole.get()).map_err(not_json)?;
    if members.repeated {
        return Err(KeySetError::DuplicateMember);
    }
    let keys = members.keys.filter(|keys| keys.get().starts_with('[')).ok_or(KeySetError::NoKeysArray)?;
    serde_json::from_str(keys.get()).map_err(not_json)
}

#[derive(Default)]
struct SetMembers<'a> {
    keys: Option<&'a RawValue>,
    repeated: bool,
}

impl<'de> Deserialize<'de> for SetMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SetVisitor)
    }
}

struct SetVisitor;

impl<'de> Visitor<'de> for SetVisitor {
    type Value = SetMembers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWK Set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = SetMembers::default();
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == "keys" {
                members.keys = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            members.repeated |= !seen.insert(name);
        }
        Ok(members)
    }
}

/// The public keys among `keys` as a JWK Set.
pub(super) fn write<'a>(keys: impl Iterator<Item = &'a VerificationKey>) -> String {
    let set = WrittenSet { keys: keys.filter_map(WrittenJwk::of).collect() };
    serde_json::to_string(&set).expect("structs of strings serialize")
}

#[derive(Serialize)]
struct WrittenSet<'a> {
    keys: Vec<WrittenJwk<'a>>,
}

#[derive(Serialize)]
struct WrittenJwk<'a> {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<&'static str>,
    #[serde(rename = "use")]
    usage: &'static str,
}

impl<'a> WrittenJwk<'a> {
    fn of(key: &'a VerificationKey) -> Option<Self> {
        let text = |octets: &[u8]| Some(base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets));
        let (kid, alg) = (key.kid(), key.alg().map(Algorithm::name));
        let empty = Self { kty: "", crv: None, n: None, e: None, x: None, y: None, kid, alg, usage: "sig" };
        Some(match &**key.public_key()? {
            PublicKey::Rsa { n, e } => Self { kty: "RSA", n: text(n), e: text(e), ..empty },
            PublicKey::Ed25519 { x } => Self { kty: "OKP", crv: Some("Ed25519"), x: text(x), ..empty },
            PublicKey::Ec { curve, x, y } => {
                let crv = match curve {
                    KeyKind::P256 => "P-256",
                    KeyKind::P384 => "P-384",
                    KeyKind::P521 => "P-521",
                    KeyKind::Rsa | KeyKind::Ed25519 | KeyKind::Secret => return None,
                };
                Self { kty: "EC", crv: Some(crv), x: text(x), y: text(y), ..empty }
            }
        })
    }
}
