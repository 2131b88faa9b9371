//! Authorization server metadata: RFC 8414, and OpenID Connect Discovery 1.0.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// Where an issuer's metadata may be, in the order they are tried: RFC 8414 inserted (§3.1), OpenID appended
/// (Discovery §4.1), OpenID inserted (RFC 8414 §5). A terminating slash is dropped first.
pub(crate) fn well_known_urls(issuer: &str) -> Vec<String> {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    let host_from = issuer.find("://").map_or(0, |scheme| scheme + 3);
    let path_from = issuer[host_from..].find('/').map_or(issuer.len(), |path| host_from + path);
    let (origin, path) = issuer.split_at(path_from);
    let mut urls = vec![format!("{origin}{OAUTH}{path}"), format!("{issuer}{OPENID}")];
    if !path.is_empty() {
        urls.push(format!("{origin}{OPENID}{path}"));
    }
    urls
}

/// Why a metadata document is not used. None of its content is in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// Not a JSON object, or one in which a member name occurs twice.
    #[error("not a JSON object with unique member names")]
    NotAnObject,
    /// `issuer` is missing, or not the string that was configured, a slash at the end included (RFC 8414 §3.3).
    #[error("`issuer` is not the issuer that was asked for")]
    Issuer,
    /// `jwks_uri` is missing.
    #[error("no `jwks_uri`")]
    NoKeySet,
}

/// The `jwks_uri` of a metadata document that is about `issuer`.
pub(crate) fn jwks_uri(document: &[u8], issuer: &str) -> Result<String, MetadataError> {
    let Ok(Json::Object(mut members)) = serde_json::from_slice(document) else {
        return Err(MetadataError::NotAnObject);
    };
    match members.get("issuer") {
        Some(Json::String(stated)) if stated == issuer => {}
        _ => return Err(MetadataError::Issuer),
    }
    match members.remove("jwks_uri") {
        Some(Json::String(url)) => Ok(url),
        _ => Err(MetadataError::NoKeySet),
    }
}

/// A JSON value in which no object, at any depth, has two members of one name.
enum Json {
    String(String),
    Object(BTreeMap<String, Json>),
    Other,
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member name occurs twice"));
            }
        }
        Ok(Json::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        while elements.next_element::<Json>()?.is_some() {}
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC8414-3-a, OIDCD-4.1-a, RFC8414-5-a
    #[test]
    fn the_well_known_part_is_inserted_for_oauth_and_appended_for_openid() {
        for (issuer, expected) in [
            (
                "https://h/t",
                &[
                    "https://h/.well-known/oauth-authorization-server/t",
                    "https://h/t/.well-known/openid-configuration",
                    "https://h/.well-known/openid-configuration/t",
                ][..],
            ),
            (
                "https://h:8443/t/v2.0/",
                &[
                    "https://h:8443/.well-known/oauth-authorization-server/t/v2.0",
                    "https://h:8443/t/v2.0/.well-known/openid-configuration",
                    "https://h:8443/.well-known/openid-configuration/t/v2.0",
                ],
            ),
            (
                "https://h",
                &["https://h/.well-known/oauth-authorization-server", "https://h/.well-known/openid-configuration"],
            ),
            (
                "https://h/",
                &["https://h/.well-known/oauth-authorization-server", "https://h/.well-known/openid-configuration"],
            ),
        ] {
            assert_eq!(well_known_urls(issuer), expected, "{issuer}");
        }
    }

    /// RFC8414-3.3-a, ATK-58
    #[test]
    fn metadata_counts_only_for_exactly_its_own_issuer() {
        let ask = |issuer: &str| {
            let document =
                format!(r#"{{"issuer":"{issuer}","jwks_uri":"https://h/keys","x":[1,-1,2.5,null,true,{{}}]}}"#);
            jwks_uri(document.as_bytes(), "https://h/t")
        };
        assert_eq!(ask("https://h/t").as_deref(), Ok("https://h/keys"));
        for other in ["https://h/t/", "https://H/t", "https://h/", "https://h/t?", ""] {
            assert_eq!(ask(other), Err(MetadataError::Issuer), "{other}");
        }
    }

    /// RFC8414-3.2-a
    #[test]
    fn a_document_with_anything_missing_doubled_or_of_another_type_is_not_used() {
        for (document, error) in [
            (r#"{"jwks_uri":"https://h/keys"}"#, MetadataError::Issuer),
            (r#"{"issuer":["https://h/t"],"jwks_uri":"https://h/keys"}"#, MetadataError::Issuer),
            (r#"{"issuer":"https://h/t"}"#, MetadataError::NoKeySet),
            (r#"{"issuer":"https://h/t","jwks_uri":null}"#, MetadataError::NoKeySet),
            (r#"{"issuer":"https://h/t","jwks_uri":"a","jwks_uri":"b"}"#, MetadataError::NotAnObject),
            (r#"{"issuer":"https://h/t","jwks_uri":"a","x":{"y":1,"y":2}}"#, MetadataError::NotAnObject),
            (r#"{"issuer":"https://h/t","jwks_uri":"a","x":[{"\u0079":1,"y":2}]}"#, MetadataError::NotAnObject),
            (r#"["https://h/t"]"#, MetadataError::NotAnObject),
            (r#"{"issuer":"https://h/t","jwks_uri":"a"} x"#, MetadataError::NotAnObject),
            (r#"{"issuer":"https://h/t","jwks_uri":"a""#, MetadataError::NotAnObject),
            ("<html>", MetadataError::NotAnObject),
            ("", MetadataError::NotAnObject),
        ] {
            assert_eq!(jwks_uri(document.as_bytes(), "https://h/t"), Err(error), "{document}");
        }
        let deep = "[".repeat(200_000);
        assert_eq!(jwks_uri(deep.as_bytes(), "https://h/t"), Err(MetadataError::NotAnObject));
    }
}
